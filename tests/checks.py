"""What a check is, and the ways to make one that several groups use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "tests"
SYSTEM_PYTHON = "/usr/bin/python3"  # the one that has GStreamer's bindings


@dataclass
class Check:
    """One command. `counts` says how its tests are counted: as one ("status"), from
    `go test -json` ("go"), or from the report that it writes ("junit")."""

    name: str
    command: list[str]
    counts: str = "status"
    folder: Path = ROOT
    limit_s: int = 600


def pytest(folder: str, limit_s: int = 600) -> Callable[[], Iterator[Check]]:
    """The tests of a folder below tests/, as a group's checks."""

    def checks() -> Iterator[Check]:
        name = folder.replace("/", "-")
        yield Check(name, [SYSTEM_PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{folder}"], "junit", limit_s=limit_s)

    return checks

"""Every case of the tests in C, in a process of its own: after a failure the next still runs, and no Go runtime is forked."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("SUPERRES_BUILD", HERE.parents[1] / "build")).resolve()
RUNNER = os.environ.get("SUPERRES_CHECK_RUNNER", "").split()
"""A program that runs another, valgrind say, with its arguments."""

DECLARED = re.compile(r"^GST_START_TEST \((\w+)\)", re.MULTILINE)
CASES = [(source.stem, case) for source in sorted(HERE.glob("*.c")) for case in DECLARED.findall(source.read_text())]


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of the built programs."""
    folder = HERE.parents[1] / "build"
    built = subprocess.run(["meson", "compile", "-C", folder, "check"], capture_output=True, text=True)
    assert built.returncode == 0, built.stdout
    return folder / "tests/check"


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name: str, case: str, programs: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [*RUNNER, programs / f"check-{name}"],
        env=os.environ
        | {"CK_FORK": "no", "CK_DEFAULT_TIMEOUT": "300", "GST_CHECKS": case}
        | {"GST_PLUGIN_PATH_1_0": str(BUILD), "GST_REGISTRY_1_0": os.environ.get("GST_REGISTRY", str(tmp_path / "registry"))},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "100%" in run.stdout, f"the case {case} is not in the suite of {name}.c"

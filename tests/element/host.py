"""Runs application.py with a plugin from a folder of the test's choice."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

from media import Problem


@dataclasses.dataclass
class Answer:
    """How an application fared."""

    problem: Problem | None
    warning: Problem | None
    threads: int


def application(plugin: Path, description: str, tier: str | None = None, **environment: str) -> Answer:
    """Play a pipeline in a process of its own, which has to outlive it."""
    command: list[str | Path] = [sys.executable, "-W", "ignore", Path(__file__).parent / "application.py", description]
    inherited = {k: v for k, v in os.environ.items() if k not in ("SUPERRES_ONNXRUNTIME", "LD_LIBRARY_PATH")}
    run = subprocess.run(
        command if tier is None else [*command, tier],
        env=inherited | {"GST_PLUGIN_PATH": str(plugin), "GST_REGISTRY": str(plugin / "registry.bin")} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, f"the host ended with status {run.returncode}: {run.stderr}"
    answer = json.loads(run.stdout.splitlines()[-1])
    problems = {k: Problem(**answer[k]) if answer[k] else None for k in ("problem", "warning")}
    return Answer(threads=answer["threads"], **problems)

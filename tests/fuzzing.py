"""The fuzz targets of the project, and how one is run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def targets() -> list[tuple[str, str]]:
    """The packages and names of all fuzz targets."""
    listed = subprocess.run(["go", "test", "-json", "-list", "^Fuzz", "./..."], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        sys.exit(f"the fuzz targets could not be listed: {listed.stderr or listed.stdout}")
    return re.findall(r'"Package":"([^"]+)","Output":"(Fuzz\w+)\\n"', listed.stdout)


def command(package: str, target: str, seconds: int) -> list[str]:
    """What fuzzes one target."""
    return ["go", "test", "-run=^$", f"-fuzz=^{target}$", f"-fuzztime={seconds}s", "-parallel=2", package]

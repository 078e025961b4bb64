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
    return [sys.executable, __file__, package, target, str(seconds)]


def main(package: str, target: str, seconds: str) -> int:
    """Fuzzes, and passes on what Go says. Go fails now and then for no more than that the time was up
    while a worker was at work: "context deadline exceeded", and no input that it names. That is no failure."""
    go = ["go", "test", "-run=^$", f"-fuzz=^{target}$", f"-fuzztime={seconds}s", "-parallel=2", package]
    done = subprocess.run(go, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="", flush=True)
    time_was_up = re.search(r"^ +context deadline exceeded$", done.stdout, re.MULTILINE) and "Failing input" not in done.stdout
    return 0 if time_was_up else done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Every command of docs/ runs, in a folder that has the project and some films in it.

Commands are the lines of blocks that begin with ```sh. Above a block,
<!-- runs until stopped --> says that it has no end: it must not fail in its first
seconds. <!-- a group of tests --> says that a group of tests/run runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 240
UNTIL_STOPPED_S = 4


def blocks() -> list[tuple[str, bool, str]]:
    """The page, whether it has no end, and the commands of each block."""
    found = []
    for page in sorted((ROOT / "docs").glob("*.md")):
        for match in re.finditer(r"(<!-- [a-z ]+ -->\n)?^```sh\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL):
            mark = (match[1] or "").strip("<!->\n ")
            assert mark in ("", "runs until stopped", "a group of tests"), f"{page.name}: {mark}"
            if mark != "a group of tests":
                found.append((page.name, mark == "runs until stopped", match[2]))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as links, and films; what the commands write stays here."""
    made = tmp_path_factory.mktemp("docs")
    for entry in ROOT.iterdir():
        (made / entry.name).symlink_to(entry)
    for name in ("film.mkv", "second.mkv"):
        line = f"videotestsrc num-buffers=20 ! video/x-raw,width=96,height=64 ! x264enc ! matroskamux ! filesink location={name}"
        subprocess.run(["gst-launch-1.0", "-q", *line.split()], cwd=made, check=True, timeout=LIMIT_S)
    return made


@pytest.mark.parametrize(("page", "endless", "commands"), blocks())
def test_a_block_runs(page: str, endless: bool, commands: str, folder: Path) -> None:
    environment = {**os.environ, "HOME": str(folder)}  # its registry of plugins is its own
    environment.setdefault("GOCACHE", str(Path.home() / ".cache/go-build"))
    environment.setdefault("GOMODCACHE", str(Path.home() / "go/pkg/mod"))
    process = subprocess.Popen(
        ["bash", "-e", "-c", commands], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=UNTIL_STOPPED_S if endless else LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        assert endless, f"{page}: not done after {LIMIT_S} seconds: {commands}\n{said}"
        return
    refused = "rtsp" in commands and "onnect" in said  # an address that is an example
    assert process.returncode == 0 or (endless and refused), f"{page}: {commands}\n{said}"


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"

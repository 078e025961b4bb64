"""Every command of the pages runs, in a folder that has the project, some films and some pictures in it, and on a
display without a screen. How a page says what runs in another form or elsewhere: pages.py."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import MARK, PAGES, ROOT, Block, blocks

sys.path.insert(0, str(ROOT / "tests"))

from display import display
from groups import GROUPS

LIMIT_S = 240
UNTIL_STOPPED_S = 4
BLOCKS = blocks()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as links, films and pictures; what the commands write stays here."""
    made = tmp_path_factory.mktemp("docs")
    for entry in ROOT.iterdir():
        (made / entry.name).symlink_to(entry)
    for name in ("film.mkv", "second.mkv"):
        line = f"videotestsrc num-buffers=20 ! video/x-raw,width=96,height=64 ! x264enc ! matroskamux ! filesink location={name}"
        subprocess.run(["gst-launch-1.0", "-q", *line.split()], cwd=made, check=True, timeout=LIMIT_S)
    (made / "pictures").mkdir()
    line = "videotestsrc num-buffers=1 pattern=pinwheel ! video/x-raw,width=192,height=128 ! pngenc ! filesink location=pictures/wheel.png"
    subprocess.run(["gst-launch-1.0", "-q", *line.split()], cwd=made, check=True, timeout=LIMIT_S)
    return made


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with display() as name:
        yield name


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.runs()], ids=str)
def test_a_block_runs(block: Block, folder: Path, screen: str) -> None:
    commands = "\n".join(line for line in block.runs().splitlines() if not re.match(r"tests/run\b(?! --)", line))
    if not commands:
        return  # test_groups_that_are_named_are_there
    environment = {**os.environ, "HOME": str(folder), "DISPLAY": screen}  # its registry of plugins is its own
    environment.setdefault("GOCACHE", str(Path.home() / ".cache/go-build"))
    environment.setdefault("GOMODCACHE", str(Path.home() / "go/pkg/mod"))
    if "gst-launch" in commands:
        environment["G_DEBUG"] = "fatal-criticals"
    process = subprocess.Popen(
        ["bash", "-e", "-c", commands], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=UNTIL_STOPPED_S if block.endless else LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        assert block.endless, f"{block.page}: not done after {LIMIT_S} seconds: {commands}\n{said}"
        return
    refused = "rtsp" in commands and "onnect" in said  # an address that is an example
    assert process.returncode == 0 or (block.endless and refused), f"{block.page}: {commands}\n{said}"


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.short or block.elsewhere], ids=str)
def test_what_does_not_run_as_it_stands_runs_elsewhere(block: Block) -> None:
    """Each program of the block is in the short form, or in a file that a quick group of tests runs."""
    for group, file in block.elsewhere:
        assert not GROUPS[group].long, f"{block.page}: {group} is not in tests/run"
        runs = [check.folder / word for check in GROUPS[group].checks() for word in check.command]
        assert any((ROOT / file).is_relative_to(path) for path in runs), f"{block.page}: {group} does not run {file}"
    made_ready = {GROUPS[group].needs for group, _ in block.elsewhere}
    where = "\n".join([*block.short, *((ROOT / file).read_text() + file for _, file in block.elsewhere)])
    for program, *arguments in block.lines():
        if program == "tools/setup":
            assert set(arguments) <= made_ready, f"{block.page}: no group makes {arguments} ready"
        elif "/" in program and program != "tests/run":
            assert re.search(rf"\b{re.escape(Path(program).name)}\b", where), f"{block.page}: nothing runs {program}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_command_escapes(page: Path) -> None:
    """What looks like a block of commands is one, and a comment above a block is understood."""
    text = page.read_text()
    for match in re.finditer(r"^(.*)\n^```sh$", text, re.MULTILINE):
        assert "<!--" not in match[1] or re.fullmatch(MARK, match[1]), match[1]
    plain = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"\n\n {4,}\S.*", plain) == [], "commands are in blocks that begin with ```sh"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_programs_and_groups_that_are_named_are_there(page: Path) -> None:
    text = page.read_text()
    named = re.findall(r"`((?:pipelines|tests|tools|docs|model/train)/[\w./-]+)((?: [^`]*)?)`", text)
    named += [(words[0], " ".join(["", *words[1:]])) for block in BLOCKS if ROOT / block.page == page for words in block.lines()]
    for program, arguments in named:
        if "/" in program:
            assert (ROOT / program).exists(), program
        if program == "tests/run":
            groups = [word for word in arguments.split() if not word.startswith("-") and not word.isupper() and word != "..."]
            assert set(groups) <= set(GROUPS), groups


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_picture_is_shown_and_can_be_made_again() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text())}
    there = set((ROOT / "docs").rglob("*.png"))
    assert there == {path for path in shown if path.is_relative_to(ROOT / "docs")}
    listed = subprocess.run([ROOT / "docs/make-pictures", "--list"], capture_output=True, text=True, check=True, timeout=LIMIT_S).stdout
    by_bench = {ROOT / "docs/speed/speed.png"}
    assert there - by_bench == {ROOT / "docs" / f"{name}.png" for name in listed.split()}
    assert [path for path in there if path.stat().st_size > 400_000] == []


def test_the_first_line_is_that_of_the_readme() -> None:
    [short] = [block for block in BLOCKS if block.page == "README.md" and block.commands.endswith("autovideosink\n")]
    [explained, *_] = [block for block in BLOCKS if block.page == "docs/first-line.md"]
    assert explained.commands == short.commands

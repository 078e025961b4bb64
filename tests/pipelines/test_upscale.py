"""pipelines/upscale: containers, sound, names with blanks, and what it refuses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import LIMIT_S, ROOT, Contents, Program


@pytest.mark.parametrize("suffix", ["mkv", "mp4", "webm"])
def test_doubles_every_frame_and_keeps_the_sound(suffix: str, clips: dict[str, Path], tmp_path: Path, program: Program) -> None:
    target = tmp_path / f"double size.{suffix}"
    done = program("upscale", clips["sound"], target)
    assert done.returncode == 0, done.stderr
    assert "30 frames, " in done.stdout
    contents = Contents(target)
    assert (contents.frames, contents.size) == (30, (192, 128))
    assert contents.sound_s == pytest.approx(1.0, abs=0.1)


def test_a_file_without_sound(clips: dict[str, Path], tmp_path: Path, program: Program) -> None:
    target = tmp_path / "silent.mkv"
    done = program("upscale", clips["silent"], target)
    assert done.returncode == 0, done.stderr
    contents = Contents(target)
    assert (contents.frames, contents.size, contents.sound_s) == (30, (192, 128), 0.0)


def test_progress_reaches_the_end(clips: dict[str, Path], tmp_path: Path, program: Program) -> None:
    assert "100 %" in program("upscale", clips["silent"], tmp_path / "out.mkv").stderr


def test_the_printed_line_does_the_same(clips: dict[str, Path], tmp_path: Path, program: Program) -> None:
    target = tmp_path / "by hand.mkv"
    printed = program("upscale", "--print", clips["sound"], target)
    assert printed.returncode == 0, printed.stderr
    assert not target.exists()
    subprocess.run(printed.stdout, shell=True, cwd=ROOT, check=True, capture_output=True, timeout=LIMIT_S)
    contents = Contents(target)
    assert (contents.frames, contents.size) == (30, (192, 128))


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("nowhere.mkv", "out.mkv", "nowhere.mkv is not a file"),
        ("silent", "out.avi", "ends in '.avi'; use one of .mkv, .mp4, .webm"),
        ("text", "out.mkv", "cannot be read as a media file"),
        ("silent", "/nowhere/out.mkv", "/nowhere/out.mkv"),
        ("silent", "silent", "the same file"),
    ],
)
def test_refuses(source: str, target: str, said: str, clips: dict[str, Path], tmp_path: Path, program: Program) -> None:
    (tmp_path / "text.mkv").write_text("no media here\n")
    known = {**clips, "text": tmp_path / "text.mkv"}
    done = program("upscale", known.get(source, source), known.get(target, tmp_path / target))
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr

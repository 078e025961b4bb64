"""A film in pieces: its frames are those of a run in one go, at the seams too."""

from __future__ import annotations  # noqa: I001

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import LIMIT_S, ROOT, Contents

from launch import Line, Pipeline, packed_i420, quoted

PROGRAM = ROOT / "pipelines/in-pieces"
LOSSLESS = {**os.environ, "PIECE_ENCODER": "x264enc pass=quant quantizer=0 speed-preset=ultrafast"}
MANIFEST = ROOT / "docs/examples/in-pieces.yaml"


def run(*command: object, **more: str) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, env={**LOSSLESS, **more}, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def frames(path: Path, through: str = "identity") -> list[str]:
    """A digest of each frame of a file."""
    found: list[str] = []
    raw = f"filesrc location={quoted(path)} ! decodebin ! videoconvert ! video/x-raw,format=I420"
    pipeline = Pipeline(Line(f"{raw} ! {through} ! fakesink name=end"))
    pipeline.count("end", "sink", lambda _count, buffer, caps: found.append(hashlib.sha256(packed_i420(buffer, caps)).hexdigest()))
    pipeline.run(LIMIT_S)
    return found


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mkv"
    video = "videotestsrc num-buffers=75 pattern=ball ! video/x-raw,format=I420,width=96,height=64,framerate=25/1"
    encoder = "x264enc key-int-max=25"
    sound = "audiotestsrc num-buffers=129 samplesperbuffer=1024 ! audio/x-raw,rate=44100 ! vorbisenc"
    line = f"matroskamux name=muxer ! filesink location={quoted(path)} {video} ! {encoder} ! queue ! muxer. {sound} ! queue ! muxer."
    Pipeline(Line(line)).run(LIMIT_S)
    return path


def jobs_of_the_manifest() -> tuple[int, list[str]]:
    job = yaml.safe_load(MANIFEST.read_text())
    assert (job["apiVersion"], job["kind"], job["spec"]["completionMode"]) == ("batch/v1", "Job", "Indexed")
    pod = job["spec"]["template"]["spec"]
    assert pod["restartPolicy"] in ("OnFailure", "Never")
    container = pod["containers"][0]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    return job["spec"]["completions"], container["command"]


@pytest.mark.parametrize("engine", ["parallel", "kubernetes"])
def test_the_whole_is_that_of_one_run(engine: str, film: Path, tmp_path: Path) -> None:
    pieces, whole = tmp_path / "pieces", tmp_path / "whole.mkv"
    assert run(PROGRAM, "split", film, pieces, 1) == "3 pieces\n"
    if engine == "parallel":
        (tmp_path / "hosts").write_text("1/:\n")  # this machine, one piece at a time
        run("parallel", "--will-cite", "--halt", "soon,fail=1", "--sshloginfile", tmp_path / "hosts",
            "--env", "PIECE_ENCODER", PROGRAM, "piece", pieces, ":::", 0, 1, 2)  # fmt: skip
    else:
        completions, command = jobs_of_the_manifest()
        assert completions == 3
        here = [
            word.replace("/gst-superres", str(ROOT)).replace("/pieces", str(pieces)) if word.startswith("/") else word for word in command
        ]
        for index in range(completions):
            run(*here, JOB_COMPLETION_INDEX=str(index))
    run(PROGRAM, "join", pieces, whole, film)
    assert Contents(whole).sound_s == pytest.approx(3.0, abs=0.1)
    joined = frames(whole)
    assert len(joined) == 75
    assert joined == frames(film, "superres damage=coded")
    assert "is there already" in run(PROGRAM, "piece", pieces, 0)


def test_a_missing_piece_is_noticed(film: Path, tmp_path: Path) -> None:
    run(PROGRAM, "split", film, tmp_path / "pieces", 1)
    run(PROGRAM, "piece", tmp_path / "pieces", 1)
    done = subprocess.run([PROGRAM, "join", tmp_path / "pieces", tmp_path / "whole.mkv"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "3 pieces, but 1 are doubled" in done.stderr
    assert not (tmp_path / "whole.mkv").exists()

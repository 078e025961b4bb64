"""pipelines/stream-receive: RTSP from a server, MPEG-TS over SRT and UDP, all over the
loopback interface."""

from __future__ import annotations  # noqa: I001

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import LIMIT_S, ROOT, Contents, Program
from receiver import free_port

from launch import Gst, Line, Pipeline

SENT = "videotestsrc num-buffers=90 pattern=ball ! video/x-raw,width=128,height=96,framerate=30/1 ! clocksync"
TRANSPORT_STREAM = "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! mpegtsmux alignment=7"


@contextmanager
def started(command: list[object], line: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that has printed a line such as this one; it is stopped at the end."""
    process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stderr
        for said in process.stdout:
            if re.fullmatch(line, said.strip()):
                yield process, said.strip()
                break
        else:
            pytest.fail(f"{command[0]} ended: {process.stderr.read()}")
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def frames_of(process: subprocess.Popen[str]) -> int:
    said, errors = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, said + errors
    counts = re.search(r"doubled to 256x192\n(\d+) frames in, (\d+) frames out", said)
    assert counts, said
    assert counts[1] == counts[2]
    return int(counts[2])


def test_rtsp(tmp_path: Path, program: Program) -> None:
    target = tmp_path / "camera.mkv"
    with started(["/usr/bin/python3", ROOT / "tests/pipelines/rtsp_server.py", 60], "rtsp://.*/film") as (_, address):
        done = program("stream-receive", address, "--tier", "fast", "--output", target)
    assert done.returncode == 0, done.stderr
    counts = re.search(r"(\d+) frames in, (\d+) frames out", done.stdout)
    assert counts
    assert counts[1] == counts[2]
    assert int(counts[2]) > 30
    contents = Contents(target)
    assert (contents.frames, contents.size) == (int(counts[2]), (256, 192))


def test_rtsp_without_a_server_is_an_error(program: Program) -> None:
    done = program("stream-receive", f"rtsp://127.0.0.1:{free_port()}/film", "--headless")
    assert done.returncode == 1
    assert "stream-receive: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_transport_stream_over_srt() -> None:
    port = free_port()
    receiver = [ROOT / "pipelines/stream-receive", f"srt://127.0.0.1:{port}?mode=listener", "--headless", "--tier", "fast", "--frames", 40]
    with started([*receiver], "listening") as (process, _):
        sender = Line(f"{SENT} ! {TRANSPORT_STREAM} ! srtsink uri=srt://127.0.0.1:{port} wait-for-connection=true")
        with started_pipeline(sender):
            assert frames_of(process) >= 40


def test_a_transport_stream_over_udp() -> None:
    port = free_port()
    receiver = [ROOT / "pipelines/stream-receive", f"udp://127.0.0.1:{port}", "--headless", "--tier", "fast", "--patience", 2]
    with started([*receiver], "listening") as (process, _):
        Pipeline(Line(f"{SENT} ! {TRANSPORT_STREAM} ! udpsink host=127.0.0.1 port={port}")).run(LIMIT_S)
        assert frames_of(process) > 30


@contextmanager
def started_pipeline(line: Line) -> Iterator[None]:
    """A pipeline that plays until the block is done."""
    pipeline = Pipeline(line)
    pipeline.gst.set_state(Gst.State.PLAYING)
    try:
        yield
    finally:
        pipeline.stop()


def test_another_kind_of_address_is_refused(program: Program) -> None:
    done = program("stream-receive", "http://127.0.0.1/film")
    assert done.returncode == 2
    assert "does not begin with rtsp://, rtsps://, srt:// or udp://" in done.stderr

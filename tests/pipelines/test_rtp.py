"""RTP over the loopback interface: every frame that is sent comes out doubled."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Contents, Program
from receiver import Receiver


@pytest.fixture
def receivers() -> Iterator[list[Receiver]]:
    started: list[Receiver] = []
    yield started
    for receiver in started:
        receiver.close()


@pytest.mark.parametrize("codec", ["h264", "vp8"])
def test_every_frame_comes_out_doubled(codec: str, tmp_path: Path, program: Program, receivers: list[Receiver]) -> None:
    target = tmp_path / "call.mkv"
    receivers.append(Receiver("--codec", codec, "--frames", 40, "--patience", 30, "--output", target))
    sent = program("rtp-send", "--codec", codec, "--frames", 40, "--size", "240x180", "--port", receivers[0].port)
    assert sent.returncode == 0, sent.stderr
    assert "40 frames sent" in sent.stdout
    assert "40 frames in, 40 frames out" in receivers[0].done()
    contents = Contents(target)
    assert (contents.frames, contents.size) == (40, (480, 360))


def test_silence_ends_the_receiver(clips: dict[str, Path], program: Program, receivers: list[Receiver]) -> None:
    receivers.append(Receiver("--headless", "--patience", 1))
    sent = program("rtp-send", "--source", clips["silent"], "--port", receivers[0].port)
    assert sent.returncode == 0, sent.stderr
    assert "30 frames in, 30 frames out" in receivers[0].done()


def test_an_interrupted_recording_can_be_played(
    clips: dict[str, Path], tmp_path: Path, program: Program, receivers: list[Receiver]
) -> None:
    target = tmp_path / "call.mkv"
    receivers.append(Receiver("--patience", 60, "--output", target))
    assert program("rtp-send", "--source", clips["silent"], "--port", receivers[0].port).returncode == 0
    receivers[0].process.send_signal(signal.SIGINT)
    out = re.search(r"(\d+) frames out", receivers[0].done())
    assert out
    assert int(out[1]) > 0
    assert Contents(target).frames == int(out[1])


def test_a_port_in_use_is_reported(program: Program, receivers: list[Receiver]) -> None:
    receivers.append(Receiver("--headless", "--patience", 60))
    done = program("rtp-receive", "--host", "127.0.0.1", "--port", receivers[0].port, "--headless")
    assert done.returncode == 1
    assert str(receivers[0].port) in done.stderr
    assert "Traceback" not in done.stderr

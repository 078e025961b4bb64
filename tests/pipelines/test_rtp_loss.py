"""RTP over a bad network: packets are lost, late and overtake each other, and the size
changes in the middle. With SUPERRES_LONG=1 each call lasts a minute, else seconds."""

from __future__ import annotations  # noqa: I001

import os
import re
import statistics
import subprocess
import threading
from pathlib import Path

import pytest
from conftest import LIMIT_S, ROOT
from receiver import Receiver, free_port

from launch import Line, Pipeline, quoted

LONG = os.environ.get("SUPERRES_LONG") == "1"
# Packets that overtake the very first one take its key frame away, and the next comes after two
# seconds: each size lasts longer than that.
SECONDS = 60 if LONG else 8
BAD_NETWORK = ("--loss", 2, "--jitter", 40)
PATIENCE = 10 if LONG else 4  # a sender on a busy machine stands still for seconds, which is not its end


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    video = f"videotestsrc num-buffers={30 * SECONDS} pattern=ball ! video/x-raw,width=128,height=96,framerate=30/1 ! x264enc"
    Pipeline(Line(f"{video} speed-preset=ultrafast ! matroskamux ! filesink location={quoted(path)}")).run(LIMIT_S)
    return path


class Memory:
    """Notes the resident memory of a process, in KiB, until it is told to stop."""

    def __init__(self, process: int) -> None:
        self.noted: list[int] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._note, args=(Path(f"/proc/{process}/status"),))
        self._thread.start()

    def _note(self, status: Path) -> None:
        while not self._ended.wait(0.2):
            if found := re.search(r"VmRSS:\s+(\d+)", status.read_text()):
                self.noted.append(int(found[1]))

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()


@pytest.mark.parametrize(
    ("codec", "repair"),
    [("vp8", "none"), ("h264", "retransmission"), ("vp8", "fec"), ("h264", "both")],
)
def test_a_call_over_a_bad_network_goes_on(codec: str, repair: str, film: Path) -> None:
    receiving: list[object] = ["--codec", codec, "--latency", 200, "--tier", "fast", "--headless", "--patience", PATIENCE]
    sending: list[object] = ["--codec", codec, "--source", film, "--size", "128x96", "--switch", f"{15 * SECONDS}:96x64", *BAD_NETWORK]
    feedback = 0
    if repair in ("retransmission", "both"):
        feedback = free_port()
        receiving += ["--retransmission", f"127.0.0.1:{feedback}"]
        sending += ["--retransmission", feedback]
    if repair in ("fec", "both"):
        receiving += ["--fec"]
        sending += ["--fec", 30]
    receiver = Receiver(*receiving)
    memory = Memory(receiver.process.pid)
    try:
        sent = subprocess.run(
            [ROOT / "pipelines/rtp-send", "--port", str(receiver.port), *map(str, sending)],
            capture_output=True, text=True, timeout=LIMIT_S + 4 * SECONDS,
        )  # fmt: skip
        assert sent.returncode == 0, sent.stderr
        memory.stop()
        said = receiver.done()
    finally:
        memory.stop()
        receiver.close()
    assert f"{30 * SECONDS} frames sent" in sent.stdout
    decoded = re.search(r"^(\d+) frames decoded, doubled to 256x192, 192x128; packets lost (\d+), ", said, re.MULTILINE)
    assert decoded, said
    counts = re.search(r"^(\d+) frames in, (\d+) frames out", said, re.MULTILINE)
    assert counts, said
    assert counts[1] == counts[2] == decoded[1]
    # Most frames have one packet; of what is lost with a key frame, up to two seconds.
    assert int(decoded[1]) > 30 * SECONDS // 3
    if "retransmission" in repair:
        again = re.search(r"came again (\d+)", said)
        assert again, said
        assert int(again[1]) > 0, said
    if LONG:
        quarter = len(memory.noted) // 4
        before, after = statistics.median(memory.noted[quarter : 2 * quarter]), statistics.median(memory.noted[3 * quarter :])
        print(f"memory {before} KiB, later {after} KiB")
        assert after - before < 8 * 1024, memory.noted[::10]

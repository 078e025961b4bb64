"""What the tests of the programs share: running one, and looking into its files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "pipelines"), str(ROOT / "tests")]

from launch import Gst, Line, Pipeline, quoted, start_gstreamer

LIMIT_S = 120

Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def gstreamer() -> None:
    start_gstreamer()


@pytest.fixture
def program() -> Program:
    """Runs a program of pipelines/ to its end and returns its status and output."""

    def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "pipelines" / name), *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)

    return run


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A second of 30 frames of 96x64, with and without sound; blanks in the names."""
    folder = tmp_path_factory.mktemp("clips with blanks")
    video = "videotestsrc num-buffers=30 pattern=ball ! video/x-raw,width=96,height=64,framerate=30/1 ! x264enc"
    sound = "audiotestsrc num-buffers=43 samplesperbuffer=1024 ! audio/x-raw,rate=44100 ! vorbisenc"
    made = {"silent": folder / "a clip.mkv", "sound": folder / "a clip with sound.mkv"}
    Pipeline(Line(f"{video} ! matroskamux ! filesink location={quoted(made['silent'])}")).run(LIMIT_S)
    Pipeline(
        Line(f"matroskamux name=muxer ! filesink location={quoted(made['sound'])} {video} ! queue ! muxer. {sound} ! queue ! muxer.")
    ).run(LIMIT_S)
    return made


class Contents:
    """What a media file holds, found by decoding all of it."""

    def __init__(self, path: Path) -> None:
        self.frames, self.size, self.sound_s = 0, (0, 0), 0.0
        pipeline = Pipeline(Line(f"filesrc location={quoted(path)} ! decodebin name=decoder"))
        pipeline["decoder"].connect("pad-added", self._attach, pipeline)
        pipeline.run(LIMIT_S)

    def _attach(self, _decoder: Gst.Element, pad: Gst.Pad, pipeline: Pipeline) -> None:
        sink = Gst.ElementFactory.make("fakesink")
        pipeline.gst.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))
        pad.add_probe(Gst.PadProbeType.BUFFER, self._note)

    def _note(self, pad: Gst.Pad, info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        structure = pad.get_current_caps().get_structure(0)
        if structure.get_name() == "video/x-raw":
            self.frames += 1
            self.size = structure.get_value("width"), structure.get_value("height")
        else:
            self.sound_s += info.get_buffer().duration / Gst.SECOND
        return Gst.PadProbeReturn.OK

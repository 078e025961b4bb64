"""pipelines/upscale: containers, sound, names with blanks, and what it refuses."""

from __future__ import annotations  # noqa: I001

import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import LIMIT_S, ROOT, Contents, Program

from launch import Gst, GstPbutils, Line, Pipeline, quoted


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


SUBTITLES = "1\n00:00:00,100 --> 00:00:00,500\nGood morning\n\n2\n00:00:00,600 --> 00:00:00,900\nGood night\n"


LEFT_OUT = {2, 3, 6, 8, 9, 10, 15, 19, 20, 24, 26, 28}  # of 30 frames


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film with two sounds, subtitles, a title, and frames at uneven times."""
    (tmp_path / "texts.srt").write_text(SUBTITLES)
    path = tmp_path / "film.mkv"
    sound = "audiotestsrc num-buffers=43 samplesperbuffer=1024 ! audio/x-raw,rate=44100 ! vorbisenc ! queue ! muxer."
    pipeline = Pipeline(
        Line(
            f"matroskamux name=muxer ! filesink location={quoted(path)} "
            f"videotestsrc num-buffers=30 ! video/x-raw,width=96,height=64,framerate=30/1 ! identity name=uneven "
            f"! taginject tags=title=Holiday ! x264enc ! queue ! muxer. {sound} {sound} "
            f"filesrc location={quoted(tmp_path / 'texts.srt')} ! subparse ! queue ! muxer."
        )
    )

    def leave_out(_pad: Gst.Pad, info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        number = round(info.get_buffer().pts * 30 / Gst.SECOND)
        return Gst.PadProbeReturn.DROP if number in LEFT_OUT else Gst.PadProbeReturn.OK

    pipeline["uneven"].get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, leave_out)
    pipeline.run(LIMIT_S)
    return path


def contents_of(path: Path) -> dict[str, Any]:
    """Streams and title of a file, and the time of each frame in it."""
    found = GstPbutils.Discoverer.new(30 * Gst.SECOND).discover_uri(path.resolve().as_uri())
    tags = found.get_video_streams()[0].get_tags()
    times: list[int] = []
    texts: list[str] = []
    pipeline = Pipeline(Line(f"filesrc location={quoted(path)} ! decodebin name=decoder"))

    def note(pad: Gst.Pad, info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        kind, buffer = pad.get_current_caps().get_structure(0).get_name(), info.get_buffer()
        if kind == "video/x-raw":
            segment = pad.get_sticky_event(Gst.EventType.SEGMENT, 0).parse_segment()
            times.append(round(segment.to_stream_time(Gst.Format.TIME, buffer.pts) / Gst.MSECOND))
        elif kind == "text/x-raw":
            texts.append(buffer.extract_dup(0, buffer.get_size()).decode().strip("\0"))
        return Gst.PadProbeReturn.OK

    def attach(_decoder: Gst.Element, pad: Gst.Pad) -> None:
        sink = Gst.ElementFactory.make("fakesink")
        sink.set_property("async", False)
        pipeline.gst.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))
        pad.add_probe(Gst.PadProbeType.BUFFER, note)

    pipeline["decoder"].connect("pad-added", attach)
    pipeline.run(LIMIT_S)
    return {
        "sounds": len(found.get_audio_streams()),
        "texts": [text for text in texts if text],
        "title": tags.get_string(Gst.TAG_TITLE)[1] if tags else None,
        "times": times,
    }


@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
def test_sounds_subtitles_title_and_times_stay(suffix: str, film: Path, tmp_path: Path, program: Program) -> None:
    target = tmp_path / f"doubled.{suffix}"
    done = program("upscale", film, target)
    assert done.returncode == 0, done.stderr
    before, after = contents_of(film), contents_of(target)
    assert before["sounds"] == 2
    assert before["texts"] == ["Good morning", "Good night"]
    assert before["title"] == "Holiday"
    times, later = before.pop("times"), after.pop("times")
    if suffix == "mp4":
        # GStreamer's MP4 writer takes the film for shorter than it is where frames are
        # missing, so its reader may leave out the last frame, which is in the file.
        times = times[: max(len(later), len(times) - 1)]
    assert later == pytest.approx(times, abs=1)  # a container's unit of time
    assert after == before


def test_an_interruption_leaves_no_file(tmp_path: Path) -> None:
    long = tmp_path / "long.mkv"
    video = "videotestsrc num-buffers=900 ! video/x-raw,width=480,height=360 ! x264enc speed-preset=ultrafast"
    Pipeline(Line(f"{video} ! matroskamux ! filesink location={quoted(long)}")).run(LIMIT_S)
    target = tmp_path / "doubled.mkv"
    process = subprocess.Popen([ROOT / "pipelines/upscale", long, target], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if line.startswith("10 %"):
            break
    assert re.fullmatch(r"10 %, \d+:\d\d left\n", line)
    assert target.with_name("doubled.mkv.part").exists()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 1
    assert "interrupted" in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.mkv"]


def test_several_files_side_by_side(clips: dict[str, Path], tmp_path: Path, program: Program) -> None:
    done = program("upscale", "--jobs", 2, "--into", tmp_path / "doubled", clips["silent"], clips["sound"])
    assert done.returncode == 0, done.stderr
    for clip in clips.values():
        assert Contents(tmp_path / "doubled" / clip.name).size == (192, 128)
    again = program("upscale", "--jobs", 2, "--into", tmp_path / "doubled", clips["silent"], clips["sound"])
    assert again.stdout.count("is there already") == 2

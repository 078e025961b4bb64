"""The shared part of the programs: lines as text, errors, limits."""

from __future__ import annotations  # noqa: I001

import shlex

import pytest

from launch import Line, Pipeline, PipelineError, packed_i420, quoted


def test_a_line_reads_back_as_the_words_it_was_made_of() -> None:
    path = "/a b/it's $HOME.mkv"
    line = Line(f"filesrc location={quoted(path)} ! fakesink", ["cat", "x y"])
    shell_words = shlex.split(line.text())
    assert shell_words[:3] == ["cat", "x y", "|"]
    assert f"location={path}" in shell_words


def test_a_line_that_is_none_names_the_mistake_and_the_line() -> None:
    with pytest.raises(PipelineError, match=r"(?s)nosuchelement.*in the line: .*nosuchelement ! fakesink"):
        Pipeline(Line("nosuchelement ! fakesink"))


def test_an_error_in_the_pipeline_is_raised_with_its_element() -> None:
    with pytest.raises(PipelineError, match=r"(?s)reader.*/nowhere/x"):
        Pipeline(Line("filesrc name=reader location=/nowhere/x ! fakesink")).run(30)


def test_a_pipeline_without_end_is_stopped_at_its_limit() -> None:
    with pytest.raises(PipelineError, match="not at its end after 1 seconds"):
        Pipeline(Line("videotestsrc is-live=true ! fakesink")).run(1)


def test_a_feed_that_fails_is_an_error() -> None:
    with pytest.raises(PipelineError, match="ended with 3"):
        Pipeline(Line("fdsrc fd=0 ! fakesink", ["sh", "-c", "exit 3"])).run(30)


def test_packed_frames_have_no_padding() -> None:
    # 6x2: rows of 6 and 3 samples, which GStreamer pads to 8 and 4.
    pipeline = Pipeline(Line("videotestsrc num-buffers=1 pattern=white ! video/x-raw,format=I420,width=6,height=2 ! fakesink name=end"))
    frames: list[bytes] = []
    pipeline.count("end", "sink", lambda _count, buffer, caps: frames.append(packed_i420(buffer, caps)))
    pipeline.run(30)
    assert frames == [bytes([235] * 12 + [128] * 6)]

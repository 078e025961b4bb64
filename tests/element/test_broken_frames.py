"""Buffers that do not hold what their caps or metas say end in an error, not in a crash."""

from __future__ import annotations

import pytest
from media import WAYS, Gst, GstVideo, Problem, caps, pipeline, wait

WIDTH, HEIGHT = 64, 48


def error_after(buffer: Gst.Buffer, properties: str) -> Problem:
    """The error that follows a buffer."""
    with pipeline(f"appsrc name=in format=time caps={caps(WIDTH, HEIGHT)} ! superres {properties} ! fakesink") as made:
        made.set_state(Gst.State.PLAYING)
        made.get_by_name("in").push_buffer(buffer)
        return Problem.of(wait(made, Gst.MessageType.ERROR))


@pytest.mark.parametrize("properties", WAYS)
@pytest.mark.parametrize("size", [1, WIDTH * HEIGHT, WIDTH * HEIGHT * 3 // 2 - 1])
def test_a_buffer_that_is_too_small_cannot_be_read(size: int, properties: str) -> None:
    problem = error_after(Gst.Buffer.new_allocate(None, size, None), properties)
    assert (problem.domain, problem.code) == ("gst-resource-error-quark", int(Gst.ResourceError.READ))
    assert f" {size} bytes" in problem.text
    assert "upstream" in problem.text


@pytest.mark.parametrize("properties", WAYS)
@pytest.mark.parametrize(
    ("offsets", "strides"),
    [([0, 3072, 3840], [64, 32, 4000]), ([0, 3072, 4600], [64, 32, 32]), ([0, 3072, 3840], [16, 32, 32])],
    ids=["stride too large", "offset too large", "stride smaller than a row"],
)
def test_a_meta_that_promises_too_much_is_refused(offsets: list[int], strides: list[int], properties: str) -> None:
    buffer = Gst.Buffer.new_allocate(None, WIDTH * HEIGHT * 3 // 2, None)
    GstVideo.buffer_add_video_meta_full(
        buffer, GstVideo.VideoFrameFlags.NONE, GstVideo.VideoFormat.I420, WIDTH, HEIGHT, 3, [*offsets, 0], [*strides, 0]
    )
    problem = error_after(buffer, properties)
    assert problem.source.startswith("superres")
    assert (problem.domain, problem.code) == ("gst-resource-error-quark", int(Gst.ResourceError.READ))
    assert "plane" in problem.text

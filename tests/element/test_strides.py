"""Frames with any strides and offsets give the frames that tightly packed ones give."""

from __future__ import annotations

import numpy as np
import pytest
from media import FORMATS, WAYS, Gst, GstVideo, caps, lay_out, picture, pipeline, plane_sizes, planes, same, samples, tight

SIZES = ((33, 17), (64, 48), (1, 1))
LAYOUTS = {
    "strides one byte beyond the row": (0, 1, 0),
    "wide strides": (0, 61, 0),
    "planes apart": (0, 0, 129),
    "everything, after an odd offset": (13, 7, 5),
}


def with_meta(video_format: str, content: list[np.ndarray], layout: tuple[int, int, int]) -> Gst.Buffer:
    """A buffer laid out by the caller: bytes before the first plane, after each row, after each plane."""
    height, width = content[0].shape
    offset, beyond_row, beyond_plane = layout
    offsets, strides = [], []
    for rows, row_bytes in plane_sizes(video_format, width, height):
        offsets.append(offset)
        strides.append(row_bytes + beyond_row)
        offset += rows * strides[-1] + beyond_plane
    data = np.full(offset, 0xA5, np.uint8)
    lay_out(data, content, offsets, strides)
    buffer = Gst.Buffer.new_wrapped(data.tobytes())
    unused = [0] * (4 - len(offsets))
    GstVideo.buffer_add_video_meta_full(
        buffer,
        GstVideo.VideoFrameFlags.NONE,
        GstVideo.VideoFormat.from_string(video_format),
        width,
        height,
        len(offsets),
        offsets + unused,
        strides + unused,
    )
    return buffer


@pytest.mark.parametrize("properties", WAYS)
@pytest.mark.parametrize("video_format", FORMATS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_layout_of_the_input_does_not_matter(video_format: str, width: int, height: int, properties: str) -> None:
    content = picture(video_format, width, height)
    with pipeline(
        f"appsrc name=in format=time caps={caps(width, height, video_format)} ! superres {properties} ! appsink name=out sync=false"
    ) as made:
        made.set_state(Gst.State.PLAYING)
        source = made.get_by_name("in")
        source.push_buffer(tight(video_format, content))
        for layout in LAYOUTS.values():
            source.push_buffer(with_meta(video_format, content, layout))
        source.end_of_stream()
        want, *laid_out = map(planes, samples(made))
    assert len(laid_out) == len(LAYOUTS)
    for got in laid_out:
        same(got, want)


def test_planes_in_memories_of_their_own() -> None:
    """As some decoders give them: one memory a plane."""
    width, height = 33, 17
    content = picture("I420", width, height)
    buffer = Gst.Buffer.new()
    offsets, strides, begin = [0] * 4, [0] * 4, 0
    for plane, rows in enumerate(content):
        buffer.append_memory(Gst.Buffer.new_wrapped(rows.tobytes()).get_all_memory())
        offsets[plane], strides[plane] = begin, rows.shape[1]
        begin += rows.size
    assert buffer.n_memory() == 3
    GstVideo.buffer_add_video_meta_full(
        buffer, GstVideo.VideoFrameFlags.NONE, GstVideo.VideoFormat.I420, width, height, 3, offsets, strides
    )
    with pipeline(f"appsrc name=in format=time caps={caps(width, height)} ! superres ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        source = made.get_by_name("in")
        source.push_buffer(tight("I420", content))
        source.push_buffer(buffer)
        source.end_of_stream()
        want, got = map(planes, samples(made))
    same(got, want)


@pytest.mark.parametrize("properties", WAYS)
def test_a_meta_larger_than_the_caps_is_cut(properties: str) -> None:
    """As decoders of whole macroblocks give them."""
    large = picture("I420", 48, 32)
    small = [plane[:rows, :columns] for plane, (rows, columns) in zip(large, plane_sizes("I420", 33, 17), strict=True)]
    with pipeline(f"appsrc name=in format=time caps={caps(33, 17)} ! superres {properties} ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        source = made.get_by_name("in")
        source.push_buffer(tight("I420", small))
        source.push_buffer(with_meta("I420", large, (0, 0, 0)))
        source.end_of_stream()
        want, got = map(planes, samples(made))
    same(got, want)

"""compare sets the plain frame on the left of the divider, and the generator's on the right."""

from __future__ import annotations

import gi
import numpy as np
import pytest
from media import ALL_FORMATS, MODELS, TEN_BIT, Gst, caps, picture, pipeline, planes, same, samples, tight

gi.require_version("GstController", "1.0")
from gi.repository import GstController

Planes = list[np.ndarray]
NOISE = 3


def frame(properties: str, video_format: str, width: int, height: int) -> Planes:
    """What becomes of a frame of noise."""
    given = caps(width, height, video_format)
    with pipeline(f"appsrc name=in format=time caps={given} ! superres {properties} ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        made.get_by_name("in").push_buffer(noise(video_format, width, height))
        made.get_by_name("in").end_of_stream()
        [sample] = samples(made)
        return planes(sample)


def noise(video_format: str, width: int, height: int) -> Gst.Buffer:
    content = picture(video_format, width, height, NOISE)
    if video_format in TEN_BIT:
        unused = 0xFFC0 if video_format == "P010_10LE" else 0x03FF
        content = [(plane.view("<u2") & np.uint16(unused)).view(np.uint8) for plane in content]
    return tight(video_format, content)


def divided(left: Planes, right: Planes, video_format: str, divider: float) -> Planes:
    """Two frames beside each other, sample by sample, with the line between them."""
    kind = "<u2" if video_format in TEN_BIT else np.uint8
    unit = {"P010_10LE": 256, "I420_10LE": 4, "I422_10LE": 4}.get(video_format, 1)
    size = 2 if video_format in TEN_BIT else 1
    width = left[0].shape[1] // size
    columns = (width + 1) // 2
    column = int(np.floor(divider * columns + 0.5))
    result = []
    for number, (a, b) in enumerate(zip(left, right, strict=True)):
        one, other = a.view(kind), b.view(kind).copy()
        samples_a_column = 2 if number == 0 or len(left) == 2 else 1
        border = column * samples_a_column
        other[:, :border] = one[:, :border]
        if 0 < column < columns:
            line = [16, 235] if number == 0 else [128] * samples_a_column
            for i, value in enumerate(line):
                other[:, border + i : border + i + 1] = value * unit
        result.append(other.view(np.uint8))
    return result


def ways(video_format: str, scale: int) -> tuple[str, str]:
    """Properties of the plain frame, and of a generator whose frame is quite another."""
    model = ("turn" if scale == 1 else "nearest") + ("-ten-bit" if video_format in TEN_BIT else "")
    return f"tier=lanczos scale={scale}", f"model={MODELS}/{model}.onnx scale={scale}"


@pytest.mark.parametrize("video_format", ALL_FORMATS)
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(("width", "height"), [(64, 48), (33, 17), (1, 1), (2, 3)])
def test_lanczos_left_and_the_generator_right(video_format: str, width: int, height: int, scale: int) -> None:
    plain, own = ways(video_format, scale)
    left, right = frame(plain, video_format, width, height), frame(own, video_format, width, height)
    for divider in (0, 0.3, 0.5, 1):
        got = frame(f"{own} compare=true divider={divider}", video_format, width, height)
        same(got, divided(left, right, video_format, divider))


@pytest.mark.parametrize("video_format", ["I420", "Y42B", "P010_10LE"])
def test_strength_counts_on_the_right(video_format: str) -> None:
    plain, own = ways(video_format, 2)
    left, right = frame(plain, video_format, 64, 48), frame(f"{own} strength=0.4", video_format, 64, 48)
    same(frame(f"{own} strength=0.4 compare=true", video_format, 64, 48), divided(left, right, video_format, 0.5))


@pytest.mark.parametrize("properties", ["tier=lanczos", "strength=0", "scale=1 tier=lanczos"])
def test_without_a_generator_the_line_alone_shows(properties: str) -> None:
    plain = frame(properties, "NV12", 64, 48)
    same(frame(f"{properties} compare=true divider=0.25", "NV12", 64, 48), divided(plain, plain, "NV12", 0.25))


def test_divider_moves_while_playing() -> None:
    plain, own = ways("I420", 2)
    left, right = frame(plain, "I420", 64, 48), frame(own, "I420", 64, 48)
    given = caps(64, 48)
    with pipeline(f"appsrc name=in format=time caps={given} ! superres name=s {own} ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        element = made.get_by_name("s")

        def one() -> Planes:
            made.get_by_name("in").push_buffer(noise("I420", 64, 48))
            return planes(made.get_by_name("out").pull_sample())

        same(one(), right)
        for divider in (0.5, 0.2, 0.9):
            element.set_property("compare", True)
            element.set_property("divider", divider)
            same(one(), divided(left, right, "I420", divider))
        element.set_property("compare", False)
        same(one(), right)


def test_divider_follows_the_streams_time() -> None:
    """Bound to a control source, it is read at each frame's time."""
    with pipeline(
        f"appsrc name=in format=time caps={caps(64, 48)} ! superres name=s tier=lanczos compare=true ! appsink name=out sync=false"
    ) as made:
        element = made.get_by_name("s")
        control = GstController.InterpolationControlSource()
        control.props.mode = GstController.InterpolationMode.LINEAR
        element.add_control_binding(GstController.DirectControlBinding.new(element, "divider", control))
        assert control.set(0, 0.0)
        assert control.set(Gst.SECOND, 1.0)
        made.set_state(Gst.State.PLAYING)
        for at in (0.25, 0.5, 0.75):
            buffer = noise("I420", 64, 48)
            buffer.pts = int(at * Gst.SECOND)
            made.get_by_name("in").push_buffer(buffer)
            luma = planes(made.get_by_name("out").pull_sample())[0]
            column = 2 * round(at * 64)
            assert (luma[:, column] == 16).all()
            assert (luma[:, column + 1] == 235).all()

"""strength mixes the generator's frame with the plain one, sample by sample."""

from __future__ import annotations

import gi
import numpy as np
import pytest
from media import FORMATS, MODELS, Gst, caps, picture, pipeline, planes, same, samples, tight

gi.require_version("GstController", "1.0")
from gi.repository import GstController

Planes = list[np.ndarray]


def frame(properties: str, video_format: str, content: Planes) -> Planes:
    height, width = content[0].shape
    given = caps(width, height, video_format)
    with pipeline(f"appsrc name=in format=time caps={given} ! superres {properties} ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        made.get_by_name("in").push_buffer(tight(video_format, content))
        made.get_by_name("in").end_of_stream()
        [sample] = samples(made)
        return planes(sample)


def repeated(plane: np.ndarray, samples: int) -> np.ndarray:
    """Every group of so many samples twice, both ways."""
    rows = plane.repeat(2, axis=0)
    return np.repeat(rows.reshape(len(rows), -1, samples), 2, axis=1).reshape(len(rows), -1)


def mixed(plain: Planes, own: Planes, strength: float) -> Planes:
    """The formula, with the strength in steps of 1/65536."""
    weight = round(strength * 65536) / 65536
    return [np.floor(p + weight * (g.astype(float) - p) + 0.5).astype(np.uint8) for p, g in zip(plain, own, strict=True)]


@pytest.mark.parametrize("video_format", FORMATS)
@pytest.mark.parametrize(("width", "height"), [(64, 48), (33, 17), (1, 1), (385, 289)])
@pytest.mark.parametrize("strength", [0, 0.3, 0.5, 1])
def test_between_lanczos_and_the_generator(video_format: str, width: int, height: int, strength: float) -> None:
    content = picture(video_format, width, height)
    plain = frame("tier=lanczos", video_format, content)
    own = [repeated(plane, 2 if i and video_format in ("NV12", "NV21") else 1) for i, plane in enumerate(content)]
    # Odd sizes: the chroma of the double has one sample less than twice as many.
    own = [p[: q.shape[0], : q.shape[1]] for p, q in zip(own, plain, strict=True)]
    same(frame(f"model={MODELS}/nearest.onnx strength={strength}", video_format, content), mixed(plain, own, strength))


@pytest.mark.parametrize("video_format", FORMATS)
@pytest.mark.parametrize("strength", [0, 0.3, 1])
def test_between_the_input_and_what_restores_it(video_format: str, strength: float) -> None:
    content = picture(video_format, 66, 34)
    turned = frame(f"scale=1 model={MODELS}/turn.onnx", video_format, content)
    got = frame(f"scale=1 model={MODELS}/turn.onnx strength={strength}", video_format, content)
    same(got, mixed(content, turned, strength))


def test_at_0_no_generator_runs() -> None:
    with pipeline(f"videotestsrc num-buffers=2 ! {caps(32, 32)} ! superres name=s strength=0 ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        samples(made)
        stats = made.get_by_name("s").get_property("stats")
    assert (stats.get_string("tier"), stats.get_string("look"), stats.get_string("damage")) == ("lanczos", "", "")


def test_change_while_playing() -> None:
    """It counts from the next frame on."""
    content = picture("I420", 64, 48)
    strengths = (1, 0, 0.5, 0, 1, 0.25)
    want = [frame(f"model={MODELS}/nearest.onnx strength={s}", "I420", content) for s in strengths]
    with pipeline(
        f"appsrc name=in format=time caps={caps(64, 48)} ! superres name=s model={MODELS}/nearest.onnx ! appsink name=out sync=false"
    ) as made:
        made.set_state(Gst.State.PLAYING)
        for strength, expected in zip(strengths, want, strict=True):
            made.get_by_name("s").set_property("strength", strength)
            made.get_by_name("in").push_buffer(tight("I420", content))
            same(planes(made.get_by_name("out").pull_sample()), expected)


def test_controlled_by_the_time_of_the_stream() -> None:
    """From 1 at the beginning to 0 after four seconds."""
    content = picture("I420", 64, 48)
    plain, own = (frame(f"model={MODELS}/nearest.onnx strength={s}", "I420", content) for s in (0, 1))
    with pipeline(
        f"appsrc name=in format=time caps={caps(64, 48)} ! superres name=s model={MODELS}/nearest.onnx ! appsink name=out sync=false"
    ) as made:
        element = made.get_by_name("s")
        ramp = GstController.InterpolationControlSource()
        ramp.set_property("mode", GstController.InterpolationMode.LINEAR)
        assert element.add_control_binding(GstController.DirectControlBinding.new(element, "strength", ramp))
        assert ramp.set(0, 1)
        assert ramp.set(4 * Gst.SECOND, 0)
        made.set_state(Gst.State.PLAYING)
        for second in range(5):
            buffer = tight("I420", content)
            buffer.pts = second * Gst.SECOND
            made.get_by_name("in").push_buffer(buffer)
            same(planes(made.get_by_name("out").pull_sample()), mixed(plain, own, 1 - second / 4))

"""scale=1 keeps the size, and the scale can be changed while frames flow."""

from __future__ import annotations

import time

import numpy as np
import pytest
from media import FORMATS, MODELS, SIZES, Gst, Problem, caps, picture, pipeline, planes, same, samples, size, tight, wait

WIDTH, HEIGHT = 64, 48


def restored(properties: str, video_format: str, content: list[np.ndarray]) -> tuple[tuple[int, int], list[np.ndarray]]:
    """Size and planes of a frame after superres at scale 1."""
    height, width = content[0].shape
    given = caps(width, height, video_format)
    with pipeline(f"appsrc name=in format=time caps={given} ! superres scale=1 {properties} ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        made.get_by_name("in").push_buffer(tight(video_format, content))
        made.get_by_name("in").end_of_stream()
        [sample] = samples(made)
        return size(sample), planes(sample)


@pytest.mark.parametrize("video_format", FORMATS)
@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda n: str(n))
@pytest.mark.parametrize("properties", ["tier=lanczos", f"model={MODELS}/copy.onnx"], ids=["lanczos", "copy"])
def test_every_size_and_format_stays(video_format: str, width: int, height: int, properties: str) -> None:
    """Without a generator, and with one that copies."""
    content = picture(video_format, width, height)
    got_size, got = restored(properties, video_format, content)
    assert got_size == (width, height)
    same(got, content)


@pytest.mark.parametrize("video_format", FORMATS)
def test_a_generator_that_restores_works_on_the_frame(video_format: str) -> None:
    """The test model turns each 2x2 block of luma by half, and exchanges U and V."""
    content = picture(video_format, WIDTH, HEIGHT)
    _, got = restored(f"model={MODELS}/turn.onnx", video_format, content)
    blocks = content[0].reshape(HEIGHT // 2, 2, WIDTH // 2, 2)[:, ::-1, :, ::-1]
    want = [blocks.reshape(HEIGHT, WIDTH)]
    if video_format in ("I420", "YV12"):
        want += [content[2], content[1]]
    elif video_format in ("NV12", "NV21"):
        want += [content[1].reshape(HEIGHT // 2, WIDTH // 2, 2)[:, :, ::-1].reshape(HEIGHT // 2, WIDTH)]
    same(got, want)


def stream(properties: str, downstream: str = "") -> str:
    return (
        f"appsrc name=in format=time caps={caps(WIDTH, HEIGHT)} ! superres name=s {properties} {downstream} ! appsink name=out sync=false"
    )


def frame(made: Gst.Pipeline) -> Gst.Sample:
    """One frame, in and out."""
    made.get_by_name("in").push_buffer(tight("I420", picture("I420", WIDTH, HEIGHT)))
    sample = made.get_by_name("out").try_pull_sample(20 * Gst.SECOND)
    assert sample is not None
    return sample


@pytest.mark.parametrize(("before", "after"), [(2, 1), (1, 2)])
def test_change_while_playing(before: int, after: int) -> None:
    """Every frame is wholly of one scale, and none is lost."""
    want = {}
    for scale in (before, after):
        with pipeline(stream(f"tier=lanczos scale={scale}")) as made:
            made.set_state(Gst.State.PLAYING)
            want[scale] = planes(frame(made))
    with pipeline(stream(f"tier=lanczos scale={before}")) as made:
        made.set_state(Gst.State.PLAYING)
        same(planes(frame(made)), want[before])
        made.get_by_name("s").set_property("scale", after)
        deadline = time.monotonic() + 60
        while True:
            sample = frame(made)
            scale = size(sample)[0] // WIDTH
            assert size(sample) == (scale * WIDTH, scale * HEIGHT)
            same(planes(sample), want[scale])
            if scale == after:
                break
            assert time.monotonic() < deadline, "the new scale was never taken up"
        same(planes(frame(made)), want[after])


def test_back_and_forth() -> None:
    """The latest of many changes wins."""
    with pipeline(stream("tier=lanczos")) as made:
        made.set_state(Gst.State.PLAYING)
        frame(made)
        for scale in (1, 2, 1, 2, 1) * 6:
            made.get_by_name("s").set_property("scale", scale)
            assert size(frame(made)) in ((WIDTH, HEIGHT), (2 * WIDTH, 2 * HEIGHT))
        deadline = time.monotonic() + 60
        while size(frame(made)) != (WIDTH, HEIGHT):
            assert time.monotonic() < deadline
        assert made.get_by_name("s").get_property("scale") == 1


def test_a_size_that_downstream_does_not_take_is_refused_and_the_stream_goes_on() -> None:
    with pipeline(stream("tier=lanczos", f"! {caps(2 * WIDTH, 2 * HEIGHT)}")) as made:
        made.set_state(Gst.State.PLAYING)
        frame(made)
        element = made.get_by_name("s")
        element.set_property("scale", 1)
        warning = Problem.of(wait(made, Gst.MessageType.WARNING))
        assert (warning.domain, warning.code) == ("gst-core-error-quark", int(Gst.CoreError.NEGOTIATION))
        for word in ("scale=1", f"width=(int){WIDTH}", "downstream"):
            assert word in warning.text, warning.text
        assert size(frame(made)) == (2 * WIDTH, 2 * HEIGHT)
        assert element.get_property("scale") == 2, "the property is what is in use"
        element.set_property("tier", "balanced")
        deadline = time.monotonic() + 60
        while element.get_property("stats").get_string("tier") != "balanced":
            frame(made)
            assert time.monotonic() < deadline, "other changes must not fail for it"


def test_a_model_of_another_scale_is_refused_and_the_stream_goes_on() -> None:
    with pipeline(stream(f"model={MODELS}/nearest.onnx")) as made:
        made.set_state(Gst.State.PLAYING)
        frame(made)
        made.get_by_name("s").set_property("scale", 1)
        warning = Problem.of(wait(made, Gst.MessageType.WARNING))
        assert (warning.domain, warning.code) == ("gst-resource-error-quark", int(Gst.ResourceError.SETTINGS))
        assert "one for scale=2" in warning.text
        assert size(frame(made)) == (2 * WIDTH, 2 * HEIGHT)


def test_change_in_ready() -> None:
    with pipeline(stream("tier=lanczos")) as made:
        for scale in (2, 1, 2):
            made.set_state(Gst.State.READY)
            made.get_by_name("s").set_property("scale", scale)
            made.set_state(Gst.State.PLAYING)
            assert size(frame(made)) == (scale * WIDTH, scale * HEIGHT)


def test_a_change_of_size_and_scale_at_once() -> None:
    with pipeline(stream("tier=lanczos")) as made:
        made.set_state(Gst.State.PLAYING)
        frame(made)
        made.get_by_name("s").set_property("scale", 1)
        source = made.get_by_name("in")
        source.set_caps(Gst.Caps.from_string(caps(34, 18)))
        deadline = time.monotonic() + 60
        while True:
            source.push_buffer(tight("I420", picture("I420", 34, 18)))
            got = size(made.get_by_name("out").try_pull_sample(20 * Gst.SECOND))
            assert got in ((34, 18), (68, 36))
            if got == (34, 18):
                break
            assert time.monotonic() < deadline

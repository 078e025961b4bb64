"""What is not computed again comes out as if it had been, byte for byte."""

from __future__ import annotations

import numpy as np
import pytest
from media import ALL_FORMATS, MODELS, Gst, caps, picture, pipeline, planes, same, tight

WIDTH, HEIGHT = 162, 122

Planes = list[np.ndarray]


class Stream:
    """Single frames through one element."""

    def __init__(self, made: Gst.Pipeline) -> None:
        self.made, self.element = made, made.get_by_name("s")
        made.get_by_name("in").connect("seek-data", lambda *_: True)
        made.set_state(Gst.State.PLAYING)

    def caps(self, video_format: str, width: int, height: int) -> None:
        self.video_format = video_format
        self.made.get_by_name("in").set_caps(Gst.Caps.from_string(caps(width, height, video_format)))

    def frame(self, content: Planes) -> Planes:
        self.made.get_by_name("in").push_buffer(tight(self.video_format, content))
        sample = self.made.get_by_name("out").try_pull_sample(60 * Gst.SECOND)
        assert sample is not None, "no frame came out"
        return planes(sample)

    def reused(self) -> float:
        return self.element.get_property("stats").get_double("reused")[1]

    def tier(self, tier: str, content: Planes) -> None:
        """Change the tier, with frames until it is in use."""
        Gst.util_set_object_arg(self.element, "tier", tier)
        for _ in range(100_000):
            self.frame(content)
            if self.element.get_property("stats").get_string("tier") == tier:
                return
        raise AssertionError(f"the tier {tier} was not taken up")

    def seek(self) -> None:
        assert self.element.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH, 0)


def line(properties: str) -> str:
    return f"appsrc name=in format=time stream-type=seekable ! superres name=s {properties} ! appsink name=out sync=false"


def changed(content: Planes, random: np.random.Generator) -> Planes:
    """The same frame but for a few blocks, or a sample."""
    result = [plane.copy() for plane in content]
    for _ in range(random.integers(1, 4)):
        plane = result[random.integers(len(result))]
        y, x = random.integers(plane.shape[0]), random.integers(plane.shape[1])
        side = random.choice([1, 8, 30])
        plane[y : y + side, x : x + side] ^= 0x15
    return result


@pytest.mark.parametrize("video_format", ALL_FORMATS)
def test_frames_are_those_of_computing_all(video_format: str) -> None:
    """Through small changes, seeks, sizes and tiers."""
    random = np.random.default_rng(5)
    with pipeline(line("reuse=true damage=coded")) as reusing, pipeline(line("reuse=false damage=coded")) as computing:
        ours, whole = Stream(reusing), Stream(computing)
        shares = []
        for width, height, tier in [(WIDTH, HEIGHT, "balanced"), (WIDTH, HEIGHT, "fast"), (97, 65, "fast"), (WIDTH, HEIGHT, "balanced")]:
            content = picture(video_format, width, height)
            for stream in (ours, whole):
                stream.caps(video_format, width, height)
                stream.tier(tier, content)
            for number in range(8):
                same(ours.frame(content), whole.frame(content))
                shares.append(ours.reused())
                assert whole.reused() == 0
                if number == 4:
                    ours.seek()
                    whole.seek()
                content = changed(content, random) if number % 3 else content
    assert max(shares) == 1, "a frame without a change is not computed"
    assert any(0 < share < 1 for share in shares), "parts are reused"


def test_reuse_can_be_changed_while_playing() -> None:
    content = picture("I420", WIDTH, HEIGHT)
    with pipeline(line(f"model={MODELS}/convolve.onnx")) as made:
        stream = Stream(made)
        stream.caps("I420", WIDTH, HEIGHT)
        first = stream.frame(content)
        for reuse, share in ((True, 1), (False, 0), (True, 1)):
            stream.element.set_property("reuse", reuse)
            same(stream.frame(content), first)
            assert stream.reused() == share


def test_the_threshold_counts_from_what_was_computed() -> None:
    content = [np.full_like(plane, 100) for plane in picture("I420", WIDTH, HEIGHT)]
    with pipeline(line(f"model={MODELS}/nearest.onnx reuse-threshold=3")) as made:
        stream = Stream(made)
        stream.caps("I420", WIDTH, HEIGHT)
        for level in range(100, 120):
            content[0][40, 50] = level
            shown = stream.frame(content)[0][80, 100]
            assert int(shown) == level - (level - 100) % 4, "off by at most 3"

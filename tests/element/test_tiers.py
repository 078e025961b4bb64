"""The tier can be changed while frames flow, and what cannot be had is said once."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from conftest import PROJECT
from host import application
from media import Gst, Problem, caps, picture, pipeline, planes, same, tight, wait

WIDTH, HEIGHT = 96, 64
SOURCE = "videotestsrc is-live=true ! " + caps(64, 48)
GENERATORS = ("quality", "balanced", "fast")
BUILT_IN = [tier for tier in GENERATORS if (PROJECT / "model/weights" / f"{tier}-faithful.onnx").exists()]
NEAREST = {"quality": ("balanced", "fast"), "balanced": ("fast", "quality"), "fast": ("balanced", "quality")}


class Stream:
    """Single frames through one element."""

    def __init__(self, made: Gst.Pipeline) -> None:
        self.element = made.get_by_name("s")
        self.source, self.sink = made.get_by_name("in"), made.get_by_name("out")
        self.content = picture("I420", WIDTH, HEIGHT)
        made.set_state(Gst.State.PLAYING)

    def frame(self) -> list[np.ndarray]:
        """One frame, in and out."""
        self.source.push_buffer(tight("I420", self.content))
        return planes(self.sink.pull_sample())

    def tier(self) -> str:
        """Of the latest frame."""
        return self.element.get_property("stats").get_string("tier")


def stream(tier: str) -> str:
    return f"appsrc name=in format=time caps={caps(WIDTH, HEIGHT)} ! superres name=s tier={tier} ! appsink name=out"


def fresh(tier: str) -> list[np.ndarray]:
    """The frame as an element gives it that has never had another tier."""
    with pipeline(stream(tier)) as made:
        return Stream(made).frame()


@pytest.mark.parametrize(("before", "after"), [("balanced", "lanczos"), ("lanczos", "balanced")])
def test_change_while_playing(before: str, after: str) -> None:
    """Every frame is wholly of one tier, and once the new one is ready all are of it."""
    want = {tier: fresh(tier) for tier in (before, after)}
    with pipeline(stream(before)) as made:
        frames = Stream(made)
        same(frames.frame(), want[before])
        frames.element.set_property("tier", after)
        deadline = time.monotonic() + 60
        while frames.tier() != after:
            same(frames.frame(), want[frames.tier()])
            assert time.monotonic() < deadline, "the new tier was never taken up"
        same(frames.frame(), want[after])


def test_back_and_forth() -> None:
    """The latest of many changes wins, and a size change in between is followed by all."""
    with pipeline(stream("balanced")) as made:
        frames = Stream(made)
        frames.frame()
        for tier in ("lanczos", "balanced", "lanczos", "balanced", "lanczos") * 4:
            frames.element.set_property("tier", tier)
        deadline = time.monotonic() + 60
        while frames.tier() != "lanczos":
            frames.frame()
            assert time.monotonic() < deadline
        frames.source.set_caps(Gst.Caps.from_string(caps(34, 18)))
        frames.content = picture("I420", 34, 18)
        assert frames.frame()[0].shape == (36, 68)
        frames.element.set_property("tier", "balanced")
        while frames.tier() != "balanced":
            assert frames.frame()[0].shape == (36, 68)
            assert time.monotonic() < deadline


def test_auto_is_the_best_that_keeps_up() -> None:
    with pipeline(stream("auto")) as made:
        frames = Stream(made)
        frame, used = frames.frame(), frames.tier()
    assert used in ("quality", "balanced"), "a slow machine may not keep up with quality"
    same(frame, fresh(used))


@pytest.mark.parametrize("tier", GENERATORS)
def test_a_tier_that_is_not_built_in(tier: str) -> None:
    with pipeline(f"videotestsrc num-buffers=3 ! {caps(32, 32)} ! superres name=s tier={tier} ! fakesink") as made:
        made.set_state(Gst.State.PLAYING)
        warnings = []
        while (message := wait(made, Gst.MessageType.EOS | Gst.MessageType.WARNING)).type != Gst.MessageType.EOS:
            warnings.append(Problem.of(message))
        used = made.get_by_name("s").get_property("stats").get_string("tier")
    if tier in BUILT_IN:
        assert (used, warnings) == (tier, [])
        return
    assert used == next(t for t in (*NEAREST[tier], "lanczos") if t in (*BUILT_IN, "lanczos"))
    [warning] = warnings
    assert f"tier={tier}" in warning.text
    assert f"tier={used}" in warning.text
    assert (warning.domain, warning.code) == ("gst-resource-error-quark", int(Gst.ResourceError.SETTINGS))


def test_a_change_that_fails_does_not_end_the_stream(bare_plugin: Path) -> None:
    answer = application(bare_plugin, f"{SOURCE} ! superres name=s tier=lanczos ! fakesink", tier="balanced")
    assert answer.problem is None
    assert answer.warning is not None
    assert (answer.warning.domain, answer.warning.code) == ("gst-library-error-quark", int(Gst.LibraryError.INIT))
    assert "ONNX Runtime" in answer.warning.text


def test_a_panic_in_a_change_becomes_an_error(faults: Path) -> None:
    description = f"{SOURCE} ! superres name=s tier=lanczos ! fakesink"
    answer = application(faults, description, tier="balanced", SUPERRES_FAULT="prepare")
    assert answer.warning is not None
    assert "injected fault" in answer.warning.text


def test_a_model_of_the_users_own(tmp_path: Path) -> None:
    """The test model repeats samples: its frames are known."""
    with pipeline(stream("balanced")) as made:
        element = made.get_by_name("s")
        element.set_property("model", str(PROJECT / "model/testdata/nearest.onnx"))
        frames = Stream(made)
        got = frames.frame()
        assert frames.tier() == "model"
    same(got, [plane.repeat(2, axis=0).repeat(2, axis=1) for plane in frames.content])

"""State changes in any order, again and again, with and without frames."""

from __future__ import annotations

import pytest
from media import WAYS, Gst, caps, pipeline, size, wait

NULL, READY, PAUSED, PLAYING = Gst.State.NULL, Gst.State.READY, Gst.State.PAUSED, Gst.State.PLAYING
ORDERS = {
    "step by step": [READY, PAUSED, PLAYING, PAUSED, READY, NULL],
    "in leaps": [PLAYING, NULL],
    "back and forth": [READY, PAUSED, READY, PAUSED, PLAYING, PAUSED, PLAYING, READY, PAUSED, NULL],
    "down at once": [READY, NULL, PAUSED, NULL, PLAYING, READY, PLAYING, NULL],
}


@pytest.mark.parametrize("tier", ["balanced", "lanczos"])
@pytest.mark.parametrize("order", ORDERS)
def test_alone(order: str, tier: str) -> None:
    element = Gst.ElementFactory.make("superres")
    element.set_property("tier", tier)
    for _ in range(2):
        for state in ORDERS[order]:
            assert element.set_state(state) == Gst.StateChangeReturn.SUCCESS
            assert element.get_state(0)[1] == state


@pytest.mark.parametrize("properties", WAYS)
@pytest.mark.parametrize("order", ORDERS)
def test_with_frames(order: str, properties: str) -> None:
    with pipeline(f"videotestsrc ! {caps(64, 48)} ! superres {properties} ! fakesink sync=false") as made:
        for state in ORDERS[order]:
            assert made.set_state(state) != Gst.StateChangeReturn.FAILURE
            result, reached, _ = made.get_state(60 * Gst.SECOND)
            assert (result, reached) == (Gst.StateChangeReturn.SUCCESS, state)
        assert made.get_bus().pop_filtered(Gst.MessageType.ERROR) is None


def test_stopped_in_the_middle_of_frames() -> None:
    """To NULL at once after PLAYING, while frames and changes of tier, look and scale are under way."""
    with pipeline(f"videotestsrc ! {caps(160, 120)} ! superres name=s ! fakesink sync=false") as made:
        element = made.get_by_name("s")
        for name, value in [("tier", "lanczos"), ("scale", 1), ("scale", 2), ("tier", "balanced"), ("look", "crisp")] * 3:
            made.set_state(PLAYING)
            element.set_property(name, value)
            assert made.set_state(NULL) == Gst.StateChangeReturn.SUCCESS


def test_another_stream_after_ready() -> None:
    """Nothing of the first stream is left in the second."""
    with pipeline("videotestsrc name=v ! capsfilter name=c ! superres name=s ! fakesink name=sink") as made:
        for width, height, video_format, count in ((64, 48, "I420", 3), (33, 17, "GRAY8", 2)):
            made.get_by_name("v").set_property("num-buffers", count)
            made.get_by_name("c").set_property("caps", Gst.Caps.from_string(caps(width, height, video_format)))
            made.set_state(PLAYING)
            wait(made, Gst.MessageType.EOS)
            assert size(made.get_by_name("sink").get_property("last-sample")) == (2 * width, 2 * height)
            assert made.get_by_name("s").get_property("stats").get_uint64("frames") == (True, count)
            made.set_state(READY)


def test_model_and_threads_can_be_changed_in_ready() -> None:
    """They count with the next start, as gst-inspect-1.0 says."""
    with pipeline(f"videotestsrc num-buffers=2 ! {caps(32, 32)} ! superres name=s ! fakesink") as made:
        element = made.get_by_name("s")
        for threads, tier in ((1, "lanczos"), (2, "balanced")):
            element.set_property("threads", threads)
            element.set_property("tier", tier)
            made.set_state(PLAYING)
            wait(made, Gst.MessageType.EOS)
            assert element.get_property("stats").get_string("tier") == tier
            made.set_state(READY)


def test_flushing_seeks() -> None:
    with pipeline(f"videotestsrc num-buffers=300 ! {caps(32, 32)} ! superres ! fakesink name=sink") as made:
        made.set_state(PAUSED)
        made.get_state(60 * Gst.SECOND)
        for second in (3, 1, 2):
            assert made.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH, second * Gst.SECOND)
            assert made.get_state(60 * Gst.SECOND)[0] == Gst.StateChangeReturn.SUCCESS
            pts = made.get_by_name("sink").get_property("last-sample").get_buffer().pts
            assert pts >= second * Gst.SECOND

"""With tier=auto, frames that could be late are made by something quicker; nothing else ever is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from media import PATIENCE, Gst, caps, picture, pipeline, tight, wait

Scene = Callable[..., None]  # of conftest, which must not be imported where a scene runs: it names another plugin

SLOW = "video/x-raw,format=I420,width=64,height=48,framerate=10/1"
LIVE = f"videotestsrc is-live=true ! {SLOW} ! superres name=s {{}} ! fakesink sync=true"
QUALITIES = {"quality": 1000000, "balanced": 800000, "fast": 600000, "lanczos": 400000}


def next_change(made: Gst.Pipeline) -> tuple[int, int]:
    """Quality and frames so far of the next change of tier."""
    message = wait(made, Gst.MessageType.QOS)
    assert message.src.get_name() == "s"
    layout, frames, _ = message.parse_qos_stats()
    assert layout == Gst.Format.BUFFERS
    return message.parse_qos_values()[2], frames


def tier(made: Gst.Pipeline) -> str:
    return made.get_by_name("s").get_property("stats").get_string("tier")


def frame_after(made: Gst.Pipeline, frames: int) -> None:
    """Wait until more frames than that are done."""
    deadline = time.monotonic() + PATIENCE // Gst.SECOND
    while made.get_by_name("s").get_property("stats").get_uint64("frames")[1] <= frames:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def down_and_up(delays: Path) -> None:
    """Ten frames a second; balanced is expected to take a quarter of what quality does, fast two thirds of what balanced does."""
    delays.write_text("quality 110")
    with pipeline(LIVE.format("")) as made:
        made.set_state(Gst.State.PLAYING)
        slower = ("quality 110\nbalanced 110", "quality 110\nbalanced 110\nfast 110", "")
        for slow, quicker in zip(slower, ("balanced", "fast", "lanczos"), strict=True):
            quality, frames = next_change(made)
            frame_after(made, frames)
            assert (tier(made), quality) == (quicker, QUALITIES[quicker])
            delays.write_text(slow)
        quality, frames = next_change(made)
        frame_after(made, frames)
        assert quality > QUALITIES["lanczos"], "the load is gone"
        assert tier(made) == "fast"
        assert made.get_by_name("s").get_property("stats").get_uint64("tier-changes") == (True, 4)


def test_down_while_it_is_slow_and_up_again(in_faults: Scene, delays: Path) -> None:
    in_faults(down_and_up, delays)


def stays(description: str, frames: int, used: str) -> None:
    with pipeline(description) as made:
        made.set_state(Gst.State.PLAYING)
        wait(made, Gst.MessageType.EOS)
        assert made.get_bus().pop_filtered(Gst.MessageType.QOS) is None
        stats = made.get_by_name("s").get_property("stats")
    assert stats.get_string("tier") == used
    assert stats.get_uint64("frames") == (True, frames)
    assert stats.get_uint64("tier-changes") == (True, 0)


def test_without_a_deadline_nothing_is_too_slow(in_faults: Scene, delays: Path) -> None:
    """Ten frames a second come out of a file, and each takes longer than that."""
    delays.write_text("quality 120")
    in_faults(stays, f"videotestsrc num-buffers=12 ! {SLOW} ! superres name=s ! fakesink sync=false qos=true", 12, "quality")


def test_a_fixed_tier_never_degrades(in_faults: Scene, delays: Path) -> None:
    delays.write_text("balanced 120")
    in_faults(stays, LIVE.format("tier=balanced").replace("is-live", "num-buffers=12 is-live"), 12, "balanced")


def latency(element: Gst.Element) -> tuple[bool, int, int]:
    query = Gst.Query.new_latency()
    assert element.get_static_pad("src").query(query)
    return query.parse_latency()


def own_latency(element: Gst.Element) -> int:
    """What the element adds to that of its source."""
    source = Gst.Query.new_latency()
    assert element.get_static_pad("sink").peer_query(source)
    return latency(element)[1] - source.parse_latency()[1]


def told_latency(delays: Path) -> None:
    with pipeline(LIVE.format("tier=balanced")) as made:
        element = made.get_by_name("s")
        made.set_state(Gst.State.PLAYING)
        delays.write_text("balanced 32")
        frame_after(made, 0)
        while own_latency(element) < 32 * Gst.MSECOND:
            wait(made, Gst.MessageType.LATENCY)
        live, least, most = latency(element)
        own = own_latency(element)
        assert live
        assert own % (5 * Gst.MSECOND) == 0
        assert own >= 35 * Gst.MSECOND
        assert own <= 100 * Gst.MSECOND, "more than a frame's duration helps nobody"
        assert most == Gst.CLOCK_TIME_NONE or most >= least


def test_a_live_pipeline_is_told_how_long_frames_take(in_faults: Scene, delays: Path) -> None:
    in_faults(told_latency, delays)


def test_what_is_not_live_has_no_latency() -> None:
    with pipeline(f"videotestsrc num-buffers=20 ! {caps(64, 48)} ! superres name=s ! fakesink") as made:
        made.set_state(Gst.State.PLAYING)
        wait(made, Gst.MessageType.EOS)
        assert own_latency(made.get_by_name("s")) == 0


def test_degrade_first_and_drop_what_nothing_can_save() -> None:
    """A sink finds every frame late, whatever is done. Only the quickest way leaves frames out."""
    with pipeline(f"appsrc name=in format=time caps={caps(64, 48)} ! superres name=s ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        source, element, sink = (made.get_by_name(name) for name in ("in", "s", "out"))
        used: list[str] = []
        number, dropped = 0, 0
        deadline = time.monotonic() + 60
        while not dropped:
            assert time.monotonic() < deadline, used
            buffer = tight("I420", picture("I420", 64, 48))
            buffer.pts = number * 33 * Gst.MSECOND
            source.push_buffer(buffer)
            number += 1
            sink.try_pull_sample(Gst.SECOND // 5)
            stats = element.get_property("stats")
            dropped = stats.get_uint64("dropped")[1]
            if stats.get_string("tier") not in used[-1:]:
                used.append(stats.get_string("tier"))
            late = Gst.Event.new_qos(Gst.QOSType.UNDERFLOW, 1.5, 40 * Gst.MSECOND, buffer.pts)
            assert element.get_static_pad("src").send_event(late)
    every = [*QUALITIES, "linear"]
    assert used in (every, every[1:]), "a slow machine may have begun with balanced"


def test_stopping_ends_the_frame_under_way() -> None:
    with pipeline(f"appsrc name=in format=time caps={caps(1920, 1080)} ! superres name=s ! fakesink") as made:
        element = made.get_by_name("s")
        arrived: list[int] = []

        def note(*_: object) -> Gst.PadProbeReturn:
            arrived.append(1)
            return Gst.PadProbeReturn.OK

        element.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, note)
        made.set_state(Gst.State.PLAYING)
        made.get_by_name("in").push_buffer(tight("I420", picture("I420", 1920, 1080)))
        deadline = time.monotonic() + 60
        while not arrived:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        assert made.set_state(Gst.State.NULL) == Gst.StateChangeReturn.SUCCESS
        assert made.get_bus().pop_filtered(Gst.MessageType.ERROR) is None
        assert element.get_property("stats").get_uint64("frames") == (True, 0), "it was done first"


def test_a_flush_ends_the_frame_under_way_and_the_next_one_is_whole() -> None:
    # A sink with a preroll may wait in it after flushes in quick succession, whatever filter is before it.
    with pipeline(f"appsrc name=in format=time caps={caps(64, 48)} ! superres ! appsink name=out sync=false async=false") as made:
        made.set_state(Gst.State.PLAYING)
        source, sink = made.get_by_name("in"), made.get_by_name("out")
        for _ in range(20):
            source.push_buffer(tight("I420", picture("I420", 64, 48)))
            assert source.send_event(Gst.Event.new_flush_start())
            assert source.send_event(Gst.Event.new_flush_stop(True))
        source.push_buffer(tight("I420", picture("I420", 64, 48)))
        assert sink.try_pull_sample(PATIENCE) is not None, "no frame comes out after the flushes"
        assert made.get_bus().pop_filtered(Gst.MessageType.ERROR) is None

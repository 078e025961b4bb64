"""The numbers in the property stats are true."""

from __future__ import annotations

from media import Gst, caps, picture, pipeline, tight, wait

FIELDS = [
    *("frames", "dropped", "tier-changes", "tier", "look", "damage", "provider", "damage-score", "reused", "mean-ms", "p99-ms"),
]


def test_before_the_first_frame() -> None:
    stats = Gst.ElementFactory.make("superres").get_property("stats")
    assert [stats.nth_field_name(i) for i in range(stats.n_fields())] == FIELDS
    assert stats.get_uint64("frames") == (True, 0)
    assert stats.get_double("mean-ms") == (True, 0)
    assert (stats.get_string("tier"), stats.get_string("look"), stats.get_string("damage")) == ("", "", "")
    assert stats.get_double("damage-score")[1] < 0, "nothing was measured yet"


def test_the_tier_is_known_before_the_first_frame() -> None:
    element = Gst.ElementFactory.make("superres")
    element.set_state(Gst.State.PAUSED)
    stats = element.get_property("stats")
    assert (stats.get_string("tier"), stats.get_string("look")) == ("balanced", "faithful")
    assert stats.get_string("provider") == "cpu"
    assert stats.get_double("damage-score")[1] < 0, "nothing was measured yet"
    element.set_state(Gst.State.NULL)


def test_frames_and_times() -> None:
    with pipeline(f"videotestsrc num-buffers=25 ! {caps(160, 120)} ! superres name=s ! fakesink") as made:
        made.set_state(Gst.State.PLAYING)
        wait(made, Gst.MessageType.EOS)
        stats = made.get_by_name("s").get_property("stats")
    assert stats.get_uint64("frames") == (True, 25)
    assert stats.get_uint64("dropped") == (True, 0)
    mean, percentile = stats.get_double("mean-ms")[1], stats.get_double("p99-ms")[1]
    assert 0 < mean <= percentile


def test_late_frames_are_counted_as_dropped() -> None:
    """As a sink would: it asks for frames from one second on, and three of the five are older. With tier=auto, see test_governor."""
    with pipeline(f"appsrc name=in format=time caps={caps(32, 32)} ! superres name=s tier=balanced ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        source, element, sink = (made.get_by_name(name) for name in ("in", "s", "out"))

        def push(milliseconds: int) -> None:
            buffer = tight("I420", picture("I420", 32, 32))
            buffer.pts = milliseconds * Gst.MSECOND
            source.push_buffer(buffer)

        push(0)
        sink.pull_sample()
        qos = Gst.Event.new_qos(Gst.QOSType.UNDERFLOW, 1.5, 0, Gst.SECOND)
        assert element.get_static_pad("src").send_event(qos)
        for milliseconds in (100, 200, 300, 2000):
            push(milliseconds)
        assert sink.pull_sample().get_buffer().pts == 2 * Gst.SECOND
        stats = element.get_property("stats")
    assert stats.get_uint64("frames") == (True, 2)
    assert stats.get_uint64("dropped") == (True, 3)

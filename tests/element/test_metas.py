"""What travels with a frame: times, flags and metas."""

from __future__ import annotations

import pytest
from media import Gst, GstVideo, caps, picture, pipeline, tight

WIDTH, HEIGHT = 64, 48


def one(buffer: Gst.Buffer, tier: str = "lanczos", scale: int = 2) -> Gst.Buffer:
    """What a buffer has become after superres."""
    description = (
        f"appsrc name=in format=time caps={caps(WIDTH, HEIGHT)} ! superres tier={tier} scale={scale} ! appsink name=out sync=false"
    )
    with pipeline(description) as made:
        made.set_state(Gst.State.PLAYING)
        made.get_by_name("in").push_buffer(buffer)
        made.get_by_name("in").end_of_stream()
        return made.get_by_name("out").pull_sample().get_buffer()


def frame() -> Gst.Buffer:
    return tight("I420", picture("I420", WIDTH, HEIGHT))


@pytest.mark.parametrize("tier", ["lanczos", "balanced"])
def test_times_are_kept(tier: str) -> None:
    given = frame()
    given.pts, given.dts, given.duration = 3 * Gst.SECOND, 2 * Gst.SECOND, 40 * Gst.MSECOND
    given.offset, given.offset_end = 75, 76
    got = one(given, tier)
    assert (got.pts, got.dts, got.duration) == (3 * Gst.SECOND, 2 * Gst.SECOND, 40 * Gst.MSECOND)
    assert (got.offset, got.offset_end) == (75, 76)


@pytest.mark.parametrize("flag", ["DISCONT", "MARKER", "CORRUPTED", "DELTA_UNIT", "DROPPABLE"])
def test_flags_are_kept(flag: str) -> None:
    flags = Gst.BufferFlags
    value = getattr(flags, flag)
    first, second = frame(), frame()
    second.set_flags(value)
    assert one(second).has_flags(value)
    # The first buffer of a stream is a discontinuity of its own accord.
    assert value == flags.DISCONT or not one(first).has_flags(value)


@pytest.mark.parametrize(("scale", "want"), [(2, (14, 18, 40, 26)), (1, (7, 9, 20, 13))])
def test_a_region_of_interest_is_scaled_once(scale: int, want: tuple[int, int, int, int]) -> None:
    given = frame()
    region = GstVideo.buffer_add_video_region_of_interest_meta(given, "face", 7, 9, 20, 13)
    region.id = 5
    got = one(given, scale=scale)
    found = GstVideo.buffer_get_video_region_of_interest_meta_id(got, 5)
    assert found is not None
    assert (found.x, found.y, found.w, found.h) == want
    assert got.get_n_meta(GstVideo.video_region_of_interest_meta_api_get_type()) == 1


def test_a_meta_with_no_tags_is_copied() -> None:
    given = frame()
    reference = Gst.Caps.from_string("timestamp/x-ntp")
    given.add_reference_timestamp_meta(reference, 42, Gst.CLOCK_TIME_NONE)
    found = one(given).get_reference_timestamp_meta(reference)
    assert found is not None
    assert found.timestamp == 42


def test_closed_captions_are_copied() -> None:
    given = frame()
    GstVideo.buffer_add_video_caption_meta(given, GstVideo.VideoCaptionType.CEA708_RAW, [0xFC, 0x80, 0x80])
    assert one(given).get_n_meta(GstVideo.video_caption_meta_api_get_type()) == 1


def test_the_layout_of_the_input_is_not_copied() -> None:
    given = frame()
    GstVideo.buffer_add_video_meta(given, GstVideo.VideoFrameFlags.NONE, GstVideo.VideoFormat.I420, WIDTH, HEIGHT)
    meta = GstVideo.buffer_get_video_meta(one(given))
    assert meta is None or (meta.width, meta.height) == (2 * WIDTH, 2 * HEIGHT)


def allocation(offered: list[object]) -> Gst.Query:
    """The allocation query of an element upstream, after one downstream offered metas."""
    element = Gst.ElementFactory.make("superres")
    element.set_property("tier", "lanczos")
    source = Gst.Pad.new("source", Gst.PadDirection.SRC)
    sink = Gst.Pad.new("sink", Gst.PadDirection.SINK)

    def answer(pad: Gst.Pad, parent: Gst.Object, query: Gst.Query) -> bool:
        if query.type != Gst.QueryType.ALLOCATION:
            return pad.query_default(parent, query)
        for api in offered:
            query.add_allocation_meta(api, None)
        return True

    sink.set_query_function_full(answer)
    sink.set_event_function_full(lambda _pad, _parent, _event: True)
    source.set_active(True)
    sink.set_active(True)
    assert source.link(element.get_static_pad("sink")) == Gst.PadLinkReturn.OK
    assert element.get_static_pad("src").link(sink) == Gst.PadLinkReturn.OK
    element.set_state(Gst.State.PAUSED)
    try:
        source.push_event(Gst.Event.new_stream_start("test"))
        given = Gst.Caps.from_string(caps(WIDTH, HEIGHT))
        assert source.push_event(Gst.Event.new_caps(given))
        query = Gst.Query.new_allocation(given, True)
        assert source.peer_query(query)
    finally:
        element.set_state(Gst.State.NULL)
    return query


def test_pools_and_strides_are_offered_upstream() -> None:
    query = allocation([])
    assert query.find_allocation_meta(GstVideo.video_meta_api_get_type())[0]
    assert query.get_n_allocation_pools() == 1


def test_crops_are_not_offered_upstream_and_other_metas_are() -> None:
    region = GstVideo.video_region_of_interest_meta_api_get_type()
    crop = GstVideo.video_crop_meta_api_get_type()
    query = allocation([crop, region])
    offered = [query.parse_nth_allocation_meta(i)[0] for i in range(query.get_n_allocation_metas())]
    assert crop not in offered
    assert region in offered

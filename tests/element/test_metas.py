"""What travels with a frame: times, flags and metas."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest
from gi.repository import GLib, GObject
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


def content(buffer: Gst.Buffer, api: GObject.GType, layout: type[ctypes.Structure]) -> Any:
    """The one meta of the kind as the structure in C that it is: the bindings show only what all metas have."""
    assert buffer.get_n_meta(api) == 1
    return layout.from_address(hash(buffer.get_meta(api)))


class Caption(ctypes.Structure):
    """GstVideoCaptionMeta."""

    _fields_ = [("meta", ctypes.c_void_p * 2), ("kind", ctypes.c_int), ("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]


class TimeCode(ctypes.Structure):
    """GstVideoTimeCodeMeta."""

    _fields_ = [
        *(("meta", ctypes.c_void_p * 2), ("rate", ctypes.c_uint * 2), ("flags", ctypes.c_uint), ("jam", ctypes.c_void_p)),
        *(("time", ctypes.c_uint * 4), ("field", ctypes.c_uint)),
    ]


class Bars(ctypes.Structure):
    """GstVideoBarMeta."""

    _fields_ = [("meta", ctypes.c_void_p * 2), ("field", ctypes.c_uint8), ("letterbox", ctypes.c_int), ("at", ctypes.c_uint * 2)]


@pytest.mark.parametrize("kind", ["CEA608_RAW", "CEA608_S334_1A", "CEA708_RAW", "CEA708_CDP"])
def test_captions_of_every_kind_keep_their_bytes(kind: str) -> None:
    given, sent = frame(), bytes([0x80, 0x2C, 0x2F, 0xFC, 0x94, 0x20])
    GstVideo.buffer_add_video_caption_meta(given, getattr(GstVideo.VideoCaptionType, kind), list(sent))
    sample = one(given)
    got = content(sample, GstVideo.video_caption_meta_api_get_type(), Caption)
    assert got.kind == int(getattr(GstVideo.VideoCaptionType, kind))
    assert ctypes.string_at(got.data, got.size) == sent


def test_a_timecode_is_kept() -> None:
    given = frame()
    flags = GstVideo.VideoTimeCodeFlags.DROP_FRAME
    sent = GstVideo.VideoTimeCode.new(30000, 1001, GLib.DateTime.new_utc(2026, 1, 1, 0, 0, 0), flags, 10, 11, 12, 13, 0)
    GstVideo.buffer_add_video_time_code_meta(given, sent)
    sample = one(given)
    got = content(sample, GstVideo.video_time_code_meta_api_get_type(), TimeCode)
    assert (list(got.rate), list(got.time), got.flags) == ([30000, 1001], [10, 11, 12, 13], int(flags))


def test_user_data_of_a_codec_is_kept() -> None:
    given = frame()
    text = b"beside the picture"
    # The bindings take the identifier of 16 bytes for one number.
    add = ctypes.CDLL("libgstvideo-1.0.so.0").gst_buffer_add_video_sei_user_data_unregistered_meta
    add.argtypes, add.restype = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t], ctypes.c_void_p
    assert add(hash(given), bytes(range(16)), text, len(text))
    assert one(given).get_n_meta(GstVideo.video_sei_user_data_unregistered_meta_api_get_type()) == 1


def test_the_active_format_is_kept() -> None:
    given = frame()
    GstVideo.buffer_add_video_afd_meta(given, 0, GstVideo.VideoAFDSpec.ATSC_A53, GstVideo.VideoAFDValue(10))
    assert one(given).get_n_meta(GstVideo.video_afd_meta_api_get_type()) == 1


@pytest.mark.parametrize("scale", [1, 2])
def test_bars_are_scaled(scale: int) -> None:
    given = frame()
    GstVideo.buffer_add_video_bar_meta(given, 0, True, 6, 42)
    got = one(given, scale=scale)
    bars = content(got, GstVideo.video_bar_meta_api_get_type(), Bars)
    assert (bars.letterbox, list(bars.at)) == (1, [6 * scale, 42 * scale])


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

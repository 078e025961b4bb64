"""Caps are doubled one way, halved the other, and kept in everything else."""

from __future__ import annotations

import os
import subprocess

import numpy as np
import pytest
from media import Gst, Problem, caps, failure, frames, pipeline, plane_sizes, planes, samples, size, tight

ANY_COLOUR = "video/x-raw,format=I420"


WIDTHS = [*range(1, 700), *range(1270, 1290), *range(4080, 4110), *range(8180, 8200)]


def across(known: str, pad: str, scale: int = 2) -> Gst.Caps:
    """What the pad allows if the neighbour of the other one has the known caps."""
    element = Gst.ElementFactory.make("superres")
    element.set_property("scale", scale)
    neighbour = Gst.ElementFactory.make("capsfilter")
    neighbour.set_property("caps", Gst.Caps.from_string(known))
    if pad == "src":
        assert neighbour.get_static_pad("src").link(element.get_static_pad("sink")) == Gst.PadLinkReturn.OK
    else:
        assert element.get_static_pad("src").link(neighbour.get_static_pad("sink")) == Gst.PadLinkReturn.OK
    return element.get_static_pad(pad).query_caps(None)


def widths(caps: Gst.Caps) -> list[int]:
    """Which of WIDTHS caps allow."""
    return [w for w in WIDTHS if caps.can_intersect(Gst.Caps.from_string(f"video/x-raw,width={w}"))]


@pytest.mark.parametrize(
    ("width", "doubled"),
    [
        ("480", "960"),
        ("[1,4096]", "[2,8192,2]"),
        ("[16,4096,16]", "[32,8192,32]"),
        ("[100,200]", "[200,400,2]"),
        ("[1,2147483647]", "[2,8192,2]"),
        ("{160,320,640}", "{320,640,1280}"),
        ("{[2,8],320}", "{[4,16,2],640}"),
        ("{320,5000}", "640"),
    ],
)
def test_sizes_are_doubled_downstream(width: str, doubled: str) -> None:
    got = across(f"{ANY_COLOUR},width={width},height=(int)[1,4096]", "src")
    assert widths(got) == widths(Gst.Caps.from_string(f"video/x-raw,width={doubled}"))


@pytest.mark.parametrize(
    ("width", "halved"),
    [
        ("960", "480"),
        ("[2,8192]", "[1,4096]"),
        ("[3,9]", "[2,4]"),
        ("[3,5]", "2"),
        ("[32,8192,32]", "[16,4096,16]"),
        ("[15,90,15]", "[15,45,15]"),
        ("[1,2147483647]", "[1,4096]"),
        ("{640,641,1280}", "{320,640}"),
        ("{641,1280}", "640"),
        ("{[2,8],640}", "{[1,4],320}"),
    ],
)
def test_sizes_are_halved_upstream(width: str, halved: str) -> None:
    got = across(f"{ANY_COLOUR},width={width},height=(int)[2,8192]", "sink")
    assert widths(got) == widths(Gst.Caps.from_string(f"video/x-raw,width={halved}"))


@pytest.mark.parametrize("pad", ["src", "sink"])
@pytest.mark.parametrize(
    ("width", "kept"),
    [("481", "481"), ("[1,2147483647]", "[1,4096]"), ("[3,9,3]", "[3,9,3]"), ("{[2,8],320,5000}", "{[2,8],320}")],
)
def test_sizes_are_kept_at_scale_1(width: str, kept: str, pad: str) -> None:
    got = across(f"{ANY_COLOUR},width={width},height=(int)[1,4096]", pad, scale=1)
    assert widths(got) == widths(Gst.Caps.from_string(f"video/x-raw,width={kept}"))


@pytest.mark.parametrize("impossible", ["641", "1", "[8193,9000]", "{641,8194}", "8194"])
def test_impossible_sizes_downstream_leave_no_caps(impossible: str) -> None:
    element = Gst.ElementFactory.make("superres")
    query = Gst.Caps.from_string(f"{ANY_COLOUR},width={impossible},height=(int)[2,8192]")
    assert element.get_static_pad("src").query_caps(query).is_empty()


@pytest.mark.parametrize("odd", [caps(641, 480), caps(640, 481)])
def test_odd_sizes_downstream_are_not_negotiated(odd: str) -> None:
    problem = run_to_error(f"videotestsrc num-buffers=1 ! superres ! capsfilter caps={odd} ! fakesink")
    assert "could not link" in problem or "not-negotiated" in problem, problem


@pytest.mark.parametrize("large", [caps(4097, 16), caps(16, 4097)])
def test_sizes_beyond_the_largest_are_not_negotiated(large: str) -> None:
    problem = run_to_error(f"videotestsrc num-buffers=1 ! capsfilter caps={large} ! superres ! fakesink")
    assert "could not link" in problem or "not-negotiated" in problem, problem


def run_to_error(description: str) -> str:
    """What gst-launch-1.0 says as it refuses a pipeline."""
    run = subprocess.run(
        ["gst-launch-1.0", *description.split()],
        env=os.environ | {"G_DEBUG": "fatal-criticals"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1, f"status {run.returncode}: {run.stdout}{run.stderr}"
    return run.stdout + run.stderr


def test_a_fixed_size_downstream_decides_the_size_upstream() -> None:
    got = frames("videotestsrc num-buffers=1 ! superres ! video/x-raw,width=200,height=120 ! appsink name=out sync=false")
    assert size(got[0]) == (200, 120)


def test_a_format_downstream_decides_the_format_upstream() -> None:
    got = frames("videotestsrc num-buffers=1 ! superres ! video/x-raw,format=NV21 ! appsink name=out sync=false")
    assert got[0].get_caps().get_structure(0).get_string("format") == "NV21"


def test_the_format_is_not_converted() -> None:
    problem = run_to_error("videotestsrc num-buffers=1 ! video/x-raw,format=I420 ! superres ! video/x-raw,format=NV12 ! fakesink")
    assert "could not link" in problem, problem


KEPT = [
    "pixel-aspect-ratio=(fraction)12/11",
    "colorimetry=(string)bt709",
    "colorimetry=(string)bt2100-pq",
    "chroma-site=(string)mpeg2",
    "framerate=(fraction)30000/1001",
    "multiview-mode=(string)side-by-side",
    "mastering-display-info=(string)35400:14600:8500:39850:6550:2300:15635:16450:10000000:1",
    "content-light-level=(string)1000:400",
    "views=(int)2",
]


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("field", KEPT, ids=lambda f: f.split("=")[0])
def test_fields_are_kept(field: str, scale: int) -> None:
    given = Gst.Caps.from_string(f"video/x-raw,format=I420,width=64,height=48,framerate=25/1,{field}")
    name = field.split("=")[0]
    with pipeline(f"appsrc name=in format=time ! superres tier=lanczos scale={scale} ! appsink name=out sync=false") as made:
        source = made.get_by_name("in")
        source.set_caps(given)
        made.set_state(Gst.State.PLAYING)
        source.push_buffer(Gst.Buffer.new_allocate(None, 64 * 48 * 3 // 2, None))
        source.end_of_stream()
        got = made.get_by_name("out").pull_sample().get_caps()
    want = Gst.Caps.from_string(f"video/x-raw,{field}")
    assert got.can_intersect(want), got.to_string()
    assert got.get_structure(0).has_field(name), got.to_string()


@pytest.mark.parametrize(("height", "colorimetry"), [(360, "bt601"), (720, "bt709")])
def test_what_the_input_leaves_unsaid_is_said_of_the_output(height: int, colorimetry: str) -> None:
    """Unlabelled 360 lines are BT.601; unlabelled 720 lines would be BT.709."""
    got = frames(f"videotestsrc num-buffers=1 ! {caps(480, height)} ! superres tier=lanczos ! appsink name=out")
    assert got[0].get_caps().get_structure(0).get_string("colorimetry") == colorimetry


def test_a_wrong_label_downstream_is_refused() -> None:
    """To accept it would be to change the colours."""
    given = caps(480, 360, more=",colorimetry=bt601")
    problem = run_to_error(f"videotestsrc num-buffers=1 ! {given} ! superres ! video/x-raw,colorimetry=bt709 ! fakesink")
    assert "could not link" in problem or "not-negotiated" in problem, problem


@pytest.mark.parametrize("features", ["memory:GLMemory", "memory:DMABuf", "meta:GstVideoOverlayComposition"])
def test_other_caps_features_are_not_accepted(features: str) -> None:
    element = Gst.ElementFactory.make("superres")
    for pad, width in (("sink", 64), ("src", 128)):
        other = Gst.Caps.from_string(f"video/x-raw({features}),format=I420,width={width},height={width}")
        assert not element.get_static_pad(pad).query_accept_caps(other)
        assert element.get_static_pad(pad).query_caps(other).is_empty()


def test_the_filter_decides_the_order() -> None:
    element = Gst.ElementFactory.make("superres")
    wanted = Gst.Caps.from_string("video/x-raw,format=GRAY8;video/x-raw,format=NV12")
    got = element.get_static_pad("sink").query_caps(wanted)
    order = [got.get_structure(i).get_string("format") for i in range(got.get_size())]
    assert order.index("GRAY8") < order.index("NV12"), got.to_string()
    assert set(order) == {"GRAY8", "NV12"}


@pytest.mark.parametrize("mode", ["interleaved", "mixed", "fields"])
@pytest.mark.parametrize("downstream", ["", "! video/x-raw,interlace-mode=progressive"], ids=["any", "progressive"])
def test_interlaced_video_is_refused_with_the_reason(mode: str, downstream: str) -> None:
    given = caps(64, 48, more=f",interlace-mode={mode}")
    problem = failure(f"videotestsrc num-buffers=1 ! {given} ! superres {downstream} ! fakesink")
    assert_refused(problem, mode)


def test_alternating_fields_are_refused_with_the_reason() -> None:
    given = "video/x-raw(format:Interlaced),format=I420,width=64,height=48,framerate=25/1,interlace-mode=alternate"
    with pipeline("appsrc name=in format=time ! superres ! fakesink") as made:
        source = made.get_by_name("in")
        source.set_caps(Gst.Caps.from_string(given))
        made.set_state(Gst.State.PLAYING)
        source.push_buffer(Gst.Buffer.new_allocate(None, 64 * 24 * 3 // 2, None))
        message = made.get_bus().timed_pop_filtered(20 * Gst.SECOND, Gst.MessageType.ERROR)
        error, _ = message.parse_error()
    assert "alternate" in error.message
    assert "deinterlace" in error.message


def assert_refused(problem: Problem, mode: str) -> None:
    assert problem.domain == "gst-core-error-quark"
    assert problem.code == int(Gst.CoreError.NEGOTIATION)
    assert f"interlace-mode={mode}" in problem.text
    assert "deinterlace" in problem.text


def test_deinterlaced_video_passes() -> None:
    given = caps(64, 48, more=",interlace-mode=interleaved")
    got = frames(f"videotestsrc num-buffers=2 ! {given} ! deinterlace ! superres ! appsink name=out sync=false")
    assert size(got[0]) == (128, 96)


@pytest.mark.parametrize("video_format", ["I420", "Y42B"])
def test_fields_become_frames_without_a_comb(video_format: str) -> None:
    """Two moments, one dark and one bright, leave as two frames of 50 a second, each of one moment."""
    given = "width=64,height=48,framerate=25/1,interlace-mode=interleaved,field-order=top-field-first"
    content = [np.full(shape, 128, np.uint8) for shape in plane_sizes(video_format, 64, 48)]
    content[0][0::2], content[0][1::2] = 60, 180
    line = f"appsrc name=in format=time caps=video/x-raw,format={video_format},{given}"
    with pipeline(f"{line} ! deinterlace method=linear ! superres ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        for number in range(4):
            buffer = tight(video_format, content)
            buffer.pts, buffer.duration = number * 40 * Gst.MSECOND, 40 * Gst.MSECOND
            made.get_by_name("in").push_buffer(buffer)
        made.get_by_name("in").end_of_stream()
        got = samples(made)
    structure = got[0].get_caps().get_structure(0)
    assert structure.get_string("interlace-mode") == "progressive"
    assert structure.get_fraction("framerate")[1:] == (50, 1)
    levels = [planes(sample)[0] for sample in got]
    assert len(levels) >= 6
    assert all(np.ptp(luma) <= 1 for luma in levels)
    assert {int(luma[0, 0]) for luma in levels} == {60, 180}

"""Flat patches keep their colour: every format, range and matrix, through every way there is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from media import ALL_FORMATS, TEN_BIT, Gst, caps, frames, pipeline, plane_sizes, planes, tight

WIDTH, HEIGHT = 22, 18

# Red, green and blue: the eight corners of 75% colour bars.
COLOURS = [(r, g, b) for r in (0, 0.75) for g in (0, 0.75) for b in (0, 0.75)]

# The weights of red and of blue in luma, and GStreamer's name of colorimetry in limited range.
MATRICES = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
FULL = {"bt601": "1:4:0:4", "bt709": "1:3:5:1", "bt2020": "1:6:0:7"}

WAYS = (
    *("tier=balanced damage=coded", "tier=balanced damage=clean", "tier=fast", "look=crisp", "tier=lanczos"),
    *("strength=0.4", "compare=true divider=1", "scale=1", "scale=1 tier=lanczos"),
)


def levels(colour: tuple[float, ...], matrix: str, full: bool, bits: int) -> list[int]:
    """Y, Cb and Cr of a colour as samples, by the definition of BT.601, BT.709 and BT.2020."""
    red, green, blue = colour
    of_red, of_blue = MATRICES[matrix]
    luma = of_red * red + (1 - of_red - of_blue) * green + of_blue * blue
    chroma = ((blue - luma) / (2 - 2 * of_blue), (red - luma) / (2 - 2 * of_red))
    step = 1 << (bits - 8)
    if full:
        most = (1 << bits) - 1
        return [round(most * luma), *(round(most * c + 128 * step) for c in chroma)]
    return [round((16 + 219 * luma) * step), *(round((128 + 224 * c) * step) for c in chroma)]


def flat(video_format: str, width: int, height: int, colour: list[int]) -> list[np.ndarray]:
    """The planes of a picture of one colour."""
    y, u, v = colour
    values = {"YV12": [[y], [v], [u]], "NV12": [[y], [u, v]], "NV21": [[y], [v, u]], "P010_10LE": [[y], [u, v]], "GRAY8": [[y]]}
    result = []
    for shape, samples in zip(plane_sizes(video_format, width, height), values.get(video_format, [[y], [u], [v]]), strict=True):
        if video_format in TEN_BIT:
            unit = 64 if video_format == "P010_10LE" else 1
            plane = np.resize(np.array(samples, "<u2") * np.uint16(unit), (shape[0], shape[1] // 2)).view(np.uint8)
        else:
            plane = np.resize(np.array(samples, np.uint8), shape)
        result.append(plane)
    return result


def largest_difference(got: list[np.ndarray], want: list[np.ndarray], video_format: str) -> int:
    kind, unit = ("<u2", 64 if video_format == "P010_10LE" else 1) if video_format in TEN_BIT else (np.uint8, 1)
    return max(int(np.abs(a.view(kind).astype(int) - b.view(kind)).max()) // unit for a, b in zip(got, want, strict=True))


def combinations() -> Iterator[tuple[str, str, bool]]:
    for video_format in ALL_FORMATS:
        for matrix in MATRICES:
            for full in (False, True):
                yield video_format, matrix, full


@pytest.mark.parametrize("way", WAYS)
def test_flat_patches_are_unchanged(way: str) -> None:
    """All combinations through one element, whose caps change between them."""
    scale = 1 if "scale=1" in way else 2
    with pipeline(f"appsrc name=in format=time ! superres threads=1 {way} ! appsink name=out sync=false") as made:
        source, sink = made.get_by_name("in"), made.get_by_name("out")
        made.set_state(Gst.State.PLAYING)
        for video_format, matrix, full in combinations():
            label = FULL[matrix] if full else matrix
            source.set_caps(Gst.Caps.from_string(caps(WIDTH, HEIGHT, video_format, f",colorimetry=(string){label}")))
            bits = 10 if video_format in TEN_BIT else 8
            for colour in COLOURS:
                sent = levels(colour, matrix, full, bits)
                source.push_buffer(tight(video_format, flat(video_format, WIDTH, HEIGHT, sent)))
                sample = sink.try_pull_sample(20 * Gst.SECOND)
                assert sample is not None, made.get_bus().pop_filtered(Gst.MessageType.ERROR)
                assert sample.get_caps().get_structure(0).get_string("colorimetry") == label
                want = flat(video_format, scale * WIDTH, scale * HEIGHT, sent)
                difference = largest_difference(planes(sample), want, video_format)
                allowed = 2 if bits == 10 else 1
                assert difference <= allowed, f"{video_format} {label} {colour}: {difference}"


@pytest.mark.parametrize("packed", ["UYVY", "YUY2", "v210"])
@pytest.mark.parametrize("colorimetry", ["bt601", "bt709", "bt2020"])
def test_packed_formats_by_way_of_videoconvert(packed: str, colorimetry: str) -> None:
    """The element's own formats of 4:2:2 hold what these hold, and videoconvert chooses them."""
    bits = 10 if packed == "v210" else 8
    given = caps(48, 18, packed, f",colorimetry=(string){colorimetry},chroma-site=(string)mpeg2")
    native = "I422_10LE" if bits == 10 else "Y42B"
    sent = levels(COLOURS[5], colorimetry, False, bits)
    source = f"appsrc name=in format=time caps={caps(48, 18, native, f',colorimetry={colorimetry},chroma-site=mpeg2')}"
    convert = "videoconvert dither=none"  # else it dithers whatever goes through its sixteen bits
    there = f"{convert} ! {given} ! {convert} ! superres name=s threads=1"
    back = f"{convert} ! {caps(96, 36, packed)} ! {convert}"
    with pipeline(f"{source} ! {there} ! {back} ! video/x-raw,format={native} ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        made.get_by_name("in").push_buffer(tight(native, flat(native, 48, 18, sent)))
        sample = made.get_by_name("out").try_pull_sample(20 * Gst.SECOND)
        assert sample is not None, made.get_bus().pop_filtered(Gst.MessageType.ERROR)
        chosen = made.get_by_name("s").get_static_pad("sink").get_current_caps().get_structure(0).get_string("format")
        assert chosen == native
        assert largest_difference(planes(sample), flat(native, 96, 36, sent), native) <= bits // 5


@pytest.mark.parametrize("video_format", ["I420", "NV12", "Y42B", "I420_10LE", "P010_10LE"])
@pytest.mark.parametrize("label", [*MATRICES, *FULL.values()])
def test_what_is_shown_has_the_colour_of_what_came(video_format: str, label: str) -> None:
    """Red, green and blue in, the same out: the labels are right at either end."""
    colour = (192, 64, 128)
    argb = 0xFF << 24 | colour[0] << 16 | colour[1] << 8 | colour[2]
    source = f"videotestsrc num-buffers=1 pattern=solid-color foreground-color={argb} ! video/x-raw,format=RGB,width=32,height=32"
    there = f"videoconvert ! video/x-raw,format={video_format},colorimetry=(string){label}"
    [sample] = frames(f"{source} ! {there} ! superres threads=1 ! videoconvert ! video/x-raw,format=RGB ! appsink name=out sync=false")
    buffer = sample.get_buffer()
    got = np.frombuffer(buffer.extract_dup(0, buffer.get_size()), np.uint8).reshape(-1, 3)
    [direct] = frames(f"{source} ! {there} ! videoconvert ! video/x-raw,format=RGB ! appsink name=out sync=false")
    want = np.frombuffer(direct.get_buffer().extract_dup(0, 3), np.uint8)
    assert np.abs(got.astype(int) - want).max() <= 2
    assert np.abs(want.astype(int) - colour).max() <= 8, "the conversions on the way themselves"


@pytest.mark.parametrize("video_format", ["I420_10LE", "P010_10LE", "I422_10LE"])
@pytest.mark.parametrize("way", ["tier=balanced", "tier=fast", "tier=lanczos", "strength=0.5", "scale=1"])
def test_ten_bits_stay_ten_bits(video_format: str, way: str) -> None:
    """A slow ramp keeps more levels than eight bits have, and comes within a level of where it was."""
    width, height, unit = 512, 16, 64 if video_format == "P010_10LE" else 1
    ramp = (100 + np.arange(width) // 2).astype("<u2")
    content = flat(video_format, width, height, [0, 512, 512])
    content[0] = np.tile(ramp * np.uint16(unit), (height, 1)).view(np.uint8)
    given = caps(width, height, video_format)
    with pipeline(f"appsrc name=in format=time caps={given} ! superres threads=1 {way} ! appsink name=out sync=false") as made:
        made.set_state(Gst.State.PLAYING)
        made.get_by_name("in").push_buffer(tight(video_format, content))
        sample = made.get_by_name("out").try_pull_sample(20 * Gst.SECOND)
        assert sample is not None, made.get_bus().pop_filtered(Gst.MessageType.ERROR)
        luma = planes(sample)[0].view("<u2").astype(int) // unit
    assert len(np.unique(luma[:, 16:-16])) >= 235, "eight bits have 60 levels there"
    want = np.repeat(ramp, 2 if luma.shape[1] > width else 1).astype(int)
    assert np.abs(luma - want)[:, 16:-16].max() <= 2

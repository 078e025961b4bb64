"""Frames into pipelines and out of them, as numpy arrays, and what the bus said meanwhile."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import gi
import numpy as np

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstVideo", "1.0")
from gi.repository import Gst, GstApp, GstVideo  # noqa: E402, F401  (GstApp types appsrc and appsink)

Gst.init(None)

FORMATS = ("I420", "YV12", "NV12", "NV21", "GRAY8")
TEN_BIT = ("I420_10LE", "P010_10LE", "I422_10LE")
"""Formats of ten bits in two bytes a sample."""

ALL_FORMATS = (*FORMATS, "Y42B", *TEN_BIT)
SIZES = ((1, 1), (2, 2), (3, 5), (33, 17), (385, 289), (480, 360), (641, 481), (1280, 720))
MODELS = Path(__file__).resolve().parents[2] / "model/testdata"
"""Generators whose frames are known: nearest and convolve double, copy and turn restore."""

WAYS = ("tier=balanced", "tier=lanczos", "strength=0.4", f"scale=1 model={MODELS}/turn.onnx", "scale=1 tier=lanczos")
"""Properties that take frames through the element in every way there is."""

PATIENCE = 120 * Gst.SECOND
"""How long a pipeline may take before a test gives up on it."""

ENDS = Gst.MessageType.EOS | Gst.MessageType.ERROR


@dataclasses.dataclass
class Problem:
    """An error or a warning of an element, as an application sees it."""

    domain: str
    code: int
    text: str
    detail: str
    source: str

    @classmethod
    def of(cls, message: Gst.Message) -> Problem:
        """Read it out of a message."""
        parse = message.parse_error if message.type == Gst.MessageType.ERROR else message.parse_warning
        error, detail = parse()
        return cls(error.domain, error.code, error.message, detail or "", message.src.get_name())


class Failed(AssertionError):
    """A pipeline ended in an error that the test did not ask for."""


@contextmanager
def pipeline(description: str) -> Iterator[Gst.Pipeline]:
    """Parse a pipeline, and bring it to NULL afterwards whatever happens."""
    made = Gst.parse_launch(description)
    try:
        yield made
    finally:
        made.set_state(Gst.State.NULL)


def wait(made: Gst.Pipeline, types: Gst.MessageType = ENDS) -> Gst.Message:
    """Wait for a message of the types; an error that is not among them fails the test."""
    message = made.get_bus().timed_pop_filtered(PATIENCE, types | Gst.MessageType.ERROR)
    if message is None:
        raise Failed(f"nothing of {types} on the bus within {PATIENCE // Gst.SECOND} s")
    if message.type == Gst.MessageType.ERROR and not types & Gst.MessageType.ERROR:
        raise Failed(str(Problem.of(message)))
    return message


def warnings_of(made: Gst.Pipeline) -> list[Problem]:
    """A list that the pipeline's warnings are added to from now on, whatever else is taken off its bus."""
    warnings: list[Problem] = []
    bus = made.get_bus()
    bus.enable_sync_message_emission()
    bus.connect("sync-message::warning", lambda _, message: warnings.append(Problem.of(message)))
    return warnings


def failure(description: str) -> Problem:
    """Play a pipeline that has to fail; the first error."""
    with pipeline(description) as made:
        made.set_state(Gst.State.PLAYING)
        message = wait(made)
        if message.type == Gst.MessageType.EOS:
            raise Failed("the pipeline came to its end without an error")
        return Problem.of(message)


def frames(description: str) -> list[Gst.Sample]:
    """Play a pipeline to its end; what its appsink "out" was given."""
    with pipeline(description) as made:
        made.set_state(Gst.State.PLAYING)
        return samples(made)


def samples(made: Gst.Pipeline) -> list[Gst.Sample]:
    """Everything that comes to the appsink "out" of a running pipeline, to the end of the stream."""
    got = []
    out = made.get_by_name("out")
    while sample := out.try_pull_sample(PATIENCE):
        got.append(sample)
    message = made.get_bus().pop_filtered(Gst.MessageType.ERROR)
    if message is not None:
        raise Failed(str(Problem.of(message)))
    if not out.is_eos():
        raise Failed("neither a frame nor the end of the stream came in time")
    return got


def caps(width: int, height: int, video_format: str = "I420", more: str = "") -> str:
    """Caps of raw video, as text."""
    return f"video/x-raw,format={video_format},width={width},height={height},framerate=30/1{more}"


def size(sample: Gst.Sample) -> tuple[int, int]:
    """Width and height of a sample's caps."""
    structure = sample.get_caps().get_structure(0)
    return structure.get_int("width")[1], structure.get_int("height")[1]


def plane_sizes(video_format: str, width: int, height: int) -> list[tuple[int, int]]:
    """Rows and bytes a row of each plane."""
    sample = 2 if video_format in TEN_BIT else 1
    half_width, half_height = sample * ((width + 1) // 2), (height + 1) // 2
    planes = 2 * [(height if video_format in ("Y42B", "I422_10LE") else half_height, half_width)]
    if video_format in ("NV12", "NV21", "P010_10LE"):
        planes = [(half_height, 2 * half_width)]
    return [(height, sample * width), *(planes if video_format != "GRAY8" else [])]


def planes(sample: Gst.Sample) -> list[np.ndarray]:
    """The planes of a sample's frame, without what lies beyond the rows' ends."""
    info = GstVideo.VideoInfo.new_from_caps(sample.get_caps())
    buffer = sample.get_buffer()
    meta = GstVideo.buffer_get_video_meta(buffer)
    layout = meta if meta is not None else info
    data = np.frombuffer(buffer.extract_dup(0, buffer.get_size()), np.uint8)
    result = []
    for plane, (rows, row_bytes) in enumerate(plane_sizes(info.finfo.name, info.width, info.height)):
        begin, stride = layout.offset[plane], layout.stride[plane]
        result.append(np.stack([data[begin + y * stride : begin + y * stride + row_bytes] for y in range(rows)]))
    return result


def picture(video_format: str, width: int, height: int, seed: int = 0) -> list[np.ndarray]:
    """The planes of a frame of seeded noise."""
    noise = np.random.default_rng(seed)
    return [noise.integers(0, 256, shape, np.uint8) for shape in plane_sizes(video_format, width, height)]


def tight(video_format: str, content: list[np.ndarray]) -> Gst.Buffer:
    """A buffer with GStreamer's own strides and offsets and no GstVideoMeta."""
    height, width = content[0].shape
    width //= 2 if video_format in TEN_BIT else 1
    info = GstVideo.VideoInfo()
    info.set_format(GstVideo.VideoFormat.from_string(video_format), width, height)
    data = np.zeros(info.size, np.uint8)
    lay_out(data, content, list(info.offset), list(info.stride))
    return Gst.Buffer.new_wrapped(data.tobytes())


def lay_out(data: np.ndarray, content: Iterable[np.ndarray], offsets: list[int], strides: list[int]) -> None:
    """Write planes into memory with these offsets and strides."""
    for plane, offset, stride in zip(content, offsets, strides, strict=False):
        for y, row in enumerate(plane):
            data[offset + y * stride : offset + y * stride + len(row)] = row


def same(got: list[np.ndarray], want: list[np.ndarray]) -> None:
    """Assert that two frames agree; say where they first differ."""
    assert [p.shape for p in got] == [p.shape for p in want]
    for number, (a, b) in enumerate(zip(got, want, strict=True)):
        different = np.argwhere(a != b)
        if len(different):
            y, x = different[0]
            raise AssertionError(f"plane {number}: {len(different)} bytes differ, first at x={x} y={y}: got {a[y, x]}, want {b[y, x]}")

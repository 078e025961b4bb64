"""Encode a short clip with a real codec and decode it again, in memory, through PyAV."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

os.environ.setdefault("SVT_LOG", "1")  # errors only; read when the library is loaded

import av
import numpy as np

from .planes import Planes


@dataclass
class Coding:
    """One codec at one constant quantiser: encoder name of FFmpeg, QP on its own scale."""

    codec: str
    quantiser: int
    preset: int = 0  # 0 fast as a call would run it, 1 slower


# Quantiser ranges that span a call's bitrates, and a bit more on either side, so that
# the network has seen damage beyond what it will serve.
RANGES = {"libx264": (16, 46), "libvpx": (6, 62), "libvpx-vp9": (18, 62), "libsvtav1": (20, 62)}
SHARES = {"libx264": 0.45, "libvpx": 0.2, "libvpx-vp9": 0.2, "libsvtav1": 0.15}


def random_coding(rng: np.random.Generator) -> Coding:
    """Draw a codec by SHARES and a quantiser evenly from its range."""
    codec = str(rng.choice(list(SHARES), p=list(SHARES.values())))
    low, high = RANGES[codec]
    return Coding(codec, int(rng.integers(low, high + 1)), int(rng.integers(0, 2)))


def encode_decode(clip: list[Planes], coding: Coding) -> list[Planes]:
    """Run a clip (even sizes) through the codec; as many pictures come back."""
    return transcode(clip, coding)[0]


@contextmanager
def _scheduled_as_before() -> Iterator[None]:
    """SVT-AV1 leaves who calls it as root a real-time thread, and every process begun later would be one: those that
    wait for each other by spinning then wait for ever."""
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


@_scheduled_as_before()
def transcode(clip: list[Planes], coding: Coding) -> tuple[list[Planes], int]:
    """Run a clip (even sizes) through the codec: the pictures that come back, and its bytes without the container."""
    stream = io.BytesIO()
    size = 0
    height, width = clip[0].y.shape
    with av.open(stream, "w", format="matroska") as container:
        out = container.add_stream(coding.codec, rate=30, options=_options(coding))
        assert isinstance(out, av.VideoStream)
        out.width, out.height, out.pix_fmt = width, height, "yuv420p"
        out.time_base = Fraction(1, 30)
        out.gop_size = 300
        for i, planes in enumerate(clip):
            frame = _to_frame(planes)
            frame.pts, frame.time_base = i, Fraction(1, 30)
            packets = out.encode(frame)
            size += sum(p.size for p in packets)
            container.mux(packets)
        packets = out.encode(None)
        size += sum(p.size for p in packets)
        container.mux(packets)
    stream.seek(0)
    with av.open(stream, "r") as container:
        decoded = [from_frame(f) for f in container.decode(video=0)]
    if len(decoded) != len(clip):
        raise RuntimeError(f"{coding} gave {len(decoded)} pictures for {len(clip)}: the encoder dropped frames")
    return decoded, size


def _options(coding: Coding) -> dict[str, str]:
    q = str(coding.quantiser)
    if coding.codec == "libx264":
        return {"qp": q, "preset": ("veryfast", "medium")[coding.preset], "tune": "zerolatency", "threads": "1"}
    if coding.codec == "libvpx":
        speed = ("-8", "-4")[coding.preset]  # above zero it would follow the processor's load: other bytes every time
        return {"qmin": q, "qmax": q, "crf": q, "b": "100M", "deadline": "realtime", "cpu-used": speed,
                "lag-in-frames": "0", "threads": "1"}  # fmt: skip
    if coding.codec == "libvpx-vp9":
        return {"crf": q, "b": "0", "qmin": q, "qmax": q, "deadline": "realtime", "cpu-used": ("8", "6")[coding.preset],
                "lag-in-frames": "0", "threads": "1"}  # fmt: skip
    if coding.codec == "libsvtav1":
        return {"qp": q, "preset": ("12", "9")[coding.preset],
                "svtav1-params": f"rc=0:aq-mode=0:qp={q}:lp=1:pred-struct=1:enable-overlays=0"}  # fmt: skip
    raise ValueError(f"unknown codec {coding.codec}: one of {sorted(RANGES)}")


def _to_frame(planes: Planes) -> av.VideoFrame:
    packed = np.concatenate([planes.y.reshape(-1), planes.u.reshape(-1), planes.v.reshape(-1)])
    height, width = planes.y.shape
    return av.VideoFrame.from_ndarray(packed.reshape(height * 3 // 2, width), format="yuv420p")


def from_frame(frame: av.VideoFrame) -> Planes:
    """The planes of a decoded frame, converted to 8-bit 4:2:0 where it is not."""
    flat = frame.reformat(format="yuv420p").to_ndarray().astype(np.uint8, copy=False).reshape(-1)
    h, w = frame.height, frame.width
    y, u, v = np.split(flat, [h * w, h * w * 5 // 4])
    return Planes(y.reshape(h, w), u.reshape(h // 2, w // 2), v.reshape(h // 2, w // 2))

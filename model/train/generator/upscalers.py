"""Ways to double a picture or repair it, behind one signature, so that evaluation compares them alike."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

from .planes import Planes, double, pack_input, unpack_input, unpack_output

ROOT = Path(__file__).resolve().parents[3]
Upscaler = Callable[[list[Planes]], list[Planes]]


def plain(kind: str) -> Upscaler:
    """Bicubic, Lanczos and so on: planes.FILTERS."""
    return lambda pictures: [double(p, kind) for p in pictures]


def session(model: Path, threads: int = 1) -> Upscaler:
    """The network alone, in ONNX Runtime: an eight-bit graph or its float32 twin.

    One with 24 channels out doubles; one with 6 keeps the size (restoration).
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # errors; warnings tell of constants that no node uses
    network = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def run(pictures: list[Planes]) -> list[Planes]:
        out = []
        for picture in pictures:
            tensor = np.ascontiguousarray(pack_input(_even(picture)).transpose(1, 2, 0)[None])
            result = network.run(None, {"input": tensor})[0][0].transpose(2, 0, 1)
            scale = 2 if len(result) == 24 else 1
            h, w = (scale * n for n in picture.y.shape)
            out.append(_crop(unpack_output(result) if scale == 2 else unpack_input(result), h, w))
        return out

    return run


def element(build: Path = ROOT / "build", properties: str = "", scale: int = 2) -> Upscaler:
    """The shipped path: raw I420 through `superres` in gst-launch-1.0. All pictures have one size.

    Pictures leave `scale` times as large; with 1 the properties have to say scale=1 too.
    """

    def run(pictures: list[Planes]) -> list[Planes]:
        h, w = pictures[0].y.shape
        with tempfile.TemporaryDirectory() as folder:
            source, sink = Path(folder, "in.i420"), Path(folder, "out.i420")
            source.write_bytes(b"".join(_i420(p, h, w) for p in pictures))
            # one frame a second: no deadline is in sight, however slow the machine
            line = (
                f"gst-launch-1.0 filesrc location={source} blocksize={_size(h, w)} "
                f"! rawvideoparse format=i420 width={w} height={h} framerate=1/1 "
                f"! superres {properties} ! filesink location={sink}"
            )
            _launch(line, build)
            raw = np.fromfile(sink, np.uint8)
        size = _size(scale * h, scale * w)
        if len(raw) != size * len(pictures):
            raise RuntimeError(f"{line}\nwrote {len(raw)} bytes, {size} x {len(pictures)} were due")
        return [_from_i420(raw[i * size : (i + 1) * size], scale * h, scale * w) for i in range(len(pictures))]

    return run


def _launch(line: str, build: Path) -> None:
    if not (build / "libgstsuperres.so").exists():
        raise RuntimeError(
            f"{build} has no libgstsuperres.so: `tools/setup` builds it; --model measures a network alone"
        )
    environment = dict(os.environ, GST_PLUGIN_PATH=str(build))
    try:
        done = subprocess.run(line.split(), env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise RuntimeError(
            "gst-launch-1.0 is missing: run tools/setup, or measure a network alone by --model"
        ) from None
    if done.returncode != 0:
        raise RuntimeError(f"{line}\nended with {done.returncode}: {done.stderr.strip()}")
    for warning in done.stdout.splitlines():
        if warning.startswith("WARNING"):
            _warn_once(warning)


@functools.cache
def _warn_once(text: str) -> None:
    """Say that the element does something else than asked for, such as another tier."""
    print(text, file=sys.stderr, flush=True)


def _round4(n: int) -> int:
    return (n + 3) // 4 * 4


def _size(h: int, w: int) -> int:
    """Bytes of an I420 frame in GStreamer's default layout (strides are multiples of four)."""
    rows, chroma = (h + 1) // 2 * 2, _round4((w + 1) // 2)
    return _round4(w) * rows + 2 * chroma * (rows // 2)


def _i420(p: Planes, h: int, w: int) -> bytes:
    out = np.zeros(_size(h, w), np.uint8)
    for view, plane in zip(_views(out, h, w), (p.y, p.u, p.v), strict=True):
        view[: plane.shape[0], : plane.shape[1]] = plane
    return out.tobytes()


def _from_i420(raw: np.ndarray, h: int, w: int) -> Planes:
    y, u, v = _views(raw, h, w)
    return _crop(Planes(y, u, v), h, w)


def _views(raw: np.ndarray, h: int, w: int) -> list[np.ndarray]:
    rows, stride, chroma = (h + 1) // 2 * 2, _round4(w), _round4((w + 1) // 2)
    first, second = stride * rows, stride * rows + chroma * (rows // 2)
    return [
        raw[:first].reshape(rows, stride),
        raw[first:second].reshape(rows // 2, chroma),
        raw[second:].reshape(rows // 2, chroma),
    ]


def _even(p: Planes) -> Planes:
    h, w = p.y.shape
    return Planes(np.pad(p.y, [(0, h % 2), (0, w % 2)], mode="edge"), p.u, p.v)


def _crop(p: Planes, h: int, w: int) -> Planes:
    ch, cw = (h + 1) // 2, (w + 1) // 2
    return Planes(p.y[:h, :w], p.u[:ch, :cw], p.v[:ch, :cw])

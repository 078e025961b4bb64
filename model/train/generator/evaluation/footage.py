"""Ground truth for measurements: pictures and the first frames of clips, as 8-bit 4:2:0."""

from __future__ import annotations

import functools
import zlib
from pathlib import Path

import av
import numpy as np
from PIL import Image

from .. import codecs
from ..clips import load_rgb, soft_crops
from ..planes import Bytes, Planes, from_rgb
from . import resize

PICTURES = {".png", ".jpg", ".jpeg", ".bmp"}
CLIPS = {".264", ".avi", ".h264", ".ivf", ".m4v", ".mkv", ".mov", ".mp4", ".webm", ".y4m"}
# Ground truth of these clips is lossless; the others are scaled by 2/3 to bury their own coding.
LOSSLESS = ("lossless", "portraitmotion", "screenscroll")


def pictures(folder: Path) -> list[Path]:
    """The pictures of a folder by name; an error names the kinds that are read."""
    return _of_kinds(folder, PICTURES, "pictures")


def clips(folder: Path) -> list[Path]:
    """The clips of a folder by name, or its pictures if there are none; an error names the kinds that are read."""
    return pictures(folder) if _has(folder, PICTURES) and not _has(folder, CLIPS) else _of_kinds(folder, CLIPS, "clips")


def picture(path: Path) -> Planes:
    """A picture cut to even sides, as the published protocol does.

    Colour becomes BT.601 limited range; a greyscale file is luma as it is, as in the published scripts.
    """
    image = Image.open(path)
    if image.mode in ("L", "1", "I;16"):
        grey = np.asarray(image.convert("L"))
        y = grey[: grey.shape[0] // 2 * 2, : grey.shape[1] // 2 * 2]
        chroma = np.full((y.shape[0] // 2, y.shape[1] // 2), 128, np.uint8)
        return Planes(y, chroma, chroma)
    rgb = np.asarray(image.convert("RGB"))
    return from_rgb(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])


def halved(truth: Planes) -> Planes:
    """Half the size by MATLAB's bicubic, in eight bits; odd chroma planes are padded at their edge first."""

    def half(plane: Bytes) -> Bytes:
        even = np.pad(plane, [(0, n % 2) for n in plane.shape], mode="edge")
        return resize.to_bytes(resize.halve(even))

    return Planes(half(truth.y), half(truth.u), half(truth.v))


@functools.lru_cache(maxsize=1)
def clip(path: Path, frames: int) -> list[Planes]:
    """The first frames of a clip, of a size that divides by four; those of a picture are soft ones that move."""
    if path.suffix.lower() in PICTURES:
        rng = np.random.default_rng(zlib.crc32(path.name.encode()))
        return [from_rgb(f) for f in soft_crops(load_rgb(str(path)), float(rng.uniform(1.2, 2.0)), frames, rng)]
    scale = 1.0 if any(mark in path.name for mark in LOSSLESS) else 2 / 3
    out = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            w, h = (int(n * scale) // 4 * 4 for n in (frame.width, frame.height))
            small = frame.reformat(width=w, height=h, format="yuv420p", interpolation="BICUBIC")
            out.append(codecs.from_frame(small))
            if len(out) == frames:
                break
    return out


def _has(folder: Path, kinds: set[str]) -> bool:
    return folder.is_dir() and any(p.suffix.lower() in kinds for p in folder.iterdir())


def _of_kinds(folder: Path, kinds: set[str], what: str) -> list[Path]:
    if not folder.is_dir():
        raise RuntimeError(f"{folder} is not a folder")
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in kinds)
    if not found:
        raise RuntimeError(f"no {what} in {folder}: files ending in {' '.join(sorted(kinds))} are read")
    return found

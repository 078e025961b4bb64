"""Pictures as 8-bit 4:2:0 planes, and planes as the tensors of the contract.

The contract (same as package model in Go): an input tensor holds, for every 2x2
block of luma and its chroma, six bytes Y(0,0) Y(0,1) Y(1,0) Y(1,1) U V; an output
tensor 24: the 4x4 luma block row by row, then the 2x2 blocks of U and V.
Here tensors are channels first, (channel, height/2, width/2), as PyTorch likes them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]

FILTERS: dict[str, Image.Resampling] = {
    "bicubic": Image.Resampling.BICUBIC,
    "area": Image.Resampling.BOX,
    "lanczos": Image.Resampling.LANCZOS,
    "bilinear": Image.Resampling.BILINEAR,
}


@dataclass
class Planes:
    """One 4:2:0 picture: y is (height, width); u and v half of that, rounded up."""

    y: Bytes
    u: Bytes
    v: Bytes


def from_rgb(rgb: Bytes) -> Planes:
    """Convert (height, width, 3) RGB to BT.601 limited range; chroma is the 2x2 mean.

    Coefficients: ITU-R BT.601-7, 2.5.3, for 8 bits. Even sizes only.
    """
    r, g, b = (rgb[..., i].astype(np.float32) for i in range(3))
    y = 16.0 + (65.481 * r + 128.553 * g + 24.966 * b) / 255.0
    u = 128.0 + (-37.797 * r - 74.203 * g + 112.0 * b) / 255.0
    v = 128.0 + (112.0 * r - 93.786 * g - 18.214 * b) / 255.0
    return Planes(_round(y), _round(_mean2(u)), _round(_mean2(v)))


def halve(planes: Planes, kind: str = "bicubic") -> Planes:
    """Halve each plane with an antialiased filter of FILTERS, centres aligned."""
    return Planes(*(_resize(p, p.shape[1] // 2, p.shape[0] // 2, kind) for p in (planes.y, planes.u, planes.v)))


def double(planes: Planes, kind: str = "bicubic") -> Planes:
    """Double each plane with a filter of FILTERS: the plain enlargement we compare with."""
    return Planes(*(_resize(p, p.shape[1] * 2, p.shape[0] * 2, kind) for p in (planes.y, planes.u, planes.v)))


def pack_input(p: Planes) -> Bytes:
    """Planes of even size to an input tensor (6, height/2, width/2)."""
    return np.concatenate([_to_depth(p.y, 2), p.u[None], p.v[None]])


def pack_output(p: Planes) -> Bytes:
    """Planes of doubled size to an output tensor (24, height/4, width/4)."""
    return np.concatenate([_to_depth(p.y, 4), _to_depth(p.u, 2), _to_depth(p.v, 2)])


def unpack_output(t: Bytes) -> Planes:
    """The reverse of pack_output."""
    return Planes(_from_depth(t[:16], 4), _from_depth(t[16:20], 2), _from_depth(t[20:24], 2))


def unpack_input(t: Bytes) -> Planes:
    """The reverse of pack_input."""
    return Planes(_from_depth(t[:4], 2), t[4], t[5])


def flip_channels(horizontal: bool, vertical: bool, transpose: bool) -> tuple[list[int], list[int]]:
    """Channel orders that go with flipping or transposing a tensor's positions.

    Returns (input order, output order): new[c] = old[order[c]], to be applied after
    the positions were flipped, then transposed.
    """

    def order(size: int) -> NDArray[np.int64]:
        block = np.arange(size * size).reshape(size, size)
        if horizontal:
            block = block[:, ::-1]
        if vertical:
            block = block[::-1]
        return (block.T if transpose else block).reshape(-1)

    two, four = order(2), order(4)
    return [*two, 4, 5], [*four, *(16 + two), *(20 + two)]


def _to_depth(plane: Bytes, size: int) -> Bytes:
    h, w = plane.shape
    blocks = plane.reshape(h // size, size, w // size, size)
    return blocks.transpose(1, 3, 0, 2).reshape(size * size, h // size, w // size)


def _from_depth(t: Bytes, size: int) -> Bytes:
    _, h, w = t.shape
    return t.reshape(size, size, h, w).transpose(2, 0, 3, 1).reshape(h * size, w * size)


def _resize(plane: Bytes, width: int, height: int, kind: str) -> Bytes:
    return np.asarray(Image.fromarray(plane).resize((width, height), FILTERS[kind]))


def _mean2(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    h, w = plane.shape
    return plane.reshape(h // 2, 2, w // 2, 2).mean(axis=(1, 3), dtype=np.float32)


def _round(plane: NDArray[np.float32]) -> Bytes:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)

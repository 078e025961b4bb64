"""The bicubic of the super-resolution literature: MATLAB's imresize, antialiased, in floating point.

The published figures of Set5, Set14 and B100 rest on it. Pillow's bicubic has the same
kernel (Keys, a = -0.5) but rounds to eight bits between its passes and treats borders otherwise.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from ..planes import Bytes

Floats = NDArray[np.float64]


def bicubic(plane: NDArray[np.generic], height: int, width: int) -> Floats:
    """Resize a (rows, columns) plane; shrinking is antialiased, borders are mirrored, nothing is rounded."""
    tall = _along_rows(plane.astype(np.float64), height)
    return _along_rows(tall.T, width).T


def halve(plane: NDArray[np.generic]) -> Floats:
    """Half the rows and columns of a plane of even size."""
    return bicubic(plane, plane.shape[0] // 2, plane.shape[1] // 2)


def double(plane: NDArray[np.generic]) -> Floats:
    """Twice the rows and columns."""
    return bicubic(plane, plane.shape[0] * 2, plane.shape[1] * 2)


def to_bytes(plane: Floats) -> Bytes:
    """Round to the nearest of 0..255."""
    return np.clip(np.floor(plane + 0.5), 0, 255).astype(np.uint8)


def _along_rows(plane: Floats, size: int) -> Floats:
    indices, weights = _taps(plane.shape[0], size)
    out = np.zeros((size, plane.shape[1]))
    for tap in range(indices.shape[1]):
        out += weights[:, tap, None] * plane[indices[:, tap]]
    return out


@functools.lru_cache(maxsize=64)
def _taps(size_in: int, size_out: int) -> tuple[NDArray[np.int64], Floats]:
    """For each output row the input rows it reads and their weights, as imresize computes them."""
    scale = size_out / size_in
    stretch = min(scale, 1.0)  # the kernel is widened where the picture shrinks
    centre = (np.arange(1, size_out + 1)) / scale + 0.5 * (1 - 1 / scale)
    count = int(np.ceil(4.0 / stretch)) + 2
    first = np.floor(centre - 2.0 / stretch)
    indices = (first[:, None] + np.arange(count)).astype(np.int64)
    weights = _keys(stretch * (centre[:, None] - indices))
    weights /= weights.sum(axis=1, keepdims=True)
    mirrored = np.concatenate([np.arange(size_in), np.arange(size_in)[::-1]])
    kept = np.any(weights != 0, axis=0)
    return mirrored[np.mod(indices - 1, 2 * size_in)][:, kept], weights[:, kept]


def _keys(x: Floats) -> Floats:
    """Keys' cubic with a = -0.5 (IEEE Trans. ASSP 29(6), 1981, eq. 15)."""
    a = np.abs(x)
    near = 1.5 * a**3 - 2.5 * a**2 + 1
    far = -0.5 * a**3 + 2.5 * a**2 - 4 * a + 2
    return np.where(a <= 1, near, np.where(a <= 2, far, 0.0))

"""What changes from frame to frame of a film, and how far a change reaches."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np


def changed_shares(film: Path, width: int, height: int, radii: Iterable[int]) -> list[float]:
    """Mean shares of the half-resolution grid that have changed since the frame before within so many positions.

    The film is of bare I420 frames, width x height, which are even.
    """
    width, height = width // 2, height // 2
    frames = np.fromfile(film, np.uint8).reshape(-1, 6 * width * height)
    chroma = frames[:, 4 * width * height :].reshape(-1, 2, height, width).transpose(0, 2, 3, 1)
    luma = frames[:, : 4 * width * height].reshape(-1, height, 2, width, 2).transpose(0, 1, 3, 2, 4).reshape(-1, height, width, 4)
    packed = np.concatenate([luma, chroma], axis=3)
    changed = (packed[1:] != packed[:-1]).any(axis=3)
    shares, reached = {0: float(changed.mean())}, changed
    for radius in range(1, max(radii) + 1):
        for axis in (1, 2):  # a square of one position more on each side
            edge = [(1, 1) if each == axis else (0, 0) for each in range(3)]
            padded = np.moveaxis(np.pad(reached, edge), axis, 0)
            reached = np.moveaxis(padded[:-2] | padded[1:-1] | padded[2:], 0, axis)
        shares[radius] = float(reached.mean())
    return [shares[radius] for radius in radii]

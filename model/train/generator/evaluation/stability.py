"""How a clip moves beside its ground truth: flow, differences between frames, flicker where nothing moves."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ..metrics import psnr_of_error
from ..planes import Bytes

Luma = list[Bytes]
BLOCK = 8  # of the input, in pixels
MARGIN = 2  # blocks all round that must be static too: more than a generator's context


def flow(clip: Luma) -> list[NDArray[np.float32]]:
    """Dense motion from each frame to the next, (rows, columns, 2) in pixels: Farneback, as TecoGAN's metrics."""
    crops = [_middle(y) for y in clip]
    none = np.zeros((*crops[0].shape, 2), np.float32)
    return [
        np.asarray(cv2.calcOpticalFlowFarneback(a, b, none.copy(), 0.5, 3, 15, 3, 5, 1.2, 0), np.float32)
        for a, b in pairwise(crops)
    ]


def flow_error(clip: list[NDArray[np.float32]], truth: list[NDArray[np.float32]]) -> float:
    """tOF of TecoGAN (arXiv:1811.09393): mean distance of two clips' motion in pixels."""
    return float(np.mean([np.linalg.norm(a - b, axis=2).mean() for a, b in zip(clip, truth, strict=True)]))


def difference_psnr(clip: Luma, truth: Luma, border: int = 2) -> float:
    """dB between the frame-to-frame differences of two clips, peak 255, from the mean squared error of the clip."""
    inner = (slice(border, -border or None),) * 2
    steps, due = ([b[inner].astype(np.int32) - a[inner] for a, b in pairwise(c)] for c in (clip, truth))
    return psnr_of_error(float(np.mean([np.mean((s - d) ** 2) for s, d in zip(steps, due, strict=True)])))


def static_areas(small: Luma) -> list[NDArray[np.bool_]]:
    """For each frame after the first: blocks of the input where no pixel changed by more than a grey level.

    (rows / 8, columns / 8); what is left over at the right and the bottom is left out, and so are
    blocks with a changed one within MARGIN.
    """
    areas = []
    for before, after in pairwise(small):
        rows, columns = (n // BLOCK for n in after.shape)
        change = np.abs(after.astype(np.int16) - before)[: rows * BLOCK, : columns * BLOCK]
        static = change.reshape(rows, BLOCK, columns, BLOCK).max(axis=(1, 3)) <= 1
        kernel = np.ones((2 * MARGIN + 1,) * 2, np.uint8)
        areas.append(cv2.erode(static.astype(np.uint8), kernel) > 0)
    return areas


def flicker(clip: Luma, areas: list[NDArray[np.bool_]], factor: int = 2) -> float:
    """Mean absolute change in grey levels where the input stands still; nan where it never does.

    `clip` is `factor` times the size of the input, `areas` are static_areas of the input.
    """
    size = BLOCK * factor
    total, count = 0.0, 0
    for before, after, static in zip(clip, clip[1:], areas, strict=False):
        rows, columns = static.shape
        change = np.abs(after.astype(np.int16) - before)[: rows * size, : columns * size]
        change = change.reshape(rows, size, columns, size).mean(axis=(1, 3))
        total += float(change[static].sum())
        count += int(static.sum())
    return total / count if count else float("nan")


def _middle(y: Bytes) -> Bytes:
    """The middle part whose sides divide by 32, as the published script cuts it."""
    rows, columns = (max(n // 32 * 32, min(n, 32)) for n in y.shape)
    top, left = (y.shape[0] - rows) // 2, (y.shape[1] - columns) // 2
    return np.ascontiguousarray(y[top : top + rows, left : left + columns])

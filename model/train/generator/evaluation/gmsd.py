"""Gradient magnitude similarity deviation: Xue, Zhang, Mou, Bovik, IEEE Trans. Image Processing 23(2), 2014."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..planes import Bytes

STABILITY = 170.0  # the paper's constant, for grey levels of 0..255
PREWITT = np.array([[1, 0, -1]] * 3, np.float64) / 3.0


def gmsd(a: Bytes, b: Bytes) -> float:
    """Of two luma planes: 0 where equal, higher is worse."""
    if a.shape != b.shape:
        raise ValueError(f"pictures of {a.shape} and {b.shape} rows and columns cannot be compared")
    ga, gb = _gradient(a), _gradient(b)
    similarity = (2 * ga * gb + STABILITY) / (ga**2 + gb**2 + STABILITY)
    return float(similarity.std())


def _gradient(plane: Bytes) -> NDArray[np.float64]:
    rows, columns = (n // 2 * 2 for n in plane.shape)
    # the paper averages 2x2 and takes every second sample
    half = plane[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3))
    across = cv2.filter2D(half, -1, PREWITT, borderType=cv2.BORDER_REPLICATE)
    down = cv2.filter2D(half, -1, PREWITT.T, borderType=cv2.BORDER_REPLICATE)
    return np.hypot(across, down)

"""Structural similarity: Wang, Bovik, Sheikh, Simoncelli, IEEE Trans. Image Processing 13(4), 2004."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..planes import Bytes

WINDOW, SIGMA = 11, 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(a: Bytes, b: Bytes, border: int = 2) -> float:
    """Mean SSIM of two planes, at most 1: Gaussian 11x11, peak 255, `border` pixels left out all round.

    As in the authors' script only windows that lie wholly inside count.
    """
    if a.shape != b.shape:
        raise ValueError(f"pictures of {a.shape} and {b.shape} rows and columns cannot be compared")
    if min(a.shape) < WINDOW + 2 * border:
        raise ValueError(f"a picture of {a.shape} rows and columns holds no window of {WINDOW}")
    inner = (slice(border, -border or None),) * 2
    x, y = a[inner].astype(np.float64), b[inner].astype(np.float64)
    mean_x, mean_y = _blur(x), _blur(y)
    variance_x, variance_y = _blur(x * x) - mean_x**2, _blur(y * y) - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + C1) * (2 * covariance + C2)
    return float(np.mean(likeness / ((mean_x**2 + mean_y**2 + C1) * (variance_x + variance_y + C2))))


def _blur(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    kernel = cv2.getGaussianKernel(WINDOW, SIGMA)
    half = WINDOW // 2
    blurred = np.asarray(cv2.sepFilter2D(plane, -1, kernel, kernel), np.float64)
    return blurred[half:-half, half:-half]

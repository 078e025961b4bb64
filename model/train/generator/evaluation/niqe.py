"""Natural image quality evaluator: Mittal, Soundararajan, Bovik, IEEE Signal Processing Letters 20(3), 2013.

The distance between the statistics of a picture's patches and those of undamaged pictures. The
model of the undamaged ones is fitted here from a folder of pictures, so values compare with each other,
not with those of the authors' model.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..planes import Bytes
from .resize import halve

Floats = NDArray[np.float64]
PATCH = 96  # pixels; half of it on the second scale
SHARP = 0.75  # patches below this share of the sharpest one take no part in the model
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))  # across, down and the two diagonals

_SHAPES = np.arange(0.2, 10.0005, 0.001)
_RATIOS = np.array([math.exp(2 * math.lgamma(2 / a) - math.lgamma(1 / a) - math.lgamma(3 / a)) for a in _SHAPES])


@dataclass
class Natural:
    """Mean (36) and covariance (36, 36) of the features of undamaged patches."""

    mean: Floats
    covariance: Floats


def fit(pictures: Iterable[Bytes]) -> Natural:
    """Learn what undamaged luma planes look like; at least 37 sharp patches of 96x96 are needed."""
    kept = []
    for luma in pictures:
        if min(luma.shape) < PATCH:
            continue
        values, sharpness = features(luma)
        kept.append(values[sharpness > SHARP * sharpness.max()])
    rows = np.concatenate(kept) if kept else np.empty((0, 36))
    rows = rows[np.isfinite(rows).all(axis=1)]
    if len(rows) < 37:
        raise ValueError(f"{len(rows)} sharp patches of {PATCH}x{PATCH}: 37 or more are needed; give more pictures")
    return Natural(rows.mean(axis=0), np.cov(rows, rowvar=False))


def niqe(luma: Bytes, natural: Natural) -> float:
    """Distance of a picture of 96x96 or more from the undamaged ones: lower is better; nan below that size."""
    if min(luma.shape) < PATCH:
        return float("nan")
    values, _ = features(luma)
    values = values[np.isfinite(values).all(axis=1)]
    if not len(values):
        return float("nan")
    spread = np.cov(values, rowvar=False) if len(values) > 1 else np.zeros_like(natural.covariance)
    away = values.mean(axis=0) - natural.mean
    return float(np.sqrt(max(0.0, away @ np.linalg.pinv((natural.covariance + spread) / 2) @ away)))


def features(luma: Bytes) -> tuple[Floats, Floats]:
    """(patches, 36) features and (patches,) sharpness of a luma plane of 96x96 or more."""
    rows, columns = (n // PATCH * PATCH for n in luma.shape)
    plane: Floats = luma[:rows, :columns].astype(np.float64)
    coefficients, deviation = _normalised(plane)
    sharpness = _patches(deviation, PATCH).mean(axis=(1, 2))
    first = _statistics(_patches(coefficients, PATCH))
    second = _statistics(_patches(_normalised(halve(plane))[0], PATCH // 2))
    return np.hstack([first, second]), sharpness


def _normalised(plane: Floats) -> tuple[Floats, Floats]:
    """Mean-subtracted, contrast-normalised coefficients and the local deviation (eq. 1-3)."""
    kernel = cv2.getGaussianKernel(7, 7 / 6)
    mean = cv2.sepFilter2D(plane, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    square = cv2.sepFilter2D(plane * plane, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.abs(square - mean * mean))
    return (plane - mean) / (deviation + 1), deviation


def _patches(plane: Floats, size: int) -> Floats:
    rows, columns = plane.shape[0] // size, plane.shape[1] // size
    blocks = plane.reshape(rows, size, columns, size).swapaxes(1, 2)
    return blocks.reshape(rows * columns, size, size)


def _statistics(patches: Floats) -> Floats:
    """(patches, 18): the fit of the coefficients, then of the products of neighbours in four directions."""
    shape, left, right = _asymmetric_gaussian(patches)
    columns = [shape, (left + right) / 2]
    for shift in NEIGHBOURS:
        shape, left, right = _asymmetric_gaussian(patches * np.roll(patches, shift, axis=(1, 2)))
        gamma = np.array([math.exp(math.lgamma(2 / a) - math.lgamma(1 / a)) for a in shape])
        columns += [shape, (right - left) * gamma, left, right]
    return np.stack(columns, axis=1)


def _asymmetric_gaussian(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Shape and the two scales of an asymmetric generalised Gaussian, by moments, for each patch.

    Lasmar, Stitou, Berthoumieu, ICIP 2009.
    """
    flat = values.reshape(len(values), -1)
    with np.errstate(invalid="ignore", divide="ignore"):  # a flat patch has no fit: nan, left out by the callers
        left = np.sqrt((flat**2 * (flat < 0)).sum(1) / (flat < 0).sum(1))
        right = np.sqrt((flat**2 * (flat > 0)).sum(1) / (flat > 0).sum(1))
        skew = left / right
        ratio = np.abs(flat).mean(1) ** 2 / (flat**2).mean(1)
        ratio *= (skew**3 + 1) * (skew + 1) / (skew**2 + 1) ** 2
    nearest = np.abs(_RATIOS[None] - ratio[:, None])
    shape = np.where(np.isfinite(ratio), _SHAPES[np.argmin(np.nan_to_num(nearest, nan=np.inf), axis=1)], np.nan)
    shape = np.where(np.isfinite(shape), shape, 2.0)
    to_scale = np.array([math.exp((math.lgamma(1 / a) - math.lgamma(3 / a)) / 2) for a in shape])
    return shape, left * to_scale, right * to_scale

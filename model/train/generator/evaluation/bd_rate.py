"""Bjontegaard's difference of two rate-distortion curves (ITU-T VCEG-M33), by monotone cubic pieces.

Piecewise cubic Hermite interpolation (Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5(2), 1984),
as the common test conditions of JVET and AOM use, does not overshoot as one cubic through all points does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Curve = Sequence[tuple[float, float]]  # (rate, quality) pairs, rate above 0 in any unit


def bd_rate(anchor: Curve, test: Curve) -> float:
    """Mean difference in rate at equal quality, in per cent: -20 says that `test` needs a fifth less.

    A point with more rate and no more quality than another says nothing of the rate that a quality
    needs, and is left out. nan where fewer than two points remain or no quality is common to both.
    """
    curves = [_front(anchor), _front(test)]
    if min(len(quality) for quality, _ in curves) < 2:
        return float("nan")
    low = max(quality[0] for quality, _ in curves)
    high = min(quality[-1] for quality, _ in curves)
    if high <= low:
        return float("nan")
    areas = [_integral(quality, np.log(rate), low, high) for quality, rate in curves]
    return float(100 * np.expm1((areas[1] - areas[0]) / (high - low)))


def _front(curve: Curve) -> tuple[Floats, Floats]:
    """Qualities that rise, and their rates."""
    kept: list[tuple[float, float]] = []
    for rate, quality in sorted(curve):
        if not kept or quality > kept[-1][1]:
            kept.append((rate, quality))
    return np.array([q for _, q in kept]), np.array([r for r, _ in kept])


def _integral(x: Floats, y: Floats, low: float, high: float) -> float:
    """Of the interpolant through (x, y) from low to high; both lie within x."""
    step = np.diff(x)
    slope = np.diff(y) / step
    tangent = _tangents(step, slope)
    second = (3 * slope - 2 * tangent[:-1] - tangent[1:]) / step
    third = (tangent[:-1] + tangent[1:] - 2 * slope) / step**2

    def primitive(i: int, at: float) -> float:
        t = at - x[i]
        return float(t * (y[i] + t * (tangent[i] / 2 + t * (second[i] / 3 + t * third[i] / 4))))

    total = 0.0
    for i in range(len(step)):
        left, right = max(low, x[i]), min(high, x[i + 1])
        if right > left:
            total += primitive(i, right) - primitive(i, left)
    return total


def _tangents(step: Floats, slope: Floats) -> Floats:
    if len(slope) == 1:
        return np.array([slope[0], slope[0]])
    out = np.zeros(len(slope) + 1)
    one, two = 2 * step[1:] + step[:-1], step[1:] + 2 * step[:-1]
    same = slope[:-1] * slope[1:] > 0
    out[1:-1][same] = (one + two)[same] / (one[same] / slope[:-1][same] + two[same] / slope[1:][same])
    out[0] = _end(step[0], step[1], slope[0], slope[1])
    out[-1] = _end(step[-1], step[-2], slope[-1], slope[-2])
    return out


def _end(step: float, next_step: float, slope: float, next_slope: float) -> float:
    """Three-point formula, kept from overshooting."""
    tangent = ((2 * step + next_step) * slope - step * next_slope) / (step + next_step)
    if np.sign(tangent) != np.sign(slope):
        return 0.0
    if np.sign(slope) != np.sign(next_slope) and abs(tangent) > 3 * abs(slope):
        return 3 * slope
    return float(tangent)

"""The exact number of linear regions of a ReLU network of two inputs, by cutting a square.

Every region is a convex polygon on which the network is affine. A unit cuts each polygon
along the line where its input is zero; then the layer's active units give the affine map
that the next layer sees. Counting activation patterns this way is exact up to rounding:
what lies outside the square, or is smaller than about 1e-9 of it, is not seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Layer = tuple[Array, Array]  # weight (out, in), bias (out,)
Piece = tuple[Array, Array]  # corners (k, 2); affine map (3, width) of (x, y, 1) to the layer's outputs


def square(half: float) -> Array:
    """Corners of [-half, half]^2."""
    return half * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def cut(polygon: Array, line: Array) -> list[Array]:
    """The parts of a convex polygon on either side of line . (x, y, 1) = 0: one part, or two."""
    height = polygon @ line[:2] + line[2]
    small = 1e-12 * np.abs(height).max()
    if (height >= -small).all() or (height <= small).all():
        return [polygon]
    sides: tuple[list[Array], list[Array]] = ([], [])
    for i in range(len(polygon)):
        j = (i + 1) % len(polygon)
        for sign, part in ((1.0, sides[0]), (-1.0, sides[1])):
            if sign * height[i] >= 0:
                part.append(polygon[i])
        if height[i] * height[j] < 0:
            t = height[i] / (height[i] - height[j])
            crossing = polygon[i] + t * (polygon[j] - polygon[i])
            sides[0].append(crossing)
            sides[1].append(crossing)
    return [np.array(part) for part in sides]


def regions(layers: Sequence[Layer], half: float = 1e4) -> list[Array]:
    """Polygons of distinct activation patterns of the hidden layers within [-half, half]^2."""
    pieces: list[Piece] = [(square(half), np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))]
    for weight, bias in layers:
        following: list[Piece] = []
        for polygon, affine in pieces:
            before = affine @ weight.T
            before[2] += bias
            parts = [polygon]
            for line in before.T:
                parts = [small for part in parts for small in (cut(part, line) if line[:2].any() else [part])]
            for part in parts:
                centre = part.mean(axis=0)
                on = centre @ before[:2] + before[2] > 0
                following.append((part, before * on))
        pieces = following
    return [polygon for polygon, _ in pieces]


def random_network(hidden: Sequence[int], rng: np.random.Generator) -> list[Layer]:
    """Layers from two inputs with weights N(0, 2 / inputs) and biases N(0, 1)."""
    widths = [2, *hidden]
    return [(rng.normal(0.0, (2.0 / a) ** 0.5, (b, a)), rng.normal(0.0, 1.0, b)) for a, b in itertools.pairwise(widths)]

"""How many linear regions a ReLU network can have: exact integers.

Sizes are n0 inputs and a list of ReLU units a hidden layer; the last, linear layer makes
no regions. Sources:
  Zaslavsky, Facing up to Arrangements, Memoirs of the AMS 154, 1975
  Montufar et al., On the Number of Linear Regions of Deep Neural Networks, NIPS 2014: theorem 4
  Montufar, Notes on the Number of Linear Regions, SampTA 2017
  Raghu et al., On the Expressive Power of Deep Neural Networks, ICML 2017
  Serra, Tjandraatmadja, Ramalingam, Bounding and Counting Linear Regions, ICML 2018: theorems 1, 6
  Lei, Luo, Yau, Gu, Geometric Understanding of Deep Learning, arXiv:1805.10451: theorem 4.5
  Xiong et al., On the Number of Linear Regions of Convolutional Neural Networks, ICML 2020: theorem 2
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache
from math import comb, prod


def arrangement(dimension: int, planes: int) -> int:
    """Cells of `planes` hyperplanes in general position: sum_{i <= dimension} binom(planes, i) (Zaslavsky)."""
    return sum(comb(planes, i) for i in range(min(dimension, planes) + 1))


def product(n0: int, hidden: Sequence[int], outputs: int | None = None) -> int:
    """Upper bound, Lei's theorem 4.5: prod_i C(w_{i-1}, w_i).

    The theorem also counts the linear output layer, which has no regions to add: leave
    `outputs` out for the corrected product, which is then over hidden layers only.
    """
    widths = [n0, *hidden] + ([] if outputs is None else [outputs])
    return prod(arrangement(a, b) for a, b in itertools.pairwise(widths))


def narrowed(n0: int, hidden: Sequence[int]) -> int:
    """Upper bound, Montufar 2017: as product(), with the narrowest width so far as dimension."""
    narrowest = itertools.accumulate([n0, *hidden[:-1]], min)
    return prod(arrangement(d, n) for d, n in zip(narrowest, hidden, strict=True))


def serra(n0: int, hidden: Sequence[int]) -> int:
    """Upper bound, Serra's theorem 1: also a layer's inactive units take dimensions from those after it."""
    layers = tuple(hidden)

    @cache
    def regions(layer: int, dimension: int) -> int:
        if layer == len(layers):
            return 1
        n = layers[layer]
        return sum(comb(n, off) * regions(layer + 1, min(dimension, n - off)) for off in range(min(dimension, n) + 1))

    return regions(0, n0)


def any_graph(n0: int, hidden: Sequence[int]) -> int:
    """Upper bound for any wiring, skips and leaky units too: each cell is cut by n_l planes in n0 dimensions."""
    return prod(arrangement(n0, n) for n in hidden)


def montufar_most(n0: int, hidden: Sequence[int]) -> int:
    """Lower bound of the most that some weights reach, Montufar 2014: prod floor(n_l / n0)^n0, times C(n0, n_L)."""
    return prod((n // n0) ** n0 for n in hidden[:-1]) * arrangement(n0, hidden[-1])


def serra_most(n0: int, hidden: Sequence[int]) -> int:
    """The same with one fold more a layer, Serra's theorem 6; every layer needs 3 n0 units."""
    if min(hidden) < 3 * n0:
        raise ValueError(f"layers of {list(hidden)} units: the construction needs {3 * n0} or more in each")
    return prod((n // n0 + 1) ** n0 for n in hidden[:-1]) * arrangement(n0, hidden[-1])


def convolution(width: int, kernel: int, stride: int, filters: int) -> int:
    """Most regions of one convolution over a row of `width` inputs, one channel, no padding (Xiong, theorem 2).

    sum over t of prod_i binom(filters, t_i), with t_i planes through position i such that no set of positions
    uses more planes than its windows see inputs.
    """
    windows = [set(range(at, at + kernel)) for at in range(0, width - kernel + 1, stride)]
    sets = [s for size in range(1, len(windows) + 1) for s in itertools.combinations(range(len(windows)), size)]
    seen = {s: len(set().union(*(windows[i] for i in s))) for s in sets}
    return sum(
        prod(comb(filters, each) for each in t)
        for t in itertools.product(range(filters + 1), repeat=len(windows))
        if all(sum(t[i] for i in s) <= seen[s] for s in sets)
    )


def convolution_most(layers: Sequence[tuple[int, int]], colours: int, side: int) -> int:
    """Lower bound of the most regions of stacked convolutions seen through a side x side kernel (Xiong, theorem 5).

    layers: (kernel side, channels) of every ReLU layer, first to last; inputs have `colours` channels. The last
    layer's own count is that of convolution(), bounded below by giving all its s x s positions the same t planes:
    any a of them see at least (sqrt(a) + k - 1)^2 inputs, which is scarcest a position where a = s^2, so
    t = floor((s + k - 1)^2 colours / s^2) is within every cap.
    """
    sides, _ = cone(layers, colours, side)
    folded = prod((c // colours) ** (s * s * colours) for s, (_, c) in zip(sides[:-1], layers[:-1], strict=True))
    kernel, channels = layers[-1]
    each = (side + kernel - 1) ** 2 * colours // side**2
    return folded * arrangement(each, channels) ** (side**2)


def cone(layers: Sequence[tuple[int, int]], colours: int, side: int) -> tuple[list[int], int]:
    """Positions along a side of every ReLU layer that one output of a side x side kernel sees, and n0 inputs.

    layers: (kernel side, channels), first to last; inputs have `colours` channels.
    """
    sides = [side]
    for kernel, _ in reversed(layers[1:]):
        sides.insert(0, sides[0] + kernel - 1)
    return sides, (sides[0] + layers[0][0] - 1) ** 2 * colours


def units(layers: Sequence[tuple[int, int]], colours: int, side: int) -> list[int]:
    """ReLU units of every layer within the cone."""
    sides, _ = cone(layers, colours, side)
    return [s * s * c for s, (_, c) in zip(sides, layers, strict=True)]

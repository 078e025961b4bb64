"""Eight-bit weights whose products processors without VNNI add exactly.

They add the products of two neighbours in 16 bits (vpmaddubsw of AVX2 and AVX-512BW): the weights of
channels 2i and 2i + 1 of a layer's input at the same place. With 255 as the largest activation it
overflows where two of the same sign sum to more than 128. Seven bits rule that out, and so do
eight whose neighbours are kept to that sum: the range of a row is then seldom less than eight bits,
if neighbours are chosen for it. Which channels are neighbours is free: a layer may
give its outputs in any order. NEON's kernels add two products of activations less 128 (smull, smlal),
of whichever channels: 2 * 128 * 127 fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .network import Generator

SWAPS = 6000  # tried for one layer


@dataclass(frozen=True)
class Limits:
    """Magnitudes that integers stay within: one weight, and two neighbours of the same sign together."""

    one: int = 127
    both: int = 128


INNER = Limits()
# Settling the sums of the first layer's planes may move each weight by one, see quantise.settle().
FIRST = Limits(one=126, both=126)


def sums(weight: Tensor) -> Tensor:
    """What neighbours of the same sign sum to, at most: (out, in, ...) to magnitudes (out, in / 2, ...).

    ValueError for an odd number of input channels, whose neighbours would be at different places.
    """
    if weight.shape[1] % 2:
        raise ValueError(f"a layer of {weight.shape[1]} input channels: eight bits need an even number")
    pairs = weight.unflatten(1, (-1, 2))
    return torch.maximum(pairs.relu().sum(dim=2), (-pairs).relu().sum(dim=2))


def scales(weight: Tensor, limits: Limits) -> Tensor:
    """The finest scale of each output channel at which its integers keep within the limits: (out, 1, 1, 1)."""
    one = weight.abs().amax(dim=(1, 2, 3), keepdim=True) / limits.one
    both = sums(weight).amax(dim=(1, 2, 3), keepdim=True) / limits.both
    return torch.maximum(one, both).clamp_min(1e-10)


def within(integers: Tensor, limits: Limits) -> Tensor:
    """The integers (out, in, ...), where necessary nearer to zero: of two neighbours the larger one gives way."""
    integers = integers.clamp(-limits.one, limits.one)
    over = (sums(integers) - limits.both).clamp_min(0).unsqueeze(2)
    pairs = integers.unflatten(1, (-1, 2))
    larger = pairs.abs() > pairs.abs().flip(2)
    first = torch.tensor([True, False]).view(1, 1, 2, *[1] * (integers.dim() - 2))
    gives_way = larger | (first & (pairs.abs() == pairs.abs().flip(2)))
    return (pairs - gives_way * over * pairs.sign()).flatten(1, 2)


def arrange(generator: Generator) -> None:
    """Reorder the channels between layers, in place, for fine scales: the same function."""
    blocks = generator.blocks()
    for i in range(1, len(blocks)):
        order = best_order(blocks[i].weight().detach())
        given = order
        if generator.shape.full and i == 1:  # the first layer gives the channels of four pixels, see spread()
            given = torch.cat([order + len(order) * pixel for pixel in range(4)])
        with torch.no_grad():
            blocks[i - 1].direct.add_(blocks[i - 1].weight()[given] - blocks[i - 1].weight())
            blocks[i - 1].bias.copy_(blocks[i - 1].bias[given])
            blocks[i].direct.add_(blocks[i].weight()[:, order] - blocks[i].weight())


def best_order(weight: Tensor) -> Tensor:
    """Input channels of a layer (out, in, rows, columns) in an order with fine scales, by swaps that do no harm.

    What counts is the mean over output channels of the square of a scale, which is that of the rounding
    errors, over its square without neighbours.
    """
    one, other = weight[:, :, None], weight[:, None]
    both = torch.maximum(one.relu() + other.relu(), (-one).relu() + (-other).relu()).amax(dim=(3, 4))
    finest = (weight.abs().amax(dim=(1, 2, 3)) / INNER.one).clamp_min(1e-10).numpy()
    ratio = both.permute(1, 2, 0).numpy() / (INNER.both * finest)  # (in, in, out)

    def cost(order: np.ndarray) -> float:
        return float((np.maximum(ratio[order[0::2], order[1::2]].max(axis=0), 1.0) ** 2).mean())

    rng = np.random.default_rng(0)
    order = np.arange(weight.shape[1])
    least = cost(order)
    for _ in range(SWAPS):
        a, b = rng.integers(0, len(order), 2)
        tried = order.copy()
        tried[[a, b]] = order[[b, a]]
        if (costs := cost(tried)) <= least:
            order, least = tried, costs
    return torch.from_numpy(order)

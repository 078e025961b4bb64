"""One network for generator and transport together: z straight to data, with no collapse.

Three ways to train it, all without a discriminator:

  distil     the transport map T is solved first (transport.py), then F(z) ~ T(z)
  one_shot   every batch F(z_i) is paired with data by optimal transport (matching.py) and
             drawn to its partner; Genevay, Peyre and Cuturi, Learning Generative Models with
             Sinkhorn Divergences, AISTATS 2018, section 3, in its simplest form
  sliced     every batch is compared with data along random lines; cheap, blurs narrow modes

The first two take L1: at a jump of T its optimum is the median, which takes a side, where
the mean of L2 would lie between two modes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from .matching import pair, random_projections, sliced_distance
from .transport import SemiDiscrete, Source

MATCHED = 4  # batches that one_shot pairs at once


def multilayer(inputs: int, width: int, depth: int, outputs: int) -> nn.Sequential:
    """`depth` hidden ReLU layers of `width`, and a linear last one."""
    sizes = [inputs, *[width] * depth]
    layers: list[nn.Module] = []
    for a, b in itertools.pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, outputs))


def distil(network: nn.Module, transport: SemiDiscrete, source: Source, steps: int, batch: int, rate: float) -> None:
    """Train F(z) to T(z) on fresh z: E |F(z) - T(z)|_1."""

    def loss() -> Tensor:
        z = source(batch)
        return functional.l1_loss(network(z), transport(z))

    _descend(network, loss, steps, rate)


def one_shot(
    network: nn.Module, data: Source, source: Source, steps: int, batch: int, rate: float, epsilon: float = 1e-4
) -> None:
    """Train F with no T and no D: E |F(z_i) - y_sigma(i)|_1, sigma the transport of a drawn set onto data.

    Small sets are matched badly: modes get more or fewer points than their share by chance, and outputs are sent
    across. So MATCHED batches are paired at once, and every pair is learnt from twice before the next set.
    epsilon: of matching.plan(), in shares of the mean squared distance.
    """
    pairs: list[tuple[Tensor, Tensor]] = []

    def loss() -> Tensor:
        if not pairs:
            z, y = source(MATCHED * batch), data(MATCHED * batch)
            with torch.no_grad():
                partners = y[pair(network(z), y, epsilon=epsilon)]
            pairs.extend(2 * list(zip(z.split(batch), partners.split(batch), strict=True)))
        z, wanted = pairs.pop()
        return functional.l1_loss(network(z), wanted)

    _descend(network, loss, steps, rate)


def sliced(network: nn.Module, data: Source, source: Source, steps: int, batch: int, rate: float) -> None:
    """Train F on the sliced squared distance to data along 64 fresh directions a step."""

    def loss() -> Tensor:
        out = network(source(batch))
        return sliced_distance(out, data(batch), random_projections(64, out.shape[1]))

    _descend(network, loss, steps, rate)


def _descend(network: nn.Module, loss: Callable[[], Tensor], steps: int, rate: float) -> None:
    """Adam along a cosine to zero."""
    optimiser = torch.optim.Adam(network.parameters(), lr=rate, fused=True)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        optimiser.step()

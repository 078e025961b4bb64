"""Optimal transport from a continuous source to a finite sample, squared distance as cost.

For targets y_1..y_n with masses nu_i, Brenier's potential is the upper envelope of planes

  u_h(x) = max_i <x, y_i> + h_i,      T(x) = grad u_h(x) = the y_i of the highest plane

and the heights h that give every cell {x: T(x) = y_i} the mass nu_i minimise the convex

  E(h) = E_x u_h(x) - sum_i nu_i h_i,      dE/dh_i = w_i(h) - nu_i

(Gu, Luo, Sun and Yau, Variational principles for Minkowski type problems, discrete optimal
transport, and discrete Monge-Ampere equations, arXiv:1302.5472). The cell masses w_i are
estimated by sampling, as An et al. do (AE-OT, ICLR 2020).

One computation gives both players of a game: the generator T and the optimal
discriminator, Kantorovich's potential f(x) = |x|^2/2 - u_h(x) (Lei, Su, Cui, Yau and Gu,
arXiv:1805.10451, eq. 5). T cannot collapse: no target loses its mass. It jumps between
cells of distant targets, where a continuous network has to choose or to bridge.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

# count -> (count, d) samples of the source measure.
Source = Callable[[int], Tensor]


def nearest_cells(targets: Tensor) -> Tensor:
    """Heights (n,) whose cells are those of the nearest target, once the targets are laid over a unit source.

    A start from which few cells are empty, whatever the targets' place and size: they are centred, which no cell
    notices, and shrunk to unit variance a coordinate, as the source is taken to have.
    """
    centred = targets - targets.mean(dim=0)
    size = float(centred.std())
    if size == 0.0:
        raise ValueError("all targets are the same point: there is nothing to transport to")
    return -0.5 * (centred**2).sum(dim=1) / size


class SemiDiscrete:
    """The transport map to targets (n, d), each with mass 1/n; d of 8 at most is sensible."""

    def __init__(self, targets: Tensor, heights: Tensor | None = None) -> None:
        if targets.dim() != 2 or len(targets) < 2:
            raise ValueError(f"targets of shape {tuple(targets.shape)}: (n, d) with two targets or more are needed")
        self.targets = targets
        self.heights = nearest_cells(targets) if heights is None else heights

    def cells(self, x: Tensor) -> Tensor:
        """Index of the target that each x (m, d) goes to."""
        return torch.addmm(self.heights, x, self.targets.T).argmax(dim=1)

    def __call__(self, x: Tensor) -> Tensor:
        """T(x): (m, d) to the targets' (m, d)."""
        return self.targets[self.cells(x)]

    def brenier(self, x: Tensor) -> Tensor:
        """u_h(x), convex, (m,)."""
        return torch.addmm(self.heights, x, self.targets.T).amax(dim=1)

    def discriminator(self, x: Tensor) -> Tensor:
        """Kantorovich's potential f(x) = |x|^2/2 - u_h(x) = min_i |x - y_i|^2/2 - psi_i, (m,)."""
        return 0.5 * (x**2).sum(dim=1) - self.brenier(x)

    def masses(self, x: Tensor) -> Tensor:
        """Share of the samples x in each cell, (n,), summing to 1."""
        return torch.bincount(self.cells(x), minlength=len(self.targets)).float() / len(x)

    def energy(self, x: Tensor) -> float:
        """E(h) over the samples x: the convex function whose minimum is the transport."""
        return float(self.brenier(x).mean() - self.heights.mean())

    def imbalance(self, x: Tensor) -> float:
        """Total variation between cell masses and 1/n, 0..1; finite samples alone give about sqrt(n / (2 pi m))."""
        return 0.5 * float((self.masses(x) - 1.0 / len(self.targets)).abs().sum())

    def fit(self, source: Source, iterations: int, batch: int = 2048, rate: float = 0.02) -> SemiDiscrete:
        """Descend E(h) with Adam; returns self with the heights averaged over the last fifth.

        rate is in units of the targets' spread (h is a product of source and target, and the
        source is taken to have unit size); it falls to zero along a cosine.
        """
        spread = float((self.targets - self.targets.mean(dim=0)).norm(dim=1).mean())
        heights = self.heights.clone().requires_grad_(True)
        optimiser = torch.optim.Adam([heights], lr=rate * spread)
        self.heights = heights.detach()
        total, counted = torch.zeros_like(self.heights), 0
        for step in range(iterations):
            optimiser.param_groups[0]["lr"] = rate * spread * (0.5 + 0.5 * math.cos(math.pi * step / iterations))
            heights.grad = self.masses(source(batch)) - 1.0 / len(self.targets)
            optimiser.step()
            if step >= iterations * 4 // 5:
                total, counted = total + self.heights, counted + 1
        mean = total / max(1, counted)
        self.heights = mean - mean.mean()
        return self

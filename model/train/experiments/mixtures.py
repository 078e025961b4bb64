"""Mixtures of narrow Gaussians in the plane, and how well samples cover their modes.

Data and scores of the mode-collapse literature: ring of 8 (radius 1, sigma 0.01) and grid
of 25 (step 2, sigma 0.05) as in PacGAN (Lin et al., NeurIPS 2018, section 4.1); high
quality, within three sigma of a mode, as in VEEGAN (Srivastava et al., NIPS 2017).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Mixture:
    """Equal Gaussians of one sigma; means (modes, 2)."""

    name: str
    means: Tensor
    sigma: float

    def sample(self, count: int) -> Tensor:
        """(count, 2)."""
        which = torch.randint(0, len(self.means), (count,))
        return self.means[which] + self.sigma * torch.randn(count, 2)


def two() -> Mixture:
    """Unit Gaussians at (0, 0) and (40, 40)."""
    return Mixture("two Gaussians", torch.tensor([[0.0, 0.0], [40.0, 40.0]]), 1.0)


def ring(sigma: float = 0.01) -> Mixture:
    """Eight modes on the unit circle."""
    angle = torch.arange(8) * (2.0 * math.pi / 8.0)
    return Mixture("ring of 8", torch.stack([angle.cos(), angle.sin()], dim=1), sigma)


def grid() -> Mixture:
    """Twenty-five modes at {-4, -2, 0, 2, 4}^2."""
    axis = torch.arange(5) * 2.0 - 4.0
    return Mixture("grid of 25", torch.cartesian_prod(axis, axis), 0.05)


@dataclass(frozen=True)
class Score:
    """Coverage of a mixture's modes by samples.

    found: modes nearest to at least one high-quality sample.
    fair: modes whose high-quality samples are at least 20% of the share due to a mode.
    quality: share of high-quality samples, 0..1 (the data's own: 1 - exp(-4.5) = 0.989).
    reverse_kl: KL(samples || data) in nats between the shares of nearest modes; 0 is even.
    smallest: share of the least visited mode, 0..1/modes, over all samples.
    spread: deviation a coordinate of the high-quality samples from their modes, in sigmas (the data's own: 0.974).
    """

    found: int
    fair: int
    quality: float
    reverse_kl: float
    smallest: float
    spread: float


def score(samples: Tensor, mixture: Mixture) -> Score:
    """Measure samples (count, 2)."""
    modes = len(mixture.means)
    distance, nearest = torch.cdist(samples, mixture.means).min(dim=1)
    good = distance <= 3.0 * mixture.sigma
    high = torch.bincount(nearest[good], minlength=modes) / len(samples)
    share = torch.bincount(nearest, minlength=modes) / len(samples)
    visited = share[share > 0]
    return Score(
        found=int((high > 0).sum()),
        fair=int((high >= 0.2 / modes).sum()),
        quality=float(good.float().mean()),
        reverse_kl=max(0.0, float((visited * (visited * modes).log()).sum())),
        smallest=float(share.min()),
        spread=float((distance[good] ** 2).mean() / 2.0) ** 0.5 / mixture.sigma if bool(good.any()) else 0.0,
    )

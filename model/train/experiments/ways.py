"""Four ways to go on training a generator with noise inputs, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from generator import matching, tangent
from generator.cache import Cache
from generator.discriminator import FRAMES
from generator.game import Game, Rules, Weights, joint
from generator.network import OUTPUTS
from generator.noise import NoisyGenerator, spectrum

from . import leaves

DIRECTIONS = 3
STEP = 0.2  # of the finite differences
DRAWS = 64  # of the noise, of which the best counts
PATCH = 8  # grid cells, 32 pixels of the output: what the draws are compared on
LINES = 256  # that patches are projected on


class Pictures(Protocol):
    """Training material, in [0, 1]; size in grid cells."""

    def crops(self, count: int, size: int) -> tuple[Tensor, Tensor]:
        """Inputs (count, 6, size, size) and their truth (count, 24, size, size)."""

    def pans(self, count: int, frames: int, size: int) -> tuple[Tensor, Tensor]:
        """Sequences: (count, frames, 6, size, size) and (count, frames, 24, size, size)."""


class Generated:
    """Crops of generated pictures, and pans over them."""

    def __init__(self, count: int, seed: int) -> None:
        self.inputs, self.targets = leaves.pairs(count, seed)

    def crops(self, count: int, size: int) -> tuple[Tensor, Tensor]:
        return leaves.crops(self.inputs, self.targets, count, size)

    def pans(self, count: int, frames: int, size: int) -> tuple[Tensor, Tensor]:
        return leaves.pans(self.inputs, self.targets, count, frames, size)


class Cached:
    """Clean patches of the training cache, and coded sequences."""

    def __init__(self, cache: Cache, seed: int) -> None:
        self.cache, self.rng = cache, np.random.default_rng([23, seed])

    def crops(self, count: int, size: int) -> tuple[Tensor, Tensor]:
        x, y = self.cache.batch(count, size, 1.0, self.rng)
        return torch.from_numpy(x).float() / 255.0, torch.from_numpy(y).float() / 255.0

    def pans(self, count: int, frames: int, size: int) -> tuple[Tensor, Tensor]:
        x, y = self.cache.sequences(count, frames, size, 1.0, self.rng)
        return torch.from_numpy(x).float() / 255.0, torch.from_numpy(y).float() / 255.0


@dataclass(frozen=True)
class Terms:
    """Of the loss, beside 1 for locality."""

    effect: float  # root mean square in the output of a unit of noise, 0..1
    orthonormality: float
    moved: float = 0.1  # L1 at z, beside that at 0
    transport: float = 20.0  # of the game: at training's 1 a game as short as E7's can end no nearer than it began
    quiet: float = 0.75  # share of the steps after which z is 0


def train(
    noisy: NoisyGenerator, way: str, data: Pictures, crop: int, batch: int, steps: int, rate: float, terms: Terms
) -> None:  # fmt: skip
    """Go on in place, `plain`, `literal` or `tangent`; biases stay below zero as the generator's contract asks."""
    optimiser = torch.optim.Adam(noisy.parameters(), lr=rate, fused=True)
    noise = noisy.style.shape[1]
    scale = tangent.squared_scale(terms.effect, OUTPUTS * crop**2)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * min(1.0, 2.0 * (1.0 - step / steps))
        x, y = data.crops(batch, crop)
        z = torch.randn(batch, noise)
        if way == "literal":
            loss = functional.l1_loss(noisy(x, z), y)
        else:
            still = noisy(x, torch.zeros_like(z))
            loss = tangent.locality(still, y)
            if way == "tangent" and step < terms.quiet * steps:
                u = tangent.directions(DIRECTIONS, batch, noise)
                moved = tangent.derivatives(lambda at, x=x: noisy(x, at), torch.zeros_like(z), u, STEP, still)  # type: ignore[misc]
                eta = terms.orthonormality * tangent.ramp(step, 0, steps // 8)
                loss = loss + terms.moved * tangent.locality(noisy(x, z), y)
                loss = loss + eta * tangent.orthonormality(moved, u, scale)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(noisy.parameters(), 0.1)
        optimiser.step()
        noisy.generator.project()


def play(noisy: NoisyGenerator, data: Pictures, crop: int, steps: int, terms: Terms) -> NoisyGenerator:
    """The adversarial phase of training, on sequences; returns the averaged generator.

    Stronger than what ships is trained with, and towards the truth as it is: what is measured is the terms.
    """
    weights = Weights(value=3e-3, features=1.2e-2, orthonormality=terms.orthonormality, transport=terms.transport)
    rules = Rules(weights, noise=noisy.style.shape[1], effect=terms.effect, rate=4e-4, sharpen=0.0)
    game = Game(noisy.generator, rules, fast=False)
    for step in range(steps):
        game.advance(*data.pans(rules.batch, FRAMES, crop), step / steps)
    return game.average


@dataclass(frozen=True)
class Outcome:
    """PSNR is of luma, in dB, without noise and with it; distances are between joint patches and the truth's, in
    levels of 255.

    best: mean rise of a patch's PSNR from z = 0 to the best of DRAWS draws; below zero where no draw is as good.
    spectrum: eigenvalues of J^T J / c^2, (crops, m).
    """

    still: float
    noisy: float
    best: float
    distance: float
    noisy_distance: float
    spectrum: Tensor

    def middle(self) -> Tensor:
        """Eigenvalues (m,), each the median over crops."""
        return self.spectrum.median(dim=0).values


def measure(noisy: NoisyGenerator, held_out: tuple[Tensor, Tensor], crop: int, effect: float) -> Outcome:
    """On pictures (n, 6, h, w) and their truth (n, 24, h, w): whole, in 32 crops, in 256 patches."""
    x, y = held_out
    noise = noisy.style.shape[1]
    cut, _ = leaves.crops(x, y, 32, crop)
    patches, truth = leaves.crops(x, y, 256, PATCH)
    with torch.no_grad():
        still, moved = (noisy(x, z) for z in (noisy.still(len(x)), torch.randn(len(x), noise)))
        alone = _each_psnr(noisy(patches, noisy.still(len(patches))), truth)
        draws = [_each_psnr(noisy(patches, torch.randn(len(patches), noise)), truth) for _ in range(DRAWS)]
    return Outcome(
        still=_psnr(still, y),
        noisy=_psnr(moved, y),
        best=float((torch.stack(draws).amax(dim=0) - alone).mean()),
        distance=patch_distance(still, x, y),
        noisy_distance=patch_distance(moved, x, y),
        spectrum=spectrum(noisy, cut, effect),
    )


def patch_distance(out: Tensor, x: Tensor, truth: Tensor) -> float:
    """Sliced W2 between the joint patches of a generator's output and of the truth, along fixed lines."""
    lines = matching.random_projections(LINES, 4 + 16, torch.Generator().manual_seed(11))
    squared = float(matching.sliced_distance(joint(out.clamp(0, 1), x), joint(truth, x), lines))
    return 255.0 * squared**0.5


def _each_psnr(out: Tensor, truth: Tensor) -> Tensor:
    """(n,) of n pictures."""
    error = ((out[:, :16].clamp(0, 1) - truth[:, :16]) ** 2).mean(dim=(1, 2, 3))
    return -10.0 * error.clamp_min(1e-6).log10()  # a flat patch can be exact: 60 dB stand for that


def _psnr(out: Tensor, truth: Tensor) -> float:
    """Of all pictures as one."""
    return float(-10.0 * functional.mse_loss(out[:, :16].clamp(0, 1), truth[:, :16]).log10())

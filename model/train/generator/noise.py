"""Noise inputs for the generator that cost nothing when it runs.

The noise z (m values a picture) enters before the first ReLU, the same at every position:

  h1 = ReLU(W1 * x + b1 + A z),   A: (channels of h1, m)

Without noise A drops out, and any fixed z folds into the bias, b1 + A z: a dial of styles
for the price of a few additions at loading. In training z opens the tangent plane that
tangent.py keeps from collapsing (Localized GAN, arXiv:1711.06020, adds z inside the
generator too, at its bottleneck).

Checkpoints hold {"shape", "noise": m, "effect": root mean square of a unit of noise in the
output, 0..1, "average": state of a NoisyGenerator} beside what training keeps for itself.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from . import tangent
from .network import OUTPUTS, Generator, Shape


class NoisyGenerator(nn.Module):
    """A generator with m noise inputs: (n, 6, h, w) and (n, m) to (n, 24, h, w)."""

    def __init__(self, generator: Generator, noise: int, gain: float = 0.1) -> None:
        super().__init__()
        if noise < 1:
            raise ValueError(f"{noise} noise inputs: 1 or more are needed, 2 to 8 are sensible")
        self.generator = generator
        self.style = nn.Parameter(gain * torch.randn(generator.shape.head, noise) / noise**0.5)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        layers = self.generator.layers()
        features = x
        for i, (weight, bias) in enumerate(layers[:-1]):
            features = self.generator.summed(i, features, weight, bias)
            if i == 0:
                features = features + (z @ self.style.T)[:, :, None, None].to(features.dtype)
            features = self.generator.arranged(i, functional.relu(features))
        residual = self.generator.summed(len(layers) - 1, features, layers[-1][0], None)
        return residual.float() + x[:, self.generator.anchor]

    def still(self, count: int) -> Tensor:
        """z = 0 for `count` pictures."""
        return torch.zeros(count, self.style.shape[1])

    def folded(self, z: Tensor) -> Generator:
        """The plain generator that computes forward(x, z) for one fixed z (m,).

        With z = 0 it is the trained generator itself. Other z may lift biases above zero; then
        flat pictures need not come back flat up to their borders.
        """
        plain = copy.deepcopy(self.generator)
        with torch.no_grad():
            plain.head.bias.add_(self.style @ z)
        return plain

    def normalise(self, x: Tensor, effect: float) -> None:
        """Scale A so that a unit of noise moves the output of pictures x by `effect` in the root mean square."""
        with torch.no_grad():
            mean = float(spectrum(self, x, effect).mean())
            if mean == 0.0:
                raise ValueError(
                    "the noise does not reach the output at all: train the last layer away from zero first"
                )
            self.style.div_(mean**0.5)


def spectrum(noisy: NoisyGenerator, x: Tensor, effect: float, step: float = 0.2) -> Tensor:
    """Eigenvalues of J^T J / c^2 at z = 0, c^2 = effect^2 outputs, for every picture of x: (n, m), descending.

    1 is the wanted effect, 0 a collapsed direction. effect is in units of the output, 0..1 (1/255 is one level).
    """
    j = tangent.jacobian(lambda z: noisy(x, z), noisy.still(len(x)), step)
    return tangent.gram_eigenvalues(j, tangent.squared_scale(effect, OUTPUTS * x.shape[2] * x.shape[3]))


@dataclass(frozen=True)
class Saved:
    generator: NoisyGenerator
    effect: float


def load(checkpoint: Path) -> Saved:
    """The averaged generator with noise inputs of a checkpoint; ValueError where it has none."""
    state = torch.load(checkpoint, weights_only=True)
    if "noise" not in state:
        raise ValueError(f"{checkpoint} has no noise inputs: it holds {sorted(state)}, and 'noise' is needed")
    noisy = NoisyGenerator(Generator(Shape(**state["shape"])), state["noise"])
    noisy.load_state_dict(state["average"])
    return Saved(noisy.requires_grad_(False), state["effect"])

"""Phase adversarial: from the faithful generator to the crisp one.

The generator gets noise inputs z (noise.py) and plays against a discriminator that sees
three consecutive frames. What both strive for is the ground truth sharpened (sharpen.py). One step
lowers, for pictures x with that truth y:

  locality           Charbonnier of G(x, 0) - y, and of what changes from frame to frame: motion
                     must be the truth's, and what stands still must stand still
  value              the non-saturating loss of V(D, G) at z and at 0
  features           L1 between the discriminator's activations of G and of y, in place of a
                     pretrained network's
  artifacts          L1 at z = 0, weighted by the local variance of its own error, where the averaged
                     generator does better (Liang et al., Locally Discriminative Learning, arXiv:2203.09195)
  orthonormality     |J^T J / c^2 - I| of the noise (tangent.py), ramped
  sliced transport   W2 between joint vectors of a cell and its residual (matching.py)

In the last quarter only z = 0 is played: the noise is never seen again, and what ships has none.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from . import adversarial, development, matching, tangent
from .cache import Cache
from .discriminator import FRAMES, Discriminator, luma
from .log import write_row
from .network import OUTPUTS, Generator
from .noise import NoisyGenerator
from .sharpen import sharpened


@dataclass
class Weights:
    """Of the terms, beside 1 for locality."""

    value: float = 3e-4
    features: float = 1e-3
    artifacts: float = 30.0
    change: float = 0.5
    orthonormality: float = 1e-3
    transport: float = 1.0


@dataclass
class Rules:
    """Of the game; rates are Adam's."""

    weights: Weights
    batch: int = 4
    patch: int = 24  # grid cells
    noise: int = 4
    effect: float = 1.0 / 255.0  # of a unit of noise in the output
    directions: int = 3
    rate: float = 2e-4
    sharpen: float = 0.3  # of the truth; 0 leaves it as it is
    average: float = 0.999
    chroma: float = 0.2
    projections: int = 32
    quiet: float = 0.75  # share of the game after which z is 0


class Game:
    """Both players, their optimisers and the average of the generator."""

    def __init__(self, faithful: Generator, rules: Rules, fast: bool) -> None:
        self.rules = rules
        self.network = NoisyGenerator(faithful, rules.noise)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.discriminator = Discriminator()
        self.fast = fast
        if fast:
            self.network.generator.precision = self.average.generator.precision = torch.bfloat16
        self.generators = torch.optim.Adam([p for p in self.network.parameters() if p.requires_grad], lr=rules.rate)
        self.discriminators = torch.optim.Adam(self.discriminator.parameters(), lr=4 * rules.rate, betas=(0.5, 0.99))
        self.step = 0

    def advance(self, x: Tensor, y: Tensor, share: float) -> dict[str, float]:
        """One step of both at `share` (0..1) of the game; x (n, 3, 6, h, w), y (n, 3, 24, h, w)."""
        rules, weights = self.rules, self.rules.weights
        if self.step == 0:
            self.network.normalise(x[:, 0], rules.effect)
            self.average.load_state_dict(self.network.state_dict())
        y = sharpened(y.flatten(0, 1), rules.sharpen).view_as(y)
        rate = min(1.0, (self.step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * share))
        self.generators.param_groups[0]["lr"] = rules.rate * rate
        self.discriminators.param_groups[0]["lr"] = 4 * rules.rate * rate
        n, quiet = len(x), share >= rules.quiet
        pictures, truth = x.flatten(0, 1), y.flatten(0, 1)
        zero = self.network.still(len(pictures))
        still = self.network(pictures, zero)
        outputs = [still]
        if not quiet:
            z = torch.randn(n, rules.noise).repeat_interleave(FRAMES, dim=0)  # one for a sequence
            outputs.append(self.network(pictures, z))

        value = self._teach(outputs, x, y)
        loss, terms = self._fidelity(still, outputs, pictures, truth, n)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.fast):
            _, wanted = self.discriminator(y, x)
            for out in outputs:
                logits, features = self.discriminator(out.unflatten(0, (n, FRAMES)), x)
                terms["game"] = adversarial.non_saturating_loss(logits)
                terms["features"] = sum(
                    (functional.l1_loss(f.float(), w.detach().float()) for f, w in zip(features, wanted, strict=True)),
                    start=torch.zeros(()),
                )
                part = weights.value * terms["game"] + weights.features * terms["features"]
                loss = loss + part / len(outputs)
        terms["orthonormality"] = torch.zeros(())
        if not quiet:
            terms["orthonormality"] = self._orthonormality(pictures[::FRAMES], still[::FRAMES])
            ramp = tangent.ramp(self.step, 0, 500)
            loss = loss + weights.orthonormality * ramp * terms["orthonormality"]
        self.generators.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 0.1)
        self.generators.step()
        self.network.generator.project()
        self.step += 1
        keep = min(rules.average, self.step / (self.step + 10))
        with torch.no_grad():
            for a, p in zip(self.average.parameters(), self.network.parameters(), strict=True):
                a.lerp_(p, 1.0 - keep)
        return {"loss": float(loss.detach()), **value, **{k: float(t.detach()) for k, t in terms.items()}}

    def _teach(self, outputs: list[Tensor], x: Tensor, y: Tensor) -> dict[str, float]:
        """A step of the discriminator; returns V and the mean probabilities that it gives."""
        n = len(x)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.fast):
            real, _ = self.discriminator(y, x)
            fakes = [self.discriminator(out.detach().unflatten(0, (n, FRAMES)), x)[0] for out in outputs]
        fake = torch.cat(fakes)
        value = adversarial.value(real, fake)
        self.discriminators.zero_grad(set_to_none=True)
        (-value).backward()
        self.discriminators.step()
        return {
            "V": float(value.detach()),
            "D real": float(real.detach().sigmoid().mean()),
            "D fake": float(fake.detach().sigmoid().mean()),
        }

    def _fidelity(
        self, still: Tensor, outputs: list[Tensor], x: Tensor, truth: Tensor, n: int
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The terms without the discriminator: locality, change, artifacts, transport."""
        rules, weights = self.rules, self.rules.weights
        distance = torch.sqrt((still - truth) ** 2 + 1e-6)
        locality = distance[:, :16].mean() + rules.chroma * distance[:, 16:].mean()
        moved, wanted = (t.unflatten(0, (n, FRAMES))[:, :, :16].diff(dim=1) for t in (still, truth))
        change = functional.l1_loss(moved, wanted)
        artifacts = self._artifacts(still, x, truth)
        projections = matching.random_projections(rules.projections, 4 + 16)
        patches, *produced = (joint(out[::FRAMES], x[::FRAMES]) for out in (truth, *outputs))
        transport = sum(
            (matching.sliced_distance(each, patches, projections) for each in produced),
            start=torch.zeros(()),
        ) / len(outputs)
        loss = locality + weights.change * change + weights.artifacts * artifacts + weights.transport * transport
        return loss, {"locality": locality, "change": change, "artifacts": artifacts, "transport": transport}

    def _artifacts(self, still: Tensor, x: Tensor, truth: Tensor) -> Tensor:
        with torch.no_grad():
            usual = (luma(self.average.generator(x)) - luma(truth)).abs()
        error = (luma(still) - luma(truth)).abs()
        with torch.no_grad():
            mean = functional.avg_pool2d(error, 7, stride=1, padding=3)
            variance = functional.avg_pool2d(error**2, 7, stride=1, padding=3) - mean**2
            overall = error.var(dim=(1, 2, 3), keepdim=True) ** 0.2
            weight = (variance.clamp_min(0.0) * overall).where(error >= usual, torch.zeros(()))
        return (weight * error).mean()

    def _orthonormality(self, x: Tensor, still: Tensor) -> Tensor:
        u = tangent.directions(self.rules.directions, len(x), self.rules.noise)
        moved = tangent.derivatives(lambda z: self.network(x, z), self.network.still(len(x)), u, 0.2, still)
        scale = tangent.squared_scale(self.rules.effect, OUTPUTS * x.shape[2] * x.shape[3])
        return tangent.orthonormality(moved, u, scale)

    def shipped(self) -> Generator:
        """The averaged generator at z = 0, in float32."""
        generator = copy.deepcopy(self.average.generator)
        generator.precision = torch.float32
        return generator

    def save(self, path: Path, progress: dict[str, float]) -> None:
        state = {
            **progress,
            "phase": "adversarial",
            "shape": self.network.generator.shape.as_dict(),
            "noise": self.rules.noise,
            "effect": self.rules.effect,
            "game step": self.step,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "optimisers": [self.generators.state_dict(), self.discriminators.state_dict()],
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def restore(self, path: Path) -> dict[str, float]:
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.discriminator.load_state_dict(state["discriminator"])
        for optimiser, saved in zip((self.generators, self.discriminators), state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.step = state["game step"]
        return {"elapsed": state["elapsed"]}


def play(
    game: Game, cache: Cache, cases: list[development.Case], folder: Path, minutes: float, every: float, share: float
) -> None:
    """Play until `minutes` are used up, logging a line every `every` seconds; goes on from folder/adversarial.pt.

    share: of clean pictures, which stand still.
    """
    checkpoint, budget, elapsed = folder / "adversarial.pt", minutes * 60.0, 0.0
    folder.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists():
        elapsed = game.restore(checkpoint)["elapsed"]
    rng = np.random.default_rng([7, game.step])
    began, next_log, rows = time.monotonic() - elapsed, elapsed + every, []
    while elapsed < budget:
        batch = cache.sequences(game.rules.batch, FRAMES, game.rules.patch, share, rng)
        x, y = (torch.from_numpy(b).float() / 255.0 for b in batch)
        rows.append(game.advance(x, y, elapsed / budget))
        elapsed = time.monotonic() - began
        if elapsed >= next_log or elapsed >= budget:
            means = {name: float(np.mean([r[name] for r in rows if name in r])) for name in rows[0]}
            gains = development.gains(game.shipped(), cases)
            row = {"step": game.step, "minutes": round(elapsed / 60, 1)}
            row |= {name: round(mean, 6) for name, mean in means.items()}
            row |= {name: round(gain, 3) for name, gain in gains.items()}
            write_row(folder / "adversarial.csv", row, (budget - elapsed) / 60)
            game.save(checkpoint, {"elapsed": elapsed})
            rows, next_log = [], elapsed + every


def main(options: argparse.Namespace, folder: Path, faithful: Generator, share: float) -> None:
    """The phase as train.py's command runs it."""
    torch.manual_seed(options.seed)
    game = Game(faithful, Rules(Weights()), fast=not options.float32)
    cases = development.load(options.stills)
    play(game, Cache(options.cache), cases, folder, options.minutes, options.every, share)


def joint(out: Tensor, x: Tensor) -> Tensor:
    """A cell's 2x2 input luma beside its 4x4 residual over the nearest copy: (cells of all pictures, 20)."""
    picture, small = out[:, :16], x[:, :4]
    nearest = functional.pixel_unshuffle(
        functional.interpolate(functional.pixel_shuffle(small, 2), scale_factor=2.0), 4
    )
    return torch.cat([0.25 * small, picture - nearest], dim=1).permute(0, 2, 3, 1).flatten(0, 2)

"""E1: a trained discriminator reaches the closed-form optimum of the value function.

p = N(0, 1) plays the data, q = N(m, 1) a generator that stands still. Goodfellow's
proposition 1 gives the best discriminator, D* = p / (p + q), and theorem 1 the value
V(D*, G) = -log 4 + 2 JSD(p, q), at its lowest, -log 4, only where q = p.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from generator import adversarial
from generator.composite import multilayer

from . import plotting
from .report import Report

SHIFTS = (0.0, 1.0, 2.0)


@dataclass(frozen=True)
class Settings:
    """steps of Adam on batches of real and as many fake samples."""

    seeds: int = 3
    steps: int = 1500
    batch: int = 2048
    drawn: int = 400_000  # fresh samples that V and |D - D*| are measured on


FULL = Settings()
QUICK = Settings(seeds=1, steps=600, batch=1024)


def density(x: Tensor, mean: float) -> Tensor:
    """N(mean, 1)."""
    return torch.exp(-0.5 * (x - mean) ** 2) / math.sqrt(2.0 * math.pi)


def optimal_value(shift: float) -> float:
    """V(D*, G) for N(0, 1) against N(shift, 1), by quadrature to 1e-6."""
    x = torch.linspace(-12.0, shift + 12.0, 40_001, dtype=torch.float64)
    p, q = density(x, 0.0), density(x, shift)
    best = adversarial.optimal_discriminator(p, q)
    inside = p * best.log() + q * (1.0 - best).log()
    # Far out one density underflows and D is exactly 0 or 1; that side adds nothing.
    return float(torch.trapezoid(torch.nan_to_num(inside, nan=0.0, neginf=0.0), x))


def train_discriminator(shift: float, settings: Settings) -> nn.Sequential:
    """Maximise V over a small network; returns logits of x (n, 1)."""
    judge = multilayer(1, 32, 2, 1)
    optimiser = torch.optim.Adam(judge.parameters(), lr=3e-3, fused=True)
    for step in range(settings.steps):
        optimiser.param_groups[0]["lr"] = 3e-3 * (0.5 + 0.5 * math.cos(math.pi * step / settings.steps))
        real, fake = torch.randn(settings.batch, 1), shift + torch.randn(settings.batch, 1)
        optimiser.zero_grad(set_to_none=True)
        adversarial.discriminator_loss(judge(real), judge(fake)).backward()
        optimiser.step()
    return judge


def run(quick: bool, figures: Path) -> Report:
    settings = QUICK if quick else FULL
    report = Report(["seed", "m", "V trained", "V* closed form", "JSD, nats", "mean |D - D*|"])
    figure, axes = plotting.panels(1, 3, 3.1, sharey=True)
    grid = torch.linspace(-4.0, 6.0, 400)[:, None]
    value_errors, output_errors = [], []
    for seed in range(settings.seeds):
        for axis, shift in zip(axes[0], SHIFTS, strict=True):
            torch.manual_seed(seed)
            judge = train_discriminator(shift, settings)
            with torch.no_grad():
                real, fake = torch.randn(settings.drawn, 1), shift + torch.randn(settings.drawn, 1)
                reached = float(adversarial.value(judge(real), judge(fake)))
                both = torch.cat([real, fake])
                best = adversarial.optimal_discriminator(density(both, 0.0), density(both, shift))
                error = float((torch.sigmoid(judge(both)) - best).abs().mean())
                wanted = optimal_value(shift)
                report.row(seed, shift, reached, wanted, adversarial.divergence(wanted), error)
                value_errors.append(abs(reached - wanted))
                output_errors.append(error)
                label = "D trained, each seed" if seed == 0 else None
                axis.plot(grid, torch.sigmoid(judge(grid)), color="tab:orange", lw=1, label=label)
            if seed == 0:
                p, q = density(grid, 0.0), density(grid, shift)
                axis.plot(grid, adversarial.optimal_discriminator(p, q), "k--", lw=1.2, label="D* = p / (p + q)")
                axis.fill_between(grid[:, 0], p[:, 0], alpha=0.25, label="p, the data")
                axis.fill_between(grid[:, 0], q[:, 0], alpha=0.25, color="tab:green", label="q, the generator")
                axis.set(title=f"m = {shift:.0f}:  V* = {wanted:.4f}", xlabel="x (standard deviations)", ylim=(0, 1))
    axes[0, 0].set_ylabel("D(x), or density")
    plotting.legend_above(figure, axes[0, 0])
    plotting.save(
        figure, figures / "e1_value_function.png", "E1: a trained discriminator and the closed form",
        "Data N(0, 1), generator N(m, 1). Where the two coincide (m = 0) the best answer is 1/2 everywhere and the "
        "value of the game is -log 4 = -1.3863; the further apart, the surer D and the closer V to 0. Trained "
        "networks stray from D* only where hardly any sample falls.",
    )  # fmt: skip
    report.worst("|V - V*|", value_errors, high=0.02)
    report.worst("mean |D - D*|", output_errors, high=0.02)
    return report

"""E5: the tangent plane of a conditional generator collapses, and the two terms that stop it.

A toy of super-resolution in the plane: y on a ring of eight modes (sigma 0.05) is the
sharp picture, c = y + N(0, 0.4^2) the damaged one, G(c, z) restores it with noise z.

  M0  adversarial only
  M1  + locality: |G(c, 0) - y| + 0.2 |G(c, z) - y|
  M2  + orthonormality: J^T J = sigma^2 I by pairs, Huber's function, ramped in
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from generator import adversarial, tangent
from generator.composite import multilayer

from . import mixtures, plotting
from .report import Report

SIGMA, DAMAGE = 0.05, 0.4
MIXTURE = mixtures.ring(SIGMA)
SCALE = SIGMA**2  # c^2: one unit of noise moves the output by one sigma of its mode
STEP = 0.2  # of the finite differences
NAMES = {"M0": "adversarial only", "M1": "+ locality", "M2": "+ orthonormality"}


@dataclass(frozen=True)
class Settings:
    seeds: int = 3
    steps: int = 2000
    batch: int = 128
    width: int = 128  # of three hidden layers, in both players
    ramp: int = 500
    weight: float = 0.3  # of the orthonormality term, once ramped in
    drawn: int = 10_000


FULL = Settings()
QUICK = Settings(seeds=1, steps=1000, batch=128, width=64, ramp=250)


class Restorer(nn.Module):
    """G(c, z): (n, 2) and (n, 2) to (n, 2)."""

    def __init__(self, width: int, noise_gain: float) -> None:
        super().__init__()
        self.network = multilayer(4, width, 3, 2)
        with torch.no_grad():
            first = next(self.network.parameters())
            first[:, 2:] *= noise_gain

    def forward(self, c: Tensor, z: Tensor) -> Tensor:
        return self.network(torch.cat([c, z], dim=1))


def pairs(count: int) -> tuple[Tensor, Tensor]:
    """Damaged c and true y."""
    y = MIXTURE.sample(count)
    return y + DAMAGE * torch.randn(count, 2), y


def train(variant: str, settings: Settings) -> Restorer:
    # Small weights for z: an orthonormality term that starts far off destroys what the others build.
    restore = Restorer(settings.width, 0.1 if variant == "M2" else 1.0)
    judge = multilayer(2, settings.width, 3, 1)
    for_restorer, for_judge = (
        torch.optim.Adam(n.parameters(), lr=1e-3, betas=(0.5, 0.999), fused=True) for n in (restore, judge)
    )
    for step in range(settings.steps):
        for optimiser in (for_restorer, for_judge):
            optimiser.param_groups[0]["lr"] = 1e-3 * min(1.0, 2.0 * (1.0 - step / settings.steps))
        c, y = pairs(settings.batch)
        z = torch.randn(settings.batch, 2)
        out = restore(c, z)
        for_judge.zero_grad(set_to_none=True)
        adversarial.discriminator_loss(judge(y), judge(out.detach())).backward()
        for_judge.step()

        loss = adversarial.non_saturating_loss(judge(out))
        if variant != "M0":
            none = torch.zeros_like(z)
            still = restore(c, none)
            loss = loss + tangent.locality(still, y) + 0.2 * tangent.locality(out, y)
        if variant == "M2":
            u = tangent.directions(3, settings.batch, 2)
            moved = tangent.derivatives(partial(restore, c), none, u, STEP, still)
            weight = settings.weight * tangent.ramp(step, 0, settings.ramp)
            loss = loss + weight * tangent.orthonormality(moved, u, SCALE)
        for_restorer.zero_grad(set_to_none=True)
        loss.backward()
        for_restorer.step()
    return restore


@dataclass(frozen=True)
class Outcome:
    score: mixtures.Score
    still_error: float  # mean |G(c, 0) - y|, Euclidean, in ring radii
    singular: Tensor  # (n, 2) singular values of dG/dz at z = 0, descending
    samples: Tensor


def measure(restore: Restorer, settings: Settings) -> Outcome:
    c, y = pairs(settings.drawn)
    with torch.no_grad():
        samples = restore(c, torch.randn(settings.drawn, 2))
        still = float((restore(c, torch.zeros_like(c)) - y).norm(dim=1).mean())
    j = tangent.jacobian(partial(restore, c), torch.zeros(settings.drawn, 2), STEP)
    return Outcome(mixtures.score(samples, MIXTURE), still, tangent.singular_values(j), samples)


def run(quick: bool, figures: Path) -> Report:
    settings = QUICK if quick else FULL
    report = Report(
        ["seed", "training", "fair modes", "high quality", "reverse KL", "|G(c,0)-y|", "s1", "s2", "s2 < 0.1 sigma"]
    )
    all_outcomes: dict[str, list[Outcome]] = {name: [] for name in NAMES}
    for seed in range(settings.seeds):
        for name, what in NAMES.items():
            torch.manual_seed(seed)
            outcome = measure(train(name, settings), settings)
            all_outcomes[name].append(outcome)
            median, dead = outcome.singular.median(dim=0).values, _dead(outcome)
            s = outcome.score
            report.row(
                seed, f"{name} {what}", s.fair, s.quality, s.reverse_kl, outcome.still_error,
                float(median[0]), float(median[1]), dead,
            )  # fmt: skip
    m0, m1, m2 = (all_outcomes[name] for name in NAMES)
    report.worst("M0: median s2/s1, tangent plane collapsed to a line", [_flatness(o) for o in m0], high=0.1)
    report.worst("M1: fair modes", [o.score.fair for o in m1], low=8)
    report.worst("M1: reverse KL", [o.score.reverse_kl for o in m1], high=0.05)
    report.worst("M2: median s2/sigma", [float(o.singular[:, 1].median()) / SIGMA for o in m2], low=0.8)
    report.worst("M2: share of s2 < 0.1 sigma", [_dead(o) for o in m2], high=0.02)
    worse = [after.still_error / before.still_error - 1.0 for before, after in zip(m1, m2, strict=True)]
    report.worst("M2 against M1: rise of |G(c,0)-y|", worse, high=0.03)
    _plot({name: outcomes[0] for name, outcomes in all_outcomes.items()}, figures / "e5_tangent.png")
    return report


def _dead(outcome: Outcome) -> float:
    return float((outcome.singular[:, 1] < 0.1 * SIGMA).float().mean())


def _flatness(outcome: Outcome) -> float:
    return float((outcome.singular[:, 1] / outcome.singular[:, 0]).median())


def _plot(outcomes: dict[str, Outcome], path: Path) -> None:
    figure, axes = plotting.panels(2, 3, 6.6)
    bins = torch.logspace(-5, 1, 61)
    for column, (name, outcome) in enumerate(outcomes.items()):
        top, bottom = axes[:, column]
        top.plot(*outcome.samples[:3000].T, ".", ms=1, alpha=0.4, label="G(c, z)")
        top.plot(*MIXTURE.means.T, "k+", ms=7, label="modes of the data")
        top.set(
            title=f"{name} {NAMES[name]}", xlim=(-1.7, 1.7), ylim=(-1.7, 1.7), aspect="equal", xlabel="x (ring radii)"
        )
        for k, colour in enumerate(("tab:blue", "tab:red")):
            bottom.hist(
                outcome.singular[:, k], bins=bins, color=colour, alpha=0.6,
                label=f"s{k + 1}, median {float(outcome.singular[:, k].median()):.3g}",
            )  # fmt: skip
        bottom.axvline(SIGMA, color="k", ls="--", lw=1, label="wanted: sigma = 0.05")
        bottom.set(xscale="log", xlabel="singular value (radii per unit of z)")
        plotting.legend_below(bottom, 1, -0.3)
    axes[0, 0].set_ylabel("y (ring radii)")
    plotting.legend_above(figure, axes[0, 0])
    axes[1, 0].set_ylabel("samples c")
    plotting.save(
        figure, path, "E5: the tangent plane before and after",
        "Above: 3000 restorations of damaged points. Below: the singular values of the generator's Jacobian in its "
        "noise. Adversarial training alone (left) leaves one direction of noise far weaker than the other: the plane"
        " is a line. Locality (middle) brings the modes back and shrinks both directions; the orthonormality term "
        "(right) brings both to the wanted size. First seed.",
    )  # fmt: skip

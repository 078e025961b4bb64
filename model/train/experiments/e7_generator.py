"""E7: the tangent terms on the generator itself: noise that lives, and costs neither fidelity nor speed.

A small generator learns to enlarge generated pictures, then goes on in three ways:

  plain     no noise: the reference in fidelity
  literal   L1 between G(x, z) and the truth, the plain reading of "with noise the output
            must be like the real sample": the noise is trained away
  tangent   L1 at z = 0 and a little at z, the orthonormality term, then z = 0 alone

A trained generator with noise inputs is measured, not trained, with --checkpoint FILE.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor

from generator import export, tangent
from generator.network import OUTPUTS, Generator, Shape
from generator.noise import NoisyGenerator, load, spectrum

from . import leaves, plotting
from .report import Report

EFFECT = 1.0 / 255.0  # of a unit of noise: one level of eight bits
NOISE = 4
STEP = 0.2
SHAPE = Shape(width=16, depth=2, expand=2)


@dataclass(frozen=True)
class Settings:
    seeds: int = 3
    common: int = 800  # steps that all three share
    further: int = 800  # of which the last quarter of `tangent` is z = 0 alone
    batch: int = 8
    crop: int = 20  # grid cells: 40 luma pixels of the input
    pictures: int = 24
    held_out: int = 6
    weight: float = 0.001  # eta, of the orthonormality term


FULL = Settings()
QUICK = Settings(seeds=1, common=250, further=300, pictures=8, held_out=3)


@dataclass(frozen=True)
class Outcome:
    """Luma PSNR in dB without noise and with it; eigenvalues of J^T J / c^2 of crops (n, m)."""

    still: float
    noisy: float
    spectrum: Tensor


def psnr(out: Tensor, truth: Tensor) -> float:
    """Of luma, all held-out pictures together, clipped to [0, 1]."""
    error = functional.mse_loss(out[:, :16].clamp(0, 1), truth[:, :16])
    return float(-10.0 * error.log10())


def train(noisy: NoisyGenerator, way: str, data: tuple[Tensor, Tensor], steps: int, s: Settings, rate: float) -> None:
    """Continue one of the three ways for `steps`; biases stay below zero as the generator's contract asks."""
    optimiser = torch.optim.Adam(noisy.parameters(), lr=rate, fused=True)
    finish = steps * 3 // 4
    scale = tangent.squared_scale(EFFECT, OUTPUTS * s.crop**2)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * min(1.0, 2.0 * (1.0 - step / steps))
        x, y = leaves.crops(*data, s.batch, s.crop)
        z = torch.randn(s.batch, NOISE)
        if way == "literal":
            loss = functional.l1_loss(noisy(x, z), y)
        else:
            still = noisy(x, torch.zeros_like(z))
            loss = tangent.locality(still, y)
            if way == "tangent" and step < finish:
                u = tangent.directions(3, s.batch, NOISE)
                moved = tangent.derivatives(lambda at, x=x: noisy(x, at), torch.zeros_like(z), u, STEP, still)  # type: ignore[misc]
                eta = s.weight * tangent.ramp(step, 0, steps // 8)
                loss = loss + 0.1 * tangent.locality(noisy(x, z), y) + eta * tangent.orthonormality(moved, u, scale)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(noisy.parameters(), 0.1)
        optimiser.step()
        noisy.generator.project()


def measure(noisy: NoisyGenerator, held_out: tuple[Tensor, Tensor], effect: float, crop: int) -> Outcome:
    x, y = held_out
    with torch.no_grad():
        still = psnr(noisy(x, noisy.still(len(x))), y)
        moved = psnr(noisy(x, torch.randn_like(noisy.still(len(x)))), y)
    cut, _ = leaves.crops(x, y, 32, crop)
    return Outcome(still, moved, spectrum(noisy, cut, effect))


def difference_without_noise(noisy: NoisyGenerator, x: Tensor) -> float:
    """Largest difference between forward(x, 0), the folded generator and the generator alone; inf if graphs differ."""
    plain = noisy.folded(noisy.still(1)[0])
    graphs = [export.float_twin(g, {}).SerializeToString(deterministic=True) for g in (plain, noisy.generator)]
    if graphs[0] != graphs[1]:
        return float("inf")
    with torch.no_grad():
        out = noisy(x, noisy.still(len(x)))
        return max(float((out - g(x)).abs().max()) for g in (plain, noisy.generator))


def run(quick: bool, figures: Path, checkpoint: Path | None = None) -> Report:
    settings = QUICK if quick else FULL
    report = Report(["seed", "training", "PSNR z = 0", "PSNR z ~ N", "least eig", "median eig", "greatest eig", "dead"])
    if checkpoint is not None:
        return _measured(checkpoint, settings, report)
    report.remarks.append(
        "A small generator on generated pictures. No checkpoint of a trained generator with noise inputs was given "
        "(--checkpoint FILE): its fidelity, best-of-64 gain and patch distance are not judged here."
    )
    results: list[dict[str, Outcome]] = []
    for seed in range(settings.seeds):
        torch.manual_seed(seed)
        data, held_out = leaves.pairs(settings.pictures, seed), leaves.pairs(settings.held_out, 1000 + seed)
        base = NoisyGenerator(Generator(SHAPE), NOISE)
        train(base, "plain", data, settings.common, settings, 2e-3)
        # All three start with noise of the wanted size: what is dead afterwards was killed by its loss.
        base.normalise(leaves.crops(*data, 32, settings.crop)[0], EFFECT)
        outcomes = {}
        for way in ("plain", "literal", "tangent"):
            noisy = copy.deepcopy(base)
            torch.manual_seed(100 + seed)
            train(noisy, way, data, settings.further, settings, 1e-3)
            outcomes[way] = measure(noisy, held_out, EFFECT, settings.crop)
            _row(report, seed, way, outcomes[way])
        difference = difference_without_noise(noisy, held_out[0])
        report.check(f"seed {seed}: tangent, greatest difference of exported and trained at z = 0", difference, 0, 0)
        results.append(outcomes)
    report.worst("tangent: least eigenvalue", [float(_middle(r["tangent"])[-1]) for r in results], low=0.5)
    report.worst("tangent: greatest eigenvalue", [float(_middle(r["tangent"])[0]) for r in results], high=2.0)
    report.worst("literal: greatest eigenvalue", [float(_middle(r["literal"])[0]) for r in results], high=0.1)
    loss = [r["plain"].still - r["tangent"].still for r in results]
    report.worst("tangent: PSNR lost at z = 0, dB", loss, high=0.3 if quick else 0.1)
    _plot(results, figures / "e7_generator.png")
    return report


def _middle(outcome: Outcome) -> Tensor:
    """Eigenvalues (m,), each the median over crops."""
    return outcome.spectrum.median(dim=0).values


def _row(report: Report, seed: int, name: str, outcome: Outcome) -> None:
    middle = _middle(outcome)
    report.row(
        seed, name, f"{outcome.still:.2f}", f"{outcome.noisy:.2f}", float(middle[-1]), float(middle.median()),
        float(middle[0]), f"{int((middle < 0.1).sum())}/{len(middle)}",
    )  # fmt: skip


def _measured(checkpoint: Path, settings: Settings, report: Report) -> Report:
    """A trained generator: its difference at z = 0 and its spectrum."""
    saved = load(checkpoint)
    held_out = leaves.pairs(settings.held_out, 1000)
    outcome = measure(saved.generator, held_out, saved.effect, settings.crop)
    _row(report, 0, checkpoint.name, outcome)
    report.remarks.append(
        f"{checkpoint}, on generated pictures. Its fidelity beside a generator without noise, best-of-64 gain and "
        "patch distance are for its evaluation on photographs."
    )
    report.check(
        "greatest difference of exported and trained at z = 0",
        difference_without_noise(saved.generator, held_out[0]),
        0,
        0,
    )
    report.check("least eigenvalue", float(_middle(outcome)[-1]), low=0.5)
    report.check("greatest eigenvalue", float(_middle(outcome)[0]), high=2.0)
    return report


def _plot(results: list[dict[str, Outcome]], path: Path) -> None:
    figure, axes = plotting.panels(1, 2, 3.6)
    spectra, fidelity = axes[0]
    colours = {"literal": "tab:red", "plain": "tab:gray", "tangent": "tab:blue"}
    for k, (way, colour) in enumerate(colours.items()):
        for n, outcomes in enumerate(results):
            middle = _middle(outcomes[way]).clamp_min(1e-6)
            spectra.plot(range(1, len(middle) + 1), middle, "o-", ms=4, color=colour, label=way if n == 0 else None)
            fidelity.plot(k - 0.1, outcomes[way].still, "o", color=colour, label="z = 0" if k == n == 0 else None)
            fidelity.plot(k + 0.1, outcomes[way].noisy, "x", color=colour, label="z ~ N(0, I)" if k == n == 0 else None)
    spectra.axhspan(0.5, 2.0, alpha=0.15, color="tab:green", label="wanted")
    spectra.set(yscale="log", xlabel="direction of the noise, strongest first", ylabel="eigenvalue of J'J / c^2")
    spectra.set(xticks=range(1, NOISE + 1), title="effect of each direction; 1 is one level of eight bits")
    spectra.legend(loc="center left")
    fidelity.set(
        xticks=range(3), xticklabels=list(colours), ylabel="luma PSNR (dB)", title="fidelity on held-out pictures"
    )
    fidelity.legend()
    plotting.save(
        figure, path, "E7: noise inputs of the generator",
        "A 16 x 2 generator on generated pictures, three ways on from one start, every seed a line. Comparing noisy "
        "outputs with the truth (literal) trains the noise away; the orthonormality term keeps all four directions "
        "alive at the wanted size, and a last quarter of training without noise gives the fidelity back.",
    )  # fmt: skip

"""E7: the tangent terms on the generator itself: noise that lives, and costs neither fidelity nor speed.

A generator that has learnt to enlarge pictures goes on in four ways:

  plain     L1 at z = 0, no noise: the reference in fidelity
  literal   L1 between G(x, z) and the truth, the plain reading of "with noise the output
            must be like the real sample": the noise is trained away
  tangent   L1 at z = 0 and a little at z, the orthonormality term, then z = 0 alone
  game      the adversarial phase of training: the tangent terms, a discriminator and sliced
            transport between patches, then z = 0 alone

By default that generator is a small one on generated pictures. The real one takes its place
with --start FILE (a fidelity checkpoint or a float32 twin), --cache FOLDER to train on and
--stills FOLDER to measure on. What the adversarial phase made of it is measured, not trained,
with --checkpoint FILE, beside the generator that it began as, --start FILE.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from generator import export
from generator.cache import Cache
from generator.network import Generator, Shape
from generator.noise import NoisyGenerator, load
from generator.train import load_generator

from . import leaves, photographs, plotting, ways
from .report import Report
from .ways import Outcome, Terms

NOISE = 4
SHAPE = Shape(width=16, depth=2, expand=2)
WAYS = {"plain": "tab:gray", "literal": "tab:red", "tangent": "tab:blue", "game": "tab:orange"}


TERMS = Terms(effect=1.0 / 255.0, orthonormality=0.001)  # a unit of noise moves by one level of eight bits


@dataclass(frozen=True)
class Settings:
    seeds: int = 3
    common: int = 1200  # steps before the ways part
    further: int = 1200
    played: int = 800  # of the game, whose steps cost three times as much
    rate: float = 1e-3
    batch: int = 8
    crop: int = 20  # grid cells: 40 luma pixels of the input
    pictures: int = 24
    held_out: int = 6
    terms: Terms = TERMS


FULL = Settings()
QUICK = Settings(seeds=1, common=250, further=300, played=100, pictures=8, held_out=3)
REAL = Settings(seeds=1, further=1500, played=600, rate=2e-4)  # of a generator that is trained already


@dataclass(frozen=True)
class Real:
    """Files that take the place of the small generator and its pictures."""

    start: Path | None = None
    checkpoint: Path | None = None
    cache: Path | None = None
    stills: Path | None = None


def run(quick: bool, figures: Path, real: Real | None = None) -> Report:
    real = real or Real()
    report = Report(
        [
            "seed",
            "training",
            "PSNR z = 0",
            "PSNR z ~ N",
            "best of 64",
            "patches z = 0",
            "z ~ N",
            "eigenvalues",
            "dead",
        ]
    )
    if real.checkpoint is not None:
        return _measured(real, FULL, report)
    settings = QUICK if quick else REAL if real.start else FULL
    results = [_seed(seed, settings, real, report) for seed in range(settings.seeds)]
    report.worst("tangent: least eigenvalue", [float(r["tangent"].middle()[-1]) for r in results], low=0.5)
    report.worst("tangent: greatest eigenvalue", [float(r["tangent"].middle()[0]) for r in results], high=2.0)
    report.worst("literal: greatest eigenvalue", [float(r["literal"].middle()[0]) for r in results], high=0.1)
    lost = [r["plain"].still - r["tangent"].still for r in results]
    report.worst("tangent: PSNR lost at z = 0, dB", lost, high=0.3 if quick else 0.1)
    report.worst("game: best of 64 draws above z = 0, dB", [r["game"].best for r in results], low=0.0)
    nearer = [r["game"].distance / r["plain"].distance for r in results]
    report.worst("game: distance of patches as a share of plain's", nearer, high=1.0)
    name = "e7_generator_trained.png" if real.start else "e7_generator.png"
    subject = "The trained generator" if real.start else "A 16 x 2 generator on generated pictures"
    _plot(results, figures / name, subject)
    return report


def _seed(seed: int, settings: Settings, real: Real, report: Report) -> dict[str, Outcome]:
    torch.manual_seed(seed)
    data: ways.Pictures
    if real.start is None:
        data = ways.Generated(settings.pictures, seed)
        held_out = leaves.pairs(settings.held_out, 1000 + seed)
        base = NoisyGenerator(Generator(SHAPE), NOISE)
        ways.train(base, "plain", data, settings.crop, settings.batch, settings.common, 2e-3, settings.terms)
    else:
        if real.cache is None or real.stills is None:
            raise SystemExit("--start needs --cache FOLDER to train on and --stills FOLDER to measure on")
        data, held_out = ways.Cached(Cache(real.cache), seed), photographs.pairs(real.stills)
        base = NoisyGenerator(load_generator(real.start), NOISE)
    # All start with noise of the wanted size: what is dead afterwards was killed by its loss.
    base.normalise(data.crops(32, settings.crop)[0], settings.terms.effect)
    outcomes = {}
    for way in WAYS:
        torch.manual_seed(100 + seed)
        noisy = copy.deepcopy(base)
        if way == "game":
            noisy = ways.play(noisy, data, settings.crop, settings.played, settings.terms)
        else:
            ways.train(noisy, way, data, settings.crop, settings.batch, settings.further, settings.rate, settings.terms)
        torch.manual_seed(200 + seed)
        outcomes[way] = ways.measure(noisy, held_out, settings.crop, settings.terms.effect)
        _row(report, seed, way, outcomes[way])
        if way in ("tangent", "game"):
            difference = difference_without_noise(noisy, held_out[0])
            report.check(f"seed {seed}: {way}, greatest difference of exported and trained at z = 0", difference, 0, 0)
    return outcomes


def difference_without_noise(noisy: NoisyGenerator, x: Tensor) -> float:
    """Largest difference between forward(x, 0), the folded generator and the generator alone; inf if graphs differ."""
    plain = noisy.folded(noisy.still(1)[0])
    graphs = [export.float_twin(g, {}).SerializeToString(deterministic=True) for g in (plain, noisy.generator)]
    if graphs[0] != graphs[1]:
        return float("inf")
    with torch.no_grad():
        out = noisy(x, noisy.still(len(x)))
        return max(float((out - g(x)).abs().max()) for g in (plain, noisy.generator))


def _measured(real: Real, settings: Settings, report: Report) -> Report:
    """What the adversarial phase left, beside what it began as."""
    assert real.checkpoint is not None
    saved = load(real.checkpoint)
    held_out = photographs.pairs(real.stills) if real.stills else leaves.pairs(settings.held_out, 1000)
    torch.manual_seed(200)
    outcome = ways.measure(saved.generator, held_out, settings.crop, saved.effect)
    if real.start is not None:
        began = NoisyGenerator(load_generator(real.start), NOISE)
        _row(report, 0, real.start.name, ways.measure(began, held_out, settings.crop, saved.effect))
        with torch.no_grad():
            before = ways.patch_distance(began(held_out[0], began.still(len(held_out[0]))), *held_out)
        report.check("distance of patches as a share of the start's", outcome.distance / before, high=1.0)
    _row(report, 0, real.checkpoint.name, outcome)
    report.check(
        "greatest difference of exported and trained at z = 0",
        difference_without_noise(saved.generator, held_out[0]),
        0,
        0,
    )
    report.check("least eigenvalue", float(outcome.middle()[-1]), low=0.5)
    report.check("greatest eigenvalue", float(outcome.middle()[0]), high=2.0)
    report.check("best of 64 draws above z = 0, dB", outcome.best, low=0.0)
    return report


def _row(report: Report, seed: int, name: str, outcome: Outcome) -> None:
    middle = outcome.middle()
    report.row(
        seed, name, f"{outcome.still:.2f}", f"{outcome.noisy:.2f}", f"{outcome.best:+.3f}", f"{outcome.distance:.3f}",
        f"{outcome.noisy_distance:.3f}", " ".join(f"{float(v):.2g}" for v in middle),
        f"{int((middle < 0.1).sum())}/{len(middle)}",
    )  # fmt: skip


def _plot(results: list[dict[str, Outcome]], path: Path, subject: str) -> None:
    figure, axes = plotting.panels(1, 3, 3.9)
    spectra, fidelity, patches = axes[0]
    for k, (way, colour) in enumerate(WAYS.items()):
        for n, outcomes in enumerate(results):
            o = outcomes[way]
            middle = o.middle().clamp_min(1e-6)
            spectra.plot(range(1, len(middle) + 1), middle, "o-", ms=4, color=colour, label=way if n == 0 else None)
            for axis, still, noisy in ((fidelity, o.still, o.noisy), (patches, o.distance, o.noisy_distance)):
                first = k == n == 0
                axis.plot(k - 0.12, still, "o", color=colour, label="z = 0" if first else None)
                axis.plot(k + 0.12, noisy, "x", color=colour, label="z ~ N(0, I)" if first else None)
    spectra.axhspan(0.5, 2.0, alpha=0.15, color="tab:green", label="wanted")
    spectra.set(yscale="log", xlabel="direction of the noise, strongest first", ylabel="eigenvalue of J'J / c²")
    spectra.set(xticks=range(1, NOISE + 1), title="effect; 1 is one level of eight bits")
    fidelity.set(ylabel="luma PSNR (dB)", title="fidelity on held-out pictures")
    patches.set(ylabel="sliced W2 (levels of 255)", title="distance of patches from the truth's")
    for axis in (fidelity, patches):
        axis.set(xticks=range(len(WAYS)), xticklabels=list(WAYS), xlim=(-0.5, len(WAYS) - 0.5))
    for axis in axes[0]:
        plotting.legend_below(axis)
    plotting.save(
        figure, path, "E7: noise inputs of the generator",
        f"{subject}, four ways on from one start, every seed a line or a mark. Comparing noisy outputs with the truth "
        "(literal) trains the noise away; the orthonormality term (tangent) keeps every direction alive at the wanted "
        "size, and a last quarter of training without noise gives the fidelity back. With a discriminator and "
        "transport between patches as well (game) their law comes nearer to that of true ones, for some fidelity.",
    )  # fmt: skip

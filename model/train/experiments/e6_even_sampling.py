"""E6: uniform samples of a chart leave the crown of a surface sparse; transported, they are even.

The surface is a head-like sphere with its neck cut off: all points within 150 degrees of
the crown. Its chart is the stereographic projection, conformal as the conformal maps of
Lei, Luo, Yau and Gu (arXiv:1805.10451, section 5), and stretches areas about 220 times more
at the neck than at the crown. Drawing the chart uniformly and decoding therefore starves
the crown. T carries the uniform disc to the charted training samples and evens it out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from generator.transport import SemiDiscrete

from . import plotting
from .report import Report

RIM = math.radians(150.0)
RADIUS = 2.0  # of the chart: unit variance along each axis under a uniform law
BANDS, SECTORS = 10, 12


@dataclass(frozen=True)
class Settings:
    seeds: int = 3
    targets: int = 8192  # their own number limits evenness: 68 a cell vary by 0.12
    iterations: int = 400
    batch: int = 2048
    drawn: int = 60_000  # 500 a cell vary by 0.045
    variation: float = 0.15  # at most, of the cells after transport


FULL = Settings()
QUICK = Settings(seeds=1, targets=1024, iterations=300, drawn=20_000, variation=0.45)


def disc(count: int) -> Tensor:
    """Uniform samples of the chart, (count, 2)."""
    r, angle = RADIUS * torch.rand(count).sqrt(), 2.0 * math.pi * torch.rand(count)
    return torch.stack([r * angle.cos(), r * angle.sin()], dim=1)


def surface(count: int) -> Tensor:
    """Samples uniform in area on the surface, (count, 3), z up to the crown."""
    z, angle = 1.0 - (1.0 - math.cos(RIM)) * torch.rand(count), 2.0 * math.pi * torch.rand(count)
    r = (1.0 - z**2).clamp_min(0.0).sqrt()
    return torch.stack([r * angle.cos(), r * angle.sin(), z], dim=1)


def encode(points: Tensor) -> Tensor:
    """Surface (n, 3) to chart (n, 2): radius tan(theta / 2), scaled so that the rim is at RADIUS."""
    return points[:, :2] / (1.0 + points[:, 2:]) * (RADIUS / math.tan(RIM / 2.0))


def decode(chart: Tensor) -> Tensor:
    """Chart (n, 2) to surface (n, 3), the inverse of encode()."""
    q = chart * (math.tan(RIM / 2.0) / RADIUS)
    square = (q**2).sum(dim=1, keepdim=True)
    return torch.cat([2.0 * q, 1.0 - square], dim=1) / (1.0 + square)


def cells(points: Tensor) -> Tensor:
    """Samples in each of BANDS x SECTORS cells of equal area, (BANDS, SECTORS)."""
    band = ((1.0 - points[:, 2]) / (1.0 - math.cos(RIM)) * BANDS).long().clamp(0, BANDS - 1)
    sector = ((torch.atan2(points[:, 1], points[:, 0]) / (2.0 * math.pi) % 1.0) * SECTORS).long().clamp(0, SECTORS - 1)
    return torch.bincount(band * SECTORS + sector, minlength=BANDS * SECTORS).view(BANDS, SECTORS)


@dataclass(frozen=True)
class Evenness:
    """variation: standard deviation over mean of the cells; distance: total variation; ratio: least over fullest."""

    variation: float
    distance: float
    ratio: float


def evenness(counts: Tensor) -> Evenness:
    share = counts.double() / counts.sum()
    return Evenness(
        variation=float(share.std(correction=0) / share.mean()),
        distance=0.5 * float((share - 1.0 / share.numel()).abs().sum()),
        ratio=float(share.min() / share.max()),
    )


def run(quick: bool, figures: Path) -> Report:
    settings = QUICK if quick else FULL
    report = Report(["seed", "samples", "variation of cells", "total variation", "least / fullest cell"])
    gains, ratios, variations = [], [], []
    for seed in range(settings.seeds):
        torch.manual_seed(seed)
        transport = SemiDiscrete(encode(surface(settings.targets))).fit(disc, settings.iterations, settings.batch)
        z = disc(settings.drawn)
        clouds = {
            "chart uniform, decoded": decode(z),
            "transported, decoded": decode(transport(z)),
            "ideal: uniform in area": surface(settings.drawn),
        }
        results = {name: evenness(cells(cloud)) for name, cloud in clouds.items()}
        for name, result in results.items():
            report.row(seed, name, result.variation, result.distance, result.ratio)
        before, after = list(results.values())[:2]
        variations.append(after.variation)
        gains.append(before.variation / after.variation)
        # An empty cell before would make any rise infinite; half a sample stands for it.
        ratios.append(after.ratio / max(before.ratio, 0.5 / float(cells(clouds["chart uniform, decoded"]).max())))
        if seed == 0:
            _plot(clouds, results, settings, figures / "e6_even_sampling.png")
    report.worst(f"variation of cells with {settings.targets} targets", variations, high=settings.variation)
    report.worst("fall of the cells' variation, times", gains, low=4.0)
    report.worst("rise of least over fullest cell, times", ratios, low=20.0)
    return report


def _plot(clouds: dict[str, Tensor], results: dict[str, Evenness], settings: Settings, path: Path) -> None:
    figure, axes = plotting.panels(2, 3, 6.0, height_ratios=[2, 1])
    for column, (name, cloud) in enumerate(clouds.items()):
        top, bottom = axes[:, column]
        front = cloud[:6000]
        front = front[front[:, 1] < 0]  # the half that faces the viewer
        top.plot(front[:, 0], front[:, 2], ".", ms=1.3, alpha=0.6, label="samples seen from the side")
        top.set(title=name, aspect="equal", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), xlabel="x (radii)")
        share = cells(cloud).double().sum(dim=1) / len(cloud) * BANDS
        bottom.bar(torch.arange(BANDS) + 1, share, label="samples / fair share")
        bottom.axhline(1.0, color="k", lw=1, ls="--", label="even")
        bottom.set(
            xlabel=f"band of equal area, crown to neck\nvariation {results[name].variation:.2f}",
            ylim=(0, 7),
            xticks=range(1, BANDS + 1),
        )
    axes[0, 0].set_ylabel("z (radii), crown at 1")
    plotting.legend_above(figure, axes[0, 0])
    axes[1, 0].set_ylabel("samples / fair share")
    axes[1, 2].legend(loc="upper right")
    plotting.save(
        figure, path, "E6: the head is sparse, and even after transport",
        "A sphere cut off at the neck, charted by stereographic projection. Left: the chart drawn uniformly and "
        "decoded; nearly all samples crowd at the neck. Middle: the same draws through the semi-discrete transport "
        f"map to {settings.targets} charted training samples. Right: samples uniform in area, the best possible. "
        f"Below: how {settings.drawn} samples share ten bands of equal area.",
    )  # fmt: skip

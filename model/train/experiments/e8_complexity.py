"""E8: bounds on linear regions, exact integers against published formulas and exact counts.

Bounds hold for every setting of the weights, counts are of random weights. Random networks
stay near the cells of a plain arrangement of as many lines, far below every bound: what a
bound allows and what training uses are different questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from pathlib import Path

import numpy as np
from matplotlib.collections import PolyCollection

from . import bounds, plotting, polygons
from .report import Report


@dataclass(frozen=True)
class Settings:
    networks: int = 100  # random ones whose exact count must not pass a bound
    averaged: int = 60  # of [8, 8], for each of the seeds
    seeds: int = 3


FULL = Settings()
QUICK = Settings(networks=40, averaged=30, seeds=1)

# What each formula gives, worked out by hand or tabulated with its paper.
KNOWN: list[tuple[str, int, int]] = [
    ("Serra (2; 4,4)", bounds.serra(2, [4, 4]), 121),
    ("Serra (2; 2,2,2)", bounds.serra(2, [2, 2, 2]), 30),
    ("Montufar 2017 (2; 2,2,2)", bounds.narrowed(2, [2, 2, 2]), 64),
    ("Serra (8; 8,8,8)", bounds.serra(8, [8, 8, 8]), 5_900_722),
    ("Serra (1; 3,3,3)", bounds.serra(1, [3, 3, 3]), 64),
    ("Lei with output layer (2; 4; 2)", bounds.product(2, [4], 2), 44),
    ("Lei, hidden layers (2; 8,8,8)", bounds.product(2, [8, 8, 8]), 2_424_832),
    ("Montufar 2017 (2; 16,16)", bounds.narrowed(2, [16, 16]), 18_769),
    ("most, Montufar 2014 (2; 8,8,8)", bounds.montufar_most(2, [8, 8, 8]), 9472),
    ("most, Serra 6 (2; 8,8,8)", bounds.serra_most(2, [8, 8, 8]), 23_125),
    ("Xiong (width 4, kernel 2, 3 filters)", bounds.convolution(4, 2, 1, 3), 217),
    ("Xiong (width 3, kernel 2, 3 filters)", bounds.convolution(3, 2, 1, 3), 40),
    ("Xiong (width 4, kernel 3, 4 filters)", bounds.convolution(4, 3, 1, 4), 161),
]
# Hidden convolutions (kernel side, channels) of small luma generators whose output kernel is 3 x 3.
LADDER: dict[str, list[tuple[int, int]]] = {
    "3x3:4": [(3, 4)],
    "5x5:8": [(5, 8)],
    "3x3:8 3x3:8": [(3, 8), (3, 8)],
    "5x5:8 3x3:8": [(5, 8), (3, 8)],
    "5x5:16 3x3:8": [(5, 16), (3, 8)],
    "5x5:16 3x3:16": [(5, 16), (3, 16)],
    "5x5:16 3x3:16 3x3:16": [(5, 16), (3, 16), (3, 16)],
    "4 times 3x3:16": [(3, 16)] * 4,
    "3x3:32 3x3:32": [(3, 32), (3, 32)],
}


@dataclass(frozen=True)
class Rung:
    """A generator of the ladder: multiply-accumulates per input pixel, units N, and log2 of its regions."""

    macs: int
    units: int
    upper: float
    lower: float
    typical: float


def rung(layers: list[tuple[int, int]]) -> Rung:
    sizes = bounds.units(layers, 1, 3)
    _, inputs = bounds.cone(layers, 1, 3)
    channels = [1, *(c for _, c in layers)]
    macs = sum(k * k * a * b for (k, b), a in zip(layers, channels, strict=False)) + 9 * channels[-1] * 4
    return Rung(
        macs, sum(sizes), log2(bounds.serra(inputs, sizes)), log2(bounds.convolution_most(layers, 1, 3)),
        log2(bounds.arrangement(inputs, sum(sizes))),
    )  # fmt: skip


def run(quick: bool, figures: Path) -> Report:
    settings = QUICK if quick else FULL
    report = Report(["generator", "MAC/pixel", "units N", "upper, bits", "most >=, bits", "typical, bits"])
    ladder = {name: rung(layers) for name, layers in LADDER.items()}
    for name, r in ladder.items():
        report.row(name, r.macs, r.units, f"{r.upper:.1f}", f"{r.lower:.1f}", f"{r.typical:.1f}")
    for what, got, wanted in KNOWN:
        report.check(what, got, wanted, wanted)
    middle = ladder["5x5:16 3x3:16"]
    report.check("5x5:16 3x3:16, units", middle.units, 544, 544)
    report.check("5x5:16 3x3:16, upper bound, bits", middle.upper, 430.75, 430.85)
    report.check("5x5:16 3x3:16, lower bound of the most, bits", middle.lower, 163.85, 163.95)

    means, counts = [], []
    for seed in range(settings.seeds):
        rng = np.random.default_rng(seed)
        one_layer = len(polygons.regions(polygons.random_network([12], rng)))
        report.check(f"seed {seed}: regions of 12 units in one layer", one_layer, 79, 79)
        counts = [len(polygons.regions(polygons.random_network([8, 8], rng))) for _ in range(settings.averaged)]
        means.append(float(np.mean(counts)))
        report.check(f"seed {seed}: mean regions of {settings.averaged} random [8, 8]", means[-1], 110, 165)
    share = max(_share_of_bound(seed) for seed in range(settings.networks))
    report.check(f"regions / tightest upper bound, most of {settings.networks} random networks", share, high=1.0)
    _plot(ladder, counts, figures / "e8_complexity.png")
    return report


def _share_of_bound(seed: int) -> float:
    """Exact regions of a random network of random size over the least of its upper bounds."""
    rng = np.random.default_rng([8, seed])
    hidden = [int(n) for n in rng.integers(1, 9, size=int(rng.integers(1, 4)))]
    upper = min(bound(2, hidden) for bound in (bounds.serra, bounds.narrowed, bounds.any_graph, bounds.product))
    return len(polygons.regions(polygons.random_network(hidden, rng))) / upper


def _plot(ladder: dict[str, Rung], counts: list[int], path: Path) -> None:
    figure, axes = plotting.panels(1, 3, 4.3)
    bits, picture, histogram = axes[0]
    order = sorted(ladder.items(), key=lambda item: item[1].macs)
    macs = [r.macs for _, r in order]
    bits.fill_between(
        macs, [r.lower for _, r in order], [r.upper for _, r in order], alpha=0.2, label="most: between bounds"
    )
    bits.plot(macs, [r.upper for _, r in order], "v-", ms=4, label="upper bound (Serra)")
    bits.plot(macs, [r.typical for _, r in order], "o-", ms=4, label="typical: C(n0, N)")
    bits.plot(macs, [r.lower for _, r in order], "^-", ms=4, label="reached by some weights (Xiong)")
    bits.set(xscale="log", yscale="log", xlabel="multiply-accumulates per input pixel", ylabel="linear regions (log2)")
    bits.set_title("bounds of small generators")
    bits.legend(loc="upper left", fontsize=7)

    rng = np.random.default_rng(1)
    pieces = polygons.regions(polygons.random_network([8, 8], rng), half=6.0)
    picture.add_collection(
        PolyCollection(pieces, array=rng.random(len(pieces)), cmap="Pastel1", edgecolors="k", lw=0.4)
    )
    picture.set(xlim=(-6, 6), ylim=(-6, 6), aspect="equal", xlabel="first input", ylabel="second input")
    picture.set_title(f"a random [8, 8] network:\n{len(pieces)} regions in this square")

    histogram.hist(counts, bins=20, label="random [8, 8] networks")
    for value, name, colour in (
        (bounds.arrangement(2, 16), "C(2, 16), typical", "k"),
        (bounds.montufar_most(2, [8, 8]), "reached by some weights", "tab:green"),
        (bounds.serra(2, [8, 8]), "upper bound (Serra)", "tab:red"),
    ):
        histogram.axvline(value, color=colour, ls="--", lw=1.2, label=f"{name}: {value}")
    histogram.set(xscale="log", xlabel="linear regions, exact", ylabel="networks", title="counted against bounds")
    histogram.set_ylim(0, histogram.get_ylim()[1] * 1.5)
    histogram.legend(loc="upper right", fontsize=7)
    plotting.save(
        figure, path, "E8: linear regions, bounds and exact counts",
        "Left: log2 of the linear regions of generators of one to four hidden convolutions, seen through one output;"
        " n0 inputs, N units. Middle: the regions of one network, a colour each. Right: exact counts of random "
        "networks of two inputs stay near the cells of N lines, C(2, N), far below what the best weights reach.",
    )  # fmt: skip

"""One contest for every mixture: the adversarial baseline beside each map by optimal transport."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from generator import composite
from generator.composite import multilayer
from generator.transport import SemiDiscrete

from . import gans, plotting
from .mixtures import Mixture, Score, score
from .report import Report

Map = Callable[[Tensor], Tensor]
GAN, RESTLESS, TRANSPORT, DISTILLED, ONE_SHOT, SLICED = (
    "NS-GAN", "NS-GAN, beta1 0.5", "transport map", "distilled composite", "one-shot composite", "sliced composite",
)  # fmt: skip
COLUMNS = [
    "seed",
    "generator",
    "modes found",
    "fair modes",
    "high quality",
    "reverse KL",
    "least mode",
    "spread",
    "seconds",
]


@dataclass(frozen=True)
class Settings:
    """Steps of everything that is trained; networks are 3 x 128, z is N(0, I) in the plane.

    The plain game is played twice: with Adam at its defaults, and with a first beta of 0.5 as is usual for GANs. With
    that it circles the modes, and on some seeds ends up with all of them.
    """

    gan: int
    distilled: int
    one_shot: int
    sliced: int
    seeds: int = 3
    targets: int = 1024
    transport: int = 1000
    batch: int = 256
    gan_batch: int = 64
    gan_rate: float = 1e-3
    rate: float = 5e-3
    drawn: int = 10_000


@dataclass(frozen=True)
class Entry:
    score: Score
    samples: Tensor


def source(count: int) -> Tensor:
    return torch.randn(count, 2)


def contest(mixture: Mixture, settings: Settings, report: Report, seed: int) -> dict[str, Entry]:
    """Train every map on one seed and add its row."""
    torch.manual_seed(seed)
    data, s = mixture.sample, settings
    entries: dict[str, Entry] = {}

    def enter(name: str, train: Callable[[], Map]) -> Map:
        began = time.process_time()
        made = train()
        entries[name] = measure(name, made, mixture, s.drawn, report, seed, time.process_time() - began)
        return made

    def network(train: Callable[..., None], steps: int, *arguments: object) -> Map:
        f = multilayer(2, 128, 3, 2)
        train(f, *arguments, source, steps, s.batch, s.rate)
        return f

    for name, beta in ((GAN, 0.9), (RESTLESS, 0.5)):
        enter(name, lambda b=beta: gans.non_saturating(data, source, gans.Size(), s.gan, s.gan_batch, s.gan_rate, b))  # type: ignore[misc]
    transport = enter(TRANSPORT, lambda: SemiDiscrete(data(s.targets)).fit(source, s.transport))
    enter(DISTILLED, lambda: network(composite.distil, s.distilled, transport))
    enter(ONE_SHOT, lambda: network(composite.one_shot, s.one_shot, data))
    enter(SLICED, lambda: network(composite.sliced, s.sliced, data))
    return entries


def measure(name: str, made: Map, mixture: Mixture, drawn: int, report: Report, seed: int, seconds: float) -> Entry:
    """Score a map on fresh noise and add its row."""
    with torch.no_grad():
        samples = made(source(drawn))
    result = score(samples, mixture)
    report.row(
        seed, name, result.found, result.fair, result.quality, result.reverse_kl, result.smallest, result.spread,
        f"{seconds:.0f}",
    )  # fmt: skip
    return Entry(result, samples)


def plot(entries: dict[str, Entry], mixture: Mixture, path: Path, title: str, unit: str, caption: str) -> None:
    """Samples of every map over the modes of the mixture."""
    columns = 4 if len(entries) < 8 else 3
    rows = -(-(len(entries) + 1) // columns)
    figure, axes = plotting.panels(rows, columns, 3.0 * rows + 0.9)
    shown = {"data": Entry(score(mixture.sample(10_000), mixture), mixture.sample(3000)), **entries}
    low, high = float(mixture.means.min()), float(mixture.means.max())
    margin = 0.18 * (high - low)
    for axis, (name, entry) in zip(axes.flat, shown.items(), strict=False):
        s = entry.score
        axis.plot(*entry.samples[:3000].T, ".", ms=1.2, alpha=0.5, label="samples", zorder=2)
        axis.plot(*mixture.means.T, "ko", ms=7, mfc="none", mew=0.6, label="modes of the data", zorder=1)
        axis.set(
            title=f"{name}\n{s.fair} fair modes, KL {s.reverse_kl:.3f}\n{s.quality:.1%} high quality",
            aspect="equal", xlim=(low - margin, high + margin), ylim=(low - margin, high + margin),
        )  # fmt: skip
    for axis in axes.flat[len(shown) :]:
        axis.axis("off")
    for axis in axes[:, 0]:
        axis.set_ylabel(f"y ({unit})")
    for axis in axes[-1]:
        axis.set_xlabel(f"x ({unit})")
    plotting.legend_above(figure, axes[0, 0])
    plotting.save(figure, path, title, caption)

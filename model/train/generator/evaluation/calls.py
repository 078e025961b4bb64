"""Tables of coded clips: gains, the worst cell, rates saved; for doubled and for repaired video alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from .bd_rate import bd_rate
from .cells import Cell, Score
from .ways import LANCZOS

COLUMN, NAME = 8, 60  # characters
T = TypeVar("T", bound=Hashable)


def report(cells: Sequence[Cell], ways: Sequence[str], plain: Sequence[str]) -> None:
    """Print gains in luma PSNR over the best of `plain` for every codec and way, means of all measures, rates saved."""
    for way in ways:
        for codec in _unique(c.codec for c in cells):
            _gains([c for c in cells if c.codec == codec], codec, way, plain)
        _means(cells, way, plain)
    _measures(cells)
    if LANCZOS in plain:
        for way in ways:
            _rates(cells, way)


def worst(cells: Sequence[Cell], way: str, plain: Sequence[str]) -> Cell:
    """The cell where a way gains least."""
    return min(cells, key=lambda c: c.gain(way, plain))


def saved(cells: Sequence[Cell], way: str, measure: Callable[[Score], float]) -> float:
    """BD-rate in per cent against Lanczos of the cells of one clip and codec; nan where there is none."""
    anchor, test = ([(c.kbits, measure(c.scores[w])) for c in cells] for w in (LANCZOS, way))
    if not np.isfinite([q for _, q in anchor]).all():
        return float("nan")
    return bd_rate(anchor, test)


def _gains(cells: Sequence[Cell], codec: str, way: str, plain: Sequence[str]) -> None:
    steps = _unique(c.quantiser for c in cells)
    heading = f"{codec}, {way} over {' and '.join(plain)}, dB"
    print(f"\n{heading:{NAME}}" + "".join(f"{f'q{q}':>{COLUMN}}" for q in steps) + f"{'mean':>{COLUMN}}")
    for clip in _unique(c.clip for c in cells):
        _row(clip, [c.gain(way, plain) for c in cells if c.clip == clip])
    _row("mean", [float(np.mean([c.gain(way, plain) for c in cells if c.quantiser == q])) for q in steps])
    _row("worst", [min(c.gain(way, plain) for c in cells if c.quantiser == q) for q in steps], min)


def _means(cells: Sequence[Cell], way: str, plain: Sequence[str]) -> None:
    gains = [c.gain(way, plain) for c in cells]
    low = worst(cells, way, plain)
    below = sum(g < -0.02 for g in gains)
    print(
        f"\n{way}: mean {np.mean(gains):+.2f} dB over {len(gains)} cells, {below} below -0.02, "
        f"worst {low.gain(way, plain):+.2f} ({low.clip}, {low.codec}, q{low.quantiser})"
    )


def _measures(cells: Sequence[Cell]) -> None:
    """Every measure by way, mean of all cells."""
    measures = {"PSNR, dB": _psnr, "SSIM": _ssim, "VMAF": _vmaf, "VMAF-NEG": _neg}
    print(f"\n{'mean of all cells':{NAME}}" + "".join(f"{name:>11}" for name in measures))
    for way in cells[0].scores:
        values = [float(np.mean([get(c.scores[way]) for c in cells])) for get in measures.values()]
        print(
            f"{way[:NAME]:{NAME}}"
            + "".join(f"{_figure(v, 4 if n == 'SSIM' else 2):>11}" for n, v in zip(measures, values, strict=True))
        )


def _rates(cells: Sequence[Cell], way: str) -> None:
    """BD-rate against Lanczos by clip and codec."""
    names = _unique(c.codec for c in cells)
    for label, measure in (("luma PSNR", _psnr), ("VMAF-NEG", _neg)):
        table = {
            clip: [saved([c for c in cells if (c.clip, c.codec) == (clip, n)], way, measure) for n in names]
            for clip in _unique(c.clip for c in cells)
        }
        figures = np.array(list(table.values()))
        if not np.isfinite(figures).any():
            continue
        heading = f"BD-rate against Lanczos, {way}, {label}, %"
        print(f"\n{heading:{NAME}}" + "".join(f"{n:>12}" for n in names))
        for clip, row in table.items():
            print(f"{clip[:NAME]:{NAME}}" + "".join(f"{_figure(v, 1):>12}" for v in row))
        means = [_mean(figures[:, i]) for i in range(len(names))]
        print(f"{'mean':{NAME}}" + "".join(f"{_figure(v, 1):>12}" for v in means))
        missing = int(np.isnan(figures).sum())
        note = f" ({missing} without: no quality that both reach)" if missing else ""
        print(f"over all: {_mean(figures):.1f}%{note}")


def _row(name: str, values: Sequence[float], summary: Callable[[Sequence[float]], float] = np.mean) -> None:
    print(f"{name[:NAME]:{NAME}}" + "".join(f"{v:+{COLUMN}.2f}" for v in [*values, float(summary(values))]))


def _mean(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def _figure(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else "-"


def _unique(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))


def _psnr(score: Score) -> float:
    return score.psnr


def _ssim(score: Score) -> float:
    return score.ssim


def _vmaf(score: Score) -> float:
    return score.vmaf


def _neg(score: Score) -> float:
    return score.neg

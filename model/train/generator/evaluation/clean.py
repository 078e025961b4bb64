"""Clean pictures: halved by MATLAB's bicubic, doubled again, compared in luma with the original."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..metrics import psnr
from ..planes import Planes
from . import footage, published, resize
from .cells import Score
from .ssim import ssim
from .ways import BICUBIC, LANCZOS, PLAIN, Way

Scores = dict[str, Score]


def measure(folder: Path, ways: Sequence[Way], repeat: int = 1) -> dict[str, Scores]:
    """Scores by picture and way, bicubic and Lanczos among them; a picture is shown `repeat` times, the last counts."""
    table = {}
    for path in footage.pictures(folder):
        truth = footage.picture(path)
        small = footage.halved(truth)
        # the published bicubic; what Pillow does differs by some hundredths of a decibel
        outputs = {BICUBIC: resize.to_bytes(resize.double(small.y)), LANCZOS: PLAIN[1]([small])[0].y}
        outputs |= {way.name: way([small] * repeat)[-1].y for way in ways}
        table[path.name] = {name: _score(y, truth) for name, y in outputs.items()}
    return table


def report(folder: Path, table: dict[str, Scores]) -> None:
    """Print a row for each picture, the means, and published figures of the same set beside them."""
    names = list(next(iter(table.values())))
    width = max(13, *(len(n) + 2 for n in names))
    print(f"\n{folder.name}: luma PSNR in dB, SSIM")
    print(f"{'':24}" + "".join(f"{n:>{width}}" for n in names))
    for picture, scores in table.items():
        print(f"{picture[:24]:24}" + "".join(f"{_both(scores[n]):>{width}}" for n in names))
    mean = {n: mean_of([s[n] for s in table.values()]) for n in names}
    print(f"{'mean of ' + str(len(table)):24}" + "".join(f"{_both(mean[n]):>{width}}" for n in names))
    for n in names[2:]:
        gains = {p: s[n].psnr - s[BICUBIC].psnr for p, s in table.items()}
        worst = min(gains, key=gains.__getitem__)
        print(f"{n}: {np.mean(list(gains.values())):+.2f} over bicubic, worst {gains[worst]:+.2f} ({worst})")
    rows = published.rows(folder.name)
    if rows:
        print("published, clean training, float32 (thousand multiply-accumulates an input pixel):")
    for name, kilo_macs, decibels, likeness, source in rows:
        figures = f"{decibels:.2f} / {likeness:.4f}" if likeness else f"{decibels:.2f}"
        print(f"  {name:24}{kilo_macs:>7g}  {figures:16}{source}")


def mean_of(scores: Sequence[Score]) -> Score:
    """The mean score of pictures."""
    return Score(float(np.mean([s.psnr for s in scores])), float(np.mean([s.ssim for s in scores])))


def _score(y: np.ndarray, truth: Planes) -> Score:
    return Score(psnr(y, truth.y), ssim(y, truth.y))


def _both(score: Score) -> str:
    return f"{score.psnr:.2f}/{score.ssim:.4f}"

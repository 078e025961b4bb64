"""Rate-distortion plots: quality against bit rate, a figure for each clip and one for all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .cells import RATE, Cell, Score

MARKS = "osD^vP*X"


def draw(cells: Sequence[Cell], folder: Path, frames: int) -> list[Path]:
    """Write CLIP.png for every clip and all.png; returns where they lie."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    note = f"First {frames} frames of the clip, halved, coded at constant quantisers, decoded, enlarged."
    for clip in dict.fromkeys(c.clip for c in cells):
        written.append(folder / f"{clip}.png")
        _figure([c for c in cells if c.clip == clip], written[-1], clip, note)
    written.append(folder / "all.png")
    clips = len({c.clip for c in cells})
    note = (
        f"{clips} clips, first {frames} frames of each: mean quality, geometric mean of the rates, at each quantiser."
    )
    _figure(averaged(cells), written[-1], "All clips", note)
    return written


def averaged(cells: Sequence[Cell]) -> list[Cell]:
    """One cell for each codec and quantiser: scores are means over clips, rates geometric means."""
    out = []
    for codec, quantiser in dict.fromkeys((c.codec, c.quantiser) for c in cells):
        these = [c for c in cells if (c.codec, c.quantiser) == (codec, quantiser)]
        kbits = float(np.exp(np.mean([np.log(c.kbits) for c in these])))
        scores = {}
        for way in these[0].scores:
            columns = [[getattr(c.scores[way], name) for c in these] for name in ("psnr", "ssim", "vmaf", "neg")]
            scores[way] = Score(*(float(np.mean(column)) for column in columns))
        out.append(Cell("all", codec, quantiser, kbits, scores))
    return out


def _figure(cells: Sequence[Cell], path: Path, title: str, note: str) -> None:
    names = list(dict.fromkeys(c.codec for c in cells))
    measures = [("psnr", "luma PSNR (dB)")]
    if all(np.isfinite(s.neg) for c in cells for s in c.scores.values()):
        measures.append(("neg", "VMAF-NEG (0 to 100)"))
    size = (3.4 * len(names) + 1.0, 3.1 * len(measures) + 1.2)
    figure, axes = plt.subplots(len(measures), len(names), figsize=size, squeeze=False, sharey="row")
    for row, (measure, label) in zip(axes, measures, strict=True):
        for axis, codec in zip(row, names, strict=True):
            these = sorted((c for c in cells if c.codec == codec), key=lambda c: c.kbits)
            for way, mark in zip(these[0].scores, MARKS, strict=False):
                rates, values = [c.kbits for c in these], [getattr(c.scores[way], measure) for c in these]
                axis.plot(rates, values, marker=mark, markersize=4, linewidth=1.2, label=way)
            axis.set_xscale("log")
            axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.xaxis.set_minor_locator(LogLocator(subs=(1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)))
            axis.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:g}"))
            axis.xaxis.set_minor_formatter(NullFormatter())
            axis.set_title(codec, fontsize=10)
            axis.set_xlabel(f"kbit/s at {RATE} frames a second", fontsize=9)
            axis.grid(True, which="both", alpha=0.25)
            axis.tick_params(labelsize=8, which="both")
        row[0].set_ylabel(label, fontsize=9)
    axes[0][0].legend(fontsize=8)
    figure.suptitle(title, fontsize=12)
    figure.text(0.01, 0.01, note, fontsize=8)
    figure.tight_layout(rect=(0, 0.04, 1, 1))
    figure.savefig(path, dpi=110)
    plt.close(figure)

"""Perceptual and temporal measures of clips, for any number of ways side by side."""

from __future__ import annotations

import csv
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from .. import codecs
from ..metrics import psnr
from ..planes import Planes, halve
from . import footage, stability
from .gmsd import gmsd
from .niqe import Natural, fit, niqe
from .ways import PLAIN, Way

TRUTH = "original"
# name, unit, digits; tOF to GMSD are distances from the original, 0 is best
COLUMNS = (
    ("PSNR", "dB, higher is better", 2),
    ("tOF", "pixels, lower is better", 3),
    ("dPSNR", "dB between frame-to-frame differences, higher is better", 2),
    ("flicker", "grey levels where the input stands still, lower is better", 3),
    ("GMSD", "lower is better", 4),
    ("NIQE", "lower is better", 2),
)
Figures = dict[str, float]


@dataclass(frozen=True)
class Job:
    """One clip, uncoded (None) and at codings, by every way."""

    clip: Path
    frames: int
    codings: tuple[codecs.Coding | None, ...]
    ways: tuple[Way, ...]
    natural: Natural | None


@dataclass(frozen=True)
class Row:
    """The figures of one way on one clip and coding, by the names of COLUMNS; nan where there is none."""

    clip: str
    coding: str
    way: str
    figures: Figures


def pristine(folder: Path, count: int = 120) -> Natural:
    """NIQE's model of undamaged pictures, from at most `count` of a folder, evenly spread."""
    paths = footage.pictures(folder)
    step = max(1, len(paths) // count)
    return fit(footage.picture(p).y for p in paths[::step][:count])


def measure(jobs: Sequence[Job], processes: int) -> Iterator[list[Row]]:
    """The rows of each job, in the order of the jobs."""
    if processes == 1:
        yield from map(rows_of, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(min(processes, len(jobs))) as pool:
        yield from pool.imap(rows_of, jobs)


def rows_of(job: Job) -> list[Row]:
    """Measure one clip: the original first, then bicubic, Lanczos and the job's ways."""
    av.logging.set_level(av.logging.ERROR)
    truth = footage.clip(job.clip, job.frames)
    if len(truth) < 2:
        raise RuntimeError(f"{job.clip} has {len(truth)} frame(s): two or more are needed for temporal measures")
    motion = stability.flow([p.y for p in truth])
    rows = []
    for coding in job.codings:
        small = [halve(p) for p in truth]
        if coding:
            small = codecs.encode_decode(small, coding)
        areas = stability.static_areas([p.y for p in small])
        label = coding_name(coding)
        outputs = {TRUTH: truth} | {way.name: way(small) for way in (*PLAIN, *job.ways)}
        for name, clip in outputs.items():
            rows.append(Row(job.clip.stem, label, name, _figures(clip, truth, motion, areas, job.natural)))
    return rows


def coding_name(coding: codecs.Coding | None) -> str:
    """As `--codings` takes it: CODEC:QUANTISER or none."""
    return f"{coding.codec}:{coding.quantiser}" if coding else "none"


def report(rows: Sequence[Row]) -> None:
    """Print means over the clips for every coding, and ratios to the first way that is not plain."""
    for name, unit, _ in COLUMNS:
        print(f"# {name}: {unit}")
    names = list(dict.fromkeys(r.way for r in rows))
    ours = [n for n in names if n not in (TRUTH, *(w.name for w in PLAIN))]
    for coding in dict.fromkeys(r.coding for r in rows):
        print(f"\n{'coding ' + coding:40}" + "".join(f"{c:>9}" for c, _, _ in COLUMNS) + f"{'tOF ratio':>11}")
        means = {n: mean_figures([r for r in rows if (r.coding, r.way) == (coding, n)]) for n in names}
        for name, figures in means.items():
            cells = [_cell(figures[c], digits) for c, _, digits in COLUMNS]
            ratio = _cell(figures["tOF"] / means[ours[0]]["tOF"], 3) if ours and name != TRUTH else "-"
            print(f"{name[:40]:40}" + "".join(f"{c:>9}" for c in cells) + f"{ratio:>11}")
    if ours:
        print(f"# tOF ratio: to {ours[0]}")


def mean_figures(rows: Sequence[Row]) -> Figures:
    """Means over clips; a clip without a figure (nothing static in it) is left out of that mean."""
    out = {}
    for name, _, _ in COLUMNS:
        values = np.array([r.figures[name] for r in rows])
        values = values[np.isfinite(values)]
        out[name] = float(values.mean()) if len(values) else float("nan")
    return out


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """A row for each clip, coding and way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["clip", "coding", "way", *(name for name, _, _ in COLUMNS)])
        for row in rows:
            values = [row.figures[name] for name, _, _ in COLUMNS]
            out.writerow([row.clip, row.coding, row.way, *(f"{v:.4f}" if np.isfinite(v) else "" for v in values)])


def _figures(
    clip: list[Planes], truth: list[Planes], motion: list[np.ndarray], areas: list[np.ndarray], natural: Natural | None
) -> Figures:
    luma, due = [p.y for p in clip], [p.y for p in truth]
    naturalness = [niqe(y, natural) for y in luma] if natural else []
    return {
        "PSNR": float("nan") if clip is truth else float(np.mean([psnr(a, b) for a, b in zip(luma, due, strict=True)])),
        "tOF": stability.flow_error(motion if clip is truth else stability.flow(luma), motion),
        "dPSNR": float("nan") if clip is truth else stability.difference_psnr(luma, due),
        "flicker": stability.flicker(luma, areas),
        "GMSD": float(np.mean([gmsd(a, b) for a, b in zip(luma, due, strict=True)])),
        "NIQE": float(np.mean(naturalness)) if naturalness else float("nan"),
    }


def _cell(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else "-"

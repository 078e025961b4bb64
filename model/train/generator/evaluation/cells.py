"""A cell is one clip through one codec at one quantiser, and how each way does on it."""

from __future__ import annotations

import csv
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

from .. import codecs
from ..metrics import psnr
from ..planes import Planes, halve
from . import footage
from .ssim import ssim
from .vmaf import vmaf
from .ways import Way

RATE = 30  # frames a second that bit rates are stated for, whatever the clip was recorded at


@dataclass(frozen=True)
class Score:
    """Luma PSNR in dB and SSIM; VMAF and VMAF-NEG, 0..100, nan where not asked for. Means over the frames."""

    psnr: float
    ssim: float
    vmaf: float = float("nan")
    neg: float = float("nan")


@dataclass(frozen=True)
class Cell:
    """Scores by the name of the way, beside the coding that they were measured on."""

    clip: str
    codec: str
    quantiser: int
    kbits: float  # a second, at RATE frames a second
    scores: dict[str, Score] = field(default_factory=dict)

    def gain(self, way: str, plain: Sequence[str]) -> float:
        """Luma PSNR above the best of the plain ways, dB."""
        return self.scores[way].psnr - max(self.scores[p].psnr for p in plain)


@dataclass(frozen=True)
class Job:
    """One clip at all codings. Ways of scale 2 get it halved before coding, those of scale 1 at full size."""

    clip: Path
    frames: int
    codings: tuple[codecs.Coding, ...]
    ways: tuple[Way, ...]
    with_vmaf: bool = False


def measure(jobs: Sequence[Job], processes: int) -> Iterator[list[Cell]]:
    """The cells of each job, in the order of the jobs; each process takes a clip at a time."""
    if processes == 1:
        yield from map(cells_of, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(min(processes, len(jobs))) as pool:
        yield from pool.imap(cells_of, jobs)


def cells_of(job: Job) -> list[Cell]:
    """Code a clip at every coding, decode it, and score every way."""
    av.logging.set_level(av.logging.ERROR)
    truth = footage.clip(job.clip, job.frames)
    source = [halve(p) for p in truth] if job.ways[0].scale == 2 else truth
    cells = []
    for coding in job.codings:
        decoded, size = codecs.transcode(source, coding)
        kbits = size * 8 * RATE / len(truth) / 1000
        scores = {way.name: score(way(decoded), truth, job.with_vmaf) for way in job.ways}
        cells.append(Cell(job.clip.stem, coding.codec, coding.quantiser, kbits, scores))
    return cells


def score(pictures: list[Planes], truth: list[Planes], with_vmaf: bool) -> Score:
    """Means over a clip."""
    pairs = [(a.y, b.y) for a, b in zip(pictures, truth, strict=True)]
    fidelity = [float(np.mean([measure(a, b) for a, b in pairs])) for measure in (psnr, ssim)]
    return Score(*fidelity, *(vmaf(pictures, truth) if with_vmaf else ()))


def write_csv(path: Path, cells: Sequence[Cell]) -> None:
    """A row for each cell and way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["clip", "codec", "quantiser", "kbit/s", "way", "psnr", "ssim", "vmaf", "vmaf_neg"])
        for cell in cells:
            for way, s in cell.scores.items():
                figures = [f"{v:.4f}" if np.isfinite(v) else "" for v in (s.psnr, s.ssim, s.vmaf, s.neg)]
                rows.writerow([cell.clip, cell.codec, cell.quantiser, f"{cell.kbits:.2f}", way, *figures])


def progress(text: str) -> None:
    """To standard error, so that tables stay clean."""
    print(text, file=sys.stderr, flush=True)

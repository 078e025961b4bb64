"""The training set on disk: degraded pictures and their ground truth as tensors.

Two arrays of bytes that memory-map: input.npy (count, 6, 96, 128) and target.npy
(count, 24, 96, 128), and kind.npy: 0 clean, 1 coded.
"""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import av
import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from . import clips, codecs
from .planes import Bytes, Planes, flip_channels, from_rgb, halve, pack_input, pack_output

GRID = (clips.HEIGHT // 4, clips.WIDTH // 4)
FRAMES = 7  # of a clip; a picture is taken late, where prediction damage has built up, and seldom the first
Pair = tuple[Bytes, Bytes, int]


def build(stills: list[Path], out: Path, coded_clips: int, seed: int, processes: int) -> int:
    """Fill the cache from stills; `coded_clips` per still. Returns the number of pairs."""
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(stills, i, coded_clips, seed) for i in range(len(stills))]
    capacity = len(stills) * (2 * coded_clips + 12)
    inputs = open_memmap(out / "input.npy", "w+", np.uint8, (capacity, 6, *GRID))
    targets = open_memmap(out / "target.npy", "w+", np.uint8, (capacity, 24, *GRID))
    kinds: list[int] = []
    with multiprocessing.Pool(processes) as pool:
        for done, pairs in enumerate(pool.imap_unordered(_pairs_of, jobs), 1):
            for x, y, kind in pairs:
                inputs[len(kinds)], targets[len(kinds)] = x, y
                kinds.append(kind)
            if done % 25 == 0 or done == len(jobs):
                print(f"{done}/{len(jobs)} stills, {len(kinds)} pairs", flush=True)
    np.save(out / "kind.npy", np.array(kinds, np.uint8))
    return len(kinds)


class Cache:
    """Random patches from a cache that build() filled."""

    def __init__(self, folder: Path) -> None:
        self.kind: NDArray[np.uint8] = np.load(folder / "kind.npy")
        self.inputs = np.load(folder / "input.npy", mmap_mode="r")
        self.targets = np.load(folder / "target.npy", mmap_mode="r")
        self.clean, self.coded = (np.flatnonzero(self.kind == k) for k in (0, 1))

    def batch(self, size: int, patch: int, clean_share: float, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
        """`size` patches of (patch, patch) grid cells, each flipped and turned at random."""
        xs, ys = np.empty((size, 6, patch, patch), np.uint8), np.empty((size, 24, patch, patch), np.uint8)
        for n in range(size):
            pool = self.clean if rng.random() < clean_share else self.coded
            k = int(pool[rng.integers(len(pool))])
            i, j = int(rng.integers(GRID[0] - patch + 1)), int(rng.integers(GRID[1] - patch + 1))
            x = self.inputs[k, :, i : i + patch, j : j + patch]
            y = self.targets[k, :, i : i + patch, j : j + patch]
            horizontal, vertical, transpose = (bool(b) for b in rng.integers(0, 2, 3))
            rows, columns = slice(None, None, -1 if vertical else 1), slice(None, None, -1 if horizontal else 1)
            order_in, order_out = flip_channels(horizontal, vertical, transpose)
            x, y = x[order_in][:, rows, columns], y[order_out][:, rows, columns]
            xs[n], ys[n] = (x.swapaxes(1, 2), y.swapaxes(1, 2)) if transpose else (x, y)
        return xs, ys


def _pairs_of(job: tuple[list[Path], int, int, int]) -> list[Pair]:
    stills, index, coded_clips, seed = job
    av.logging.set_level(av.logging.ERROR)
    rng = np.random.default_rng([seed, index])
    pairs = _clean_pairs(stills[index], rng)
    for _ in range(coded_clips):
        other = clips.load_rgb(str(stills[int(rng.integers(len(stills)))]))
        still = _still(stills[index], rng)
        clip = [from_rgb(f) for f in clips.moving_crops(still, other, FRAMES, rng)]
        pairs += _coded_pairs(clip, rng)
    return pairs


def _still(path: Path, rng: np.random.Generator) -> Bytes:
    """The picture, scaled down in part of the cases, never below one crop."""
    full = clips.load_rgb(str(path))
    smallest = max(clips.HEIGHT / full.shape[0], clips.WIDTH / full.shape[1])
    scale = max(smallest, float(rng.uniform(0.5, 1.0)) if rng.random() < 0.5 else 1.0)
    if scale != 1.0:
        full = clips.load_rgb(str(path), min(scale, 1.0))
    pad = [(0, max(0, clips.HEIGHT - full.shape[0])), (0, max(0, clips.WIDTH - full.shape[1])), (0, 0)]
    return np.pad(full, pad, mode="edge")


def _clean_pairs(path: Path, rng: np.random.Generator) -> list[Pair]:
    """Tiles of the picture at full size by bicubic, and at a reduced one by any filter."""
    pairs: list[Pair] = []
    for picture, kind in (
        (_still(path, np.random.default_rng(1)), "bicubic"),
        (_still(path, rng), _random_filter(rng)),
    ):
        rows = _starts(picture.shape[0], clips.HEIGHT)
        columns = _starts(picture.shape[1], clips.WIDTH)
        for top in rows:
            for left in columns:
                truth = from_rgb(picture[top : top + clips.HEIGHT, left : left + clips.WIDTH])
                pairs.append((pack_input(halve(truth, kind)), pack_output(truth), 0))
    return pairs[:12]


def _coded_pairs(clip: list[Planes], rng: np.random.Generator) -> list[Pair]:
    kind = _random_filter(rng)
    small = [halve(p, kind) for p in clip]
    if rng.random() < 0.35:
        small = _sensor_noise(small, float(rng.uniform(0.5, 3.0)), rng)
    decoded = codecs.encode_decode(small, codecs.random_coding(rng))
    late = int(rng.integers(3, FRAMES))
    early = int(rng.integers(0, 3))
    return [(pack_input(decoded[i]), pack_output(clip[i]), 1) for i in (late, early)]


def _random_filter(rng: np.random.Generator) -> str:
    return str(rng.choice(["bicubic", "area", "lanczos", "bilinear"], p=[0.65, 0.13, 0.12, 0.10]))


def _sensor_noise(clip: list[Planes], sigma: float, rng: np.random.Generator) -> list[Planes]:
    """Fresh noise on every frame, as a webcam adds before the encoder sees the picture."""

    def noisy(plane: Bytes, strength: float) -> Bytes:
        drawn = plane + rng.normal(0.0, strength, plane.shape).astype(np.float32)
        return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)

    return [Planes(noisy(p.y, sigma), noisy(p.u, sigma * 0.6), noisy(p.v, sigma * 0.6)) for p in clip]


def _starts(length: int, tile: int) -> list[int]:
    count = max(1, round(length / tile))
    return [round(i * (length - tile) / max(1, count - 1)) for i in range(count)]

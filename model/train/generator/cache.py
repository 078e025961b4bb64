"""The training set on disk: degraded pictures and their ground truth as tensors.

Three arrays of bytes that memory-map: input.npy (count, 6, 96, 128), what the generator
sees; target.npy (count, 24, 96, 128), the ground truth of twice the size; restored.npy
(count, 6, 96, 128), the ground truth of the input's size: what went into the encoder, its
noise included, since restoring is not to take away what was filmed. And
two small ones: kind.npy (BICUBIC, CODED, OTHER, SMALL) and quantiser.npy (0 of clean pictures,
else 1..255, the coding's place in its codec's range). Coded pictures lie in threes:
consecutive frames of one clip. Those of kind SMALL are four pictures of a quarter the size, two by two.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image

from . import clips, codecs
from .evaluation import footage
from .planes import Bytes, Planes, flip_channels, from_rgb, halve, pack_input, pack_output

GRID = (clips.HEIGHT // 4, clips.WIDTH // 4)
FRAMES = 7  # of a clip; prediction damage builds up over the first few
SEQUENCE = 3  # consecutive frames of it that are kept
# Kinds: clean and halved by a bicubic, coded, clean and halved otherwise, four small ones clean and halved by a bicubic
BICUBIC, CODED, OTHER, SMALL = 0, 1, 2, 3
SMALLS = 3  # pictures of kind SMALL of a photograph
# Coded clips of a still that are soft, beside the others: what cameras and films give holds less, pixel by pixel, than
# stills do. From stills alone a generator restores at coarse quantisers what was never there.
SOFT_CLIPS = 3
# Of clean patches. Photographs as they come are softer, pixel by pixel, and carry the noise of their files: from them
# alone a generator learns to sharpen less than sharp pictures can bear.
SMALL_SHARE = 0.6
FLAT = 0.4  # share of samples equal to their neighbour from which a still is a screen or a drawing, not a photograph


@dataclass
class Pair:
    """Tensors of one picture: (6, 96, 128), (24, 96, 128), (6, 96, 128), and how it was degraded."""

    input: Bytes
    target: Bytes
    restored: Bytes
    kind: int
    quantiser: int = 0


def build(stills: list[Path], out: Path, coded_clips: int, seed: int, processes: int) -> int:
    """Fill the cache from stills; `coded_clips` per still. Returns the number of pairs."""
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(stills, i, coded_clips, seed) for i in range(len(stills))]
    capacity = len(stills) * (SEQUENCE * (coded_clips + SOFT_CLIPS) + 12 + SMALLS)
    inputs = open_memmap(out / "input.npy", "w+", np.uint8, (capacity, 6, *GRID))
    targets = open_memmap(out / "target.npy", "w+", np.uint8, (capacity, 24, *GRID))
    restored = open_memmap(out / "restored.npy", "w+", np.uint8, (capacity, 6, *GRID))
    kinds: list[int] = []
    quantisers: list[int] = []
    with multiprocessing.Pool(processes) as pool:
        for done, pairs in enumerate(pool.imap_unordered(_pairs_of, jobs), 1):
            for pair in pairs:
                n = len(kinds)
                inputs[n], targets[n], restored[n] = pair.input, pair.target, pair.restored
                kinds.append(pair.kind)
                quantisers.append(pair.quantiser)
            if done % 25 == 0 or done == len(jobs):
                print(f"{done}/{len(jobs)} stills, {len(kinds)} pairs", flush=True)
    np.save(out / "quantiser.npy", np.array(quantisers, np.uint8))
    np.save(out / "kind.npy", np.array(kinds, np.uint8))
    return len(kinds)


class Cache:
    """Random patches from a cache that build() filled; scale 2 or 1 says which ground truth."""

    def __init__(self, folder: Path, scale: int = 2) -> None:
        self.kind: NDArray[np.uint8] = np.load(folder / "kind.npy")
        self.quantiser: NDArray[np.uint8] = np.load(folder / "quantiser.npy")
        self.inputs = np.load(folder / "input.npy", mmap_mode="r")
        self.targets = np.load(folder / ("target.npy" if scale == 2 else "restored.npy"), mmap_mode="r")
        self.clean, self.coded, self.small = (np.flatnonzero(self.kind == k) for k in (BICUBIC, CODED, SMALL))

    def of(self, *kinds: int) -> NDArray[np.int64]:
        """Indices of all pictures of these kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))

    def whole(self, index: int) -> tuple[Bytes, Bytes]:
        """A pair of (channel, rows, columns): the whole picture; of four small ones the one that the index says."""
        rows, columns = slice(None), slice(None)
        if self.kind[index] == SMALL:
            height, width = GRID[0] // 2, GRID[1] // 2
            top, left = index // 2 % 2 * height, index % 2 * width
            rows, columns = slice(top, top + height), slice(left, left + width)
        x, y = (np.ascontiguousarray(a[index, :, rows, columns]) for a in (self.inputs, self.targets))
        return x, y

    def batch(self, size: int, patch: int, clean_share: float, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
        """`size` patches of (patch, patch) grid cells, all flipped and turned in one of eight ways."""
        xs, ys = self.sequences(size, 1, patch, clean_share, rng)
        return xs[:, 0], ys[:, 0]

    def sequences(
        self, size: int, frames: int, patch: int, clean_share: float, rng: np.random.Generator
    ) -> tuple[Bytes, Bytes]:
        """The same of `frames` (1 or SEQUENCE) consecutive frames: (size, frames, channel, patch, patch).

        Clean pictures are stills: all their frames are alike.
        """
        xs = np.empty((size, frames, 6, patch, patch), np.uint8)
        ys = np.empty((size, frames, self.targets.shape[1], patch, patch), np.uint8)
        for n in range(size):
            clean = rng.random() < clean_share
            pool = self._clean_pool(rng) if clean else self.coded if frames == 1 else self.coded[::SEQUENCE]
            k = int(pool[rng.integers(len(pool))])
            i, j = self._corner(k, patch, rng)
            pictures = slice(k, k + 1) if clean else slice(k, k + frames)
            xs[n] = self.inputs[pictures, :, i : i + patch, j : j + patch]
            ys[n] = self.targets[pictures, :, i : i + patch, j : j + patch]
        horizontal, vertical, transpose = (bool(b) for b in rng.integers(0, 2, 3))
        rows, columns = slice(None, None, -1 if vertical else 1), slice(None, None, -1 if horizontal else 1)
        order_in, order_out = flip_channels(horizontal, vertical, transpose)
        order_out = order_out if ys.shape[2] == 24 else order_in
        xs, ys = xs[:, :, order_in][..., rows, columns], ys[:, :, order_out][..., rows, columns]
        if transpose:
            xs, ys = xs.swapaxes(3, 4), ys.swapaxes(3, 4)
        return np.ascontiguousarray(xs), np.ascontiguousarray(ys)

    def _clean_pool(self, rng: np.random.Generator) -> NDArray[np.int64]:
        return self.small if len(self.small) and rng.random() < SMALL_SHARE else self.clean

    def _corner(self, index: int, patch: int, rng: np.random.Generator) -> tuple[int, int]:
        """Row and column of a patch in a picture, within one of four where it fits."""
        rows, columns = GRID
        top, left = 0, 0
        if self.kind[index] == SMALL and patch <= rows // 2:
            rows, columns = rows // 2, columns // 2
            top, left = rows * int(rng.integers(2)), columns * int(rng.integers(2))
        return top + int(rng.integers(rows - patch + 1)), left + int(rng.integers(columns - patch + 1))


def _pairs_of(job: tuple[list[Path], int, int, int]) -> list[Pair]:
    stills, index, coded_clips, seed = job
    av.logging.set_level(av.logging.ERROR)
    rng = np.random.default_rng([seed, index])
    pairs = _clean_pairs(stills[index], rng) + _small_pairs(stills[index], np.random.default_rng([seed, index, 1]))
    for _ in range(coded_clips):
        other = clips.load_rgb(str(stills[int(rng.integers(len(stills)))]))
        still = _still(stills[index], rng)
        clip = [from_rgb(f) for f in clips.moving_crops(still, other, FRAMES, rng)]
        pairs += _coded_pairs(clip, rng)
    return pairs + _soft_coded_pairs(stills[index], np.random.default_rng([seed, index, 2]))


def _soft_coded_pairs(path: Path, rng: np.random.Generator) -> list[Pair]:
    """Coded clips of the picture enlarged by 1.2 to 2."""
    full = _still(path, np.random.default_rng(1))
    pairs: list[Pair] = []
    for _ in range(SOFT_CLIPS):
        clip = clips.soft_crops(full, float(rng.uniform(1.2, 2.0)), FRAMES, rng)
        pairs += _coded_pairs([from_rgb(f) for f in clip], rng)
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
    """Tiles of the picture at full size, at a reduced and at an enlarged one by bicubic, one by another filter.

    Stills that were scaled down are sharper than what a camera gives pixel by pixel: the enlarged
    tiles, by 1.2 to 1.6, have its softness.
    """
    other = str(rng.choice(["area", "lanczos", "bilinear"]))
    full, reduced = _still(path, np.random.default_rng(1)), _still(path, rng)
    soft = [_soft(full, rng) for _ in range(4)]
    pairs: list[Pair] = []
    for tiles, kind, most in (
        (_tiles(full), "bicubic", 5),
        (_tiles(reduced), "bicubic", 2),
        (soft, "bicubic", 4),
        (_tiles(reduced), other, 1),
    ):
        for k in rng.permutation(len(tiles))[:most]:
            truth = from_rgb(tiles[k])
            small = pack_input(halve(truth, kind))
            pairs.append(Pair(small, pack_output(truth), small, BICUBIC if kind == "bicubic" else OTHER))
    return pairs


def _small_pairs(path: Path, rng: np.random.Generator) -> list[Pair]:
    """Pictures of kind SMALL: crops of a photograph scaled by 0.4 to 0.7, halved as the literature does.

    Scaling down buries noise and coding, and makes a picture as sharp as its samples can be.
    """
    still = clips.load_rgb(str(path))
    if (np.diff(still.astype(np.int16), axis=1) == 0).all(axis=2).mean() > FLAT:
        return []
    height, width = clips.HEIGHT // 2, clips.WIDTH // 2
    pairs: list[Pair] = []
    for _ in range(SMALLS):
        smallest = max(height / still.shape[0], width / still.shape[1])
        picture = clips.load_rgb(str(path), max(smallest, float(rng.uniform(0.4, 0.7))))
        room = (picture.shape[0] - height, picture.shape[1] - width)
        if min(room) < 0:
            break
        inputs, targets = [], []
        for _ in range(4):
            top, left = (int(rng.integers(r + 1)) for r in room)
            truth = from_rgb(picture[top : top + height, left : left + width])
            inputs.append(pack_input(footage.halved(truth)))
            targets.append(pack_output(truth))
        small = _two_by_two(inputs)
        pairs.append(Pair(small, _two_by_two(targets), small, SMALL))
    return pairs


def _two_by_two(four: list[Bytes]) -> Bytes:
    return np.concatenate([np.concatenate(four[:2], axis=2), np.concatenate(four[2:], axis=2)], axis=1)


def _tiles(picture: Bytes) -> list[Bytes]:
    return [
        picture[top : top + clips.HEIGHT, left : left + clips.WIDTH]
        for top in _starts(picture.shape[0], clips.HEIGHT)
        for left in _starts(picture.shape[1], clips.WIDTH)
    ]


def _soft(picture: Bytes, rng: np.random.Generator) -> Bytes:
    scale = float(rng.uniform(1.2, 1.6))
    height, width = int(clips.HEIGHT / scale), int(clips.WIDTH / scale)
    top = int(rng.integers(0, picture.shape[0] - height + 1))
    left = int(rng.integers(0, picture.shape[1] - width + 1))
    part = Image.fromarray(np.ascontiguousarray(picture[top : top + height, left : left + width]))
    return np.asarray(part.resize((clips.WIDTH, clips.HEIGHT), Image.Resampling.BICUBIC))


def _coded_pairs(clip: list[Planes], rng: np.random.Generator) -> list[Pair]:
    kind = _random_filter(rng)
    small = [halve(p, kind) for p in clip]
    if rng.random() < 0.35:
        small = _sensor_noise(small, float(rng.uniform(0.5, 3.0)), rng)
    coding = codecs.random_coding(rng)
    decoded = codecs.encode_decode(small, coding)
    low, high = codecs.RANGES[coding.codec]
    quantiser = 1 + 254 * (coding.quantiser - low) // (high - low)
    first = int(rng.integers(0, FRAMES - SEQUENCE + 1))
    return [
        Pair(pack_input(decoded[i]), pack_output(clip[i]), pack_input(small[i]), CODED, quantiser)
        for i in range(first, first + SEQUENCE)
    ]


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

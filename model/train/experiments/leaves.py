"""Pictures of fallen leaves: discs of power-law sizes that hide one another.

The dead leaves model has the edges, occlusions and scale invariance of photographs (Lee,
Mumford and Huang, Occlusion Models for Natural Images, IJCV 41, 2001), needs no files
and gives any number of training pairs.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from generator.planes import Bytes, from_rgb, halve, pack_input, pack_output

SIDE = 192  # pixels of the sharp picture


def picture(rng: np.random.Generator, leaves: int = 500) -> Bytes:
    """One RGB picture (SIDE, SIDE, 3), antialiased by drawing at double size."""
    fine = 2 * SIDE
    canvas = np.full((fine, fine, 3), 128.0)
    rows, columns = np.mgrid[:fine, :fine]
    # radii by the density r^-3 between 5 and 160 fine pixels
    smallest, largest = 5.0**-2, 160.0**-2
    radii = (smallest - rng.random(leaves) * (smallest - largest)) ** -0.5
    for r in radii:
        y, x = rng.random(2) * fine
        top, left = max(0, int(y - r)), max(0, int(x - r))
        near = (slice(top, int(y + r) + 2), slice(left, int(x + r) + 2))
        inside = (rows[near] - y) ** 2 + (columns[near] - x) ** 2 <= r * r
        canvas[near][inside] = np.clip(rng.uniform(20, 235) + rng.normal(0.0, 20.0, 3), 0, 255)
    return np.rint(canvas.reshape(SIDE, 2, SIDE, 2, 3).mean(axis=(1, 3))).astype(np.uint8)


def pairs(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Halved pictures (count, 6, s, s) and their originals (count, 24, s, s), in [0, 1]; s = SIDE / 4."""
    rng = np.random.default_rng([17, seed])
    truths = [from_rgb(picture(rng)) for _ in range(count)]
    inputs = np.stack([pack_input(halve(p)) for p in truths])
    targets = np.stack([pack_output(p) for p in truths])
    return torch.from_numpy(inputs).float() / 255.0, torch.from_numpy(targets).float() / 255.0


def crops(inputs: Tensor, targets: Tensor, count: int, size: int) -> tuple[Tensor, Tensor]:
    """`count` random crops of size x size grid cells."""
    at = torch.randint(0, inputs.shape[2] - size + 1, (count, 2)).tolist()
    which = torch.randint(0, len(inputs), (count,)).tolist()
    cut = [(k, slice(None), slice(i, i + size), slice(j, j + size)) for k, (i, j) in zip(which, at, strict=True)]
    return torch.stack([inputs[c] for c in cut]), torch.stack([targets[c] for c in cut])


def pans(inputs: Tensor, targets: Tensor, count: int, frames: int, size: int) -> tuple[Tensor, Tensor]:
    """`count` sequences of crops that move by up to one grid cell a frame each way; one in nine stands still.

    (count, frames, 6, size, size) and (count, frames, 24, size, size).
    """
    room = inputs.shape[2] - size - (frames - 1)
    starts = torch.randint(0, room + 1, (count, 2)).tolist()
    moves = torch.randint(-1, 2, (count, 2)).tolist()
    which = torch.randint(0, len(inputs), (count,)).tolist()
    x, y = [], []
    for k, start, move in zip(which, starts, moves, strict=True):
        for frame in range(frames):
            # a move backwards starts at the far end
            i, j = (s + m * frame + (frames - 1) * (m < 0) for s, m in zip(start, move, strict=True))
            at = (k, slice(None), slice(i, i + size), slice(j, j + size))
            x.append(inputs[at])
            y.append(targets[at])
    return torch.stack(x).unflatten(0, (count, frames)), torch.stack(y).unflatten(0, (count, frames))

"""Stills become short moving clips, so that codecs find something to predict.

Ground truth must stay sharp, so motion is whole pixels of the full-size picture
(half pixels after halving): a panning crop, standing still in part of the clips as a
call's background does, with another still moving across it in part of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .planes import Bytes

WIDTH, HEIGHT = 512, 384  # of the ground truth; the clip that is encoded has half of it
BEYOND = 64  # pixels that a picture goes on for beyond its edges, mirrored, where a camera turns past them


def load_rgb(path: str, scale: float = 1.0) -> Bytes:
    """Read a picture as (height, width, 3), scaled down with an antialiased bicubic."""
    picture = Image.open(path).convert("RGB")
    if scale < 1.0:
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    return np.asarray(picture)


def moving_crops(still: Bytes, other: Bytes, frames: int, rng: np.random.Generator) -> list[Bytes]:
    """A clip of (HEIGHT, WIDTH, 3) frames cut from `still`, at least that large."""
    top, left, down, right = _path(still, HEIGHT, WIDTH, frames, rng)
    clip = [still[t : t + HEIGHT, x : x + WIDTH].copy() for t, x in _positions(top, left, down, right, frames)]
    if rng.random() < 0.35:
        _overlay(clip, other, rng)
    return clip


def soft_crops(still: Bytes, scale: float, frames: int, rng: np.random.Generator) -> list[Bytes]:
    """A clip of (HEIGHT, WIDTH, 3) frames of the still enlarged by about `scale`, by a camera that turns and zooms.

    still: at least HEIGHT / scale x WIDTH / scale. Softness bears what sharp pictures do not: motion by parts of a
    pixel, and by other parts in other places, which no codec predicts exactly.
    """
    size = np.array([WIDTH, HEIGHT]) / scale
    corner = rng.uniform(0, np.maximum(1, np.array(still.shape[1::-1]) - size))
    camera = 0.0 if rng.random() < 0.3 else 1.0
    speed, turn, zoom = camera * rng.normal(0, 1.5, 2), camera * rng.normal(0, 0.004), camera * rng.normal(0, 0.004)
    still = np.pad(still, ((BEYOND, BEYOND), (BEYOND, BEYOND), (0, 0)), mode="reflect")
    picture = Image.fromarray(np.ascontiguousarray(still))
    clip = []
    for i in range(frames):
        c, s = (float(f(turn * i)) / (scale * (1 + zoom * i)) for f in (np.cos, np.sin))
        x, y = BEYOND + corner + size / 2 + speed * i - np.array([c * WIDTH - s * HEIGHT, s * WIDTH + c * HEIGHT]) / 2
        frame = picture.transform(
            (WIDTH, HEIGHT), Image.Transform.AFFINE, (c, -s, x, s, c, y), Image.Resampling.BICUBIC
        )
        clip.append(np.asarray(frame))
    return clip


def _path(still: Bytes, height: int, width: int, frames: int, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Start and whole-pixel speed of a crop that stays inside the picture."""
    room = (still.shape[0] - height, still.shape[1] - width)
    speed = [0, 0] if rng.random() < 0.3 else [int(v) for v in rng.integers(-6, 7, size=2)]
    start = []
    for axis in range(2):
        limit = room[axis] // max(1, frames - 1)
        speed[axis] = int(np.clip(speed[axis], -limit, limit))
        travel = speed[axis] * (frames - 1)
        start.append(int(rng.integers(max(0, -travel), room[axis] - max(0, travel) + 1)))
    return start[0], start[1], speed[0], speed[1]


def _positions(top: int, left: int, down: int, right: int, frames: int) -> list[tuple[int, int]]:
    return [(top + down * i, left + right * i) for i in range(frames)]


def _overlay(clip: list[Bytes], other: Bytes, rng: np.random.Generator) -> None:
    """Move an elliptic cut-out of another still across the clip: local motion, occlusion."""
    height, width = int(rng.integers(96, HEIGHT // 2)), int(rng.integers(96, WIDTH // 2))
    t0, x0 = int(rng.integers(0, other.shape[0] - height + 1)), int(rng.integers(0, other.shape[1] - width + 1))
    cut = other[t0 : t0 + height, x0 : x0 + width]
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    mask: NDArray[np.bool_] = rows**2 + columns**2 <= 1.0
    frame = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    top, left, down, right = _path(frame, height, width, len(clip), rng)
    for picture, (t, x) in zip(clip, _positions(top, left, down, right, len(clip)), strict=True):
        picture[t : t + height, x : x + width][mask] = cut[mask]

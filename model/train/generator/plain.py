"""Plain enlargement as training sees it: a bicubic of packed pictures, for what a generator must not fall below."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

LUMA = 16  # of a cell's outputs: rows of its 4x4 block
NEARER = 0.97  # of a bicubic's squared error: 0.13 dB, by which Lanczos may be better
USUAL, MOST = 1e-3, 50.0  # squared error from which a decibel counts more, 30 dB, and how much at most


def _cubic(distance: float) -> float:
    """Keys' kernel, a = -0.5."""
    d = abs(distance)
    if d < 1.0:
        return 1.5 * d**3 - 2.5 * d**2 + 1.0
    return -0.5 * d**3 + 2.5 * d**2 - 4.0 * d + 2.0 if d < 2.0 else 0.0


def _kernel() -> Tensor:
    """(16, 4, 3, 3): the 4x4 luma of a cell from the 2x2 of it and of its eight neighbours."""
    kernel = torch.zeros(4, 4, 2, 2, 3, 3)  # row and column out, row and column in a cell, cell
    for row in range(4):
        for column in range(4):
            for y in range(-2, 4):
                for x in range(-2, 4):
                    weight = _cubic(y - (row - 0.5) / 2) * _cubic(x - (column - 0.5) / 2)
                    kernel[row, column, y % 2, x % 2, y // 2 + 1, x // 2 + 1] = weight
    return kernel.reshape(LUMA, 4, 3, 3)


KERNEL = _kernel()


def luma(x: Tensor) -> Tensor:
    """(n, 6, h, w) packed pictures to (n, 16, h, w), their luma doubled by a bicubic; edges go on."""
    return functional.conv2d(functional.pad(x[:, :4], (1, 1, 1, 1), mode="replicate"), KERNEL)


def short(out: Tensor, x: Tensor, target: Tensor) -> Tensor:
    """(n,): 0 where the luma of `out`, (n, 24, h, w), is nearer to the target's than plain enlargement; else 1..MOST.

    The more, the better plain enlargement is, as of soft pictures with little damage: a decibel of theirs is no error
    to speak of.
    """
    with torch.no_grad():
        wanted = target[:, :LUMA]
        ours, plains = ((y - wanted).square().mean((1, 2, 3)) for y in (out[:, :LUMA], luma(x)))
        return (ours > NEARER * plains) * (USUAL / plains.clamp(min=1e-9)).clamp(1.0, MOST)

"""Photographs as pairs for measuring on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from generator import clips
from generator.planes import from_rgb, halve, pack_input, pack_output


def pairs(folder: Path) -> tuple[Tensor, Tensor]:
    """The middle of every picture, halved by a bicubic (n, 6, 96, 128), and itself (n, 24, 96, 128), in [0, 1]."""
    inputs, targets = [], []
    for path in sorted(folder.iterdir()):
        rgb = clips.load_rgb(str(path))
        top, left = (
            max(0, (have - want) // 2) for have, want in zip(rgb.shape, (clips.HEIGHT, clips.WIDTH), strict=False)
        )
        rgb = rgb[top : top + clips.HEIGHT, left : left + clips.WIDTH]
        if rgb.shape[:2] != (clips.HEIGHT, clips.WIDTH):
            continue
        truth = from_rgb(rgb)
        inputs.append(pack_input(halve(truth)))
        targets.append(pack_output(truth))
    if not inputs:
        raise ValueError(f"no picture in {folder} has {clips.WIDTH} x {clips.HEIGHT} pixels or more")
    return torch.from_numpy(np.stack(inputs)).float() / 255.0, torch.from_numpy(np.stack(targets)).float() / 255.0

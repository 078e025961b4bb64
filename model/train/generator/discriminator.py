"""The discriminator: three consecutive frames, real or generated, and the frames they were made from."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

FRAMES = 3
# What doubling adds is faint beside the picture, and a spectrally normalised network sees faint things
# faintly: without this gain D stayed at 1/2.
GAIN = 12.0


def luma(cells: Tensor) -> Tensor:
    """Luma of a tensor of the contract, (n, 6 or 24, h, w), as a picture (n, 1, 2h, 2w) or (n, 1, 4h, 4w)."""
    size = 2 if cells.shape[1] == 6 else 4
    return functional.pixel_shuffle(cells[:, : size * size], size)


class Discriminator(nn.Module):
    """Patch logits and inner features of sequences.

    frames: (n, 3, 24, h, w) doubled frames, given: (n, 3, 6, h, w) what they were doubled from. Every
    layer is spectrally normalised (Miyato et al., arXiv:1802.05957), so no penalty on gradients is needed;
    three frames at once let flicker be seen (TecoGAN, arXiv:1811.09393).
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        inputs = FRAMES * (4 + 1)
        shapes = [(inputs, width, 1), (width, 2 * width, 2), (2 * width, 2 * width, 1)]
        self.layers = nn.ModuleList(spectral_norm(nn.Conv2d(i, o, 3, stride=s, padding=1)) for i, o, s in shapes)
        self.last = spectral_norm(nn.Conv2d(2 * width, 1, 3, padding=1))

    def forward(self, frames: Tensor, given: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Logits (n, 1, h, w) and the activations of the inner layers."""
        n = len(frames)
        small = luma(given.flatten(0, 1))
        added = functional.pixel_unshuffle(luma(frames.flatten(0, 1)), 2) - small  # less the nearest copy
        added, small = (t.unflatten(0, (n, FRAMES)).flatten(1, 2) for t in (added, small))
        x = torch.cat([added * GAIN, small * 2.0 - 1.0], dim=1)
        features = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x.contiguous(memory_format=torch.channels_last)), 0.1)
            features.append(x)
        return self.last(x).float(), features

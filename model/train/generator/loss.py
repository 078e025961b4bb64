"""What a generator learns to make small: the distance to the truth, and what patches count of it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

TYPICAL = 2e-4  # squared error of luma of an easy patch, 37 dB


class _Charbonnier(torch.autograd.Function):
    """The sum of weight * (sqrt(d^2 + epsilon^2) - epsilon); autograd's own way takes a fifth of a step."""

    @staticmethod
    def forward(ctx: Any, out: Tensor, target: Tensor, epsilon: float, weight: Tensor) -> Tensor:
        distance = out - target
        rounded = torch.addcmul(torch.full((), epsilon**2), distance, distance).sqrt_()
        ctx.save_for_backward(distance.div_(rounded).mul_(weight))
        return (rounded.sub_(epsilon) * weight).sum()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        (slope,) = ctx.saved_tensors
        return slope * gradients[0], None, None, None


def charbonnier(out: Tensor, target: Tensor, epsilon: float, chroma: float, patches: Tensor | None = None) -> Tensor:
    """Mean of sqrt(d^2 + epsilon^2) of luma, and that of chroma so many times; less it at d = 0.

    patches: (n,), what each patch counts; 1 each without.
    """
    channels = out.shape[1]
    luma = channels * 4 // 6
    samples = out.numel() // channels
    weight = torch.full((channels, 1, 1), chroma / (samples * (channels - luma)))
    weight[:luma] = 1.0 / (samples * luma)
    if patches is not None:
        weight = weight * patches[:, None, None, None]
    loss: Tensor = _Charbonnier.apply(out, target, epsilon, weight)
    return loss


def evened(out: Tensor, target: Tensor, exponent: float) -> Tensor:
    """(n,): what patches count when they do by the error of their luma to -exponent; 1 at 37 dB.

    With 0 a patch counts by its squared error, with 1 by decibels, of which hard and easy patches have as many.
    """
    luma = out.shape[1] * 4 // 6
    with torch.no_grad():
        error = (out[:, :luma] - target[:, :luma]).square().mean((1, 2, 3))
        return (TYPICAL / (error + TYPICAL / 10)) ** exponent

"""Eight-bit arithmetic in training and the integers that ship.

Activations: uint8, zero point 0, one scale a layer (so ReLU is the saturation itself).
Weights: int8, one scale an output channel, kept so that the 16-bit accumulators of CPUs
without VNNI never overflow (package neighbours) and every x86 gives the same bytes.
The residual is uint8 with zero point 128 and the scale of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor, nn

from . import neighbours
from .network import PLANES, Generator
from .rounding import compensated, fitted, mean_shift, moments

PICTURE_SCALE = 1.0 / 255.0
SAMPLED = 400_000  # positions that weights are rounded by: the more, the less is lost


@dataclass
class IntegerLayer:
    """One convolution as it ships: int8 (out, in, rows, columns), int32 bias, scales."""

    weight: NDArray[np.int8]
    bias: NDArray[np.int32]
    weight_scale: NDArray[np.float32]  # (out,)
    input_scale: float
    output_scale: float


def limits(index: int) -> neighbours.Limits:
    """Those of a layer's integers."""
    return neighbours.INNER if index else neighbours.FIRST


def round_weights(index: int, weight: Tensor, scale: Tensor) -> Tensor:
    """Integers (as float) of a layer's weights, at a scale for each output channel (out, 1, 1, 1)."""
    exact = weight / scale
    rounded = neighbours.within(exact.round(), limits(index))
    return settle(exact, rounded) if index == 0 else rounded


def settle(exact: Tensor, rounded: Tensor) -> Tensor:
    """Integers of a first layer that sum to zero over each colour plane as the weights do.

    The rounding errors left over go to the weights that were nearest to rounding the other way, one each.
    """
    return torch.cat([_settled(exact[:, p], rounded[:, p]) for p in PLANES], dim=1)


def _settled(exact: Tensor, rounded: Tensor) -> Tensor:
    error = (exact - rounded).flatten(1)
    missing = -rounded.flatten(1).sum(1, keepdim=True)
    rank_up = error.argsort(dim=1, descending=True).argsort(dim=1)
    rank_down = error.argsort(dim=1).argsort(dim=1)
    step = (rank_up < missing).float() - (rank_down < -missing).float()
    return rounded + step.view_as(rounded)


class _RoundThrough(torch.autograd.Function):
    """Round forward, identity backward (straight-through estimator)."""

    @staticmethod
    def forward(ctx: object, x: Tensor) -> Tensor:
        return x.round()

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> Tensor:
        return gradient


class _Activation(torch.autograd.Function):
    """ReLU and rounding to uint8 steps of `scale`; the gradient of the scale is LSQ's (arXiv:1902.08153, eq. 3)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, scale: Tensor) -> Tensor:
        steps = x / scale
        levels = steps.clamp(0.0, 255.0).round_()
        ctx.save_for_backward(steps, levels)
        return levels * scale

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        (gradient,) = gradients
        steps, levels = ctx.saved_tensors
        inside = (steps > 0.0) & (steps < 255.0)
        error = torch.where(inside, levels - steps, levels)
        # One scalar sums over every activation: section 2.2 damps it by their number.
        damp = (255.0 * steps[0].numel()) ** -0.5
        return gradient * inside, damp * (gradient * error).sum()


class QuantisedGenerator(nn.Module):
    """A generator whose forward pass computes what the eight-bit graph computes.

    Activation scales are learned (LSQ, arXiv:1902.08153) from a calibrated start; those of weights stay.
    """

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator
        self.log_scale = nn.Parameter(torch.zeros(len(generator.blocks()) - 1))
        for i, (weight, _) in enumerate(generator.layers()):
            self.register_buffer(f"weight_scale_{i}", neighbours.scales(weight.detach(), limits(i)))

    def weight_scale(self, index: int) -> Tensor:
        """Scales of a layer's weights: (out, 1, 1, 1)."""
        return self.get_buffer(f"weight_scale_{index}")

    def calibrate(self, x: Tensor, share: float = 0.99999) -> None:
        """Set the activation scales so that `share` of the values of a batch fit, and round the weights by it.

        The rounded weights are the generator's own from then on: see package rounding. So is the order of
        its channels: see package neighbours.
        """
        neighbours.arrange(self.generator)
        precision, self.generator.precision = self.generator.precision, torch.float32  # whatever training convolves in
        layers, blocks = self.generator.layers(), self.generator.blocks()
        exact = x  # what the features are without any rounding
        with torch.no_grad():
            for i, (weight, bias) in enumerate(layers):
                wanted, touched = self._columns(i, exact), self._columns(i, x)
                sums = weight.flatten(1) @ wanted
                counted = sums > -bias[:, None] if i < len(layers) - 1 else None
                inputs = moments(touched, counted)
                near = fitted(weight.flatten(1), wanted, touched, inputs, counted) if i else weight
                rounded = self._compensated_weights(i, near.view_as(weight), inputs)
                blocks[i].direct.add_(rounded - blocks[i].weight())
                if counted is None:
                    break
                exact = self.generator.arranged(i, functional.relu(self.generator.summed(i, exact, weight, bias)))
                shift = mean_shift(sums, rounded.flatten(1) @ touched, counted)
                # Above zero, a flat picture would no longer come back flat.
                blocks[i].bias.add_(shift).clamp_(max=0.0)
                x = functional.relu(self.generator.summed(i, x, rounded, blocks[i].bias))
                sample = x.flatten()[:: max(1, x.numel() // 2_000_000)]
                self.log_scale[i] = (sample.quantile(share) / 255.0).clamp_min(1e-6).log()
                x = self.generator.arranged(i, _Activation.apply(x, self.log_scale[i].exp()))
        self.generator.precision = precision

    def _columns(self, index: int, x: Tensor) -> Tensor:
        """Inputs of a layer, (input channels * kernel, samples), at positions spread over a batch."""
        kernel, stride = self.generator.blocks()[index].direct.shape[-1], self.generator.stride(index)
        parts = []
        for picture in x.split(1):
            columns = functional.unfold(self.generator.bordered(index, picture), kernel, stride=stride)[0]
            parts.append(columns[:, :: max(1, columns.shape[1] * len(x) // SAMPLED)])
        return torch.cat(parts, dim=1)

    def forward(self, x: Tensor) -> Tensor:
        layers = self.generator.layers()
        scales = self.log_scale.exp()
        features = x
        for i, (weight, bias) in enumerate(layers[:-1]):
            features = self.generator.summed(i, features, self._fake_weights(i, weight), bias)
            features = self.generator.arranged(i, _Activation.apply(features, scales[i]))
        last = len(layers) - 1
        residual = self.generator.summed(last, features, self._fake_weights(last, layers[-1][0]), None)
        residual = _RoundThrough.apply(residual / PICTURE_SCALE).clamp(-128, 127) * PICTURE_SCALE
        return residual + x[:, self.generator.anchor]

    def integers(self) -> list[IntegerLayer]:
        """The layers as they ship."""
        scales = [PICTURE_SCALE, *self.log_scale.detach().exp().tolist(), PICTURE_SCALE]
        out = []
        for i, (weight, bias) in enumerate(self.generator.layers()):
            scale = self.weight_scale(i)
            rounded = round_weights(i, weight.detach(), scale)
            weight_scale = scale.flatten().numpy().astype(np.float32)
            bias_scale = scales[i] * weight_scale.astype(np.float64)
            out.append(
                IntegerLayer(
                    rounded.numpy().astype(np.int8),
                    np.rint(bias.detach().numpy() / bias_scale).astype(np.int32),
                    weight_scale,
                    scales[i],
                    scales[i + 1],
                )
            )
        return out

    def _compensated_weights(self, index: int, weight: Tensor, inputs: Tensor) -> Tensor:
        """Weights at integers of the finest scales, rounded by their effect on inputs of these moments."""
        most = limits(index)
        scale = self.weight_scale(index).copy_(neighbours.scales(weight, most))
        exact = weight / scale
        rounded = compensated(exact.flatten(1), inputs, most, weight[0, 0].numel()).view_as(weight)
        return (settle(exact, rounded) if index == 0 else rounded) * scale

    def _fake_weights(self, index: int, weight: Tensor) -> Tensor:
        with torch.no_grad():
            scale = self.weight_scale(index)
            delta = round_weights(index, weight, scale) * scale - weight
        return weight + delta

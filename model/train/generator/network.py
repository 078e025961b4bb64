"""The generator: a plain chain of 3x3 convolutions on the half-resolution grid.

    6 -> width, (depth) x width -> width, each with ReLU, width -> 24, + nearest anchor

A restoration generator ends in width -> 6 and is anchored to the input itself.

Two constraints make a flat picture come back exactly flat, up to its borders, in
floating point and in eight bits alike:
  * the weights of the first layer sum to zero over each colour plane, so it sees
    differences only, and its border is edge replication;
  * no bias is above zero and the last layer has none, so the features of a flat
    area are all zero: what the zero padding of the inner layers means as well.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

INPUTS, OUTPUTS = 6, 24
RESTORED = INPUTS  # outputs of a restoration generator
# Output channel -> the input channel that it copies: 4x4 luma, 2x2 U, 2x2 V.
ANCHOR = [(row // 2) * 2 + column // 2 for row in range(4) for column in range(4)] + [4] * 4 + [5] * 4
# Input channels that share a zero-sum constraint: the four luma phases, U, V.
PLANES = [slice(0, 4), slice(4, 5), slice(5, 6)]


@dataclass
class Shape:
    """Sizes of a generator; expand is the over-parameterisation while training, 0 for none.

    outputs: 24 doubles the picture, 6 restores it at its size.
    """

    width: int = 32
    depth: int = 4
    expand: int = 1
    outputs: int = OUTPUTS

    @property
    def scale(self) -> int:
        return 1 if self.outputs == RESTORED else 2

    def macs_per_pixel(self) -> float:
        """Multiply-accumulates per input luma pixel."""
        return 9 * (INPUTS * self.width + self.depth * self.width**2 + self.width * self.outputs) / 4

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def zero_sum(weight: Tensor) -> Tensor:
    """Project first-layer weights (out, 6, 3, 3) so that each colour plane sums to zero."""
    parts = [weight[:, p] - weight[:, p].mean(dim=(1, 2, 3), keepdim=True) for p in PLANES]
    return torch.cat(parts, dim=1)


class Block(nn.Module):
    """A 3x3 convolution trained as 3x3 + (3x3 expand, 1x1 project) [+ identity].

    The sum is linear, so weight() is the one kernel that ships. Collapsing before
    convolving keeps a training step as cheap as the plain layer (SESR, arXiv:2103.09404).
    """

    def __init__(self, inputs: int, outputs: int, expand: int, identity: bool, zero: bool) -> None:
        super().__init__()
        inner = expand * outputs
        start = 0.0 if zero else 0.3 if identity else 1.0
        self.direct = nn.Parameter(torch.zeros(outputs, inputs, 3, 3))
        if inner == 0:
            nn.init.normal_(self.direct, std=start / (9 * inputs) ** 0.5)
        self.expand = nn.Parameter(torch.randn(inner, inputs, 3, 3) / (9 * inputs) ** 0.5)
        self.project = nn.Parameter(torch.randn(outputs, inner) / max(1, inner) ** 0.5 * start)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.identity = identity

    def weight(self) -> Tensor:
        w: Tensor = self.direct
        if len(self.expand):
            w = w + torch.einsum("om,mihw->oihw", self.project, self.expand)
        if self.identity:  # plain initialisation dies within 20 steps under a nearest anchor
            w = w + functional.pad(torch.eye(w.shape[0], device=w.device)[:, :, None, None], (1, 1, 1, 1))
        return w


class Generator(nn.Module):
    """Maps (n, 6, h, w) in [0, 1] to (n, outputs, h, w), nominally in [0, 1], not clipped."""

    anchor: Tensor
    # What training convolves in. Processors with bfloat16 products take half the time for
    # a step; the weights themselves, their sums and the picture stay in float32.
    precision: torch.dtype = torch.float32

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.head = Block(INPUTS, shape.width, shape.expand, identity=False, zero=False)
        self.body = nn.ModuleList(
            Block(shape.width, shape.width, shape.expand, identity=True, zero=False) for _ in range(shape.depth)
        )
        self.tail = Block(shape.width, shape.outputs, shape.expand, identity=False, zero=True)
        self.tail.bias.requires_grad_(False)
        self.register_buffer("anchor", torch.tensor(ANCHOR if shape.outputs == OUTPUTS else range(RESTORED)))

    def blocks(self) -> list[Block]:
        return [self.head, *(b for b in self.body if isinstance(b, Block)), self.tail]

    def layers(self) -> list[tuple[Tensor, Tensor]]:
        """The collapsed (weight, bias) of every layer, constraints applied."""
        weights = [b.weight() for b in self.blocks()]
        weights[0] = zero_sum(weights[0])
        return [(w, b.bias) for w, b in zip(weights, self.blocks(), strict=True)]

    def forward(self, x: Tensor) -> Tensor:
        layers = self.layers()
        features = x
        for i, (weight, bias) in enumerate(layers[:-1]):
            if i == 0:
                features = functional.pad(x, (1, 1, 1, 1), mode="replicate")
            features = functional.relu(self.convolve(features, weight, bias, padding=0 if i == 0 else 1))
        residual = self.convolve(features, layers[-1][0], None, padding=1)
        return residual.float() + x[:, self.anchor]

    def convolve(self, x: Tensor, weight: Tensor, bias: Tensor | None, padding: int) -> Tensor:
        """A convolution in this generator's precision, channels last: what processors are fast at."""
        x, weight = (t.to(self.precision).contiguous(memory_format=torch.channels_last) for t in (x, weight))
        return functional.conv2d(x, weight, None if bias is None else bias.to(self.precision), padding=padding)

    def adopt(self, smaller: Generator) -> None:
        """Start as a trained generator that is not wider and not deeper: the same function, room to grow.

        New layers are identities, which ReLU leaves alone; no channel that counts reads new ones yet.
        """
        width, depth = smaller.shape.width, smaller.shape.depth
        if width > self.shape.width or depth > self.shape.depth:
            raise ValueError(f"{smaller.shape} cannot grow into {self.shape}: give a width and depth at least as large")
        learned = smaller.layers()
        with torch.no_grad():
            for block in self.blocks()[1:-1]:
                block.project.zero_()
                block.direct[:width].zero_()
            for (weight, bias), block in zip(learned[:-1], self.blocks()[: depth + 1], strict=True):
                inputs = weight.shape[1]
                known = weight - block.weight()[:width, :inputs]
                block.direct[:width, :inputs] += known
                block.bias[:width] = bias
            self.tail.direct[:, :width] = learned[-1][0]

    def project(self) -> None:
        """Bring the biases back below zero; call after every optimiser step."""
        with torch.no_grad():
            for block in self.blocks():
                block.bias.clamp_(max=0.0)

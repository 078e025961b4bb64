"""The generator: a plain chain of convolutions, 3x3, on the half-resolution grid.

    6 -> width, (depth) x width -> width, each with ReLU, width -> 24, + nearest anchor

With Shape.tail = 1 the last layer is 1x1. On VNNI that costs a fifth of one of 3x3, which buys another inner layer: as
far a view and a nonlinearity more in nearly the same time.

A restoration generator ends in width -> 6 and is anchored to the input itself.

With Shape.full the inner layers are on the grid of luma pixels instead. The first layer has
four times the channels, which are spread over the 2x2 pixels of their cell, and the last one
is 4x4 with a stride of 2 (`padding` 1), back on the half-resolution grid, or 2x2 with Shape.tail = 1:

    6 -> 4 width, spread to width, (depth) x width -> width, width -> 24, + nearest anchor

With Shape.expansion what would be the last layer has that many channels and a ReLU, and one of 1x1 makes the 24 of
them. It costs little, and each of a cell's samples gets nonlinearities of its own.

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
    tail: 3 if the last layer sees the cells around its own, 1 if its own alone: the side of its kernels on the
        half-resolution grid.
    full: the inner layers are on the grid of luma pixels; only a generator that doubles can be.
    expansion: channels of a layer before a last one of 1x1; 0 for none.
    """

    width: int = 32
    depth: int = 4
    expand: int = 1
    outputs: int = OUTPUTS
    full: bool = False
    tail: int = 3
    expansion: int = 0

    @property
    def scale(self) -> int:
        return 1 if self.outputs == RESTORED else 2

    @property
    def head(self) -> int:
        """Output channels of the first layer."""
        return 4 * self.width if self.full else self.width

    @property
    def context(self) -> int:
        """Rows of the half-resolution grid that a position of the output sees above and below its own."""
        around = self.tail // 2
        return 1 + (self.depth + around + 1) // 2 if self.full else 1 + self.depth + around

    def macs_per_pixel(self) -> float:
        """Multiply-accumulates per input luma pixel."""
        if self.full:
            inner = 4 * 9 * (INPUTS * self.width + self.depth * self.width**2)
        else:
            inner = 9 * (INPUTS * self.width + self.depth * self.width**2)
        ends = self.end**2 * self.width * (self.expansion or self.outputs) + self.expansion * self.outputs
        return (inner + ends) / 4

    @property
    def end(self) -> int:
        """Side of the kernels of the layer after the inner ones."""
        return self.tail + 1 if self.full else self.tail

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def zero_sum(weight: Tensor) -> Tensor:
    """Project first-layer weights (out, 6, 3, 3) so that each colour plane sums to zero."""
    parts = [weight[:, p] - weight[:, p].mean(dim=(1, 2, 3), keepdim=True) for p in PLANES]
    return torch.cat(parts, dim=1)


def spread(features: Tensor) -> Tensor:
    """(n, 4 width, h, w) on the half-resolution grid to (n, width, 2 h, 2 w): rows, columns, channels."""
    n, channels, h, w = features.shape
    cells = features.permute(0, 2, 3, 1).reshape(n, h, w, 2, 2, channels // 4)
    return cells.permute(0, 1, 3, 2, 4, 5).reshape(n, 2 * h, 2 * w, channels // 4).permute(0, 3, 1, 2)


class Block(nn.Module):
    """A 3x3 convolution trained as 3x3 + (3x3 expand, 1x1 project) [+ identity].

    The sum is linear, so weight() is the one kernel that ships. Collapsing before
    convolving keeps a training step as cheap as the plain layer (SESR, arXiv:2103.09404).
    """

    def __init__(self, inputs: int, outputs: int, expand: int, identity: bool, zero: bool, kernel: int = 3) -> None:
        super().__init__()
        inner = expand * outputs
        start = 0.0 if zero else 0.3 if identity else 1.0
        area = kernel**2
        self.direct = nn.Parameter(torch.zeros(outputs, inputs, kernel, kernel))
        if inner == 0:
            nn.init.normal_(self.direct, std=start / (area * inputs) ** 0.5)
        self.expand = nn.Parameter(torch.randn(inner, inputs, kernel, kernel) / (area * inputs) ** 0.5)
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
        if shape.full and shape.outputs != OUTPUTS:
            raise ValueError("only a generator that doubles the picture can have its inner layers on the full grid")
        self.head = Block(INPUTS, shape.head, shape.expand, identity=False, zero=False)
        self.body = nn.ModuleList(
            Block(shape.width, shape.width, shape.expand, identity=True, zero=False) for _ in range(shape.depth)
        )
        inputs, end = shape.width, shape.end
        if shape.expansion:
            self.body.append(Block(inputs, shape.expansion, shape.expand, identity=False, zero=False, kernel=end))
            inputs, end = shape.expansion, 1
        self.tail = Block(inputs, shape.outputs, shape.expand, identity=False, zero=True, kernel=end)
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
            features = self.arranged(i, functional.relu(self.summed(i, features, weight, bias)))
        residual = self.summed(len(layers) - 1, features, layers[-1][0], None)
        return residual.float() + x[:, self.anchor]

    def bordered(self, index: int, x: Tensor) -> Tensor:
        """The input of a layer with its border: the picture's edge goes on, features end."""
        border = self.border(index)
        return functional.pad(x, (border,) * 4, mode="replicate" if index == 0 else "constant")

    def border(self, index: int) -> int:
        """Positions that a layer sees beyond the edges of its input."""
        return (self.blocks()[index].direct.shape[-1] - 1) // 2

    def stride(self, index: int) -> int:
        return 2 if self.shape.full and index == self.shape.depth + 1 else 1

    def arranged(self, index: int, features: Tensor) -> Tensor:
        """The output of a layer as the next one reads it."""
        return spread(features) if self.shape.full and index == 0 else features

    def summed(self, index: int, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """What a layer makes of its input, before its ReLU."""
        if index == 0:
            return self.convolve(self.bordered(0, x), weight, bias, padding=0)
        return self.convolve(x, weight, bias, padding=self.border(index), stride=self.stride(index))

    def convolve(self, x: Tensor, weight: Tensor, bias: Tensor | None, padding: int, stride: int = 1) -> Tensor:
        """A convolution in this generator's precision, channels last: what processors are fast at."""
        x, weight = (t.to(self.precision).contiguous(memory_format=torch.channels_last) for t in (x, weight))
        return functional.conv2d(
            x, weight, None if bias is None else bias.to(self.precision), padding=padding, stride=stride
        )

    def adopt(self, smaller: Generator) -> None:
        """Start as a trained generator that is not wider and not deeper: the same function, room to grow.

        New layers are identities, which ReLU leaves alone; no channel that counts reads new ones yet. A last layer of
        1x1 takes the middle of one of 3x3, which is another function.
        """
        width, depth = smaller.shape.width, smaller.shape.depth
        if smaller.shape.full != self.shape.full or (self.shape.full and width != self.shape.width):
            stays = "the grid of the inner layers stays, and so does a width on the full one"
            raise ValueError(f"{smaller.shape} cannot grow into {self.shape}: {stays}")
        expansion = smaller.shape.expansion
        if width > self.shape.width or depth > self.shape.depth or expansion > self.shape.expansion:
            raise ValueError(f"{smaller.shape} cannot grow into {self.shape}: give a width and depth at least as large")
        if self.shape.expansion and not expansion and self.shape.expansion < 2 * smaller.shape.outputs:
            raise ValueError(f"an expansion begins with each output twice: give {2 * smaller.shape.outputs} or more")
        learned, blocks = smaller.layers(), self.blocks()
        if self.shape.expansion and not expansion:  # x is relu(x) - relu(-x)
            last, none = learned.pop()
            same = torch.eye(self.shape.outputs)[:, :, None, None]
            learned += [(torch.cat([last, -last]), torch.cat([none, none])), (torch.cat([same, -same], 1), none)]
        with torch.no_grad():
            for block in blocks[1:-1]:
                block.project.zero_()
            for block in blocks[1 : self.shape.depth + 1]:
                block.direct[:width].zero_()
            ends = blocks[self.shape.depth + 1 :]
            for (weight, bias), block in zip(learned, [*blocks[: depth + 1], *ends], strict=True):
                outputs, inputs = weight.shape[:2]
                more = (block.direct.shape[-1] - weight.shape[-1]) // 2  # below zero, it is cut
                known = functional.pad(weight, (more,) * 4 + (0, block.direct.shape[1] - inputs))
                block.direct[:outputs] += known - block.weight()[:outputs]
                block.bias[:outputs] = bias

    def revive(self, x: Tensor) -> int:
        """Give channels that are never on in (n, 6, h, w) new weights, and return how many there were.

        Nothing reads them at first, so what the generator computes stays. Channels that are spread over pixels are
        left as they are: the next layer has no weights of their own.
        """
        blocks, features, revived = self.blocks(), x, 0
        with torch.no_grad():
            for i, (weight, bias) in enumerate(self.layers()[:-1]):
                features = functional.relu(self.summed(i, features, weight, bias))
                alive = features.amax(dim=(0, 2, 3)) > 0
                if alive.any() and not alive.all() and not (self.shape.full and i == 0):
                    dead = ~alive
                    fresh = torch.randn_like(weight[dead]) * weight[alive].flatten(1).std(dim=1).median()
                    blocks[i].direct[dead] += fresh - weight[dead]
                    blocks[i].bias[dead] = 0.0
                    blocks[i + 1].direct[:, dead] -= self.layers()[i + 1][0][:, dead]
                    revived += int(dead.sum())
                features = self.arranged(i, features)
        return revived

    def project(self) -> None:
        """Bring the biases back below zero; call after every optimiser step."""
        with torch.no_grad():
            for block in self.blocks():
                block.bias.clamp_(max=0.0)

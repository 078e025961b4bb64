"""Read a generator back from the float32 twin that export.py wrote, to train on from what ships."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from .network import INPUTS, Generator, Shape


def load(path: Path) -> Generator:
    """The generator of a `-float32.onnx` file; ValueError if it is no such file."""
    constants = {c.name: torch.tensor(numpy_helper.to_array(c)) for c in onnx.load(str(path)).graph.initializer}
    inner = sorted((n for n in constants if n.startswith("weight_") and n[7:].isdigit()), key=lambda n: int(n[7:]))
    if not inner or "weight_last" not in constants:
        raise ValueError(f"{path} has no layers named weight_0, weight_1, ... weight_last: is it a float32 twin?")
    constants["weight_0"] = constants["weight_0"][:, :INPUTS]  # without those of export.for_devices
    last = constants["weight_last"]
    outputs, channels, side = last.shape[:3]
    before, inputs = constants[inner[-1]].shape[-1], constants[inner[-1]].shape[1]
    expansion = channels if len(inner) > 1 and side == 1 and before != 3 else 0
    if expansion:
        channels, side = inputs, before
    full = side % 2 == 0
    depth = len(inner) - 2 if expansion else len(inner) - 1
    shape = Shape(channels, depth, outputs=outputs, full=full, tail=side - full, expansion=expansion)
    generator = Generator(shape)
    with torch.no_grad():
        for name, block in zip([*inner, "weight_last"], generator.blocks(), strict=True):
            block.direct.add_(constants[name] - block.weight())
        for name, block in zip(inner, generator.blocks()[:-1], strict=True):
            # the twin's picture is 0..255
            block.bias.copy_(constants[name.replace("weight", "bias")] / 255.0)
    return generator

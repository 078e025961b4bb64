"""ONNX graphs of a generator: the eight-bit one that ships and its float32 twin.

Both follow the tensor contract: uint8 (n, h, w, 6) in, uint8 (n, h, w, 24) out (6 from
a restoration generator), channels last, n, h and w symbolic.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from .network import ANCHOR, INPUTS, OUTPUTS, RESTORED, Generator
from .quantise import QuantisedGenerator

OPSET = 19
CONTRIB = "com.microsoft"  # ONNX Runtime's operators with channels-last tensors


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def add(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def model(self, outputs: int, notes: Mapping[str, str]) -> onnx.ModelProto:
        def value(name: str, channels: int) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(name, TensorProto.UINT8, ["n", "h", "w", channels])

        graph = helper.make_graph(
            self.nodes, "superres", [value("input", INPUTS)], [value("output", outputs)], self.constants
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="gst-superres", ir_version=9)
        helper.set_model_props(model, dict(notes))
        return model


def _spread(g: _Graph, features: str, width: int) -> str:
    """What network.spread() does: (n, h, w, 4 width) to (n, 2 h, 2 w, width), channels last."""
    g.constant("cell", np.array([0, 0, 0, 2, 2 * width], np.int64))
    g.add("Reshape", [features, "cell"], "cells")
    g.add("Transpose", ["cells"], "rows", perm=[0, 1, 3, 2, 4])
    g.add("Shape", ["input"], "grid", end=3)
    g.add("Mul", ["grid", g.constant("doubled", np.array([1, 2, 2], np.int64))], "full_grid")
    channels = g.constant("width", np.array([width], np.int64))
    g.add("Concat", ["full_grid", channels], "pixels", axis=0)
    return g.add("Reshape", ["rows", "pixels"], "features_0")


def eight_bit(network: QuantisedGenerator, notes: Mapping[str, str]) -> onnx.ModelProto:
    """The uint8 x int8 graph of a generator."""
    generator, layers = network.generator, network.integers()
    shape = generator.shape
    g = _Graph()
    zero = g.constant("zero", np.array(0, np.uint8))
    middle = g.constant("middle", np.array(128, np.uint8))
    weight_zero = g.constant("weight_zero", np.array(0, np.int8))
    one = g.constant("one", np.array(1.0, np.float32))
    g.constant("border", np.array([0, 1, 1, 0, 0, 1, 1, 0], np.int64))

    features = g.add("Pad", ["input", "border"], "padded", mode="edge")
    for i, layer in enumerate(layers):
        last = i == len(layers) - 1
        inputs = [
            features,
            g.constant(f"scale_{i}", np.array(layer.input_scale, np.float32)),
            zero,
            g.constant(f"weight_{i}", layer.weight),
            g.constant(f"weight_scale_{i}", layer.weight_scale),
            g.constant(f"weight_zero_{i}", np.zeros(len(layer.weight), np.int8)),
            g.constant(f"output_scale_{i}", np.array(layer.output_scale, np.float32)),
            middle if last else zero,
        ]
        if not last:
            inputs.append(g.constant(f"bias_{i}", layer.bias))
        spread = shape.full and i == 0
        output = "residual" if last else "head" if spread else f"features_{i}"
        features = g.add(
            "QLinearConv", inputs, output, CONTRIB, channels_last=1,
            kernel_shape=list(layer.weight.shape[2:]), pads=[0 if i == 0 else generator.border(i)] * 4,
            strides=[generator.stride(i)] * 2,
        )  # fmt: skip
        if spread:
            features = _spread(g, features, shape.width)
    outputs = len(layers[-1].weight)
    anchor = "input"
    if outputs != RESTORED:
        copy = np.zeros((OUTPUTS, INPUTS, 1, 1), np.int8)
        copy[np.arange(OUTPUTS), ANCHOR] = 1
        inputs = ["input", one, zero, g.constant("copy", copy), one, weight_zero, one, zero]
        anchor = g.add("QLinearConv", inputs, "anchor", CONTRIB, channels_last=1, kernel_shape=[1, 1])
    total = [anchor, one, zero, "residual", one, middle, one, zero]
    g.add("QLinearAdd", total, "output", CONTRIB)
    return g.model(outputs, notes)


def float_twin(generator: Generator, notes: Mapping[str, str]) -> onnx.ModelProto:
    """The float32 graph of the same generator, bytes in and out, for GPUs and CPUs where it wins."""
    g = _Graph()
    g.constant("white", np.array(255.0, np.float32))
    g.constant("black", np.array(0.0, np.float32))
    g.constant("border", np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64))
    g.add("Cast", ["input"], "input_float", to=TensorProto.FLOAT)
    g.add("Transpose", ["input_float"], "picture", perm=[0, 3, 1, 2])
    features = g.add("Pad", ["picture", "border"], "padded", mode="edge")
    layers = [(w.detach().numpy(), b.detach().numpy()) for w, b in generator.layers()]
    for i, (weight, bias) in enumerate(layers[:-1]):
        # the picture is 0..255 here and 0..1 in training: linear but for the biases
        inputs = [features, g.constant(f"weight_{i}", weight), g.constant(f"bias_{i}", bias * np.float32(255.0))]
        g.add(
            "Conv", inputs, f"sum_{i}", kernel_shape=list(weight.shape[2:]),
            pads=[0 if i == 0 else generator.border(i)] * 4, strides=[generator.stride(i)] * 2,
        )  # fmt: skip
        features = g.add("Relu", [f"sum_{i}"], f"features_{i}")
        if i == 0 and generator.shape.full:
            features = g.add("DepthToSpace", [features], "pixels", blocksize=2, mode="DCR")
    last, inputs = len(layers) - 1, [features, g.constant("weight_last", layers[-1][0])]
    g.add(
        "Conv", inputs, "residual", kernel_shape=list(layers[-1][0].shape[2:]),
        pads=[generator.border(last)] * 4, strides=[generator.stride(last)] * 2,
    )  # fmt: skip
    anchor = "picture"
    if generator.shape.outputs != RESTORED:
        anchor = g.add("Gather", ["picture", g.constant("copies", np.array(ANCHOR, np.int64))], "anchor", axis=1)
    g.add("Add", [anchor, "residual"], "sum")
    g.add("Round", ["sum"], "rounded")
    g.add("Clip", ["rounded", "black", "white"], "clipped")
    g.add("Transpose", ["clipped"], "last", perm=[0, 2, 3, 1])
    g.add("Cast", ["last"], "output", to=TensorProto.UINT8)
    return g.model(generator.shape.outputs, notes)


def for_devices(twin: onnx.ModelProto) -> onnx.ModelProto:
    """A float32 twin that takes its picture's six channels as eight, the last two against weights of zero.

    Kernels of graphics processors read four channels at once. ONNX Runtime's WebGPU provider (1.27, 1.30) computes a
    first layer of six channels wrongly, one of eight rightly (issue 29651 of microsoft/onnxruntime).
    """
    graph = onnx.ModelProto()
    graph.CopyFrom(twin)
    [pad] = (node for node in graph.graph.node if node.op_type == "Pad")
    [weight] = (constant for constant in graph.graph.initializer if constant.name == "weight_0")
    more = -INPUTS % 4
    filled = np.pad(numpy_helper.to_array(weight), ((0, 0), (0, more), (0, 0), (0, 0)))
    weight.CopyFrom(numpy_helper.from_array(filled, weight.name))
    channels = np.array([*range(INPUTS), *[INPUTS - 1] * more], np.int64)
    graph.graph.initializer.append(numpy_helper.from_array(channels, "channels"))
    gather = helper.make_node("Gather", [pad.input[0], "channels"], ["fours"], name="fours", axis=1)
    graph.graph.node.insert(list(graph.graph.node).index(pad), gather)
    pad.input[0] = "fours"
    return graph


def save(model: onnx.ModelProto, path: Path) -> None:
    """Check and write a graph; the same weights give the same bytes."""
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))

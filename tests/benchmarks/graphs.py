"""Writes the graphs that are measured beside the generators: integer products for the
practical peak, and networks of published shapes. Their weights are random: what they
make is noise, how fast they make it does not depend on them.

    python graphs.py FOLDER

FSRCNN is that of arXiv:1608.00367 (d=56, s=12, m=4), ESPCN that of arXiv:1609.05158
(64 and 32 features), both for doubling luma; the transposed convolution of FSRCNN is one.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

PRODUCT = 1024  # rows, columns and depth of the product of two matrices
Layers = list[tuple[int, int, int]]  # kernel size, channels in, channels out

FSRCNN: Layers = [(5, 1, 56), (1, 56, 12), *[(3, 12, 12)] * 4, (1, 12, 56), (9, 56, 1)]
ESPCN: Layers = [(5, 1, 64), (3, 64, 32), (3, 32, 4)]


def macs_per_pixel(layers: Layers) -> int:
    """Multiply-accumulates for one pixel that goes in: all layers work at its resolution,
    the transposed convolution too, since each pixel is multiplied with all of its kernel."""
    return sum(size * size * inputs * outputs for size, inputs, outputs in layers)


def weights(random: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    """As large as lets a signal pass through layers."""
    return (random.normal(0, 1, shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)


def fsrcnn() -> onnx.ModelProto:
    random = np.random.default_rng(3)
    nodes, tensors, last = [], [], "input"
    *convolutions, (size, inputs, outputs) = FSRCNN
    for at, (kernel, inside, outside) in enumerate(convolutions):
        tensors += [
            numpy_helper.from_array(weights(random, outside, inside, kernel, kernel), f"kernel{at}"),
            numpy_helper.from_array(np.zeros(outside, np.float32), f"bias{at}"),
            numpy_helper.from_array(np.full((outside, 1, 1), 0.1, np.float32), f"slope{at}"),
        ]
        nodes += [
            helper.make_node("Conv", [last, f"kernel{at}", f"bias{at}"], [f"sum{at}"], pads=[kernel // 2] * 4),
            helper.make_node("PRelu", [f"sum{at}", f"slope{at}"], [f"features{at}"]),
        ]
        last = f"features{at}"
    tensors.append(numpy_helper.from_array(weights(random, inputs, outputs, size, size), "kernel"))
    spread = {"strides": [2, 2], "pads": [4, 4, 4, 4], "output_padding": [1, 1]}
    nodes.append(helper.make_node("ConvTranspose", [last, "kernel"], ["output"], **spread))
    return _luma_model("fsrcnn", nodes, tensors)


def espcn() -> onnx.ModelProto:
    random = np.random.default_rng(4)
    nodes, tensors, last = [], [], "input"
    for at, (kernel, inside, outside) in enumerate(ESPCN):
        tensors += [
            numpy_helper.from_array(weights(random, outside, inside, kernel, kernel), f"kernel{at}"),
            numpy_helper.from_array(np.zeros(outside, np.float32), f"bias{at}"),
        ]
        nodes.append(helper.make_node("Conv", [last, f"kernel{at}", f"bias{at}"], [f"sum{at}"], pads=[kernel // 2] * 4))
        last = f"sum{at}"
        if at < len(ESPCN) - 1:
            nodes.append(helper.make_node("Tanh", [last], [f"features{at}"]))
            last = f"features{at}"
    nodes.append(helper.make_node("DepthToSpace", [last], ["output"], blocksize=2))
    return _luma_model("espcn", nodes, tensors)


def _luma_model(name: str, nodes: list[onnx.NodeProto], tensors: list[onnx.TensorProto]) -> onnx.ModelProto:
    image = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 1, "h", "w"])
    doubled = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "h2", "w2"])
    return _model(helper.make_graph(nodes, name, [image], [doubled], tensors))


def _model(graph: onnx.GraphProto) -> onnx.ModelProto:
    # Versions that OpenCV and older runtimes read too.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def matrix_product(operator: str) -> onnx.ModelProto:
    """uint8 [PRODUCT, PRODUCT] times int8 weights of seven bits: MatMulInteger keeps the sums,
    QLinearMatMul makes bytes of them."""
    random = np.random.default_rng(5)
    b = numpy_helper.from_array(random.integers(-64, 64, (PRODUCT, PRODUCT), np.int8), "b")
    a = helper.make_tensor_value_info("a", TensorProto.UINT8, [PRODUCT, PRODUCT])
    if operator == "MatMulInteger":
        node = helper.make_node(operator, ["a", "b"], ["y"])
        y = helper.make_tensor_value_info("y", TensorProto.INT32, [PRODUCT, PRODUCT])
        return _model(helper.make_graph([node], "product", [a], [y], [b]))
    names = ["a", "step", "zero", "b", "step", "zero_b", "large_step", "zero"]
    node = helper.make_node("QLinearMatMul", names, ["y"])
    y = helper.make_tensor_value_info("y", TensorProto.UINT8, [PRODUCT, PRODUCT])
    return _model(helper.make_graph([node], "product", [a], [y], [b, *_quantisers()]))


def convolution() -> onnx.ModelProto:
    """A 3x3 convolution of 32 to 32 channels in eight bits, channels last: a body layer of the
    generators alone, on [1, h, w, 32]."""
    random = np.random.default_rng(6)
    kernel = numpy_helper.from_array(random.integers(-64, 64, (32, 32, 3, 3), np.int8), "b")
    names = ["a", "step", "zero", "b", "step", "zero_b", "large_step", "zero"]
    node = helper.make_node("QLinearConv", names, ["y"], domain="com.microsoft", channels_last=1, pads=[1, 1, 1, 1])
    a = helper.make_tensor_value_info("a", TensorProto.UINT8, [1, "h", "w", 32])
    y = helper.make_tensor_value_info("y", TensorProto.UINT8, [1, "h", "w", 32])
    graph = helper.make_graph([node], "convolution", [a], [y], [kernel, *_quantisers()])
    versions = [helper.make_opsetid("", 13), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=versions, ir_version=8)


def _quantisers() -> list[onnx.TensorProto]:
    return [
        numpy_helper.from_array(np.float32(0.01), "step"),
        numpy_helper.from_array(np.float32(10), "large_step"),
        numpy_helper.from_array(np.uint8(0), "zero"),
        numpy_helper.from_array(np.int8(0), "zero_b"),
    ]


def native_espcn() -> bytes:
    """ESPCN in the format of FFmpeg's own DNN backend (4.1 to 5.1), whose kernels are
    [out, row, column, in]."""
    random = np.random.default_rng(7)
    convolve, depth_to_space, tanh, none, same = 1, 2, 1, 3, 1
    words: list[bytes] = [b"FFMPEGDNNNATIVE", struct.pack("<ii", 1, 23)]
    for at, (kernel, inside, outside) in enumerate(ESPCN):
        activation = tanh if at < len(ESPCN) - 1 else none
        words.append(struct.pack("<8i", convolve, 1, same, activation, inside, outside, kernel, 1))
        words.append(weights(random, outside, kernel, kernel, inside).astype("<f4").tobytes())
        words.append(np.zeros(outside, "<f4").tobytes())
        words.append(struct.pack("<ii", at, at + 1))
    last = len(ESPCN)
    words.append(struct.pack("<iiii", depth_to_space, 2, last, last + 1))
    operands = [("x", 1, 1), *[(f"features{at}", 3, layer[2]) for at, layer in enumerate(ESPCN)], ("y", 2, 1)]
    for at, (name, kind, channels) in enumerate(operands):
        words.append(struct.pack("<ii", at, len(name)) + name.encode())
        words.append(struct.pack("<6i", kind, 1, 1, -1, -1, channels))
    words.append(struct.pack("<ii", len(ESPCN) + 1, len(operands)))
    return b"".join(words)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    models = {
        "fsrcnn": fsrcnn(), "espcn": espcn(), "convolution": convolution(),
        "qlinearmatmul": matrix_product("QLinearMatMul"), "matmulinteger": matrix_product("MatMulInteger"),
    }  # fmt: skip
    for name, model in models.items():
        onnx.save(model, folder / f"{name}.onnx")
    (folder / "espcn.model").write_bytes(native_espcn())
    facts = {"product": PRODUCT, "fsrcnn": macs_per_pixel(FSRCNN), "espcn": macs_per_pixel(ESPCN), "convolution": 9 * 32 * 32}
    (folder / "macs.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main()

"""Write the small networks of this folder, an input for each, and what ONNX Runtime makes of it.

    model/train/python model/complexity/network/testdata/make_networks.py

NAME.onnx, NAME.input (uint8 or float32, row-major) and NAME.output; index.json has the shapes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "train"))

from generator.export import eight_bit, float_twin
from generator.network import Generator, Shape
from generator.quantise import QuantisedGenerator


def generators(name: str, shape: Shape) -> dict[str, onnx.ModelProto]:
    """A generator of random weights, in eight bits and in float32."""
    torch.manual_seed(3)
    generator = Generator(shape)
    with torch.no_grad():
        for block in generator.blocks():
            block.direct.add_(torch.randn_like(block.direct) * 0.15)
            block.bias.copy_(-torch.rand_like(block.bias) * 0.02)
        generator.tail.bias.zero_()
    quantised = QuantisedGenerator(generator)
    quantised.calibrate(torch.rand(4, 6, 16, 16), share=0.9)  # low: saturation above must show
    return {
        name: eight_bit(quantised, {}),
        f"{name}-float32": float_twin(generator, {}),
    }


def parts() -> onnx.ModelProto:
    """One of each other operator that is understood, on a picture of 3 channels first."""
    random = np.random.default_rng(5)

    def w(*shape: int) -> NDArray[np.float32]:
        return random.normal(0, 0.4, shape).astype(np.float32)

    constants: dict[str, NDArray[Any]] = {
        "w0": w(8, 3, 3, 3), "b0": w(8), "w1": w(8, 2, 3, 3), "w2": w(6, 8, 1, 1),
        "scale": w(8), "shift": w(8), "mean": w(8), "variance": np.abs(w(8)) + np.float32(0.1),
        "slope": np.abs(w(6, 1, 1)), "pads": np.array([0, 0, 1, 0, 0, 0, 0, 2], np.int64),
        "factor": np.array(1.5, np.float32), "add": w(1, 12, 1, 1), "w3": w(8, 12, 2, 2),
        "low": np.array(-0.1, np.float32), "high": np.array(0.3, np.float32),
    }  # fmt: skip
    nodes = [
        helper.make_node("Conv", ["x", "w0", "b0"], ["c0"], kernel_shape=[3, 3], pads=[1, 0, 1, 2], strides=[2, 2]),
        helper.make_node("BatchNormalization", ["c0", "scale", "shift", "mean", "variance"], ["n0"]),
        helper.make_node("LeakyRelu", ["n0"], ["r0"], alpha=0.2),
        helper.make_node("Conv", ["r0", "w1"], ["c1"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], group=4),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Sub", ["r1", "r0"], ["d"]),
        helper.make_node("Conv", ["d", "w2"], ["c2"], kernel_shape=[1, 1]),
        helper.make_node("PRelu", ["c2", "slope"], ["r2"]),
        helper.make_node("Concat", ["c2", "r2"], ["both"], axis=1),
        helper.make_node("Mul", ["factor", "both"], ["m"]),
        helper.make_node("Add", ["m", "add"], ["a"]),
        helper.make_node("Pad", ["a", "pads"], ["p"], mode="constant"),
        helper.make_node("Conv", ["p", "w3"], ["c3"], kernel_shape=[2, 2]),
        helper.make_node("Clip", ["c3", "low", "high"], ["k"]),
        helper.make_node("DepthToSpace", ["k"], ["y"], blocksize=2, mode="CRD"),
    ]
    return model(nodes, constants, ["n", 3, "h", "w"], ["n", 2, "h2", "w2"])


def perceptron() -> onnx.ModelProto:
    """A perceptron: Gemm, transposed Gemm and MatMul with a bias of its own."""
    random = np.random.default_rng(7)

    def w(*shape: int) -> NDArray[np.float32]:
        return random.normal(0, 1, shape).astype(np.float32)

    constants: dict[str, NDArray[Any]] = {
        "w0": w(2, 5), "b0": w(5), "w1": w(4, 5), "b1": w(4), "w2": w(4, 3), "b2": w(3),
    }  # fmt: skip
    nodes = [
        helper.make_node("Gemm", ["x", "w0", "b0"], ["s0"]),
        helper.make_node("Relu", ["s0"], ["r0"]),
        helper.make_node("Gemm", ["r0", "w1", "b1"], ["s1"], transB=1),
        helper.make_node("Relu", ["s1"], ["r1"]),
        helper.make_node("MatMul", ["r1", "w2"], ["s2"]),
        helper.make_node("Add", ["s2", "b2"], ["y"]),
    ]
    return model(nodes, constants, ["n", 2], ["n", 3])


def model(
    nodes: list[onnx.NodeProto], constants: dict[str, NDArray[Any]], inputs: list[Any], outputs: list[Any]
) -> onnx.ModelProto:
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "parts",
        [value("x", TensorProto.FLOAT, inputs)],
        [value("y", TensorProto.FLOAT, outputs)],
        [numpy_helper.from_array(v, k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)


def main() -> None:
    random = np.random.default_rng(11)
    index = {}
    # Noise at full strength drives units to both limits; a smooth ramp leaves them between.
    picture = random.integers(0, 256, (1, 9, 12, 6), np.uint8)
    picture[:, :, :6] = (np.arange(9)[None, :, None, None] * 6 + np.arange(6) * 3 + 90).astype(np.uint8)
    floats = random.normal(0, 1, (1, 3, 9, 12)).astype(np.float32)
    shapes = {"generator": Shape(width=4, depth=2), "full": Shape(width=2, depth=3, full=True)}
    cases = {name: (m, picture) for kind, shape in shapes.items() for name, m in generators(kind, shape).items()}
    cases["parts"] = (parts(), floats)
    cases["perceptron"] = (perceptron(), random.normal(0, 2, (1, 2)).astype(np.float32))
    for name, (m, x) in cases.items():
        onnx.checker.check_model(m)
        blob = m.SerializeToString(deterministic=True)
        session = onnxruntime.InferenceSession(blob, providers=["CPUExecutionProvider"])
        y = session.run(None, {session.get_inputs()[0].name: x})[0]
        (HERE / f"{name}.onnx").write_bytes(blob)
        (HERE / f"{name}.input").write_bytes(x.tobytes())
        (HERE / f"{name}.output").write_bytes(y.tobytes())
        index[name] = {"input": list(x.shape), "output": list(y.shape), "element": str(y.dtype)}
    (HERE / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Write the tiny graphs that the tests of package model open.

"nearest", "first", "last" and "convolve" double; "copy", "turn" and "convolve-restore" restore, "-ten-bit" is for samples of ten bits; each of the
others breaks one clause of the tensor contract and is named for that clause. Needs the Python package onnx; run it in any directory.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
INPUTS, OUTPUTS = 6, 24
CONTRIB = "com.microsoft"
UINT8, UINT16, FLOAT = TensorProto.UINT8, TensorProto.UINT16, TensorProto.FLOAT
# The input channel that each output channel copies: nearest neighbour.
NEAREST = [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]

Size = list[str | int]


def tensor(name: str, kind: int, channels: int, size: Size | None = None) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, [*(size or ["n", "h", "w"]), channels])


def save(
    name: str,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: dict[str, np.ndarray] | None = None,
    contrib: str = "",
    notes: dict[str, str] | None = None,
) -> None:
    """Write name.onnx; contrib is a second operator domain, if any, and notes are metadata."""
    values = [numpy_helper.from_array(value, key) for key, value in (constants or {}).items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, values)
    domains = [helper.make_opsetid("", 19)] + ([helper.make_opsetid(contrib, 1)] if contrib else [])
    model = helper.make_model(graph, opset_imports=domains, ir_version=9)
    helper.set_model_props(model, notes or {})
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def gather(
    name: str,
    channels_in: int = INPUTS,
    channels_out: int = OUTPUTS,
    kind: int = UINT8,
    size: Size | None = None,
    axis: int = 3,
    chosen: list[int] = NEAREST,
) -> None:
    """Write a graph that copies the chosen input channels to output channels."""
    chosen = [c % channels_in for c in chosen[:channels_out]]
    save(
        name,
        [helper.make_node("Gather", ["input", "chosen"], ["output"], axis=axis)],
        [tensor("input", kind, channels_in, size)],
        [tensor("output", kind, len(chosen), size)],
        {"chosen": np.array(chosen, np.int64)},
    )


def convolve(name: str, context: str, last: list[int] = NEAREST) -> None:
    """Write a graph of two 3x3 convolutions that mix all channels, with its rows of context in the metadata."""
    random = np.random.default_rng(1)
    nodes: list[onnx.NodeProto] = []
    constants: dict[str, np.ndarray] = {
        "one": np.array(1.0, np.float32),
        "zero": np.array(0, np.uint8),
        "weight_scale": np.array(1 / 64, np.float32),
        "weight_zero": np.array(0, np.int8),
    }
    for features, result, weight, copied in (
        ("input", "middle", "weight_first", list(range(INPUTS))),
        ("middle", "output", "weight_last", last),
    ):
        constants[weight] = random.integers(-8, 9, (len(copied), INPUTS, 3, 3)).astype(np.int8)
        constants[weight][np.arange(len(copied)), copied, 1, 1] = 63
        names = [features, "one", "zero", weight, "weight_scale", "weight_zero", "one", "zero"]
        nodes.append(
            helper.make_node(
                "QLinearConv", names, [result], domain=CONTRIB, channels_last=1, kernel_shape=[3, 3], pads=[1] * 4
            )
        )
    inputs, outputs = [tensor("input", UINT8, INPUTS)], [tensor("output", UINT8, len(last))]
    save(name, nodes, inputs, outputs, constants, CONTRIB, {"rows of context": context})


def two_of_each() -> None:
    """Write graphs with a second input and with a second output."""
    chosen = {"chosen": np.array(NEAREST, np.int64)}
    copy = helper.make_node("Gather", ["input", "chosen"], ["output"], axis=3)
    first, last = tensor("input", UINT8, INPUTS), tensor("output", UINT8, OUTPUTS)
    also = helper.make_node("Identity", ["input"], ["also"])
    save("two-outputs", [copy, also], [first], [last, tensor("also", UINT8, INPUTS)], chosen)
    add = helper.make_node("Max", ["input", "previous"], ["both"])
    copy_both = helper.make_node("Gather", ["both", "chosen"], ["output"], axis=3)
    save("two-inputs", [add, copy_both], [first, tensor("previous", UINT8, INPUTS)], [last], chosen)


def other_ranks_and_sizes() -> None:
    """Write graphs whose output has another rank or another size than declared."""
    chosen = {"chosen": np.array(NEAREST, np.int64)}
    flat = [helper.make_tensor_value_info("input", UINT8, ["n", "h", INPUTS])]
    copy = helper.make_node("Gather", ["input", "chosen"], ["output"], axis=2)
    flat_out = [helper.make_tensor_value_info("output", UINT8, ["n", "h", OUTPUTS])]
    save("rank-3", [copy], flat, flat_out, chosen)

    first, last = tensor("input", UINT8, INPUTS), tensor("output", UINT8, OUTPUTS, ["n", "a", "b"])
    copy = helper.make_node("Gather", ["input", "chosen"], ["copied"], axis=3)
    turn = helper.make_node("Transpose", ["copied"], ["output"], perm=[0, 2, 1, 3])
    save("height-and-width-swapped", [copy, turn], [first], [last], chosen)
    border = {**chosen, "border": np.array([0, 1, 1, 0, 0, 1, 1, 0], np.int64)}
    pad = helper.make_node("Pad", ["copied", "border"], ["output"])
    save("larger-than-input", [copy, pad], [first], [last], border)


def main() -> None:
    gather("nearest")
    gather("nearest-ten-bit", kind=UINT16)
    gather("turn-ten-bit", kind=UINT16, chosen=[3, 2, 1, 0, 5, 4])
    for name, corner in (("first", 0), ("last", 3)):
        gather(name, chosen=[corner] * 16 + [4] * 4 + [5] * 4)
    gather("copy", chosen=list(range(INPUTS)))
    gather("turn", chosen=[3, 2, 1, 0, 5, 4])
    convolve("convolve", "2")
    convolve("convolve-restore", "2", list(range(INPUTS)))
    convolve("context-not-a-number", "two")
    convolve("context-negative", "-2")
    gather("input-channels-5", channels_in=5)
    gather("output-channels-12", channels_out=12)
    gather("float32", kind=FLOAT)
    gather("fixed-height", size=["n", 240, "w"])
    two_of_each()
    other_ranks_and_sizes()
    cast = [helper.make_node("Gather", ["input", "chosen"], ["copied"], axis=3)]
    cast.append(helper.make_node("Cast", ["copied"], ["output"], to=TensorProto.INT8))
    chosen = {"chosen": np.array(NEAREST, np.int64)}
    first = [tensor("input", UINT8, INPUTS)]
    save("output-int8", cast, first, [tensor("output", TensorProto.INT8, OUTPUTS)], chosen)
    unknown = [helper.make_node("Dream", ["input"], ["output"], domain="nowhere")]
    save("unknown-operator", unknown, first, [tensor("output", UINT8, OUTPUTS)], contrib="nowhere")


if __name__ == "__main__":
    main()

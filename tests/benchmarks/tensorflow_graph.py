"""ESPCN as the frozen TensorFlow graph that OpenCV's dnn_superres reads, with random
weights. TensorFlow itself is not needed: a GraphDef is written as protocol buffers,
field by field, in the numbers of TensorFlow's graph.proto, node_def.proto,
attr_value.proto and tensor.proto."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.graphs import ESPCN, weights

FLOAT = 1  # TensorFlow's DT_FLOAT


def varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return bytes([*encoded, number])


def field(number: int, value: int | bytes | str) -> bytes:
    """One field: an integer, or bytes (a message is its own bytes)."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    encoded = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(encoded)) + encoded


def attribute(name: str, value: bytes) -> bytes:
    """An entry of NodeDef.attr; the value is an AttrValue."""
    return field(5, field(1, name) + field(2, value))


def node(name: str, operator: str, inputs: list[str], **attributes: bytes) -> bytes:
    """A GraphDef.node. Every one has the type float32."""
    kind = attribute("dtype" if operator in ("Const", "Placeholder") else "T", field(6, FLOAT))
    rest = b"".join(attribute(key, value) for key, value in attributes.items())
    return field(1, field(1, name) + field(2, operator) + b"".join(field(3, each) for each in inputs) + kind + rest)


def constant(name: str, values: NDArray[np.float32]) -> bytes:
    shape = b"".join(field(2, field(1, size)) for size in values.shape)
    tensor = field(1, FLOAT) + field(2, shape) + field(4, values.astype("<f4").tobytes())
    return node(name, "Const", [], value=field(8, tensor))


def espcn() -> bytes:
    random = np.random.default_rng(9)
    nodes = [node("input", "Placeholder", [])]
    last = "input"
    ones = field(1, b"".join(field(3, 1) for _ in range(4)))  # strides
    for at, (size, inside, outside) in enumerate(ESPCN):
        # TensorFlow's kernels are [row, column, in, out].
        nodes += [
            constant(f"kernel{at}", weights(random, outside, inside, size, size).transpose(2, 3, 1, 0)),
            constant(f"bias{at}", np.zeros(outside, np.float32)),
            node(f"sum{at}", "Conv2D", [last, f"kernel{at}"], strides=ones, padding=field(2, "SAME"), data_format=field(2, "NHWC")),
            node(f"shifted{at}", "BiasAdd", [f"sum{at}", f"bias{at}"]),
        ]
        last = f"shifted{at}"
        if at < len(ESPCN) - 1:
            nodes.append(node(f"features{at}", "Tanh", [last]))
            last = f"features{at}"
    nodes.append(node("output", "DepthToSpace", [last], block_size=field(3, 2)))
    return b"".join(nodes)

"""The graphs of other networks have the shapes that were published."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from benchmarks import graphs, tensorflow_graph


@pytest.mark.parametrize(("make", "layers"), [(graphs.fsrcnn, graphs.FSRCNN), (graphs.espcn, graphs.ESPCN)])
def test_networks_double_and_multiply_what_they_are_counted_for(make: object, layers: graphs.Layers) -> None:
    model = make()  # type: ignore[operator]
    kernels = [each for each in model.graph.initializer if each.name.startswith("kernel")]
    assert sum(int(np.prod(each.dims)) for each in kernels) == graphs.macs_per_pixel(layers)
    (doubled,) = ReferenceEvaluator(model).run(None, {"input": np.full((1, 1, 5, 7), 0.5, np.float32)})
    assert doubled.shape == (1, 1, 10, 14)
    assert np.ptp(doubled) > 0


def test_the_published_sizes() -> None:
    # arXiv:1608.00367 counts 25d + ds + 9ms^2 + sd + 81d.
    assert graphs.macs_per_pixel(graphs.FSRCNN) == 25 * 56 + 56 * 12 + 9 * 4 * 12**2 + 12 * 56 + 81 * 56
    assert graphs.macs_per_pixel(graphs.ESPCN) == 25 * 64 + 9 * 64 * 32 + 9 * 32 * 4


@pytest.mark.parametrize(("operator", "kind"), [("QLinearMatMul", onnx.TensorProto.UINT8), ("MatMulInteger", onnx.TensorProto.INT32)])
def test_the_product_is_of_bytes_and_weights_of_seven_bits(operator: str, kind: int) -> None:
    graph = graphs.matrix_product(operator).graph
    (weights,) = [each for each in graph.initializer if each.name == "b"]
    values = onnx.numpy_helper.to_array(weights)
    assert values.dtype == np.int8
    assert (values.min(), values.max()) == (-64, 63)
    assert graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert graph.output[0].type.tensor_type.elem_type == kind


def test_the_native_format_is_as_long_as_it_says() -> None:
    model = graphs.native_espcn()
    kernels = graphs.macs_per_pixel(graphs.ESPCN)
    biases = sum(outputs for _, _, outputs in graphs.ESPCN)
    names = len("x" + "features0" + "features1" + "features2" + "y")
    layers, operands = 3 * (8 + 2) + 4, 5 * (2 + 6)
    assert len(model) == len("FFMPEGDNNNATIVE") + names + 4 * (2 + kernels + biases + layers + operands + 2)


def test_opencv_doubles_with_the_tensorflow_graph(tmp_path: Path) -> None:
    (tmp_path / "ESPCN_x2.pb").write_bytes(tensorflow_graph.espcn())
    upscaler = cv2.dnn_superres.DnnSuperResImpl_create()
    upscaler.readModel(str(tmp_path / "ESPCN_x2.pb"))
    upscaler.setModel("espcn", 2)
    assert upscaler.upsample(np.zeros((6, 10, 3), np.uint8)).shape == (12, 20, 3)


@pytest.mark.parametrize(("number", "encoded"), [(0, b"\x00"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02")])
def test_varint(number: int, encoded: bytes) -> None:
    assert tensorflow_graph.varint(number) == encoded

"""The generators that ship keep the tensor contract, and are what the fast kernels
of ONNX Runtime want: uint8 activations, int8 weights that no kernel's
accumulator overflows by."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

FOLDER = Path(__file__).resolve().parents[2] / "model" / "weights"
EIGHT_BIT = sorted(FOLDER.glob("*[a-z].onnx"))  # the ones that the plugin carries
TWINS = sorted(FOLDER.glob("*[0-9].onnx"))  # their float32 twins
SHIPPED = pytest.mark.parametrize("path", EIGHT_BIT + TWINS, ids=lambda path: path.name)

Bytes: TypeAlias = "NDArray[np.uint8]"


def channels(path: Path) -> int:
    """Of the output: a position's own six samples, or four times as many."""
    return 6 if path.name.startswith("restore-") else 24


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run(path: Path, tensor: Bytes) -> Bytes:
    ran = session(path)
    return np.asarray(ran.run(None, {ran.get_inputs()[0].name: tensor})[0])


def picture(height: int, width: int) -> Bytes:
    """A picture with soft and hard edges, on the half-resolution grid."""
    y, x = np.mgrid[0 : 2 * height, 0 : 2 * width]
    luma = 120 + 50 * np.sin(x * 0.21 + 1) * np.cos(y * 0.13) + 40 * (np.hypot(x - width, y - height) < height / 2)
    chroma = np.stack([128 + 30 * np.sin((x + y)[::2, ::2] * 0.05), 128 + 30 * np.cos((x - y)[::2, ::2] * 0.07)], axis=-1)
    blocks = luma.reshape(height, 2, width, 2).transpose(0, 2, 1, 3).reshape(height, width, 4)
    return np.concatenate([blocks, chroma], axis=-1).astype(np.uint8)[np.newaxis]


def test_a_balanced_generator_ships() -> None:
    assert "balanced-faithful.onnx" in [path.name for path in EIGHT_BIT]


@SHIPPED
def test_one_input_and_one_output_of_the_contract(path: Path) -> None:
    graph = onnx.load(path).graph
    for values, count in ((graph.input, 6), (graph.output, channels(path))):
        assert len(values) == 1
        tensor = values[0].type.tensor_type
        assert tensor.elem_type == TensorProto.UINT8
        *symbolic, last = tensor.shape.dim
        assert len(symbolic) == 3
        assert all(dimension.dim_param and not dimension.HasField("dim_value") for dimension in symbolic)
        assert last.dim_value == count


@SHIPPED
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 2), (3, 5), (17, 33), (180, 240)])
def test_any_size_runs(path: Path, height: int, width: int) -> None:
    tensor = np.random.default_rng(7).integers(0, 256, (1, height, width, 6), dtype=np.uint8)
    out = run(path, tensor)
    assert out.shape == (1, height, width, channels(path))
    assert out.dtype == np.uint8


@SHIPPED
@pytest.mark.parametrize("colour", [(0, 0, 0), (16, 128, 128), (60, 90, 240), (128, 128, 128), (235, 16, 110), (255, 255, 255)])
def test_flat_areas_stay_exactly_flat_up_to_the_border(path: Path, colour: tuple[int, int, int]) -> None:
    luma, u, v = colour
    flat = np.full((1, 12, 13, 6), (luma, luma, luma, luma, u, v), np.uint8)
    each = channels(path) // 6
    expected = np.full((1, 12, 13, 6 * each), [luma] * 4 * each + [u] * each + [v] * each, np.uint8)
    np.testing.assert_array_equal(run(path, flat), expected)


@SHIPPED
def test_every_picture_of_a_batch_is_treated_alone(path: Path) -> None:
    one, other = picture(20, 24), 255 - picture(20, 24)
    together = run(path, np.concatenate([one, other]))
    np.testing.assert_array_equal(together, np.concatenate([run(path, one), run(path, other)]))


@pytest.mark.parametrize("path", EIGHT_BIT, ids=lambda path: path.name)
def test_convolutions_are_uint8_by_int8_whose_neighbours_fit_sixteen_bits(path: Path) -> None:
    graph = onnx.load(path).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    convolutions = [node for node in graph.node if "Conv" in node.op_type]
    assert convolutions
    for node in convolutions:
        assert node.op_type == "QLinearConv"
        _, _, input_zero, weight, _, weight_zero, _, output_zero, *_ = node.input
        assert constants[input_zero].dtype == np.uint8
        assert constants[output_zero].dtype == np.uint8
        assert constants[weight].dtype == np.int8
        assert not constants[weight_zero].any()
        # Channels last: two neighbouring input channels at the same place are multiplied and added in 16 bits.
        out, channels_in, *kernel = constants[weight].shape
        pairs = 255 * constants[weight].astype(int).reshape(out, channels_in // 2, 2, *kernel)
        for signed in (pairs, -pairs):
            assert signed.clip(0).sum(axis=2).max() < 2**15, f"{node.name} could overflow a 16-bit accumulator"


@pytest.mark.parametrize("twin", TWINS, ids=lambda path: path.name)
def test_a_float_twin_says_the_same(twin: Path) -> None:
    own = twin.with_name(twin.name.replace("-float32", ""))
    assert own in EIGHT_BIT
    tensor = picture(60, 80)
    difference = run(own, tensor).astype(float) - run(twin, tensor)
    decibels = 10 * np.log10(255**2 / max(np.mean(difference**2), 1e-9))
    assert decibels > 45, f"{own.name} and its twin differ: {decibels:.1f} dB"

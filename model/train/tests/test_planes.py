"""Tensors hold what the contract says, and flips keep their meaning."""

import numpy as np
import pytest

from generator import planes
from generator.planes import Planes


def numbered(height: int, width: int) -> Planes:
    """Planes whose every sample is different within its plane."""
    y = np.arange(height * width).reshape(height, width)
    c = np.arange(height * width // 4).reshape(height // 2, width // 2)
    return Planes(*(a.astype(np.uint8) for a in (y, c + 100, c + 200)))


def test_input_channels_are_the_luma_block_row_by_row_then_u_then_v() -> None:
    tensor = planes.pack_input(numbered(4, 6))
    assert tensor.shape == (6, 2, 3)
    assert tensor[:, 1, 2].tolist() == [16, 17, 22, 23, 105, 205]


def test_output_channels_are_4x4_luma_then_2x2_u_then_2x2_v() -> None:
    tensor = planes.pack_output(numbered(8, 12))
    assert tensor.shape == (24, 2, 3)
    rows = [[12 * r + c for c in range(8, 12)] for r in range(4, 8)]
    assert tensor[:16, 1, 2].tolist() == [v for row in rows for v in row]
    assert tensor[16:20, 1, 2].tolist() == [116, 117, 122, 123]
    assert tensor[20:, 1, 2].tolist() == [216, 217, 222, 223]


def test_unpacking_reverses_packing() -> None:
    picture = numbered(16, 12)
    back = planes.unpack_output(planes.pack_output(picture))
    for a, b in zip((picture.y, picture.u, picture.v), (back.y, back.u, back.v), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("horizontal", [False, True])
@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize("transpose", [False, True])
def test_flipping_a_tensor_equals_packing_the_flipped_picture(
    horizontal: bool, vertical: bool, transpose: bool
) -> None:
    def turn(plane: np.ndarray) -> np.ndarray:
        plane = plane[:: -1 if vertical else 1, :: -1 if horizontal else 1]
        return plane.T if transpose else plane

    picture = numbered(8, 16)
    turned = Planes(turn(picture.y), turn(picture.u), turn(picture.v))
    for pack, order in zip(
        (planes.pack_input, planes.pack_output), planes.flip_channels(horizontal, vertical, transpose), strict=True
    ):
        tensor = pack(picture)[order][:, :: -1 if vertical else 1, :: -1 if horizontal else 1]
        assert np.array_equal(tensor.swapaxes(1, 2) if transpose else tensor, pack(turned))


def test_conversion_hits_the_standard_s_corners() -> None:
    colours = {(0, 0, 0): (16, 128, 128), (255, 255, 255): (235, 128, 128), (255, 0, 0): (81, 90, 240)}
    for rgb, expected in colours.items():
        p = planes.from_rgb(np.full((2, 2, 3), rgb, np.uint8))
        assert (p.y[0, 0], p.u[0, 0], p.v[0, 0]) == expected, rgb


def test_halving_keeps_a_flat_picture_flat_and_halves_the_size() -> None:
    flat = Planes(np.full((8, 12), 77, np.uint8), np.full((4, 6), 5, np.uint8), np.full((4, 6), 250, np.uint8))
    for kind in planes.FILTERS:
        small = planes.halve(flat, kind)
        assert small.y.shape == (4, 6)
        assert small.u.shape == (2, 3)
        assert {*small.y.flat} == {77}
        assert {*small.v.flat} == {250}

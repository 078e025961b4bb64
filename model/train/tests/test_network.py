"""The generator's structural promises, in floating point and in eight bits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from generator import export
from generator.neighbours import FIRST, scales, sums
from generator.network import ANCHOR, RESTORED, Generator, Shape, zero_sum
from generator.quantise import QuantisedGenerator, round_weights
from generator.twin import load

HALF, NARROW, FULL = Shape(16, 2, 2), Shape(16, 3, 2, tail=1), Shape(8, 3, 2, full=True)
EXPANDED, EXPANDED_MORE = (Shape(w, d, 2, tail=1, expansion=e) for w, d, e in ((16, 3, 48), (32, 4, 50)))
FULL_EXPANDED = Shape(8, 3, 2, full=True, expansion=52)
FULL_NARROW, FULL_NARROW_EXPANDED = (Shape(8, 4, 2, full=True, tail=1, expansion=e) for e in (0, 52))
SHAPES = {
    "half": HALF, "half, last 1x1": NARROW, "half, expansion": EXPANDED, "full": FULL, "full, expansion": FULL_EXPANDED,
    "full, last 2x2": FULL_NARROW, "full, last 2x2, expansion": FULL_NARROW_EXPANDED,
}  # fmt: skip
all_shapes = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())


def trained_looking(seed: int, shape: Shape = HALF) -> Generator:
    """A generator with every weight away from its initial value."""
    torch.manual_seed(seed)
    generator = Generator(shape)
    with torch.no_grad():
        for block in generator.blocks():
            block.direct.normal_(0, 0.05)
            block.project.normal_(0, 0.05)
        for block in generator.blocks()[:-1]:
            block.bias.normal_(-0.01, 0.02)
    generator.project()
    return generator


def quantised(seed: int, shape: Shape = HALF) -> QuantisedGenerator:
    network = QuantisedGenerator(trained_looking(seed, shape))
    network.calibrate(bytes_in(seed, 24, 24))
    return network


def bytes_in(seed: int, height: int, width: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (1, 6, height, width), generator=generator).float() / 255.0


def run(model: object, x: torch.Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])  # type: ignore[attr-defined]
    tensor = (x * 255).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
    return session.run(None, {"input": tensor})[0].transpose(0, 3, 1, 2)


def to_bytes(out: torch.Tensor) -> np.ndarray:
    return (out.detach() * 255).round().clamp(0, 255).byte().numpy()


@all_shapes
def test_an_untrained_generator_copies_nearest_neighbours(shape: Shape) -> None:
    x = bytes_in(1, 5, 7)
    out = Generator(shape)(x)
    assert torch.equal(out, x[:, ANCHOR])


def test_the_collapsed_block_is_the_sum_of_its_branches() -> None:
    block = trained_looking(3).blocks()[1]
    x = torch.rand(1, 16, 6, 6)
    conv = torch.nn.functional.conv2d
    branches = (
        conv(x, block.direct, padding=1) + conv(conv(x, block.expand, padding=1), block.project[:, :, None, None]) + x
    )
    assert torch.allclose(conv(x, block.weight(), padding=1), branches, atol=1e-4)


@all_shapes
@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (16, 128, 128), (77, 20, 240)])
def test_flat_pictures_come_back_flat_up_to_the_border(colour: tuple[int, int, int], shape: Shape) -> None:
    values = torch.tensor([colour[0]] * 4 + list(colour[1:])).view(1, 6, 1, 1) / 255.0
    x = values.expand(1, 6, 9, 11).contiguous()
    expected = to_bytes(x[:, ANCHOR])
    network = quantised(5, shape)
    assert np.array_equal(to_bytes(network.generator(x)), expected)
    assert np.array_equal(run(export.eight_bit(network, {}), x), expected)


@all_shapes
def test_the_eight_bit_graph_computes_what_training_computed(shape: Shape) -> None:
    network, x = quantised(7, shape), bytes_in(8, 33, 17)
    ours, theirs = to_bytes(network(x)).astype(int), run(export.eight_bit(network, {}), x)
    assert np.abs(ours - theirs).max() <= 1
    assert np.mean(ours != theirs) < 0.05


@all_shapes
def test_the_float_twin_computes_what_the_generator_computes_and_is_read_back(shape: Shape, tmp_path: Path) -> None:
    network, x = quantised(9, shape), bytes_in(10, 12, 30)
    twin = run(export.float_twin(network.generator, {}), x)
    assert np.abs(to_bytes(network.generator(x)).astype(int) - twin).max() <= 1
    export.save(export.for_devices(export.float_twin(network.generator, {})), tmp_path / "twin.onnx")
    again = load(tmp_path / "twin.onnx")
    assert replace(again.shape, expand=0) == replace(shape, expand=0)
    assert torch.allclose(again(x), network.generator(x), atol=1e-5)


@all_shapes
def test_an_output_sees_as_many_rows_as_the_shape_says(shape: Shape) -> None:
    generator, x = trained_looking(14, shape), bytes_in(15, 24, 1)
    changed = x.clone()
    changed[:, :, 12] = 1 - changed[:, :, 12]
    rows = (generator(x) - generator(changed)).abs().amax(dim=(1, 3))[0].nonzero().flatten().tolist()
    assert rows == list(range(12 - shape.context, 12 + shape.context + 1))
    x, changed = x.transpose(2, 3), changed.transpose(2, 3)
    columns = (generator(x) - generator(changed)).abs().amax(dim=(1, 2))[0].nonzero().flatten().tolist()
    assert columns == rows


def test_weights_of_the_first_layer_sum_to_zero_and_their_neighbours_fit_sixteen_bits() -> None:
    weight = zero_sum(torch.randn(16, 6, 3, 3))
    scale = scales(weight, FIRST)
    rounded = round_weights(0, weight, scale)
    assert rounded.abs().max() <= 127
    assert 255 * sums(rounded).max() < 2**15
    for plane in (slice(0, 4), slice(4, 5), slice(5, 6)):
        assert torch.equal(rounded[:, plane].sum(dim=(1, 2, 3)), torch.zeros(16))
    assert (rounded * scale - weight).abs().max() <= 1.5 * scale.max()


@all_shapes
def test_no_sum_of_two_products_overflows_sixteen_bits(shape: Shape) -> None:
    for layer in quantised(16, shape).integers():
        weight = torch.from_numpy(layer.weight).float()
        assert 63 < weight.abs().max() <= 127
        assert 255 * sums(weight).max() < 2**15


def test_sizes_of_the_graph_are_symbolic() -> None:
    model = export.eight_bit(quantised(11), {})
    dims = [d.dim_param or d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
    assert dims == ["n", "h", "w", 6]


def test_a_grown_generator_starts_as_the_smaller_one() -> None:
    x = bytes_in(13, 20, 20)
    pairs = [(HALF, Shape(32, 4, 2)), (NARROW, Shape(32, 4, 2)), (NARROW, EXPANDED), (EXPANDED, EXPANDED_MORE)]
    for small, large in [*pairs, (FULL, Shape(8, 5, 0, full=True)), (FULL, FULL_EXPANDED)]:
        smaller, larger = trained_looking(12, small), Generator(large)
        larger.adopt(smaller)
        assert torch.allclose(larger(x), smaller(x), atol=1e-5)
        with pytest.raises(ValueError, match="cannot grow"):
            smaller.adopt(larger)
    with pytest.raises(ValueError, match="give 48 or more"):
        Generator(replace(NARROW, expansion=40)).adopt(Generator(NARROW))
    with pytest.raises(ValueError, match="the grid of the inner layers stays"):
        Generator(FULL).adopt(Generator(HALF))


def test_a_last_layer_that_sees_its_own_cell_begins_with_the_middle_of_one_that_sees_more() -> None:
    for shape, smaller, middle in [(HALF, NARROW, slice(1, 2)), (FULL, FULL_NARROW, slice(1, 3))]:
        wide, narrow = trained_looking(12, shape), Generator(smaller)
        narrow.adopt(wide)
        assert torch.equal(narrow.layers()[-1][0], wide.layers()[-1][0][:, :, middle, middle])


@all_shapes
def test_channels_that_are_never_on_begin_anew(shape: Shape) -> None:
    generator, x = trained_looking(6, shape), bytes_in(6, 16, 16)
    generator.revive(x)
    with torch.no_grad():
        generator.blocks()[1].bias[[2, 5]] = -50.0
    before = generator(x)
    assert generator.revive(x) >= 2  # and what lived of them alone
    assert (generator.blocks()[1].bias[[2, 5]] == 0).all()
    assert generator.revive(x) == 0
    assert torch.allclose(generator(x), before, atol=1e-6)  # nothing reads them yet
    with torch.no_grad():
        generator.blocks()[0].bias[3] = -50.0
    assert generator.revive(x) == (0 if shape.full else 1)


def test_a_generator_that_restores_has_no_full_grid() -> None:
    with pytest.raises(ValueError, match="full grid"):
        Generator(Shape(8, 1, 1, RESTORED, full=True))

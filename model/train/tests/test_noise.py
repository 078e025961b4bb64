"""Noise inputs: free without noise, foldable with it, and measured by their spectrum."""

from pathlib import Path

import pytest
import torch

from experiments import leaves
from experiments.e7_generator import difference_without_noise
from generator import export
from generator.network import Generator, Shape
from generator.noise import NoisyGenerator, load, spectrum

SHAPE = Shape(16, 1, 2)


def noisy_generator(noise: int = 3) -> NoisyGenerator:
    """With a last layer away from its zero start, so that noise reaches the output."""
    torch.manual_seed(1)
    generator = Generator(SHAPE)
    with torch.no_grad():
        for block in generator.blocks():
            block.direct.normal_(0, 0.05)
            block.project.normal_(0, 0.05)
        generator.head.bias.fill_(-0.01)
    return NoisyGenerator(generator, noise)


def test_without_noise_the_output_is_the_generator_s_bit_for_bit() -> None:
    noisy, x = noisy_generator(), torch.rand(2, 6, 12, 9)
    assert torch.equal(noisy(x, noisy.still(2)), noisy.generator(x))
    assert difference_without_noise(noisy, x) == 0.0


def test_a_fixed_noise_folds_into_the_bias() -> None:
    noisy, x = noisy_generator(), torch.rand(1, 6, 12, 9)
    z = torch.tensor([0.5, -1.0, 2.0])
    assert torch.allclose(noisy.folded(z)(x), noisy(x, z[None]), atol=1e-6)
    assert not torch.allclose(noisy(x, z[None]), noisy(x, noisy.still(1)), atol=1e-4)
    assert torch.equal(noisy.generator.head.bias, torch.full((16,), -0.01))


def test_the_folded_graph_has_the_size_of_the_plain_one() -> None:
    noisy = noisy_generator()
    graphs = [export.float_twin(g, {}) for g in (noisy.folded(torch.ones(3)), noisy.generator)]
    assert [n.op_type for n in graphs[0].graph.node] == [n.op_type for n in graphs[1].graph.node]
    assert graphs[0].ByteSize() == graphs[1].ByteSize()


def test_noise_differs_by_picture() -> None:
    noisy, x = noisy_generator(), torch.rand(1, 6, 8, 8)
    z = torch.randn(2, 3)
    both = noisy(x.expand(2, -1, -1, -1), z)
    assert torch.allclose(both[1], noisy(x, z[1:])[0], atol=1e-6)


def test_normalising_brings_the_mean_of_the_spectrum_to_one() -> None:
    noisy, x = noisy_generator(), torch.rand(4, 6, 8, 8)
    noisy.normalise(x, 1 / 255)
    # rescaled noise crosses other kinks than before: nearly one, not exactly
    assert float(spectrum(noisy, x, 1 / 255).mean()) == pytest.approx(1.0, rel=0.2)


def test_a_dead_direction_shows_in_the_spectrum() -> None:
    noisy = noisy_generator()
    with torch.no_grad():
        noisy.style[:, 1] = noisy.style[:, 0]
    values = spectrum(noisy, torch.rand(2, 6, 8, 8), 1 / 255)
    assert values.shape == (2, 3)
    assert float(values[:, 2].max()) < 1e-3 * float(values[:, 0].min())


def test_noise_that_does_not_reach_the_output_is_told() -> None:
    with pytest.raises(ValueError, match="does not reach the output"):
        NoisyGenerator(Generator(SHAPE), 2).normalise(torch.rand(1, 6, 8, 8), 1 / 255)
    with pytest.raises(ValueError, match="0 noise inputs"):
        NoisyGenerator(Generator(SHAPE), 0)


def test_a_checkpoint_is_read_back(tmp_path: Path) -> None:
    noisy, path = noisy_generator(), tmp_path / "adversarial.pt"
    torch.save({"shape": SHAPE.as_dict(), "noise": 3, "effect": 1 / 255, "average": noisy.state_dict()}, path)
    saved = load(path)
    x, z = torch.rand(1, 6, 8, 8), torch.randn(1, 3)
    assert saved.effect == 1 / 255
    assert torch.equal(saved.generator(x, z), noisy(x, z))


def test_a_checkpoint_without_noise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fidelity.pt"
    torch.save({"shape": SHAPE.as_dict(), "average": {}}, path)
    with pytest.raises(ValueError, match=r"fidelity\.pt has no noise inputs: it holds \['average', 'shape'\]"):
        load(path)


def test_generated_pictures_are_pairs_of_one_scene() -> None:
    x, y = leaves.pairs(1, 3)
    assert x.shape == (1, 6, 48, 48)
    assert y.shape == (1, 24, 48, 48)
    assert float(x.std()) > 0.05
    # the mean of a cell's 16 sharp luma values is nearly that of its 4 halved ones
    assert float((x[:, :4].mean(1) - y[:, :16].mean(1)).abs().mean()) < 0.02
    assert torch.equal(leaves.pairs(1, 3)[0], x)


def test_crops_keep_pairs_together() -> None:
    x = torch.arange(2 * 10 * 10).view(2, 1, 10, 10).float()
    a, b = leaves.crops(x, x + 0.5, 5, 4)
    assert a.shape == (5, 1, 4, 4)
    assert torch.equal(b, a + 0.5)

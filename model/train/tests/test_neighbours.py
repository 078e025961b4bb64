import pytest
import torch

from generator.neighbours import Limits, arrange, best_order, scales, sums, within
from generator.network import Generator, Shape


def test_only_neighbours_of_the_same_sign_add_up() -> None:
    weight = torch.tensor([3.0, 4.0, 3.0, -4.0, -3.0, -4.0, 0.0, 5.0]).view(1, 8, 1, 1)
    assert sums(weight).flatten().tolist() == [7.0, 4.0, 7.0, 5.0]


def test_an_odd_number_of_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="7 input channels"):
        sums(torch.zeros(1, 7, 3, 3))


def test_a_scale_is_as_fine_as_the_limits_allow() -> None:
    weight = torch.tensor([[100.0, 1.0, 2.0, -2.0], [60.0, 60.0, 1.0, 1.0]]).view(2, 4, 1, 1)
    assert scales(weight, Limits(100, 110)).flatten().tolist() == pytest.approx([1.0, 120 / 110])


def test_integers_beyond_the_limits_give_way() -> None:
    integers = torch.tensor([130.0, 0.0, 70.0, 61.0, -64.0, -66.0, 65.0, 65.0, 100.0, -100.0]).view(1, 10, 1, 1)
    kept = within(integers, Limits(127, 128)).flatten().tolist()
    assert kept == [127, 0, 67, 61, -64, -64, 63, 65, 100, -100]


def test_a_better_order_is_found() -> None:
    """Two large weights and two small ones of a sign: the large ones must not be neighbours."""
    weight = torch.tensor([50.0, 50.0, 1.0, 1.0]).view(1, 4, 1, 1)
    order = best_order(weight)
    assert sorted(order.tolist()) == [0, 1, 2, 3]
    assert sums(weight[:, order]).max() == 51


@pytest.mark.parametrize("shape", [Shape(16, 2, 2), Shape(8, 3, 0, full=True)], ids=["half", "full"])
def test_a_generator_in_another_order_is_the_same_function(shape: Shape) -> None:
    torch.manual_seed(3)
    generator = Generator(shape)
    with torch.no_grad():
        for block in generator.blocks():
            block.direct.normal_(0, 0.2)
        for block in generator.blocks()[:-1]:
            block.bias.normal_(-0.01, 0.02).clamp_(max=0.0)
    x = torch.rand(1, 6, 12, 10)
    before = generator(x)
    weights = [weight.clone() for weight, _ in generator.layers()]
    arrange(generator)
    assert not all(torch.equal(w, now) for w, (now, _) in zip(weights, generator.layers(), strict=True))
    assert torch.allclose(generator(x), before, atol=1e-4)

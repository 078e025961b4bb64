"""The adversarial losses against the closed forms of their papers."""

import math

import pytest
import torch

from generator import adversarial


def gaussian(x: torch.Tensor, mean: float) -> torch.Tensor:
    return torch.exp(-0.5 * (x - mean) ** 2) / math.sqrt(2.0 * math.pi)


def test_an_undecided_discriminator_has_the_value_of_the_equilibrium() -> None:
    assert adversarial.value(torch.zeros(5), torch.zeros(7)).item() == pytest.approx(-math.log(4.0))


def test_the_value_is_the_mean_of_both_logarithms() -> None:
    real, fake = torch.tensor([0.2, 0.9]), torch.tensor([0.4])
    by_hand = (math.log(0.2) + math.log(0.9)) / 2 + math.log(0.6)
    assert adversarial.value(real.logit(), fake.logit()).item() == pytest.approx(by_hand, abs=1e-6)
    assert adversarial.discriminator_loss(real.logit(), fake.logit()).item() == pytest.approx(-by_hand, abs=1e-6)


@pytest.mark.parametrize(
    ("shift", "value", "divergence"),
    [(0.0, -1.3863, 0.0), (1.0, -1.1635, 0.1114), (2.0, -0.7126, 0.3368), (4.0, -0.1209, 0.6327)],
)
def test_the_optimum_for_two_gaussians(shift: float, value: float, divergence: float) -> None:
    x = torch.linspace(-6.0, shift + 6.0, 20_001, dtype=torch.float64)
    p, q = gaussian(x, 0.0), gaussian(x, shift)
    best = adversarial.optimal_discriminator(p, q)
    reached = float(torch.trapezoid(p * best.log() + q * (1.0 - best).log(), x))
    assert reached == pytest.approx(value, abs=1e-4)
    assert adversarial.divergence(reached) == pytest.approx(divergence, abs=1e-4)


def test_confident_logits_stay_finite() -> None:
    assert adversarial.value(torch.tensor([-1e4]), torch.tensor([1e4])).item() == pytest.approx(-2e4)
    assert adversarial.value(torch.tensor([1e4]), torch.tensor([-1e4])).item() == 0.0


def test_the_non_saturating_loss_keeps_its_gradient_where_the_discriminator_wins() -> None:
    logit = torch.tensor([-20.0], requires_grad=True)
    adversarial.non_saturating_loss(logit).backward()
    assert logit.grad is not None
    assert logit.grad.item() == pytest.approx(-1.0, abs=1e-6)


def test_hinge_and_critic_losses_by_hand() -> None:
    real, fake = torch.tensor([0.5, 3.0]), torch.tensor([-2.0, 0.0])
    assert adversarial.hinge_discriminator_loss(real, fake).item() == pytest.approx(0.25 + 0.5)
    assert adversarial.hinge_generator_loss(fake).item() == pytest.approx(1.0)
    assert adversarial.critic_loss(real, fake).item() == pytest.approx(-1.0 - 1.75)


def linear(x: torch.Tensor) -> torch.Tensor:
    return x @ torch.tensor([[3.0], [4.0]])


def test_penalties_of_a_linear_critic() -> None:
    x, y = torch.randn(6, 2), torch.randn(6, 2)
    assert torch.allclose(adversarial.input_gradient(linear, x), torch.full((6,), 5.0))
    assert adversarial.gradient_penalty(linear, x, y).item() == pytest.approx(16.0)  # (5 - 1)^2
    assert adversarial.zero_centred_penalty(linear, x).item() == pytest.approx(12.5)  # 5^2 / 2


def test_the_gradient_penalty_looks_between_the_samples() -> None:
    real, fake = torch.zeros(2000, 1), torch.ones(2000, 1)
    # grad of x^2 / 2 is x, uniform on [0, 1]: E (x - 1)^2 = 1/3
    penalty = adversarial.gradient_penalty(lambda x: x**2 / 2, real, fake, torch.Generator().manual_seed(1))
    assert penalty.item() == pytest.approx(1 / 3, abs=0.02)


def test_the_gradient_penalty_trains_the_critic() -> None:
    weight = torch.tensor([[2.0]], requires_grad=True)
    adversarial.gradient_penalty(lambda x: x @ weight, torch.zeros(3, 1), torch.ones(3, 1)).backward()
    assert weight.grad is not None
    assert weight.grad.item() == pytest.approx(2.0)  # d (w - 1)^2 / dw


def test_the_gradient_penalty_refuses_batches_that_do_not_pair() -> None:
    with pytest.raises(ValueError, match=r"\(3, 1\) real and \(2, 1\) fake"):
        adversarial.gradient_penalty(linear, torch.zeros(3, 1), torch.zeros(2, 1))


def test_clipping_makes_a_deep_critic_flat() -> None:
    torch.manual_seed(0)
    critic = torch.nn.Sequential(
        *[m for _ in range(9) for m in (torch.nn.Linear(64, 64), torch.nn.ReLU())], torch.nn.Linear(64, 1)
    )
    adversarial.clip_weights(critic.parameters(), 0.01)
    assert max(float(p.detach().abs().max()) for p in critic.parameters()) <= 0.01
    assert adversarial.input_gradient(critic, torch.randn(50, 64)).max() < 1e-8

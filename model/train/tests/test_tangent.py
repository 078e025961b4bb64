"""Locality and orthonormality against Jacobians that are known."""

import pytest
import torch

from generator import tangent


def linear_move(noise: int = 8, outputs: int = 30) -> tuple[torch.Tensor, tangent.Move]:
    """A generator x + A z of known Jacobian A (outputs, noise), nearly orthonormal."""
    torch.manual_seed(4)
    a = torch.linalg.qr(torch.randn(outputs, noise)).Q + 0.02 * torch.randn(outputs, noise)
    return a, lambda z: 1.0 + z @ a.T


def test_derivatives_of_a_linear_generator_are_exact() -> None:
    a, move = linear_move()
    u = tangent.directions(3, 5, 8)
    for still in (None, move(torch.zeros(5, 8))):
        moved = tangent.derivatives(move, torch.zeros(5, 8), u, 0.2, still)
        assert moved.shape == (3, 5, 30)
        assert torch.allclose(moved, u @ a.T, atol=1e-5)


def test_directions_are_independent_signs() -> None:
    u = tangent.directions(2, 20_000, 3, torch.Generator().manual_seed(2))
    assert set(u.unique().tolist()) == {-1.0, 1.0}
    covariance = torch.einsum("kni,mnj->kimj", u, u) / 20_000
    wanted = torch.einsum("km,ij->kimj", torch.eye(2), torch.eye(3))
    assert (covariance - wanted).abs().max() < 0.03


@pytest.mark.parametrize("count", [2, 4, 8])
def test_the_pair_estimate_is_unbiased(count: int) -> None:
    a, move = linear_move()
    true = float(((a.T @ a - torch.eye(8)) ** 2).sum())
    u = tangent.directions(count, 40_000, 8, torch.Generator().manual_seed(3))
    estimate = tangent.orthonormality(tangent.derivatives(move, torch.zeros(40_000, 8), u, 0.2), u, 1.0, huber=None)
    assert float(estimate) == pytest.approx(true, rel=0.05)


def test_the_scale_is_the_square_of_the_wanted_effect() -> None:
    a, _ = linear_move()
    exact = torch.linalg.qr(a).Q * 0.05
    u = tangent.directions(3, 10, 8)
    assert float(tangent.orthonormality(u @ exact.T, u, 0.05**2, huber=None)) == pytest.approx(0.0, abs=1e-8)
    assert float(tangent.orthonormality(u @ exact.T, u, 1.0, huber=None)) > 0.1
    assert tangent.squared_scale(2.0 / 255.0, 100) == pytest.approx(0.0061515, rel=1e-4)


def test_a_collapsed_tangent_costs_its_missing_rank() -> None:
    u = tangent.directions(2, 50_000, 4, torch.Generator().manual_seed(5))
    nothing = torch.zeros(2, 50_000, 6)
    assert float(tangent.orthonormality(nothing, u, 1.0, huber=None)) == pytest.approx(4.0, rel=0.03)  # |I|_F^2


def test_huber_agrees_near_zero_and_is_linear_far_off() -> None:
    u = torch.tensor([[[1.0]], [[1.0]]])
    near, far = u * 1.05**0.5, u * 101.0**0.5
    assert float(tangent.orthonormality(near, u, 1.0)) == pytest.approx(0.05**2, rel=1e-3)
    assert float(tangent.orthonormality(far, u, 1.0)) == pytest.approx(2 * 100.0 - 1.0, rel=1e-4)


def test_impossible_requests_are_refused() -> None:
    u = torch.ones(1, 2, 3)
    with pytest.raises(ValueError, match="1 direction gives no pair"):
        tangent.orthonormality(u, u, 1.0)
    with pytest.raises(ValueError, match=r"squared scale of the tangent is 0\.0"):
        tangent.orthonormality(torch.ones(2, 2, 3), torch.ones(2, 2, 3), 0.0)
    with pytest.raises(ValueError, match=r"step of a finite difference is -0\.1"):
        tangent.derivatives(lambda z: z, torch.zeros(2, 3), u, -0.1)


def test_singular_values_and_eigenvalues_of_a_known_jacobian() -> None:
    scale = torch.tensor([[3.0, 0.0], [0.0, 0.5]])
    j = tangent.jacobian(lambda z: torch.relu(z @ scale.T + 1.0), torch.zeros(4, 2), 0.1)
    assert j.shape == (4, 2, 2)
    assert torch.allclose(tangent.singular_values(j), torch.tensor([3.0, 0.5]).expand(4, 2), atol=1e-5)
    assert torch.allclose(tangent.gram_eigenvalues(j, 0.25), torch.tensor([36.0, 1.0]).expand(4, 2), atol=1e-4)


def test_the_ramp() -> None:
    assert [tangent.ramp(step, 100, 50) for step in (0, 100, 125, 150, 900)] == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert tangent.ramp(100, 100, 0) == 0.0
    assert tangent.ramp(101, 100, 0) == 1.0


def test_locality_is_the_mean_distance() -> None:
    assert float(tangent.locality(torch.tensor([1.0, 4.0]), torch.tensor([2.0, 1.0]))) == pytest.approx(2.0)


def test_the_term_gives_a_dead_direction_back() -> None:
    torch.manual_seed(6)
    a = torch.tensor([[1.0, 0.05], [0.0, 0.01]], requires_grad=True)
    optimiser = torch.optim.Adam([a], lr=0.02)
    for _ in range(400):
        u = tangent.directions(3, 16, 2)
        optimiser.zero_grad()
        tangent.orthonormality(u @ a.T, u, 1.0).backward()
        optimiser.step()
    assert torch.allclose(torch.linalg.svdvals(a.detach()), torch.ones(2), atol=0.02)

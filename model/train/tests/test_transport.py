"""The semi-discrete map, plans between batches and the composites against known answers."""

import math

import pytest
import torch

from generator import composite, matching
from generator.transport import SemiDiscrete


def line(count: int) -> torch.Tensor:
    """Uniform on [-1/2, 1/2]."""
    return torch.rand(count, 1) - 0.5


def normal(count: int) -> torch.Tensor:
    return torch.randn(count, 2)


def test_heights_of_three_targets_on_a_line() -> None:
    """Cells must be thirds: planes of slopes 0, 1, 5 cross at -1/6 and 1/6, so h1 - h0 = 1/6, h2 - h1 = -4/6."""
    torch.manual_seed(0)
    transport = SemiDiscrete(torch.tensor([[0.0], [1.0], [5.0]])).fit(line, 1200, batch=4096)
    h = transport.heights
    assert float(h[1] - h[0]) == pytest.approx(1 / 6, abs=0.02)
    assert float(h[2] - h[1]) == pytest.approx(-4 / 6, abs=0.08)
    x = torch.tensor([[-0.4], [0.0], [0.4]])
    assert transport(x).flatten().tolist() == [0.0, 1.0, 5.0]


def test_the_map_is_monotone_and_keeps_every_mass() -> None:
    torch.manual_seed(1)
    transport = SemiDiscrete(torch.randn(24, 2) * 3.0 + 10.0).fit(normal, 500, batch=1024)
    x = normal(40_000)
    assert transport.imbalance(x) < 0.05
    assert float(transport.masses(x).min()) > 0.5 / 24
    # Brenier: the gradient of a convex function is monotone, <T(a) - T(b), a - b> >= 0.
    a, b = x[:2000], x[2000:4000]
    assert float(((transport(a) - transport(b)) * (a - b)).sum(dim=1).min()) >= -1e-3


def test_the_fit_lowers_the_energy_and_its_gradient() -> None:
    torch.manual_seed(2)
    transport, x = SemiDiscrete(torch.randn(16, 2) ** 3), normal(20_000)
    energy, imbalance = transport.energy(x), transport.imbalance(x)
    transport.fit(normal, 400, batch=1024)
    assert transport.energy(x) < energy
    assert transport.imbalance(x) < 0.5 * imbalance


def test_the_discriminator_is_the_conjugate_of_the_generator() -> None:
    """f(x) = |x|^2/2 - u(x) = min_i |x - y_i|^2/2 - psi_i, psi_i = |y_i|^2/2 + h_i, reached at T(x)."""
    torch.manual_seed(3)
    y, h, x = torch.randn(9, 2), torch.randn(9), torch.randn(50, 2)
    transport = SemiDiscrete(y, h)
    psi = 0.5 * (y**2).sum(dim=1) + h
    direct = (0.5 * matching.squared_distances(x, y) - psi).min(dim=1)
    assert torch.allclose(transport.discriminator(x), direct.values, atol=1e-5)
    assert torch.equal(transport.cells(x), direct.indices)


def test_the_generator_is_the_gradient_of_the_potential() -> None:
    torch.manual_seed(4)
    transport = SemiDiscrete(torch.randn(9, 2), torch.randn(9))
    x = torch.randn(50, 2, requires_grad=True)
    (slope,) = torch.autograd.grad(transport.brenier(x).sum(), x)
    assert torch.allclose(slope, transport(x.detach()))
    (slope,) = torch.autograd.grad(transport.discriminator(x).sum(), x)
    assert torch.allclose(x.detach() - slope, transport(x.detach()), atol=1e-6)  # T = id - grad f


@pytest.mark.parametrize("targets", [torch.zeros(1, 2), torch.zeros(4)])
def test_targets_of_a_wrong_shape_are_refused(targets: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="targets of shape"):
        SemiDiscrete(targets)


def test_targets_that_are_one_point_are_refused() -> None:
    with pytest.raises(ValueError, match="the same point"):
        SemiDiscrete(torch.ones(4, 2))


def test_a_plan_on_a_line_keeps_the_order() -> None:
    a, b = torch.tensor([[0.3], [0.1], [0.2]]), torch.tensor([[5.0], [7.0], [6.0]])
    p = matching.plan(matching.squared_distances(a, b), rounds=100)
    assert p.argmax(dim=1).tolist() == [1, 0, 2]
    assert matching.pair(a, b).tolist() == [1, 0, 2]


def test_a_plan_has_the_batches_as_marginals() -> None:
    torch.manual_seed(5)
    p = matching.plan(matching.squared_distances(torch.randn(64, 2), torch.randn(48, 2) + 3.0), 0.05, rounds=50)
    assert float(p.min()) >= 0.0
    assert torch.allclose(p.sum(dim=0), torch.full((48,), 1 / 48), rtol=1e-4)
    assert torch.allclose(p.sum(dim=1), torch.full((64,), 1 / 64), rtol=2e-2)


def test_a_plan_costs_hardly_more_than_the_best_assignment() -> None:
    torch.manual_seed(6)
    a, b = torch.randn(200, 1), torch.randn(200, 1) * 2.0 + 1.0
    best = float(((a.sort(dim=0).values - b.sort(dim=0).values) ** 2).mean())
    cost = matching.squared_distances(a, b)
    assert float((matching.plan(cost) * cost).sum()) == pytest.approx(best, rel=0.05)


def test_plans_of_distant_batches_and_of_zero_cost_stay_finite() -> None:
    far = matching.squared_distances(torch.randn(30, 2), 1e4 + torch.randn(30, 2))
    for cost in (far, torch.zeros(5, 5)):
        p = matching.plan(cost)
        assert bool(torch.isfinite(p).all())
        assert float(p.sum()) == pytest.approx(1.0, abs=1e-3)
    with pytest.raises(ValueError, match="finite matrix"):
        matching.plan(torch.tensor([[math.inf, 1.0]]))


def test_pairs_share_a_mode_out_in_the_data_s_proportion() -> None:
    """All of the moving batch sits on one of two equal modes: half of it is sent across."""
    torch.manual_seed(7)
    moving = torch.randn(200, 2)
    fixed = torch.cat([torch.randn(100, 2), torch.randn(100, 2) + 30.0])
    assert int((matching.pair(moving, fixed) >= 100).sum()) == pytest.approx(100, abs=12)


def test_the_sliced_distance_of_a_translation() -> None:
    torch.manual_seed(8)
    a, projections = torch.randn(500, 2), matching.random_projections(2000, 2)
    assert torch.allclose(projections.norm(dim=0), torch.ones(2000))
    shift = torch.tensor([3.0, 4.0])
    # the mean of <shift, direction>^2 over the circle is |shift|^2 / 2
    moved = matching.sliced_distance(a, a[torch.randperm(500)] + shift, projections)
    assert float(moved) == pytest.approx(12.5, rel=0.05)
    assert float(matching.sliced_distance(a, a.flip(0), projections)) == pytest.approx(0.0, abs=1e-10)
    with pytest.raises(ValueError, match="compared one to one"):
        matching.sliced_distance(a, a[:10], projections)


def shares(network: torch.nn.Module) -> tuple[float, float]:
    """Share of the outputs near (-5, 0) and near (5, 0)."""
    with torch.no_grad():
        out = network(normal(2000))
    near = [float(((out - torch.tensor([x, 0.0])).norm(dim=1) < 1.0).float().mean()) for x in (-5.0, 5.0)]
    return near[0], near[1]


def two_modes(count: int) -> torch.Tensor:
    side = torch.randint(0, 2, (count,)).float() * 10.0 - 5.0
    return torch.stack([side, torch.zeros(count)], dim=1) + 0.1 * torch.randn(count, 2)


@pytest.mark.parametrize("way", ["distil", "one_shot", "sliced"])
def test_every_composite_reaches_both_modes(way: str) -> None:
    torch.manual_seed(9)
    network = composite.multilayer(2, 32, 2, 2)
    if way == "distil":
        transport = SemiDiscrete(two_modes(64)).fit(normal, 200, batch=512)
        composite.distil(network, transport, normal, 250, 128, 1e-2)
    elif way == "one_shot":
        composite.one_shot(network, two_modes, normal, 250, 64, 1e-2)
    else:
        composite.sliced(network, two_modes, normal, 250, 128, 1e-2)
    left, right = shares(network)
    assert left > 0.35
    assert right > 0.35

"""The measures that the experiments rest on, against values worked out by hand."""

import math

import numpy as np
import pytest
import torch

from experiments import bounds, e1_value_function, e6_even_sampling, e8_complexity, mixtures, polygons
from experiments.report import Check, Report


@pytest.mark.parametrize(("what", "got", "wanted"), e8_complexity.KNOWN)
def test_bounds_give_the_tabulated_integers(what: str, got: int, wanted: int) -> None:
    assert got == wanted, what


def test_a_convolution_without_overlap_is_a_product() -> None:
    assert bounds.convolution(3, 1, 1, 3) == 64  # three positions of one input: (1 + 3) each
    assert bounds.convolution(4, 2, 2, 3) == bounds.arrangement(2, 3) ** 2


def test_the_narrow_construction_is_refused() -> None:
    with pytest.raises(ValueError, match="6 or more in each"):
        bounds.serra_most(2, [8, 5])


@pytest.mark.parametrize("planes", [0, 1, 3, 12])
def test_lines_in_general_position_cut_the_plane(planes: int) -> None:
    layers = polygons.random_network([planes], np.random.default_rng(planes))
    assert len(polygons.regions(layers)) == bounds.arrangement(2, planes)


def test_the_polygons_tile_the_square() -> None:
    pieces = polygons.regions(polygons.random_network([6, 6], np.random.default_rng(3)), half=5.0)
    area = sum(_area(p) for p in pieces)
    assert area == pytest.approx(100.0, rel=1e-9)


def test_a_folding_network_has_the_regions_of_its_construction() -> None:
    """|x| by two units, then |x| - 1 by two more: kinks of the first coordinate at 0, -1 and 1 only."""
    fold = (np.array([[1.0, 0.0], [-1.0, 0.0]]), np.zeros(2))
    again = (np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([-1.0, 1.0]))
    assert len(polygons.regions([fold, again])) == 4


@pytest.mark.parametrize("seed", range(100))
def test_random_networks_stay_within_every_upper_bound(seed: int) -> None:
    rng = np.random.default_rng([5, seed])
    hidden = [int(n) for n in rng.integers(1, 6, size=int(rng.integers(1, 4)))]
    counted = len(polygons.regions(polygons.random_network(hidden, rng)))
    for bound in (bounds.serra, bounds.narrowed, bounds.any_graph, bounds.product):
        assert counted <= bound(2, hidden), (hidden, bound.__name__)


def _area(p: np.ndarray) -> float:
    x, y = p.T
    return 0.5 * abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1)))


def test_a_perfect_sample_scores_perfectly() -> None:
    ring = mixtures.ring()
    result = mixtures.score(ring.means.repeat(100, 1), ring)
    assert result == mixtures.Score(found=8, fair=8, quality=1.0, reverse_kl=0.0, smallest=0.125, spread=0.0)


def test_the_data_scores_its_own_quality_and_spread() -> None:
    torch.manual_seed(2)
    result = mixtures.score(mixtures.grid().sample(100_000), mixtures.grid())
    within = 1.0 - math.exp(-4.5)
    assert result.quality == pytest.approx(within, abs=0.002)
    assert result.spread == pytest.approx((1.0 - 4.5 * math.exp(-4.5) / within) ** 0.5, abs=0.005)


def test_a_collapsed_sample_is_found_out() -> None:
    ring = mixtures.ring()
    samples = ring.means[2].repeat(99, 1)
    stray = torch.tensor([[3.0, 0.0]])  # nearest to mode 0, and of low quality
    result = mixtures.score(torch.cat([samples, stray]), ring)
    assert (result.found, result.fair, result.smallest) == (1, 1, 0.0)
    assert result.quality == pytest.approx(0.99)
    by_hand = 0.99 * math.log(0.99 * 8) + 0.01 * math.log(0.01 * 8)
    assert result.reverse_kl == pytest.approx(by_hand, abs=1e-5)


def test_a_mode_below_a_fifth_of_its_share_is_found_but_not_fair() -> None:
    two = mixtures.two()
    samples = torch.cat([two.means[:1].repeat(95, 1), two.means[1:].repeat(5, 1)])
    result = mixtures.score(samples, two)
    assert (result.found, result.fair) == (2, 1)


@pytest.mark.parametrize(
    ("shift", "value"), [(0.0, -1.3863), (1.0, -1.1635), (2.0, -0.7126), (4.0, -0.1209), (40.0, 0.0)]
)
def test_the_closed_form_of_the_value(shift: float, value: float) -> None:
    assert e1_value_function.optimal_value(shift) == pytest.approx(value, abs=1e-4)


def test_the_chart_and_its_inverse() -> None:
    torch.manual_seed(0)
    points = e6_even_sampling.surface(500)
    assert torch.allclose(e6_even_sampling.decode(e6_even_sampling.encode(points)), points, atol=1e-4)
    assert float(e6_even_sampling.encode(points).norm(dim=1).max()) <= e6_even_sampling.RADIUS + 1e-4


def test_cells_of_the_surface_have_equal_area() -> None:
    torch.manual_seed(1)
    counts = e6_even_sampling.cells(e6_even_sampling.surface(120_000))
    assert int(counts.sum()) == 120_000
    assert e6_even_sampling.evenness(counts).variation == pytest.approx(120_000**-0.5 * 120**0.5, rel=0.35)


def test_evenness_by_hand() -> None:
    result = e6_even_sampling.evenness(torch.tensor([1, 3]))
    assert (result.variation, result.distance) == pytest.approx((0.5, 0.25))
    assert result.ratio == pytest.approx(1 / 3)


def test_a_report_tells_a_miss_and_refuses_a_ragged_row() -> None:
    report = Report(["a", "b"])
    report.worst("quality", [0.9, 0.7], low=0.8)
    report.worst("error", [0.1, 0.2], high=0.3)
    assert [check.what for check in report.missed] == ["quality, worst of 2"]
    assert not Check("not a number", float("nan"), low=0.0).passed
    with pytest.raises(ValueError, match="a row of 1 cells does not fit 2 columns"):
        report.row(1)


def test_a_table_is_aligned() -> None:
    report = Report(["name", "value"])
    report.row("long name", 0.123456)
    assert report.table() == "name        value\nlong name  0.1235"

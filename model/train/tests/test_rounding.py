import torch

from generator.neighbours import Limits
from generator.rounding import compensated, fitted, mean_shift, moments


def correlated(inputs: int, samples: int) -> torch.Tensor:
    """What neighbouring pixels are to a layer: columns that hardly differ, but for a little of their own."""
    return torch.randn(1, samples) + 0.3 * torch.randn(inputs, samples)


def test_the_output_keeps_nearer_to_its_own_than_with_the_nearest_integers() -> None:
    torch.manual_seed(0)
    weight, columns = torch.randn(8, 54), correlated(54, 4000)
    scale = weight.abs().amax(dim=1, keepdim=True) / 7
    rounded = compensated(weight / scale, moments(columns), Limits(7, 14), 9)
    nearest = (weight / scale).round()
    errors = [((each * scale - weight) @ columns).square().mean().item() for each in (rounded, nearest)]
    assert errors[0] < 0.5 * errors[1]


def test_integers_and_neighbours_of_the_same_sign_stay_within_their_limits() -> None:
    torch.manual_seed(1)
    weight = torch.randn(16, 54) * 40
    rounded = compensated(weight, moments(correlated(54, 500)), Limits(100, 110), 9)
    assert torch.equal(rounded, rounded.round())
    assert rounded.abs().max() == 100
    both = rounded.view(16, 3, 2, 9)
    assert both.relu().sum(dim=2).max() == 110
    assert both.neg().relu().sum(dim=2).max() == 110


def test_what_is_on_the_grid_already_stays() -> None:
    torch.manual_seed(2)
    integers = torch.randint(-63, 64, (4, 54)).float()
    inputs = moments(correlated(54, 500))
    assert torch.equal(compensated(integers, inputs, Limits(63, 126), 9), integers)


def test_columns_that_are_never_anything_but_zero_are_no_trouble() -> None:
    columns = correlated(54, 500)
    columns[::2] = 0
    weight = torch.randn(4, 54)
    scale = weight.abs().amax(dim=1, keepdim=True) / 63
    assert compensated(weight / scale, moments(columns), Limits(63, 126), 9).isfinite().all()


def test_fitted_weights_make_up_for_what_the_inputs_have_lost() -> None:
    torch.manual_seed(3)
    weight, exact = torch.randn(8, 54), correlated(54, 4000)
    touched = exact.round()
    found = fitted(weight, exact, touched, moments(touched))
    change = [((each @ touched) - weight @ exact).square().mean().item() for each in (found, weight)]
    assert change[0] < 0.9 * change[1]


def test_weights_whose_inputs_are_whole_stay() -> None:
    torch.manual_seed(4)
    weight, exact = torch.randn(8, 54), correlated(54, 500)
    exact[::2] = 0
    assert torch.equal(fitted(weight, exact, exact, moments(exact)), weight)


def test_the_shift_is_that_of_the_samples_that_count() -> None:
    exact = torch.tensor([[1.0, 3.0, 50.0], [2.0, 2.0, 2.0]])
    counted = torch.tensor([[True, True, False], [False, False, False]])
    assert mean_shift(exact, torch.zeros(2, 3), counted).tolist() == [2.0, 0.0]


def test_each_row_is_rounded_and_fitted_by_the_samples_that_count_for_it() -> None:
    torch.manual_seed(5)
    weight = torch.randn(8, 54)
    others = correlated(54, 2000) * torch.tensor([1.0, -1.0]).repeat(27)[:, None]  # neighbours of the other sign
    columns = torch.cat([correlated(54, 2000), others], dim=1)
    counted = torch.zeros(8, 4000, dtype=torch.bool)
    counted[:4, :2000] = counted[4:, 2000:] = True  # half the rows are on in one kind of samples, half in the other
    scale = weight.abs().amax(dim=1, keepdim=True) / 15

    def missed(found: torch.Tensor, given: torch.Tensor) -> float:
        return float((counted * (found @ given - weight @ columns).square()).mean())

    limits = Limits(15, 30)
    by_all, by_own = (compensated(weight / scale, moments(columns, c), limits, 9) * scale for c in (None, counted))
    assert missed(by_own, columns) < 0.8 * missed(by_all, columns)
    touched = columns * torch.tensor([1.0, 0.8]).repeat_interleave(2000)
    by_all, by_own = (fitted(weight, columns, touched, moments(touched, each), each) for each in (None, counted))
    assert missed(by_own, touched) < 0.5 * missed(by_all, touched)

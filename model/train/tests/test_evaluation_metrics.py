"""Measures have the values that their definitions give."""

import numpy as np
import pytest

from generator.evaluation import niqe, resize, stability
from generator.evaluation.bd_rate import bd_rate
from generator.evaluation.gmsd import gmsd
from generator.evaluation.ssim import C1, ssim
from generator.evaluation.vmaf import vmaf
from generator.planes import Bytes, Planes, double, halve


def textured(seed: int, height: int = 192, width: int = 192) -> Bytes:
    """Smooth waves, edges and a little grain."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    picture = 120 + 40 * np.sin(rows / (5 + seed) + columns / 9) + 30 * (((rows // 24) + (columns // 17)) % 2)
    return np.clip(picture + rng.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


def grey(y: Bytes) -> Planes:
    chroma = np.full((y.shape[0] // 2, y.shape[1] // 2), 128, np.uint8)
    return Planes(y, chroma, chroma)


# --- bicubic -----------------------------------------------------------------


def test_halving_weights_are_those_of_imresize() -> None:
    # Keys' kernel at half the speed, sampled at quarter-pixel offsets; sums to one
    impulse = np.zeros((16, 1))
    impulse[7] = 1.0
    weights = np.array([-3, -9, 29, 111, 111, 29, -9, -3]) / 256
    halved = resize.bicubic(impulse, 8, 1)[:, 0]
    # row 7 lies 2.5, 0.5, 1.5 and 3.5 rows from the centres of outputs 2, 3, 4 and 5
    assert halved[[2, 3, 4, 5]] == pytest.approx([weights[6], weights[4], weights[2], weights[0]])


def test_doubling_weights_are_keys_cubic_at_a_quarter() -> None:
    impulse = np.zeros((9, 1))
    impulse[4] = 1.0
    doubled = resize.bicubic(impulse, 18, 1)[:, 0]
    quarter = [1.5 * t**3 - 2.5 * t**2 + 1 for t in (0.25, 0.75)]
    outer = [-0.5 * t**3 + 2.5 * t**2 - 4 * t + 2 for t in (1.25, 1.75)]
    assert doubled[5:13] == pytest.approx([*outer[::-1], *quarter[::-1], *quarter, *outer])


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_resizing_keeps_a_flat_plane_flat(size: int) -> None:
    assert resize.double(np.full((size, size), 93, np.uint8)) == pytest.approx(np.full((2 * size, 2 * size), 93.0))


def test_rounding_saturates() -> None:
    assert resize.to_bytes(np.array([[-3.0, 0.5, 254.49, 300.0]])).tolist() == [[0, 1, 254, 255]]


# --- SSIM, GMSD, VMAF --------------------------------------------------------


def test_ssim_of_flat_planes_is_the_luminance_term() -> None:
    a, b = np.full((32, 32), 100, np.uint8), np.full((32, 32), 110, np.uint8)
    assert ssim(a, b) == pytest.approx((2 * 100 * 110 + C1) / (100**2 + 110**2 + C1))
    assert ssim(a, a) == pytest.approx(1.0)


def test_ssim_equals_the_definition_window_by_window() -> None:
    a, b = textured(1, 24, 28), textured(2, 24, 28)
    offsets = np.arange(11) - 5
    kernel = np.exp(-(offsets[:, None] ** 2 + offsets[None] ** 2) / (2 * 1.5**2))
    kernel /= kernel.sum()
    x, y = a[2:-2, 2:-2].astype(float), b[2:-2, 2:-2].astype(float)
    values = []
    for i in range(x.shape[0] - 10):
        for j in range(x.shape[1] - 10):
            p, q = x[i : i + 11, j : j + 11], y[i : i + 11, j : j + 11]
            mp, mq = (kernel * p).sum(), (kernel * q).sum()
            vp, vq = (kernel * (p - mp) ** 2).sum(), (kernel * (q - mq) ** 2).sum()
            both = (kernel * (p - mp) * (q - mq)).sum()
            c2 = (0.03 * 255) ** 2
            values.append((2 * mp * mq + C1) * (2 * both + c2) / ((mp**2 + mq**2 + C1) * (vp + vq + c2)))
    assert ssim(a, b) == pytest.approx(np.mean(values), abs=1e-9)


def test_ssim_refuses_what_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        ssim(textured(1), textured(1)[:50])
    with pytest.raises(ValueError, match="no window"):
        ssim(textured(1)[:12, :12], textured(1)[:12, :12])


def test_gmsd_is_zero_for_equal_pictures_and_for_a_change_of_brightness_and_grows_with_damage() -> None:
    y = textured(3)
    assert gmsd(y, y) == 0
    assert gmsd(y, y + np.uint8(5)) == pytest.approx(0, abs=1e-12)  # gradients do not see it
    rough = (y // 16 * 16).astype(np.uint8)
    rougher = (y // 48 * 48).astype(np.uint8)
    assert 0 < gmsd(rough, y) < gmsd(rougher, y)


def test_vmaf_falls_with_damage_and_neg_grants_less_for_sharpening() -> None:
    truth = [grey(textured(4, 240, 320)) for _ in range(3)]
    blurred = [double(halve(p)) for p in truth]
    sharp = [grey(np.clip(p.y * 1.5 - 60.0, 0, 255).astype(np.uint8)) for p in truth]
    perfect, poor, enhanced = (vmaf(clip, truth) for clip in (truth, blurred, sharp))
    assert perfect[0] > 95
    assert poor[0] < perfect[0] - 10
    assert enhanced[1] < enhanced[0]


# --- BD-rate -----------------------------------------------------------------


def test_bd_rate_of_a_curve_that_needs_a_fifth_less_everywhere() -> None:
    anchor = [(100.0, 30.0), (200.0, 33.0), (400.0, 35.5), (800.0, 37.0)]
    test = [(0.8 * rate, quality) for rate, quality in anchor]
    assert bd_rate(anchor, test) == pytest.approx(-20)
    assert bd_rate(test, anchor) == pytest.approx(25)


def test_bd_rate_of_two_points_is_the_mean_of_straight_lines() -> None:
    # over 31..32 dB, log2 rate runs from 1/2 to 1 on the anchor and from 0 to 1/2 on the other
    assert bd_rate([(1, 30), (2, 32)], [(1, 31), (2, 33)]) == pytest.approx(100 * (2**-0.5 - 1))


@pytest.mark.parametrize(
    ("anchor", "test", "expected"),
    [
        (
            [(9487.76, 40.037), (4593.60, 38.615), (2486.44, 36.845), (1358.24, 34.851)],
            [(9787.80, 40.121), (4469.00, 38.651), (2451.52, 36.970), (1356.24, 34.987)],
            -4.417485350589045,
        ),
        (
            [(110, 27.1), (230, 29.9), (520, 31.2), (1400, 31.4)],
            [(105, 27.5), (250, 30.9), (500, 33.1), (1350, 33.2)],
            -19.324002082158344,
        ),
    ],
)
def test_bd_rate_equals_the_reference_implementation(
    anchor: list[tuple[float, float]], test: list[tuple[float, float]], expected: float
) -> None:
    # expected: the package bjontegaard 1.3.0, bd_rate(..., method="pchip")
    assert bd_rate(anchor, test) == pytest.approx(expected, rel=1e-6)


def test_bd_rate_leaves_out_points_that_buy_nothing_and_says_where_there_is_none() -> None:
    anchor = [(1.0, 30.0), (2.0, 31.0), (4.0, 32.0)]
    assert bd_rate(anchor, [(1.0, 30.0), (1.5, 29.0), (2.0, 31.0), (4.0, 32.0)]) == pytest.approx(0)
    assert np.isnan(bd_rate(anchor, [(1.0, 40.0), (2.0, 41.0)]))
    assert np.isnan(bd_rate(anchor, [(1.0, 30.0), (2.0, 30.0)]))


# --- motion and flicker ------------------------------------------------------


def test_flow_of_a_shifted_picture_is_the_shift_and_its_error_the_difference() -> None:
    wide = textured(5, 160, 200)
    clips = {step: [np.ascontiguousarray(wide[:, step * i : 160 + step * i]) for i in range(3)] for step in (0, 2)}
    moving, still = stability.flow(clips[2]), stability.flow(clips[0])
    assert np.median(moving[0][..., 0]) == pytest.approx(-2, abs=0.1)
    assert stability.flow_error(still, still) == 0
    assert stability.flow_error(still, moving) == pytest.approx(2, abs=0.3)


def test_difference_psnr_ignores_a_constant_error_and_sees_flicker() -> None:
    truth = [textured(6) // 2 + 40 for _ in range(3)]
    constant = [y + np.uint8(9) for y in truth]
    flickering = [truth[0], truth[1] + np.uint8(4), truth[2]]
    assert stability.difference_psnr(constant, truth) == 100
    assert stability.difference_psnr(flickering, truth) == pytest.approx(10 * np.log10(255**2 / 16))


def test_flicker_counts_only_where_the_input_stands_still() -> None:
    small = [np.full((128, 128), 50, np.uint8) for _ in range(2)]
    small[1][:, 100:] = 90  # moves; with its margin blocks 10 and on take no part
    areas = stability.static_areas(small)
    assert areas[0][:, :10].all()
    assert not areas[0][:, 10:].any()
    large = [np.full((256, 256), 50, np.uint8) for _ in range(2)]
    large[1][:, 160:] = 250
    assert stability.flicker(large, areas) == 0
    large[1][:, :16] = 53  # one column of blocks of ten
    assert stability.flicker(large, areas) == pytest.approx(3 / 10)
    small[1][:] = 90
    assert np.isnan(stability.flicker(large, stability.static_areas(small)))


# --- NIQE --------------------------------------------------------------------


@pytest.mark.parametrize("shape", [0.8, 2.0])
def test_the_fit_finds_the_shape_and_the_two_scales(shape: float) -> None:
    rng = np.random.default_rng(0)
    # |x| of a generalised Gaussian: scale times gamma(1 / shape) to the power 1 / shape
    size = rng.gamma(1 / shape, size=400_000) ** (1 / shape)
    left = rng.random(400_000) < 1 / 3  # the share of the left side is its scale's share
    values = np.where(left, -1.0, 2.0) * size
    fitted = niqe._asymmetric_gaussian(values[None, :, None])
    assert [v[0] for v in fitted] == pytest.approx([shape, 1.0, 2.0], rel=0.05)


def test_niqe_prefers_what_looks_like_the_pictures_it_was_fitted_to() -> None:
    natural = niqe.fit(textured(seed, 384, 384) for seed in range(6))
    other = textured(7, 384, 384)
    blurred = double(halve(double(halve(grey(other))))).y
    noisy = np.clip(other + np.random.default_rng(1).normal(0, 25, other.shape), 0, 255).astype(np.uint8)
    score = niqe.niqe(other, natural)
    assert score < niqe.niqe(blurred, natural)
    assert score < niqe.niqe(noisy, natural)
    assert np.isnan(niqe.niqe(other[:90], natural))
    assert np.isnan(niqe.niqe(np.full((96, 96), 80, np.uint8), natural))


def test_niqe_s_model_needs_enough_patches() -> None:
    with pytest.raises(ValueError, match="37 or more"):
        niqe.fit([textured(1)])

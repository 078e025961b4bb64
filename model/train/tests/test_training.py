"""Clips, codecs, cache and the loop, on pictures made here."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from generator import cache, clips, codecs, development, plain, upscalers
from generator.loss import TYPICAL, charbonnier, evened
from generator.metrics import psnr
from generator.network import Generator, Shape
from generator.planes import Planes, double, from_rgb, halve, pack_input, unpack_output
from generator.ship import calibration
from generator.train import Run, load_generator, train


def drawn(seed: int, height: int = 420, width: int = 560) -> np.ndarray:
    """Stripes, discs and noise: something with edges to learn from."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    picture = 128 + 60 * np.sin(rows / 7.0 + seed)[..., None] * np.cos(columns / 11.0)[..., None] * np.ones(3)
    for _ in range(30):
        y, x, r = rng.integers(0, height), rng.integers(0, width), rng.integers(5, 40)
        picture[(rows - y) ** 2 + (columns - x) ** 2 < r * r] = rng.integers(0, 256, 3)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def stills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stills")
    for seed in range(2):
        Image.fromarray(drawn(seed)).save(folder / f"{seed}.png")
    return folder


@pytest.fixture(scope="module")
def filled(stills: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    count = cache.build(sorted(stills.iterdir()), folder, coded_clips=2, seed=3, processes=1)
    assert count == len(np.load(folder / "kind.npy"))
    return folder


def test_clips_keep_their_size_and_move_by_whole_pixels() -> None:
    for seed in range(20):
        clip = clips.moving_crops(drawn(1), drawn(2), 7, np.random.default_rng(seed))
        assert [frame.shape for frame in clip] == [(clips.HEIGHT, clips.WIDTH, 3)] * 7


def test_soft_clips_end_nowhere_and_hold_less_than_the_picture() -> None:
    white = np.full((clips.HEIGHT, clips.WIDTH, 3), 255, np.uint8)
    picture = np.random.default_rng(1).integers(0, 256, white.shape, np.uint8)
    moved = 0
    for seed in range(40):
        beyond = clips.soft_crops(white, 1.2, cache.FRAMES, np.random.default_rng(seed))
        assert [frame.shape for frame in beyond] == [white.shape] * cache.FRAMES
        assert all((frame == 255).all() for frame in beyond)
        clip = clips.soft_crops(picture, 2.0, 2, np.random.default_rng(seed))
        assert detail(clip[0]) < 0.5 * detail(picture)
        moved += not np.array_equal(clip[0], clip[1])
    assert 20 < moved < 40  # some cameras stand still


def detail(picture: np.ndarray) -> float:
    """What of a picture its neighbours do not tell: the mean second difference along rows."""
    return float(np.abs(np.diff(picture.astype(np.int32), 2, axis=1)).mean())


@pytest.mark.parametrize("codec", sorted(codecs.RANGES))
def test_every_codec_returns_every_frame_and_obeys_its_quantiser(codec: str) -> None:
    policy = os.sched_getscheduler(0)
    clip = [halve(from_rgb(drawn(3)[2 * i : 2 * i + 384, :512])) for i in range(4)]
    fine, coarse = (
        np.mean(
            [psnr(a.y, b.y) for a, b in zip(codecs.encode_decode(clip, codecs.Coding(codec, q)), clip, strict=True)]
        )
        for q in codecs.RANGES[codec]
    )
    assert fine > coarse + 5
    assert os.sched_getscheduler(0) == policy


def test_the_cache_holds_pairs_of_the_same_picture(filled: Path) -> None:
    data = cache.Cache(filled)
    assert len(data.clean)
    assert len(data.coded)
    xs, ys = data.batch(8, 20, 1.0, np.random.default_rng(0))
    for x, y in zip(xs, ys, strict=True):
        # the mean of a 4x4 output block is near the mean of its 2x2 input block
        assert np.abs(y[:16].mean(0) - x[:4].mean(0)).mean() < 12


@pytest.fixture
def four_levels(tmp_path: Path) -> cache.Cache:
    """Four pairs of four small pictures each, of the levels 10 to 40."""
    rows, columns = cache.GRID
    levels = np.array([[10, 20], [30, 40]], np.uint8).repeat(rows // 2, axis=0).repeat(columns // 2, axis=1)
    for name, channels in (("input", 6), ("target", 24), ("restored", 6)):
        np.save(tmp_path / f"{name}.npy", np.broadcast_to(levels, (4, channels, rows, columns)))
    np.save(tmp_path / "kind.npy", np.full(4, cache.SMALL, np.uint8))
    np.save(tmp_path / "quantiser.npy", np.zeros(4, np.uint8))
    return cache.Cache(tmp_path)


def test_patches_lie_within_one_of_four_small_pictures(four_levels: cache.Cache) -> None:
    rows = cache.GRID[0]
    four_levels.clean = four_levels.small
    rng = np.random.default_rng(5)
    xs, ys = four_levels.batch(64, rows // 2, 1.0, rng)
    assert {int(x[0, 0, 0]) for x in xs} == {10, 20, 30, 40}
    for x, y in zip(xs, ys, strict=True):
        assert len(np.unique(x)) == len(np.unique(y)) == 1
    assert four_levels.batch(1, rows // 2 + 1, 1.0, rng)[0].shape == (1, 6, rows // 2 + 1, rows // 2 + 1)


def test_a_whole_picture_is_one_of_four_small_ones(four_levels: cache.Cache) -> None:
    pairs = [four_levels.whole(int(k)) for k in four_levels.of(cache.SMALL)]
    assert [np.unique(x).tolist() for x, _ in pairs] == [np.unique(y).tolist() for _, y in pairs]
    assert [int(x[0, 0, 0]) for x, _ in pairs] == [10, 20, 30, 40]
    assert {(x.shape, y.shape) for x, y in pairs} == {((6, 48, 64), (24, 48, 64))}


def test_patches_to_round_by_are_drawn_as_often_as_they_count(tmp_path: Path) -> None:
    easy, hard = 10, 200  # grey, and what was anything but grey
    for name, channels, levels in (("input", 6, [easy, hard]), ("target", 24, [easy, 0]), ("restored", 6, [0, 0])):
        pictures = np.array(levels, np.uint8)[:, None, None, None]
        np.save(tmp_path / f"{name}.npy", np.broadcast_to(pictures, (2, channels, *cache.GRID)))
    np.save(tmp_path / "kind.npy", np.full(2, cache.BICUBIC, np.uint8))
    np.save(tmp_path / "quantiser.npy", np.zeros(2, np.uint8))
    generator = Generator(Shape(16, 1, 0))  # a copy, so far
    drawn = [calibration(cache.Cache(tmp_path), generator, 1.0, decibels) for decibels in (0.0, 1.0)]
    assert [len(x) for x in drawn] == [100, 100]
    evenly, by_decibels = ((x[:, 0, 0, 0] * 255).round().int().tolist().count(easy) for x in drawn)
    assert 30 < evenly < 70
    assert by_decibels == 100


def test_photographs_come_small_as_well_and_screens_do_not(tmp_path: Path) -> None:
    noise = np.random.default_rng(6).integers(-9, 10, (420, 560, 3))
    for name, picture in (("photograph", drawn(1) + noise), ("screen", drawn(1) // 64 * 64)):
        path = tmp_path / f"{name}.png"
        Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(path)
        cache.build([path], tmp_path / name, coded_clips=0, seed=7, processes=1)
        assert len(cache.Cache(tmp_path / name).small) == (cache.SMALLS if name == "photograph" else 0)


def test_training_lowers_the_loss_and_goes_on_where_it_stopped(filled: Path, stills: Path, tmp_path: Path) -> None:
    data, cases = cache.Cache(filled), development.load(stills)
    torch.set_num_threads(1)
    run = Run(tmp_path, "fidelity", Shape(16, 1, 2), None, seed=1)
    before = development.gains(run.average, cases)
    train(run, data, cases, minutes=0.15, every=60)
    assert development.gains(run.average, cases)["clean"] > before["clean"]
    again = Run(tmp_path, "fidelity", Shape(16, 1, 2), None, seed=1)
    again.restore()
    assert (again.step, again.elapsed) == (run.step, run.elapsed)
    x = torch.rand(1, 6, 8, 8)
    assert torch.equal(again.average(x), run.average(x))
    assert torch.equal(load_generator(run.checkpoint)(x), run.average(x))
    shipped = Run(tmp_path, "eight-bit", Shape(16, 1, 2), run.checkpoint, seed=1)
    train(shipped, data, cases, minutes=0.02, every=60)
    assert shipped.step > 0


def test_charbonnier_is_hand_computed() -> None:
    out, target = torch.zeros(1, 24, 1, 1), torch.zeros(1, 24, 1, 1)
    out[:, 0] = 4.0
    assert charbonnier(out, target, 3.0, 0.3).item() == pytest.approx((5 - 3) / 16)
    out.zero_()
    out[:, 23] = 4.0
    assert charbonnier(out, target, 3.0, 0.3).item() == pytest.approx(0.3 * (5 - 3) / 8)


def test_patches_count_as_told() -> None:
    out, target = torch.zeros(2, 24, 1, 1), torch.zeros(2, 24, 1, 1)
    out[:, 3] = 4.0
    counts = torch.tensor([1.0, 5.0])
    assert charbonnier(out, target, 3.0, 0.3, counts).item() == pytest.approx((1 + 5) / 2 * (5 - 3) / 16)


def test_by_decibels_a_patch_counts_as_much_less_as_its_error_is_larger() -> None:
    target = torch.zeros(3, 24, 2, 2)
    out = (TYPICAL * torch.tensor([0.9, 99.9, 0.0])).sqrt()[:, None, None, None].expand(3, 24, 2, 2)
    assert evened(out, target, 1.0).tolist() == pytest.approx([1.0, 0.01, 10.0])
    assert evened(out, target, 0.5).tolist() == pytest.approx([1.0, 0.1, 10.0**0.5])
    assert evened(out, target, 0.0).tolist() == [1.0, 1.0, 1.0]


def test_plain_enlargement_is_a_bicubic() -> None:
    y = np.random.default_rng(4).integers(100, 150, (24, 32)).astype(np.uint8)  # of which nothing is clipped
    small = Planes(y, y[::2, ::2].copy(), y[::2, ::2].copy())
    doubled = plain.luma(torch.from_numpy(pack_input(small))[None].float())[0]
    levels = torch.cat([doubled, torch.zeros(8, *doubled.shape[1:])]).round().clamp(0, 255).byte().numpy()
    difference = unpack_output(levels).y.astype(int) - double(small, "bicubic").y
    assert np.abs(difference[8:-8, 8:-8]).max() <= 1  # Pillow rounds between its two passes


def test_patches_below_plain_enlargement() -> None:
    x = torch.rand(4, 6, 8, 8)
    exact = torch.cat([plain.luma(x), torch.zeros(4, 8, 8, 8)], dim=1)
    off = torch.tensor([0.1, 0.1, 0.01, 0.001])[:, None, None, None]  # 20, 20, 40 and 60 dB
    target = exact + off
    out = target - torch.tensor([0.5, 2.0, 2.0, 2.0])[:, None, None, None] * off
    assert plain.short(out, x, target).tolist() == pytest.approx([0.0, 1.0, 10.0, plain.MOST], rel=1e-3)


def test_psnr_of_a_constant_difference() -> None:
    a = np.full((8, 8), 100, np.uint8)
    assert psnr(a, a + np.uint8(5)) == pytest.approx(10 * np.log10(255**2 / 25))
    assert psnr(a, a) == 100.0
    with pytest.raises(ValueError, match="cannot be compared"):
        psnr(a, a[:4])


def test_i420_layout_matches_gstreamer_for_odd_sizes() -> None:
    p = Planes(np.full((3, 5), 1, np.uint8), np.full((2, 3), 2, np.uint8), np.full((2, 3), 3, np.uint8))
    raw = upscalers._i420(p, 3, 5)
    assert len(raw) == 8 * 4 + 2 * 4 * 2
    back = upscalers._from_i420(np.frombuffer(raw, np.uint8), 3, 5)
    assert all(np.array_equal(getattr(back, n), getattr(p, n)) for n in "yuv")
    assert double(p).y.shape == (6, 10)

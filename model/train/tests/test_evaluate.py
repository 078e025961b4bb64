"""The commands of `evaluate`, on pictures, clips and networks made here."""

import copy
import csv
import shutil
from pathlib import Path

import av
import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from generator import codecs, evaluate, export, upscalers
from generator.clips import HEIGHT, WIDTH
from generator.evaluation import calls, cells, clean, eight_bit, footage, temporal
from generator.evaluation.cells import Cell, Job, Score
from generator.evaluation.ways import PLAIN, UNTOUCHED, Way
from generator.network import ANCHOR, Generator, Shape
from generator.planes import Planes, double, from_rgb
from generator.quantise import QuantisedGenerator

FINE, COARSE = codecs.Coding("libx264", 20), codecs.Coding("libx264", 40)


def drawn(seed: int, height: int, width: int) -> np.ndarray:
    """Coloured discs on waves: (height, width, 3)."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    picture = 128 + 50 * np.sin(rows / 6.0)[..., None] * np.cos(columns / 9.0)[..., None] * np.ones(3)
    for _ in range(25):
        y, x, r = rng.integers(0, height), rng.integers(0, width), rng.integers(4, 30)
        picture[(rows - y) ** 2 + (columns - x) ** 2 < r * r] = rng.integers(0, 256, 3)
    return np.clip(picture, 0, 255).astype(np.uint8)


def network(path: Path, channels: list[int]) -> Path:
    """An ONNX file that copies input channels and does nothing else."""
    path.parent.mkdir()
    value = [helper.make_tensor_value_info("input", TensorProto.UINT8, ["n", "h", "w", 6])]
    result = [helper.make_tensor_value_info("output", TensorProto.UINT8, ["n", "h", "w", len(channels)])]
    order = numpy_helper.from_array(np.array(channels, np.int64), "order")
    copy = helper.make_node("Gather", ["input", "order"], ["output"], axis=3)
    graph = helper.make_graph([copy], "copy", value, result, [order])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9), str(path))
    return path


@pytest.fixture(scope="module")
def nearest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return network(tmp_path_factory.mktemp("networks") / "weights/nearest.onnx", ANCHOR)


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return network(tmp_path_factory.mktemp("networks") / "weights/identity.onnx", list(range(6)))


@pytest.fixture(scope="module")
def stills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stills") / "Set5"
    folder.mkdir()
    Image.fromarray(drawn(1, 301, 363)).save(folder / "colour.png")  # odd sides, odd halves
    Image.fromarray(drawn(2, 280, 288)).convert("L").save(folder / "grey.png")
    return folder


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips of eight frames: one pans, one stands still."""
    folder = tmp_path_factory.mktemp("videos")
    for name, step in (("pans", 2), ("stands", 0)):
        wide = drawn(3, 256, 400)
        with av.open(str(folder / f"{name}-lossless.mp4"), "w") as container:
            stream = container.add_stream("libx264", rate=30, options={"qp": "0"})
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height, stream.pix_fmt = 320, 256, "yuv420p"
            for i in range(8):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(wide[:, step * i : step * i + 320].copy())))
            container.mux(stream.encode(None))
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    monkeypatch.setattr("sys.argv", ["evaluate", *map(str, words)])
    evaluate.main()


# --- material ----------------------------------------------------------------


def test_pictures_are_cut_to_even_sides_and_grey_ones_are_luma(stills: Path) -> None:
    colour, grey = (footage.picture(p) for p in footage.pictures(stills))
    assert (colour.y.shape, colour.u.shape) == ((300, 362), (150, 181))
    assert np.array_equal(grey.y, np.asarray(Image.open(stills / "grey.png")))
    assert np.all(grey.u == 128)
    small = footage.halved(colour)
    assert (small.y.shape, small.u.shape) == ((150, 181), (75, 91))


def test_lossless_clips_keep_their_size_and_others_are_scaled_by_two_thirds(videos: Path, tmp_path: Path) -> None:
    source = footage.clips(videos)[0]
    assert [p.y.shape for p in footage.clip(source, 3)] == [(256, 320)] * 3
    shutil.copy(source, tmp_path / "other.mp4")
    assert footage.clip(tmp_path / "other.mp4", 1)[0].y.shape == (168, 212)


def test_pictures_without_clips_become_soft_clips(stills: Path, videos: Path, tmp_path: Path) -> None:
    colour = footage.clips(stills)[0]
    first, second = footage.clip(colour, 2)
    assert first.y.shape == second.y.shape == (HEIGHT, WIDTH)
    footage.clip.cache_clear()
    assert np.array_equal(footage.clip(colour, 2)[0].y, first.y)  # drawn by the name alone
    for source in (colour, footage.clips(videos)[0]):
        shutil.copy(source, tmp_path)
    assert [p.name for p in footage.clips(tmp_path)] == [footage.clips(videos)[0].name]


def test_folders_without_material_are_refused_with_what_is_read(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"no clips in .*\.mp4"):
        footage.clips(tmp_path)
    with pytest.raises(RuntimeError, match="not a folder"):
        footage.pictures(tmp_path / "none")


# --- ways --------------------------------------------------------------------


def test_a_network_s_outputs_say_whether_it_doubles(nearest: Path, identity: Path) -> None:
    picture = footage.halved(from_rgb(drawn(4, 100, 140)))
    doubled, same = (Way(str(p))([picture])[0] for p in (nearest, identity))
    assert np.array_equal(doubled.y, picture.y.repeat(2, 0).repeat(2, 1))
    assert all(np.array_equal(getattr(same, n), getattr(picture, n)) for n in "yuv")


def test_ways_have_short_names() -> None:
    names = {"": "superres", "tier=fast look=crisp": "tier=fast look=crisp", "model/weights/fast.onnx": "fast",
             "runs/a/fast.onnx": "a/fast", "bicubic": "bicubic"}  # fmt: skip
    assert {text: Way(text).name for text in names} == names
    assert Way("model/weights/fast.onnx").is_network
    assert not Way("strength=0.5 model=fast.onnx").is_network


def test_a_missing_plugin_is_said_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="tools/setup"):
        Way("", build=tmp_path)([footage.halved(Planes(*(np.zeros((n, n), np.uint8) for n in (16, 8, 8))))])


@pytest.mark.skipif(
    not (upscalers.ROOT / "build/libgstsuperres.so").exists() or shutil.which("gst-launch-1.0") is None,
    reason="the plugin is not built",
)
def test_the_element_doubles_keeps_the_size_and_refuses_properties_that_it_does_not_have() -> None:
    y = drawn(5, 50, 70)[..., 0].copy()
    picture = Planes(y, y[::2, ::2].copy(), y[1::2, 1::2].copy())
    doubled = Way("tier=lanczos")([picture, picture])
    assert [p.y.shape for p in doubled] == [(100, 140)] * 2
    assert np.abs(doubled[0].y[4:-4, 4:-4] - double(picture, "lanczos").y[4:-4, 4:-4].astype(int)).mean() < 4
    (same,) = Way("tier=lanczos", scale=1)([picture])  # nothing repairs: the input itself
    assert all(np.array_equal(getattr(same, n), getattr(picture, n)) for n in "yuv")
    with pytest.raises(RuntimeError, match="no-such-property"):
        Way("no-such-property=1")([picture])


# --- clean -------------------------------------------------------------------


def test_clean_compares_with_bicubic_and_prints_published_figures(
    stills: Path, nearest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = clean.measure(stills, [Way(str(nearest))])
    for scores in table.values():
        assert scores["bicubic"].psnr > scores["nearest"].psnr + 0.5
        assert scores["bicubic"].ssim > scores["nearest"].ssim
    run(monkeypatch, "clean", stills, "--model", nearest)
    printed = capsys.readouterr().out
    gain = np.mean([s["nearest"].psnr - s["bicubic"].psnr for s in table.values()])
    assert f"nearest: {gain:+.2f} over bicubic" in printed
    assert "37.00 / 0.9558" in printed  # FSRCNN on Set5


# --- coded clips -------------------------------------------------------------


def test_cells_hold_rates_and_scores_that_fall_with_the_quantiser(videos: Path, nearest: Path) -> None:
    job = Job(footage.clips(videos)[0], 4, (FINE, COARSE), (*PLAIN, Way(str(nearest))))
    fine, coarse = cells.cells_of(job)
    assert fine.kbits > 2 * coarse.kbits
    assert list(fine.scores) == ["bicubic", "lanczos", "nearest"]
    for way in fine.scores:
        assert fine.scores[way].psnr > coarse.scores[way].psnr
        assert np.isnan(fine.scores[way].vmaf)
    better = max(fine.scores["bicubic"].psnr, fine.scores["lanczos"].psnr)
    assert fine.gain("nearest", ["bicubic", "lanczos"]) == pytest.approx(fine.scores["nearest"].psnr - better)


def test_the_bytes_of_a_clip_are_those_of_its_packets(videos: Path) -> None:
    clip = footage.clip(footage.clips(videos)[0], 4)
    pictures, size = codecs.transcode(clip, FINE)
    assert len(pictures) == 4
    assert codecs.transcode(clip, COARSE)[1] < size / 2
    assert size < 4 * 320 * 256


@pytest.mark.parametrize("codec", sorted(codecs.RANGES))
def test_a_coding_gives_the_same_bytes_again(codec: str, videos: Path) -> None:
    clip = footage.clip(footage.clips(videos)[0], 8)
    first, *others = (codecs.transcode(clip, codecs.Coding(codec, 30))[1] for _ in range(3))
    assert others == [first, first]


def test_calls_writes_its_cells_and_plots_and_processes_change_nothing(
    videos: Path, nearest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["calls", videos, "--model", nearest, "--frames", 3, "--codecs", "libx264", "libvpx"]
    run(monkeypatch, *words, "--csv", tmp_path / "one.csv", "--plots", tmp_path / "plots", "--vmaf")
    printed = capsys.readouterr().out
    rows = list(csv.DictReader((tmp_path / "one.csv").open()))
    assert len(rows) == 2 * (5 + 4) * 3
    assert {r["way"] for r in rows} == {"bicubic", "lanczos", "nearest"}
    assert all(0 < float(r["vmaf_neg"]) <= 100 for r in rows)
    assert "BD-rate against Lanczos, nearest, luma PSNR" in printed
    assert "BD-rate against Lanczos, nearest, VMAF-NEG" in printed
    drawings = sorted(p.name for p in (tmp_path / "plots").iterdir())
    assert drawings == ["all.png", "pans-lossless.png", "stands-lossless.png"]
    assert all(len(np.unique(np.asarray(Image.open(tmp_path / "plots" / d)))) > 50 for d in drawings)
    run(monkeypatch, *words, "--csv", tmp_path / "two.csv", "--processes", 2)
    two = list(csv.DictReader((tmp_path / "two.csv").open()))
    keys = ("clip", "codec", "quantiser", "kbit/s", "way", "psnr", "ssim")
    assert [[r[k] for k in keys] for r in two] == [[r[k] for k in keys] for r in rows]


def test_worst_cell_and_saved_rate_are_found() -> None:
    def cell(quantiser: int, kbits: float, plain: float, ours: float) -> Cell:
        scores = {"bicubic": Score(plain - 1, 0.9), "lanczos": Score(plain, 0.9), "ours": Score(ours, 0.9)}
        return Cell("clip", "libx264", quantiser, kbits, scores)

    table = [cell(22, 400, 34, 36), cell(32, 200, 32, 34), cell(42, 100, 30, 29.5)]
    assert calls.worst(table, "ours", ["bicubic", "lanczos"]).quantiser == 42
    # 34 dB take 200 instead of 400, so somewhat less than half at the top of the range
    assert -60 < calls.saved(table, "ours", lambda s: s.psnr) < -20
    assert np.isnan(calls.saved(table, "ours", lambda s: s.neg))


def test_restoration_gains_nothing_where_nothing_is_done(
    videos: Path, identity: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "restoration", videos, "--model", identity, "--frames", 3, "--codecs", "libvpx-vp9")
    printed = capsys.readouterr().out
    assert "identity: mean +0.00 dB over 8 cells, 0 below -0.02, worst +0.00" in printed
    (fine,) = cells.cells_of(Job(footage.clips(videos)[0], 2, (FINE,), (*UNTOUCHED, Way(str(identity), 1))))
    assert fine.scores["identity"] == fine.scores["decoded"]


# --- temporal ----------------------------------------------------------------


def test_temporal_measures_by_way_and_coding(
    videos: Path, nearest: Path, stills: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "temporal.csv"
    run(monkeypatch, "temporal", videos, "--compare", nearest, "--frames", 4, "--codings", "none", "libx264:34",
        "--csv", table)  # fmt: skip
    rows = {(r["clip"], r["coding"], r["way"]): r for r in csv.DictReader(table.open())}
    assert len(rows) == 2 * 2 * 4
    still = rows["stands-lossless", "none", "nearest"]
    assert float(still["flicker"]) == 0
    assert float(still["dPSNR"]) == 100
    pans = rows["pans-lossless", "none", "nearest"]
    assert float(pans["tOF"]) > 0
    assert pans["flicker"] == ""  # nothing stands still
    assert float(rows["pans-lossless", "none", temporal.TRUTH]["tOF"]) == 0
    assert 0 < float(pans["GMSD"]) < float(rows["pans-lossless", "libx264:34", "nearest"]["GMSD"])
    assert float(pans["PSNR"]) < float(rows["pans-lossless", "none", "lanczos"]["PSNR"])


def test_temporal_refuses_codings_that_there_are_not(videos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "temporal", videos, "--codings", "h264:30")


# --- eight bits --------------------------------------------------------------


def test_eight_bit_compares_a_network_with_its_twin(
    stills: Path, videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(0)
    generator = Generator(Shape(16, 1))
    with torch.no_grad():
        generator.blocks()[-1].direct.normal_(std=0.02)
    quantised = QuantisedGenerator(copy.deepcopy(generator))
    quantised.calibrate(eight_bit.halved_crops(stills, side=64))
    export.save(export.eight_bit(quantised, {}), tmp_path / "tiny.onnx")
    with pytest.raises(RuntimeError, match=r"tiny-float32\.onnx is missing"):
        eight_bit.variants(tmp_path / "tiny.onnx", None, tmp_path)
    export.save(export.float_twin(generator, {}), tmp_path / "tiny-float32.onnx")
    run(monkeypatch, "eight-bit", tmp_path / "tiny.onnx", "--on", stills, videos, "--calibration", stills,
        "--frames", 2, "--codecs", "libx264")  # fmt: skip
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert len(lines) == 2 * 5
    losses = {line[2:32].strip(): float(line[40:48]) for line in lines[:5]}
    assert losses["float32"] == 0
    assert 0 < abs(losses["7-bit weights alone"]) < 0.5
    # which make up for each other's errors
    assert abs(losses["eight bits, as shipped"]) < abs(losses["8-bit weights alone"])
    # calibrated on the same pictures but for their crops
    assert losses["eight bits, untrained"] == pytest.approx(losses["eight bits, as shipped"], abs=0.05)


def test_errors_end_the_command_with_their_text(tmp_path: Path, nearest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="nearest is given twice"):
        run(monkeypatch, "clean", tmp_path, "--model", nearest, nearest)
    with pytest.raises(SystemExit, match="there is no file"):
        run(monkeypatch, "clean", tmp_path, "--model", tmp_path / "none.onnx")

"""What a network loses to eight bits: the shipped graph, and its twin quantised without training, against the twin."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch

from .. import export, neighbours, twin
from ..neighbours import Limits
from ..network import Generator
from ..planes import Planes, pack_input
from ..quantise import QuantisedGenerator, settle
from ..train import load_generator, load_quantised
from . import cells as coded
from . import clean, footage
from .cells import Job
from .ways import Way

# Each weight to the nearest: seven bits never overflow 16, eight do without VNNI if neighbours are not kept small.
SEVEN, EIGHT = Limits(63, 126), Limits(127, 254)
SHIPPED, FLOAT = "eight bits, as shipped", "float32"


def variants(network: Path, calibration: Path | None, folder: Path) -> dict[str, Way]:
    """The float32 network and its eight-bit relatives by name; graphs are written into `folder`.

    `network` is an eight-bit file NAME.onnx beside its twin NAME-float32.onnx, or the folder of a
    training run, where float32 is the network as it was before the eight-bit phase.
    Without calibration pictures the quantisation without training is left out.
    """
    generator, shipped = _of_run(network, folder) if network.is_dir() else _of_file(network)

    def way(name: str, graph: onnx.ModelProto) -> Way:
        export.save(graph, folder / f"{name}.onnx")
        return Way(str(folder / f"{name}.onnx"), generator.shape.scale)

    ways = {
        FLOAT: way("float32", export.float_twin(generator, {})),
        "7-bit weights alone": way("7-bit weights", export.float_twin(rounded(copy.deepcopy(generator), SEVEN), {})),
        "8-bit weights alone": way("8-bit weights", export.float_twin(rounded(copy.deepcopy(generator), EIGHT), {})),
    }
    if calibration:
        quantised = QuantisedGenerator(copy.deepcopy(generator))
        quantised.calibrate(halved_crops(calibration))
        ways["eight bits, untrained"] = way("untrained", export.eight_bit(quantised, {}))
    if shipped:
        ways[SHIPPED] = Way(str(shipped), generator.shape.scale)
    return ways


def _of_file(network: Path) -> tuple[Generator, Path]:
    float_twin = network.with_name(f"{network.stem}-float32.onnx")
    for path in (network, float_twin):
        if not path.exists():
            raise RuntimeError(f"{path} is missing: an eight-bit NAME.onnx and its twin NAME-float32.onnx are needed")
    return twin.load(float_twin), network


def _of_run(run: Path, folder: Path) -> tuple[Generator, Path | None]:
    """The newest floating-point checkpoint, and the eight-bit one as it would ship, if there is one."""
    trained = run / "eight-bit.pt"
    before = [p for p in run.glob("*.pt") if p != trained]
    if not before:
        raise RuntimeError(f"{run} has no checkpoint of a floating-point phase, such as fidelity.pt")
    generator = load_generator(max(before, key=lambda p: p.stat().st_mtime))
    if not trained.exists():
        return generator, None
    export.save(export.eight_bit(load_quantised(trained), {}), folder / "shipped.onnx")
    return generator, folder / "shipped.onnx"


def rounded(generator: Generator, limits: Limits) -> Generator:
    """The generator with each weight rounded to the nearest integer, in place; activations stay float32."""
    with torch.no_grad():
        exact = [weight for weight, _ in generator.layers()]
        for i, (block, weight) in enumerate(zip(generator.blocks(), exact, strict=True)):
            scale = neighbours.scales(weight, limits)
            integers = (weight / scale).round()
            integers = settle(weight / scale, integers) if i == 0 else integers
            block.direct.add_(integers * scale - weight)
    return generator


def halved_crops(folder: Path, side: int = 128, most: int = 32) -> torch.Tensor:
    """Middles of the first pictures of a folder, halved: (n, 6, side / 2, side / 2) in 0..1."""
    crops = []
    for path in footage.pictures(folder)[:most]:
        small = footage.halved(footage.picture(path))
        top, left = ((n - side) // 4 * 2 for n in small.y.shape)
        if top < 0 or left < 0:
            continue
        chroma = (slice(top // 2, (top + side) // 2), slice(left // 2, (left + side) // 2))
        y = small.y[top : top + side, left : left + side]
        crops.append(pack_input(Planes(y, small.u[chroma], small.v[chroma])))
    if not crops:
        raise RuntimeError(f"no picture in {folder} has {2 * side} rows and columns: calibration needs some")
    return torch.from_numpy(np.stack(crops)).float() / 255.0


def report_pictures(folder: Path, ways: dict[str, Way]) -> None:
    """Mean luma PSNR on clean pictures and what is lost to eight bits."""
    table = clean.measure(folder, list(ways.values()))
    _print(folder.name, {name: [s[way.name].psnr for s in table.values()] for name, way in ways.items()}, list(table))


def report_clips(folder: Path, ways: dict[str, Way], job: Job, processes: int) -> None:
    """The same on coded clips; `job` says frames and codings."""
    jobs = [Job(path, job.frames, job.codings, tuple(ways.values())) for path in footage.clips(folder)]
    cells = [cell for part in coded.measure(jobs, processes) for cell in part]
    labels = [f"{c.clip}, {c.codec}, q{c.quantiser}" for c in cells]
    _print(folder.name, {n: [c.scores[w.name].psnr for c in cells] for n, w in ways.items()}, labels)


def run(network: Path, folders: Sequence[Path], calibration: Path | None, job: Job, processes: int) -> None:
    """Measure one network on folders of pictures or clips."""
    with tempfile.TemporaryDirectory() as scratch:
        ways = variants(network, calibration, Path(scratch))
        print(f"\n{network.name}: luma PSNR and what is lost, dB")
        for folder in folders:
            if any(p.suffix.lower() in footage.PICTURES for p in folder.iterdir()):
                report_pictures(folder, ways)
            else:
                report_clips(folder, ways, job, processes)


def _print(title: str, scores: dict[str, list[float]], labels: list[str]) -> None:
    print(f"{title:32}{'mean':>8}{'loss':>8}   most lost on one")
    base = np.array(scores[FLOAT])
    for name, values in scores.items():
        loss = base - np.array(values)
        most = "" if name == FLOAT else f"{loss.max():+.3f} ({labels[int(loss.argmax())]})"
        print(f"  {name:30}{np.mean(values):8.3f}{loss.mean():+8.3f}   {most}")

"""Write the ONNX files of a run: `export --run NAME --as NAME`.

The eight-bit graph that the plugin embeds, and its float32 twin, both into
model/weights, with the run's logs beside them. Names say what a generator is for:

    TIER-LOOK          doubles coded video: balanced-faithful
    TIER-LOOK-clean    doubles undamaged video
    restore-TIER-LOOK  repairs coded video at its size

A run without an eight-bit phase is quantised as it is.
"""

from __future__ import annotations

import argparse
import copy
import re
import shutil
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import export
from .cache import Cache
from .loss import evened
from .network import Generator
from .quantise import QuantisedGenerator
from .train import HERE, PICTURES, latest, load_generator, load_quantised

NAME = re.compile(
    r"(restore-(fast|balanced|quality)-(faithful|crisp))|((fast|balanced|quality)-(faithful|crisp)(-clean)?)"
)


def calibration(cache: Cache, generator: Generator, clean_share: float, decibels: float) -> Tensor:
    """100 patches (n, 6, 64, 64) of the cache; with decibels above 0, of four times as many, as often as they count."""
    rng = np.random.default_rng(0)
    inputs, targets = cache.batch(100 if decibels == 0 else 400, 64, clean_share, rng)
    x, y = (torch.from_numpy(b).float() / 255.0 for b in (inputs, targets))
    if decibels == 0:
        return x
    with torch.no_grad():
        counts = torch.cat([evened(generator(a), b, decibels) for a, b in zip(x.split(20), y.split(20), strict=True)])
    drawn = rng.choice(len(x), 100, replace=False, p=(counts.double() / counts.double().sum()).numpy())
    return x[torch.from_numpy(drawn)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--run", required=True, help="folder below runs/, or a float32 twin whose weights to round anew"
    )
    parser.add_argument("--as", dest="name", required=True, help="TIER-LOOK, TIER-LOOK-clean or restore-TIER-LOOK")
    parser.add_argument("--weights", type=Path, default=HERE.parent / "weights")
    parser.add_argument("--cache", type=Path, default=HERE / "cache", help="for calibration without an eight-bit phase")
    parser.add_argument("--decibels", type=float, default=0.0, help="how often a patch is drawn for it: see train")
    options = parser.parse_args()
    if not NAME.fullmatch(options.name):
        raise SystemExit(f"{options.name} is no generator's name: TIER-LOOK, TIER-LOOK-clean or restore-TIER-LOOK")
    folder = HERE / "runs" / options.run
    trained = folder / "eight-bit.pt"
    # Before its weights were rounded.
    exact = load_generator(Path(options.run) if options.run.endswith(".onnx") else latest(folder))
    if trained.exists():
        quantised = load_quantised(trained)
    else:
        quantised = QuantisedGenerator(copy.deepcopy(exact))
        share = PICTURES["clean" if options.name.endswith("-clean") else "mixed"]
        quantised.calibrate(calibration(Cache(options.cache), exact, share, options.decibels))
    shape = quantised.generator.shape
    grid = " on the full grid" if shape.full else ""
    ends = [n for n in (shape.width, shape.expansion, shape.outputs) if n]
    notes = {
        "generator": f"gst-superres {options.name}",
        "layers": f"6 -> {shape.head}, {shape.depth} x ({shape.width} -> {shape.width}){grid}, "
        f"{' -> '.join(map(str, ends))}{' by 1x1' * (shape.tail == 1 or bool(shape.expansion))}",
        "multiply-accumulates per input pixel": f"{shape.macs_per_pixel():.0f}",
        "rows of context": f"{shape.context}",  # package model reads this one
    }
    options.weights.mkdir(parents=True, exist_ok=True)
    for name, graph in (
        (f"{options.name}.onnx", export.eight_bit(quantised, notes)),
        (f"{options.name}-float32.onnx", export.for_devices(export.float_twin(exact, notes))),
    ):
        export.save(graph, options.weights / name)
        print(f"{options.weights / name}: {(options.weights / name).stat().st_size} bytes")
    for log in folder.glob("*.csv"):
        shutil.copy(log, options.weights / f"{options.name}-{log.name}")


if __name__ == "__main__":
    main()

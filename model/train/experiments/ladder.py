"""Ladder: sizes of generators, each trained for the same time: what a size costs, may do, uses and gains.

    run ladder --cache CACHE --stills DEVELOPMENT [--images INPUTS] [--minutes 4]

A generator is large enough when the next rung gains little and it fits the time of a frame.
Training is measured in time of the processor, so other work on the machine makes no size look
worse; every size learns from the same mixture of pictures. A rung that is done is kept in
runs/ladder and not trained again. Bounds and regions come from build/srcomplexity, milliseconds
a frame from the eight-bit graphs in ONNX Runtime, which want a machine that does nothing else.
"""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from generator import development, export
from generator.cache import Cache
from generator.network import Generator, Shape
from generator.train import HERE, PICTURES, Run

from . import plotting, stopwatch
from .report import Report

# width, depth
SIZES = [(16, 2), (32, 1), (32, 2), (32, 4), (32, 6), (32, 8), (48, 4), (64, 2), (64, 4), (64, 6)]
SHIPPED = {(32, 2): "fast", (32, 4): "balanced", (64, 6): "quality"}
COMPLEXITY = HERE.parents[1] / "build" / "srcomplexity"
FULL_MINUTES, QUICK_MINUTES = 4.0, 0.1
THREADS = 2  # that a frame is timed on


@dataclass(frozen=True)
class Paths:
    cache: Path
    stills: Path
    images: Path | None  # inputs that regions are counted on
    folder: Path = HERE / "runs" / "ladder"
    fast: bool = True  # convolve in bfloat16


@dataclass(frozen=True)
class Rung:
    """gains: luma PSNR over the better of bicubic and Lanczos, dB, clean and for each QP."""

    steps: int
    gains: dict[str, float]


def train(
    shape: Shape, cache: Cache, cases: list[development.Case], minutes: float, folder: Path, fast: bool = True
) -> Rung:
    """A fidelity phase of `minutes` of processor time; leaves rung.json and float32.onnx in the folder."""
    run = Run(folder, "fidelity", shape, None, seed=1, fast=fast)
    rng = np.random.default_rng(1)
    budget, began, used = minutes * 60.0, time.process_time(), 0.0
    while used < budget:
        inputs, targets = cache.batch(run.recipe.batch, run.recipe.patch, PICTURES["mixed"], rng)
        x, y = (torch.from_numpy(b).float() / 255.0 for b in (inputs, targets))
        run.advance(x, y, used / budget)
        used = time.process_time() - began
    generator = run.average
    assert isinstance(generator, Generator)
    generator.precision = torch.float32
    rung = Rung(run.step, development.gains(generator, cases))
    export.save(export.float_twin(generator, {"size": f"{shape.depth} x {shape.width}"}), folder / "float32.onnx")
    (folder / "rung.json").write_text(json.dumps({"minutes": minutes, **asdict(rung)}))
    return rung


def done(folder: Path, minutes: float) -> Rung | None:
    """The rung that is there already, if it was trained for as long."""
    file = folder / "rung.json"
    if not file.exists():
        return None
    state = json.loads(file.read_text())
    return Rung(state["steps"], state["gains"]) if state["minutes"] == minutes else None


def complexity(model: Path, images: Path | None) -> dict[str, Any]:
    """What srcomplexity says of a graph; kept beside it, since of a large one it takes minutes."""
    kept = model.with_name(f"complexity-{images.name if images else 'alone'}.json")
    if not kept.exists() or kept.stat().st_mtime < model.stat().st_mtime:
        if not COMPLEXITY.exists():
            raise SystemExit(f"there is no {COMPLEXITY}: build it with tools/setup build")
        measured = ["--images", str(images), "--lines", "8", "--samples", "16384"] if images else []
        command = [str(COMPLEXITY), "--json", *measured, str(model)]
        kept.write_text(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


@dataclass(frozen=True)
class Point:
    """A rung with what was found out about it; coded: mean gain over the quantisers, dB; ms: a frame of 480x360."""

    shape: Shape
    rung: Rung
    found: dict[str, Any]
    ms: float

    @property
    def clean(self) -> float:
        return self.rung.gains["clean"]

    @property
    def coded(self) -> float:
        return float(np.mean([gain for name, gain in self.rung.gains.items() if name != "clean"]))

    @property
    def name(self) -> str:
        return SHIPPED.get((self.shape.width, self.shape.depth), "")

    def log2(self, bound: str) -> float:
        bounds = (*self.found["upper_bounds"], *self.found["lower_bounds"], self.found["typical"])
        return float(next(b["log2"] for b in bounds if b["name"] == bound))


def run(paths: Paths, minutes: float, figures: Path) -> Report:
    cache, cases = Cache(paths.cache), development.load(paths.stills)
    shapes = [Shape(width, depth) for width, depth in SIZES]
    folders = [paths.folder / f"{shape.depth}x{shape.width}" for shape in shapes]
    rungs = []
    for shape, folder in zip(shapes, folders, strict=True):
        rungs.append(done(folder, minutes) or train(shape, cache, cases, minutes, folder, paths.fast))
        print(f"{shape.depth} x {shape.width}: {rungs[-1].steps} steps", flush=True)
    models = [folder / "float32.onnx" for folder in folders]
    times = stopwatch.milliseconds([stopwatch.eight_bit_of(model, cache) for model in models], THREADS)
    points = [
        Point(shape, rung, complexity(model, paths.images), ms)
        for shape, rung, model, ms in zip(shapes, rungs, models, times, strict=True)
    ]
    sizes = ["generator", "parameters", "MAC per input pixel", "ms a frame", "units"]
    bounds = ["at most", "typical", "at least, of the most"]
    measured = ["entropy, bit", "bit a unit", "regions on a line"] if paths.images else []
    report = Report([*sizes, *bounds, *measured, "steps", "clean, dB", "coded, dB"])
    for point in points:
        used = point.found.get("measured")
        report.row(
            f"{point.shape.depth} x {point.shape.width}" + (f", {point.name}" if point.name else ""),
            point.found["parameters"], round(point.found["macs_per_input_pixel"]), f"{point.ms:.1f}",
            point.found["units"], f"{point.log2('Serra'):.1f}", f"{point.log2('typical'):.1f}",
            f"{point.log2('of the maximum'):.1f}",
            *((f"{used['entropy']:.0f}", f"{used['utilisation']:.2f}", f"{np.median(used['regions_on_lines']):.0f}")
              if used else ()),
            point.rung.steps, f"{point.clean:+.2f}", f"{point.coded:+.2f}",
        )  # fmt: skip
    report.remarks.append(
        f"{minutes:g} minutes of one processor each, seed 1; at most, typical and at least: log2 of linear "
        f"regions. Gains are over the better of bicubic and Lanczos, of {paths.stills.name}: clean, and the "
        f"mean of x264 at QP {' '.join(map(str, development.QUANTISERS))}. Milliseconds: 480x360, eight bits, the "
        f"network alone on {THREADS} threads."
    )
    _plot(points, figures / "ladder.png", minutes)
    return report


def _plot(points: list[Point], path: Path, minutes: float) -> None:
    figure, axes = plotting.panels(1, 2, 4.8)
    gains, regions = axes[0]
    times = [point.ms for point in points]
    macs = [point.found["macs_per_input_pixel"] / 1000 for point in points]
    gains.plot(times, [point.clean for point in points], "o", color="tab:blue", label="clean")
    gains.plot(times, [point.coded for point in points], "o", color="tab:orange", label="coded, QP 22 to 42")
    entropy = [point.found.get("measured", {}).get("entropy", float("nan")) for point in points]
    regions.plot(macs, [point.log2("Serra") for point in points], "v", ms=5, label="at most (Serra)")
    regions.plot(macs, [point.log2("typical") for point in points], "o", ms=5, label="typical")
    regions.plot(macs, entropy, "s", ms=5, label="used: entropy of the units")
    for x, point in zip(times, points, strict=True):
        size = f"{point.shape.depth}x{point.shape.width}"
        gains.annotate(size, (x, point.clean), (0, 6), textcoords="offset points", ha="right", fontsize=7)
    for axis, places in ((gains, times), (regions, macs)):
        for x, point in zip(places, points, strict=True):
            if point.name:
                axis.axvline(x, color="k", lw=0.6, ls=":")
                mark = {"xycoords": ("data", "axes fraction"), "rotation": 90, "fontsize": 7, "ha": "right"}
                axis.annotate(point.name, (x, 0.02), **mark)
        axis.set(xscale="log")
        axis.set_xticks([round(x * 2**k, 1) for x in (min(places),) for k in range(5)])
        axis.xaxis.set_major_formatter("{x:g}")
        axis.xaxis.set_minor_formatter("")
        plotting.legend_below(axis, 3)
    gains.set(
        xlabel=f"milliseconds a frame of 480x360, eight bits, {THREADS} threads",
        ylabel="gain in luma PSNR (dB)", title="what a size gains, and what it takes",
    )  # fmt: skip
    regions.set(
        xlabel="multiply-accumulates per input pixel (thousands)",
        yscale="log", ylabel="linear regions (log2), bit", title="what a size may do, and what it uses",
    )  # fmt: skip
    plotting.save(
        figure, path, "The ladder of generator sizes",
        f"Generators of depth x width, each trained for {minutes:g} minutes of one processor. Left: gain over the "
        "better of bicubic and Lanczos on development pictures, clean and coded with x264. Right: upper bound and "
        "typical number of linear regions of one patch, and the entropy of the units on pictures, an upper estimate "
        "of the regions in use. Dotted: the sizes that ship.",
    )  # fmt: skip

"""Ladder: sizes of generators, each trained for the same time: what a size costs, may do, uses and gains.

    run ladder --cache CACHE --stills DEVELOPMENT [--images INPUTS] [--minutes 4]

A generator is large enough when the next rung gains little and it fits the time of a frame.
Time is that of the processor, so other work on the machine makes no size look worse; every
size learns from the same mixture of pictures. A rung that is done is kept below `--folder`
and not trained again. Bounds and regions come from build/srcomplexity.
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

from . import plotting
from .report import Report

SIZES = [(16, 2), (32, 1), (32, 2), (32, 4), (32, 6), (48, 4), (64, 2), (64, 4), (64, 6)]  # width, depth
SHIPPED = {(32, 2): "fast", (32, 4): "balanced", (64, 4): "quality"}
COMPLEXITY = HERE.parents[1] / "build" / "srcomplexity"
FULL_MINUTES, QUICK_MINUTES = 4.0, 0.1


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
    """What srcomplexity says of a graph."""
    if not COMPLEXITY.exists():
        raise SystemExit(f"there is no {COMPLEXITY}: build it with tools/setup build")
    measured = ["--images", str(images), "--lines", "8", "--samples", "16384"] if images else []
    out = subprocess.run([COMPLEXITY, "--json", *measured, model], check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(out)
    return found


def run(paths: Paths, minutes: float, figures: Path) -> Report:
    columns = ["generator", "parameters", "MAC per input pixel", "units", "at most", "typical", "at least, of the most"]
    measured = ["entropy, bit", "bit a unit", "regions on a line"] if paths.images else []
    report = Report([*columns, *measured, "steps", "clean, dB", "coded, dB"])
    cache, cases = Cache(paths.cache), development.load(paths.stills)
    points = []
    for width, depth in SIZES:
        shape, folder = Shape(width, depth), paths.folder / f"{depth}x{width}"
        rung = done(folder, minutes) or train(shape, cache, cases, minutes, folder, paths.fast)
        found = complexity(folder / "float32.onnx", paths.images)
        used = found.get("measured")
        coded = float(np.mean([gain for name, gain in rung.gains.items() if name != "clean"]))
        bounds = {bound["name"]: bound["log2"] for bound in (*found["upper_bounds"], *found["lower_bounds"])}
        report.row(
            f"{depth} x {width}" + (f", {SHIPPED[width, depth]}" if (width, depth) in SHIPPED else ""),
            found["parameters"], round(found["macs_per_input_pixel"]), found["units"], f"{bounds['Serra']:.1f}",
            f"{found['typical']['log2']:.1f}", f"{bounds['of the maximum']:.1f}",
            *((f"{used['entropy']:.0f}", f"{used['utilisation']:.2f}", f"{np.median(used['regions_on_lines']):.0f}")
              if used else ()),
            rung.steps, f"{rung.gains['clean']:+.2f}", f"{coded:+.2f}",
        )  # fmt: skip
        points.append((width, depth, found, rung.gains["clean"], coded))
        print(report.table().splitlines()[-1], flush=True)
    report.remarks.append(
        f"{minutes:g} minutes of one processor each, seed 1; at most, typical and at least: log2 of linear "
        f"regions. Gains are over the better of bicubic and Lanczos, of {paths.stills.name}: clean, and the "
        f"mean of x264 at QP {' '.join(map(str, development.QUANTISERS))}."
    )
    _plot(points, figures / "ladder.png", minutes)
    return report


def _plot(points: list[tuple[int, int, dict[str, Any], float, float]], path: Path, minutes: float) -> None:
    figure, axes = plotting.panels(1, 2, 4.6)
    gains, regions = axes[0]
    macs = [found["macs_per_input_pixel"] / 1000 for _, _, found, _, _ in points]
    for label, k, colour in (("clean", 3, "tab:blue"), ("coded, QP 22 to 42", 4, "tab:orange")):
        gains.plot(macs, [p[k] for p in points], "o", color=colour, label=label)
    curves = [
        (
            "at most (Serra)",
            "v",
            [next(b["log2"] for b in p[2]["upper_bounds"] if b["name"] == "Serra") for p in points],
        ),
        ("typical", "o", [p[2]["typical"]["log2"] for p in points]),
        ("used: entropy of the units", "s", [p[2].get("measured", {}).get("entropy", float("nan")) for p in points]),
    ]
    for label, mark, values in curves:
        regions.plot(macs, values, mark, ms=5, label=label)
    for x, (width, depth, _, clean, coded) in zip(macs, points, strict=True):
        name = SHIPPED.get((width, depth))
        gains.annotate(
            f"{depth}x{width}", (x, max(clean, coded)), (0, 6), textcoords="offset points", ha="center", fontsize=7
        )
        if name:
            gains.axvline(x, color="k", lw=0.6, ls=":")
            regions.axvline(x, color="k", lw=0.6, ls=":")
            regions.annotate(name, (x, 0.02), xycoords=("data", "axes fraction"), rotation=90, fontsize=7, ha="right")
    for axis in (gains, regions):
        axis.set(xscale="log", xlabel="multiply-accumulates per input pixel (thousands)")
        plotting.legend_below(axis, 3)
    gains.set(ylabel="gain in luma PSNR (dB)", title="what a size gains")
    regions.set(yscale="log", ylabel="linear regions (log2), bit", title="what a size may do, and what it uses")
    plotting.save(
        figure, path, "The ladder of generator sizes",
        f"Generators of depth x width, each trained for {minutes:g} minutes of one processor. Left: gain over "
        f"the better "
        "of bicubic and Lanczos on development pictures, clean and coded with x264. Right: upper bound and "
        "typical number "
        "of linear regions of one patch, and the entropy of the units on pictures, an upper estimate of the regions in "
        "use. Dotted: the sizes that ship.",
    )  # fmt: skip

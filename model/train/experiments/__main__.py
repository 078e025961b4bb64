"""Run experiments: `run E1 E5 [--quick]`, all eight without a name; `run ladder` compares sizes of generators.

Each prints a table and its checks, and writes a figure. The exit status is 1 when a check
was missed. The quick variants train less on one seed, with bounds to match where a bound
needs the whole training; they write no figure over those of the full ones.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

import torch

from . import ladder
from .report import Report

HERE = Path(__file__).parent
EXPERIMENTS = {
    "E1": "e1_value_function",
    "E2": "e2_two_gaussians",
    "E3": "e3_ring",
    "E4": "e4_grid",
    "E5": "e5_tangent",
    "E6": "e6_even_sampling",
    "E7": "e7_generator",
    "E8": "e8_complexity",
}


def show(name: str, title: str, report: Report, seconds: float) -> None:
    print(f"# {name}  {title}")
    print(report.table())
    for line in [*report.remarks, *map(str, report.checks)]:
        print(line)
    if not report.checks:
        print(f"({seconds:.0f} s)\n", flush=True)
        return
    verdict = f"{len(report.missed)} of {len(report.checks)} checks missed" if report.missed else "all checks passed"
    print(f"{name}: {verdict} ({seconds:.0f} s)\n", flush=True)


def climb(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if options.cache is None or options.stills is None:
        parser.error("the ladder needs --cache FOLDER to train on and --stills FOLDER to measure on")
    torch.set_num_threads(options.threads)
    paths = ladder.Paths(options.cache, options.stills, options.images, fast=not options.float32)
    minutes = options.minutes or (ladder.QUICK_MINUTES if options.quick else ladder.FULL_MINUTES)
    began = time.monotonic()
    report = ladder.run(paths, minutes, _figures(options))
    show("ladder", "sizes of generators, each trained for the same time.", report, time.monotonic() - began)
    return 0


def _figures(options: argparse.Namespace) -> Path:
    folder: Path = options.figures or (HERE.parent / "runs" / "quick" if options.quick else HERE / "figures")
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="E1..E8, ladder", help="which; all eight by default")
    parser.add_argument("--quick", action="store_true", help="less training, one seed: seconds each")
    parser.add_argument(
        "--figures", type=Path, help="folder of the figures: experiments/figures, or runs/quick with --quick"
    )
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch; small networks gain nothing from more")
    trained = parser.add_argument_group("E7 on a trained generator, and the ladder")
    trained.add_argument("--start", type=Path, help="E7: a fidelity checkpoint or float32 twin to go on from")
    trained.add_argument("--checkpoint", type=Path, help="E7: what the adversarial phase left, to be measured")
    trained.add_argument("--cache", type=Path, help="training cache: E7 with --start, ladder")
    trained.add_argument("--stills", type=Path, help="pictures to measure on: E7, ladder")
    trained.add_argument("--images", type=Path, help="ladder: pictures, as inputs, on which regions are counted")
    trained.add_argument("--minutes", type=float, help="ladder: processor time for each size (4, with --quick 0.1)")
    trained.add_argument("--float32", action="store_true", help="ladder: where bfloat16 would not be faster")
    options = parser.parse_args()
    if options.names == ["ladder"]:
        return climb(parser, options)
    real = {name: getattr(options, name) for name in ("start", "checkpoint", "cache", "stills")}
    if any(real.values()) and options.names != ["E7"]:
        parser.error(f"--{', --'.join(name for name, value in real.items() if value)}: for E7 alone")
    unknown = [name for name in options.names if name not in EXPERIMENTS]
    if unknown:
        parser.error(f"there is no experiment {', '.join(unknown)}: choose from {', '.join(EXPERIMENTS)}")
    figures = _figures(options)
    torch.set_num_threads(options.threads)
    missed = []
    for name in options.names or EXPERIMENTS:
        module = importlib.import_module(f".{EXPERIMENTS[name]}", __package__)
        began = time.monotonic()
        arguments = {"real": module.Real(**real)} if any(real.values()) else {}
        report = module.run(options.quick, figures, **arguments)
        show(name, (module.__doc__ or "").splitlines()[0].split(": ", 1)[1], report, time.monotonic() - began)
        if report.missed:
            missed.append(name)
    if missed:
        print(f"missed: {' '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

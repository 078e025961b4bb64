"""Run experiments: `run E1 E5 [--quick]`, all of them without a name.

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
    verdict = f"{len(report.missed)} of {len(report.checks)} checks missed" if report.missed else "all checks passed"
    print(f"{name}: {verdict} ({seconds:.0f} s)\n", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="E1..E8", help="which; all of them by default")
    parser.add_argument("--quick", action="store_true", help="less training, one seed: seconds each")
    parser.add_argument(
        "--figures", type=Path, help="folder of the figures: experiments/figures, or runs/quick with --quick"
    )
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch; small networks gain nothing from more")
    parser.add_argument("--checkpoint", type=Path, help="E7 only: measure this trained generator with noise inputs")
    options = parser.parse_args()
    if options.checkpoint and options.names != ["E7"]:
        parser.error("--checkpoint is for E7 alone")
    unknown = [name for name in options.names if name not in EXPERIMENTS]
    if unknown:
        parser.error(f"there is no experiment {', '.join(unknown)}: choose from {', '.join(EXPERIMENTS)}")
    figures = options.figures or (HERE.parent / "runs" / "quick" if options.quick else HERE / "figures")
    torch.set_num_threads(options.threads)
    missed = []
    for name in options.names or EXPERIMENTS:
        module = importlib.import_module(f".{EXPERIMENTS[name]}", __package__)
        began = time.monotonic()
        checkpoint = {"checkpoint": options.checkpoint} if options.checkpoint else {}
        report = module.run(options.quick, figures, **checkpoint)
        show(name, (module.__doc__ or "").splitlines()[0].split(": ", 1)[1], report, time.monotonic() - began)
        if report.missed:
            missed.append(name)
    if missed:
        print(f"missed: {' '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Draw the training logs beside the weights: `curves [--weights DIR]` writes DIR/training.png."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from .train import HERE

PHASES = ("fidelity", "adversarial", "eight-bit")
GAINS = ("clean", "qp22", "qp32", "qp42")


def read(path: Path) -> dict[str, list[float]]:
    """Columns of a log."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows if row[name]] for name in rows[0]} if rows else {}


def draw(weights: Path, out: Path) -> None:
    """A row a generator: loss, gains on development pictures, and the game where one was played."""
    names = sorted(
        {log.name.removesuffix(f"-{phase}.csv") for phase in PHASES for log in weights.glob(f"*-{phase}.csv")}
    )
    figure, axes = pyplot.subplots(len(names), 3, figsize=(13, 2.6 * len(names)), squeeze=False)
    for (loss, gain, game), name in zip(axes, names, strict=True):
        for phase in PHASES:
            path = weights / f"{name}-{phase}.csv"
            columns = read(path) if path.exists() else {}
            if not columns:
                continue
            style = {"fidelity": "-", "adversarial": "-.", "eight-bit": ":"}[phase]
            loss.plot(columns["minutes"], columns["loss"], style, marker=".", label=phase)
            for k, case in enumerate(GAINS):
                if case in columns:
                    gain.plot(
                        columns["minutes"], columns[case], style, marker=".", color=f"C{k}", label=f"{case}, {phase}"
                    )
            for k, term in enumerate(("V", "D real", "D fake")):
                if term in columns:
                    game.plot(columns["minutes"], columns[term], color=f"C{k}", label=term)
        loss.set(title=name, xlabel="minutes of the phase", ylabel="loss", yscale="log")
        gain.set(title="luma PSNR over plain enlargement", xlabel="minutes of the phase", ylabel="dB")
        game.set(title="value of the game, mean D", xlabel="minutes of the phase", ylabel="nat, probability")
        for axis in (loss, gain, game):
            if axis.has_data():
                axis.legend(fontsize=6)
            else:
                axis.set_axis_off()
    figure.tight_layout()
    figure.savefig(out, dpi=80)
    pyplot.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=HERE.parent / "weights")
    options = parser.parse_args()
    draw(options.weights, options.weights / "training.png")


if __name__ == "__main__":
    main()

"""Figures that are legible alone: a title, units on the axes, a legend, a caption below."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

WIDTH = 9.0  # inches
DOTS = 75  # an inch
mpl.rcParams.update({"font.size": 9, "axes.grid": True, "grid.alpha": 0.25, "legend.fontsize": 8, "axes.titlesize": 9})


def panels(rows: int, columns: int, height: float, **options: Any) -> tuple[Figure, Any]:
    """A figure of `height` inches and its axes as an array (rows, columns)."""
    return plt.subplots(rows, columns, figsize=(WIDTH, height), squeeze=False, layout="constrained", **options)


def save(figure: Figure, path: Path, title: str, caption: str) -> None:
    """Write the figure as a PNG of few colours with the caption under it."""
    figure.suptitle(title, fontsize=11, fontweight="bold")
    lines = textwrap.fill(caption, 128)
    figure.supxlabel(lines, fontsize=8.5, x=0.01, ha="left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DOTS, metadata={"Software": None})
    plt.close(figure)

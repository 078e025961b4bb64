"""Figures that are legible alone: a title, units on the axes, a legend, a caption below."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

WIDTH = 10.0  # inches
DOTS = 100  # an inch
mpl.rcParams.update({"font.size": 9, "axes.grid": True, "grid.alpha": 0.25, "legend.fontsize": 8, "axes.titlesize": 9})


def panels(rows: int, columns: int, height: float, **options: Any) -> tuple[Figure, Any]:
    """A figure of `height` inches and its axes as an array (rows, columns)."""
    return plt.subplots(rows, columns, figsize=(WIDTH, height), squeeze=False, layout="constrained", **options)


def legend_below(axis: Axes, columns: int = 2, drop: float = -0.22) -> None:
    """A legend under the axis, where it hides nothing; drop: of its top, in heights of the axis."""
    _legible(axis.legend(loc="upper center", bbox_to_anchor=(0.5, drop), ncols=columns, frameon=False))


def legend_above(figure: Figure, axis: Axes) -> None:
    """One legend over all panels, for what they share; read from one of them."""
    _legible(figure.legend(*axis.get_legend_handles_labels(), loc="outside upper right", ncols=2, frameon=False))


def _legible(legend: Legend) -> None:
    """Marks in a legend large enough to see, however small on the plot."""
    for handle in legend.legend_handles:
        if isinstance(handle, Line2D):
            handle.set(markersize=max(5.0, handle.get_markersize()), alpha=1.0)


def save(figure: Figure, path: Path, title: str, caption: str) -> None:
    """Write the figure as a PNG with the caption under it."""
    figure.suptitle(title, fontsize=11, fontweight="bold")
    figure.supxlabel(textwrap.fill(caption, 140), fontsize=8.5, x=0.01, ha="left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DOTS, metadata={"Software": None})
    plt.close(figure)

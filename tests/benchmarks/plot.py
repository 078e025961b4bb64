"""Draws the plot of a run from its CSV:  python plot.py CSV PNG "caption" """

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes

Rows = list[dict[str, str]]
COLOURS = {"quality": "#6a3d9a", "balanced": "#1f78b4", "fast": "#33a02c", "lanczos": "#ff7f00"}
OURS = ("superres", *COLOURS)  # how the names of our rows begin


def medians(rows: Rows, part: str, figure: str) -> Rows:
    return [row for row in rows if row["part"] == part and row["figure"] == figure]


def by_size(axes: Axes, rows: Rows) -> None:
    """Frames a second over the pixels that go in."""
    lines: dict[tuple[str, str], list[tuple[int, float, str]]] = defaultdict(list)
    for row in medians(rows, "sizes", "frames/s"):
        size, _, threads = row["where"].partition(", ")
        width, height = map(int, size.split("x"))
        lines[row["what"], threads].append((width * height, float(row["median"]), size))
    for (tier, threads), points in lines.items():
        pixels, rates, _ = zip(*sorted(points), strict=True)
        style = "-o" if threads.startswith("2") else "--o"
        axes.plot(pixels, rates, style, color=COLOURS.get(tier, "grey"), markersize=3, label=f"{tier}, {threads}")
    ticks = {pixels: size for points in lines.values() for pixels, _, size in points}
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(list(ticks), list(ticks.values()), rotation=45, fontsize=7)
    axes.set_xticks([], minor=True)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")
    axes.axhline(30, color="grey", linewidth=0.6)
    axes.set_title("frames/s by size of the input (line: 30)", fontsize=9)
    axes.legend(fontsize=6)


def bars(axes: Axes, rows: Rows, title: str, by: str) -> None:
    names = [row[by] for row in rows]
    values = [float(row["median"]) for row in rows]
    drawn = axes.barh(names, values, color=["#1f78b4" if name.startswith(OURS) or by == "where" else "#999999" for name in names])
    axes.bar_label(drawn, [f"{value:.3g}" for value in values], fontsize=6, padding=2)
    axes.invert_yaxis()
    axes.tick_params(labelsize=7)
    axes.margins(x=0.15)
    axes.set_title(title, fontsize=9)


def main() -> None:
    source, target, caption = sys.argv[1:]
    with Path(source).open(newline="") as file:
        rows = list(csv.DictReader(file))
    figure, axes = pyplot.subplots(2, 2, figsize=(12, 8))
    by_size(axes[0][0], rows)
    bars(axes[0][1], medians(rows, "peers", "frames/s"), "frames/s at 480x360, beside others", "what")
    if axes[0][1].patches:  # where others were measured
        axes[0][1].set_xscale("log")
    content = [row for row in medians(rows, "content", "frames/s") if row["what"] == "balanced"]
    bars(axes[1][0], content, "frames/s by content, balanced", "where")
    peak = [row for row in medians(rows, "peak", "GMAC/s") if row["where"].startswith("2")]
    bars(axes[1][1], peak, "GMAC/s on 2 threads", "what")
    figure.suptitle(caption, fontsize=8)
    figure.tight_layout()
    figure.savefig(target, dpi=110)


if __name__ == "__main__":
    main()

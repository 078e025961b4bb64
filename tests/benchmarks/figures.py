"""Rows of figures: several rounds of each are kept, and ratios are taken round by
round, so that a load that comes and goes weighs on both sides alike."""

from __future__ import annotations

import csv
import math
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# The names of the figures, with their units.
FRAMES, P50, P99 = "frames/s", "p50 ms", "p99 ms"
GMACS, SHARE = "GMAC/s", "% of the peak"
PEAK, A_STREAM, GROWTH, STARTUP = "peak MB", "MB a stream", "growth MB", "start-up ms"
WHOLE_CPU, OWN_CPU = "% of a core, all", "% of a core, the element"
LATE, CHANGES = "late or lost %", "tier changes"

Measured = dict[str, float]
"""What one round of a case gives, by the figure's name, which has its unit in it."""


class Unavailable(Exception):
    """Something cannot be measured on this machine; the text says why."""


@dataclass
class Case:
    """Something to measure: `what` in the setting `where`."""

    what: str
    where: str
    measure: Callable[[], Measured]


@dataclass
class Row:
    """The rounds of a case, by figure. Without any, `note` says why."""

    part: str
    what: str
    where: str
    rounds: dict[str, list[float]] = field(default_factory=dict)
    note: str = ""
    failed: bool = False

    def value(self, figure: str) -> float | None:
        """The median of the rounds."""
        return statistics.median(self.rounds[figure]) if self.rounds.get(figure) else None


def percentile(values: Sequence[float], percent: float) -> float:
    """The least value that `percent` per cent of the values do not exceed."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def ratio(row: Row, other: Row, figure: str) -> float | None:
    """The median of the ratios of a figure, round by round."""
    pairs = list(zip(row.rounds.get(figure, []), other.rounds.get(figure, []), strict=False))
    ratios = [mine / theirs for mine, theirs in pairs if theirs > 0]
    return statistics.median(ratios) if ratios else None


def in_turns(part: str, cases: Iterable[Case], rounds: int) -> list[Row]:
    """Measures every case once a round. What cannot be measured or fails keeps its row
    and is not tried again; the others go on."""
    rows = [(case, Row(part, case.what, case.where)) for case in cases]
    for number in range(rounds):
        for at, (case, row) in enumerate(rows):
            if row.note:
                continue
            progress(f"{part}: round {number + 1} of {rounds}, {at + 1} of {len(rows)}: {case.what}, {case.where}")
            try:
                for figure, value in case.measure().items():
                    row.rounds.setdefault(figure, []).append(value)
            except Unavailable as reason:
                row.note = str(reason)
            except Exception as error:  # a pipeline's, a program's: whatever it is, it costs this row only
                row.note, row.failed = f"failed: {str(error).strip() or type(error).__name__}", True
    progress("")
    return [row for _, row in rows]


def progress(text: str) -> None:
    """Says what is under way, where somebody is looking."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def shown(value: float) -> str:
    """A number with as many digits as say something."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(rows: Sequence[Row]) -> str:
    """Rows as lines with aligned columns: medians, and of the first figure how far the rounds lie apart."""
    names = list(dict.fromkeys(figure for row in rows for figure in row.rounds))
    lines = [["", "", *names, ""]]
    for row in rows:
        cells = [row.what, row.where]
        for at, name in enumerate(names):
            value = row.value(name)
            cell = "-" if value is None else shown(value)
            seen = row.rounds.get(name, [])
            if at == 0 and len(seen) > 1:
                cell += f" ({shown(min(seen))} to {shown(max(seen))})"
            cells.append(cell)
        lines.append([*cells, row.note.splitlines()[0] if row.note else ""])
    return aligned(lines, right=range(2, 2 + len(names)))


def aligned(lines: Sequence[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Cells in columns; those of `right` end where the others begin."""
    ends = set(right)
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    text = []
    for line in lines:
        cells = [cell.rjust(width) if at in ends else cell.ljust(width) for at, (cell, width) in enumerate(zip(line, widths, strict=True))]
        text.append("  ".join(cells).rstrip())
    return "\n".join(text)


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """One line a figure, and one for each row without any."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["part", "what", "where", "figure", "median", "least", "most", "rounds", "note"])
        for row in rows:
            for figure, values in row.rounds.items():
                numbers = [f"{number:.6g}" for number in (statistics.median(values), min(values), max(values))]
                writer.writerow([row.part, row.what, row.where, figure, *numbers, len(values), row.note])
            if not row.rounds:
                writer.writerow([row.part, row.what, row.where, "", "", "", "", 0, row.note])

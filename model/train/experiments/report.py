"""What an experiment returns: a table of what came out, and the checks it has to pass."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

Cell = str | float | int


@dataclass(frozen=True)
class Check:
    """One acceptance figure: `got` must lie within [low, high]; infinite ends are left open."""

    what: str
    got: float
    low: float = float("-inf")
    high: float = float("inf")

    @property
    def passed(self) -> bool:
        return self.low <= self.got <= self.high  # false for NaN, as it should be

    def __str__(self) -> str:
        bounds = [f">= {self.low:.4g}"] * (self.low > float("-inf")) + [f"<= {self.high:.4g}"] * (
            self.high < float("inf")
        )
        wanted = f"= {_figure(self.low)}" if self.low == self.high else " and ".join(bounds)
        return f"{'pass' if self.passed else 'MISS'}  {self.what}: {_figure(self.got)} (wanted {wanted})"


@dataclass
class Report:
    """Rows under a heading, printed as an aligned table; checks; remarks."""

    columns: list[str]
    rows: list[list[Cell]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def row(self, *cells: Cell) -> None:
        if len(cells) != len(self.columns):
            raise ValueError(f"a row of {len(cells)} cells does not fit {len(self.columns)} columns: {cells}")
        self.rows.append(list(cells))

    def check(self, what: str, got: float, low: float = float("-inf"), high: float = float("inf")) -> None:
        self.checks.append(Check(what, float(got), low, high))

    def worst(self, what: str, values: list[float], low: float = float("-inf"), high: float = float("inf")) -> None:
        """Check the value furthest to the wrong side: every seed has to pass."""
        self.check(f"{what}, worst of {len(values)}", min(values) if low > float("-inf") else max(values), low, high)

    @property
    def missed(self) -> list[Check]:
        return [check for check in self.checks if not check.passed]

    def table(self) -> str:
        text = [self.columns, *([_text(cell) for cell in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in text) for i in range(len(self.columns))]
        lines = [
            "  ".join(
                cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
            for row in text
        ]
        return "\n".join(line.rstrip() for line in lines)


def _figure(number: float) -> str:
    """Four digits, and whole numbers in full: exact integers are compared here as well."""
    return str(int(number)) if math.isfinite(number) and number == int(number) else f"{number:.4g}"


def _text(cell: Cell) -> str:
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)

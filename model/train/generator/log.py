"""Training logs: a line of CSV and a line on the screen at a time."""

from __future__ import annotations

import csv
from pathlib import Path


def write_row(path: Path, row: dict[str, float], minutes_left: float) -> None:
    """Append a row, with a header if the file is new, and print it with the time left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        if fresh:
            writer.writeheader()
        writer.writerow(row)
    print(" ".join(f"{k} {v}" for k, v in row.items()), f"left {max(0.0, minutes_left):.0f} min", flush=True)

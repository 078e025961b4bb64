"""The figures of a run of tests/run on one page, build/tests/report.md."""

from __future__ import annotations

import csv
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from counting import Tally

REASONS = 12
"""How many reasons for skipping and failures the page names; the run's output has all."""


@dataclass
class Row:
    """What became of a group."""

    name: str
    tally: Tally
    seconds: float


def page(rows: list[Row], root: Path, logs: Path) -> str:
    """The report, as Markdown. Figures that this run has not taken are left out."""
    total = Tally()
    for row in rows:
        total.add(row.tally)
    verdict = "failed" if total.failed else "passed"
    parts = [
        f"# gst-superres: a run that {verdict}",
        "\n".join(f"- {name}: {value}" for name, value in surroundings(root).items()),
        f"## Tests\n\n{total.line()}, in {sum(row.seconds for row in rows) / 60:.1f} minutes\n\n{groups(rows)}",
        named("Failed", total.failures),
        named("Skipped", total.reasons),
        speed(logs / "speed" / "speed.csv"),
        coverage(logs / "coverage.log"),
        quality(root / "model/weights"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(head: list[str], lines: list[list[str]]) -> str:
    """A table of Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *lines])


def groups(rows: list[Row]) -> str:
    """A line for each group."""
    lines = [
        [
            row.name,
            "**failed**" if row.tally.failed else "ok",
            *(str(number) for number in (row.tally.passed, row.tally.failed, row.tally.skipped)),
            f"{row.seconds:.0f} s",
        ]
        for row in rows
    ]
    return table(["group", "", "passed", "failed", "skipped", "took"], lines)


def named(title: str, said: list[str]) -> str:
    """A list with a title, cut short."""
    if not said:
        return ""
    more = [f"- and {len(said) - REASONS} more"] if len(said) > REASONS else []
    return "\n".join([f"## {title}", "", *(f"- {line[:160]}" for line in said[:REASONS]), *more])


def surroundings(root: Path) -> dict[str, str]:
    """When, where and with which versions the run was."""
    cpu = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)", cpu, re.MULTILINE)
    known = {"avx512_vnni": "AVX-512 VNNI", "avx_vnni": "AVX VNNI", "avx2": "AVX2", "asimddp": "dot products", "asimd": "NEON"}
    words = set(cpu.split())
    best = next((name for flag, name in known.items() if flag in words), "no vectors known here")
    runtime = root / ".tools/onnxruntime/VERSION"
    return {
        "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": said(["git", "-C", str(root), "describe", "--always", "--dirty"]),
        "processor": f"{model[1] if model else 'unknown'}, {os.cpu_count()} cores, {best}; load at the end {os.getloadavg()[1]:.1f}",
        "system": f"{platform.freedesktop_os_release().get('PRETTY_NAME', 'unknown')}, {platform.machine()}",
        "GStreamer": said(["pkg-config", "--modversion", "gstreamer-1.0"]),
        "Go": said(["go", "env", "GOVERSION"]),
        "ONNX Runtime": runtime.read_text().strip() if runtime.exists() else "unknown",
    }


def said(command: list[str]) -> str:
    """What a command prints, or that it cannot be asked."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def speed(file: Path) -> str:
    """How many frames of each tier are made in the time of one of plain Lanczos."""
    if not file.exists():
        return ""
    rates: dict[str, dict[str, float]] = {}
    with file.open() as content:
        for row in csv.DictReader(content):
            if row["part"] == "sizes" and row["figure"] == "frames/s" and row["median"]:
                rates.setdefault(row["where"], {})[row["what"]] = float(row["median"])
    tiers = ["balanced", "fast"]
    lines = [
        [where, *(f"{of['lanczos'] / of[tier]:.1f}" for tier in tiers)] for where, of in rates.items() if {*tiers, "lanczos"} <= of.keys()
    ]
    if not lines:
        return ""
    return f"## Speed\n\nTime of a frame beside that of plain Lanczos, short measurements\n\n{table(['input', *tiers], lines)}"


def coverage(log: Path) -> str:
    """Shares of the Go code that its tests run."""
    lines = re.findall(r"^(\w+): ([\d.]+) % of statements$", log.read_text(), re.MULTILINE) if log.exists() else []
    return "## Coverage\n\n" + "\n".join(f"- {package}: {share} % of statements" for package, share in lines) if lines else ""


def quality(folder: Path) -> str:
    """Of each generator, the last figures of its training in eight bits."""
    lines, columns = [], ["clean", "qp22", "qp27", "qp32", "qp37", "qp42"]
    for file in sorted(folder.glob("*-eight-bit.csv")):
        with file.open() as content:
            rows = list(csv.DictReader(content))
        if rows:
            cells = [rows[-1].get(column) for column in columns]
            lines.append([file.stem.removesuffix("-eight-bit"), *(f"{float(cell):+.2f}" if cell else "" for cell in cells)])
    if not lines:
        return ""
    note = "Gain in dB of luma PSNR at the end of training, clean and by the quantiser of H.264; not measured in this run"
    return f"## Generators\n\n{note}\n\n{table(['generator', *columns], lines)}"

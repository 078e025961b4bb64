"""What figures were measured on: every table begins with it."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

INTEGER_DOT_PRODUCTS = ("avx512_vnni", "avx_vnni", "asimddp")
"""Flags of /proc/cpuinfo for instructions that multiply eight-bit integers and add four products."""


def cpu_fields(cpuinfo: str) -> dict[str, str]:
    """The fields of the first processor in /proc/cpuinfo."""
    first = cpuinfo.strip().split("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def integer_dot_product(cpuinfo: str) -> str:
    """The flag of the instructions for it, or '' if the processor has none."""
    fields = cpu_fields(cpuinfo)
    flags = (fields.get("flags") or fields.get("Features") or "").split()
    return next((flag for flag in INTEGER_DOT_PRODUCTS if flag in flags), "")


def has_dot_product() -> bool:
    return bool(integer_dot_product(Path("/proc/cpuinfo").read_text()))


def busy() -> bool:
    """Whether others were at work when the run began."""
    return os.getloadavg()[0] > 0.5


def header(onnxruntime: str, gstreamer: str) -> list[tuple[str, str]]:
    """The machine, its state and the software, as lines of a name and a text."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    fields = cpu_fields(cpuinfo)
    name = fields.get("model name") or platform.processor() or platform.machine()
    vector = [flag for flag in ("avx2", "avx512f", "asimd") if flag in (fields.get("flags") or fields.get("Features") or "").split()]
    governor = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    known = governor.read_text().strip() if governor.exists() else "unknown"
    memory_kib = int(Path("/proc/meminfo").read_text().split()[1])
    dot = integer_dot_product(cpuinfo)
    load = os.getloadavg()[0]
    return [
        ("machine", f"{name}, {len(os.sched_getaffinity(0))} cores, {memory_kib / 2**20:.0f} GiB"),
        ("instructions", f"{' '.join(vector)}; integer dot products: {dot or 'none (no VNNI)'}"),
        ("state", f"load {load:.1f}{' (a loaded machine)' if busy() else ''}, governor {known}"),
        ("date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("software", f"ONNX Runtime {onnxruntime}, {gstreamer}, Linux {platform.release()}"),
    ]

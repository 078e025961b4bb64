#!/usr/bin/python3
"""Plays one pipeline in a process of its own and prints what it cost, as JSON. The
first argument is JSON too:

    streams     lines without the sink; the element named measured<N> is looked at
    rate        frames a second of a live source, 0: as fast as it goes
    extra       properties of the sink

Every stream is prerolled before the clock starts: opening a session is no part of the
rate, it is told as start-up.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "pipelines"))
from launch import Gst, Line, Pipeline, start_gstreamer


class Stream:
    """Times of the frames through one element, in nanoseconds."""

    def __init__(self, element: Gst.Element, rate: float) -> None:
        self.element, self.rate = element, rate
        self.entered = 0
        self.took: list[int] = []
        self.late_ns: list[int] = []  # after the frame was due, of a live source
        self.tiers: list[tuple[int, str]] = []  # frame and tier, each time that it is another
        self.resident_kib: list[int] = []  # once a second, of a live source
        self.last = 0
        element.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, self._enter)
        element.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, self._leave)

    def _enter(self, _pad: Gst.Pad, _info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        self.entered = time.perf_counter_ns()
        return Gst.PadProbeReturn.OK

    def _leave(self, _pad: Gst.Pad, info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        self.last = time.perf_counter_ns()
        self.took.append(self.last - self.entered)
        if self.rate:
            clock = self.element.get_clock()
            if clock:  # none while prerolling
                self.late_ns.append(clock.get_time() - self.element.get_base_time() - info.get_buffer().pts)
            if len(self.took) % round(self.rate) == 0:
                self.resident_kib.append(memory_kib("VmRSS"))
            if self.element.get_factory().get_name() == "superres":
                tier = self.element.get_property("stats").get_value("tier")
                if not self.tiers or self.tiers[-1][1] != tier:
                    self.tiers.append((len(self.took), tier))
        return Gst.PadProbeReturn.OK


def memory_kib(name: str) -> int:
    """VmHWM is the most that was resident, VmRSS what is now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise RuntimeError(f"/proc/self/status has no {name}")


def play(streams: list[str], rate: float, extra: str) -> dict[str, Any]:
    line = Line("   ".join(f"{stream} ! fakesink {extra}" for stream in streams))
    pipeline = Pipeline(line)
    measured = [Stream(pipeline[f"measured{number}"], rate) for number in range(len(streams))]
    opened = time.perf_counter_ns()
    pipeline.pause()
    state, _, _ = pipeline.gst.get_state(120 * Gst.SECOND)
    if state == Gst.StateChangeReturn.FAILURE:
        pipeline._raise_first_error()
    prerolled = time.perf_counter_ns()
    played, cpu = time.perf_counter_ns(), time.process_time_ns()
    pipeline.run()
    ended, cpu_ended = time.perf_counter_ns(), time.process_time_ns()
    return {
        "frames": [len(stream.took) for stream in measured],
        "seconds": (max(stream.last for stream in measured) - played) / 1e9,
        "took_ms": [[took / 1e6 for took in stream.took[1:]] for stream in measured],
        "late_ms": [[late / 1e6 for late in stream.late_ns] for stream in measured],
        "tiers": [stream.tiers for stream in measured],
        "cpu_seconds": (cpu_ended - cpu) / 1e9,
        "wall_seconds": (ended - played) / 1e9,
        "startup_ms": (prerolled - opened) / 1e6,
        "peak_mb": memory_kib("VmHWM") * 1024 / 1e6,
        "resident_mb": [kib * 1024 / 1e6 for kib in measured[0].resident_kib],
    }


def main() -> None:
    os.environ.setdefault("GST_REGISTRY_FORK", "no")  # a registry's scanner is no part of it
    start_gstreamer()
    request = json.loads(sys.argv[1])
    print(json.dumps(play(request["streams"], request["rate"], request["extra"])))


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")

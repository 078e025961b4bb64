"""Plays one pipeline in a process of its own and prints what it cost, as JSON. The
first argument is JSON too:

    streams     lines without the sink; the element named measured<N> is looked at
    sink        properties of the sink
    rate        frames a second of live sources, 0: as fast as it goes
    film        of live sources, which are elements named source<N>: its path, the bytes
                of a frame, and how many times it is played

Every stream is prerolled before the clock starts: opening a session is no part of the
rate, it is told as start-up.
"""

from __future__ import annotations

import json
import os
import sys
import threading
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

    def stat(self, name: str) -> str:
        """A field of the property stats, '' where there is none."""
        if self.element.get_factory().get_name() != "superres":
            return ""
        stats = self.element.get_property("stats")
        return str(stats.get_value(name)) if stats.has_field(name) else ""

    def _enter(self, _pad: Gst.Pad, _info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        self.entered = time.perf_counter_ns()
        return Gst.PadProbeReturn.OK

    def _leave(self, _pad: Gst.Pad, info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        self.last = time.perf_counter_ns()
        self.took.append(self.last - self.entered)
        if self.rate:
            running = self.element.get_clock().get_time() - self.element.get_base_time()
            self.late_ns.append(running - info.get_buffer().pts)
            if len(self.took) % round(self.rate) == 0:
                self.resident_kib.append(memory_kib("VmRSS"))
            tier = self.stat("tier")
            if not self.tiers or self.tiers[-1][1] != tier:
                self.tiers.append((len(self.took), tier))
        return Gst.PadProbeReturn.OK


class Camera(threading.Thread):
    """Feeds a live source: each frame of the film when its time has come, whether anybody is
    ready for it or not."""

    def __init__(self, source: Gst.Element, frames: list[Gst.Buffer], times: int, rate: float) -> None:
        super().__init__(daemon=True)
        self.source, self.frames, self.times, self.rate = source, frames, times, rate
        self.sent = 0

    def run(self) -> None:
        began = self.source.get_base_time()
        clock = self.source.get_clock()
        for number in range(self.times * len(self.frames)):
            due = int(number * 1e9 / self.rate)
            time.sleep(max(0, due - (clock.get_time() - began)) / 1e9)
            frame = self.frames[number % len(self.frames)].copy()  # of the same memory
            frame.pts, frame.duration = due, int(1e9 / self.rate)
            self.source.emit("push-buffer", frame)
            self.sent += 1
        self.source.emit("end-of-stream")


def memory_kib(name: str) -> int:
    """VmHWM is the most that was resident, VmRSS what is now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise RuntimeError(f"/proc/self/status has no {name}")


def cut(film: dict[str, Any]) -> list[Gst.Buffer]:
    content, size = Path(film["path"]).read_bytes(), film["frame_bytes"]
    return [Gst.Buffer.new_wrapped(content[at : at + size]) for at in range(0, len(content), size)]


def play(request: dict[str, Any]) -> dict[str, Any]:
    streams, rate = request["streams"], request["rate"]
    pipeline = Pipeline(Line("   ".join(f"{stream} ! fakesink {request['sink']}" for stream in streams)))
    measured = [Stream(pipeline[f"measured{number}"], rate) for number in range(len(streams))]
    cameras: list[Camera] = []
    if rate:
        frames = cut(request["film"])
        cameras = [Camera(pipeline[f"source{number}"], frames, request["film"]["times"], rate) for number in range(len(streams))]
    opened = time.perf_counter_ns()
    pipeline.pause()
    pipeline.gst.get_state(120 * Gst.SECOND)  # prerolled, or live; what fails says so when it is run
    played, cpu = time.perf_counter_ns(), time.process_time_ns()

    def start(message: Gst.Message) -> None:
        # The pipeline itself is playing only when a first frame has reached the sink.
        if message.type == Gst.MessageType.STATE_CHANGED and message.parse_state_changed().newstate == Gst.State.PLAYING:
            for camera in cameras:
                if camera.source == message.src:
                    camera.start()

    pipeline.on_message = start
    pipeline.run()
    ended, cpu_ended = time.perf_counter_ns(), time.process_time_ns()
    return {
        "frames": [len(stream.took) for stream in measured],
        "seconds": (max(stream.last for stream in measured) - played) / 1e9,
        "took_ms": [[took / 1e6 for took in stream.took[1:]] for stream in measured],
        "late_ms": [[late / 1e6 for late in stream.late_ns] for stream in measured],
        "tiers": [stream.tiers for stream in measured],
        "provider": measured[0].stat("provider"),
        "cpu_seconds": (cpu_ended - cpu) / 1e9,
        "wall_seconds": (ended - played) / 1e9,
        "startup_ms": (played - opened) / 1e6,
        "peak_mb": memory_kib("VmHWM") * 1024 / 1e6,
        "resident_mb": [kib * 1024 / 1e6 for kib in measured[0].resident_kib],
    }


def main() -> None:
    os.environ.setdefault("GST_REGISTRY_FORK", "no")  # a registry's scanner is no part of it
    start_gstreamer()
    print(json.dumps(play(json.loads(sys.argv[1]))))


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")

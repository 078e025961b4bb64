"""What the programs in this folder share: a pipeline is written as the words that
follow gst-launch-1.0 in a shell, so that what runs here is what gets printed.

    line = Line("videotestsrc num-buffers=9 ! superres ! fakesink")
    print(line.text())        GST_PLUGIN_PATH=build gst-launch-1.0 videotestsrc ...
    Pipeline(line).run()      plays it to its end; PipelineError says what went wrong
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("SUPERRES_BUILD", ROOT / "build"))

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstVideo", "1.0")
    gi.require_version("GstPbutils", "1.0")
    from gi.repository import GLib, Gst, GstPbutils, GstVideo  # noqa: F401
except (ImportError, ValueError) as missing:
    sys.exit(f"GStreamer's Python bindings are missing ({missing}); run tools/setup pipelines")


class PipelineError(Exception):
    """A pipeline could not be built or did not reach its end; the text says why."""


def start_gstreamer() -> None:
    """Makes the plugin that was built here known. Exits if there is none."""
    if not (BUILD / "libgstsuperres.so").exists():
        sys.exit(f"{BUILD}/libgstsuperres.so is not there; run tools/setup pipelines")
    others = os.environ.get("GST_PLUGIN_PATH")
    os.environ["GST_PLUGIN_PATH"] = os.pathsep.join(filter(None, [str(BUILD), others]))
    Gst.init(None)
    if Gst.ElementFactory.find("superres") is None:
        sys.exit(f"{BUILD}/libgstsuperres.so does not load; GST_PLUGIN_PATH={BUILD} gst-inspect-1.0 superres says why")


def quoted(value: object) -> str:
    """A value as one word of a line, such as a path with blanks in it."""
    return shlex.quote(str(value))


@dataclass
class Line:
    """A pipeline as typed after gst-launch-1.0; `feed` is a command whose output an
    `fdsrc fd=0` in it reads."""

    description: str
    feed: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The command to type in a shell, in the folder of the project."""
        build = os.path.relpath(BUILD, ROOT) if BUILD.is_relative_to(ROOT) else str(BUILD)
        launch = f"GST_PLUGIN_PATH={quoted(build)} gst-launch-1.0 -e {self.description}"
        return f"{shlex.join(self.feed)} | {launch}" if self.feed else launch


class Counter:
    """Counts the buffers that pass a pad, and calls `each(number, buffer, caps)`."""

    def __init__(self, pad: Gst.Pad, each: Callable[[int, Gst.Buffer, Gst.Caps], None] | None = None) -> None:
        self.count = 0
        self.first_ns = self.last_ns = 0
        self.each = each
        pad.add_probe(Gst.PadProbeType.BUFFER, self._pass)

    def _pass(self, pad: Gst.Pad, info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        self.last_ns = GLib.get_monotonic_time() * 1000
        self.first_ns = self.first_ns or self.last_ns
        if self.each:
            self.each(self.count, info.get_buffer(), pad.get_current_caps())
        self.count += 1
        return Gst.PadProbeReturn.OK

    def rate(self) -> float:
        """Buffers a second between the first and the last one."""
        seconds = (self.last_ns - self.first_ns) / 1e9
        return (self.count - 1) / seconds if seconds > 0 else 0.0


class Sizes:
    """Notes the sizes of the frames that pass, each time they change."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._caps: Gst.Caps | None = None

    def note(self, caps: Gst.Caps) -> None:
        if caps == self._caps:
            return
        self._caps = caps
        structure = caps.get_structure(0)
        size = f"{structure.get_value('width')}x{structure.get_value('height')}"
        if self.seen[-1:] != [size]:
            self.seen.append(size)


class Pipeline:
    """One pipeline from its line to its end. Interrupting the program (Ctrl-C) ends
    the stream properly, so that a file being written can be played."""

    def __init__(self, line: Line) -> None:
        words = shlex.split(line.description)
        self.feed: subprocess.Popen[bytes] | None = None
        if line.feed:
            self.feed = subprocess.Popen(line.feed, cwd=ROOT, stdout=subprocess.PIPE)
            assert self.feed.stdout is not None
            words = [f"fd={self.feed.stdout.fileno()}" if word == "fd=0" else word for word in words]
        try:
            self.gst: Any = Gst.parse_launchv(words)
        except GLib.Error as error:
            self._end_feed()
            raise PipelineError(f"{error.message}\nin the line: {line.text()}") from error
        self.on_message: Callable[[Gst.Message], None] | None = None
        self.statistics: dict[str, Any] = {}  # of the element named superres, at the end
        self.interrupted = False
        self._loop = GLib.MainLoop()
        self._error: str | None = None

    def __getitem__(self, name: str) -> Any:
        return self.gst.get_by_name(name)

    def count(self, name: str, pad: str = "src", each: Callable[[int, Gst.Buffer, Gst.Caps], None] | None = None) -> Counter:
        """Counts what passes a pad of the element with the name."""
        return Counter(self[name].get_static_pad(pad), each)

    def end(self) -> None:
        """Ends the stream: what is in flight still comes out."""
        self.gst.send_event(Gst.Event.new_eos())

    def fail(self, text: str) -> None:
        """Stops the pipeline; run() raises a PipelineError with the text."""
        self._error = text
        self._loop.quit()

    def pause(self) -> None:
        """Opens files, devices and sockets: a receiver is reachable from here on."""
        if self.gst.set_state(Gst.State.PAUSED) == Gst.StateChangeReturn.FAILURE:
            self._raise_first_error()

    def run(self, limit_s: int = 0) -> None:
        """Plays to the end of the stream; limit_s in seconds, 0 for none."""
        bus = self.gst.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self._message)
        sources = [GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, self._interrupted) for number in (signal.SIGINT, signal.SIGTERM)]
        if limit_s:
            sources.append(GLib.timeout_add_seconds(limit_s, self._late, limit_s))
        try:
            if self.gst.set_state(Gst.State.PLAYING) == Gst.StateChangeReturn.FAILURE:
                self._raise_first_error()
            self._loop.run()
        finally:
            self._read_statistics()
            self.stop()
            bus.remove_signal_watch()
            for source in sources:
                if GLib.MainContext.default().find_source_by_id(source):
                    GLib.source_remove(source)
        if self._error:
            raise PipelineError(self._error)
        if self.feed and self.feed.returncode not in (0, None, -signal.SIGTERM):
            raise PipelineError(f"{self.feed.args!r} ended with {self.feed.returncode}")

    def pace(self) -> str:
        """How long the element named superres took for a frame, as it says itself."""
        mean, percentile99 = self.statistics["mean-ms"], self.statistics["p99-ms"]
        return f"{self.statistics['tier']} took {mean:.1f} ms a frame (99th percentile {percentile99:.1f} ms)"

    def _read_statistics(self) -> None:
        element = self["superres"]
        if element:
            stats = element.get_property("stats")
            self.statistics = {stats.nth_field_name(i): stats.get_value(stats.nth_field_name(i)) for i in range(stats.n_fields())}

    def stop(self) -> None:
        """Gives back everything the pipeline holds."""
        self.gst.set_state(Gst.State.NULL)
        self._end_feed()

    def _end_feed(self) -> None:
        if self.feed:
            if self.feed.stdout:
                self.feed.stdout.close()
            if self.feed.poll() is None:
                self.feed.terminate()
            self.feed.wait()

    def _message(self, _bus: Gst.Bus, message: Gst.Message) -> None:
        if message.type == Gst.MessageType.EOS:
            self._loop.quit()
        elif message.type == Gst.MessageType.ERROR:
            self.fail(_error_text(message))
        elif message.type == Gst.MessageType.WARNING:
            warning, _ = message.parse_warning()
            print(f"warning from {message.src.get_name()}: {warning.message}", file=sys.stderr)
        if self.on_message:
            self.on_message(message)

    def _raise_first_error(self) -> None:
        message = self.gst.get_bus().pop_filtered(Gst.MessageType.ERROR)
        self.stop()
        raise PipelineError(_error_text(message) if message else "the pipeline does not start")

    def _interrupted(self) -> bool:
        print("interrupted: ending the stream", file=sys.stderr)
        self.interrupted = True
        self.end()
        return GLib.SOURCE_REMOVE

    def _late(self, limit_s: int) -> bool:
        self.fail(f"the pipeline was not at its end after {limit_s} seconds")
        return GLib.SOURCE_REMOVE


def packed_i420(buffer: Gst.Buffer, caps: Gst.Caps) -> bytes:
    """The samples of an I420 frame without the padding that its buffer may have."""
    info = GstVideo.VideoInfo.new_from_caps(caps)
    if info.finfo.format != GstVideo.VideoFormat.I420:
        raise PipelineError(f"the frame is {info.finfo.name}; only I420 can be written")
    layout = GstVideo.buffer_get_video_meta(buffer) or info
    mapped, memory = buffer.map(Gst.MapFlags.READ)
    if not mapped:
        raise PipelineError("the frame cannot be mapped")
    try:
        rows = []
        for plane in range(3):
            half = 1 if plane else 0
            width, height = (info.width + half) >> half, (info.height + half) >> half
            for row in range(height):
                start = layout.offset[plane] + row * layout.stride[plane]
                rows.append(memory.data[start : start + width])
        return b"".join(rows)
    finally:
        buffer.unmap(memory)


def _error_text(message: Gst.Message) -> str:
    error, debug = message.parse_error()
    return f"{message.src.get_name()}: {error.message}" + (f"\n{debug}" if debug else "")

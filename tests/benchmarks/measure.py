"""One measurement each: a pipeline or a program in a process of its own."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from launch import BUILD, ROOT, Gst, PipelineError

from benchmarks.figures import CHANGES, FRAMES, LATE, P50, P99, WHOLE_CPU, Measured, Unavailable, percentile
from benchmarks.films import FOLDER, Film, frame_bytes

HERE = Path(__file__).resolve().parent
PYTHON = ROOT / ".venv/bench/bin/python"  # with what requirements.txt lists
GRAPHRATE = BUILD / "graphrate"
GRAPHS = FOLDER / "graphs"
LIMIT_S = 300


def program(command: Sequence[object], limit_s: int = LIMIT_S) -> str:
    """What a program prints; PipelineError says why it failed."""
    words = [str(word) for word in command]
    try:
        ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=limit_s, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise PipelineError(f"{Path(words[0]).name} was not done after {limit_s} seconds") from None
    if ran.returncode:
        raise PipelineError(ran.stderr.strip().splitlines()[-1] if ran.stderr.strip() else f"{words[0]} ended with {ran.returncode}")
    return ran.stdout


def bench_python(*arguments: object, limit_s: int = LIMIT_S) -> str:
    """What a program prints that needs more than the system's Python."""
    if not PYTHON.exists():
        raise Unavailable(f"{PYTHON.relative_to(ROOT)} is not there; run tools/setup bench")
    return program([PYTHON, *arguments], limit_s)


@functools.cache
def properties() -> frozenset[str]:
    """The names of the properties that the element has."""
    return frozenset(spec.name for spec in Gst.ElementFactory.make("superres").list_properties())


def superres(tier: str = "balanced", threads: int = 2, reuse: bool | None = None, provider: str = "") -> str:
    """The element at a fixed tier; without `reuse` as it is by default."""
    words = [f"superres tier={tier} threads={threads}"]
    if reuse is not None and "reuse" in properties():
        words.append(f"reuse={str(reuse).lower()}")
    if provider:
        words.append(f"provider={provider}")
    return " ".join(words)


def videoscale(method: str, width: int, height: int, threads: int) -> str:
    """GStreamer's own scaler to twice the size."""
    return f"videoscale method={method} n-threads={threads} ! video/x-raw,width={2 * width},height={2 * height}"


def play(film: Film, element: str, streams: int = 1, rate: float = 0) -> dict[str, Any]:
    """Plays a film through `streams` elements at once. With a rate the sources are live: they
    lose the oldest frames where nobody takes them, and the sink keeps to the clock."""
    lines = []
    for number in range(streams):
        factory, _, rest = element.partition(" ")
        source = film.live_source(f"source{number}", rate) if rate else film.source()
        lines.append(f"{source} ! {factory} name=measured{number} {rest}")
    request = {
        "streams": lines,
        "sink": "sync=true qos=true" if rate else "sync=false",
        "rate": rate,
        "film": {"path": str(film.path), "frame_bytes": frame_bytes(film.width, film.height), "times": film.times},
    }
    limit_s = LIMIT_S + (round(film.frames / rate) if rate else 0)
    answer: dict[str, Any] = json.loads(program([sys.executable, HERE / "play.py", json.dumps(request)], limit_s).splitlines()[-1])
    if not rate and answer["frames"] != [film.frames] * streams:
        raise PipelineError(f"{film.frames} frames went into each stream, {answer['frames']} came out")
    if not all(answer["frames"]):
        raise PipelineError(f"of {film.frames} frames, streams gave {answer['frames']}")
    return answer


def flat_out(film: Film, element: str, streams: int = 1) -> Measured:
    """As fast as it goes: frames a second of all streams together, and how long a frame takes."""
    return rates(play(film, element, streams))


def rates(answer: dict[str, Any]) -> Measured:
    """Of what play() answers, without the first frame of each stream."""
    took = [each for stream in answer["took_ms"] for each in stream]
    return {
        FRAMES: sum(count - 1 for count in answer["frames"]) / answer["seconds"],
        P50: percentile(took, 50),
        P99: percentile(took, 99),
    }


def live(film: Film, element: str, rate: float, streams: int = 1) -> Measured:
    """What a live source at a rate costs, the pipeline around the element included, and how
    many of its frames come late or not at all."""
    answer = play(film, element, streams, rate)
    took = [each for stream in answer["took_ms"] for each in stream]
    frame_ms, done = 1000 / rate, sum(answer["frames"])
    late = sum(each > frame_ms for stream in answer["late_ms"] for each in stream)
    # While it settles, a sixth of the film, changes do not count.
    changes = sum(at > film.frames / 6 for stream in answer["tiers"] for at, _ in stream[1:])
    return {
        # By frames, not by time: it is to tell what a frame costs even where not all come in time.
        WHOLE_CPU: 100 * answer["cpu_seconds"] / max(1, done - streams) * rate * streams,
        P50: percentile(took, 50),
        P99: percentile(took, 99),
        LATE: 100 * (late + streams * film.frames - done) / (streams * film.frames),
        CHANGES: changes,
    }


def graph(path: Path, shape: Sequence[int], threads: int, seconds: float, generator: bool = False) -> dict[str, float]:
    """A graph alone in ONNX Runtime: runs a second and milliseconds. A generator runs as the element runs it."""
    if not GRAPHRATE.exists():
        raise Unavailable(f"{GRAPHRATE} is not there; run tools/setup bench")
    options = ["-library", BUILD, "-shape", ",".join(map(str, shape)), "-threads", threads, "-seconds", seconds]
    answer = json.loads(program([GRAPHRATE, *options, *(["-aligned"] if generator else []), path]))
    return {FRAMES: 1000 / answer["median_ms"], P50: answer["median_ms"], P99: answer["p99_ms"]}


@functools.cache
def graph_macs() -> dict[str, int]:
    """Writes the graphs of graphs.py; what each multiplies."""
    bench_python(HERE / "graphs.py", GRAPHS)
    macs: dict[str, int] = json.loads((GRAPHS / "macs.json").read_text())
    return macs


@functools.cache
def generator_macs(path: Path) -> int:
    """Multiply-accumulates of a generator for one pixel that goes in."""
    counted: int = json.loads(program([BUILD / "srcomplexity", "--json", path]))["macs_per_input_pixel"]
    return counted


def onnxruntime_version() -> str:
    version = ROOT / ".tools/onnxruntime/VERSION"
    return version.read_text().strip() if version.exists() else "of the system"


def installed(name: str) -> bool:
    return shutil.which(name) is not None


@contextlib.contextmanager
def busy_core() -> Iterator[None]:
    """A second process that keeps one core busy meanwhile."""
    burner = subprocess.Popen([sys.executable, "-c", f"import os\nwhile os.getppid() == {os.getpid()}: sum(range(100000))"])
    try:
        yield
    finally:
        burner.kill()
        burner.wait()

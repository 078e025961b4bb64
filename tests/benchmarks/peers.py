"""Other ways to double video, as far as they can be had here. What cannot be had keeps
a row with the reason. Speed does not depend on trained weights: where they cannot be
had, a network has its published shape and random ones."""

from __future__ import annotations

import functools
import json
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks import measure
from benchmarks.figures import FRAMES, P50, P99, Case, Measured, Unavailable
from benchmarks.films import Film
from benchmarks.measure import GRAPHS, HERE, flat_out, superres, videoscale

if TYPE_CHECKING:
    from benchmarks.parts import Scope

FFMPEG_FRAMES = (1, 2)  # the difference is what a frame takes, without the start


def cases(film: Film, scope: Scope) -> list[Case]:
    width, height, threads = film.width, film.height, scope.threads
    setting = f"{width}x{height}, {threads} threads"

    def network(name: str) -> Measured:
        measure.graph_macs()
        return measure.graph(GRAPHS / f"{name}.onnx", [1, 1, height, width], threads, scope.graph_s)

    def python(name: str) -> Measured:
        measure.graph_macs()
        options = [GRAPHS, f"{width}x{height}", threads, scope.graph_s]
        answer: dict[str, Any] = json.loads(measure.bench_python(HERE / "python_peers.py", name, *options).splitlines()[-1])
        if "unavailable" in answer:
            raise Unavailable(answer["unavailable"])
        return {FRAMES: 1000 / answer["median_ms"], P50: answer["median_ms"], P99: answer["p99_ms"]}

    ours = [
        Case(f"superres {tier}", setting, partial(flat_out, film, superres(tier, threads, reuse=False)))
        for tier in ("balanced", "fast", "lanczos")
    ]
    gstreamer = [
        Case(f"videoscale method={method}", setting, partial(flat_out, film, videoscale(method, width, height, threads)))
        for method in ("bilinear", "lanczos")
    ]
    networks = [
        Case("FSRCNN(56,12,4) float32, ONNX Runtime, luma", setting, partial(network, "fsrcnn")),
        Case("ESPCN(64,32) float32, ONNX Runtime, luma", setting, partial(network, "espcn")),
        Case("FSRCNN(56,12,4), OpenCV dnn, luma", setting, partial(python, "opencv-fsrcnn")),
        Case("ESPCN(64,32), OpenCV dnn_superres", setting, partial(python, "opencv-espcn")),
        Case("ACNet, Anime4KCPP on the CPU, luma", setting, partial(python, "anime4kcpp")),
        Case("ESPCN(64,32), FFmpeg dnn_processing", setting, partial(ffmpeg, film, threads, scope.quick)),
    ]
    return ours + gstreamer + networks


def ffmpeg(film: Film, threads: int, quick: bool) -> Measured:
    if quick:
        raise Unavailable("takes seconds a frame: not with --quick")
    if not measure.installed("ffmpeg"):
        raise Unavailable("there is no ffmpeg; run tools/setup bench")
    measure.graph_macs()
    return _ffmpeg(film, threads)


@functools.cache  # once: it takes a minute, and says the same every time
def _ffmpeg(film: Film, threads: int) -> Measured:
    """FFmpeg 4.1 to 6.0 have a DNN backend of their own; later ones need libraries that the
    distributions leave out. `sr` runs a network the same way."""
    seconds = []
    for frames in FFMPEG_FRAMES:
        source = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{film.width}x{film.height}", "-i", film.path, "-frames:v", frames]
        options = f"dnn_backend=native:model={GRAPHS}/espcn.model:input=x:output=y:backend_configs=conv2d_threads={threads}"
        command = ["ffmpeg", "-hide_banner", "-nostdin", "-benchmark", *source, "-vf", f"dnn_processing={options}", "-f", "null", "-"]
        said = measure.program(["sh", "-c", 'exec "$@" 2>&1 || { echo "exit $?"; exit 0; }', "sh", *command], 600)
        if "bench: utime" not in said:
            if "native" in said and ("not" in said or "Undefined" in said or "Unable" in said):
                raise Unavailable("this FFmpeg has no DNN backend: the native one is gone since 6.1, distributions leave the others out")
            raise RuntimeError(said.strip().splitlines()[-1])
        seconds.append(float(said.rpartition("rtime=")[2].split("s")[0]))
    each = (seconds[1] - seconds[0]) / (FFMPEG_FRAMES[1] - FFMPEG_FRAMES[0])
    return {FRAMES: 1 / each, P50: 1000 * each}

"""Upscalers that Python packages carry, in a process of their own:

    python python_peers.py NAME FOLDER_OF_GRAPHS WIDTHxHEIGHT THREADS SECONDS

It prints a line of JSON: the median and the 99th percentile of the milliseconds a
frame, or why there is none.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import tensorflow_graph

Samples: TypeAlias = "NDArray[np.uint8]"


def opencv_fsrcnn(graphs: Path, luma: Samples, threads: int) -> Callable[[], object]:
    """OpenCV's dnn module, which dnn_superres runs its networks on, with FSRCNN of luma alone."""
    import cv2

    cv2.setNumThreads(threads)
    network = cv2.dnn.readNetFromONNX(str(graphs / "fsrcnn.onnx"))

    def run() -> object:
        network.setInput(cv2.dnn.blobFromImage(luma, 1 / 255))
        return network.forward()

    return run


def opencv_espcn(graphs: Path, luma: Samples, threads: int) -> Callable[[], object]:
    """dnn_superres with ESPCN: it takes BGR, and enlarges chroma by a bicubic."""
    import cv2

    cv2.setNumThreads(threads)
    path = graphs / "ESPCN_x2.pb"
    path.write_bytes(tensorflow_graph.espcn())
    upscaler = cv2.dnn_superres.DnnSuperResImpl_create()
    upscaler.readModel(str(path))
    upscaler.setModel("espcn", 2)
    colours = cv2.cvtColor(luma, cv2.COLOR_GRAY2BGR)
    return lambda: upscaler.upsample(colours)


def anime4kcpp(_graphs: Path, luma: Samples, _threads: int) -> Callable[[], object]:
    """Anime4KCPP's ACNet on the CPU, luma alone; it takes all cores that it finds."""
    import pyanime4k

    processor = pyanime4k.Processor("cpu", 0, "acnet-gan")
    return lambda: processor(luma, 2.0)


PEERS = {"opencv-fsrcnn": opencv_fsrcnn, "opencv-espcn": opencv_espcn, "anime4kcpp": anime4kcpp}


def main() -> None:
    name, graphs, size, threads, seconds = sys.argv[1:]
    width, height = map(int, size.split("x"))
    luma = np.random.default_rng(8).integers(16, 236, (height, width), np.uint8)
    try:
        run = PEERS[name](Path(graphs), luma, int(threads))
    except ImportError as missing:
        print(json.dumps({"unavailable": f"{missing}; run tools/setup bench"}))
        return
    run()
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - began < float(seconds):
        start = time.perf_counter()
        result = run()
        times.append(1000 * (time.perf_counter() - start))
    got = getattr(result, "shape", ())
    if 2 * width not in got or 2 * height not in got:
        raise RuntimeError(f"{name} made {got} of {width}x{height}")
    times.sort()
    print(json.dumps({"median_ms": times[len(times) // 2], "p99_ms": times[-(-99 * len(times) // 100) - 1]}))


if __name__ == "__main__":
    main()

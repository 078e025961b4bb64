"""Milliseconds a frame that the eight-bit graphs of generators take in ONNX Runtime, as the plugin runs them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from generator import export, twin
from generator.cache import Cache
from generator.quantise import QuantisedGenerator

FRAME = (1, 180, 240, 6)  # the tensor of 480x360
ROUNDS, FRAMES = 7, 4


def eight_bit_of(float_twin: Path, cache: Cache) -> bytes:
    """The eight-bit graph of a generator without a phase eight-bit: as quick as any, if not as good."""
    quantised = QuantisedGenerator(twin.load(float_twin))
    x, _ = cache.batch(4, 36, 0.3, np.random.default_rng(0))
    quantised.calibrate(torch.from_numpy(x).float() / 255.0)
    return export.eight_bit(quantised, {}).SerializeToString()


def milliseconds(graphs: list[bytes], threads: int) -> list[float]:
    """The median of rounds in which every graph has its turn, so that what else the machine does falls on all alike."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    sessions = [onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"]) for graph in graphs]
    frame = np.random.default_rng(0).integers(0, 256, FRAME).astype(np.uint8)
    taken: list[list[float]] = [[] for _ in graphs]
    for turn in range(ROUNDS + 1):
        for session, times in zip(sessions, taken, strict=True):
            began = time.perf_counter()
            for _ in range(FRAMES):
                session.run(None, {"input": frame})
            if turn > 0:  # the first warms up
                times.append((time.perf_counter() - began) / FRAMES * 1000.0)
    return [float(np.median(times)) for times in taken]

"""Fidelity in decibels, by the usual protocol: luma, a border of two pixels left out."""

from __future__ import annotations

import numpy as np

from .planes import Bytes


def psnr(a: Bytes, b: Bytes, border: int = 2) -> float:
    """Peak signal-to-noise ratio of two planes, peak 255; 100 dB where they are equal."""
    if a.shape != b.shape:
        raise ValueError(f"pictures of {a.shape} and {b.shape} rows and columns cannot be compared")
    inner = (slice(border, -border or None),) * 2
    return psnr_of_error(float(np.mean((a[inner].astype(np.int32) - b[inner]) ** 2)))


def psnr_of_error(error: float) -> float:
    """Decibels of a mean squared error, peak 255; 100 dB where there is none."""
    return 100.0 if error == 0 else 10.0 * float(np.log10(255.0**2 / error))

"""The development set that training watches: stills it never trains on, clean and coded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import clips, codecs
from .metrics import psnr
from .network import OUTPUTS
from .planes import Bytes, double, from_rgb, halve, pack_input, unpack_input, unpack_output

QUANTISERS = (22, 27, 32, 37, 42)  # x264, constant QP


@dataclass
class Case:
    """One degraded picture, its ground truth luma, and the better plain enlargement in dB."""

    name: str
    input: Bytes
    truth: Bytes
    plain: float


def load(stills: Path, scale: int = 2) -> list[Case]:
    """A clean and five coded cases for the middle of every still in the folder; scale 1 leaves the clean one out."""
    rng = np.random.default_rng(0)
    cases = []
    for path in sorted(stills.iterdir()):
        still = clips.load_rgb(str(path))
        pad = [(0, max(0, clips.HEIGHT - still.shape[0])), (0, max(0, clips.WIDTH - still.shape[1])), (0, 0)]
        still = np.pad(still, pad, mode="edge")
        clip = [from_rgb(f) for f in clips.moving_crops(still, still, 5, rng)]
        small = [halve(p) for p in clip]
        for quantiser in (0, *QUANTISERS) if scale == 2 else QUANTISERS:
            lr = codecs.encode_decode(small, codecs.Coding("libx264", quantiser))[-1] if quantiser else small[-1]
            if scale == 2:
                truth = clip[-1].y
                plain = max(psnr(double(lr, kind).y, truth) for kind in ("bicubic", "lanczos"))
            else:
                truth = small[-1].y
                plain = psnr(lr.y, truth)
            cases.append(Case(f"qp{quantiser}" if quantiser else "clean", pack_input(lr), truth, plain))
    return cases


def gains(network: torch.nn.Module, cases: list[Case]) -> dict[str, float]:
    """Mean luma PSNR above the better of bicubic and Lanczos (scale 1: above the decoded picture), for each case."""
    sums: dict[str, list[float]] = {}
    with torch.no_grad():
        for case in cases:
            out = network(torch.from_numpy(case.input)[None].float() / 255.0)[0]
            levels = (out * 255.0).round().clamp(0, 255).byte().numpy()
            picture = unpack_output(levels) if len(levels) == OUTPUTS else unpack_input(levels)
            sums.setdefault(case.name, []).append(psnr(picture.y, case.truth) - case.plain)
    return {name: float(np.mean(values)) for name, values in sums.items()}

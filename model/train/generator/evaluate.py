"""Measure generators: `evaluate clean PICTURES...` and `evaluate calls CLIPS`.

clean   every picture of a folder is halved with an antialiased bicubic, doubled again by
        bicubic, Lanczos and ours, and compared: luma PSNR (BT.601, 8-bit I420, border 2).
calls   every clip of a folder is halved, coded with real codecs at several QPs, decoded,
        doubled and compared the same way.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np

from . import codecs, upscalers
from .clips import load_rgb
from .metrics import psnr
from .planes import Planes, from_rgb, halve
from .upscalers import ROOT, Upscaler

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp"}
QUANTISERS = {
    "libx264": (22, 27, 32, 37, 42),
    "libvpx": (10, 24, 40, 56),
    "libvpx-vp9": (24, 36, 48, 58),
    "libsvtav1": (24, 36, 48, 58),
}
# Ground truth of these clips is lossless; the others are scaled by 2/3 to bury their own coding.
LOSSLESS = ("lossless", "portraitmotion", "screenscroll")


def clean(folder: Path, ours: Upscaler) -> list[tuple[float, float, float]]:
    """Print a row per picture; returns (bicubic, Lanczos, ours) in dB for each."""
    ways = [upscalers.plain("bicubic"), upscalers.plain("lanczos"), ours]
    rows = []
    print(f"{folder.name:24} bicubic  lanczos  superres   gain over bicubic (luma PSNR, dB)")
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES):
        truth = from_rgb(_whole_cells(load_rgb(str(path))))
        small = halve(truth)
        row = [psnr(way([small])[0].y, truth.y) for way in ways]
        rows.append((row[0], row[1], row[2]))
        print(f"{path.name:24} {row[0]:7.2f}  {row[1]:7.2f}  {row[2]:8.2f}   {row[2] - row[0]:+.2f}")
    if not rows:
        raise SystemExit(f"no pictures in {folder}: one of {sorted(SUFFIXES)} is needed")
    mean = np.mean(rows, axis=0)
    worst = min(r[2] - r[0] for r in rows)
    print(
        f"{'mean of ' + str(len(rows)):24} {mean[0]:7.2f}  {mean[1]:7.2f}  {mean[2]:8.2f}   "
        f"{mean[2] - mean[0]:+.2f}   worst {worst:+.2f}"
    )
    return rows


def calls(folder: Path, ours: Upscaler, names: list[str], frames: int) -> None:
    """Print the gain over the better of bicubic and Lanczos for every clip, codec and QP."""
    clips = {p.stem: _clip(p, frames) for p in sorted(folder.iterdir()) if p.suffix != ".md"}
    for codec in names:
        steps = QUANTISERS[codec]
        print(f"{codec + ', QP':48}" + "".join(f"{q:>8}" for q in steps) + "    mean (gain, luma PSNR, dB)")
        table = []
        for name, truth in clips.items():
            gains = [_gain(truth, codecs.Coding(codec, q), ours) for q in steps]
            table.append(gains)
            print(f"{name[:48]:48}" + "".join(f"{g:+8.2f}" for g in gains) + f"{np.mean(gains):+8.2f}")
        mean = np.mean(table, axis=0)
        print(
            f"{'mean':48}" + "".join(f"{g:+8.2f}" for g in mean) + f"{mean.mean():+8.2f}   worst {np.min(table):+.2f}"
        )


def _gain(truth: list[Planes], coding: codecs.Coding, ours: Upscaler) -> float:
    """Our luma PSNR less the better of bicubic's and Lanczos's, means over the clip."""
    small = codecs.encode_decode([halve(p) for p in truth], coding)
    score = [
        float(np.mean([psnr(a.y, b.y) for a, b in zip(way(small), truth, strict=True)]))
        for way in (upscalers.plain("bicubic"), upscalers.plain("lanczos"), ours)
    ]
    return score[2] - max(score[:2])


def _clip(path: Path, frames: int) -> list[Planes]:
    """The first frames of a clip as 4:2:0 planes of a size that divides by four."""
    out = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            scale = 1.0 if any(mark in path.name for mark in LOSSLESS) else 2 / 3
            w, h = (int(n * scale) // 4 * 4 for n in (frame.width, frame.height))
            small = frame.reformat(width=w, height=h, format="yuv420p", interpolation="BICUBIC")
            out.append(codecs.from_frame(small))
            if len(out) == frames:
                break
    return out


def _whole_cells(rgb: np.ndarray) -> np.ndarray:
    return rgb[: rgb.shape[0] // 4 * 4, : rgb.shape[1] // 4 * 4]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["clean", "calls"])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, help="measure this ONNX file alone, not the element")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="folder of libgstsuperres.so")
    parser.add_argument("--properties", default="", help="properties of the element, as gst-launch-1.0 takes them")
    parser.add_argument("--codecs", nargs="+", choices=sorted(QUANTISERS), default=list(QUANTISERS))
    parser.add_argument("--frames", type=int, default=12, help="frames of every clip")
    options = parser.parse_args()
    av.logging.set_level(av.logging.ERROR)
    ours = upscalers.session(options.model) if options.model else upscalers.element(options.build, options.properties)
    subject = options.model.name if options.model else f"superres {options.properties}".strip()
    print(f"# evaluate {' '.join(sys.argv[1:])}\n# {subject}, {datetime.now(UTC):%Y-%m-%d}")
    for folder in options.folders:
        if options.what == "clean":
            clean(folder, ours)
        else:
            calls(folder, ours, options.codecs, options.frames)


if __name__ == "__main__":
    main()

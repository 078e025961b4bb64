"""Measure generators on pictures and coded clips, by default through the element itself.

clean        pictures are halved by MATLAB's bicubic, doubled again and compared, beside published figures
calls        clips are halved, coded with real codecs at several quantisers, decoded, doubled and compared:
             luma PSNR, SSIM, VMAF, VMAF-NEG, gains over bicubic and Lanczos, BD-rate, plots;
             of a folder of pictures each becomes a soft clip, as of a camera that does not resolve its pixels
restoration  clips are coded at full size and decoded; what a generator of scale 1 repairs
temporal     tOF, differences between frames, flicker where nothing moves, GMSD, NIQE
eight-bit    an eight-bit network against its float32 twin

Luma is BT.601 in 8 bits (16..235; a greyscale file is luma as it is), two pixels of border are left out.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import av

from . import codecs
from .evaluation import calls, cells, clean, footage, temporal
from .evaluation.ways import PLAIN, UNTOUCHED, Way
from .upscalers import ROOT

QUANTISERS = {
    "libx264": (22, 27, 32, 37, 42),
    "libvpx": (10, 24, 40, 56),
    "libvpx-vp9": (24, 36, 48, 58),
    "libsvtav1": (24, 36, 48, 58),
}


def run_clean(options: argparse.Namespace) -> None:
    ways = _ways(options, 2)
    for folder in options.folders:
        clean.report(folder, clean.measure(folder, ways, options.repeat))


def run_calls(options: argparse.Namespace) -> None:
    _coded(options, _ways(options, 2), PLAIN)


def run_restoration(options: argparse.Namespace) -> None:
    _coded(options, _ways(options, 1), UNTOUCHED)


def run_temporal(options: argparse.Namespace) -> None:
    natural = temporal.pristine(options.pristine) if options.pristine else None
    jobs = [
        temporal.Job(path, options.frames, tuple(options.codings), tuple(_ways(options, 2)), natural)
        for path in _clips(options)
    ]
    rows = []
    for job, part in zip(jobs, temporal.measure(jobs, options.processes), strict=True):
        rows += part
        cells.progress(f"{job.clip.stem}: done")
    temporal.report(rows)
    if options.csv:
        temporal.write_csv(options.csv, rows)


def run_eight_bit(options: argparse.Namespace) -> None:
    from .evaluation import eight_bit  # loads PyTorch

    job = cells.Job(Path(), options.frames, _codings(options), ())
    for network in options.networks:
        eight_bit.run(network, options.on, options.calibration, job, options.processes)


def _coded(options: argparse.Namespace, ours: list[Way], plain: tuple[Way, ...]) -> None:
    """Measure, then print; the CSV grows clip by clip, so that a run cut short is not lost."""
    jobs = [
        cells.Job(path, options.frames, _codings(options), (*plain, *ours), options.vmaf) for path in _clips(options)
    ]
    names = [way.name for way in plain]
    measured: list[cells.Cell] = []
    for job, part in zip(jobs, cells.measure(jobs, options.processes), strict=True):
        measured += part
        gains = ", ".join(f"{w.name} {sum(c.gain(w.name, names) for c in part) / len(part):+.2f} dB" for w in ours)
        cells.progress(f"{job.clip.stem}: {gains}")
        if options.csv:
            cells.write_csv(options.csv, measured)
    calls.report(measured, [way.name for way in ours], names)
    if options.plots:
        from .evaluation import plots  # matplotlib takes a second to load

        print(f"\n{len(plots.draw(measured, options.plots, options.frames))} plots in {options.plots}")


def _ways(options: argparse.Namespace, scale: int) -> list[Way]:
    texts = [*(str(m) for m in options.model), *options.compare] or [""]
    ways = [Way(" ".join(t.split()), scale, options.build) for t in texts]
    for way in ways:
        if way.is_network and not Path(way.text).exists():
            raise RuntimeError(f"there is no file {way.text}")
    names = [way.name for way in ways]
    for name in names:
        if names.count(name) > 1:
            raise RuntimeError(f"{name} is given twice: tables tell ways by this name; rename a file or its folder")
    return ways


def _clips(options: argparse.Namespace) -> list[Path]:
    return [path for folder in options.folders for path in footage.clips(folder)]


def _codings(options: argparse.Namespace) -> tuple[codecs.Coding, ...]:
    return tuple(codecs.Coding(name, q) for name in options.codecs for q in QUANTISERS[name])


def _coding(text: str) -> codecs.Coding | None:
    """CODEC:QUANTISER, or none."""
    if text == "none":
        return None
    name, _, quantiser = text.partition(":")
    if name not in QUANTISERS or not quantiser.isdigit():
        raise argparse.ArgumentTypeError(f"{text}: none or CODEC:QUANTISER with one of {' '.join(QUANTISERS)}")
    return codecs.Coding(name, int(quantiser))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="what", required=True)

    subjects = argparse.ArgumentParser(add_help=False)
    subjects.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    subjects.add_argument(
        "--model", type=Path, nargs="+", default=[], metavar="FILE", help="ONNX files: networks alone"
    )
    subjects.add_argument(
        "--compare", "--properties", nargs="+", default=[], metavar="WAY",
        help="side by side: properties of the element as gst-launch-1.0 takes them ('tier=fast look=crisp'), or ONNX "
        "files; without it and --model the element as it is",
    )  # fmt: skip
    subjects.add_argument("--build", type=Path, default=ROOT / "build", help="folder of libgstsuperres.so")

    clips = argparse.ArgumentParser(add_help=False)
    clips.add_argument("--frames", type=int, default=12, help="first frames of every clip (12)")
    clips.add_argument("--processes", type=int, default=1, help="clips measured at a time (1)")

    coded = argparse.ArgumentParser(add_help=False)
    coded.add_argument("--codecs", nargs="+", choices=sorted(QUANTISERS), default=list(QUANTISERS))

    outputs = argparse.ArgumentParser(add_help=False)
    outputs.add_argument("--vmaf", action="store_true", help="VMAF and VMAF-NEG too (slow)")
    outputs.add_argument("--csv", type=Path, help="write all cells to this file")
    outputs.add_argument("--plots", type=Path, help="write rate-distortion plots into this folder")

    command = commands.add_parser("clean", parents=[subjects], help="clean pictures, beside published figures")
    command.add_argument("--repeat", type=int, default=1, help="show each picture so many times, measure the last (1)")
    command.set_defaults(run=run_clean)
    command = commands.add_parser("calls", parents=[subjects, clips, coded, outputs], help="coded clips, doubled")
    command.set_defaults(run=run_calls)
    command = commands.add_parser(
        "restoration", parents=[subjects, clips, coded, outputs], help="coded clips, repaired"
    )
    command.set_defaults(run=run_restoration)
    command = commands.add_parser("temporal", parents=[subjects, clips], help="motion, flicker, naturalness")
    command.add_argument("--codings", type=_coding, nargs="+", metavar="CODEC:QUANTISER",
                         default=[None, codecs.Coding("libx264", 27), codecs.Coding("libx264", 37)],
                         help="or none (none libx264:27 libx264:37)")  # fmt: skip
    command.add_argument("--pristine", type=Path, help="folder of undamaged pictures: switches NIQE on")
    command.add_argument("--csv", type=Path, help="write a row for each clip, coding and way")
    command.set_defaults(run=run_temporal)
    command = commands.add_parser("eight-bit", parents=[clips, coded], help="eight bits against float32")
    command.add_argument(
        "networks",
        type=Path,
        nargs="+",
        metavar="NETWORK",
        help="NAME.onnx beside its twin NAME-float32.onnx, or the folder of a training run",
    )
    command.add_argument("--on", type=Path, nargs="+", required=True, metavar="FOLDER", help="of pictures or of clips")
    command.add_argument("--calibration", type=Path, metavar="FOLDER",
                         help="pictures: also quantise the float32 network with no training")  # fmt: skip
    command.set_defaults(run=run_eight_bit)
    return parser


def main() -> None:
    options = _parser().parse_args()
    av.logging.set_level(av.logging.ERROR)
    print(f"# evaluate {' '.join(sys.argv[1:])}\n# {datetime.now(UTC):%Y-%m-%d}")
    try:
        options.run(options)
    except RuntimeError as error:  # a missing file, a refused pipeline: the text says what to do
        raise SystemExit(f"evaluate: {error}") from None
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()

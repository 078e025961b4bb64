"""The films that go in: bare I420 frames, drawn by program and kept below build/bench."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "pipelines"))
import media
from launch import BUILD, Line, Pipeline, PipelineError, quoted

from benchmarks.screen import screen_share

FOLDER = BUILD / "bench"
RATE = 30  # frames a second, of every film
DRAWN = (15, 150)  # frames of the scene, for short films and others; longer ones repeat them
CALL_KBITS = 400  # the bit rate of a decoded call

MOTION, STATIC, SCREEN, SCREEN_H264 = "full motion", "static", "screen share", "screen share, H.264"
TALK_H264, TALK_VP8 = "talking head, H.264", "talking head, VP8"
CONTENTS = (MOTION, TALK_H264, TALK_VP8, SCREEN, SCREEN_H264, STATIC)
"""What the frames show. Coded ones have been sent as a call of CALL_KBITS and decoded."""


@dataclass(frozen=True)
class Film:
    path: Path
    width: int
    height: int
    drawn: int  # frames in the file
    times: int = 1  # that a live source plays it

    @property
    def frames(self) -> int:
        return self.drawn * self.times

    def source(self) -> str:
        """The start of a line that reads it as fast as it is taken."""
        layout = f"width={self.width} height={self.height} format=i420 framerate={RATE}/1 colorimetry=bt601"
        return f"filesrc location={quoted(self.path)} blocksize={frame_bytes(self.width, self.height)} ! rawvideoparse {layout}"

    def live_source(self, name: str, rate: float) -> str:
        """The start of a line that a program feeds as a camera does: two frames wait, the oldest is lost."""
        caps = f"video/x-raw,format=I420,width={self.width},height={self.height},framerate={rate:g}/1,colorimetry=bt601"
        waiting = "max-buffers=2 max-bytes=0 max-time=0 leaky-type=downstream"
        return f"appsrc name={name} caps={quoted(caps)} format=time is-live=true min-latency=0 max-latency={int(3e9 / rate)} {waiting}"


def frame_bytes(width: int, height: int) -> int:
    return width * height * 3 // 2


def film(content: str, width: int, height: int, frames: int) -> Film:
    """A film of the content, drawn if there is none yet."""
    if width % 4 or height % 2:
        raise ValueError(f"{width}x{height}: the width has to be a multiple of 4 and the height even, so that rows have no padding")
    name = "".join(letter if letter.isalnum() else "-" for letter in content)
    path = FOLDER / f"{name}-{width}x{height}-{frames}.i420"
    wanted = frames * frame_bytes(width, height)
    if not path.exists() or path.stat().st_size != wanted:
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        makers: dict[str, Callable[[Path, int, int, int], None]] = {
            MOTION: _moving, STATIC: _static, SCREEN: _screen,
            SCREEN_H264: _coded(SCREEN, "h264"), TALK_H264: _coded("talking head", "h264"), TALK_VP8: _coded("talking head", "vp8"),
            "talking head": _talking,
        }  # fmt: skip
        makers[content](unfinished, width, height, frames)
        if unfinished.stat().st_size != wanted:
            raise PipelineError(f"the film {content} has {unfinished.stat().st_size} bytes; {wanted} were expected")
        unfinished.rename(path)
    return Film(path, width, height, frames)


def _rendered(to: Path, width: int, height: int, frames: int, *options: str) -> None:
    """The scene of the demonstrations at a size. It is drawn once for all sizes, and what
    is longer goes on backwards, then forwards again."""
    drawn = DRAWN[0] if frames <= DRAWN[0] else DRAWN[1]
    scene = FOLDER / f"scene{''.join(options)}-{drawn}.i420"
    if not scene.exists():
        unfinished = scene.with_suffix(".unfinished")
        source, feed = media.scene(drawn)
        Pipeline(Line(f"{source} ! filesink location={quoted(unfinished)}", [*feed, *options])).run()
        unfinished.rename(scene)
    source = Film(scene, media.SCENE_WIDTH, media.SCENE_HEIGHT, drawn).source()
    Pipeline(
        Line(f"{source} ! videoscale method=lanczos ! video/x-raw,width={width},height={height} ! filesink location={quoted(to)}")
    ).run()
    there = np.fromfile(to, np.uint8).reshape(drawn, frame_bytes(width, height))
    cycle = [*range(drawn), *range(drawn - 2, 0, -1)]
    with to.open("wb") as file:
        for number in range(frames):
            file.write(there[cycle[number % len(cycle)]].tobytes())


def _moving(to: Path, width: int, height: int, frames: int) -> None:
    """The camera pans, and its noise changes every sample of the picture."""
    _rendered(to, width, height, frames, "-first", "60")
    _add_noise(to)


def _talking(to: Path, width: int, height: int, frames: int) -> None:
    """The camera stands still; a person talks. Before coding, there is a camera's noise."""
    _rendered(to, width, height, frames, "-call")
    _add_noise(to)


def _add_noise(to: Path) -> None:
    """Adds what a camera adds in good light: a grey level, normally distributed."""
    random = np.random.default_rng(1)
    samples = np.memmap(to, np.uint8, "r+")
    # One long strip of noise, begun somewhere else each time: quicker than new numbers.
    strip = np.rint(random.normal(0, 1, 1 << 22)).astype(np.int16)
    step = len(strip) // 2
    for start in range(0, len(samples), step):
        part = samples[start : start + step]
        at = int(random.integers(0, len(strip) - len(part)))
        part[:] = np.clip(part + strip[at : at + len(part)], 0, 255).astype(np.uint8)
    samples.flush()


def _static(to: Path, width: int, height: int, frames: int) -> None:
    """One frame of the scene, again and again."""
    _rendered(to, width, height, 1)
    to.write_bytes(to.read_bytes() * frames)


def _coded(content: str, codec: str) -> Callable[[Path, int, int, int], None]:
    """Another film as a receiver of a call has it."""

    def make(to: Path, width: int, height: int, frames: int) -> None:
        encoder = media.RTP_ENCODERS[codec].partition(" ! rtp")[0].format(kbits=CALL_KBITS, bits=1000 * CALL_KBITS)
        decoder = {"h264": "h264parse ! avdec_h264", "vp8": "vp8dec"}[codec]
        sent = film(content, width, height, frames).source()
        Pipeline(Line(f"{sent} ! {encoder} ! {decoder} ! filesink location={quoted(to)}")).run()

    return make


def _screen(to: Path, width: int, height: int, frames: int) -> None:
    with to.open("wb") as file:
        for luma in screen_share(width, height, frames):
            file.write(luma.tobytes() + bytes([128]) * (width * height // 2))

"""The steps of pipelines/demo: render, receive, send, compare."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import media
from launch import BUILD, ROOT, Line, Pipeline, PipelineError, quoted, start_gstreamer

SIZE = (480, 360)
PICTURE_CROP = "470,170,160,150"  # an eye, hair and print, in samples of the original
LONGEST_S = 300


def fail(text: str) -> NoReturn:
    sys.exit(f"demo: {text}")


def render(frames: int, folder: Path) -> Path:
    """Renders the scene at the size of a call, before the clock of the call runs."""
    target = folder / "sent.mkv"
    source, feed = media.scene(frames)
    Pipeline(Line(f"{source} {media.scaled(SIZE)}! matroskamux ! filesink location={quoted(target)}", feed)).run(LONGEST_S)
    return target


def call(source: Path, arguments: argparse.Namespace, keep: int) -> tuple[int, int, int, str]:
    """Sends the source to a receiver in a second process; returns the frames sent, in
    and out, and what the receiver says about its rate."""
    tier = ["--tier", arguments.tier] if arguments.tier else []
    receiver = subprocess.Popen(
        [ROOT / "pipelines/rtp-receive", "--host", "127.0.0.1", "--port", "0", "--frames", str(arguments.frames),
         "--patience", "30", "--output", arguments.folder / "received.mkv", "--keep", str(keep), arguments.folder, *tier],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    sender = None
    try:
        assert receiver.stdout is not None
        port = None
        for said in receiver.stdout:  # ends when the receiver does
            print(f"receiver: {said}", end="", flush=True)
            if match := re.fullmatch(r"listening on port (\d+)\n", said):
                port = match[1]
                break
        if port is None:
            fail(f"the receiver ended before it listened (exit status {receiver.wait()}); its error is above")
        sender = subprocess.Popen(
            [ROOT / "pipelines/rtp-send", "--port", port, "--source", source, "--bitrate", str(arguments.bitrate)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        sent, _ = sender.communicate(timeout=LONGEST_S)
        print("".join(f"sender: {said}\n" for said in sent.splitlines()), end="", flush=True)
        received, _ = receiver.communicate(timeout=LONGEST_S)
        print("".join(f"receiver: {said}\n" for said in received.splitlines()), end="", flush=True)
    except subprocess.TimeoutExpired as late:
        fail(f"{Path(late.args[0]).name} was not done after {LONGEST_S} seconds")
    finally:
        for process in (sender, receiver):
            if process and process.poll() is None:
                process.kill()
                process.wait()
    if sender.returncode or receiver.returncode:
        fail(f"the sender ended with {sender.returncode}, the receiver with {receiver.returncode}; the error is above")
    counts = re.search(r"(\d+) frames sent", sent), re.search(r"(\d+) frames in, (\d+) frames out, (.+)", received)
    if not counts[0] or not counts[1]:
        fail("the sender or the receiver did not say how many frames it had")
    return int(counts[0][1]), int(counts[1][1]), int(counts[1][2]), counts[1][3]


def compare(keep: int, folder: Path) -> Path:
    """Lays bicubic, superres and the original side by side."""
    original, picture = folder / "original.i420", folder / "before-after.png"
    with original.open("wb") as file:
        subprocess.run([BUILD / "scene", "-first", str(keep), "-frames", "1"], stdout=file, check=True)
    subprocess.run(
        [BUILD / "compare", "-arrived", folder / "arrived.i420", "-doubled", folder / "doubled.i420",
         "-original", original, "-width", str(SIZE[0]), "-height", str(SIZE[1]), "-crop", PICTURE_CROP, "-zoom", "2", "-out", picture],
        check=True,
    )  # fmt: skip
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(prog="pipelines/demo", description="Sends, receives and doubles a generated video call.")
    parser.add_argument("--frames", type=int, default=300, help="length of the call at 30 frames/s (default 300)")
    parser.add_argument("--bitrate", type=int, default=600, help="kbit/s of the call (default 600)")
    parser.add_argument("--tier", help="tier of superres (default: its own)")
    parser.add_argument("--folder", type=Path, default=BUILD / "demo", help="where to write (default build/demo)")
    arguments = parser.parse_args()
    if arguments.frames < 2:
        parser.error("--frames is 2 or more")
    start_gstreamer()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(f"rendering {arguments.frames} frames of the scene", flush=True)
    source = render(arguments.frames, arguments.folder)
    keep = min(150, arguments.frames // 2)  # the picture in README.md is of frame 150
    sent, incoming, outgoing, rate = call(source, arguments, keep)
    picture = compare(keep, arguments.folder)
    print(f"\nframes sent {sent}, frames in {incoming}, frames out {outgoing}, {rate}")
    print(f"recording:        {arguments.folder / 'received.mkv'}")
    print(f"before and after: {picture}")
    if not sent == incoming == outgoing == arguments.frames:
        fail(f"frames are missing: {arguments.frames} were to be sent, {incoming} came in and {outgoing} went out")


if __name__ == "__main__":
    try:
        main()
    except (PipelineError, subprocess.CalledProcessError) as error:
        fail(str(error))

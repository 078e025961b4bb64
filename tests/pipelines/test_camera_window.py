"""pipelines/camera in a real window, on a display without a screen: what a screenshot shows."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest
from conftest import LIMIT_S, ROOT
from display import display
from launch import Gst, Line, Pipeline

WIDTH, HEIGHT = 960, 720
FRAMES = 12
RGB = "video/x-raw,format=RGB"
DIVIDER = 0.25


@pytest.fixture
def screen() -> Iterator[str]:
    """A display of its own, larger than the window."""
    with display() as name:
        yield name


def pictures(line: Line) -> list[np.ndarray]:
    """The frames that come to the end of a line, as red, green and blue."""
    got: list[np.ndarray] = []
    pipeline = Pipeline(Line(f"{line.description} ! videoconvert ! {RGB} ! fakesink name=end sync=false", line.feed))

    def keep(_number: int, buffer: Gst.Buffer, caps: Gst.Caps) -> None:
        shape = caps.get_structure(0)
        size = shape.get_value("height"), shape.get_value("width"), 3
        got.append(np.frombuffer(buffer.extract_dup(0, buffer.get_size()), np.uint8).reshape(size))

    pipeline.count("end", "sink", keep)
    pipeline.run(LIMIT_S)
    return got


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """The mean difference of samples, looked at here and there."""
    return float(np.abs(a[::8, ::6].astype(int) - b[::8, ::6]).mean())


def test_the_window_shows_the_doubled_picture_and_the_divider(screen: str) -> None:
    options = ["--scene", "--frames", str(FRAMES), "--tier", "fast", "--compare", "--divider", str(DIVIDER)]
    camera = [str(ROOT / "pipelines/camera"), *options]
    printed = subprocess.run([*camera, "--print"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    feed, launch = printed.strip().split(" | ")
    description = launch.split(" gst-launch-1.0 -e ")[1].split(" ! queue ")[0].replace("! clocksync", "")
    wanted = pictures(Line(description, feed.split()))
    assert len(wanted) == FRAMES

    found = 1e9
    window = wanted[0]
    shots = Pipeline(Line(f"ximagesrc name=shots display-name={screen} use-damage=false ! video/x-raw,framerate=30/1 ! fakesink name=end"))
    environment = os.environ | {"DISPLAY": screen}
    shown = subprocess.Popen(camera, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def look(_number: int, buffer: Gst.Buffer, caps: Gst.Caps) -> None:
        nonlocal found, window
        screen = np.frombuffer(buffer.extract_dup(0, buffer.get_size()), np.uint8).reshape(caps.get_structure(0).get_value("height"), -1, 4)
        picture = screen[:HEIGHT, :WIDTH, 2::-1]
        if picture.any():
            best = min(distance(picture, one) for one in wanted)
            if best < found:
                found, window = best, picture.copy()
        if shown.poll() is not None or found < 1:
            shots.end()

    shots.count("end", "sink", look)
    try:
        shots.run(LIMIT_S)
    finally:
        shown.terminate()
        said, _ = shown.communicate(timeout=LIMIT_S)
    assert found < 1, f"no screenshot is near any frame: {found} grey levels off the nearest. {said}"
    column = 2 * round(DIVIDER * WIDTH / 2)
    assert window[:, column].max() <= 12, "a black column"
    assert window[:, column + 1].min() >= 243, "and a white one beside it"
    assert not any((window[:, x].max() <= 12).all() and window[:, x + 1].min() >= 243 for x in range(0, WIDTH - 1) if x != column)


def test_a_divider_off_the_picture_is_refused() -> None:
    done = subprocess.run([ROOT / "pipelines/camera", "--divider", "1.5"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "'1.5' is not a number from 0 to 1" in done.stderr

"""Nothing that GStreamer counts is left after a stream."""

from __future__ import annotations

import os
import subprocess

import pytest
from media import MODELS, WAYS, caps

SWITCH = (
    "concat name=c ! superres {properties} ! fakesink"
    f" videotestsrc num-buffers=150 ! {caps(96, 64)} ! c. videotestsrc num-buffers=150 ! {caps(65, 49)} ! c."
)


def alive(description: str, fails: bool) -> list[str]:
    """What the tracer still finds after gst-launch-1.0 has played a pipeline, or failed to."""
    run = subprocess.run(
        ["gst-launch-1.0", "-q", *description.split()],
        env=os.environ | {"GST_TRACERS": "leaks", "GST_DEBUG": "GST_TRACER:7", "GST_DEBUG_NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert (run.returncode != 0) == fails, run.stderr
    traced = run.stderr.splitlines()
    assert any("GST_TRACER" in line for line in traced), "the tracer did not run: is the plugin coretracers there?"
    # One line declares the format of the others.
    return [line for line in traced if "object-alive, type-name=(string)" in line and "type-name=(string)%s" not in line]


@pytest.mark.parametrize("properties", WAYS)
def test_300_frames_with_a_change_of_size(properties: str) -> None:
    assert alive(SWITCH.format(properties=properties), fails=False) == []


@pytest.mark.parametrize(
    "description",
    [
        f"videotestsrc num-buffers=1 ! {caps(64, 48, more=',interlace-mode=interleaved')} ! superres ! fakesink",
        f"videotestsrc num-buffers=1 ! {caps(64, 48)} ! superres model=/nowhere/absent.onnx ! fakesink",
        f"videotestsrc num-buffers=1 ! {caps(64, 48)} ! superres scale=1 model={MODELS}/nearest.onnx ! fakesink",
    ],
    ids=["interlaced", "model missing", "model of another scale"],
)
def test_an_error(description: str) -> None:
    assert alive(description, fails=True) == []

"""A change of size or format mid-stream loses no frame, changes no pixel and opens no session."""

from __future__ import annotations

import os
import re
import subprocess

import numpy as np
import pytest
from media import WAYS, Gst, caps, picture, pipeline, planes, same, samples, size, tight

STEPS = [(64, 48, "I420"), (33, 17, "I420"), (64, 48, "I420"), (160, 120, "NV12"), (1, 1, "GRAY8"), (64, 48, "I420")]
EACH = 3


def play(steps: list[tuple[int, int, str]], properties: str) -> list[tuple[tuple[int, int], int, list[np.ndarray]]]:
    """Frames of each step in one stream: size, time and content of what left."""
    number = 0
    with pipeline(f"appsrc name=in format=time ! superres {properties} ! appsink name=out sync=false") as made:
        source = made.get_by_name("in")
        made.set_state(Gst.State.PLAYING)
        for width, height, video_format in steps:
            source.set_caps(Gst.Caps.from_string(caps(width, height, video_format)))
            for seed in range(EACH):
                buffer = tight(video_format, picture(video_format, width, height, seed))
                buffer.pts = number * 33 * Gst.MSECOND
                source.push_buffer(buffer)
                number += 1
        source.end_of_stream()
        return [(size(s), s.get_buffer().pts // (33 * Gst.MSECOND), planes(s)) for s in samples(made)]


@pytest.mark.parametrize("properties", WAYS)
def test_every_frame_arrives_and_is_that_of_a_fresh_stream(properties: str) -> None:
    scale = 1 if "scale=1" in properties else 2
    got = play(STEPS, properties)
    assert [number for _, number, _ in got] == list(range(EACH * len(STEPS)))
    for step, (width, height, video_format) in enumerate(STEPS):
        fresh = play([(width, height, video_format)], properties)
        for (out_size, _, content), (_, _, want) in zip(got[EACH * step : EACH * (step + 1)], fresh, strict=True):
            assert out_size == (scale * width, scale * height)
            same(content, want)


def test_the_generator_is_opened_once() -> None:
    first, second = (f"videotestsrc num-buffers=5 ! {caps(w, h)} ! c." for w, h in ((64, 48), (96, 80)))
    run = subprocess.run(
        ["gst-launch-1.0", "-q", *f"concat name=c ! superres ! fakesink {first} {second}".split()],
        env=os.environ | {"GST_DEBUG": "superres:INFO", "GST_DEBUG_NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    opened = re.findall("opened the generator (.+)", run.stderr)
    assert opened, run.stderr
    assert len(opened) == len(set(opened)), run.stderr

"""The property threads changes how many threads work, and never a pixel."""

from __future__ import annotations

from pathlib import Path

import pytest
from host import application
from media import WAYS, caps, frames, planes, same


@pytest.mark.parametrize("properties", WAYS)
@pytest.mark.parametrize("threads", [2, 3, 0])
def test_frames_do_not_depend_on_threads(properties: str, threads: int) -> None:
    want, got = (
        frames(
            f"videotestsrc num-buffers=2 pattern=snow ! {caps(161, 121)} ! superres {properties} threads={n} ! appsink name=out sync=false"
        )
        for n in (1, threads)
    )
    assert len(got) == len(want) == 2
    for a, b in zip(got, want, strict=True):
        same(planes(a), planes(b))


def test_more_threads_are_more_threads(build: Path) -> None:
    few, many = (
        application(build, f"videotestsrc num-buffers=3 ! {caps(320, 240)} ! superres threads={n} ! fakesink").threads for n in (1, 9)
    )
    assert many >= few + 4, f"{few} threads with threads=1, {many} with threads=9"

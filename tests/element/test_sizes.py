"""Every size and format leaves at exactly twice the size, and nothing is critical on the way."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from media import FORMATS, SIZES, GstVideo, caps

COUNT = 10


@pytest.mark.parametrize("video_format", FORMATS)
@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda n: str(n))
def test_ten_frames_leave_at_twice_the_size(video_format: str, width: int, height: int, tmp_path: Path) -> None:
    """In a process of its own, because a critical warning ends it."""
    output = tmp_path / "frames"
    run = subprocess.run(
        [
            *("gst-launch-1.0", "-q", "videotestsrc", "pattern=snow", f"num-buffers={COUNT}"),
            *("!", caps(width, height, video_format), "!", "superres"),
            *("!", caps(2 * width, 2 * height, video_format), "!", "filesink", f"location={output}"),
        ],
        env=os.environ | {"G_DEBUG": "fatal-criticals"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert not run.stderr, run.stderr
    info = GstVideo.VideoInfo()
    info.set_format(GstVideo.VideoFormat.from_string(video_format), 2 * width, 2 * height)
    assert output.stat().st_size == COUNT * info.size

"""The steps of pipelines/demo, short."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from conftest import LIMIT_S, ROOT, Contents


def test_all_frames_arrive_and_the_picture_is_there(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/usr/bin/python3", ROOT / "pipelines/demonstration.py", "--frames", "24", "--folder", tmp_path],
        capture_output=True, text=True, timeout=LIMIT_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^frames sent 24, frames in 24, frames out 24, [\d.]+ frames/s", done.stdout, re.MULTILINE)
    contents = Contents(tmp_path / "received.mkv")
    assert (contents.frames, contents.size) == (24, (960, 720))
    assert (tmp_path / "before-after.png").read_bytes().startswith(b"\x89PNG")

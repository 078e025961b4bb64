"""tier=lanczos is GStreamer's own Lanczos, and needs nothing beyond GStreamer."""

from __future__ import annotations

from pathlib import Path

import pytest
from host import application
from media import FORMATS, caps, frames, planes, same


@pytest.mark.parametrize("video_format", FORMATS)
@pytest.mark.parametrize(("width", "height"), [(480, 360), (33, 17), (1, 1)])
def test_as_videoscale_does_it(video_format: str, width: int, height: int) -> None:
    source = f"videotestsrc num-buffers=2 pattern=snow ! {caps(width, height, video_format)}"
    twice = caps(2 * width, 2 * height, video_format)
    out = "appsink name=out sync=false"
    # Labelled as superres labels it, or videoscale would convert the colours too.
    got = frames(f"{source} ! superres tier=lanczos ! {out}")
    label = ",".join(
        f"{field}={got[0].get_caps().get_structure(0).get_string(field)}"
        for field in ("colorimetry", "chroma-site")
        if got[0].get_caps().get_structure(0).has_field(field)
    )
    want = frames(f"{source},{label} ! videoscale method=lanczos add-borders=false ! {twice},{label} ! {out}")
    assert len(got) == len(want) == 2
    for a, b in zip(got, want, strict=True):
        same(planes(a), planes(b))


def test_without_onnx_runtime(bare_plugin: Path) -> None:
    source = f"videotestsrc num-buffers=3 ! {caps(64, 48)}"
    assert application(bare_plugin, f"{source} ! superres tier=lanczos ! fakesink").problem is None


def test_without_the_model(tmp_path: Path) -> None:
    """The property model is for generators."""
    source = f"videotestsrc num-buffers=1 ! {caps(64, 48)}"
    absent = tmp_path / "absent.onnx"
    assert len(frames(f"{source} ! superres tier=lanczos model={absent} ! appsink name=out sync=false")) == 1

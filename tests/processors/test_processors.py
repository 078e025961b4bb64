"""The same bytes on every processor of x86-64: QEMU's user-mode emulation stands in for those that lack instructions.

Each takes a minute: GStreamer, Go and ONNX Runtime are translated instruction by instruction.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ.get("SUPERRES_BUILD", Path(__file__).resolve().parents[2] / "build")).resolve()
PROCESSORS = {"Haswell": "AVX2", "SandyBridge": "AVX", "Nehalem": "SSE 4.2"}
WAYS = ["tier=balanced", "tier=fast look=faithful strength=0.5", "scale=1", "tier=lanczos"]


def doubled(properties: str, into: Path, *emulator: str) -> bytes:
    """What two frames become, without padding at the ends of rows."""
    line = (
        "videotestsrc pattern=ball num-buffers=2 ! video/x-raw,format=I420,width=48,height=32"
        f" ! superres threads=1 {properties} ! filesink location={into}"
    )
    run = subprocess.run(
        [*emulator, "/usr/bin/gst-launch-1.0", "-q", *line.split()],
        env=os.environ | {"GST_PLUGIN_PATH": str(BUILD), "GST_REGISTRY": str(BUILD / "processors.registry"), "GST_REGISTRY_FORK": "no"},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert run.returncode == 0, run.stderr
    return into.read_bytes()


@pytest.mark.parametrize("properties", WAYS)
@pytest.mark.parametrize("processor", PROCESSORS)
def test_the_same_bytes(processor: str, properties: str, tmp_path: Path) -> None:
    want = doubled(properties, tmp_path / "native")
    assert doubled(properties, tmp_path / "emulated", "qemu-x86_64", "-cpu", processor) == want, f"with {PROCESSORS[processor]} at most"

"""The same bytes on every processor of x86-64: QEMU's user-mode emulation stands in for those that lack instructions.

All cases of a processor play in one process, because emulation takes most of its time to start one: GStreamer, Go and
ONNX Runtime are translated instruction by instruction.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SUPERRES_BUILD", ROOT / "build")).resolve()
PROCESSORS = {"Haswell": "AVX2", "SandyBridge": "AVX", "Nehalem": "SSE 4.2"}
GENERATORS = sorted(path for path in (ROOT / "model/weights").glob("*.onnx") if not path.stem.endswith("-float32"))
WAYS = [
    *(f"{'scale=1 ' if path.stem.startswith('restore') else ''}model=model/weights/{path.name}" for path in GENERATORS),
    "tier=balanced",
    "tier=fast look=faithful strength=0.5",
    "scale=1",
    "tier=lanczos",
]


def doubled(into: Path, *emulator: str) -> dict[str, bytes]:
    """What two frames become each way, without padding at the ends of rows."""
    lines = [
        "videotestsrc pattern=ball num-buffers=2 ! video/x-raw,format=I420,width=48,height=32"
        f" ! superres threads=1 {way} ! filesink location={into / str(number)}"
        for number, way in enumerate(WAYS)
    ]
    run = subprocess.run(
        [*emulator, "/usr/bin/gst-launch-1.0", "--no-fault", "-q", *" ".join(lines).split()],
        cwd=ROOT,
        env=os.environ | {"GST_PLUGIN_PATH": str(BUILD), "GST_REGISTRY": str(BUILD / "processors.registry"), "GST_REGISTRY_FORK": "no"},
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert run.returncode == 0, run.stderr
    return {way: (into / str(number)).read_bytes() for number, way in enumerate(WAYS)}


@pytest.fixture(scope="session")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The frames of this machine."""
    return doubled(tmp_path_factory.mktemp("native"))


@pytest.fixture(scope="session", params=PROCESSORS, ids=list(PROCESSORS.values()))
def emulated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The frames of a processor with no more than these instructions."""
    return doubled(tmp_path_factory.mktemp(request.param), "qemu-x86_64", "-cpu", request.param)


@pytest.mark.parametrize("way", WAYS)
def test_the_same_bytes(way: str, emulated: dict[str, bytes], wanted: dict[str, bytes]) -> None:
    assert len(wanted[way]) in (2 * 96 * 64 * 3 // 2, 2 * 48 * 32 * 3 // 2)
    assert emulated[way] == wanted[way]

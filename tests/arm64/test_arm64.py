"""The plugin for arm64 under QEMU's user-mode emulation: GStreamer of that kind takes it, and its frames are x86-64's.

All cases play in one process, because emulation takes most of its time to start one: GStreamer, Go and ONNX Runtime are
translated instruction by instruction.
"""

from __future__ import annotations

import os
import random
import subprocess
from array import array
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SUPERRES_BUILD", ROOT / "build")).resolve()
SYSTEM = ROOT / ".tools/arm64-root"
PROCESSORS = {
    "cortex-a53": "arm64 without dot products",
    "neoverse-n1": "arm64 with dot products",
    "max": "arm64 with products of matrices (I8MM), and SVE",
}
"""QEMU's processors, for each of which ONNX Runtime has other ways to multiply eight-bit integers."""

FRAMES = 2
PLANES = {
    "I420": [(1, 1, 1), (2, 2, 1), (2, 2, 1)],
    "YV12": [(1, 1, 1), (2, 2, 1), (2, 2, 1)],
    "NV12": [(1, 1, 1), (2, 2, 2)],
    "GRAY8": [(1, 1, 1)],
    "Y42B": [(1, 1, 1), (2, 1, 1), (2, 1, 1)],
    "I420_10LE": [(1, 1, 2), (2, 2, 2), (2, 2, 2)],
}
"""Of each format's planes: pixels of the frame for one of the plane's, across and down, and bytes of that."""


@dataclass(frozen=True)
class Case:
    """What is done to which frames."""

    properties: str
    video_format: str = "I420"
    width: int = 48
    height: int = 32

    def __str__(self) -> str:
        return f"{self.properties} {self.video_format} {self.width}x{self.height}".replace(f"{ROOT}/", "")

    def line(self, clip: Path, into: Path) -> str:
        """The pipeline."""
        return (
            f"filesrc location={clip} ! rawvideoparse format={self.video_format.lower().replace('_', '-')}"
            f" width={self.width} height={self.height} framerate=30/1 ! identity eos-after={FRAMES + 1}"
            f" ! superres {'' if 'threads' in self.properties else 'threads=1 '}{self.properties} ! filesink location={into}"
        )

    def pixels(self, content: bytes) -> list[bytes]:
        """The rows of its output, of which the element leaves what is beyond their ends as it was."""
        scale = 1 if "scale=1" in self.properties else 2
        rows, at = [], 0
        for _ in range(FRAMES):
            for across, down, size in PLANES[self.video_format]:
                row = -(-scale * self.width // across) * size
                for _ in range(-(-scale * self.height // down)):
                    rows.append(content[at : at + row])
                    at += (row + 3) // 4 * 4
        assert len(content) == at, f"{self}: not {FRAMES} frames"
        return rows


def shipped() -> list[Case]:
    """Each eight-bit generator that the plugin carries, from its file."""
    files = sorted(path for path in (ROOT / "model/weights").glob("*.onnx") if not path.stem.endswith("-float32"))
    assert files
    return [Case(f"{'scale=1 ' if path.stem.startswith('restore') else ''}model={path}") for path in files]


CASES = [
    *shipped(),
    Case("tier=balanced"),
    Case("tier=fast strength=0.5"),
    Case("scale=1"),
    Case("tier=lanczos"),
    Case("tier=fast", "NV12", 33, 17),
    Case("tier=fast", "YV12", 1, 1),
    Case("tier=fast", "GRAY8", 35, 21),
    Case("tier=fast", "Y42B", 30, 18),
    Case("tier=fast threads=2", "I420", 130, 98),
]

IN_FLOAT = [Case("tier=fast", "I420_10LE", 26, 18), Case("tier=balanced", "I420_10LE", 26, 18)]
"""Ten bits are computed in float32, whose sums are added up in another order on another kind of processor."""


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Steps, slopes and noise in turn: what every case reads its frames from."""
    noise = random.Random(1)
    kinds = (lambda n: 255 * (n // 13 % 2), lambda n: n * 3 // 2 % 256, lambda _: noise.randrange(256))
    file = tmp_path_factory.mktemp("clip") / "clip.raw"
    file.write_bytes(bytes(kinds[n // 977 % 3](n) for n in range(65536)))
    return file


def environment(build: Path) -> dict[str, str]:
    """That of a GStreamer with this build of the plugin."""
    return os.environ | {
        "GST_PLUGIN_PATH": str(build),
        "GST_PLUGIN_SYSTEM_PATH": f"/usr/lib/{'aarch64' if build.name == 'arm64' else 'x86_64'}-linux-gnu/gstreamer-1.0",
        "GST_REGISTRY": str(build / "arm64-tests.registry"),
        "GST_REGISTRY_FORK": "no",  # an emulated process cannot start another
    }


def tool(name: str, processor: str) -> list[str]:
    """GStreamer's tool, for a processor."""
    return (
        [f"/usr/bin/{name}"]
        if processor == "x86-64"
        else ["qemu-aarch64", "-cpu", processor, "-L", str(SYSTEM), f"{SYSTEM}/usr/bin/{name}"]
    )


def play(processor: str, clip: Path, folder: Path) -> dict[Case, list[bytes]]:
    """What the frames of all cases become."""
    lines = [case.line(clip, folder / str(number)) for number, case in enumerate([*CASES, *IN_FLOAT])]
    build = BUILD if processor == "x86-64" else BUILD / "arm64"
    command = [*tool("gst-launch-1.0", processor), "--no-fault", "-q", *" ".join(lines).split()]
    run = subprocess.run(command, env=environment(build), capture_output=True, text=True, timeout=1500)
    assert run.returncode == 0, run.stderr[-4000:]
    return {case: case.pixels((folder / str(number)).read_bytes()) for number, case in enumerate([*CASES, *IN_FLOAT])}


@pytest.fixture(scope="session")
def wanted(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Case, list[bytes]]:
    """The frames of this machine."""
    return play("x86-64", clip, tmp_path_factory.mktemp("x86-64"))


@pytest.fixture(scope="session", params=PROCESSORS)
def got(request: pytest.FixtureRequest, clip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Case, list[bytes]]:
    """The frames of each emulated processor."""
    return play(request.param, clip, tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_same_bytes(case: Case, got: dict[Case, list[bytes]], wanted: dict[Case, list[bytes]]) -> None:
    bad = [number for number, (row, want) in enumerate(zip(got[case], wanted[case], strict=True)) if row != want]
    levels = max((abs(a - b) for number in bad for a, b in zip(got[case][number], wanted[case][number], strict=True)), default=0)
    assert not bad, f"{len(bad)} of {len(wanted[case])} rows differ, by up to {levels} levels"


@pytest.mark.parametrize("case", IN_FLOAT, ids=str)
def test_one_level_of_1023(case: Case, got: dict[Case, list[bytes]], wanted: dict[Case, list[bytes]]) -> None:
    have, want = (array("H", b"".join(frames[case])) for frames in (got, wanted))
    differences = Counter(abs(a - b) for a, b in zip(have, want, strict=True))
    assert max(differences) <= 1, f"differences by how many samples have them: {dict(differences)}"
    assert differences[0] >= 0.99 * len(want)


def test_frames_are_not_all_alike(wanted: dict[Case, list[bytes]]) -> None:
    assert len({b"".join(rows) for rows in wanted.values()}) >= len(CASES) - 2, "properties have no effect: nothing would be compared"


def test_gstreamer_of_arm64_takes_it() -> None:
    run = subprocess.run(
        [*tool("gst-inspect-1.0", "cortex-a53"), "superres"], env=environment(BUILD / "arm64"), capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    assert f"{BUILD}/arm64/libgstsuperres.so" in run.stdout
    assert "SINK template: 'sink'" in run.stdout


def test_a_missing_model_is_an_error_there_too(tmp_path: Path) -> None:
    line = f"videotestsrc num-buffers=1 ! superres model={tmp_path}/none.onnx ! fakesink"
    run = subprocess.run(
        [*tool("gst-launch-1.0", "cortex-a53"), *line.split()],
        env=environment(BUILD / "arm64"),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode > 0
    assert f"{tmp_path}/none.onnx" in run.stderr

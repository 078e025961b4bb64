"""GStreamer's own validation of a stream while a scenario acts on it: states, seeks, pauses, sizes. It reports no issue."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("SUPERRES_BUILD", ROOT / "build")).resolve()
OWN = ROOT / ".tools/validate"
TOOL = shutil.which("gst-validate-1.0", path=f"{OWN}/bin:{os.environ['PATH']}")

pytestmark = pytest.mark.skipif(TOOL is None, reason="gst-validate is not there: tests/validate/get builds it")

SEEKS = ["seek_forward", "seek_backward", "scrub_forward_seeking", "seek_with_stop"]
STATES = ["change_state_intensive", "pauses"]
LIVELY = "videotestsrc num-buffers=100 ! video/x-raw,width=64,height=48,framerate=10/1"
SIZES = (
    "concat name=c ! superres tier=fast ! fakesink"
    + " videotestsrc num-buffers=40 ! video/x-raw,width=64,height=48,framerate=10/1 ! c."
    + " videotestsrc num-buffers=40 ! video/x-raw,width=33,height=17,framerate=10/1 ! c."
)


def validate(line: str, tmp_path: Path, scenario: str = "") -> None:
    """Play a pipeline under the tool; any issue is fatal."""
    run = subprocess.run(
        [str(TOOL), *(("--set-scenario", scenario) if scenario else ()), *line.split()],
        env=os.environ
        | {"GST_PLUGIN_PATH": f"{BUILD}:{OWN}/lib/gstreamer-1.0", "GST_REGISTRY": str(tmp_path / "registry")}
        | {"LD_LIBRARY_PATH": f"{OWN}/lib", "XDG_DATA_HOME": f"{OWN}/share", "XDG_DATA_DIRS": f"{OWN}/share:/usr/share"}
        | {"GST_VALIDATE_SCENARIOS_PATH": f"{OWN}/share/gstreamer-1.0/validate/scenarios:{HERE}", "GST_VALIDATE": "fatal-issues"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Issues found: 0" in run.stdout, run.stdout


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds to seek in."""
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    line = (
        f"videotestsrc num-buffers=80 ! video/x-raw,format=I420,width=64,height=48,framerate=10/1 ! matroskamux ! filesink location={path}"
    )
    subprocess.run(["gst-launch-1.0", "-q", *line.split()], check=True)
    return path


@pytest.mark.parametrize("scenario", SEEKS)
@pytest.mark.parametrize("properties", ["tier=lanczos", "tier=fast"])
def test_seeks(scenario: str, properties: str, film: Path, tmp_path: Path) -> None:
    validate(f"filesrc location={film} ! matroskademux ! superres {properties} ! fakesink sync=true", tmp_path, scenario)


@pytest.mark.parametrize("scenario", STATES)
@pytest.mark.parametrize("properties", ["tier=lanczos", "tier=fast"])
def test_states(scenario: str, properties: str, tmp_path: Path) -> None:
    # A demuxer's pad, linked late, would not be linked again after NULL.
    validate(f"{LIVELY} ! superres {properties} ! fakesink sync=true", tmp_path, scenario)


def test_changes_of_size(tmp_path: Path) -> None:
    validate(SIZES, tmp_path)

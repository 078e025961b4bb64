"""The generator on WebGPU: the frames of the processor, and the processor where WebGPU fails."""

# Of media, which is on the path of another folder, mypy does not see all in time.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from media import Gst, Problem, caps, picture, pipeline, planes, samples, size, tight, wait, warnings_of

PROJECT = Path(__file__).resolve().parents[2]  # not from conftest, which would set the environment of a process of its own
TWIN = PROJECT / "model/weights/fast-faithful-float32.onnx"
RESTORING = PROJECT / "model/weights/restore-balanced-faithful-float32.onnx"
EACH = 2

Step = tuple[int, int, str]


def play(steps: list[Step], properties: str) -> tuple[list[tuple[tuple[int, int], list[np.ndarray]]], str, list[Problem]]:
    """Frames of each step in one stream, the provider that made the last one, and the warnings."""
    with pipeline(f"appsrc name=in format=time ! superres name=s {properties} ! appsink name=out sync=false") as made:
        source, warnings = made.get_by_name("in"), warnings_of(made)
        made.set_state(Gst.State.PLAYING)
        for width, height, video_format in steps:
            source.set_caps(Gst.Caps.from_string(caps(width, height, video_format)))
            for seed in range(EACH):
                buffer = tight(video_format, picture(video_format, width, height, seed))
                buffer.pts = seed * Gst.SECOND
                source.push_buffer(buffer)
        source.end_of_stream()
        got = [(size(s), planes(s)) for s in samples(made)]
        return got, made.get_by_name("s").get_property("stats").get_string("provider"), warnings


@pytest.mark.parametrize(
    ("steps", "model"),
    [
        ([(16, 16, "I420")], TWIN),
        ([(33, 17, "NV12")], TWIN),
        ([(1, 1, "GRAY8")], TWIN),
        ([(35, 24, "YV12")], RESTORING),
        ([(16, 16, "I420"), (33, 17, "I420"), (8, 9, "NV21"), (16, 16, "I420")], TWIN),
    ],
    ids=["even", "odd", "one pixel", "restoring", "switch of size and format"],
)
def test_frames_are_those_of_the_processor_within_one_level(steps: list[Step], model: Path) -> None:
    properties = f"model={model} scale={1 if model == RESTORING else 2}"
    got, provider, warnings = play(steps, f"provider=webgpu {properties}")
    assert (provider, warnings) == ("webgpu", [])
    want, provider, _ = play(steps, f"provider=cpu {properties}")
    assert provider == "cpu"
    assert len(got) == EACH * len(steps)
    for (got_size, got_planes), (want_size, want_planes) in zip(got, want, strict=True):
        assert got_size == want_size
        for a, b in zip(got_planes, want_planes, strict=True):
            assert np.abs(a.astype(int) - b).max() <= 1


def test_built_in_generators_run_as_their_float_twins() -> None:
    steps = [(20, 14, "I420")]
    got, provider, warnings = play(steps, "provider=webgpu tier=fast damage=coded")
    assert (provider, warnings) == ("webgpu", [])
    want, _, _ = play(steps, f"provider=cpu model={TWIN}")
    for (_, got_planes), (_, want_planes) in zip(got, want, strict=True):
        for a, b in zip(got_planes, want_planes, strict=True):
            assert np.abs(a.astype(int) - b).max() <= 1


APPLICATION = """
import json, sys
sys.path.insert(0, sys.argv[1])
from media import Gst
from test_webgpu import play
got, provider, warnings = play([(16, 16, "I420"), (9, 7, "NV12")], sys.argv[2])
print(json.dumps({"frames": len(got), "provider": provider, "warnings": [[w.domain, w.code, w.text] for w in warnings]}))
"""


def application(properties: str, **environment: str) -> dict[str, object]:
    """What play says in a process of its own, with other environment variables."""
    here = Path(__file__).parent
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", APPLICATION, here, properties],
        env=os.environ | {"PYTHONPATH": f"{here}:{PROJECT}/tests/element"} | environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    answer: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return answer


def test_a_provider_that_fails_in_the_middle_costs_no_frame(faults: Path) -> None:
    """The first frame is WebGPU's; the second one fails there, and is the processor's."""
    environment = {"GST_PLUGIN_PATH": str(faults), "GST_REGISTRY": str(faults / "registry.bin"), "SUPERRES_FAULT": "provider"}
    answer = application("provider=webgpu tier=fast damage=coded", **environment)
    assert (answer["frames"], answer["provider"]) == (2 * EACH, "cpu")
    [[domain, code, text]] = answer["warnings"]  # type: ignore[misc]
    assert (domain, code) == ("gst-library-error-quark", int(Gst.LibraryError.FAILED))
    assert "webgpu" in text
    assert "CPU" in text


def test_without_a_device_the_processor_takes_its_place() -> None:
    nowhere = "/nowhere/driver.json"
    answer = application("provider=webgpu tier=fast", VK_ICD_FILENAMES=nowhere, VK_DRIVER_FILES=nowhere)
    assert (answer["frames"], answer["provider"]) == (2 * EACH, "cpu")
    [[domain, code, text]] = answer["warnings"]  # type: ignore[misc]
    assert (domain, code) == ("gst-library-error-quark", int(Gst.LibraryError.INIT))
    assert "No supported adapters" in text


def test_providers_that_this_runtime_lacks_are_refused_with_what_it_offers() -> None:
    with pipeline("videotestsrc num-buffers=2 ! superres name=s provider=openvino tier=fast ! fakesink") as made:
        made.set_state(Gst.State.PLAYING)
        problem = Problem.of(wait(made, Gst.MessageType.WARNING))
        wait(made, Gst.MessageType.EOS)
        assert made.get_by_name("s").get_property("stats").get_string("provider") == "cpu"
    assert (problem.domain, problem.code) == ("gst-resource-error-quark", int(Gst.ResourceError.SETTINGS))
    assert "cpu, webgpu" in problem.text
    assert "onnxruntime-openvino" in problem.text

"""The example of a Go program with the element inside: it is built, and finds ONNX
Runtime where docs/go.md says; no shared library of the project is loaded."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / ".tools/onnxruntime/lib/libonnxruntime.so.1"
BUILD_LIMIT_S, LIMIT_S = 1500, 120  # go-gst is large: the first build takes minutes


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("program") / "static-registration"
    subprocess.run(["go", "build", "-C", ROOT / "examples/static-registration", "-o", made, "."], check=True, timeout=BUILD_LIMIT_S)
    return made


def run(program: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("GST_PLUGIN_PATH", "SUPERRES_ONNXRUNTIME")}
    return subprocess.run([program, *arguments], env={**environment, **more}, capture_output=True, text=True, timeout=LIMIT_S)


def assert_doubled(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    assert re.search(r"^5 frames of video/x-raw, .*width=\(int\)480, height=\(int\)360", done.stdout, re.MULTILINE)
    assert re.search(r"frames=\(guint64\)5, .*tier=\(string\)fast", done.stdout)


def test_the_runtime_that_the_environment_names(program: Path) -> None:
    done = run(program, "-frames", "5", "-tier", "fast", SUPERRES_ONNXRUNTIME=str(RUNTIME), LD_DEBUG="files")
    assert "libonnxruntime.so.1" in done.stderr
    assert "libgstsuperres.so" not in done.stderr
    assert_doubled(done)


def test_the_runtime_beside_the_program(program: Path) -> None:
    beside = program.with_name(RUNTIME.name)
    beside.symlink_to(RUNTIME)
    try:
        assert_doubled(run(program, "-frames", "5", "-tier", "fast"))
    finally:
        beside.unlink()


def test_without_a_runtime_the_error_says_so(program: Path) -> None:
    done = run(program, "-frames", "5", SUPERRES_ONNXRUNTIME="/nowhere/libonnxruntime.so.1")
    assert done.returncode == 1
    assert "static-registration: " in done.stderr
    assert "/nowhere/libonnxruntime.so.1" in done.stderr


def test_its_requirements_are_those_of_the_project() -> None:
    example = ROOT / "examples/static-registration"
    done = subprocess.run(["go", "mod", "tidy", "-diff"], cwd=example, capture_output=True, text=True, timeout=BUILD_LIMIT_S)
    assert done.returncode == 0, f"run go mod tidy in {example}:\n{done.stdout}{done.stderr}"

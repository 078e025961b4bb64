"""Where the plugin under test is, and a GStreamer that finds it and nothing of the user's.

The environment variable SUPERRES_BUILD names the folder with libgstsuperres.so;
without it, that is build/ of this project.
"""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SUPERRES_BUILD", PROJECT / "build")).resolve()
REGISTRY = tempfile.mkdtemp(prefix="superres-registry-")

# Before GStreamer is initialised, which importing media does.
os.environ["GST_PLUGIN_PATH"] = str(BUILD)
os.environ["GST_REGISTRY"] = str(Path(REGISTRY) / "registry.bin")
os.environ.pop("SUPERRES_ONNXRUNTIME", None)


def pytest_sessionstart() -> None:
    """Stop at once, with the remedy, where there is nothing to test."""
    for name in ("libgstsuperres.so", "libonnxruntime.so.1"):
        if not (BUILD / name).is_file():
            pytest.exit(f"{BUILD / name} is missing: run tools/setup, or set SUPERRES_BUILD to a build folder", 2)


def pytest_sessionfinish() -> None:
    """Leave nothing behind."""
    shutil.rmtree(REGISTRY, ignore_errors=True)


@pytest.fixture(autouse=True)
def _deadline() -> Iterator[None]:
    """End the process, with every thread's place, where a test hangs in C and nothing else can end it."""
    faulthandler.dump_traceback_later(300, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session")
def build() -> Path:
    """The folder of the plugin under test."""
    return BUILD


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plugin built so that SUPERRES_FAULT makes it do wrong."""
    folder = tmp_path_factory.mktemp("faults")
    subprocess.run(
        [PROJECT / "build-aux/build-plugin", "go", PROJECT, "0.1.0", folder / "libgstsuperres.so", "-tags", "faults"],
        check=True,
        cwd=PROJECT,
    )
    (folder / "libonnxruntime.so.1").symlink_to(BUILD / "libonnxruntime.so.1")
    return folder


BANK = {
    "balanced-faithful": "nearest",
    "balanced-faithful-clean": "first",
    "balanced-crisp": "last",
    "fast-faithful": "first",
    "restore-balanced-faithful": "turn",
}
"""Built-in generators of the plugin of the fixture bank, and the test models that they are."""


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plugin built with generators whose frames are known, instead of those that ship."""
    folder = tmp_path_factory.mktemp("bank")
    weights, models = PROJECT / "model/weights", PROJECT / "model/testdata"
    shipped = {str(path): "" for path in weights.glob("*.onnx")}
    own = {str(weights / f"{name}.onnx"): str(models / f"{model}.onnx") for name, model in BANK.items()}
    (folder / "overlay.json").write_text(json.dumps({"Replace": shipped | own}))
    subprocess.run(
        [
            *(PROJECT / "build-aux/build-plugin", "go", PROJECT, "0.1.0", folder / "libgstsuperres.so"),
            *("-overlay", folder / "overlay.json"),
        ],
        check=True,
        cwd=PROJECT,
    )
    (folder / "libonnxruntime.so.1").symlink_to(BUILD / "libonnxruntime.so.1")
    return folder


Scene = Callable[..., None]


@pytest.fixture
def in_bank(bank: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Runs a function of a module in a process of its own, with the plugin of the fixture bank: a process has one plugin."""
    return in_process(bank, monkeypatch)


@pytest.fixture
def delays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that says how many milliseconds longer frames of a tier take with the plugin of the fixture faults."""
    path = tmp_path / "delays"
    path.touch()
    monkeypatch.setenv("SUPERRES_DELAYS", str(path))
    return path


@pytest.fixture
def in_faults(faults: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """As in_bank, with the plugin of the fixture faults."""
    return in_process(faults, monkeypatch)


def in_process(plugin: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """What runs a function in a process of its own with the plugin in a folder."""
    monkeypatch.setenv("GST_PLUGIN_PATH", str(plugin))
    monkeypatch.setenv("GST_REGISTRY", str(plugin / "registry.bin"))

    def run(scene: Scene, *arguments: object) -> None:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            pool.submit(scene, *arguments).result(timeout=240)

    return run


@pytest.fixture
def bare_plugin(tmp_path: Path) -> Path:
    """A folder with the plugin and no ONNX Runtime beside it."""
    folder = tmp_path / "bare"
    folder.mkdir()
    shutil.copy(BUILD / "libgstsuperres.so", folder)
    return folder

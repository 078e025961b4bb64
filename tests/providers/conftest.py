"""A GStreamer whose superres loads the ONNX Runtime with the WebGPU provider, on a Vulkan device in software.

tools/setup webgpu fetches both. A process loads one ONNX Runtime: what needs another one is a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SUPERRES_BUILD", PROJECT / "build")).resolve()
RUNTIME = PROJECT / ".tools/onnxruntime-webgpu/lib/libonnxruntime.so.1"
DEVICE = Path("/usr/lib/chromium/vk_swiftshader_icd.json")

_registry = tempfile.TemporaryDirectory(prefix="superres-registry-")
os.environ |= {
    "GST_PLUGIN_PATH": str(BUILD),
    "GST_REGISTRY": f"{_registry.name}/registry.bin",
    "SUPERRES_ONNXRUNTIME": str(RUNTIME),
    "VK_ICD_FILENAMES": str(DEVICE),
    "VK_DRIVER_FILES": str(DEVICE),
}
sys.path.insert(0, str(PROJECT / "tests/element"))  # for media


def pytest_sessionstart() -> None:
    """Stop at once, with the remedy, where there is nothing to test."""
    for path in (BUILD / "libgstsuperres.so", RUNTIME, DEVICE):
        if not path.is_file():
            pytest.exit(f"{path} is missing: run tools/setup webgpu", 2)


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plugin built so that SUPERRES_FAULT makes it do wrong."""
    folder = tmp_path_factory.mktemp("faults")
    plugin = folder / "libgstsuperres.so"
    subprocess.run([PROJECT / "build-aux/build-plugin", "go", PROJECT, "0.1.0", plugin, "-tags", "faults"], check=True, cwd=PROJECT)
    return folder

"""The shared library as linked and as installed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT
from media import caps

SOURCES = ("go.mod", "go.sum", "build-aux", "element", "model", "plugin")


def test_only_the_entry_of_the_plugin_is_exported(build: Path) -> None:
    listed = subprocess.run(["nm", "-D", "--defined-only", build / "libgstsuperres.so"], capture_output=True, text=True, check=True).stdout
    assert sorted(line.split()[-1] for line in listed.splitlines()) == [
        "gst_plugin_superres_get_desc",
        "gst_plugin_superres_register",
    ]


def test_no_path_of_the_build_is_in_it(build: Path) -> None:
    assert str(PROJECT).encode() not in (build / "libgstsuperres.so").read_bytes()


def test_the_scan_does_not_load_onnx_runtime(bare_plugin: Path) -> None:
    """It would fail without, and slow every application's start with."""
    run = subprocess.run(
        ["gst-inspect-1.0", "superres"],
        env=os.environ | {"GST_PLUGIN_PATH": str(bare_plugin), "GST_REGISTRY": str(bare_plugin / "registry.bin")},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert "GstSuperres" in run.stdout


def test_a_link_to_the_plugin_finds_onnx_runtime(build: Path, tmp_path: Path) -> None:
    """As from the user's folder of plugins into a build."""
    (tmp_path / "libgstsuperres.so").symlink_to(build / "libgstsuperres.so")
    play(tmp_path)


CHANGES_FOLDER = """
import os
from media import Gst, pipeline, wait
Gst.ElementFactory.find("superres").load()
os.chdir("/")
with pipeline("videotestsrc num-buffers=2 ! superres ! fakesink") as made:
    made.set_state(Gst.State.PLAYING)
    wait(made, Gst.MessageType.EOS)
"""


def test_a_relative_path_outlives_a_change_of_folder(build: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHANGES_FOLDER],
        env=os.environ
        | {"GST_PLUGIN_PATH": build.name, "GST_REGISTRY": os.environ["GST_REGISTRY"] + ".relative"}
        | {"PYTHONPATH": str(Path(__file__).parent)},
        cwd=build.parent,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr


def play(folder: Path) -> None:
    """Play a pipeline with the plugin in a folder, and with nothing else set."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("SUPERRES_ONNXRUNTIME", "LD_LIBRARY_PATH")}
    run = subprocess.run(
        ["gst-launch-1.0", "-q", *f"videotestsrc num-buffers=3 ! {caps(64, 48)} ! superres ! fakesink".split()],
        env=inherited | {"GST_PLUGIN_PATH": str(folder), "GST_REGISTRY": str(folder / "registry.bin")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    assert not run.stderr, run.stderr


def test_installed(build: Path, tmp_path: Path) -> None:
    assert (build / "build.ninja").is_file(), f"{build} is no build folder of meson: run tools/setup"
    subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", tmp_path], check=True, capture_output=True)
    [plugin] = tmp_path.rglob("libgstsuperres.so")
    assert plugin.parent.name == "gstreamer-1.0"
    assert (plugin.parent / "libonnxruntime.so.1").is_file()
    play(plugin.parent)


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    """From two folders, one after the other."""
    digests: list[str] = []
    for name in ("one", "another/deeper"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for source in SOURCES:
            if (PROJECT / source).is_dir():
                shutil.copytree(PROJECT / source, folder / source, ignore=shutil.ignore_patterns("train", "testdata"))
            else:
                shutil.copy(PROJECT / source, folder)
        output = tmp_path / f"{len(digests)}.so"
        subprocess.run([folder / "build-aux/build-plugin", "go", folder, "0.1.0", output], check=True, cwd=folder)
        digests.append(hashlib.sha256(output.read_bytes()).hexdigest())
    assert digests[0] == digests[1]


@pytest.mark.parametrize("header", ["glue.h"])
def test_the_header_compiles_alone(header: str, tmp_path: Path) -> None:
    flags = subprocess.run(["pkg-config", "--cflags", "gstreamer-video-1.0"], capture_output=True, text=True, check=True).stdout.split()
    source = tmp_path / "alone.c"
    source.write_text(f'#include "{PROJECT}/element/{header}"\n')
    subprocess.run(["cc", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *flags, source], check=True)


def test_it_is_hardened(build: Path) -> None:
    """Relocations read-only after they are made at once, and no stack that can be executed."""
    read = subprocess.run(["readelf", "-lWd", build / "libgstsuperres.so"], capture_output=True, text=True, check=True).stdout
    [stack] = [line.split() for line in read.splitlines() if "GNU_STACK" in line]
    assert "E" not in stack[-2], stack
    assert "GNU_RELRO" in read
    assert "BIND_NOW" in read
    assert "TEXTREL" not in read

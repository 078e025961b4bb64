"""pipelines/camera with the generated scene and no window."""

from __future__ import annotations

from conftest import Program


def test_every_frame_is_doubled(program: Program) -> None:
    done = program("camera", "--scene", "--headless", "--frames", 20)
    assert done.returncode == 0, done.stderr
    assert "20 frames in, 20 frames out" in done.stdout


def test_without_a_camera_the_scene_is_shown(program: Program) -> None:
    done = program("camera", "--device", "/dev/no-camera", "--print")
    assert "no camera at /dev/no-camera: showing the generated scene" in done.stderr
    assert done.stdout.startswith("build/scene -frames 0 | GST_PLUGIN_PATH=build gst-launch-1.0 -e fdsrc fd=0 ! ")


def test_an_error_of_the_element_is_the_programs_error(program: Program) -> None:
    done = program("camera", "--scene", "--headless", "--frames", 5, "--model", "/nowhere/generator.onnx")
    assert done.returncode == 1
    assert "/nowhere/generator.onnx" in done.stderr
    assert "Traceback" not in done.stderr

"""Every error names its domain and code, the value that is wrong and the remedy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from host import application
from media import MODELS, Gst, Problem, caps, failure

HERE = Path(__file__).parent
SOURCE = "videotestsrc num-buffers=3 ! " + caps(64, 48)

CORE, LIBRARY = "gst-core-error-quark", "gst-library-error-quark"
RESOURCE, STREAM = "gst-resource-error-quark", "gst-stream-error-quark"


def check(problem: Problem | None, domain: str, code: int, *named: str) -> None:
    assert problem is not None, "no error"
    assert (problem.domain, problem.code) == (domain, int(code)), problem
    for word in named:
        assert word in problem.text, problem.text
    assert problem.text[0].isupper(), problem.text
    assert problem.text.endswith("."), problem.text


def test_model_file_missing(tmp_path: Path) -> None:
    path = tmp_path / "absent.onnx"
    problem = failure(f"{SOURCE} ! superres model={path} ! fakesink")
    check(problem, RESOURCE, Gst.ResourceError.NOT_FOUND, str(path), "Give the path")


def test_model_file_unreadable(tmp_path: Path) -> None:
    problem = failure(f"{SOURCE} ! superres model={tmp_path} ! fakesink")
    check(problem, RESOURCE, Gst.ResourceError.OPEN_READ, str(tmp_path), "directory", "Give the path")


@pytest.mark.parametrize("content", [b"", b"not a graph at all" * 100], ids=["empty", "text"])
def test_model_file_is_not_onnx(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    problem = failure(f"{SOURCE} ! superres model={path} ! fakesink")
    check(problem, RESOURCE, Gst.ResourceError.SETTINGS, str(path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("input-channels-5", "5"),
        ("output-channels-12", "12"),
        ("float32", "float"),
        ("output-int8", "int8"),
        ("rank-3", "3"),
        ("two-inputs", "2"),
        ("two-outputs", "2"),
        ("fixed-height", "height"),
    ],
)
def test_model_breaks_the_contract(name: str, value: str) -> None:
    path = MODELS / f"{name}.onnx"
    problem = failure(f"{SOURCE} ! superres model={path} ! fakesink")
    check(problem, RESOURCE, Gst.ResourceError.SETTINGS, str(path), value)


@pytest.mark.parametrize(("name", "scale"), [("nearest", 2), ("copy", 1)])
def test_model_is_one_for_another_scale(name: str, scale: int) -> None:
    path = MODELS / f"{name}.onnx"
    problem = failure(f"{SOURCE} ! superres model={path} scale={3 - scale} ! fakesink")
    check(
        problem,
        RESOURCE,
        Gst.ResourceError.SETTINGS,
        str(path),
        f"one for scale={scale}",
        f"scale={3 - scale} is set",
        f"Set scale={scale}",
    )


def test_an_error_keeps_the_element_from_paused(tmp_path: Path) -> None:
    element = Gst.ElementFactory.make("superres")
    element.set_property("model", str(tmp_path / "absent.onnx"))
    assert element.set_state(Gst.State.PAUSED) == Gst.StateChangeReturn.FAILURE
    element.set_property("model", None)
    assert element.set_state(Gst.State.PAUSED) == Gst.StateChangeReturn.SUCCESS, "repaired, it must work"
    element.set_state(Gst.State.NULL)


def test_runtime_missing(bare_plugin: Path) -> None:
    problem = application(bare_plugin, f"{SOURCE} ! superres ! fakesink").problem
    places = (str(bare_plugin / "libonnxruntime.so.1"), "system", "SUPERRES_ONNXRUNTIME")
    check(problem, LIBRARY, Gst.LibraryError.INIT, "ONNX Runtime", *places)


def test_runtime_named_and_missing(bare_plugin: Path) -> None:
    problem = application(bare_plugin, f"{SOURCE} ! superres ! fakesink", SUPERRES_ONNXRUNTIME="/nowhere/libort.so").problem
    check(problem, LIBRARY, Gst.LibraryError.INIT, "/nowhere/libort.so")


def test_runtime_too_old(bare_plugin: Path) -> None:
    """A library that knows no interface of the version that is asked for."""
    source = bare_plugin / "old.c"
    source.write_text(
        "struct base { const void *(*api) (unsigned); const char *(*version) (void); };\n"
        "static const void *api (unsigned version) { (void) version; return 0; }\n"
        'static const char *version (void) { return "1.2.3"; }\n'
        "const struct base *OrtGetApiBase (void) { static const struct base b = { api, version }; return &b; }\n"
    )
    subprocess.run(["cc", "-shared", "-fPIC", "-o", bare_plugin / "libonnxruntime.so.1", source], check=True)
    problem = application(bare_plugin, f"{SOURCE} ! superres ! fakesink").problem
    check(problem, LIBRARY, Gst.LibraryError.INIT, "too old", "1.24", str(bare_plugin))


@pytest.mark.parametrize(
    ("model", "video_format", "named"),
    [
        ("nearest", "P010_10LE", "works on samples of 8 bits, and the video has 10"),
        ("nearest-ten-bit", "NV12", "works on samples of 10 bits, and the video has 8"),
    ],
)
def test_a_model_for_another_depth(model: str, video_format: str, named: str) -> None:
    given = caps(64, 48, video_format)
    problem = failure(f"videotestsrc num-buffers=1 ! {given} ! superres model={MODELS}/{model}.onnx ! fakesink")
    check(problem, RESOURCE, Gst.ResourceError.SETTINGS, named, f"{model}.onnx", "videoconvert")


def test_runtime_named_by_the_environment(bare_plugin: Path, build: Path) -> None:
    library = str(build / "libonnxruntime.so.1")
    assert application(bare_plugin, f"{SOURCE} ! superres ! fakesink", SUPERRES_ONNXRUNTIME=library).problem is None


@pytest.mark.parametrize("method", ["start", "set_info", "transform"])
def test_a_panic_becomes_an_error(method: str, faults: Path) -> None:
    problem = application(faults, f"{SOURCE} ! superres ! fakesink", SUPERRES_FAULT=method).problem
    check(problem, LIBRARY, Gst.LibraryError.FAILED, f"in {method}", "injected fault", "report")
    assert problem is not None
    assert "element." in problem.detail, "the stack belongs into the details"


@pytest.mark.parametrize(
    ("access", "code", "side"),
    [(1, Gst.ResourceError.READ, "upstream"), (2, Gst.ResourceError.WRITE, "downstream")],
    ids=["read", "write"],
)
def test_a_frame_cannot_be_mapped(access: int, code: int, side: str, faults: Path) -> None:
    problem = application(faults, f"{SOURCE} ! superres ! fakesink", SUPERRES_FAULT=f"map={access}").problem
    check(problem, RESOURCE, code, "frame", side)


def test_a_plugin_as_shipped_has_no_faults(build: Path) -> None:
    assert b"SUPERRES_FAULT" not in (build / "libgstsuperres.so").read_bytes()
    problem = application(build, f"{SOURCE} ! superres ! fakesink", SUPERRES_FAULT="transform").problem
    assert problem is None

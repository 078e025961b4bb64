"""The property provider where ONNX Runtime offers the processor alone."""

from __future__ import annotations

import pytest
from media import Gst, Problem, caps, pipeline, wait, warnings_of

SOURCE = f"videotestsrc num-buffers=3 ! {caps(64, 48)}"


def play(properties: str) -> tuple[str, list[Problem]]:
    """The provider that made the last frame, and the warnings."""
    with pipeline(f"{SOURCE} ! superres name=s {properties} ! fakesink") as made:
        warnings = warnings_of(made)
        made.set_state(Gst.State.PLAYING)
        wait(made, Gst.MessageType.EOS)
        return made.get_by_name("s").get_property("stats").get_string("provider"), warnings


@pytest.mark.parametrize("properties", ["", "provider=auto", "provider=cpu"])
def test_the_processor_needs_no_warning(properties: str) -> None:
    assert play(properties) == ("cpu", [])


def test_no_generator_has_no_provider() -> None:
    assert play("tier=lanczos provider=cuda") == ("", [])


@pytest.mark.parametrize(
    ("name", "mentions"),
    [
        ("cuda", ("offers cpu", "onnxruntime-gpu", "SUPERRES_ONNXRUNTIME")),
        ("webgpu", ("offers cpu", "tools/setup webgpu")),
        ("nonsense", ("auto, cpu, webgpu", "offers: cpu")),
    ],
)
def test_another_one_is_refused_once_and_the_processor_takes_its_place(name: str, mentions: tuple[str, ...]) -> None:
    provider, [problem] = play(f"provider={name}")
    assert provider == "cpu"
    assert (problem.domain, problem.code) == ("gst-resource-error-quark", int(Gst.ResourceError.SETTINGS))
    for mention in (f'"{name}"', *mentions):
        assert mention in problem.text


def test_a_stream_after_a_refusal_asks_again() -> None:
    element = Gst.ElementFactory.make("superres")
    bus = Gst.Bus()
    element.set_bus(bus)
    element.set_property("provider", "cuda")
    for _ in range(2):
        assert element.set_state(Gst.State.PAUSED) == Gst.StateChangeReturn.SUCCESS
        assert bus.pop_filtered(Gst.MessageType.WARNING) is not None
        assert bus.pop_filtered(Gst.MessageType.WARNING) is None
        element.set_state(Gst.State.NULL)
    element.set_property("provider", None)
    assert element.get_property("provider") == "auto"

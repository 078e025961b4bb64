"""What gst-inspect-1.0 and applications are told of the element."""

from __future__ import annotations

import re
import subprocess

import pytest
from media import ALL_FORMATS, Gst

PLAYING = Gst.PARAM_MUTABLE_PLAYING
READY = Gst.PARAM_MUTABLE_READY
MUTABLE = READY | Gst.PARAM_MUTABLE_PAUSED | PLAYING


@pytest.fixture(scope="module")
def factory() -> Gst.ElementFactory:
    found = Gst.ElementFactory.find("superres")
    assert found is not None
    return found.load()


def test_rank_is_none(factory: Gst.ElementFactory) -> None:
    assert factory.get_rank() == 0


def test_metadata(factory: Gst.ElementFactory) -> None:
    assert factory.get_metadata("klass") == "Filter/Converter/Video/Scaler"
    assert factory.get_metadata("long-name")
    assert factory.get_metadata("author")


def test_plugin_description(factory: Gst.ElementFactory) -> None:
    plugin = factory.get_plugin()
    assert plugin.get_name() == "superres"
    assert plugin.get_license() == "MIT/X11"
    assert re.fullmatch(r"\d+\.\d+\.\d+", plugin.get_version()), plugin.get_version()
    assert plugin.get_version() != "0.0.0", "built without its version"


def test_version_can_be_asked_for() -> None:
    """GStreamer compares versions of three numbers only."""
    subprocess.run(["gst-inspect-1.0", "--exists", "--atleast-version=0.1.0", "superres"], check=True)
    assert subprocess.run(["gst-inspect-1.0", "--exists", "--atleast-version=99.0.0", "superres"]).returncode != 0


@pytest.mark.parametrize(
    ("name", "kind", "default", "mutable"),
    [
        ("tier", "GstSuperresTier", 0, PLAYING),
        ("look", "GstSuperresLook", 0, PLAYING),
        ("scale", "gint", 2, PLAYING),
        ("strength", "gdouble", 1.0, PLAYING),
        ("damage", "GstSuperresDamage", 0, PLAYING),
        ("compare", "gboolean", False, PLAYING),
        ("divider", "gdouble", 0.5, PLAYING),
        ("budget", "gdouble", 0.8, PLAYING),
        ("reuse", "gboolean", True, PLAYING),
        ("reuse-threshold", "guint", 0, PLAYING),
        ("model", "gchararray", None, READY),
        ("threads", "guint", 0, READY),
        ("provider", "gchararray", "auto", READY),
    ],
)
def test_property(name: str, kind: str, default: object, mutable: int) -> None:
    spec = Gst.ElementFactory.make("superres").find_property(name)
    assert spec.value_type.name == kind
    assert spec.default_value == default
    assert spec.flags & 3 == 3, "readable and writable"
    assert spec.flags & MUTABLE == mutable
    assert spec.blurb


def test_stats_is_a_structure_to_read() -> None:
    spec = Gst.ElementFactory.make("superres").find_property("stats")
    assert spec.value_type.name == "GstStructure"
    assert spec.flags & 3 == 1, "readable only"


def test_strength_and_divider_can_be_controlled() -> None:
    element = Gst.ElementFactory.make("superres")
    own = [spec for spec in element.list_properties() if spec.owner_type == element.__gtype__]
    assert [spec.name for spec in own if spec.flags & Gst.PARAM_CONTROLLABLE] == ["strength", "divider"]


@pytest.mark.parametrize(
    ("name", "nicks"),
    [
        ("tier", ["auto", "quality", "balanced", "fast", "lanczos"]),
        ("look", ["faithful", "crisp"]),
        ("damage", ["auto", "clean", "coded"]),
    ],
)
def test_enumerations(name: str, nicks: list[str]) -> None:
    element = Gst.ElementFactory.make("superres")
    assert len(type(element.get_property(name)).__enum_values__) == len(nicks)
    for number, nick in enumerate(nicks):
        element.set_property(name, nick)
        assert element.get_property(name) == number
        element.set_property(name, number)
        assert element.get_property(name).value_nick == nick


@pytest.mark.parametrize(
    ("name", "least", "most"), [("scale", 1, 2), ("strength", 0, 1), ("divider", 0, 1), ("budget", 0, 1), ("reuse-threshold", 0, 255)]
)
def test_ranges(name: str, least: float, most: float) -> None:
    spec = Gst.ElementFactory.make("superres").find_property(name)
    assert (spec.minimum, spec.maximum) == (least, most)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("tier", 3), ("look", 1), ("scale", 1), ("strength", 0.25), ("damage", 2)),
        *(
            ("compare", True),
            ("divider", 0.75),
            ("budget", 0.5),
            ("reuse", False),
            ("reuse-threshold", 3),
            ("model", "/a/file.onnx"),
            ("threads", 7),
            ("provider", "cuda"),
        ),
    ],
)
def test_property_keeps_its_value(name: str, value: object) -> None:
    element = Gst.ElementFactory.make("superres")
    element.set_property(name, value)
    assert element.get_property(name) == value
    assert Gst.ElementFactory.make("superres").get_property(name) != value, "elements share nothing"


def test_model_can_be_unset() -> None:
    element = Gst.ElementFactory.make("superres")
    element.set_property("model", "/a/file.onnx")
    element.set_property("model", None)
    assert element.get_property("model") is None


def test_templates(factory: Gst.ElementFactory) -> None:
    templates = {t.direction: t.get_caps() for t in factory.get_static_pad_templates()}
    for video_format in ALL_FORMATS:
        for width, height in ((1, 1), (3, 4096), (4096, 4096)):
            caps = Gst.Caps.from_string(f"video/x-raw,format={video_format},width={width},height={height}")
            assert caps.can_intersect(templates[Gst.PadDirection.SINK])
            caps = Gst.Caps.from_string(f"video/x-raw,format={video_format},width={2 * width},height={2 * height}")
            assert caps.can_intersect(templates[Gst.PadDirection.SRC])
    for width, height in ((0, 2), (4097, 2), (2, 4097)):
        caps = Gst.Caps.from_string(f"video/x-raw,format=I420,width={width},height={height}")
        assert not caps.can_intersect(templates[Gst.PadDirection.SINK])
    for width, height in ((0, 2), (8193, 2), (2, 8193)):
        caps = Gst.Caps.from_string(f"video/x-raw,format=I420,width={width},height={height}")
        assert not caps.can_intersect(templates[Gst.PadDirection.SRC])

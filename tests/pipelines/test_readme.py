"""What README.md says about the element is what the element says about itself."""

from __future__ import annotations  # noqa: I001

import re

import pytest
from conftest import ROOT

from launch import Gst

README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a table's rows, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def own_properties() -> dict[str, object]:
    element = Gst.ElementFactory.make("superres")
    return {spec.name: spec for spec in element.list_properties() if spec.owner_type == element.__gtype__}


def changeable(spec: object) -> str:
    """As README says it, from GStreamer's flags of a property (GST_PARAM_MUTABLE_*)."""
    flags = int(spec.flags)  # type: ignore[attr-defined]
    if not flags & 2:
        return "read only"
    for bit, state in ((12, "PLAYING"), (11, "PAUSED"), (10, "READY")):
        if flags & 1 << bit:
            return state
    return "NULL"


def test_the_properties_are_all_there_and_change_when_it_says() -> None:
    table = {row[0].strip("`"): row for row in rows(section("Properties"))}
    assert {name: changeable(spec) for name, spec in own_properties().items()} == {name: row[3] for name, row in table.items()}


def test_the_defaults_are_those_of_the_element() -> None:
    element = Gst.ElementFactory.make("superres")
    table = {row[0].strip("`"): row[2].strip("`") for row in rows(section("Properties"))}
    assert table["tier"] == element.get_property("tier").value_nick
    for name in ("look", "damage"):
        assert table[name] == element.get_property(name).value_nick
    for name in ("threads", "scale", "strength", "divider", "budget"):
        assert float(table[name]) == element.get_property(name)
    assert (table["model"], element.get_property("model")) == ("none", None)


@pytest.mark.parametrize("name", ["tier", "look", "damage"])
def test_the_values_are_all_named(name: str) -> None:
    table = {row[0].strip("`"): row[4] for row in rows(section("Properties"))}
    element = Gst.ElementFactory.make("superres")
    nicks = {value.value_nick for value in type(element.get_property(name)).__enum_values__.values()}
    assert nicks <= set(re.findall(r"`(\w+)`", table[name]))


def test_the_formats_are_those_of_the_pads() -> None:
    named = set(re.findall(r"`(\w+)`", rows(section("Formats"))[0][1]))
    for template in Gst.ElementFactory.find("superres").get_static_pad_templates():
        # A list in caps has no Python value in these bindings: read its text.
        formats = re.search(r"format=\(string\)\{ ([^}]+) \}", template.get_caps().to_string())
        assert formats
        assert set(formats[1].split(", ")) == named

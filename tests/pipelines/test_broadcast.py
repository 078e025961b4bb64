"""The formats that docs/broadcast.md calls native are."""

from __future__ import annotations

import re

from conftest import ROOT
from launch import Gst

PAGE = (ROOT / "docs/broadcast.md").read_text()


def test_the_native_formats_are_those_of_the_element() -> None:
    native = {name for line in PAGE.splitlines() if line.endswith("| native |") for name in re.findall(r"`(\w+)`", line)}
    [template] = [t for t in Gst.ElementFactory.find("superres").get_static_pad_templates() if t.direction == Gst.PadDirection.SRC]
    formats = re.search(r"format=\(string\)\{ ([^}]+) \}", template.get_caps().to_string())
    assert formats
    assert native == set(formats[1].split(", "))

"""Every command of docs/broadcast.md runs as it stands, and the formats that it calls native are."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from conftest import LIMIT_S, ROOT
from launch import Gst

PAGE = (ROOT / "docs/broadcast.md").read_text()


@pytest.mark.parametrize("command", re.findall(r"^```sh\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL))
def test_every_command_runs(command: str) -> None:
    environment = os.environ | {"G_DEBUG": "fatal-criticals"}
    done = subprocess.run(["bash", "-ec", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_native_formats_are_those_of_the_element() -> None:
    native = {name for line in PAGE.splitlines() if line.endswith("| native |") for name in re.findall(r"`(\w+)`", line)}
    [template] = [t for t in Gst.ElementFactory.find("superres").get_static_pad_templates() if t.direction == Gst.PadDirection.SRC]
    formats = re.search(r"format=\(string\)\{ ([^}]+) \}", template.get_caps().to_string())
    assert formats
    assert native == set(formats[1].split(", "))

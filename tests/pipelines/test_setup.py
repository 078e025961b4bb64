"""tools/setup on a machine that it has made ready."""

from __future__ import annotations

import os
import subprocess

from conftest import LIMIT_S, ROOT


def setup(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Nothing may be fetched: pip is sent nowhere, and finds no files of its own.
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/nowhere"}
    return subprocess.run([ROOT / "tools/setup", *arguments], env=offline, capture_output=True, text=True, timeout=LIMIT_S)


def test_again_has_nothing_to_do() -> None:
    done = setup("test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "downloading" not in done.stdout
    assert "installing" not in done.stdout
    assert done.stdout.endswith("setup: done\n")


def test_an_unknown_part_is_named_with_those_there_are() -> None:
    done = setup("tset")
    assert done.returncode == 1
    assert "there is no part 'tset'; the parts are build, pipelines, test, long, arm64, bench, webgpu, openvino and train" in done.stderr


def test_help_describes_the_parts() -> None:
    said = setup("--help").stdout
    for part in ("setup pipelines", "setup test", "setup long", "setup train"):
        assert part in said

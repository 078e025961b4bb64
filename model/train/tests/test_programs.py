"""The commands with which README.md trains run in turn, as they stand, but briefly and in folders of their own."""

import importlib
import itertools
import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from test_training import drawn

from generator import damage, game, repair, share, ship, train

HERE = Path(__file__).resolve().parents[1]
README = HERE.parent / "README.md"
SECONDS = 4


def commands() -> list[list[str]]:
    [block] = re.findall(r"^```sh\n(model/train/prepare .*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    return [shlex.split(line, comments=True) for line in block.splitlines()]


def module(program: str) -> str:
    """The module that a program of this folder runs."""
    [name] = re.findall(r"-m (generator\.\w+)", (HERE.parent.parent / program).read_text())
    return name


def test_the_commands_of_the_readme_run_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, weights = tmp_path / "cache", tmp_path / "weights"
    folders = {"STILLS": tmp_path / "stills", "DEV": tmp_path / "development"}
    for folder, side in zip(folders.values(), (420, 96), strict=True):
        folder.mkdir()
        for seed in range(2):
            Image.fromarray(drawn(seed, side, side * 4 // 3)).save(folder / f"{seed}.png")
    brief = {
        "prepare": ["--cache", cache, "--coded", 2, "--processes", 1],
        "train": ["--cache", cache, "--minutes", SECONDS / 60, "--width", 16, "--depth", 1],
        "export": ["--weights", weights],
        "damage": ["--cache", cache, "--pictures", 10, "--out", tmp_path / "damage_network.go"],
        "share": ["--cache", cache, "--pictures", 10, "--out", tmp_path / "share_network.go"],
        "repair": ["--cache", cache, "--pictures", 10, "--out", tmp_path / "repair_network.go"],
        "curves": ["--weights", weights],
    }
    for part in (train, ship, damage, share, repair):
        monkeypatch.setattr(part, "HERE", tmp_path)
    for part in (train, game):  # a second goes by from look to look: so many steps on any machine
        monkeypatch.setattr(part, "time", SimpleNamespace(monotonic=itertools.count().__next__))
    torch.set_num_threads(1)
    for program, *words in commands():
        name = Path(program).name
        words = [str(folders.get(word, word)) for word in words]
        monkeypatch.setattr("sys.argv", [name, *words, *map(str, brief[name])])
        importlib.import_module(module(program)).main()
    made = {path.name for path in weights.iterdir()}
    assert {"balanced-faithful-clean.onnx", "balanced-faithful-clean-float32.onnx", "training.png"} <= made
    for network in ("damage_network.go", "share_network.go", "repair_network.go"):
        assert (tmp_path / network).read_text().startswith("package model"), network
    assert np.load(cache / "kind.npy").size > 0

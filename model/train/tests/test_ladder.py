"""The ladder, with two small rungs that hardly train."""

from pathlib import Path

import pytest
import torch
from test_training import filled, stills  # noqa: F401

from experiments import ladder, stopwatch
from generator.network import Shape


def test_rungs_are_trained_measured_and_kept(
    filled: Path,  # noqa: F811
    stills: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ladder, "SIZES", [(16, 1), (16, 2)])
    monkeypatch.setattr(ladder, "SHIPPED", {(16, 1): "fast"})
    monkeypatch.setattr(stopwatch, "ROUNDS", 1)
    torch.set_num_threads(1)
    paths = ladder.Paths(filled, stills, None, tmp_path / "rungs", fast=False)
    report = ladder.run(paths, 0.02, tmp_path)
    assert [row[0] for row in report.rows] == ["1 x 16, fast", "2 x 16"]
    rows = [dict(zip(report.columns, row, strict=True)) for row in report.rows]
    for row, shape in zip(rows, (Shape(16, 1), Shape(16, 2)), strict=True):
        assert row["MAC per input pixel"] == round(shape.macs_per_pixel())
        assert float(str(row["ms a frame"])) > 0
        assert float(str(row["at most"])) >= float(str(row["at least, of the most"]))
    assert (tmp_path / "ladder.png").stat().st_size > 0

    def trained_again(*_: object) -> None:
        raise AssertionError("a rung that is done is trained again")

    monkeypatch.setattr(ladder, "train", trained_again)
    kept = ladder.run(paths, 0.02, tmp_path)
    assert [row[-3:] for row in kept.rows] == [row[-3:] for row in report.rows]

"""What changes from frame to frame of a film, and what a change reaches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.changes import changed_shares


def test_changes_reach_a_square_around_them(tmp_path: Path) -> None:
    frames = np.zeros((2, 24 * 16 * 3 // 2), np.uint8)
    frames[1, 5 * 24 + 13] = 1  # luma of the position 6, 2 of 12x8
    path = tmp_path / "film"
    frames.tofile(path)
    shares = changed_shares(path, 24, 16, [0, 1, 2, 4])
    assert shares == pytest.approx([1 / 96, 9 / 96, 25 / 96, 9 * 7 / 96])


def test_chroma_counts(tmp_path: Path) -> None:
    frames = np.zeros((3, 24 * 16 * 3 // 2), np.uint8)
    frames[1:, 24 * 16 + 12 * 8 + 5] = 1  # V, once: then it stays
    path = tmp_path / "film"
    frames.tofile(path)
    assert changed_shares(path, 24, 16, [0]) == pytest.approx([0.5 / 96])

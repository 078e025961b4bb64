"""The shared screen is what it is drawn for: little changes, now and then everything."""

from __future__ import annotations

import itertools

import numpy as np

from benchmarks.screen import SCROLL_EVERY, screen_share


def test_most_frames_change_little_and_scrolling_changes_much() -> None:
    frames = list(screen_share(480, 360, SCROLL_EVERY + 10))
    changed = [float(np.mean(before != after)) for before, after in itertools.pairwise(frames)]
    scrolled = changed.pop(SCROLL_EVERY - 1)
    assert max(changed) < 0.01
    assert scrolled > 0.1
    assert sum(each == 0 for each in changed) > len(changed) / 3


def test_luma_is_in_its_range_and_of_the_size() -> None:
    (frame,) = screen_share(320, 180, 1)
    assert frame.shape == (180, 320)
    assert (frame.min(), frame.max()) == (35, 235)

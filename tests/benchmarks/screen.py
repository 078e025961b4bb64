"""Draws a shared screen: somebody types into an editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.uint8]"

LETTER_WIDTH, LETTER_HEIGHT, LINE_HEIGHT = 6, 8, 12
SCROLL_EVERY = 90  # frames


def screen_share(width: int, height: int, frames: int) -> Iterator[Samples]:
    """The luma of somebody's editor: lines of small letters, of which one is typed every three
    frames; a cursor that blinks; and every three seconds all of it moves up by a line."""
    random = np.random.default_rng(2)
    letters = (random.random((64, LETTER_HEIGHT, LETTER_WIDTH)) < 0.4).astype(np.uint8)
    letters[:, :, -1] = letters[:, -1, :] = letters[0] = 0  # gaps; the first is a blank
    columns, lines = (width - 16) // LETTER_WIDTH, (height - 16) // LINE_HEIGHT
    text = random.integers(0, 64, (lines, columns))
    text[np.arange(columns)[None, :] > random.integers(columns // 4, columns, lines)[:, None]] = 0
    text[-1] = 0
    typed = 0
    for number in range(frames):
        if number and number % SCROLL_EVERY == 0:
            text = np.vstack([text[1:], np.zeros((1, columns), text.dtype)])
            typed = 0
        if number % 3 == 0 and typed < columns - 1:
            text[-1, typed] = random.integers(1, 64)
            typed += 1
        yield _page(letters, text, width, height, (typed if number // 15 % 2 else -1))


def _page(letters: Samples, text: NDArray[np.int64], width: int, height: int, cursor: int) -> Samples:
    """Letters and cursor (a column of the last line, or below 0) as luma, 16 to 235."""
    lines, columns = text.shape
    cells = np.zeros((lines, LINE_HEIGHT, columns, LETTER_WIDTH), np.uint8)
    cells[:, :LETTER_HEIGHT] = letters[text].transpose(0, 2, 1, 3)
    if cursor >= 0:
        cells[-1, :LETTER_HEIGHT, cursor, 0] = 1
    page = np.full((height, width), 235, np.uint8)
    ink = cells.reshape(lines * LINE_HEIGHT, columns * LETTER_WIDTH)
    page[8 : 8 + ink.shape[0], 8 : 8 + ink.shape[1]] -= 200 * ink
    return page

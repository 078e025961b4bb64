"""Write a picture of noise and the input tensor that the training makes of it.

    model/train/python model/complexity/measure/testdata/make_picture.py

picture.png is 8x6; picture.planes its tensor (6, 3, 4), uint8, row-major.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "train"))

from generator.planes import from_rgb, pack_input


def main() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (6, 8, 3), np.uint8)
    rgb[:2, :4] = [[[255, 255, 255], [0, 0, 0]] * 2, [[255, 0, 0], [0, 0, 255]] * 2]
    Image.fromarray(rgb).save(HERE / "picture.png")
    (HERE / "picture.planes").write_bytes(pack_input(from_rgb(rgb)).tobytes())


if __name__ == "__main__":
    main()

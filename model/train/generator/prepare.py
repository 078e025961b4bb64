"""Build the training cache: `prepare STILLS [--cache DIR]`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from . import cache


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stills", type=Path, help="folder of training pictures")
    parser.add_argument("--cache", type=Path, default=Path(__file__).parent.parent / "cache", help="folder to fill")
    parser.add_argument("--coded", type=int, default=6, help="coded clips a still, beside soft ones")
    parser.add_argument("--limit", type=int, help="use the first pictures only")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    stills = sorted(p for p in options.stills.iterdir() if p.suffix.lower() in {".jpg", ".jpeg", ".png"})
    if not stills:
        raise SystemExit(f"no pictures in {options.stills}: give a folder of .jpg or .png files")
    started = time.monotonic()
    count = cache.build(stills[: options.limit], options.cache, options.coded, options.seed, options.processes)
    print(f"{count} pairs in {options.cache} after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()

"""Fit the estimate of how far a doubled picture is to depart from plain enlargement.

    model/train/share coded RUN ...
    model/train/share clean RUN ...

Soft pictures with little damage have next to nothing that a generator could restore, and what it sharpens is
wrong by little: too little to count while it is trained, and more than plain enlargement is wrong by. Of a
picture doubled plainly p and by the generator g, a small network learns from the statistics of damage.py the
share by which p + share (g - p) gains most PSNR, on pictures of the training cache and for all the generators
alike. There is one for the generators for coded video, learned on coded pictures, and one for those for clean
video, learned on clean ones and on coded ones that damage.py's latest fit takes for clean, or nearly. Their
weights become model/coded_share_network.go and model/clean_share_network.go; model.Judge computes the same.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from . import damage
from .cache import BICUBIC, OTHER, SMALL, Cache
from .metrics import psnr
from .planes import Bytes, double, unpack_input, unpack_output
from .train import HERE, load_generator

SHARES = np.linspace(0.0, 1.0, 9)
LOSS, MOST_LOSS = 5.0, 2.0  # what a decibel below plain enlargement counts more than one above, and how many do
STEPS, DECAY = 3000, 1.0
KEPT, WHOLE = 0.7, 0.8  # of stretched in model/damage.go
NEARLY_CLEAN = 1.0  # log-odds of coded up to which a picture counts among the clean: video may come to be taken for it


def stretched(share: Tensor) -> Tensor:
    """What the element makes of shares: 1 from WHOLE on, as plain enlargement beside takes time."""
    return torch.where(share <= KEPT, share, KEPT + (share - KEPT) * (1.0 - KEPT) / (WHOLE - KEPT)).clamp(max=1.0)


def gain(share: Tensor, gains: Tensor) -> Tensor:
    """dB that mixtures gain, (n,): between those at SHARES, (n, 9)."""
    at = share.clamp(0.0, 1.0) * (len(SHARES) - 1)
    below = at.detach().floor().long().clamp(max=len(SHARES) - 2)
    left, right = (gains.gather(1, (below + i)[:, None])[:, 0] for i in (0, 1))
    return left + (at - below) * (right - left)


def gains_of(generated: Bytes, plain: Bytes, truth: Bytes, best: float) -> list[float]:
    """A row for gain(): luma PSNR of the mixtures at SHARES, each rounded to a grey level, less `best`."""
    start, difference = plain.astype(np.float32), generated.astype(np.float32) - plain
    mixtures = (np.rint(start + share * difference).astype(np.uint8) for share in SHARES)
    return [psnr(mixture, truth) - best for mixture in mixtures]


def measure(cache: Cache, generator: nn.Module, indices: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Statistics (n, 86) of cached pictures and gains over plain enlargement (n, 9); the cache is one of scale 2."""
    found, rows = [], []
    for k in indices:
        small, target = cache.whole(int(k))
        truth = unpack_output(target).y
        with torch.no_grad():
            out = generator(torch.tensor(small)[None].float() / 255.0)[0]
        generated = unpack_output((out * 255.0).round().clamp(0, 255).byte().numpy()).y
        decoded = unpack_input(small)
        plain = [double(decoded, kind).y for kind in ("bicubic", "lanczos")]
        found.append(damage.statistics(decoded.y))
        rows.append(gains_of(generated, plain[1], truth, max(psnr(p, truth) for p in plain)))
    return torch.from_numpy(np.array(found)), torch.tensor(rows, dtype=torch.float32)


def fit(found: Tensor, rows: Tensor) -> nn.Sequential:
    """The network whose sigmoid is the share."""

    def loss(odds: Tensor, which: Tensor) -> Tensor:
        gained = gain(odds.sigmoid(), rows[which])
        return (LOSS * (-gained).clamp(0.0, MOST_LOSS) - gained).mean()

    return damage.learn(found, loss, STEPS, DECAY)


def nearly_clean(found: Tensor) -> Tensor:
    """Which of the pictures, by their statistics, the estimate of damage takes for clean or nearly."""
    if not damage.latest_fit().exists():
        raise SystemExit(f"{damage.latest_fit()} is missing: fit the estimate of damage first, with model/train/damage")
    network = damage.new()
    network.load_state_dict(torch.load(damage.latest_fit(), weights_only=True))
    with torch.no_grad():
        odds: Tensor = network(found)[:, 0]
    return odds < NEARLY_CLEAN


def _measured(name: str, options: argparse.Namespace) -> tuple[Tensor, Tensor]:
    saved = HERE / "runs" / f"share-{Path(name).stem}-{options.pictures}.pt"
    if not saved.exists():
        cache, rng = Cache(options.cache), np.random.default_rng(7)
        generator = load_generator(damage.file_of(name))
        generator.precision = torch.bfloat16
        pictures = [cache.coded[::3]]
        if options.damage == "clean":
            pictures.append(cache.of(BICUBIC, OTHER, SMALL))
        torch.save(measure(cache, generator, rng.permutation(np.concatenate(pictures))[: options.pictures]), saved)
    found, rows = torch.load(saved, weights_only=True)
    return found, rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("damage", choices=["coded", "clean"], help="the video that the generators are for")
    parser.add_argument("runs", nargs="+", metavar="RUN", help="runs or float32 twins of the generators")
    parser.add_argument("--cache", type=Path, default=HERE / "cache")
    parser.add_argument("--pictures", type=int, default=6000)
    parser.add_argument("--out", type=Path, help="the Go file to write (that of model)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    (HERE / "runs").mkdir(exist_ok=True)
    parts = [_measured(name, options) for name in options.runs]
    found, rows = (torch.stack(part, dim=1) for part in zip(*parts, strict=True))  # of a picture all lie together
    if options.damage == "clean":
        counted = nearly_clean(found[:, 0])
        found, rows = found[counted], rows[counted]
    pictures = len(found) // 5
    held = len(parts) * pictures
    found, rows = found.flatten(0, 1), rows.flatten(0, 1)
    network = fit(found[held:], rows[held:])
    with torch.no_grad():
        gained = gain(stretched(network(found[:held])[:, 0].sigmoid()), rows[:held])
    below = [int((each < -0.02).sum()) for each in (gained, rows[:held, -1])]
    print(
        f"{pictures} pictures held out: {gained.mean():+.3f} dB over plain enlargement, "
        f"{below[0]} cases below it by more than 0.02; {rows[:held, -1].mean():+.3f} dB and {below[1]} without, "
        f"{rows[:held].amax(dim=1).mean():+.3f} dB were possible"
    )
    out = options.out or HERE.parent / f"{options.damage}_share_network.go"
    out.write_text(damage.go_source(fit(found, rows), f"{options.damage}ShareNetwork", f"share {options.damage}"))


if __name__ == "__main__":
    main()

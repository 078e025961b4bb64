"""Fit the estimate of how far a repaired picture is to replace the decoded one.

    model/train/repair --restore RUN

A generator that restores cannot tell a fine quantiser from a coarse one by the few samples that it
sees, and softens video of high quality. Of a decoded picture d, its repair r and the truth t, the
best mixture d + share (r - d) has the share <t - d, r - d> / |r - d|^2. A small network learns
from statistics of damage.py, taken of d, the share that gains most PSNR, on coded pictures
of the training cache and on clean ones, which need no repair. Those of transforms are left out: with
them it gains more on such pictures, and loses more on clips unlike them. Its weights become
model/repair_network.go; model.Repair computes the same.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from . import damage
from .cache import Cache
from .planes import Bytes, unpack_input
from .train import HERE, load_generator

ROUNDING = 1.0  # mean squared error, of 255, that is added to all: what nobody sees is not to be fitted
LOSS = 25.0  # what a picture that loses counts more than one that gains
STEPS, DECAY = 3000, 1.0  # of the fit: a longer one gains more, and has more and worse losses on pictures held out


def gain(share: Tensor, moments: Tensor) -> Tensor:
    """dB that a mixture gains over the decoded picture, (n,).

    moments: (n, 3), of the luma in steps of 255: mean of (r - d)^2, of (t - d)(r - d) and of (t - d)^2.
    """
    repair, both, coding = moments.unbind(1)
    left = (coding - 2 * share * both + share**2 * repair).clamp_min(0.0) + ROUNDING
    return -10.0 * torch.log10(left / (coding + ROUNDING))


def moments(decoded: Bytes, repaired: Bytes, truth: Bytes) -> list[float]:
    """A row for gain()."""
    d, r, t = (p.astype(np.float64) for p in (decoded, repaired, truth))
    return [float(((r - d) ** 2).mean()), float(((t - d) * (r - d)).mean()), float(((t - d) ** 2).mean())]


def measure(cache: Cache, generator: nn.Module, indices: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Statistics (n, 34) and moments (n, 3) of cached pictures; the cache is one of scale 1."""
    found, rows = [], []
    for k in indices:
        small = np.ascontiguousarray(cache.inputs[k])
        with torch.no_grad():
            out = generator(torch.tensor(small)[None].float() / 255.0)[0]
        repaired = unpack_input((out * 255.0).round().clamp(0, 255).byte().numpy()).y
        decoded = unpack_input(small).y
        found.append(damage.statistics(decoded)[: damage.OF_SIZES])
        rows.append(moments(decoded, repaired, unpack_input(np.ascontiguousarray(cache.targets[k])).y))
    return torch.from_numpy(np.array(found)), torch.tensor(rows, dtype=torch.float32)


def fit(found: Tensor, rows: Tensor) -> nn.Sequential:
    """The network whose sigmoid is the share."""

    def loss(odds: Tensor, which: Tensor) -> Tensor:
        gained = gain(odds.sigmoid(), rows[which])
        return (LOSS * (-gained).clamp_min(0.0) - gained).mean()

    return damage.learn(found, loss, STEPS, DECAY)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--restore", required=True, help="run or float32 twin of the generator that restores")
    parser.add_argument("--cache", type=Path, default=HERE / "cache")
    parser.add_argument("--pictures", type=int, default=2600)
    parser.add_argument("--out", type=Path, default=HERE.parent / "repair_network.go")
    options = parser.parse_args()
    torch.set_num_threads(1)
    (HERE / "runs").mkdir(exist_ok=True)
    saved = HERE / "runs" / f"repair-{Path(options.restore).stem}-{options.pictures}.pt"
    if not saved.exists():
        cache, rng = Cache(options.cache, 1), np.random.default_rng(6)
        generator = load_generator(damage.file_of(options.restore))
        generator.precision = torch.bfloat16
        chosen = rng.permutation(np.concatenate([cache.coded[::3], cache.clean[::2]]))[: options.pictures]
        torch.save(measure(cache, generator, chosen), saved)
    found, rows = torch.load(saved, weights_only=True)
    held = len(found) // 5
    network = fit(found[held:], rows[held:])
    with torch.no_grad():
        gained = gain(network(found[:held])[:, 0].sigmoid(), rows[:held]).mean()
        most = gain((rows[:held, 1] / rows[:held, 0].clamp_min(1e-6)).clamp(0, 1), rows[:held]).mean()
        always = gain(torch.ones(held), rows[:held]).mean()
        below = (gain(network(found[:held])[:, 0].sigmoid(), rows[:held]) < -0.02).float().mean()
    print(
        f"{held} pictures held out: {gained:+.3f} dB, {below:.1%} of them worse than decoded by more than 0.02; "
        f"{most:+.3f} dB were possible, {always:+.3f} dB with all of the repair"
    )
    options.out.write_text(damage.go_source(network, "repairNetwork", "repair"))


if __name__ == "__main__":
    main()

"""Fit the estimate of damage by which the element chooses between a clean and a coded generator.

    model/train/damage --clean RUN --coded RUN

Both generators (runs, or float32 twins) double pictures of the training cache; a small network
learns from 86 cheap statistics of the input's luma which of the two did better, weighted by how
much. Its weights become model/damage_network.go; model/damage.go computes the same statistics.

There are 17 of the luma and the same 17 of the luma halved by averaging 2x2 samples: coding removes
faint high frequencies first, and at coarse quantisers those an octave below as well. They are taken
over 4x4 blocks on the codec's grid.
For a block p, A is the sum of |differences| of its neighbours, C = |sum (-1)^(row + column) p|,
H = |sum (-1)^column p|, V = |sum (-1)^row p|. Blocks fall into four bins by A; of each bin: its
share of all blocks, and the means of min(C, 32) / 32, of min(H + V, 128) / 128 and of [C <= 2].
The last is the mean of |step| across edges of the 8x8 grid over that half-way between two, less
1 and within 0.5; above that, blocks are plain to see and damage.go asks no network.

The other 52 are of 8x8 blocks of the luma, by what quantisation leaves of a block's frequencies: of
its Walsh-Hadamard transform k, which has the integers' exactness, rows and columns in the order of
their sign changes. Blocks fall into four bins by the sum of |k| but for k[0, 0]; of each bin: its share,
and in six bands by row + column the means of min(|k|, 256) / 256 and of [|k| <= 4].
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .cache import BICUBIC, OTHER, Cache
from .metrics import psnr
from .planes import Bytes, double, unpack_input, unpack_output
from .train import HERE, latest, load_generator

BINS = (12, 36, 96)  # borders of A
EACH = 4 * (len(BINS) + 1) + 1  # statistics of one size
BANDS = ((1, 2), (3, 4), (5, 6), (7, 8), (9, 11), (12, 14))  # row + column of a transform
TRANSFORM_BINS = (192, 640, 1760)
OF_SIZES = 2 * EACH
STATISTICS = OF_SIZES + (len(TRANSFORM_BINS) + 1) * (1 + 2 * len(BANDS))
HIDDEN = 64
RATE, NOISE = 5e-3, 0.1  # of a fit
STEPS, DECAY = 6000, 0.3  # of this one
BELOW_WEIGHT = 6.0  # of a decibel by which coded video taken for clean falls below plain enlargement
LEAN = 1.25  # taken off the log-odds of coded: without it clean photographs unlike those of the fit are taken for coded
SAMPLED = 4096  # blocks at most


def statistics(luma: Bytes) -> NDArray[np.float32]:
    """The 86 statistics of a luma plane of at least 32x32: of it, of it halved, of its 8x8 blocks' transforms."""
    even = luma[: luma.shape[0] // 2 * 2, : luma.shape[1] // 2 * 2].astype(np.int32)
    halved = (even[::2, ::2] + even[::2, 1::2] + even[1::2, ::2] + even[1::2, 1::2] + 2) >> 2
    return np.concatenate([_of_one_size(luma), _of_one_size(halved.astype(np.uint8)), _of_transforms(luma)])


def _walsh() -> NDArray[np.int32]:
    """The 8x8 Hadamard matrix, its rows in the order of their sign changes."""
    matrix = np.array([[1]])
    for _ in range(3):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix[np.argsort((np.diff(matrix, axis=1) != 0).sum(axis=1))].astype(np.int32)


def _of_transforms(luma: Bytes) -> NDArray[np.float32]:
    rows, columns = luma.shape[0] // 8, luma.shape[1] // 8
    blocks = luma[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8).swapaxes(1, 2).reshape(-1, 8, 8)
    walsh = _walsh()
    k = np.abs(walsh @ blocks[:: _stride(rows * columns)].astype(np.int32) @ walsh.T)
    which = np.searchsorted(TRANSFORM_BINS, k.sum((1, 2)) - k[:, 0, 0], side="right")
    order = np.add.outer(np.arange(8), np.arange(8))
    out = []
    for bin_ in range(len(TRANSFORM_BINS) + 1):
        inside = k[which == bin_]
        out.append(len(inside) / len(k))
        for low, high in BANDS:
            values = inside[:, (order >= low) & (order <= high)]
            count = max(1, values.size)
            out += [np.minimum(values, 256).sum() / (256 * count), (values <= 4).sum() / count]
    return np.array(out, np.float32)


def _of_one_size(luma: Bytes) -> NDArray[np.float32]:
    rows, columns = luma.shape[0] // 4, luma.shape[1] // 4
    blocks = luma[: rows * 4, : columns * 4].reshape(rows, 4, columns, 4).swapaxes(1, 2).reshape(-1, 4, 4)
    blocks = blocks[:: _stride(rows * columns)].astype(np.int32)
    signs = np.array([1, -1, 1, -1])
    activity = np.abs(np.diff(blocks, axis=1)).sum((1, 2)) + np.abs(np.diff(blocks, axis=2)).sum((1, 2))
    c = np.abs((blocks * np.outer(signs, signs)).sum((1, 2)))
    hv = np.abs((blocks * signs).sum((1, 2))) + np.abs((blocks * signs[:, None]).sum((1, 2)))
    which = np.searchsorted(BINS, activity, side="right")
    out = []
    for k in range(len(BINS) + 1):
        inside = which == k
        count = max(1, int(inside.sum()))
        out += [
            inside.sum() / len(blocks),
            np.minimum(c[inside], 32).sum() / (32 * count),
            np.minimum(hv[inside], 128).sum() / (128 * count),
            (c[inside] <= 2).sum() / count,
        ]
    across, between, edges = _steps(luma.astype(np.int32))
    blockiness = (2 * across + edges) / (2 * between + edges) - 1.0
    return np.array([*out, min(max(blockiness, -0.5), 0.5)], np.float32)


def _stride(count: int) -> int:
    return (count + SAMPLED - 1) // SAMPLED


def _steps(luma: NDArray[np.int32]) -> tuple[int, int, int]:
    """Sums of |steps| across sampled edges of the 8x8 grid and half-way between, and their number."""
    rows, columns = (luma.shape[0] - 1) // 8, (luma.shape[1] - 1) // 8
    places = np.arange(rows * columns)[:: _stride(rows * columns)]
    y, x = (1 + places // columns) * 8, (1 + places % columns) * 8
    across = np.abs(luma[y - 4, x] - luma[y - 4, x - 1]).sum() + np.abs(luma[y, x - 4] - luma[y - 1, x - 4]).sum()
    between = (
        np.abs(luma[y - 4, x - 4] - luma[y - 4, x - 5]).sum() + np.abs(luma[y - 4, x - 4] - luma[y - 5, x - 4]).sum()
    )
    return int(across), int(between), 2 * len(places)


def learn(
    found: torch.Tensor, loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], steps: int, decay: float
) -> nn.Sequential:
    """A network of statistics (n, k) to one number each, that makes the loss of (numbers, their rows) small.

    It learns from statistics of mean 0 and deviation 1, with noise as from other crops of the
    same pictures; the network that is returned takes them as they are.
    """
    torch.manual_seed(1)
    mean, deviation = found.mean(dim=0), found.std(dim=0).clamp_min(1e-3)
    standard = (found - mean) / deviation
    network = new(found.shape[1])
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=decay)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = RATE * (1 - step / steps)
        rows = torch.randint(len(found), (1024,))
        now = loss(network(standard[rows] + NOISE * torch.randn_like(standard[rows]))[:, 0], rows)
        optimiser.zero_grad()
        now.backward()
        optimiser.step()
    first = network[0]
    assert isinstance(first, nn.Linear)
    with torch.no_grad():
        first.bias.sub_(first.weight @ (mean / deviation))
        first.weight.div_(deviation)
    return network


def judge(cache: Cache, ways: list[nn.Module], indices: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    """Statistics (n, 86) of cached pictures, and the gain of the two ways over plain enlargement in dB, (n, 2)."""
    found, gains = [], []
    for k in indices:
        small, target = cache.whole(int(k))
        truth = unpack_output(target).y
        decoded = unpack_input(small)
        plain = max(psnr(double(decoded, kind).y, truth) for kind in ("bicubic", "lanczos"))
        with torch.no_grad():
            outs = [way(torch.tensor(small)[None].float() / 255.0)[0] for way in ways]
        scores = [psnr(unpack_output((o * 255.0).round().clamp(0, 255).byte().numpy()).y, truth) for o in outs]
        found.append(statistics(decoded.y))
        gains.append([score - plain for score in scores])
    return torch.from_numpy(np.array(found)), torch.tensor(gains, dtype=torch.float32)


def fit(found: torch.Tensor, gains: torch.Tensor) -> nn.Sequential:
    """Learn to say 1 where the second way (coded) is better, by how much it matters; in doubt 0."""
    advantage = gains[:, 0] - gains[:, 1]
    label = (advantage < 0).float()
    weight = advantage.abs().clamp(max=1.0) + BELOW_WEIGHT * (advantage < 0) * (-gains[:, 0]).clamp(0.0, 1.0)

    def loss(odds: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return nn.functional.binary_cross_entropy_with_logits(odds, label[rows], weight[rows])

    network = learn(found, loss, STEPS, DECAY)
    last = network[2]
    assert isinstance(last, nn.Linear)
    with torch.no_grad():
        last.bias.sub_(LEAN)
    return network


def new(statistics: int = STATISTICS) -> nn.Sequential:
    """A network that has learned nothing."""
    return nn.Sequential(nn.Linear(statistics, HIDDEN), nn.LeakyReLU(0.125), nn.Linear(HIDDEN, 1))


def go_source(network: nn.Sequential, variable: str, command: str) -> str:
    """A network as a Go file of package model, which declares the variable."""
    first, last = network[0], network[2]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)

    def row(values: torch.Tensor) -> str:
        return ", ".join(f"{v:.6g}" for v in values.detach().flatten().tolist())

    hidden = "\n".join(f"\t\t{{{row(w)}}}," for w in first.weight)
    return f"""package model

// Written by model/train/{command}.
var {variable} = estimator{{
\tweights: [estimatorUnits][]float32{{
{hidden}
\t}},
\tbias:     [estimatorUnits]float32{{{row(first.bias)}}},
\tlast:     [estimatorUnits]float32{{{row(last.weight)}}},
\tlastBias: {last.bias.item():.6g},
}}
"""


def _judged(options: argparse.Namespace) -> tuple[torch.Tensor, torch.Tensor]:
    cache, rng = Cache(options.cache), np.random.default_rng(5)
    ways: list[nn.Module] = []
    for name in (options.clean, options.coded):
        generator = load_generator(file_of(name))
        generator.precision = torch.bfloat16  # a third of the time where there are products of it, and near enough
        ways.append(generator)
    everything = rng.permutation(np.concatenate([cache.of(BICUBIC, OTHER), cache.coded[::3]]))
    return judge(cache, ways, everything[: options.pictures])


def latest_fit() -> Path:
    """Where the network that ships is kept, for share.py."""
    return HERE / "runs" / "damage.pt"


def file_of(name: str) -> Path:
    """The checkpoint of a run, or the float32 twin itself."""
    return Path(name) if name.endswith(".onnx") else latest(HERE / "runs" / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clean", required=True, help="run or float32 twin of the generator for clean pictures")
    parser.add_argument("--coded", required=True, help="the same of the one for coded pictures")
    parser.add_argument("--cache", type=Path, default=HERE / "cache")
    parser.add_argument("--pictures", type=int, default=4000)
    parser.add_argument("--out", type=Path, default=HERE.parent / "damage_network.go")
    options = parser.parse_args()
    torch.set_num_threads(1)
    (HERE / "runs").mkdir(exist_ok=True)
    names = "-".join(Path(name).stem for name in (options.clean, options.coded))
    saved = HERE / "runs" / f"damage-{names}-{options.pictures}.pt"
    if not saved.exists():
        torch.save(_judged(options), saved)
    found, gains = torch.load(saved, weights_only=True)
    held = len(found) // 5
    trial = fit(found[held:], gains[held:])
    with torch.no_grad():
        damaged = trial(found[:held])[:, 0] > 0
    gain = gains[:held, 0] - gains[:held, 1]
    best, chosen = gain.clamp(min=0).mean(), gain.where(~damaged, torch.zeros(())).mean()
    right = ((gain < 0) == damaged).float().mean()
    below = [int((each < -0.02).sum()) for each in (gains[:held].gather(1, damaged[:, None].long()), gains[:held, 1])]
    print(
        f"{held} pictures held out: the better generator in {right:.1%}; over the coded one alone {chosen:+.3f} dB, "
        f"{best:+.3f} dB were possible, {gain.mean():+.3f} dB with the clean one alone; "
        f"{below[0]} of them more than 0.02 dB below plain enlargement, {below[1]} with the coded one alone"
    )
    network = fit(found, gains)
    torch.save(network.state_dict(), latest_fit())
    options.out.write_text(go_source(network, "damageNetwork", "damage"))


if __name__ == "__main__":
    main()

"""Train a generator: `train [--phase fidelity|adversarial|eight-bit] --stills DEV --run NAME --minutes M`.

Phase `fidelity` trains in floating point; `adversarial` goes on from it against a
discriminator; `eight-bit` goes on from the latest of the two with the integers of the
shipped graph in the forward pass. Stopped runs go on where they were:
call the same command again. The schedule is a share of the minutes, so a run ends
when it was told to on any machine.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from . import development, game, plain, twin
from .cache import Cache
from .log import write_row
from .loss import charbonnier, evened
from .network import OUTPUTS, RESTORED, Generator, Shape
from .quantise import QuantisedGenerator
from .soap import Soap

HERE = Path(__file__).parent.parent


@dataclass
class Recipe:
    """What a phase trains with; rate is the optimiser's step, see Soap."""

    rate: float  # at the top of the cosine, after 200 steps of warm-up
    batch: int = 6
    patch: int = 44  # grid cells: 88 luma pixels of the input
    chroma: float = 0.2  # weight of a chroma sample in the loss; luma has 1
    clip: float = 0.1  # gradient norm
    average: float = 0.999  # weight averaging
    floor: float = 0.0  # what a patch counts more where plain enlargement is better
    decibels: float = 0.0  # how far patches count by decibels rather than by squares, 0..1: see evened
    sharp: tuple[float, float] = (1e-3, 3e-2)  # Charbonnier's epsilon: from |d| to nearly d^2


RECIPES = {"fidelity": Recipe(rate=3e-3), "eight-bit": Recipe(rate=3e-5, sharp=(3e-2, 3e-2))}
# Share of the schedule of phase fidelity until which channels that died are begun anew, at every line of the log.
REVIVED_UNTIL = 0.5
# Share of the schedule from which phase eight-bit computes exactly what ships, and no longer in bfloat16.
EXACT_FROM = 0.7
# Share of clean patches, halved by a bicubic; the others went through a codec.
PICTURES = {"clean": 1.0, "coded": 0.0, "mixed": 0.3}


class Run:
    """One training run: network, average, optimiser, elapsed time; saved and restored whole."""

    def __init__(
        self, folder: Path, phase: str, shape: Shape, start: Path | None, seed: int, fast: bool = False
    ) -> None:
        self.folder, self.phase, self.recipe = folder, phase, RECIPES[phase]
        torch.manual_seed(seed)
        self.step, self.elapsed, self.seed = 0, 0.0, seed
        learned = None if start is None else load_generator(start)
        if phase == "eight-bit" and learned is not None:
            shape = replace(learned.shape, expand=0)  # whose parameters are the weights that are rounded
        generator = Generator(shape)
        if learned is not None:
            generator.adopt(learned)
        self.network: Generator | QuantisedGenerator = generator
        if phase == "eight-bit":
            self.network = QuantisedGenerator(generator)
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        if fast:  # what is looked at, the average, stays exact: in bfloat16 flat pictures are not quite flat
            generator.precision = torch.bfloat16
        parameters = [p for p in self.network.parameters() if p.requires_grad]
        self.optimiser = Soap(parameters, lr=self.recipe.rate, every=20)

    @property
    def checkpoint(self) -> Path:
        return self.folder / f"{self.phase}.pt"

    def save(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "phase": self.phase,
            "shape": _as_generator(self.network).shape.as_dict(),
            "step": self.step,
            "elapsed": self.elapsed,
            "seed": self.seed,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def restore(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.elapsed = state["step"], state["elapsed"]

    def revive(self, cache: Cache, clean_share: float, rng: np.random.Generator) -> None:
        """Begin channels anew that are never on: a large step at a high rate can kill them."""
        sample, _ = cache.batch(64, self.recipe.patch, clean_share, rng)
        revived = _as_generator(self.network).revive(torch.from_numpy(sample).float() / 255.0)
        if revived:
            print(f"{revived} channels were never on and begin anew", flush=True)

    def advance(self, x: Tensor, y: Tensor, share: float) -> float:
        """One step at `share` (0..1) of the schedule; returns the loss."""
        recipe = self.recipe
        warm = min(1.0, (self.step + 1) / 200)
        rate = recipe.rate * warm * (0.5 + 0.5 * math.cos(math.pi * share))
        self.optimiser.param_groups[0]["lr"] = rate
        if self.phase == "eight-bit" and share >= EXACT_FROM:
            _as_generator(self.network).precision = torch.float32
        epsilon = recipe.sharp[0] * (recipe.sharp[1] / recipe.sharp[0]) ** share
        out = self.network(x)
        patches = evened(out, y, recipe.decibels) if recipe.decibels else None
        if recipe.floor:
            patches = (1.0 if patches is None else patches) * (1.0 + recipe.floor * plain.short(out, x, y))
        loss = charbonnier(out, y, epsilon, recipe.chroma, patches)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), recipe.clip)
        self.optimiser.step()
        _as_generator(self.network).project()
        self.step += 1
        keep = min(recipe.average, self.step / (self.step + 10))
        with torch.no_grad():
            for a, p in zip(self.average.parameters(), self.network.parameters(), strict=True):
                a.lerp_(p, 1.0 - keep)
        return float(loss.detach())


def load_generator(checkpoint: Path) -> Generator:
    """The averaged floating-point generator of a checkpoint, or of a float32 twin (.onnx)."""
    if checkpoint.suffix == ".onnx":
        return twin.load(checkpoint)
    state = torch.load(checkpoint, weights_only=True)
    generator = Generator(Shape(**state["shape"]))
    weights = state["average"]
    if "noise" in state:  # what ships has none
        weights = {name.removeprefix("generator."): w for name, w in weights.items() if name.startswith("generator.")}
    generator.load_state_dict(weights)
    return generator


def latest(folder: Path) -> Path:
    """The last floating-point phase of a run."""
    adversarial = folder / "adversarial.pt"
    return adversarial if adversarial.exists() else folder / "fidelity.pt"


def load_quantised(checkpoint: Path) -> QuantisedGenerator:
    """The averaged eight-bit generator of an eight-bit checkpoint."""
    state = torch.load(checkpoint, weights_only=True)
    quantised = QuantisedGenerator(Generator(Shape(**state["shape"])))
    quantised.load_state_dict(state["average"])
    return quantised


def train(
    run: Run, cache: Cache, cases: list[development.Case], minutes: float, every: float, clean_share: float = 0.3
) -> None:
    """Train until `minutes` of this phase are used up, logging a line every `every` seconds."""
    rng = np.random.default_rng([run.seed, run.step])
    log = run.folder / f"{run.phase}.csv"
    budget, began, next_log = minutes * 60.0, time.monotonic() - run.elapsed, run.elapsed + every
    losses: list[float] = []
    while run.elapsed < budget:
        inputs, targets = cache.batch(run.recipe.batch, run.recipe.patch, clean_share, rng)
        x, y = (torch.from_numpy(b).float() / 255.0 for b in (inputs, targets))
        if run.step == 0 and run.phase == "fidelity":
            run.revive(cache, clean_share, rng)
            run.average.load_state_dict(run.network.state_dict())
        if run.step == 0 and isinstance(run.network, QuantisedGenerator):
            sample, _ = cache.batch(100, 64, clean_share, rng)
            run.network.calibrate(torch.from_numpy(sample).float() / 255.0)
            run.average.load_state_dict(run.network.state_dict())
        losses.append(run.advance(x, y, run.elapsed / budget))
        run.elapsed = time.monotonic() - began
        if run.elapsed >= next_log or run.elapsed >= budget:
            if run.phase == "fidelity" and run.elapsed < REVIVED_UNTIL * budget:
                run.revive(cache, clean_share, rng)
            row = {"step": run.step, "minutes": round(run.elapsed / 60, 1), "loss": round(float(np.mean(losses)), 6)}
            row |= {name: round(gain, 3) for name, gain in development.gains(run.average, cases).items()}
            write_row(log, row, (budget - run.elapsed) / 60)
            run.save()
            losses, next_log = [], run.elapsed + every


def _as_generator(network: nn.Module) -> Generator:
    generator = network.generator if isinstance(network, QuantisedGenerator) else network
    assert isinstance(generator, Generator)
    return generator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phase", choices=[*RECIPES, "adversarial"], default="fidelity")
    parser.add_argument("--run", default="balanced", help="folder below runs/ for checkpoints and logs")
    parser.add_argument("--cache", type=Path, default=HERE / "cache")
    parser.add_argument("--stills", type=Path, required=True, help="folder of development pictures")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--expand", type=int, default=1, help="over-parameterisation while training; 0 for none")
    parser.add_argument("--full", action="store_true", help="inner layers on the grid of luma pixels")
    parser.add_argument("--tail", type=int, choices=[1, 3], default=3, help="cells that the last kernels see each way")
    parser.add_argument("--expansion", type=int, default=0, help="channels of a layer before a last one of 1x1")
    parser.add_argument("--scale", type=int, choices=[1, 2], default=2, help="1 restores at the same size")
    parser.add_argument("--pictures", choices=list(PICTURES), default="mixed", help="what the generator is for")
    parser.add_argument("--start", help="start a floating-point phase as this run or float32 twin, not wider or deeper")
    parser.add_argument("--float32", action="store_true", help="convolve in float32 where bfloat16 would be faster")
    parser.add_argument(
        "--floor", type=float, default=0.0, help="what patches count more where plain enlargement is better (0)"
    )
    parser.add_argument("--decibels", type=float, default=0.0, help="patches count by squares (0) to decibels (1)")
    parser.add_argument(
        "--epsilon", type=float, nargs=2, help="of the loss, first and last: what is far below it counts squared"
    )
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--rate", type=float, help="the optimiser's step instead of the phase's own")
    parser.add_argument("--every", type=float, default=120.0, help="seconds between log lines and checkpoints")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.floor and (options.scale == 1 or options.phase == "adversarial"):
        parser.error("--floor is for generators that double, in the phases fidelity and eight-bit")
    torch.set_num_threads(options.threads)
    folder = HERE / "runs" / options.run
    start = None
    if options.start:
        start = Path(options.start)
        start = start if start.suffix == ".onnx" else latest(HERE / "runs" / options.start)
    if options.phase == "eight-bit":
        start = latest(folder)
    if options.phase == "adversarial":
        game.main(options, folder, load_generator(start or folder / "fidelity.pt"), PICTURES[options.pictures])
        return
    outputs = OUTPUTS if options.scale == 2 else RESTORED
    shape = Shape(options.width, options.depth, options.expand, outputs, options.full, options.tail, options.expansion)
    run = Run(folder, options.phase, shape, start, options.seed, fast=not options.float32)
    run.recipe.floor = options.floor
    run.recipe.decibels = options.decibels
    run.recipe.rate = options.rate or run.recipe.rate
    if options.epsilon:
        run.recipe.sharp = (options.epsilon[0], options.epsilon[1])
    if run.checkpoint.exists():
        run.restore()
        print(f"going on from step {run.step}, {run.elapsed / 60:.1f} min")
    cases = development.load(options.stills, options.scale)
    share = PICTURES[options.pictures]
    train(run, Cache(options.cache, options.scale), cases, options.minutes, options.every, share)


if __name__ == "__main__":
    main()

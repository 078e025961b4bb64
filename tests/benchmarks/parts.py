"""The parts of tests/bench: each makes the rows of one table."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from launch import ROOT

from benchmarks import films, measure, peers
from benchmarks.changes import changed_shares
from benchmarks.claims import EIGHT
from benchmarks.figures import (
    A_STREAM,
    FRAMES,
    GMACS,
    GROWTH,
    OWN_CPU,
    PEAK,
    SHARE,
    STARTUP,
    WHOLE_CPU,
    Case,
    Measured,
    Row,
    Unavailable,
    in_turns,
    ratio,
)
from benchmarks.measure import GRAPHS, flat_out, live, superres

SIZES = [(320, 180), (480, 360), (640, 360), (960, 540), (1280, 720), (1920, 1080)]
TIERS = ("balanced", "fast", "lanczos")  # quality joins them where its generator ships
CALL = (480, 360)
WEIGHTS = ROOT / "model/weights"


@dataclass
class Scope:
    """How much is measured."""

    rounds: int = 3
    megapixels: float = 20  # that go in, of a film played flat out
    live_s: float = 6  # of a film played live
    deadline_s: float = 60
    graph_s: float = 1
    soak_min: float = 10
    quick: bool = False
    threads: int = 2
    providers: tuple[str, ...] = ("cpu",)

    def film(self, content: str, width: int, height: int, parts: int = 1) -> films.Film:
        """As many frames as make the megapixels, or a part of them."""
        return films.film(content, width, height, max(4, round(self.megapixels * 1e6 / width / height / parts)))

    def live_film(self, content: str, width: int, height: int, rate: float) -> films.Film:
        return films.film(content, width, height, max(4, round(rate * self.live_s)))


def looped(content: str, width: int, height: int, seconds: float) -> films.Film:
    """Two seconds of a film, or less, again and again."""
    once = min(2, seconds)
    drawn = films.film(content, width, height, round(once * films.RATE))
    return dataclasses.replace(drawn, times=max(1, round(seconds / once)))


def tiers() -> tuple[str, ...]:
    return (*(("quality",) if (WEIGHTS / "quality-faithful.onnx").exists() else ()), *TIERS)


def where(width: int, height: int, *more: str) -> str:
    return ", ".join([f"{width}x{height}", *more])


def counted(number: int, thing: str = "thread") -> str:
    return f"{number} {thing}{'s' if number > 1 else ''}"


def sizes(scope: Scope) -> list[Row]:
    """Every size, tier and one or two threads, pad to pad, full motion, nothing reused."""
    chosen = [CALL] if scope.quick else SIZES
    cases = []
    for width, height in chosen:
        film = scope.film(films.MOTION, width, height)
        for threads in (scope.threads,) if scope.quick else (1, 2):
            for tier in tiers():
                element = superres(tier, threads, reuse=False)
                cases.append(Case(tier, where(width, height, counted(threads)), partial(flat_out, film, element)))
    return in_turns("sizes", cases, scope.rounds)


def streams(scope: Scope) -> list[Row]:
    """Several streams in one process share the cores; frames a second are those of all together."""
    cases = []
    for tier in ("balanced",) if scope.quick else ("balanced", "fast"):
        for count in (2,) if scope.quick else (1, 2, 4, 8):
            film = scope.film(films.MOTION, *CALL, count)
            element = superres(tier, scope.threads, reuse=False)
            cases.append(Case(tier, where(*CALL, counted(count, "stream")), partial(flat_out, film, element, count)))
    rows = in_turns("streams", cases, scope.rounds)
    small = scope.live_film(films.MOTION, 320, 180, 15)
    element = superres("balanced", scope.threads)
    eight = Case("balanced", EIGHT, partial(live, small, element, 15, 8))
    return rows + in_turns("streams", [eight], min(scope.rounds, 2))


def memory(scope: Scope) -> list[Row]:
    """The most memory that a fresh process ever had, and how long it takes to the first frame.
    `identity` in the element's place, with the plugin loaded, is the process's base."""
    film = scope.film(films.MOTION, *CALL, 4)

    def resident(element: str, count: int) -> Measured:
        answer = measure.play(film, element, count)
        return {PEAK: answer["peak_mb"], STARTUP: answer["startup_ms"]}

    counts = (1,) if scope.quick else (1, 2, 4, 8)
    cases = []
    for count in counts:
        for tier in ("identity", "balanced") if scope.quick else ("identity", *tiers()):
            element = tier if tier == "identity" else superres(tier, scope.threads)
            cases.append(Case(tier, where(*CALL, counted(count, "stream")), partial(resident, element, count)))
    rows = in_turns("memory", cases, min(scope.rounds, 2))
    for row in rows:
        base = next(each for each in rows if each.what == "identity" and each.where == row.where)
        count = int(row.where.rpartition(", ")[2].split()[0])
        if row is not base and row.rounds:
            row.rounds[A_STREAM] = [
                (mine - least) / count for mine, least in zip(row.rounds[PEAK], base.rounds.get(PEAK, []), strict=False)
            ]
    return rows


def soak(scope: Scope) -> list[Row]:
    """What is resident in the course of minutes at 30 fps. Not among the parts that run unasked."""
    film = looped(films.MOTION, *CALL, 60 * scope.soak_min)

    def grow() -> Measured:
        resident = measure.play(film, superres("balanced", scope.threads), 1, 30)["resident_mb"]
        after, end = resident[len(resident) // 10], resident[-1]
        return {"MB after a tenth": after, "MB at the end": end, GROWTH: end - after}

    return in_turns("soak", [Case("balanced", where(*CALL, f"30 fps, {scope.soak_min:g} min"), grow)], 1)


def peak(scope: Scope) -> list[Row]:
    """What the cores can do: a product of two int8 matrices in the same ONNX Runtime on the same
    threads; beside it a body layer, the generators alone, and the element pad to pad."""
    width, height = CALL
    grid = [1, height // 2, width // 2]
    pixels = width * height
    film = scope.film(films.MOTION, *CALL)

    def rate(name: str, shape: list[int], threads: int, runs_giga: Callable[[], float]) -> Measured:
        giga = runs_giga()
        ours = name in tiers()
        path = WEIGHTS / f"{name}-faithful.onnx" if ours else GRAPHS / f"{name}.onnx"
        measured = measure.graph(path, shape, threads, scope.graph_s, ours)
        return {GMACS: giga * measured[FRAMES], **measured}

    def product() -> float:
        return measure.graph_macs()["product"] ** 3 / 1e9

    def body() -> float:
        return measure.graph_macs()["convolution"] * pixels / 4 / 1e9

    def generator(tier: str) -> float:
        return measure.generator_macs(WEIGHTS / f"{tier}-faithful.onnx") * pixels / 1e9

    def pads(tier: str, threads: int) -> Measured:
        measured = flat_out(film, superres(tier, threads, reuse=False))
        return {GMACS: generator(tier) * measured[FRAMES], **measured}

    cases: list[Case] = []
    for threads in (scope.threads,) if scope.quick else (1, 2):
        on = counted(threads)
        for operator in ("QLinearMatMul", "MatMulInteger"):
            square = [1024, 1024]
            cases.append(Case(f"{operator}, 1024x1024x1024", on, partial(rate, operator.lower(), square, threads, product)))
        cases.append(Case("QLinearConv 3x3, 32 to 32", on, partial(rate, "convolution", [*grid, 32], threads, body)))
        for tier in tiers():
            if tier == "lanczos":
                continue
            alone = partial(rate, tier, [*grid, 8], threads, partial(generator, tier))
            cases.append(Case(f"{tier}, network alone", on, alone))
            cases.append(Case(f"{tier}, pad to pad", on, partial(pads, tier, threads)))
    rows = in_turns("peak", cases, scope.rounds)
    for row in rows:
        tops = [top for top in rows if "MatM" in top.what and top.where == row.where and top.rounds]
        for top in sorted(tops, key=lambda top: -(top.value(GMACS) or 0))[:1]:
            share = [100 * mine / most for mine, most in zip(row.rounds.get(GMACS, []), top.rounds[GMACS], strict=False)]
            if share:
                row.rounds[SHARE] = share
    return rows


def beside_peers(scope: Scope) -> list[Row]:
    """Others in the same run at the same size. Ours and GStreamer's are pad to pad and do luma and
    chroma; the networks of the others do luma alone, which is less work than a frame."""
    film = scope.film(films.MOTION, *CALL)
    rows = in_turns("peers", peers.cases(film, scope), scope.rounds)
    for tier in ("balanced", "fast"):
        ours = next(row for row in rows if row.what == f"superres {tier}")
        for row in rows:
            times = ratio(ours, row, FRAMES)
            if times and not row.what.startswith("superres"):
                row.rounds[f"{tier} is times as fast"] = [times]
    return rows


def content(scope: Scope) -> list[Row]:
    """What the picture shows decides how much of it has to be computed. Nothing is reused in the
    rows marked so; the others have the default."""
    kinds = (films.MOTION, films.STATIC) if scope.quick else films.CONTENTS
    can_reuse = "reuse" in measure.properties()
    cases = []
    for tier in ("balanced",) if scope.quick else ("balanced", "fast", "quality"):
        for kind in kinds:
            film = scope.film(kind, *CALL)
            for reuse in (False, True) if can_reuse else (False,):
                element = superres(tier, scope.threads, reuse=reuse)
                setting = where(*CALL, kind) + ("" if reuse else ", no reuse")
                cases.append(Case(tier, setting, partial(flat_out, film, element)))
    rows = in_turns("content", cases, scope.rounds)
    for row in rows:
        motion = next(each for each in rows if each.what == row.what and each.where == where(*CALL, films.MOTION, "no reuse"))
        times = ratio(row, motion, FRAMES)
        if times:
            row.rounds["times full motion"] = [times]
        kind = row.where.removeprefix(where(*CALL) + ", ")
        if kind in kinds and can_reuse and row.what in SHAPES:
            row.rounds["no layer twice, times"] = [least_work(scope.film(kind, *CALL), *SHAPES[row.what])]
    return rows


SHAPES = {"balanced": (32, 5, 64), "fast": (32, 2, 64)}
"""Channels, inner layers and channels of the expansion of the generators on the half-resolution grid."""


def least_work(film: films.Film, width: int, depth: int, expansion: int) -> float:
    """How many times as fast a frame could be if every layer of a generator computed only the positions that a change of
    the picture reaches, and nothing else took time."""
    macs = [9 * 6 * width, *[9 * width * width] * depth, expansion * (width + 24)]
    shares = changed_shares(film.path, film.width, film.height, [*range(1, depth + 2), depth + 1])
    least = sum(each * share for each, share in zip(macs, shares, strict=True)) / sum(macs)
    return 1 / max(least, 1e-3)


def call(scope: Scope) -> list[Row]:
    """What a call at 30 fps pays: processor time for a frame times 30, of the whole process, and less
    that of the same pipeline with `identity` in the element's place. Late: after the next frame was taken."""
    kinds = (films.MOTION,) if scope.quick else (films.MOTION, films.TALK_H264, films.TALK_VP8, films.SCREEN, films.STATIC)
    ways = [("balanced", 1), ("balanced", 2), ("fast", 1), ("fast", 2), ("lanczos", 1)][: 1 if scope.quick else None]
    cases: list[Case] = []
    for kind in kinds:
        film = scope.live_film(kind, *CALL, 30)
        cases.append(Case("identity", where(*CALL, "30 fps", kind), partial(live, film, "identity", 30)))
        for tier, threads in ways:
            element = superres(tier, threads)
            cases.append(Case(f"{tier}, {counted(threads)}", where(*CALL, "30 fps", kind), partial(live, film, element, 30)))
    rows = in_turns("call", cases, min(scope.rounds, 2))
    for row in rows:
        base = next(each for each in rows if each.what == "identity" and each.where == row.where).rounds.get(WHOLE_CPU, [])
        own = [mine - least for mine, least in zip(row.rounds.get(WHOLE_CPU, []), base, strict=False)]
        if own:
            row.rounds = {OWN_CPU: own, **row.rounds}
    return rows


def deadline(scope: Scope) -> list[Row]:
    """Live sources at 30 fps and tier=auto, while another process keeps one core busy."""
    cases: list[Case] = []
    for width, height in ((640, 360),) if scope.quick else ((1280, 720), (1920, 1080)):
        film = looped(films.MOTION, width, height, scope.deadline_s)
        element = superres("auto", scope.threads)

        def pressed(film: films.Film = film, element: str = element) -> Measured:
            with measure.busy_core():
                return live(film, element, 30)

        cases.append(Case("auto", where(width, height, "30 fps", "a core busy"), pressed))
    return in_turns("deadline", cases, 1)


def providers(scope: Scope) -> list[Row]:
    """Execution providers of ONNX Runtime, one a row: name them with --provider."""
    film = scope.film(films.MOTION, *CALL)

    def on(provider: str) -> Measured:
        has = "provider" in measure.properties()
        if not has and provider != "cpu":
            raise Unavailable("this superres has no property provider")
        answer = measure.play(film, superres("balanced", scope.threads, reuse=False, provider=provider if has else ""))
        if has and answer["provider"] != provider:
            raise Unavailable(f"not to be had here: the generator ran on {answer['provider'] or 'nothing'}")
        return measure.rates(answer)

    names = ("cpu", *(name for name in scope.providers if name != "cpu"))
    cases: Iterable[Case] = [Case(f"provider {name}", where(*CALL, "balanced"), partial(on, name)) for name in names]
    return in_turns("providers", cases, scope.rounds)


PARTS: dict[str, Callable[[Scope], list[Row]]] = {
    "sizes": sizes, "streams": streams, "memory": memory, "peak": peak, "peers": beside_peers, "content": content,
    "call": call, "deadline": deadline, "providers": providers, "soak": soak,
}  # fmt: skip
UNASKED = tuple(name for name in PARTS if name != "soak")

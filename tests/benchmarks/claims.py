"""What the element promises of its speed, each with the figure of this run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.figures import A_STREAM, CHANGES, FRAMES, GROWTH, LATE, OWN_CPU, SHARE, Row, ratio, shown

EIGHT = "320x180, 8 live streams of 15 fps"
MET, MISSED, UNKNOWN = "met", "MISSED", "cannot be told"


@dataclass(frozen=True)
class Promise:
    """A bound on a figure of the run, which `figure` finds among the rows."""

    text: str
    least: float | None  # the value is to be at least this,
    most: float | None  # and at most this
    unit: str
    figure: Callable[[Sequence[Row]], float | None]
    absolute: bool = False  # the load of a machine and the lack of integer dot products excuse a miss
    only_with_dot_product: bool = False  # without them it says nothing, be it met or not


@dataclass(frozen=True)
class Verdict:
    promise: Promise
    value: float | None
    verdict: str
    why: str = ""

    def cells(self) -> list[str]:
        promise = self.promise
        wanted = f"at least {shown(promise.least)}" if promise.least is not None else f"at most {shown(promise.most or 0)}"
        measured = "-" if self.value is None else f"{shown(self.value)} {promise.unit}"
        return [promise.text, f"{wanted} {promise.unit}", measured, self.verdict + (f": {self.why}" if self.why else "")]


def row_of(rows: Sequence[Row], part: str, what: str, where: str) -> Row | None:
    """The row of a part whose `what` and `where` are these, or end in these."""
    for row in rows:
        if row.part == part and row.what == what and (row.where == where or row.where.endswith(", " + where)):
            return row
    return None


def figure(part: str, what: str, where: str, name: str) -> Callable[[Sequence[Row]], float | None]:
    def find(rows: Sequence[Row]) -> float | None:
        row = row_of(rows, part, what, where)
        return row.value(name) if row else None

    return find


def times_fsrcnn(rows: Sequence[Row]) -> float | None:
    ours = next((row for row in rows if row.what == "superres balanced"), None)
    theirs = next((row for row in rows if row.part == "peers" and row.what.startswith("FSRCNN") and "ONNX Runtime" in row.what), None)
    return ratio(ours, theirs, FRAMES) if ours and theirs else None


def reused(content: str) -> Callable[[Sequence[Row]], float | None]:
    return figure("content", "balanced", content, "times full motion")


def spent(content: str) -> Callable[[Sequence[Row]], float | None]:
    """The least that a call costs, be it on one thread or on two."""

    def find(rows: Sequence[Row]) -> float | None:
        both = [figure("call", f"balanced, {threads}", content, OWN_CPU)(rows) for threads in ("1 thread", "2 threads")]
        known = [value for value in both if value is not None]
        return min(known) if known else None

    return find


def in_time(size: str) -> Callable[[Sequence[Row]], float | None]:
    return figure("deadline", "auto", f"{size}, 30 fps, a core busy", LATE)


def settled(size: str) -> Callable[[Sequence[Row]], float | None]:
    return figure("deadline", "auto", f"{size}, 30 fps, a core busy", CHANGES)


FULL, TWO = "x full motion", "2 threads"
PROMISES = [
    Promise("1  480x360, balanced, full motion", 120, None, FRAMES, figure("peak", "balanced, pad to pad", TWO, FRAMES), absolute=True),
    Promise("1  of the int8 peak", 60, None, "%", figure("peak", "balanced, pad to pad", TWO, SHARE), only_with_dot_product=True),
    Promise("1  480x360, fast, full motion", 240, None, FRAMES, figure("peak", "fast, pad to pad", TWO, FRAMES), absolute=True),
    Promise("2  decoded call, H.264", 2, None, FULL, reused("talking head, H.264")),
    Promise("2  decoded call, VP8", 2, None, FULL, reused("talking head, VP8")),
    Promise("2  screen share", 2, None, FULL, reused("screen share")),
    Promise("2  screen share, decoded", 2, None, FULL, reused("screen share, H.264")),
    Promise("2  static picture", 10, None, FULL, reused("static")),
    Promise("3  balanced beside FSRCNN", 8, None, "x its rate", times_fsrcnn, absolute=True),
    Promise("4  720p30, auto, a core busy", None, 1, "% late or lost", in_time("1280x720"), absolute=True),
    Promise("4  1080p30, auto, a core busy", None, 1, "% late or lost", in_time("1920x1080"), absolute=True),
    Promise("4  720p30, after settling", None, 4, "tier changes", settled("1280x720"), absolute=True),
    Promise("4  1080p30, after settling", None, 4, "tier changes", settled("1920x1080"), absolute=True),
    Promise("5  30 fps, balanced, full motion", None, 55, "% of a core", spent("full motion"), absolute=True),
    Promise("5  30 fps, decoded call, H.264", None, 25, "% of a core", spent("talking head, H.264"), absolute=True),
    Promise("5  30 fps, decoded call, VP8", None, 25, "% of a core", spent("talking head, VP8"), absolute=True),
    Promise("5  memory of a stream, 480x360", None, 60, "MB", figure("memory", "balanced", "480x360, 1 stream", A_STREAM)),
    Promise("5  memory over 10 minutes (soak)", None, 2, "MB more", figure("soak", "balanced", "480x360, 30 fps, 10 min", GROWTH)),
    Promise("6  8 streams, 320x180, 15 fps", None, 0, "% late or lost", figure("streams", "balanced", EIGHT, LATE), absolute=True),
]


def judge(rows: Sequence[Row], dot_product: bool, loaded: bool, can_reuse: bool) -> list[Verdict]:
    """What holds, and what cannot be told on this machine."""
    verdicts = []
    for promise in PROMISES:
        value = promise.figure(rows)
        if value is None:
            verdicts.append(Verdict(promise, value, UNKNOWN, "not measured in this run"))
            continue
        met = (promise.least is None or value >= promise.least) and (promise.most is None or value <= promise.most)
        without = "" if dot_product else "no integer dot products (VNNI) here"
        if promise.only_with_dot_product and without:
            verdicts.append(Verdict(promise, value, UNKNOWN, without))
        elif met:
            verdicts.append(Verdict(promise, value, MET))
        elif promise.unit == FULL and not can_reuse:
            verdicts.append(Verdict(promise, value, UNKNOWN, "this superres has no property reuse"))
        elif promise.absolute and (without or loaded):
            verdicts.append(Verdict(promise, value, UNKNOWN, without or "others were at work on this machine"))
        else:
            verdicts.append(Verdict(promise, value, MISSED))
    return verdicts

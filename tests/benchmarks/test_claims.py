"""What becomes of a promise, on which machine."""

from __future__ import annotations

import pytest

from benchmarks import claims
from benchmarks.figures import FRAMES, OWN_CPU, SHARE, Row


def verdict(text: str, rows: list[Row], dot_product: bool = True, loaded: bool = False, can_reuse: bool = True) -> tuple[str, str]:
    found = next(each for each in claims.judge(rows, dot_product, loaded, can_reuse) if each.promise.text == text)
    return found.verdict, found.why


def peak(frames: float, share: float) -> list[Row]:
    return [Row("peak", "balanced, pad to pad", "2 threads", {FRAMES: [frames], SHARE: [share]})]


FIRST = "1  480x360, balanced, full motion"


@pytest.mark.parametrize(
    ("frames", "dot_product", "loaded", "want"),
    [
        (121, True, False, claims.MET),
        (119, True, False, claims.MISSED),
        (119, True, True, claims.UNKNOWN),
        (119, False, False, claims.UNKNOWN),
        (121, False, True, claims.MET),
    ],
)
def test_a_rate_is_missed_only_on_the_machine_it_is_promised_for(frames: float, dot_product: bool, loaded: bool, want: str) -> None:
    assert verdict(FIRST, peak(frames, 70), dot_product, loaded)[0] == want


def test_the_share_of_the_peak_says_nothing_without_integer_dot_products() -> None:
    assert verdict("1  of the int8 peak", peak(20, 90), dot_product=False)[0] == claims.UNKNOWN
    assert verdict("1  of the int8 peak", peak(20, 90))[0] == claims.MET
    assert verdict("1  of the int8 peak", peak(20, 50), loaded=True)[0] == claims.MISSED


def test_what_was_not_measured_cannot_be_told() -> None:
    assert {each.verdict for each in claims.judge([], True, False, True)} == {claims.UNKNOWN}
    assert verdict(FIRST, []) == (claims.UNKNOWN, "not measured in this run")


def test_reuse_is_not_missed_by_an_element_without_it() -> None:
    rows = [Row("content", "balanced", "480x360, static", {"times full motion": [1.0]})]
    assert verdict("2  static picture", rows)[0] == claims.MISSED
    assert verdict("2  static picture", rows, can_reuse=False)[0] == claims.UNKNOWN
    # Nor does the row without reuse stand for the other.
    rows[0].where += ", no reuse"
    assert verdict("2  static picture", rows) == (claims.UNKNOWN, "not measured in this run")


def test_fsrcnn_is_compared_round_by_round() -> None:
    rows = [
        Row("peers", "superres balanced", "480x360, 2 threads", {FRAMES: [90.0, 30.0]}),
        Row("peers", "FSRCNN(56,12,4) float32, ONNX Runtime, luma", "480x360, 2 threads", {FRAMES: [10.0, 10 / 3]}),
    ]
    found = next(each for each in claims.judge(rows, True, False, True) if each.promise.text.startswith("3"))
    assert (found.value, found.verdict) == (pytest.approx(9), claims.MET)


def test_a_call_pays_what_the_cheaper_number_of_threads_costs() -> None:
    setting = "480x360, 30 fps, full motion"
    rows = [Row("call", "balanced, 1 thread", setting, {OWN_CPU: [50.0]}), Row("call", "balanced, 2 threads", setting, {OWN_CPU: [60.0]})]
    found = next(each for each in claims.judge(rows, True, False, True) if each.promise.text == "5  30 fps, balanced, full motion")
    assert (found.value, found.verdict) == (50, claims.MET)
    assert found.cells()[1:3] == ["at most 55.0 % of a core", "50.0 % of a core"]

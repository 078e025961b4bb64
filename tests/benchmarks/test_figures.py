"""Statistics, turns, tables and the CSV."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.figures import Case, Row, Unavailable, aligned, in_turns, percentile, ratio, shown, table, write_csv


@pytest.mark.parametrize(
    ("values", "percent", "want"),
    [
        ([7.0], 99, 7),
        ([1.0, 2.0, 3.0, 4.0], 50, 2),
        (list(map(float, range(1, 101))), 99, 99),
        ([3.0, 1.0, 2.0], 100, 3),
        ([5.0, 4.0], 0, 4),
    ],
)
def test_percentile_is_the_nearest_rank(values: list[float], percent: float, want: float) -> None:
    assert percentile(values, percent) == want


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_a_load_on_one_round_leaves_the_ratio_as_it_is() -> None:
    ours = Row("p", "ours", "", {"frames/s": [80.0, 8.0, 80.0]})
    theirs = Row("p", "theirs", "", {"frames/s": [10.0, 1.0, 10.0]})
    assert ratio(ours, theirs, "frames/s") == 8
    assert ratio(ours, Row("p", "none", ""), "frames/s") is None
    assert ratio(ours, Row("p", "stood still", "", {"frames/s": [0.0]}), "frames/s") is None


def test_cases_take_turns() -> None:
    order: list[str] = []

    def measure(name: str) -> dict[str, float]:
        order.append(name)
        return {"frames/s": float(len(order))}

    rows = in_turns("part", [Case("a", "here", lambda: measure("a")), Case("b", "here", lambda: measure("b"))], 3)
    assert order == ["a", "b", "a", "b", "a", "b"]
    assert [row.rounds["frames/s"] for row in rows] == [[1, 3, 5], [2, 4, 6]]
    assert rows[0].value("frames/s") == 3


def test_what_fails_keeps_its_row_and_costs_no_other() -> None:
    tries: list[str] = []

    def broken() -> dict[str, float]:
        tries.append("broken")
        raise RuntimeError("no such element")

    def missing() -> dict[str, float]:
        raise Unavailable("not installed")

    cases = [Case("broken", "", broken), Case("missing", "", missing), Case("sound", "", lambda: {"frames/s": 2.0})]
    rows = in_turns("part", cases, 2)
    assert tries == ["broken"]
    assert [(row.note, row.failed) for row in rows] == [("failed: no such element", True), ("not installed", False), ("", False)]
    assert rows[2].rounds == {"frames/s": [2.0, 2.0]}


@pytest.mark.parametrize(("value", "want"), [(0, "0"), (0.123, "0.12"), (9.999, "10.00"), (12.34, "12.3"), (123.4, "123")])
def test_numbers_have_the_digits_that_say_something(value: float, want: str) -> None:
    assert shown(value) == want


def test_a_table_has_a_dash_where_nothing_was_measured() -> None:
    rows = [
        Row("p", "ours", "480x360", {"frames/s": [1.0, 3.0, 2.0], "p50 ms": [5.0]}),
        Row("p", "theirs", "480x360", note="not installed\nsecond line"),
    ]
    head, ours, theirs = table(rows).splitlines()
    assert head.split() == ["frames/s", "p50", "ms"]
    assert ours.split() == ["ours", "480x360", "2.00", "(1.00", "to", "3.00)", "5.00"]
    assert theirs.split() == ["theirs", "480x360", "-", "-", "not", "installed"]


def test_columns_are_aligned() -> None:
    assert aligned([["a", "1"], ["long", "100"]], right=[1]) == "a       1\nlong  100"


def test_the_csv_has_a_line_a_figure_and_one_for_what_is_missing(tmp_path: Path) -> None:
    rows = [
        Row("sizes", "fast", "480x360, 2 threads", {"frames/s": [10.0, 30.0, 20.0], "p99 ms": [4.0]}),
        Row("peers", "other", "480x360", note='is not there, "really"'),
    ]
    write_csv(rows, tmp_path / "speed.csv")
    with (tmp_path / "speed.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["figure"], line["median"], line["least"], line["most"], line["rounds"]) for line in lines] == [
        ("frames/s", "20", "10", "30", "3"), ("p99 ms", "4", "4", "4", "1"), ("", "", "", "", "0"),
    ]  # fmt: skip
    assert lines[2]["note"] == 'is not there, "really"'

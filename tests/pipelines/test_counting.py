"""The sums of tests/run."""

from __future__ import annotations  # noqa: I001

import json
from pathlib import Path

import pytest

import counting


def go_output(*events: tuple[str, str]) -> str:
    """`go test -json` of a package: (action, test) pairs."""
    return "\n".join(json.dumps({"Action": action, "Package": "m/p", "Test": test}) for action, test in events) + "\nnot json\n"


@pytest.mark.parametrize(
    ("status", "events", "sums"),
    [
        (0, [("pass", "TestA"), ("pass", "TestB")], (2, 0, 0)),
        (0, [("pass", "TestA/x"), ("pass", "TestA/y"), ("pass", "TestA")], (2, 0, 0)),
        (1, [("pass", "TestA/x"), ("fail", "TestA/y"), ("fail", "TestA")], (1, 1, 0)),
        (0, [("pass", "TestA"), ("skip", "TestB")], (1, 0, 1)),
        (1, [("pass", "TestA")], (1, 1, 0)),  # another package did not compile
        (0, [], (0, 1, 0)),  # nothing ran
    ],
)
def test_go(status: int, events: list[tuple[str, str]], sums: tuple[int, int, int]) -> None:
    tally = counting.of_go("go", status, go_output(*events))
    assert (tally.passed, tally.failed, tally.skipped) == sums


@pytest.mark.parametrize(
    ("status", "cases", "sums"),
    [
        (0, "<testcase classname='t' name='a'/>", (1, 0, 0)),
        (1, "<testcase classname='t' name='a'/><testcase classname='t' name='b'><failure/></testcase>", (1, 1, 0)),
        (1, "<testcase classname='t' name='a'><error/></testcase>", (0, 1, 0)),
        (0, "<testcase classname='t' name='a'/><testcase classname='t' name='b'><skipped message='no gpu'/></testcase>", (1, 0, 1)),
        (2, "<testcase classname='t' name='a'/>", (1, 1, 0)),  # pytest itself failed
        (5, "", (0, 1, 0)),  # nothing was collected
    ],
)
def test_junit(status: int, cases: str, sums: tuple[int, int, int], tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    tally = counting.of_junit("tests", status, report)
    assert (tally.passed, tally.failed, tally.skipped) == sums


def test_a_report_that_was_never_written_is_a_failure(tmp_path: Path) -> None:
    assert counting.of_junit("tests", 139, tmp_path / "none.xml").failed == 1


def test_sums_and_reasons_add_up() -> None:
    total = counting.Tally(passed=2)
    total.add(counting.Tally(failed=1, skipped=1, failures=["x"], reasons=["y: no camera"]))
    assert total.line() == "2 passed, 1 failed, 1 skipped"
    assert (total.failures, total.reasons) == (["x"], ["y: no camera"])
    assert counting.Tally(passed=3).line() == "3 passed, 0 failed"

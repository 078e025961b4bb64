"""Reads how many tests passed, failed and were skipped out of what tools write."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Tally:
    """Numbers of tests, the names of those that failed, and why some were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
        self.reasons += other.reasons

    def line(self) -> str:
        """The sums, as the last line of a run has them."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def of_status(name: str, status: int) -> Tally:
    """A command that is one test."""
    return Tally(passed=1) if status == 0 else Tally(failed=1, failures=[name])


def of_go(name: str, status: int, output: str) -> Tally:
    """`go test -json`: subtests count, tests that only hold subtests do not. What
    does not compile, crashes or runs nothing is a failure."""
    results: dict[tuple[str, str], str] = {}
    said: dict[tuple[str, str], list[str]] = {}
    for line in output.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        test = event.get("Package", ""), event.get("Test", "")
        if not test[1]:
            continue
        if event.get("Action") == "output":
            said.setdefault(test, []).append(event["Output"].strip())
        elif event.get("Action") in ("pass", "fail", "skip"):
            results[test] = event["Action"]
    holders = {(package, test.rpartition("/")[0]) for package, test in results}
    tally = Tally()
    for test, result in results.items():
        if test in holders:
            continue
        full = f"{test[0].rpartition('/')[2]}.{test[1]}"
        if result == "pass":
            tally.passed += 1
        elif result == "fail":
            tally.failed += 1
            tally.failures.append(full)
        else:
            tally.skipped += 1
            tally.reasons.append(f"{full}: {' '.join(said.get(test, [])[1:-1])}")
    if not tally.failed and (status != 0 or not tally.passed):
        tally.add(of_status(f"{name} (see its output)", 1))
    return tally


def of_junit(name: str, status: int, report: Path) -> Tally:
    """A pytest report. No report, or one without a test, is a failure."""
    tally = Tally()
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            full = f"{case.get('classname')}::{case.get('name')}"
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                tally.failed += 1
                tally.failures.append(full)
            elif skip is not None:
                tally.skipped += 1
                tally.reasons.append(f"{full}: {skip.get('message')}")
            else:
                tally.passed += 1
    if not tally.failed and (status != 0 or not tally.passed):
        tally.add(of_status(f"{name} (see its output)", 1))
    return tally

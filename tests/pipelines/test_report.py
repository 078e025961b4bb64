"""The page of figures that tests/run writes."""

from __future__ import annotations  # noqa: I001

from pathlib import Path

import pytest

import report
from counting import Tally

ROWS = [
    report.Row("go", Tally(passed=7, skipped=1, reasons=["model.TestX: no compiler"]), 61.4),
    report.Row("element", Tally(passed=2, failed=1, failures=["test_sizes::test_odd"]), 30.0),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder like the project's, without figures."""
    (tmp_path / "model/weights").mkdir(parents=True)
    (tmp_path / "logs/speed").mkdir(parents=True)
    return tmp_path


def test_groups_and_sums(project: Path) -> None:
    page = report.page(ROWS, project, project / "logs")
    assert page.startswith("# gst-superres: a run that failed\n")
    assert "9 passed, 1 failed, 1 skipped, in 1.5 minutes" in page
    assert "| go | ok | 7 | 0 | 1 | 61 s |" in page
    assert "| element | **failed** | 2 | 1 | 0 | 30 s |" in page
    assert "## Failed\n\n- test_sizes::test_odd\n" in page
    assert "## Skipped\n\n- model.TestX: no compiler\n" in page
    assert "- GStreamer: 1." in page
    assert "- Go: go1." in page


def test_what_was_not_measured_is_left_out(project: Path) -> None:
    page = report.page(ROWS[:1], project, project / "logs")
    assert page.startswith("# gst-superres: a run that passed\n")
    assert not any(f"## {title}" in page for title in ("Failed", "Speed", "Coverage", "Generators"))


def test_figures(project: Path) -> None:
    (project / "logs/speed/speed.csv").write_text(
        "part,what,where,figure,median\n"
        "sizes,balanced,320x180,frames/s,20\nsizes,fast,320x180,frames/s,50\nsizes,lanczos,320x180,frames/s,200\n"
        "sizes,balanced,640x360,frames/s,20\n"
        "threads,balanced,320x180,frames/s,1\n"
    )
    (project / "logs/coverage.log").write_text("element: 91.2 % of statements\nmodel: 88 % of statements\n")
    (project / "model/weights/fast-eight-bit.csv").write_text("step,clean,qp22\n1,0.5,0.5\n2,1.25,-0.5\n")
    page = report.page(ROWS, project, project / "logs")
    assert "| 320x180 | 10.0 | 4.0 |" in page
    assert "640x360" not in page  # where nothing can be compared
    assert "- element: 91.2 % of statements\n- model: 88 % of statements" in page
    assert "| fast | +1.25 | -0.50 |" in page


def test_it_stays_one_page(project: Path) -> None:
    row = report.Row("go", Tally(failed=100, failures=[f"test {number} {'x' * 500}" for number in range(100)]), 1)
    page = report.page([row], project, project / "logs")
    assert "- and 88 more" in page
    assert len(page.splitlines()) < 60
    assert max(map(len, page.splitlines())) < 200

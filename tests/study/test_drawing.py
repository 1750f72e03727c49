"""A figure that a program of the study draws: run, read, and what fails in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.figure_svg import read_figure

from adamline.errors import AdamlineError, SpecError
from adamline.findings import Severity
from adamline.results.csv_file import read_results
from adamline.study.check import check_study
from adamline.study.functions import Programs
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]

FIGURE = """\
output: F-1
kind: drawing
title: [Figure 1, Means]
results: T-1
parameter: ALT
draw: programs.means
analysis: summary AVAL CHG
statistics: mean
values: {variable: AVAL}
x_label: Mean
"""


@pytest.fixture
def own(study: Path, edit: Edit) -> Callable[[str, str], Path]:
    """The study with the program of the guide, with ``new`` in place of ``old``."""
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "programs.md").read_text()
    (program,) = [part for part in guide.split("```") if part.startswith("python\n") and "def draw(" in part]
    (study / "programs").mkdir()
    (study / "tlf" / "f-1.yaml").write_text(FIGURE)
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, f-1]")

    def write(old: str = "", new: str = "") -> Path:
        (study / "programs" / "means.py").write_text(program.removeprefix("python\n").replace(old, new))
        return study

    return write


def test_the_program_of_the_guide_draws_stored_results(own: Callable[..., Path], sdtm: Path, tmp_path: Path) -> None:
    run_study(open_study(own()), sdtm, tmp_path / "out")
    results = read_results(tmp_path / "out" / "results" / "f-1.csv")
    drawn = read_figure(tmp_path / "out" / "tlf" / "f-1.docx")
    means = results[(results["variable"] == "AVAL") & results["stat"].notna()]["stat"]
    assert len(means) and set(results["same_as"].str.partition("/")[0]) == {"T-1"}
    assert sorted(x for marks in drawn.marks for x, _ in marks) == pytest.approx(sorted(means), abs=0.1)


def test_it_is_read_and_not_run(own: Callable[..., Path]) -> None:
    study = own("def draw(", "import sys\n\nsys.exit(3)\n\n\ndef draw(")
    findings = check_study(open_study(study, Programs.READ))
    assert [finding for finding in findings if finding.severity == Severity.ERROR] == []


def test_a_program_without_words(own: Callable[..., Path]) -> None:
    with pytest.raises(SpecError, match=r"there is no programs\.means with the functions draw and words"):
        open_study(own("def words(", "def word("), Programs.READ)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("    axes.plot", "    1 / 0\n    axes.plot", "ZeroDivisionError"),
        ("    return f", "    return 3 or f", "does not say what is seen"),
    ],
)
def test_what_fails_in_it(own: Callable[..., Path], old: str, new: str, found: str, sdtm: Path, tmp_path: Path) -> None:
    with pytest.raises(AdamlineError) as caught:
        run_study(open_study(own(old, new)), sdtm, tmp_path / "out")
    assert found in str(caught.value)

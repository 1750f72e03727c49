"""An analysis of the study's own in a row of a table: run, read, and what fails in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.errors import AdamlineError
from adamline.findings import Severity
from adamline.io.xpt_read import read_xpt
from adamline.results.csv_file import read_results
from adamline.study.check import check_study
from adamline.study.functions import Programs
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]

PROGRAM = """
import sys
import numpy as np
from pydantic import Field
from adamline.analyses.leaf import LeafOptions, Stat, cell_results
from adamline.analyses.lines import Line

class Options(LeafOptions):
    of: str = Field(alias="programs.range")
    statistics: tuple[str, ...] = ("range",)
    patterns = {"range": Line("Range", "{range}")}

def analyse(given, options):
    cells = given.cells
    values = cells.values(options.of)
    BODY
    codes = np.arange(cells.size)
    grouped = values.groupby(cells.code)
    made = (grouped.max() - grouped.min()).reindex(codes)
    texts = [f"{number:g}" for number in made]
    stats = [Stat("range", "Range", made.to_numpy(), np.array(texts, dtype=object))]
    return cell_results(cells, codes, stats, variable=options.of)
"""


@pytest.fixture
def own(study: Path, edit: Edit) -> Callable[[str], Path]:
    """The study, whose table has a row of its program with these lines."""
    (study / "programs").mkdir()

    def write(body: str = "pass") -> Path:
        (study / "programs" / "range.py").write_text(PROGRAM.replace("BODY", body))
        return study

    edit("tlf/t-1.yaml", "rows: [{summary: [AVAL, CHG]}]", "rows: [{summary: [AVAL, CHG]}, {programs.range: AVAL}]")
    return write


def test_its_results_stand_beside_the_others(own: Callable[[str], Path], sdtm: Path, tmp_path: Path) -> None:
    study = own("values[:] = values")
    run_study(open_study(study), sdtm, tmp_path / "out")
    results = read_results(tmp_path / "out" / "results" / "t-1.csv")
    mine = results[results["analysis"] == "programs.range AVAL"]
    assert set(mine["stat_name"]) == {"range"}
    adlb = read_xpt(tmp_path / "out" / "adam" / "adlb.xpt").frame
    expected = adlb.groupby(["TRTP", "AVISIT"])["AVAL"].agg(lambda values: values.max() - values.min())
    found = mine.set_index(["group1_level", "group3_level"])["stat"].dropna()
    assert found.to_dict() == expected.to_dict() != {}


def test_it_is_read_and_not_run(own: Callable[[str], Path]) -> None:
    """`check` knows the word; what stands at the top of the file is not executed."""
    study = own("pass")
    path = study / "programs" / "range.py"
    path.write_text(path.read_text().replace("import sys\n", "import sys\nsys.exit(3)\n"))
    findings = check_study(open_study(study, Programs.READ))
    assert [finding for finding in findings if finding.severity == Severity.ERROR] == []


@pytest.mark.parametrize(("body", "found"), [("sys.exit(0)", "SystemExit"), ("1 / 0", "ZeroDivisionError")])
def test_what_fails_in_it_has_its_line(
    own: Callable[[str], Path], sdtm: Path, tmp_path: Path, body: str, found: str
) -> None:
    with pytest.raises(AdamlineError, match="A program of the study failed") as caught:
        run_study(open_study(own(body)), sdtm, tmp_path / "out")
    assert caught.value.found.startswith(found)
    assert (caught.value.place.file, caught.value.place.line) == ("programs/range.py", 16)


def test_what_is_no_frame_is_refused(own: Callable[[str], Path], sdtm: Path, tmp_path: Path) -> None:
    with pytest.raises(AdamlineError, match="did not give results"):
        run_study(open_study(own("return 1")), sdtm, tmp_path / "out")


def test_a_program_that_is_not_there_is_a_fault_of_the_spec(study: Path, edit: Edit) -> None:
    edit("tlf/t-1.yaml", "rows: [{summary: [AVAL, CHG]}]", "rows: [{programs.range: AVAL}]")
    with pytest.raises(AdamlineError, match="no analysis is named"):
        open_study(study)

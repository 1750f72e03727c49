"""Of a large dataset outputs read what they select; what is said and made is that of all records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest
from tests.study.conftest import COUNTS, FIGURE, LISTING, write_domain

from adamline.errors import AdamlineError
from adamline.io.dataset import Dataset
from adamline.spec.study import StudySpec
from adamline.study import shared
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
Read = list[tuple[str, int, tuple[str, ...]]]


@pytest.fixture
def outputs(study: Path, edit: Edit) -> Path:
    """Outputs of the study that select records of ADLB."""
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, t-2, l-1, f-1]")
    edit("tlf/t-1.yaml", "records: {from: ADLB}", "records: {from: ADLB, where: \"USUBJID <> 'M-2'\"}")
    where = "records: {from: ADLB, where: AVISITN = 2}"
    (study / "tlf" / "t-2.yaml").write_text(COUNTS.replace("records: {from: ADLB}", where))
    (study / "tlf" / "l-1.yaml").write_text(LISTING.replace("records: {from: ADLB}", where))
    (study / "tlf" / "f-1.yaml").write_text(FIGURE)
    return study


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Every file is large, in blocks of two records; what was read: of which dataset, how many records, variables."""
    monkeypatch.setattr(shared, "SMALL", 0)
    monkeypatch.setattr("adamline.io.domain_file.BLOCK_RECORDS", 2)
    found: Read = []
    original = shared.read_made

    def counted(path: Path, spec: StudySpec, columns: Iterable[str] | None = None, rows: object = None) -> Dataset:
        made = original(path, spec, columns, rows)
        found.append((made.name, len(made.frame), tuple(variable.name for variable in made.variables)))
        return made

    monkeypatch.setattr(shared, "read_made", counted)
    return found


def run(study: Path, sdtm: Path, out: Path) -> str:
    """What was said: the errors of outputs, else the manifest, which has the findings."""
    try:
        run_study(open_study(study), sdtm, out)
    except AdamlineError as error:
        return str(error)
    return (out / "manifest.json").read_text()


def contents(out: Path) -> dict[str, bytes]:
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "runs.jsonl"]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def both(study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said where all records are read, which is what is said where those selected are."""
    said = run(study, sdtm, tmp_path / "selected")
    with monkeypatch.context() as patched:
        patched.setattr(shared, "SMALL", 1 << 26)
        assert run(study, sdtm, tmp_path / "all") == said
    assert contents(tmp_path / "all") == contents(tmp_path / "selected")
    return said


def of(read: Read, dataset: str) -> list[int]:
    return [records for name, records, _ in read if name == dataset]


def test_files_are_those_of_all_records(
    outputs: Path, sdtm: Path, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    both(outputs, sdtm, tmp_path, monkeypatch)
    # T-1 selects three of the five records, T-2 and L-1 two of them, of which one is of T-1.
    assert of(read, "ADLB")[0] == 4


def test_outputs_that_want_other_things_read_their_own(
    outputs: Path, sdtm: Path, tmp_path: Path, edit: Edit, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("t-2", "l-1"):
        edit(f"tlf/{name}.yaml", "AVISITN = 2", "\"USUBJID = 'M-2'\"")
    edit("tlf/t-1.yaml", "[AVAL, CHG]", "[AVAL, CHG, BASE]")
    monkeypatch.setattr(shared, "_BYTES_OF_VALUE", 1 << 30)  # going through the file costs nothing
    both(outputs, sdtm, tmp_path, monkeypatch)
    assert of(read, "ADLB")[:2] == [3, 2]
    assert [("BASE" in names) for name, _, names in read if name == "ADLB"][:2] == [True, False]


def test_values_that_no_record_has_are_said_of_all_records(
    outputs: Path, sdtm: Path, tmp_path: Path, edit: Edit, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("tlf/t-2.yaml", "AVISITN = 2}", "\"AVISITN = 2 and USUBJID <> 'M-4'\"}")
    said = both(outputs, sdtm, tmp_path, monkeypatch)
    assert "no record has USUBJID 'M-4'; there are 'M-1', 'M-2', 'M-3'" in said


def test_a_level_that_only_other_records_have_is_one(
    outputs: Path, sdtm: Path, tmp_path: Path, edit: Edit, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("tlf/t-1.yaml", "<> 'M-2'", "= 'M-3'")
    edit("tlf/t-1.yaml", "        order_by: AVISITN\n", "        show: [Baseline, Week 2]\n")
    both(outputs, sdtm, tmp_path, monkeypatch)
    assert of(read, "ADLB")[1] == 5  # whether a record has it, all of them tell
    edit("tlf/t-1.yaml", "[Baseline, Week 2]", "[Baseline, Week 3]")
    error = both(outputs, sdtm, tmp_path, monkeypatch)
    assert "No record has AVISIT = Week 3." in error


def test_keys_that_name_several_other_records_are_refused(
    outputs: Path, sdtm: Path, tmp_path: Path, edit: Edit, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    lb = {"USUBJID": ["M-1"] * 4, "LBSEQ": [1.0, 2, 3, 4], "LBTESTCD": ["ALT"] * 4, "LBSTRESN": [20.0, 25, 26, 27]}
    write_domain(sdtm, "LB", pd.DataFrame({**lb, "VISITNUM": [2.0, 1, 3, 3]}))
    edit("adlb.yaml", "by: VISITNUM}", "by: VISITNUM, unmatched: missing}")
    error = both(outputs, sdtm, tmp_path, monkeypatch)
    assert "The keys of the listing do not name one record of ADLB." in error


def test_disagreement_on_the_population_is_found_in_other_records(
    outputs: Path, sdtm: Path, tmp_path: Path, edit: Edit, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("adlb.yaml", ", TRTSDT, ITTFL]}", ", TRTSDT]}")
    edit(
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\n  ITTFL: {derive: case_when, rows: [{when: AVISITN = 2, value: Y}]}",
    )
    error = both(outputs, sdtm, tmp_path, monkeypatch)
    assert "ADLB and ADSL disagree on who is in the population." in error


def test_a_condition_that_does_not_fit_is_told_by_its_output(
    outputs: Path, sdtm: Path, tmp_path: Path, edit: Edit, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (outputs / "tlf" / "l-1.yaml").read_text()
    (outputs / "tlf" / "l-1.yaml").write_text(text.replace("AVISITN = 2", "AVISIT = 2"))
    error = both(outputs, sdtm, tmp_path, monkeypatch)
    assert "l-1.yaml" in error and "AVISIT" in error


def test_outputs_that_were_not_awaited_are_given_what_they_select(
    outputs: Path, sdtm: Path, tmp_path: Path, read: Read
) -> None:
    """A worker is given outputs stint by stint."""
    run(outputs, sdtm, tmp_path / "out")
    study = open_study(outputs)
    plan = next(plan for plan in study.datasets if plan.spec.dataset == "ADLB")
    t_1, t_2 = (next(output for output in study.outputs if output.name == name) for name in ("T-1", "T-2"))
    given = shared.Shared({"ADLB": (tmp_path / "out" / "adam" / "adlb.xpt", plan.spec)}, study.spec)
    given.await_outputs([t_1])
    assert len(given.read("ADLB", t_1).dataset.frame) == 3
    given.await_outputs([t_2])
    assert len(given.read("ADLB", t_2).dataset.frame) == 2

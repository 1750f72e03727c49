"""One dataset alone, and its steps for one subject."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.errors import AdamlineError
from adamline.findings import Severity
from adamline.io.parquet import read_parquet
from adamline.io.xpt_read import read_xpt
from adamline.study.input_folders import InputFolders
from adamline.study.inputs import InputsError
from adamline.study.run import run_study
from adamline.study.study import open_study
from adamline.study.trace_run import trace_run
from adamline.study.where import where_is

Edit = Callable[[str, str, str], None]


def traced(study: Path, sdtm: Path, out: Path, subject: str, until: str | None = None) -> str:
    lines: list[str] = []
    trace_run(open_study(study), InputFolders(sdtm), out, "ADLB", subject, until, lines.append)
    return "\n".join(lines)


def test_the_steps_up_to_a_variable(study: Path, sdtm: Path, tmp_path: Path) -> None:
    text = traced(study, sdtm, tmp_path / "out", "M-1", "ABLFL")
    assert "subjects of ADSL: 2 records -> 2 records" in text
    step = text[text.index("ABLFL: ablfl") :].splitlines()
    assert step[0].startswith("ABLFL: ablfl  (adlb.yaml, line ")
    assert [line.split() for line in step[1:]] == [
        ["PARAMCD", "LBSEQ", "VISITNUM", "ABLFL"],
        ["ALT", "1", "1", "Y"],
        ["ALT", "2", "2"],
    ]
    assert "CHG: chg" not in text
    assert [path.name for path in (tmp_path / "out" / "adam").iterdir() if path.is_file()] == ["adsl.xpt"]


def test_all_steps_are_those_of_a_run(study: Path, sdtm: Path, tmp_path: Path) -> None:
    text = traced(study, sdtm, tmp_path / "out", "M-2")
    chg = text[text.index("CHG: chg") :].splitlines()[1:]
    assert chg[0].split()[-1] == "CHG"
    assert "sorted by USUBJID, PARAMCD, LBSEQ" in text


def test_what_a_whole_run_has_left_stays_the_last_run(study: Path, sdtm: Path, tmp_path: Path) -> None:
    """Its outputs were refused by `results` and `explain`, as if the run had not come to them."""
    out = tmp_path / "out"
    run_study(open_study(study), sdtm, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert "ABLFL: ablfl" in traced(study, sdtm, out, "M-1", "ABLFL")
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_added_records_are_shown_alone(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit(
        "adlb.yaml",
        "  LBSEQ: copy\n",
        "  LBSEQ: copy\n  DTYPE: missing\nrecords:\n"
        "  - {add: summary, parameter: ALT, statistic: sum, of: [ALT], set: {DTYPE: SUM}, missing: others}\n",
    )
    text = traced(study, sdtm, tmp_path / "out", "M-1")
    step = text[text.index("records: summary") :].splitlines()
    assert step[1].split()[:1] == ["PARAMCD"] and "DTYPE" in step[1]
    assert "SUM" in step[2]


def test_records_that_a_step_changes_are_shown_with_those_it_adds(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    """`single_doses` gives the record itself the date of the first dose."""
    edit(
        "adlb.yaml",
        "  LBSEQ: copy\n",
        "  LBSEQ: copy\n"
        "  FREQ: {derive: case_when, rows: [{when: LBSEQ = 1, value: ONCE}, {value: PRN}], label: Frequency}\n"
        "  ASTDT: {derive: constant, value: 2020-01-02, type: date}\n"
        "  ADT: {derive: missing, type: date}\n"
        "records:\n"
        "  - {add: single_doses, date: ADT, frequency: FREQ, start: ASTDT, end: ASTDT, unscheduled: missing,\n"
        "     copies: all}\n",
    )
    text = traced(study, sdtm, tmp_path / "out", "M-1")
    step = text[text.index("records: single_doses") :].splitlines()
    columns, only, after, *_ = step[1:]
    shown = dict(zip(columns.split(), only.replace("Alanine Aminotransferase (U/L)", "ALT").split(), strict=False))
    assert (shown["LBSEQ"], only.split()[-1]) == ("1", "2020-01-02") and columns.split()[-1] == "ADT"
    assert after.strip() == "" or after.startswith("sorted by")  # the record without a schedule stays as it is


@pytest.mark.parametrize(
    ("subject", "until", "message", "hint"),
    [
        ("M-9", None, "LB has no record of subject M-9.", "did you mean M-"),
        ("M-1", "ABLFFL", "No step of ADLB makes ABLFFL.", "did you mean ABLFL?"),
    ],
)
def test_what_is_not_there(
    study: Path, sdtm: Path, tmp_path: Path, subject: str, until: str | None, message: str, hint: str
) -> None:
    with pytest.raises(AdamlineError) as caught:
        traced(study, sdtm, tmp_path / "out", subject, until)
    assert caught.value.what == message
    assert hint in caught.value.hint


def test_one_dataset_needs_the_files_that_it_reads_alone(study: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (sdtm / "lb.xpt").unlink()  # ADLB's
    done, _ = run_study(open_study(study), sdtm, out, only=["ADSL"])
    assert [one.name for one in done] == ["ADSL"]
    with pytest.raises(InputsError, match="Domain LB is missing"):
        run_study(open_study(study), sdtm, out, only=["ADLB"])


def test_one_dataset_and_what_it_reads(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "out"
    done, _ = run_study(open_study(study), sdtm, out, only=["ADSL"])
    assert [one.name for one in done] == ["ADSL"]
    done, _ = run_study(open_study(study), sdtm, out)
    edit("adlb.yaml", "label: Laboratory Analysis", "label: Laboratory Analysis Dataset")
    page = (out / "tlf" / "t-1.docx").read_bytes()
    done, _ = run_study(open_study(study), sdtm, out, only=["ADLB"])
    assert [(one.name, one.is_new) for one in done] == [("ADSL", False), ("ADLB", True)]
    assert (out / "tlf" / "t-1.docx").read_bytes() == page
    assert json.loads((out / "manifest.json").read_bytes())["under_way"] == ["T-1", "results of all outputs"]
    done, _ = run_study(open_study(study), sdtm, out)
    assert [one.name for one in done if one.is_new] == ["T-1"]
    assert "under_way" not in json.loads((out / "manifest.json").read_bytes())


def status(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return int(end.value.code or 0)


def test_the_command(study: Path, sdtm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ("run", study, "--sdtm", sdtm, "--out", tmp_path / "out")
    assert status(*run, "--dataset", "ADLB", "--subject", "M-1", "--until", "BASE") == 0
    assert "BASE: base" in capsys.readouterr().out
    assert status(*run, "--dataset", "ADLB") == 0
    assert "T-1" not in capsys.readouterr().out
    assert status(*run, "--dataset", "ADLBB") == 2
    assert "did you mean ADLB?" in capsys.readouterr().err
    assert status(*run, "--subject", "M-1") == 2
    assert "--dataset and --subject, each once" in capsys.readouterr().err
    assert status(*run, "--dataset", "ADLB", "--subject", "M-1", "--keep-work") == 2
    assert "one of the two" in capsys.readouterr().err
    assert status(*run, "--dataset", "ADLB", "--keep-work") == 0
    assert "no work variables in these datasets" in capsys.readouterr().out


def test_work_variables_are_written_beside_the_dataset_and_never_into_it(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    edit("adlb.yaml", "variables:\n", "work:\n  HALF: {derive: formula, formula: AVAL / 2}\nvariables:\n")
    edit(
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\n  AVALC: {derive: case_when, rows: [{when: HALF > 12, value: high}]}",
    )
    out = tmp_path / "out"
    with pytest.raises(SystemExit):
        main(["run", str(study), "--sdtm", str(sdtm), "--out", str(out), "--dataset", "ADLB", "--keep-work"])
    kept = read_parquet(out / "work" / "adlb.parquet").frame
    submitted = read_xpt(out / "adam" / "adlb.xpt").frame
    assert "HALF" not in submitted.columns
    assert (kept["HALF"] * 2).tolist() == submitted["AVAL"].tolist() == [20, 25, 30, 28, 22]
    assert [name for name in kept.columns if name != "HALF"] == list(submitted.columns)
    assert [path.name for path in (out / "work").iterdir()] == ["adlb.parquet"]  # ADSL has no work variables


def test_where_names_entry_added_records_and_table(study: Path, edit: Edit) -> None:
    edit(
        "adlb.yaml",
        "  LBSEQ: copy\n",
        "  LBSEQ: copy\n  DTYPE: missing\n"
        "records:\n"
        "  - {add: copied_records, where: ABLFL = 'Y', set: {AVISIT: Last}, copies: [AVAL], missing: [ABLFL, CHG]}\n",
    )
    opened = open_study(study)
    entry, given = where_is(opened, "AVISIT", "ADLB")
    assert (Path(entry.table).name, entry.reads) == ("visits.yaml", "VISITNUM")
    assert given.method.startswith("given to the records that `copied_records` adds: ")
    assert given.spec.endswith(f"adlb.yaml:{len((study / 'adlb.yaml').read_text().splitlines())}")
    assert [one.method.partition(":")[0] for one in where_is(opened, "AVAL", "ADLB")[1:]] == [
        "carried over to the records that `copied_records` adds"
    ]
    left, own = where_is(opened, "CHG", "ADLB")  # CHG is made after the records are added
    assert left.method.startswith("missing on the records that `copied_records` adds: ")
    assert own.method.startswith("AVAL - BASE")
    assert len(where_is(opened, "BASE", "ADLB")) == 1  # derived for them as for all others


def test_rows_of_a_table_that_no_record_uses_are_noted_with_the_table(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    edit(
        "visits.yaml",
        "- {VISITNUM: 2, AVISIT: Week 2}\n",
        "- {VISITNUM: 2, AVISIT: Week 2}\n- {VISITNUM: 9, AVISIT: End}\n",
    )
    _, findings = run_study(open_study(study), sdtm, tmp_path / "out", only=["ADLB"])
    (found,) = [finding for finding in findings if finding.check == "unused row"]
    assert found.message == "1 row of visits.yaml is used by no record: VISITNUM 9"
    assert (found.severity, found.place.file) == (Severity.NOTE, "adlb.yaml")

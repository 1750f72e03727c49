"""A run: what is made, what is left alone, what bad input does, and that previous outputs stay whole."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pandas as pd
import pytest

from adamline.cli import main
from adamline.errors import AdamlineError, DataError, LayoutError, SpecError
from adamline.findings import Severity
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_read import Rows, read_xpt
from adamline.io.xpt_write import write_xpt
from adamline.spec.study import StudySpec
from adamline.study import shared
from adamline.study.inputs import InputsError
from adamline.study.run import run_study
from adamline.study.study import open_study, read_study

Edit = Callable[[str, str, str], None]


def write_domain(folder: Path, name: str, frame: pd.DataFrame) -> None:
    numbers = frame.select_dtypes("number").columns
    variables = tuple(Variable(c, Kind.NUMBER if c in numbers else Kind.TEXT, label=c.title()) for c in frame.columns)
    write_xpt(Dataset(name, frame, variables), folder / f"{name.lower()}.xpt")


def run(study: Path, sdtm: Path, out: Path) -> list[str]:
    """Names of what was made."""
    done, _ = run_study(open_study(study), sdtm, out)
    return [one.name for one in done if one.is_new]


def contents(out: Path) -> dict[str, bytes]:
    """Every file that the promise of the same bytes covers."""
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "runs.jsonl"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def assert_whole_but_for(names: list[str], before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """All files are as they were; the manifest also says what the run has not come to."""
    old, new = (json.loads(files.pop("manifest.json")) for files in (before, after))
    old.pop("settled")
    assert new == old | {"under_way": names}
    assert after == before


def test_a_run_makes_datasets_results_pages_logs_and_a_manifest(study: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(study, sdtm, out) == ["ADSL", "ADLB", "T-1"]
    expected = "adam/adlb.xpt adam/adsl.xpt layouts/t-1.jsonl.gz logs/adlb.csv logs/adsl.csv manifest.json"
    expected += " results/t-1.csv results.csv results.parquet tlf/t-1.docx"
    assert list(contents(out)) == expected.split()
    adlb = read_xpt(out / "adam" / "adlb.xpt").frame
    columns = ["USUBJID", "AVISIT", "AVAL", "BASE", "CHG", "ABLFL"]
    assert adlb[columns].astype(object).fillna(".").to_numpy().tolist() == [
        ["M-1", "Baseline", 20, 20, ".", "Y"],
        ["M-1", "Week 2", 25, 20, 5, "."],
        ["M-2", "Baseline", 30, 30, ".", "Y"],
        ["M-2", "Week 2", 28, 30, -2, "."],
        ["M-3", "Baseline", 22, 22, ".", "Y"],
    ]


def test_a_second_run_makes_nothing(study: Path, sdtm: Path, tmp_path: Path) -> None:
    run(study, sdtm, tmp_path / "out")
    before = contents(tmp_path / "out")
    assert run(study, sdtm, tmp_path / "out") == []
    assert contents(tmp_path / "out") == before


def test_outputs_one_after_the_other_read_a_dataset_once(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their files are those of a run in which each reads its own."""
    for number in (2, 3):
        (study / "tlf" / f"t-{number}.yaml").write_text(
            (study / "tlf" / "t-1.yaml").read_text().replace("output: T-1", f"output: T-{number}")
        )
    edit("study.yaml", "outputs: [t-1]", "outputs: [t-1, t-2, t-3]")
    read: list[str] = []
    original = shared.read_made

    def counted(path: Path, spec: StudySpec, columns: Sequence[str], rows: Rows | None) -> Dataset:
        read.append(path.stem)
        return original(path, spec, columns, rows)

    monkeypatch.setattr(shared, "read_made", counted)
    out = tmp_path / "out"
    assert run(study, sdtm, out) == ["ADSL", "ADLB", "T-1", "T-2", "T-3"]
    assert sorted(read) == ["adlb", "adsl"]
    once = contents(out)
    for number in (1, 2, 3):
        (out / "tlf" / f"t-{number}.docx").unlink()
        assert run(study, sdtm, out) == [f"T-{number}"]
    assert contents(out) == once


def test_a_changed_comment_makes_nothing(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    run(study, sdtm, tmp_path / "out")
    edit("adlb.yaml", "class: BDS", "# of laboratory data\nclass: BDS   # a comment")
    assert run(study, sdtm, tmp_path / "out") == []


def test_a_changed_value_makes_what_depends_on_it(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    edit("adlb.yaml", "where: VISITNUM = 1}", "where: VISITNUM = 2}")
    assert run(study, sdtm, out) == ["ADLB", "T-1"]
    edit("visits.yaml", "Week 2", "Week 02")
    assert run(study, sdtm, out) == ["ADLB", "T-1"]
    edit("tlf/t-1.yaml", "Table 1", "Table 2")
    assert run(study, sdtm, out) == ["T-1"]


def test_a_dataset_that_comes_out_the_same_stops_the_rebuild(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    run(study, sdtm, tmp_path / "out")
    edit("adsl.yaml", "source: {domain: DM}", "source: {domain: DM, where: USUBJID is not missing}")
    assert run(study, sdtm, tmp_path / "out") == ["ADSL"]


@pytest.mark.parametrize("damage", ["delete", "change"])
def test_an_output_that_is_missing_or_altered_is_made_again(
    damage: str, study: Path, sdtm: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    before = contents(out)
    for file in ("adam/adlb.xpt", "tlf/t-1.docx"):
        if damage == "delete":
            (out / file).unlink()
        else:
            (out / file).write_bytes((out / file).read_bytes()[:-1] + b"!")
    assert run(study, sdtm, out) == ["ADLB", "T-1"]
    assert {name: content for name, content in contents(out).items() if ".edited-" not in name} == before


def test_a_manifest_that_cannot_be_read_makes_all_anew(study: Path, sdtm: Path, tmp_path: Path) -> None:
    run(study, sdtm, tmp_path / "out")
    (tmp_path / "out" / "manifest.json").write_text("{")
    assert run(study, sdtm, tmp_path / "out") == ["ADSL", "ADLB", "T-1"]


def test_the_runs_are_recorded_apart(study: Path, sdtm: Path, tmp_path: Path) -> None:
    for _ in range(2):
        run(study, sdtm, tmp_path / "out")
    lines = (tmp_path / "out" / "logs" / "runs.jsonl").read_text().splitlines()
    assert [json.loads(line)["made"] for line in lines] == [["ADSL", "ADLB", "T-1"], []]


def test_the_log_counts_records(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "where: VISITNUM < 100", "where: LBSEQ < 2")
    run(study, sdtm, tmp_path / "out")
    log = pd.read_csv(tmp_path / "out" / "logs" / "adlb.csv", keep_default_na=False)
    assert log[["step", "rows_in", "rows_out", "note"]].iloc[:4].to_numpy().tolist() == [
        ["read LB", 5, 5, ""],
        ["where LBSEQ < 2", 5, 3, "2 dropped"],
        ["parameters by LBTESTCD", 3, 3, ""],
        ["subjects of ADSL", 3, 3, ""],
    ]


def test_unmapped_records_are_a_warning_that_stays(study: Path, sdtm: Path, tmp_path: Path) -> None:
    lb = read_xpt(sdtm / "lb.xpt")
    frame = lb.frame.assign(LBTESTCD=["ALT", "ALT", "ALT", "ALT", "XYZ"])
    rewrite(sdtm / "lb.xpt", frame)
    for _ in range(2):  # made, then unchanged
        _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
        assert [f.message for f in findings if f.place.dataset == "ADLB"] == [
            "1 record matches no parameter and is left out: XYZ"
        ]
    arguments = ["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out")]
    assert status(arguments) == 0
    assert status([*arguments, "--strict"]) == 1


def test_warnings_of_results_are_findings(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("tlf/t-1.yaml", "show: [ALT]", "show: [ALT, AST]")
    edit(
        "adlb.yaml",
        "decimals: 0}",
        "decimals: 0}\n  - {LBTESTCD: AST, PARAMCD: AST, PARAM: AST, PARAMN: 2, decimals: 0}",
    )
    for _ in range(2):  # made, then unchanged
        _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
        found = {f.message.partition(" (")[0]: (f.severity, f.check, f.place.file) for f in findings}
        assert found == {
            "no records of a parameter: AST": (Severity.WARNING, "results", "t-1.yaml"),
            "one value only": (Severity.NOTE, "results", "t-1.yaml"),
            "1 row of `parameters` matches no record: AST, LBTESTCD=AST": (Severity.WARNING, "unused row", "adlb.yaml"),
        }
    arguments = ["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out")]
    assert status(arguments) == 0
    assert status([*arguments, "--strict"]) == 1


def test_a_misspelled_treatment_leaves_subjects_without_a_column(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    edit("tlf/t-1.yaml", "order: [Active, Placebo]", "order: [Actve, Placebo]")
    _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
    (lost,) = [finding for finding in findings if finding.check == "who is counted"]
    assert (lost.severity, lost.place.file, lost.place.dataset) == (Severity.WARNING, "t-1.yaml", "ADSL")
    assert "TRT01P Active; did you mean Actve?" in lost.message or "TRTP Active" in lost.message
    assert any(finding.message.startswith("a column without a subject: Actve") for finding in findings)


def test_a_table_too_wide_for_its_page_names_the_spec(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("tlf/t-1.yaml", "{variable: AVAL}", f"{{variable: AVAL, heading: {'Wide' * 60}}}")
    with pytest.raises(LayoutError, match="too wide for the page") as caught:
        run(study, sdtm, tmp_path / "out")
    assert (caught.value.place.file, caught.value.place.line) == ("t-1.yaml", 1)
    assert "columns that need" in caught.value.found


def rewrite(path: Path, frame: pd.DataFrame) -> None:
    dataset = read_xpt(path)
    write_xpt(dataset.with_frame(frame.astype(dict.fromkeys(frame.select_dtypes("number"), "float64"))), path)


def status(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return int(caught.value.code or 0)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def html(path: Path) -> None:
    path.write_text("<!DOCTYPE html><html><body>Please log in</body></html>")


BAD_INPUT: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "truncated": (truncated, ["lb.xpt"]),
    "HTML page": (html, ["lb.xpt", "HTML"]),
    "missing domain": (Path.unlink, ["Domain LB is missing", "lb.xpt", "none; it is read by adlb.yaml, line 5"]),
    "empty": (lambda path: path.write_bytes(b""), ["lb.xpt"]),
    "missing variable": (
        lambda path: rewrite_without(path, "LBSTRESN"),
        ["LB has no variable LBSTRESN", "lb.xpt"],
    ),
}


def rewrite_without(path: Path, variable: str) -> None:
    dataset = read_xpt(path)
    write_xpt(dataset.select(v.name for v in dataset.variables if v.name != variable), path)


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_refused_before_anything_is_made(case: str, study: Path, sdtm: Path, tmp_path: Path) -> None:
    damage, expected = BAD_INPUT[case]
    damage(sdtm / "lb.xpt")
    with pytest.raises(InputsError) as caught:
        run(study, sdtm, tmp_path / "out")
    for part in expected:
        assert part in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_all_faults_of_the_input_are_reported(study: Path, sdtm: Path, tmp_path: Path) -> None:
    (sdtm / "dm.xpt").unlink()
    html(sdtm / "lb.xpt")
    with pytest.raises(InputsError, match="2 faults") as caught:
        run(study, sdtm, tmp_path / "out")
    assert "Domain DM is missing" in str(caught.value)


def test_duplicate_keys_are_named_and_previous_outputs_stay_whole(study: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    before = contents(out)
    frame = read_xpt(sdtm / "lb.xpt").frame
    rewrite(
        sdtm / "lb.xpt",
        frame.assign(LBSEQ=[1.0, 2, 1, 2, 1], USUBJID=["M-1", "M-1", "M-2", "M-2", "M-2"]).assign(
            VISITNUM=[1.0, 2, 1, 2, 2]
        ),
    )
    with pytest.raises(DataError) as caught:
        run(study, sdtm, out)
    assert "repeats the keys" in str(caught.value)
    assert "USUBJID=M-2, PARAMCD=ALT, LBSEQ=1" in str(caught.value)
    assert "adlb.yaml" in str(caught.value)
    assert_whole_but_for(["ADLB", "T-1", "results of all outputs"], before, contents(out))


def test_an_error_of_a_derivation_names_the_line_of_the_spec(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    edit("adlb.yaml", "where: VISITNUM = 1}", "where: VISITNUM > 0}")
    with pytest.raises(AdamlineError, match="several records") as caught:
        run(study, sdtm, tmp_path / "out")
    assert "adlb.yaml, line 17, dataset ADLB, variable ABLFL" in str(caught.value)
    assert "USUBJID=M-1, PARAMCD=ALT" in str(caught.value)


def test_status_2_and_a_message_where_nothing_could_be_run(
    study: Path, sdtm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sdtm / "lb.xpt").unlink()
    assert status(["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out")]) == 2
    assert "Domain LB is missing" in capsys.readouterr().err


def test_a_killed_run_leaves_whole_files_and_the_next_takes_over(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    before = contents(out)
    edit("adlb.yaml", "where: VISITNUM = 1}", "where: VISITNUM = 2}")
    # The process dies by SIGKILL in the middle of writing ADLB: half of the bytes are out, nothing is renamed.
    program = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        import adamline.io.xpt_write as xpt_write
        def die(*arguments, **named):
            handle = arguments[0]
            handle.write(b"HEADER RECORD")
            handle.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        xpt_write._write_member = die
        from adamline.study.run import run_study
        from adamline.study.study import open_study
        run_study(open_study(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]))
    """)
    process = subprocess.run([sys.executable, "-c", program, str(study), str(sdtm), str(out)], check=False)
    assert process.returncode == -signal.SIGKILL
    after = contents(out)
    assert_whole_but_for(
        ["ADSL", "ADLB", "T-1", "results of all outputs"], before, {name: after[name] for name in before}
    )
    assert run(study, sdtm, out) == ["ADLB", "T-1"]
    assert "under_way" not in json.loads(contents(out)["manifest.json"])


def test_same_bytes_whatever_the_zone_seed_and_folder(study: Path, sdtm: Path, tmp_path: Path) -> None:
    made = []
    for number, (zone, seed) in enumerate([("UTC", "0"), ("Pacific/Auckland", "4711")]):
        folder = tmp_path / f"place {number}"
        shutil.copytree(study, folder / "mini")
        shutil.copytree(sdtm, folder / "sdtm")
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C.UTF-8"}
        command = [sys.executable, "-m", "adamline.cli", "run", "mini", "--sdtm", "sdtm", "--out", "out"]
        subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)
        made.append(contents(folder / "out"))
    assert made[0] == made[1]


def test_another_order_of_variables_makes_the_dataset_again(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    run(study, sdtm, tmp_path / "out")
    edit("adsl.yaml", "  STUDYID: copy\n  USUBJID: copy\n", "  USUBJID: copy\n  STUDYID: copy\n")
    assert "ADSL" in run(study, sdtm, tmp_path / "out")
    assert list(read_xpt(tmp_path / "out" / "adam" / "adsl.xpt").frame.columns)[:2] == ["USUBJID", "STUDYID"]


@pytest.mark.parametrize("change", ["footnote", "title of the page", "template"])
def test_what_stands_on_the_page_makes_the_page_again(
    change: str, study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    run(study, sdtm, tmp_path / "out")
    if change == "footnote":
        edit("study.yaml", "All records.", "All records")
        expected = ["T-1"]
    elif change == "title of the page":
        edit("study.yaml", "title: A", "label: Draft\ntitle: A")
        expected = ["ADSL", "ADLB", "T-1"]
    else:
        (study / "templates" / "docx").mkdir(parents=True)
        (study / "templates" / "docx" / "note.txt").write_text("x")
        expected = ["ADSL", "ADLB", "T-1"]
    assert run(study, sdtm, tmp_path / "out") == expected


PROGRAM = """\
from pathlib import Path
from adamline.contract import New, derivation

@derivation(define="a number", needs=["AVAL"])
def derive_mine(frame, *, variable: New):
    {body}
"""


def use_program(study: Path, edit: Edit, body: str) -> None:
    (study / "programs").mkdir(exist_ok=True)
    (study / "programs" / "mine.py").write_text(PROGRAM.format(body=body))
    if "programs.mine" not in (study / "adlb.yaml").read_text():
        edit("adlb.yaml", "BASE: base", "BASE: programs.mine")


def test_an_edited_program_is_run_as_it_is_now(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    out = tmp_path / "out"
    for number in ("1.0", "2.0"):  # in one process, as in a notebook, and with the same size and second
        use_program(study, edit, f"return frame.assign(**{{variable: {number}}})")
        assert "ADLB" in run(study, sdtm, out)
        assert set(read_xpt(out / "adam" / "adlb.xpt").frame["BASE"]) == {float(number)}
    (study / "programs" / "factor.csv").write_text("1")
    assert "ADLB" in run(study, sdtm, out)  # a program may read what stands beside it
    assert not list((study / "programs").glob("__pycache__"))


BROKEN = {
    "drops records": ("return frame.iloc[:2].assign(**{variable: 1.0})", "2 records for 5, or in another order"),
    "sorts": ("return frame.sort_values('AVAL').assign(**{variable: 1.0})", "in another order"),
    "makes nothing": ("return frame", "no variable BASE"),
    "returns nothing": ("pass", "NoneType, no frame"),
    "undeclared variable": ("return frame.assign(**{variable: frame['NOPE']})", "KeyError: 'NOPE' (mine.py, line 6)"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_program_that_breaks_its_contract_is_named(
    case: str, study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    body, expected = BROKEN[case]
    use_program(study, edit, body)
    with pytest.raises(AdamlineError) as caught:
        run(study, sdtm, tmp_path / "out")
    assert expected in str(caught.value)
    assert "adlb.yaml, line 15, dataset ADLB, variable BASE" in str(caught.value)


def test_a_derivation_changes_no_other_variable(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    use_program(study, edit, "return frame.assign(**{variable: 1.0, 'AVAL': 0.0})")
    run(study, sdtm, tmp_path / "out")
    assert read_xpt(tmp_path / "out" / "adam" / "adlb.xpt").frame["AVAL"].tolist() == [20, 25, 30, 28, 22]


def test_added_records_carry_what_the_spec_says(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    records = """
records:
  - add: copied_records
    where: AVISITN = 2
    set: {AVISIT: End, AVISITN: 9}
    copies: [CHG]
    missing: [AVAL, ABLFL, BASE]
"""
    edit("adlb.yaml", "  LBSEQ: copy\n", "  LBSEQ: copy\n" + records)
    edit("adlb.yaml", "keys: [USUBJID, PARAMCD, LBSEQ]", "keys: [USUBJID, PARAMCD, LBSEQ, AVISIT]")
    run(study, sdtm, tmp_path / "out")
    adlb = read_xpt(tmp_path / "out" / "adam" / "adlb.xpt").frame
    added = adlb[adlb["AVISIT"] == "End"][["USUBJID", "TRTP", "CHG", "AVAL", "AVISITN"]]
    # CHG is copied; AVAL was derived before, for CHG, and is not; AVISITN is set.
    assert added.astype(object).fillna(".").to_numpy().tolist() == [
        ["M-1", "Active", 5, ".", 9],
        ["M-2", "Placebo", -2, ".", 9],
    ]


def test_a_variable_of_the_subject_is_not_that_of_the_source(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    frame = read_xpt(sdtm / "lb.xpt").frame.assign(TRTSDT="1999", STUDYID="OTHER")
    write_domain(sdtm, "LB", frame)
    edit("adlb.yaml", "keys: [USUBJID, PARAMCD, LBSEQ]", "keys: [STUDYID, USUBJID, PARAMCD, LBSEQ]")
    run(study, sdtm, tmp_path / "out")
    adlb = read_xpt(tmp_path / "out" / "adam" / "adlb.xpt").frame
    assert set(adlb["STUDYID"]) == {"MINI"}
    assert str(adlb["TRTSDT"].dtype) == "datetime64[s]"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("ITTFL = 'Y'", "ITTFL = 1", 4), ("records: {from: ADLB}", "records: {from: ADLB, where: AVAL = 'Y'}", 5)],
)
def test_a_condition_of_an_output_that_does_not_fit_the_data_names_its_line(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit, old: str, new: str, line: int
) -> None:
    edit("tlf/t-1.yaml", old, new)
    with pytest.raises(AdamlineError, match="is compared with") as caught:
        run(study, sdtm, tmp_path / "out")
    assert (caught.value.place.file, caught.value.place.line) == ("t-1.yaml", line)


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("[{summary: [AVAL, CHG]}]", "[{summary: AVALL}]", "There is no variable AVALL", 13),
        ("[{summary: [AVAL, CHG]}]", "[{summary: AVAL, where: XX = 1}]", "XX", 13),
        ("[{summary: [AVAL, CHG]}]", "[{count: AVISIT, levels: [Baseline]}]", "none of the levels", 13),
        ("[{summary: [AVAL, CHG]}]", "[{count: AVISIT, sort: {by: frequency, of: X}}]", "No column is X", 13),
        ("order_by: AVISITN", "order_by: AVISITM", "There is no variable AVISITM", 11),
        ("show: [ALT]", "show: [ALTT]", "No record has PARAMCD = ALTT", 9),
        ("columns: {by: TRTP", "columns: {by: TRTPP", "There is no variable TRTPP", 6),
        ("population_by: TRT01P", "population_by: TRT01", "There is no variable TRT01", 6),
        (
            "footnotes: source",
            "notes:\n  - {note: source, at: title}\n  - {note: source, at: {row: Nowhere}}",
            "belongs to the row Nowhere",
            16,
        ),
    ],
)
def test_a_fault_that_only_the_data_show_names_the_line_of_its_part(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit, old: str, new: str, message: str, line: int
) -> None:
    edit("tlf/t-1.yaml", old, new)
    opened, _ = read_study(study)
    with pytest.raises(AdamlineError, match=message) as caught:
        run_study(opened, sdtm, tmp_path / "out")
    assert (caught.value.place.file, caught.value.place.line) == ("t-1.yaml", line)


def test_a_finding_of_a_row_names_its_line(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    """AVISIT is not one to one with AVISITN, by which its levels would be in order."""
    edit("visits.yaml", "VISITNUM: 2, AVISIT: Week 2", "VISITNUM: 2, AVISIT: Baseline")
    edit("tlf/t-1.yaml", "order_by: AVISITN", "show: [Baseline]")
    edit("tlf/t-1.yaml", ", below: [{variable: AVAL}, {variable: CHG}]", "")
    edit("tlf/t-1.yaml", "rows: [{summary: [AVAL, CHG]}]", "rows: [{count: AVISIT}]")
    line = (study / "tlf" / "t-1.yaml").read_text().split("\n").index("        rows: [{count: AVISIT}]") + 1
    _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
    places = [(found.place.file, found.place.line) for found in findings if found.check == "order of categories"]
    assert places == [("t-1.yaml", line)]


def test_a_fault_of_a_row_of_a_template_names_the_line_of_the_template(study: Path, sdtm: Path, tmp_path: Path) -> None:
    written = (study / "tlf" / "t-1.yaml").read_text().replace("output: T-1", "catalogue: mine\nabout: x\nneeds: x")
    (study / "catalogue").mkdir()
    (study / "catalogue" / "mine.yaml").write_text(written.replace("[AVAL, CHG]", "[AVAL, TRTP]"))
    (study / "tlf" / "t-1.yaml").write_text("output: T-1\ntemplate: mine\n")
    with pytest.raises(DataError, match="TRTP") as caught:
        run(study, sdtm, tmp_path / "out")
    assert (caught.value.place.file, caught.value.place.line) == ("mine.yaml (template of t-1.yaml)", 15)
    (study / "tlf" / "t-1.yaml").write_text("output: T-1\ntemplate: mine\n\nrows: [{summary: TRTP}]\n")
    with pytest.raises(DataError, match="TRTP") as caught:
        run(study, sdtm, tmp_path / "out")
    assert (caught.value.place.file, caught.value.place.line) == ("t-1.yaml", 4)


def test_the_files_of_a_dataset_that_is_no_longer_made_are_removed(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    out = tmp_path / "out"
    run(study, sdtm, out)
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    edit("study.yaml", "[adlb, adsl]", "[adsl]")
    (out / "results" / "t-1.csv").write_text("changed by hand, so not ours to remove")
    assert run(study, sdtm, out) == []
    assert list(contents(out)) == ["adam/adsl.xpt", "logs/adsl.csv", "manifest.json", "results/t-1.csv"]
    assert "ADLB" not in (out / "manifest.json").read_text()


def test_a_file_with_another_dataset_or_several(study: Path, sdtm: Path, tmp_path: Path) -> None:
    dm, lb = read_xpt(sdtm / "dm.xpt"), read_xpt(sdtm / "lb.xpt")
    write_xpt([dm, lb], sdtm / "lb.xpt")  # the member of the domain's name is meant
    assert run(study, sdtm, tmp_path / "out") == ["ADSL", "ADLB", "T-1"]
    write_xpt(dm, sdtm / "lb.xpt")
    with pytest.raises(InputsError, match="has no dataset LB"):
        run(study, sdtm, tmp_path / "out")


def test_two_files_of_one_domain(study: Path, sdtm: Path, tmp_path: Path) -> None:
    shutil.copy(sdtm / "lb.xpt", sdtm / "LB.XPT")
    with pytest.raises(InputsError, match="two files of LB") as caught:
        run(study, sdtm, tmp_path / "out")
    assert "LB.XPT, lb.xpt" in str(caught.value)


def test_text_beyond_ascii_needs_its_encodings_said(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    dm = read_xpt(sdtm / "dm.xpt")
    frame = dm.frame.assign(ARM=["Größe", "Placebo", "Größe"])
    write_xpt(dm.with_frame(frame), sdtm / "dm.xpt", encoding="cp1252")
    with pytest.raises(AdamlineError, match=r"cp1252"):
        run(study, sdtm, tmp_path / "out")
    edit("study.yaml", "data_cutoff", "fallback: cp1252\noutputs: []\ndata_cutoff")
    edit("study.yaml", "outputs: [t-1]\n", "")
    with pytest.raises(AdamlineError, match="ascii does not have") as caught:
        run(study, sdtm, tmp_path / "out")
    assert "adsl.yaml" in str(caught.value)
    edit("study.yaml", "data_cutoff", "adam_encoding: cp1252\ndata_cutoff")
    run(study, sdtm, tmp_path / "out")
    adlb = read_xpt(tmp_path / "out" / "adam" / "adlb.xpt", encoding="cp1252").frame
    assert set(adlb["TRTP"]) == {"Größe", "Placebo"}


def test_a_number_with_a_format_of_dates_is_refused(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("adlb.yaml", "  LBSEQ: copy", "  LBSEQ: {derive: copy, format: DATE9.}")
    with pytest.raises(SpecError, match="LBSEQ is a number with a format of dates"):
        run(study, sdtm, tmp_path / "out")


def test_records_without_a_subject_or_a_number_are_told(study: Path, sdtm: Path, tmp_path: Path) -> None:
    frame = read_xpt(sdtm / "lb.xpt").frame.assign(USUBJID=["M-1", "M-1", "M-2", None, "M-9"])
    write_domain(sdtm, "LB", frame)
    _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
    assert [(f.severity.name, f.message) for f in findings if f.place.dataset == "ADLB"] == [
        ("WARNING", "1 record of LB has no USUBJID."),
        ("NOTE", "2 records are of no subject of ADSL and are left out."),
    ]


def test_a_folder_that_cannot_be_written_is_status_2(
    study: Path, sdtm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert status(["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "file" / "out")]) == 2
    assert "file" in capsys.readouterr().err


def test_paper_and_type_of_the_study_and_of_an_output(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    """They reach the page, the output's own before the study's; no dataset is made again for them."""

    def page() -> tuple[int, int, float]:
        document = docx.Document(str(tmp_path / "out" / "tlf" / "t-1.docx"))
        size = document.styles["Output Cell Left"].font.size
        return round(document.sections[0].page_width.mm), round(document.sections[0].left_margin.mm), size.pt

    run(study, sdtm, tmp_path / "out")
    assert page() == (279, 25, 9)
    edit("study.yaml", "title:", "page: {paper: A4, font_size: 8, margins: {left: 0.5}}\ntitle:")
    assert run(study, sdtm, tmp_path / "out") == ["T-1"]
    assert page() == (297, 13, 8)
    edit("tlf/t-1.yaml", "kind:", "page: {orientation: portrait, font_size: 7.5}\nkind:")
    assert run(study, sdtm, tmp_path / "out") == ["T-1"]
    assert page() == (210, 13, 7.5)


def test_a_condition_that_fits_no_record_is_said(study: Path, sdtm: Path, tmp_path: Path) -> None:
    spec = study / "tlf" / "t-1.yaml"
    text = spec.read_text()
    assert not [
        found for found in run_study(open_study(study), sdtm, tmp_path / "before")[1] if found.check == "condition"
    ]
    spec.write_text(
        text.replace("from: ADLB", "from: ADLB, where: \"AVISIT <> 'Weak 2'\"").replace("ITTFL = 'Y'", "ITTFL = 'N'")
    )
    _, findings = run_study(open_study(study), sdtm, tmp_path / "after")
    said = [(f.severity.name, f.place.line, f.message) for f in findings if f.check == "condition"]
    assert said == [
        ("NOTE", 4, "no record has ITTFL 'N'; there are 'Y'"),
        ("NOTE", 5, "no record has AVISIT 'Weak 2'; there are 'Baseline', 'Week 2'"),
        ("WARNING", 4, "nobody is in the population, ITTFL = 'N'"),
    ]
    spec.write_text(text.replace("from: ADLB", "from: ADLB, where: AVAL > 900 and AVISITN < 3"))
    _, findings = run_study(open_study(study), sdtm, tmp_path / "nothing")
    said = [(f.severity.name, f.place.line, f.message) for f in findings if f.check == "condition"]
    assert said == [("NOTE", 5, "no record is selected, AVAL > 900 and AVISITN < 3")]


@pytest.mark.parametrize(
    "entry", ["{derive: copy}", "{derive: date, from: LBDTC, highest: day, not_before: [STRANGE], label: Strange}"]
)
def test_a_variable_that_only_its_own_entry_reads(
    entry: str, study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    """It is not offered as its own nearest name."""
    edit("adlb.yaml", "  LBSEQ: copy\n", f"  LBSEQ: copy\n  STRANGE: {entry}\n")
    with pytest.raises(InputsError) as caught:
        run_study(open_study(study), sdtm, tmp_path / "out")
    assert "LB has no variable STRANGE" in str(caught.value)
    assert "the entry of STRANGE reads it: name another variable in it, or take it from `subject`" in str(caught.value)
    assert "did you mean STRANGE" not in str(caught.value)

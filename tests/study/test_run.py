"""A run: what is made, what is left alone, what bad input does, and that previous outputs stay whole."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.cli import main
from adamline.errors import AdamlineError, DataError
from adamline.io.xpt_read import read_xpt
from adamline.study.inputs import InputsError
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


def run(study: Path, sdtm: Path, out: Path) -> list[str]:
    """Names of what was made."""
    done, _ = run_study(open_study(study), sdtm, out)
    return [one.name for one in done if one.is_new]


def contents(out: Path) -> dict[str, bytes]:
    """Every file that the promise of the same bytes covers."""
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "runs.jsonl"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def test_a_run_makes_datasets_results_pages_logs_and_a_manifest(study: Path, sdtm: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(study, sdtm, out) == ["ADSL", "ADLB", "T-1"]
    expected = "adam/adlb.xpt adam/adsl.xpt logs/adlb.csv logs/adsl.csv manifest.json results/t-1.csv tlf/t-1.docx"
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
    assert contents(out) == before


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
        ["parameters by LBTESTCD", 3, 3, "0 without a parameter"],
        ["subjects of ADSL", 3, 3, "0 without a subject"],
    ]


def test_unmapped_records_are_a_warning_that_stays(study: Path, sdtm: Path, tmp_path: Path) -> None:
    lb = read_xpt(sdtm / "lb.xpt")
    frame = lb.frame.assign(LBTESTCD=["ALT", "ALT", "ALT", "ALT", "XYZ"])
    rewrite(sdtm / "lb.xpt", frame)
    for _ in range(2):  # made, then unchanged
        _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
        assert [f.message for f in findings] == ["1 records match no parameter and are left out: XYZ"]
    arguments = ["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out")]
    assert status(arguments) == 0
    assert status([*arguments, "--strict"]) == 1


def rewrite(path: Path, frame: pd.DataFrame) -> None:
    from adamline.io.xpt_write import write_xpt

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
    "missing domain": (Path.unlink, ["Domain LB is missing", "lb.xpt"]),
    "empty": (lambda path: path.write_bytes(b""), ["lb.xpt"]),
    "missing variable": (
        lambda path: rewrite_without(path, "LBSTRESN"),
        ["LB has no variable LBSTRESN", "lb.xpt"],
    ),
}


def rewrite_without(path: Path, variable: str) -> None:
    from adamline.io.xpt_write import write_xpt

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
    assert "repeat the keys" in str(caught.value)
    assert "USUBJID=M-2, PARAMCD=ALT, LBSEQ=1.0" in str(caught.value)
    assert "adlb.yaml" in str(caught.value)
    assert contents(out) == before


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
    assert {name: after[name] for name in before} == before
    assert run(study, sdtm, out) == ["ADLB", "T-1"]


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

"""A run that would change nothing is known from files alone; whatever may have changed is left to the run."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from adamline.cli import main
from adamline.cli.rerun import status_of_rerun
from adamline.study.run import run_study
from adamline.study.study import open_study
from adamline.study.unchanged import unchanged_run


@pytest.fixture
def again(study: Path, sdtm: Path, tmp_path: Path):
    """A study that was run, and what files tell of another run."""
    run_study(open_study(study), sdtm, tmp_path / "out")

    def found(sdtm: Path | None = sdtm):
        return unchanged_run(study, {"sdtm": sdtm, "adam": None}, tmp_path / "out")

    return found


def test_a_run_again_changes_nothing(again) -> None:
    found = again()
    assert (found.study, found.datasets, found.outputs) == ("MINI", ("ADSL", "ADLB"), ("T-1",))


def test_what_is_said_is_what_the_run_says(
    study: Path, sdtm: Path, tmp_path: Path, again, capsys: pytest.CaptureFixture[str]
) -> None:
    _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
    assert again().findings == tuple(findings)
    with pytest.raises(SystemExit):
        main(["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out")])
    assert "0 made, 3 unchanged" in capsys.readouterr().out


def test_a_rerun_asks_no_parser_and_is_strict_where_it_is_to_be(
    again, study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", str(study), "--sdtm", str(sdtm), "--out", str(tmp_path / "out")]
    assert status_of_rerun(arguments) == status_of_rerun([*arguments, "--strict"]) == 0
    assert "0 made, 3 unchanged" in capsys.readouterr().out
    manifest = tmp_path / "out" / "manifest.json"
    content = json.loads(manifest.read_text())
    warning = {"severity": "WARNING", "check": "x", "message": "A fault.", "place": {"file": "adsl.yaml"}}
    content["nodes"]["ADSL"]["findings"] = [warning]
    manifest.write_text(json.dumps(content))
    assert [status_of_rerun(arguments), status_of_rerun([*arguments, "--strict"])] == [0, 1]
    assert "WARNING: adsl.yaml: A fault." in capsys.readouterr().out
    edit_spec(study, sdtm, tmp_path / "out")
    assert status_of_rerun(arguments) is None


def edit_spec(study: Path, sdtm: Path, out: Path) -> None:
    with (study / "adsl.yaml").open("a") as handle:
        handle.write("\n# a comment\n")


def new_table(study: Path, sdtm: Path, out: Path) -> None:
    (study / "tlf" / "t-9.yaml").write_text("output: T-9\n")


def other_data(study: Path, sdtm: Path, out: Path) -> None:
    content = bytearray((sdtm / "lb.xpt").read_bytes())
    content[-1] ^= 1
    (sdtm / "lb.xpt").write_bytes(content)


def another_file(study: Path, sdtm: Path, out: Path) -> None:
    shutil.copy(sdtm / "lb.xpt", sdtm / "supplb.xpt")


def an_edited_page(study: Path, sdtm: Path, out: Path) -> None:
    (out / "tlf" / "t-1.docx").write_bytes(b"edited")


def a_lost_page(study: Path, sdtm: Path, out: Path) -> None:
    (out / "adam" / "adlb.xpt").unlink()


def no_manifest(study: Path, sdtm: Path, out: Path) -> None:
    (out / "manifest.json").unlink()


def a_damaged_manifest(study: Path, sdtm: Path, out: Path) -> None:
    (out / "manifest.json").write_text('{"settled": []}')


@pytest.mark.parametrize(
    "change",
    [edit_spec, new_table, other_data, another_file, an_edited_page, a_lost_page, no_manifest, a_damaged_manifest],
)
def test_what_may_have_changed_is_left_to_the_run(change, again, study: Path, sdtm: Path, tmp_path: Path) -> None:
    change(study, sdtm, tmp_path / "out")
    assert again() is None


def test_another_folder_of_inputs_is_left_to_the_run(again, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert again(tmp_path / "empty") is None


def test_a_run_of_some_datasets_settles_nothing(again, study: Path, sdtm: Path, tmp_path: Path) -> None:
    run_study(open_study(study), sdtm, tmp_path / "out", only=["ADSL"])
    assert again() is None


def test_specs_that_were_edited_while_they_were_run_settle_nothing(study: Path, sdtm: Path, tmp_path: Path) -> None:
    opened = open_study(study)
    os.utime(study / "adsl.yaml", ns=(1, 1))
    run_study(opened, sdtm, tmp_path / "out")
    assert unchanged_run(study, {"sdtm": sdtm, "adam": None}, tmp_path / "out") is None


def test_outputs_within_the_folder_of_specs_are_left_to_the_run(study: Path, sdtm: Path) -> None:
    run_study(open_study(study), sdtm, study / "out")
    assert unchanged_run(study, {"sdtm": sdtm, "adam": None}, study / "out") is None

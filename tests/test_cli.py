"""The command line: what each command prints, and the exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline import __version__
from adamline.cli import main

PILOT = str(Path(__file__).parents[1] / "specs" / "cdiscpilot01")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(caught.value.code or 0), printed.out, printed.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "--version") == (0, f"{__version__}\n", "")


def test_where_leads_from_a_variable_to_spec_line_code_and_method(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "where", "ablfl", "--study", PILOT, "--dataset", "ADLBC")
    line = next(
        n for n, text in enumerate((Path(PILOT) / "adlbc.yaml").read_text().splitlines(), 1) if "ABLFL:" in text
    )
    assert status == 0
    assert f"adlbc.yaml:{line}\n" in out
    assert "adamline.derive.ablfl.derive_ablfl" in out
    assert "ablfl.py:" in out
    assert "VISITNUM = 1" in out


def test_where_offers_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = call(capsys, "where", "ABLFLL", "--study", PILOT)
    assert (status, "did you mean ABLFL?" in err) == (2, True)


def test_plan_shows_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "plan", PILOT)
    order = ["ADSL (", "ADLBC (", "ADLBH (", "T-14-6-01 from ADSL, ADLBC"]
    assert status == 0
    assert sorted(order, key=out.index) == order
    assert out.index("ABLFL     ablfl") < out.index("BASE      base") < out.index("CHG       chg")


def test_plan_of_an_unknown_dataset(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = call(capsys, "plan", PILOT, "--dataset", "ADLB")
    assert (status, "did you mean ADLB" in err) == (2, True)


def test_check_shows_defaults_in_force(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "check", PILOT, "--expanded")
    assert status == 0
    assert "  BASE: base\n    from: AVAL   (default)\n    flag: ABLFL   (default)\n" in out
    assert out.endswith("3 datasets, 3 outputs, 0 findings\n")


def test_check_warns_where_sas_selects_other_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "study.yaml").write_text("study: X\ntitle: X\ndata_cutoff: 2020-01-01\ndatasets: [adsl]\n")
    (tmp_path / "adsl.yaml").write_text(
        "dataset: ADSL\nlabel: X\nclass: ADSL\nkeys: [USUBJID]\nsource: {domain: DM}\n"
        "variables:\n  USUBJID: copy\n"
        "  AGEGR1: {derive: case_when, rows: [{when: AGE < 65, value: <65}, {value: '>=65'}]}\n"
        "  AGEGR2:\n    derive: case_when\n    label: Group\n"
        "    rows: [{when: AGE is missing}, {when: AGE < 65, value: <65}]\n"
    )
    status, out, _ = call(capsys, "check", str(tmp_path))
    assert status == 1
    # A row `AGE is missing` above takes the missing values away, so that only AGEGR1 differs.
    assert out.count("WARNING") == 1
    assert "adsl.yaml, line 8, dataset ADSL, variable AGEGR1: AGE < 65" in out


def test_errors_are_messages_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["check", str(tmp_path)], ["run", PILOT, "--sdtm", str(tmp_path), "--out", str(tmp_path / "o")]):
        status, _, err = call(capsys, *arguments)
        assert status == 2
        assert err.startswith("ERROR: ")
        assert "Traceback" not in err


def test_where_finds_what_the_subject_and_the_parameters_give(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "where", "TRTP", "--study", PILOT, "--dataset", "adlbc")
    assert "ADSL.TRT01P" in out
    _, out, _ = call(capsys, "where", "PARAMN", "--study", PILOT, "--dataset", "adlbc")
    assert "by LBTESTCD" in out


def test_simulate_says_what_it_wrote(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = call(capsys, "simulate", "jahh", "--out", str(tmp_path / "sdtm"), "--subjects", "9", "--seed", "5")
    assert status == 0
    assert f"8 files of simulated data, not calibrated to the trial, in {tmp_path / 'sdtm'}" in out
    written = sorted(path.stem for path in (tmp_path / "sdtm").iterdir())
    assert written == ["cm", "dm", "ds", "ex", "lb", "rs", "suppdm", "sv"]


def test_simulate_refuses_what_it_cannot_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = call(capsys, "simulate", "jahh", "--out", str(tmp_path / "sdtm"), "--subjects", "1")
    assert status == 2 and err.startswith("ERROR: ") and not (tmp_path / "sdtm").exists()
    assert call(capsys, "simulate", "jah", "--out", str(tmp_path))[0] == 2


def test_demo_simulates_and_runs_the_reference_study(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = call(capsys, "demo", "--out", str(tmp_path))
    assert status == 0
    assert "8 made, 0 unchanged" in out
    assert len(list((tmp_path / "tlf").glob("*.docx"))) == 5
    status, out, _ = call(capsys, "demo", "--out", str(tmp_path))
    assert "0 made, 8 unchanged" in out  # simulated anew, to the same bytes

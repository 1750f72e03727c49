"""ADLB and ADRS of the reference study against a second programming in SQL, `specs/jahh/qc`, by `adamline compare`.

The SQL was written from the text of the specification alone and shares no code with adamline: run.py goes by
pyreadstat, pandas and DuckDB. With it go faults planted in either side, which the comparison is to find and name.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from tests.acceptance.harder_sdtm import make_harder

from adamline.cli import main
from adamline.study.run import run_study
from adamline.study.study import open_study

QC = Path(__file__).parents[2] / "specs" / "jahh" / "qc"
KEYS = {"adlb": "USUBJID,PARAMCD,ADT,VISITNUM,LBSEQ", "adrs": "USUBJID,PARAMCD,AVISITN,ADT,VISITNUM,RSSEQ"}

Compared = tuple[int, str]


def run_sql(programs: Path, sdtm: Path, adsl: Path, out: Path) -> Path:
    """The folder that the SQL programs of a folder wrote to, in a process of their own as a QC programmer runs them."""
    subprocess.run([sys.executable, programs / "run.py", sdtm, adsl, out], check=True)
    return out


def run_adamline(sdtm: Path, out: Path) -> Path:
    """The folder that adamline wrote ADSL, ADLB and ADRS to; nothing else of the study is made."""
    study = open_study(QC.parent)
    datasets = tuple(plan for plan in study.datasets if plan.spec.dataset in ("ADSL", "ADLB", "ADRS"))
    run_study(replace(study, datasets=datasets, outputs=()), sdtm, out)
    return out


@pytest.fixture(scope="module")
def made(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_adamline(simulated, tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def by_sql(simulated: Path, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_sql(QC, simulated, made / "adam" / "adsl.xpt", tmp_path_factory.mktemp("sql"))


@pytest.fixture
def compared(capsys: pytest.CaptureFixture[str]) -> Callable[[str, Path, Path], Compared]:
    """Status and printed verdict of `adamline compare` for a dataset in two folders, by its keys."""

    def compare(name: str, base: Path, comparison: Path) -> Compared:
        with pytest.raises(SystemExit) as caught:
            main(["compare", str(base / f"{name}.xpt"), str(comparison / f"{name}.parquet"), "--id", KEYS[name]])
        return int(caught.value.code or 0), capsys.readouterr().out

    return compare


@pytest.mark.parametrize("name", KEYS)
def test_the_second_programming_has_the_same_records_values_and_order(name, made, by_sql, compared):
    status, verdict = compared(name, made / "adam", by_sql)
    assert status == 0, verdict
    assert "All values compared are equal." in verdict
    variables = list(pd.read_parquet(by_sql / f"{name}.parquet").columns)
    assert f"{len(variables) - KEYS[name].count(',') - 1} variables compared." in verdict


def test_a_window_too_short_in_the_sql_is_found_and_named(simulated, made, tmp_path, compared):
    programs = Path(shutil.copytree(QC, tmp_path / "qc"))
    text = (programs / "adlb.sql").read_text(encoding="utf-8")
    assert text.count("r.ADY <= w.AWHI") == 1
    (programs / "adlb.sql").write_text(text.replace("r.ADY <= w.AWHI", "r.ADY < w.AWHI"), encoding="utf-8")
    by_fault = run_sql(programs, simulated, made / "adam" / "adsl.xpt", tmp_path / "by_fault")
    status, verdict = compared("adlb", made / "adam", by_fault)
    lost = pd.read_parquet(by_fault / "adlb.parquet").AVISIT.isna().sum() - no_visit(made)
    assert status == 1
    assert f"cause: AVISIT: {lost} of {lost} differences: missing in compare" in verdict
    assert "all within one visit: VISIT = 'WEEK 0'" in verdict  # Day 1 is the last of its window.
    assert "cause: ABLFL" not in verdict  # Baseline is found by date, not by window.


def no_visit(made: Path) -> int:
    """Records of ADLB without AVISIT, by pyreadstat."""
    frame, _ = pyreadstat.read_xport(str(made / "adam" / "adlb.xpt"), usecols=["AVISIT"])
    return int((frame.AVISIT == "").sum())


def test_a_parameter_in_another_unit_is_found_and_named(made, by_sql, tmp_path, compared):
    frame = pd.read_parquet(by_sql / "adlb.parquet")
    c3 = frame.PARAMCD == "C3"
    frame.loc[c3, ["AVAL", "BASE", "CHG"]] /= 100
    frame.to_parquet(tmp_path / "adlb.parquet")
    status, verdict = compared("adlb", made / "adam", tmp_path)
    assert status == 1
    assert f"cause: AVAL: {c3.sum()} of {c3.sum()} differences: factor 0.01" in verdict
    assert f"cause: AVAL: {c3.sum()} of {c3.sum()} differences: records where PARAMCD = 'C3'" in verdict


def test_one_changed_response_is_found(made, by_sql, tmp_path, compared):
    frame = pd.read_parquet(by_sql / "adrs.parquet")
    responder = frame.index[(frame.PARAMCD == "SRI4") & (frame.AVALC == "Y")][0]
    frame.loc[responder, ["AVALC", "AVAL"]] = ["N", 0.0]
    frame.to_parquet(tmp_path / "adrs.parquet")
    status, verdict = compared("adrs", made / "adam", tmp_path)
    assert status == 1
    assert "2 values unequal, in 2 variables." in verdict


def test_a_lost_record_is_found(made, by_sql, tmp_path, compared):
    frame = pd.read_parquet(by_sql / "adrs.parquet")
    imputed = frame.index[frame.DTYPE == "NRI"][0]
    frame.drop(index=imputed).to_parquet(tmp_path / "adrs.parquet")
    status, verdict = compared("adrs", made / "adam", tmp_path)
    assert status == 1
    assert "Unmatched records: 1 in the base, 0 in the comparison." in verdict


@pytest.fixture(scope="module")
def harder(simulated: Path, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with SDTM that goes to the ends of the rules, and what adamline makes of it."""
    folder = tmp_path_factory.mktemp("harder")
    make_harder(simulated, made / "adam" / "adsl.xpt", folder / "sdtm")
    run_adamline(folder / "sdtm", folder / "out")
    return folder


@pytest.fixture(scope="module")
def harder_by_sql(harder: Path) -> Path:
    return run_sql(QC, harder / "sdtm", harder / "out" / "adam" / "adsl.xpt", harder / "sql")


@pytest.mark.slow
@pytest.mark.parametrize("name", KEYS)
def test_at_the_ends_of_the_rules_too(name, harder, harder_by_sql, compared):
    status, verdict = compared(name, harder / "out" / "adam", harder_by_sql)
    assert status == 0, verdict


HARDER = {
    "adlb": ("ADT.isna()", "AVAL.isna()", "DTYPE == 'ULOQ'", "VISITNUM == 90 and AVISIT.isna() and ADY.notna()"),
    "adrs": (
        "ADT.isna() and DTYPE.isna()",
        "VISITNUM == 90 and AVISIT.isna() and ADY.notna()",
        "PARAMCD == 'PGANOWR' and AVALC == 'N'",
        "PARAMCD == 'BICLA' and RESPREAS == 'FAILED BILAG'",
        "PARAMCD == 'BICLA' and RESPREAS == 'FAILED SLEDAI'",
        "PARAMCD == 'SLED0120' and AVAL.notna() and LABITEM.isna()",
        "LABAGRFL == 'N'",
        "PARAMCD == 'SLED0125' and AVAL.notna() and ITEMSUM.isna()",
        "SUMAGRFL == 'Y' and AVAL != ITEMSUM",
        "SUMAGRFL == 'N'",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KEYS)
def test_the_harder_data_are_harder(name, by_sql, harder_by_sql):
    """They have what the simulated ones do not, or have less of: each of these goes by another branch of a rule."""
    was, now = (pd.read_parquet(folder / f"{name}.parquet") for folder in (by_sql, harder_by_sql))
    for condition in HARDER[name]:
        assert len(now.query(condition, engine="python")) > len(was.query(condition, engine="python")), condition

"""Outputs of the ADaM of pharmaverse: screening and QTc, for which the pilot's edition has no data, against pandas."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
from tests.acceptance.catalogue_data import ARMS, pharmaverse

from adamline.results.csv_file import read_results
from adamline.study.run import run_study
from adamline.study.study import open_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("pharmaverse_adam", ROOT / "tools/pharmaverse_adam.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    folder = tmp_path_factory.mktemp("pharmaverse")
    tool.write_adam(folder / "adam")
    _, findings = run_study(open_study(ROOT / "specs/pharmaverse-outputs"), None, folder / "out", adam=folder / "adam")
    assert not [finding for finding in findings if finding.severity.name in ("WARNING", "ERROR")]
    return folder / "out"


def counts(out: Path, output: str, **of: str) -> pd.Series:
    """The numbers of a row by column."""
    results = read_results(out / "results" / f"{output}.csv")
    for name, value in of.items():
        results = results[results[name] == value]
    return results.set_index("group1_level")["stat"]


def test_screening(out: Path) -> None:
    adsl = pharmaverse("adsl")
    expected = {
        "screened": len(adsl),
        "failed": (adsl["ARM"] == "Screen Failure").sum(),
        "randomized": adsl["RANDDT"].notna().sum(),
        "treated": (adsl["SAFFL"] == "Y").sum(),
    }
    for row, count in expected.items():
        assert counts(out, "t-14-1-1", analysis=row, stat_name="n").tolist() == [count]
    assert expected["screened"] == expected["failed"] + expected["randomized"] == 306


def test_long_intervals_and_increases(out: Path) -> None:
    """Each subject once, over all its means on treatment, by the limits of ICH E14."""
    adeg = pharmaverse("adeg").query(
        "PARAMCD == 'QTCFR' and SAFFL == 'Y' and AVISITN > 0 and DTYPE == 'AVERAGE' and ONTRTFL == 'Y'"
    )
    highest = adeg.groupby(["TRTA", "USUBJID"])[["AVAL", "CHG"]].max()
    results = read_results(out / "results" / "t-14-3-6-1.csv")
    for variable, limits in (("AVAL", (450, 480, 500)), ("CHG", (30, 60))):
        for limit in limits:
            beyond = highest[highest[variable] > limit].groupby("TRTA").size()
            rows = results[results["analysis"].str.endswith(f">{limit}") & (results["stat_name"] == "n")]
            found = rows.set_index("group1_level")["stat"]
            assert [found[arm] for arm in ARMS] == [beyond.get(arm, 0) for arm in ARMS], (variable, limit)

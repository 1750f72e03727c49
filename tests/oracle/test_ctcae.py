"""Toxicity grades against the cases of an independent program, every row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adamline.derive.atoxgr import derive_atoxgr
from adamline.errors import DataError

COLUMNS = ["AVAL", "ANRLO", "ANRHI", "BASE", "PCHG"]
# Their published words differ between v4.03 and v5.0 also where the baseline is normal.
CHANGED = ["creatinine", "fibrinogen", "hemoglobin increased", "hyperglycemia", "hyperuricemia", "hypophosph", "inr"]


def cases_of(shared: Path, case: str) -> pd.DataFrame:
    """The cases, with the baseline as an ADLB has it: those with a percent change alone are given no BASE."""
    path = shared / "oracles" / "ctcae_lab" / "open" / case / "cases.csv"
    cases = pd.read_csv(path, dtype="str", keep_default_na=False)
    numbers = cases[COLUMNS].apply(lambda column: pd.to_numeric(column.where(column != "")))
    base = numbers["BASE"].fillna(numbers["AVAL"] / (1 + numbers["PCHG"] / 100))
    bnrind = cases["BNRIND"].mask((cases["BNRIND"] == "") & (base > numbers["ANRHI"]), "HIGH")
    return cases.assign(**numbers).assign(BASE=base, BNRIND=bnrind)


def graded(cases: pd.DataFrame, direction: str, version: str) -> pd.Series:
    """The grades of the cases of one direction; a term that the criteria do not have has none, as in the cases."""
    kinds = cases[["term", "AVALU"]].drop_duplicates().reset_index(drop=True)
    kinds["PARAMCD"] = [f"P{number}" for number in range(len(kinds))]
    adlb = cases.merge(kinds, on=["term", "AVALU"], how="left", validate="many_to_one").set_index(cases.index)
    terms, units = {}, {}
    for kind in kinds.itertuples():
        try:
            one = {"term": {kind.PARAMCD: kind.term}, "unit": {kind.PARAMCD: kind.AVALU}}
            derive_atoxgr(adlb.iloc[:0], variable="X", direction=direction, criteria=version, **one)
        except DataError:
            continue
        terms[kind.PARAMCD], units[kind.PARAMCD] = kind.term, kind.AVALU
    made = derive_atoxgr(adlb, variable="X", direction=direction, term=terms, unit=units, criteria=version)
    return made["X"].astype(object).where(made["X"].notna(), "")


def wrong_rows(cases: pd.DataFrame, version: str) -> pd.DataFrame:
    ours = pd.concat(
        [
            graded(cases[cases["direction"] == letter], direction, version)
            for letter, direction in (("L", "low"), ("H", "high"))
        ]
    )
    both = cases.assign(ours=ours)
    return both[both["ours"] != both["expected_grade"]]


@pytest.mark.parametrize(("case", "version", "rows"), [("ctcae-v4-si", "v4-si", 654), ("ctcae-v4-uscv", "v4-us", 604)])
def test_every_row(case: str, version: str, rows: int, shared: Path) -> None:
    cases = cases_of(shared, case)
    assert len(cases) == rows
    wrong = wrong_rows(cases, version)
    assert wrong.empty, wrong[["case", "term", "AVALU", *COLUMNS, "expected_grade", "ours"]].to_string()


@pytest.mark.parametrize(("case", "version", "rows"), [("ctcae-v4-si", "v5-si", 520), ("ctcae-v4-uscv", "v5-us", 527)])
def test_terms_that_v5_did_not_change_are_graded_as_in_v4(case: str, version: str, rows: int, shared: Path) -> None:
    cases = cases_of(shared, case)
    same = cases[~cases["term"].str.lower().str.startswith(tuple(CHANGED))]
    assert len(same) == rows
    wrong = wrong_rows(same, version)
    assert wrong.empty, wrong[["case", "term", "AVALU", *COLUMNS, "expected_grade", "ours"]].to_string()

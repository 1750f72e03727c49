"""Toxicity grades against the cases of an independent program, every row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adamline.derive.atoxgr import derive_atoxgr
from adamline.errors import DataError

COLUMNS = ["AVAL", "ANRLO", "ANRHI", "BASE", "PCHG"]


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


@pytest.mark.parametrize(("case", "version", "rows"), [("ctcae-v4-si", "v4-si", 654), ("ctcae-v4-uscv", "v4-us", 604)])
def test_every_row(case: str, version: str, rows: int, shared: Path) -> None:
    path = shared / "oracles" / "ctcae_lab" / "open" / case / "cases.csv"
    cases = pd.read_csv(path, dtype="str", keep_default_na=False)
    numbers = cases[COLUMNS].apply(lambda column: pd.to_numeric(column.where(column != "")))
    cases = cases.assign(**numbers)
    ours = pd.concat(
        [
            graded(cases[cases["direction"] == letter], direction, version)
            for letter, direction in (("L", "low"), ("H", "high"))
        ]
    )
    assert len(ours) == rows
    both = cases.assign(ours=ours)
    wrong = both[both["ours"] != both["expected_grade"]]
    assert wrong.empty, wrong[["case", "term", "AVALU", *COLUMNS, "expected_grade", "ours"]].to_string()

"""Responses against counts of pandas and limits from quantiles of scipy."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats
from tests.analyses.small_studies import STUDIES, Study, assert_same, cells, numbers, study, table

from adamline.errors import DataError

NAN = float("nan")


def limits(n: int, of: int, level: float) -> tuple[float, float]:
    """Clopper and Pearson's, by quantiles of the beta distribution."""
    if not of:
        return NAN, NAN
    tail = (1 - level) / 2
    lower = stats.beta.ppf(tail, n, of - n + 1) if n else 0.0
    return float(lower), float(stats.beta.ppf(1 - tail, n + 1, of - n)) if n < of else 1.0


@STUDIES
def test_responders(seed: int) -> None:
    given = study(seed).once()
    expected: dict[tuple[str, ...], float] = {}
    for visit, column, records, _ in cells(given):
        answered = records["AVALC"].dropna()
        n, of = int((answered == "Y").sum()), len(answered)
        lower, upper = limits(n, of, 0.9)
        of_cell = {"n": n, "N": of, "pct": 100 * n / of if of else NAN, "lower": 100 * lower, "upper": 100 * upper}
        expected |= {(visit, column, name): value for name, value in of_cell.items()}
    made = table(given, {"response": "AVALC", "statistics": ["n_N_pct", "limits"], "level": "0.9"})
    assert_same(numbers(made, "visit", "column"), expected)


@STUDIES
def test_where_nobody_has_a_response_the_cells_are_blank(seed: int) -> None:
    made = table(study(seed).once(), {"response": "AVALC", "statistics": ["n_N_pct", "limits"]})
    answered = {(row["visit"], row["column"]): row["stat"] for _, row in made[made["stat_name"] == "N"].iterrows()}
    for _, row in made.iterrows():
        assert (row["stat_text"] == "") == (answered[row["visit"], row["column"]] == 0)


def test_a_response_that_is_neither_of_the_two() -> None:
    given = study(4).once()
    people = given.records["USUBJID"].unique()[:2]
    wrong = given.adlb["USUBJID"].isin(people) & (given.adlb["PARAMCD"] == "P") & given.adlb["AVALC"].notna()
    with pytest.raises(DataError, match="A response is neither of the two") as raised:
        table(
            Study(given.adsl, given.adlb.assign(AVALC=given.adlb["AVALC"].mask(wrong, "MAYBE"))), {"response": "AVALC"}
        )
    assert raised.value.place.keys == f"USUBJID = {given.adlb['USUBJID'][wrong].iloc[0]}"
    # Each record once, though it stands in three columns.
    assert raised.value.found == f"{wrong.sum()} such records, here MAYBE"


def test_a_number_in_the_place_of_a_response_is_told_as_it_is_shown() -> None:
    given = study(4).once()
    with pytest.raises(DataError) as raised:
        table(Study(given.adsl, given.adlb.assign(AVAL=1.0)), {"response": "AVAL"})
    assert raised.value.found.endswith("such records, here 1")


def test_two_responses_of_a_subject_in_one_cell() -> None:
    given = study(4).once()
    answered = given.records[given.records["AVALC"].notna()]
    twice = pd.concat([given.adlb, answered[:2]], ignore_index=True)
    with pytest.raises(DataError, match="A subject has two responses in one cell") as raised:
        table(Study(given.adsl, twice), {"response": "AVALC"})
    assert raised.value.place.keys == f"USUBJID = {answered['USUBJID'].iloc[0]}"
    assert raised.value.found == f"2 such records, here {answered['AVALC'].iloc[0]}"


def test_a_second_record_without_a_response_is_no_second_response() -> None:
    given = study(4).once()
    blank = given.records.assign(AVALC=pd.Series(pd.NA, index=given.records.index, dtype="str"))
    twice = Study(given.adsl, pd.concat([given.adlb, blank], ignore_index=True))
    row = {"response": "AVALC"}
    assert_same(*(numbers(table(each, row), "visit", "column") for each in (twice, given)))

"""Shifts from baseline against cross tables of pandas."""

from __future__ import annotations

import itertools

import pytest
from tests.analyses.small_studies import STUDIES, Study, assert_same, cells, numbers, study, table

from adamline.results.ard import levels_of

LEVELS = ["LOW", "NORMAL", "HIGH"]
ROW = {"shift": "ANRIND", "from": "BNRIND", "levels": LEVELS, "missing": "show", "total": "Total"}


def counted(given: Study, denominator: str) -> dict[tuple[str, ...], float]:
    """Different subjects and records of each pair, and of the sums over one of the two or both."""
    expected = {}
    for visit, column, records, people in cells(given):
        known = records.assign(**{name: records[name].fillna("(missing)") for name in ("BNRIND", "ANRIND")})
        for before, after in itertools.product([*LEVELS, "(missing)", "Total"], repeat=2):
            row = known if before == "Total" else known[known["BNRIND"] == before]
            cell = row if after == "Total" else row[row["ANRIND"] == after]
            of = {
                "population": len(people),
                "values": records[records["BNRIND"].notna()]["USUBJID"].nunique(),
                "above": row["USUBJID"].nunique(),
            }[denominator]
            n = cell["USUBJID"].nunique()
            key = (visit, column, before, after)
            expected |= {(*key, "n"): n, (*key, "events"): len(cell)}
            # Over baseline subjects without a value there are added, who are no part of those with one.
            sums = {"population": (), "values": (before,), "above": (before, after)}[denominator]
            if "Total" not in sums:
                expected |= {(*key, "N"): of, (*key, "pct"): 100 * n / of if of else float("nan")}
    return expected


@STUDIES
@pytest.mark.parametrize("denominator", ["population", "values", "above"])
def test_pairs_and_sums(seed: int, denominator: str) -> None:
    given = study(seed)
    made = table(given, {**ROW, "denominator": denominator})
    found = numbers(made.assign(before=levels_of(made, "BNRIND")), "visit", "column", "before", "variable_level")
    assert_same(found, counted(given, denominator))

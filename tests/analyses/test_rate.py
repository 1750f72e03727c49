"""Rates per person-time against sums of pandas and limits from quantiles of the chi-square distribution."""

from __future__ import annotations

import pytest
from scipy import stats
from tests.analyses.small_studies import STUDIES, Study, assert_same, cells, numbers, study, table

NAN = float("nan")


def rated(given: Study, events: str) -> dict[tuple[str, ...], float]:
    """Events and person-years of Rash; the time of whoever has it ends at the first, or goes on."""
    expected: dict[tuple[str, ...], float] = {}
    for visit, column, records, people in cells(given):
        own = records[records["AEDECOD"] == "Rash"]
        first = own.groupby("USUBJID")["ASTDY"].min()
        ends = people.set_index("USUBJID")["TRTDURD"]
        if events == "first":
            ends = ends.where(~ends.index.isin(first.index), ends.clip(upper=first.reindex(ends.index)))
        n, years = len(first) if events == "first" else len(own), ends.sum() / 365.25
        lower = stats.chi2.ppf(0.025, 2 * n) / 2 if n else 0.0
        upper = stats.chi2.ppf(0.975, 2 * n + 2) / 2
        of_cell = {"n": n, "person_years": years}
        of_cell |= {
            name: 100 * value / years if years else NAN
            for name, value in (("rate", n), ("lower", lower), ("upper", upper))
        }
        expected |= {(visit, column, name): value for name, value in of_cell.items()}
    return expected


@STUDIES
@pytest.mark.parametrize("events", ["first", "all"])
def test_events_per_person_years(seed: int, events: str) -> None:
    given = study(seed)
    row = {"rate": "AEDECOD", "levels": ["Rash", "Itch", "Pain"], "time": "TRTDURD", "at": "ASTDY", "events": events}
    made = table(given, {**row, "missing": "drop"})
    found = numbers(made[made["variable_level"] == "Rash"], "visit", "column")
    assert_same(found, rated(given, events))

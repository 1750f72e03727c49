"""The figure of boxes draws stored quartiles, whiskers and values beyond, which are those of a count apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.figure_svg import read_svg
from tests.tlf.kinds.drawing import CASES, of_table, stored_table, subjects

from adamline.errors import DataError
from adamline.tlf.layout import Layout

VISITS = ("Week 2", "Week 4")
ROWS: list[dict[str, Any]] = [
    {"by": "PARAMCD", "rows": [{"by": "AVISIT", "rows": [{"summary": "AVAL"}, {"quartiles": "AVAL"}]}]}
]


def adlb(arms: dict[str, int]) -> pd.DataFrame:
    of = subjects(arms)
    number = np.arange(len(of))
    parts = [
        of.assign(PARAMCD="ALT", AVISIT=visit, AVAL=(number * 7 % 11) + 10.0 * week + np.where(number % 9 == 8, 60, 0))
        for week, visit in enumerate(VISITS)
    ]
    return pd.concat(parts, ignore_index=True)


def drawn(case: str, rows: list[dict[str, Any]] | None = None, **changes: Any) -> tuple[pd.DataFrame, Layout]:
    arms = CASES[case]
    return of_table("boxes", {"parameter": "ALT", **changes}, stored_table(arms, rows or ROWS, adlb(arms)))


def quartile(values: list[float], p: float) -> float:
    """PCTLDEF=5: the value after the first n * p, or the mean of the two where n * p is whole."""
    ordered, place = sorted(values), len(values) * p
    whole = int(place)
    return (ordered[whole - 1] + ordered[whole]) / 2 if place == whole else ordered[whole]


def test_boxes_whiskers_and_values_beyond() -> None:
    _, layout = drawn("two arms")
    assert layout.picture is not None
    seen = read_svg(layout.picture.svg)
    records, boxes, beyond, whiskers = adlb(CASES["two arms"]), [], [], []
    for arm in CASES["two arms"]:
        for visit in VISITS:
            values = records[(records["TRTA"] == arm) & (records["AVISIT"] == visit)]["AVAL"].tolist()
            q1, q3 = quartile(values, 0.25), quartile(values, 0.75)
            reach = 1.5 * (q3 - q1)
            within = [value for value in values if q1 - reach <= value <= q3 + reach]
            boxes.append((q1, q3))
            beyond += [value for value in values if value not in within]
            whiskers += [(min(within), q1), (q3, max(within))]
    found = [(min(y for _, y in area), max(y for _, y in area)) for area in seen.areas]
    assert found == [pytest.approx(box, abs=0.02) for box in boxes]
    assert beyond
    drawn_values = [round(y, 1) for marks in seen.marks for _, y in marks]
    assert all(round(value, 1) in drawn_values for value in beyond)
    ends = [(round(low, 1), round(high, 1)) for low, high in seen.limits]
    assert all((round(low, 1), round(high, 1)) in ends for low, high in whiskers)
    assert layout.footnotes[-1] == (
        "Box: quartiles (PCTLDEF=5) and median. Diamond: mean. Whiskers: furthest values within 1.5 interquartile "
        "ranges of the quartiles. Circles: values beyond."
    )


def test_whiskers_to_the_extremes() -> None:
    rows = [{"by": "PARAMCD", "rows": [{"by": "AVISIT", "rows": [{"quartiles": "AVAL", "reach": None}]}]}]
    results, layout = drawn("two arms", rows, means=False)
    assert not (results["stat_name"] == "beyond").any()
    assert layout.footnotes[-1] == "Box: quartiles (PCTLDEF=5) and median. Whiskers: minimum and maximum."
    highest = results[results["stat_name"] == "whisker_high"]["stat"].max()
    assert highest == adlb(CASES["two arms"])["AVAL"].max()


def test_a_value_beyond_names_its_subject_and_selects_its_record() -> None:
    results, _ = drawn("two arms")
    beyond = results[results["stat_name"] == "beyond"]
    records = adlb(CASES["two arms"])
    for row in beyond.itertuples():
        assert f"USUBJID = '{row.variable_level}'" in row.where
        assert row.stat in records[records["USUBJID"] == row.variable_level]["AVAL"].tolist()


@pytest.mark.parametrize("case", CASES)
def test_cases_that_it_must_bear(case: str) -> None:
    results, layout = drawn(case)
    assert (layout.picture is not None) == (case != "nobody")
    if case == "nobody":
        assert "no median to draw" in set(results["warning"])


def test_a_table_without_quartiles() -> None:
    rows = [{"by": "PARAMCD", "rows": [{"by": "AVISIT", "rows": [{"summary": "AVAL"}]}]}]
    with pytest.raises(DataError, match="do not hold whisker_low"):
        drawn("two arms", rows)

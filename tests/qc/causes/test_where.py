from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.qc import compare
from adamline.qc.causes import find_causes
from adamline.qc.causes.place import columns_of, scope_of

N = 1200


def records(n: int = N) -> pd.DataFrame:
    """40 subjects, 3 parameters, 10 visits; numbers that tell nothing."""
    row = np.arange(n)
    return pd.DataFrame(
        {
            "USUBJID": [f"{i:03d}" for i in row * 40 // n],
            "SITEID": [f"7{i // 4:02d}" for i in row * 40 // n],
            "SEX": np.where(row * 40 // n % 2, "F", "M"),
            "PARAMCD": np.array(["ALT", "AST", "BILI"])[row % 3],
            "AVISIT": [f"Week {i}" for i in row // 3 % 10],
            "AVISITN": (row // 3 % 10).astype(float),
            "DTYPE": np.where(row % 37 == 5, "LOCF", ""),
            "AVAL": np.random.default_rng(5).normal(50, 9, n).round(3),
        }
    )


def changed(base: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Other numbers in these records, which have nothing to do with what was there."""
    values = base["AVAL"].to_numpy(copy=True)
    values[rows] = np.random.default_rng(6).normal(50, 9, len(values)).round(3)[rows]
    return base.assign(AVAL=values)


def texts(base: pd.DataFrame, rows: np.ndarray) -> list[str]:
    return [cause.text for cause in find_causes(compare(base, changed(base, np.asarray(rows))))]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("USUBJID == '007'", "all within one subject: USUBJID = '007'"),
        ("USUBJID == '007' and PARAMCD == 'ALT'", "all within one subject: USUBJID = '007'"),
        ("AVISIT == 'Week 8'", "all within one visit: AVISIT = 'Week 8'"),
        ("AVISIT == 'Week 8' and SEX == 'F'", "all within one visit: AVISIT = 'Week 8'"),
        ("PARAMCD == 'AST'", "records where PARAMCD = 'AST'"),
        ("DTYPE == 'LOCF'", "records where DTYPE = 'LOCF'"),
        ("DTYPE == ''", "records where DTYPE is missing"),
        ("SEX == 'F'", "records where SEX = 'F'"),
        ("SITEID == '703'", "records where SITEID = '703'"),
    ],
)
def test_the_place_is_told(where: str, words: str) -> None:
    base = records()
    assert texts(base, base.query(where).index) == [words]


def test_a_subject_goes_before_its_site() -> None:
    base = records().assign(SITEID=lambda frame: "S" + frame["USUBJID"])
    assert texts(base, base.query("SITEID == 'S007'").index) == ["all within one subject: USUBJID = '007'"]


def test_a_condition_much_narrower_than_the_visit_goes_first() -> None:
    base = records().assign(DTYPE=lambda frame: np.where((frame.index % 60 == 24), "LOCF", ""))
    assert set(base.query("DTYPE == 'LOCF'")["AVISIT"]) == {"Week 8"}
    assert texts(base, base.query("DTYPE == 'LOCF'").index) == ["records where DTYPE = 'LOCF'"]


def test_half_of_what_a_condition_selects_is_not_enough() -> None:
    base = records()
    assert texts(base, base.query("PARAMCD == 'AST'").index[::2]) == []


def test_a_visit_of_most_records_is_no_place() -> None:
    base = records()
    base["AVISIT"] = np.where(base.index % 10 < 7, "Week 1", base["AVISIT"] + "x")
    base = base.drop(columns="AVISITN")
    rows = np.random.default_rng(8).choice(base.query("AVISIT == 'Week 1'").index, 80, replace=False)
    assert texts(base, rows) == []


def test_a_condition_is_judged_by_the_records_that_have_a_value() -> None:
    base = records()
    empty = base["PARAMCD"].eq("AST") & (base.index % 2 == 0)
    base = base.assign(AVAL=base["AVAL"].mask(empty))
    rows = base.query("PARAMCD == 'AST' and AVAL.notna()").index
    assert texts(base, rows) == ["records where PARAMCD = 'AST'"]


def test_a_variable_that_only_the_comparison_has() -> None:
    base = records()
    other = changed(base, base.query("DTYPE == 'LOCF'").index.to_numpy())
    [cause] = find_causes(compare(base.drop(columns="DTYPE"), other))
    assert cause.text == "records where DTYPE = 'LOCF' in compare"


def test_two_places_together() -> None:
    base = records()
    rows = base.query("USUBJID == '007' or (AVISIT == 'Week 3' and SEX == 'F')").index
    assert sorted(texts(base, rows)) == [
        "all within one subject: USUBJID = '007'",
        "all within one visit: AVISIT = 'Week 3'",
    ]


def test_a_variable_of_many_levels_makes_no_condition() -> None:
    base = records().assign(SEQ=np.arange(N))
    names = {column.places[0].variable for column in columns_of(compare(base, base), np.arange(N))}
    assert names == {"USUBJID", "SITEID", "SEX", "PARAMCD", "AVISIT", "AVISITN", "DTYPE"}


def test_many_records_are_sampled_and_those_that_differ_kept() -> None:
    base = records(600_000)
    rows = base.query("DTYPE == 'LOCF'").index.to_numpy()
    found = compare(base, changed(base, rows))
    scope, weights = scope_of(found)
    assert len(scope) < 300_000
    assert np.isin(found["AVAL"].unequal, scope).all()
    assert weights.sum() == pytest.approx(600_000)
    assert [cause.text for cause in find_causes(found)] == ["records where DTYPE = 'LOCF'"]

"""The Kaplan-Meier figure draws the stored curve, which is that of a count apart; the cases that it must bear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from tests.acceptance.figure_svg import read_svg
from tests.tlf.kinds.drawing import CASES, DRAWN, of_table, stored_table, subjects

from adamline.analyses.kaplan_meier import Options
from adamline.errors import DataError, Place
from adamline.results.check_warnings import check_warnings
from adamline.tlf.layout import Layout

ROWS: list[dict[str, Any]] = [
    {
        "by": "PARAMCD",
        "rows": [
            {"survival": "AVAL", "at": [0, 2, 4, 6], "decimals": 1},
            {"log_rank": "AVAL", "as": "p_logrank"},
            {"curve": "AVAL"},
        ],
    }
]


def adtte(arms: dict[str, int]) -> pd.DataFrame:
    made = subjects(arms)
    number = np.arange(len(made))
    times = np.array([1.0, 2.0, 2.0, 3.5, 4.0, 5.0, 5.0, 6.0, 6.5, 7.0])[number % 10] + number // 20
    return made.assign(PARAMCD="OS", AVAL=times, CNSR=(number % 3 == 2).astype(float))


def drawn(arms: dict[str, int], records: pd.DataFrame | None = None, **changes: Any) -> tuple[pd.DataFrame, Layout]:
    stored = stored_table(arms, ROWS, adtte(arms) if records is None else records)
    return of_table("kaplan_meier", {"parameter": "OS", **changes}, stored)


def product_limit(times: pd.Series, events: pd.Series) -> dict[float, float]:
    """The share that survives each event time, one factor a time."""
    survival, made = 1.0, {0.0: 100.0}
    for time in sorted(set(times[events])):
        survival *= 1 - (events & (times == time)).sum() / (times >= time).sum()
        made[time] = 100 * survival
    return made


def test_the_curve_is_the_product_of_the_event_times_and_is_drawn_so() -> None:
    arms = CASES["two arms"]
    results, layout = drawn(arms)
    assert layout.picture is not None
    seen = read_svg(layout.picture.svg)
    records = adtte(arms)
    for curve, arm in zip(seen.curves, arms, strict=False):
        of = records[records["TRTA"] == arm]
        expected = product_limit(of["AVAL"], of["CNSR"] == 0)
        found = dict(curve)  # of a vertical part the lower end is the last
        for time, rate in expected.items():
            (at,) = [x for x in found if abs(x - time) < 1e-3]
            assert found[at] == pytest.approx(rate, abs=0.01)
        censored = sorted(set(of["AVAL"][of["CNSR"] == 1]))
        marks = seen.marks[list(arms).index(arm)]
        assert [x for x, _ in marks] == pytest.approx(censored, abs=1e-3)
    rates = results[(results["stat_name"] == "rate") & (results["group1_level"] == "Drug")]
    assert len(rates) == adtte(arms).query("TRTA == 'Drug'")["AVAL"].nunique() + 1


def test_numbers_at_risk_medians_and_what_is_stated_are_texts_of_the_table() -> None:
    arms = CASES["two arms"]
    stated = [{"from": "p_logrank", "show": "Log-rank p {p}"}]
    results, layout = drawn(arms, stated=stated, legend="median {median} ({median_lower} to {median_upper})")
    assert layout.picture is not None
    seen = read_svg(layout.picture.svg)
    text = {(row.group1_level, row.stat_name): row.stat_text for row in results.itertuples()}
    records = adtte(arms)
    for arm in arms:
        times = records["AVAL"][records["TRTA"] == arm]
        for time in (0, 2, 4, 6):
            assert text[arm, f"at_risk_{time}"] == str((times >= time).sum())
            assert text[arm, f"at_risk_{time}"] in seen.texts
        median, lower, upper = (text[arm, name] for name in ("median", "median_lower", "median_upper"))
        assert f"{arm} (median {median} ({lower} to {upper}))" in seen.texts
        assert f"{arm} (median {median}" in layout.picture.alt
    assert f"Log-rank p {text['', 'p']}" in seen.texts
    assert layout.population == "Safety Population"


def test_limits_as_bands_and_failure() -> None:
    arms = CASES["two arms"]
    rows = [{"by": "PARAMCD", "rows": [{"survival": "AVAL", "at": [0, 6]}, {"curve": "AVAL", "failure": True}]}]
    stored = stored_table(arms, rows, adtte(arms))
    results, layout = of_table("kaplan_meier", {"parameter": "OS", "bands": True, "censored": False}, stored)
    rates = results[results["stat_name"] == "rate"]
    assert rates["stat"].iloc[0] == 0.0 and (rates["stat"].diff().fillna(0) >= -100).all()
    low, high = (results[results["stat_name"] == end]["stat"].to_numpy() for end in ("lower", "upper"))
    inside = np.isfinite(low)
    assert (low[inside] <= rates["stat"].to_numpy()[inside]).all()
    assert (rates["stat"].to_numpy()[inside] <= high[inside]).all()
    assert (layout.picture is not None and b"FillBetween" in layout.picture.svg) or b"PolyCollection" in (
        layout.picture.svg if layout.picture else b""
    )


@pytest.mark.parametrize("case", CASES)
def test_cases_that_it_must_bear(case: str) -> None:
    results, layout = drawn(CASES[case])
    assert (layout.picture is not None) == (case in DRAWN)
    if case == "nobody":
        (found,) = [each for each in check_warnings(results, Place()) if "no curve to draw" in each.message]
        assert found
    if case == "one":
        assert any("no curve in a column: Drug" in each for each in results["warning"])


def test_a_record_without_a_time_is_not_drawn() -> None:
    arms = CASES["two arms"]
    records = adtte(arms)
    _, whole = drawn(arms, records[1:].reset_index(drop=True))
    _, missing = drawn(arms, records.assign(AVAL=records["AVAL"].where(records.index > 0)))
    assert whole.picture is not None and missing.picture is not None
    assert read_svg(whole.picture.svg).curves == read_svg(missing.picture.svg).curves


@pytest.mark.parametrize(
    ("rows", "changes", "message"),
    [
        ([{"survival": "AVAL", "at": [0]}], {}, "give the table a row {curve: AVAL}"),
        ([{"curve": "AVAL"}], {}, "give the table a row {survival: AVAL, at"),
        ([{"survival": "AVAL"}, {"curve": "AVAL"}], {"parameter": "PFS"}, "do not hold PFS"),
        ([{"survival": "AVAL"}, {"curve": "AVAL"}], {"columns": ["Dreg"]}, "did you mean Drug"),
        ([{"survival": "AVAL"}, {"curve": "AVAL"}], {"legend": "{medien}"}, "did you mean median"),
        ([{"survival": "AVAL"}, {"curve": "AVAL"}], {"stated": [{"from": "p", "show": "{p}"}]}, "do not hold p"),
    ],
)
def test_what_is_not_stored(rows: list[dict[str, Any]], changes: dict[str, Any], message: str) -> None:
    arms = CASES["two arms"]
    stored = stored_table(arms, [{"by": "PARAMCD", "rows": rows}], adtte(arms))
    with pytest.raises(DataError, match=message.replace("{", r"\{").replace("[", r"\[")):
        of_table("kaplan_meier", {"parameter": "OS", **changes}, stored)


def test_options_that_have_no_meaning() -> None:
    spec = {"output": "F-1", "kind": "kaplan_meier", "title": "F", "results": "T-1"}
    with pytest.raises(ValidationError, match="a pattern of statistics"):
        Options.model_validate(spec | {"stated": [{"from": "p", "show": "p"}]})
    with pytest.raises(ValidationError, match="begins below its end"):
        Options.model_validate(spec | {"x_axis": {"low": 5, "high": 5}})


def test_a_table_without_columns_is_of_all_subjects() -> None:
    arms = CASES["two arms"]
    rows = [{"by": "PARAMCD", "rows": [{"survival": "AVAL", "at": [0, 4]}, {"curve": "AVAL"}]}]
    stored = stored_table(arms, rows, adtte(arms), columns=None)
    _, layout = of_table("kaplan_meier", {"parameter": "OS"}, stored)
    assert layout.picture is not None and "All subjects (median" in layout.picture.alt

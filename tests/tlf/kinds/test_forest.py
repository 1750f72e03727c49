"""The forest figure draws stored estimates: places, limits, arrows, sizes and texts; the cases that it must bear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from tests.acceptance.figure_svg import read_svg
from tests.tlf.kinds.drawing import CASES, of_table, stored_table, subjects

from adamline.analyses.forest import Options
from adamline.errors import DataError
from adamline.tlf.layout import Layout


def responses(arms: dict[str, int]) -> pd.DataFrame:
    made = subjects(arms)
    number = np.arange(len(made))
    answers = np.where((number * 7) % 5 < 2, "Y", "N")
    return made.assign(SEX=np.where(number % 2, "F", "M"), AVALC=answers).astype("str")


def rows(reference: str) -> list[dict[str, Any]]:
    pair = {"against": reference, "levels": ["Y", "N"]}
    return [
        {"risk_difference": "AVALC", **pair, "as": "rd_all"},
        {"count": "AVALC", "as": "n_all"},
        {
            "by": "SEX",
            "rows": [{"risk_difference": "AVALC", **pair, "as": "rd_sex"}, {"count": "AVALC", "as": "n_sex"}],
        },
    ]


def drawn(case: str, **changes: Any) -> tuple[pd.DataFrame, Layout]:
    arms = CASES[case]
    stored = stored_table(arms, rows(next(iter(arms))), responses(arms))
    return of_table("forest", {"category": ["Y"], "headings": {"SEX": "Sex"}, **changes}, stored)


def estimates(results: pd.DataFrame) -> pd.DataFrame:
    found = results[results["stat_name"].isin(["estimate", "lower", "upper"])]
    return found.pivot_table(index="analysis", columns="stat_name", values="stat", aggfunc=list, sort=False)


def test_estimates_and_limits_are_the_stored_ones() -> None:
    size = {"from": ["n_all", "n_sex"], "statistic": "n"}
    results, layout = drawn("two arms", size=size, favours=["Placebo better", "Drug better"])
    assert layout.picture is not None
    seen = read_svg(layout.picture.svg)
    stored = estimates(results)
    expected = [value for values in stored["estimate"] for value in values]
    squares = [x for marks in seen.marks for x, _ in marks]
    assert squares == pytest.approx(expected, abs=0.1)
    limits = [(low, high) for _, row in stored.iterrows() for low, high in zip(row["lower"], row["upper"], strict=True)]
    texts = [row.stat_text for row in results.itertuples() if row.stat_name == "estimate"]
    assert len(limits) == 3 and all(any(text in each for each in seen.texts) for text in texts)
    assert {"All subjects", "Sex", "F", "M"} <= {text.strip() for text in seen.texts}
    assert "The area of a marker grows with the number of subjects." in layout.footnotes
    assert "← Placebo better" in seen.texts and "All subjects " + texts[0] in layout.picture.alt


def test_a_limit_beyond_the_axis_ends_in_an_arrow() -> None:
    results, whole = drawn("two arms")
    _, cut = drawn("two arms", x_axis={"low": -20, "high": 20, "step": 10})
    assert whole.picture is not None and cut.picture is not None
    assert "An arrow marks a limit beyond the axis." in cut.footnotes and whole.footnotes == ()
    stored = estimates(results)
    beyond = sum(low < -20 for lows in stored["lower"] for low in lows)
    beyond += sum(high > 20 for highs in stored["upper"] for high in highs)
    inside = sum(-20 <= value <= 20 for values in stored["estimate"] for value in values)
    assert sum(map(len, read_svg(cut.picture.svg).marks)) == beyond + inside
    assert not [finding for finding in cut.findings if finding.check == "axis"]


# A table of one arm has nothing to compare, and says so.
@pytest.mark.parametrize("case", [case for case in CASES if case != "one arm"])
def test_cases_that_it_must_bear(case: str) -> None:
    results, layout = drawn(case)
    assert (layout.picture is not None) == (case in {"one of each", "two arms", "eight arms", "long names"})
    if layout.picture is None:
        assert "no estimate to draw" in set(results["warning"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"analysis": "rd"}, "there are n_all, n_sex, rd_all, rd_sex"),
        ({"estimate": "hazard_ratio"}, "do not hold hazard_ratio"),
        ({"limits": ["low", "upper"]}, "do not hold low"),
        ({"category": ["Yes"]}, "do not hold Yes"),
        ({"size": {"from": "n"}}, "do not hold n"),
        ({"beside": [{"from": "n_all", "show": "{n}", "column": "Drag"}]}, "did you mean Drug"),
    ],
)
def test_what_is_not_stored(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        drawn("two arms", **changes)


def test_options_that_have_no_meaning() -> None:
    spec = {"output": "F-1", "kind": "forest", "title": "F", "results": "T-1"}
    with pytest.raises(ValidationError, match="lies left and what lies right"):
        Options.model_validate(spec | {"favours": ["Drug"]})
    with pytest.raises(ValidationError, match="begins above 0"):
        Options.model_validate(spec | {"x_axis": {"log": True, "low": 0}})
    assert Options.model_validate(spec | {"x_axis": {"log": True}}).no_difference == 1.0


def test_levels_are_drawn_as_they_are_listed() -> None:
    _, layout = drawn("two arms", show={"SEX": {"M": "Male", "F": "Female"}})
    assert layout.picture is not None
    seen = [text for text in read_svg(layout.picture.svg).texts if text.strip() in ("Male", "Female")]
    assert seen == ["Male", "Female"]
    results, layout = drawn("two arms", show={"SEX": ["M"]})
    assert layout.picture is not None
    assert "F" not in set(results[results["group2"] == "SEX"]["group2_level"])
    with pytest.raises(DataError, match="do not hold X"):
        drawn("two arms", show={"SEX": ["X"]})

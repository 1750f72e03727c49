"""The figure of cumulative distributions draws the stored steps, which are those of a count apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.figure_svg import read_svg
from tests.tlf.kinds.drawing import CASES, of_table, stored_table, subjects

from adamline.errors import DataError
from adamline.tlf.layout import Layout


def changes(arms: dict[str, int]) -> pd.DataFrame:
    of = subjects(arms)
    return of.assign(PARAMCD="ALT", CHG=(np.arange(len(of)) * 5 % 8) - 3.5)


def drawn(case: str, word: str = "distribution", **spec: Any) -> tuple[pd.DataFrame, Layout]:
    arms = CASES[case]
    rows = [{"by": "PARAMCD", "rows": [{"summary": "CHG", "as": "s"}, {word: "CHG"}]}]
    return of_table("cumulative", {"parameter": "ALT", **spec}, stored_table(arms, rows, changes(arms)))


def test_each_step_is_the_share_of_values_at_most_this() -> None:
    _, layout = drawn("two arms", x_lines=[0])
    assert layout.picture is not None
    curves = [curve for curve in read_svg(layout.picture.svg).curves if len(curve) > 2]
    records = changes(CASES["two arms"])
    for arm, curve in zip(CASES["two arms"], curves, strict=True):
        values = records["CHG"][records["TRTA"] == arm]
        after = {round(x, 2): y for x, y in curve}  # of a vertical part the end is the last
        assert after == {
            value: pytest.approx(100 * (values <= value).mean(), abs=0.02) for value in sorted(set(values))
        }
        assert f"{arm} (n = {len(values)})" in read_svg(layout.picture.svg).texts


@pytest.mark.parametrize("case", CASES)
def test_cases_that_it_must_bear(case: str) -> None:
    results, layout = drawn(case)
    assert (layout.picture is not None) == (case != "nobody")
    if case == "one":
        assert "no distribution in a column: Drug" in set(results["warning"])
    if case == "nobody":
        assert "no distribution to draw" in set(results["warning"])


def test_a_table_without_a_distribution() -> None:
    with pytest.raises(DataError, match=r"give the table a row \{distribution: CHG\}"):
        drawn("two arms", "summary")

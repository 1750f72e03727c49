"""The figure of dots draws stored per cents and differences; their order, and the cases that it must bear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.figure_svg import read_svg
from tests.tlf.kinds.drawing import CASES, of_table, stored_table, subjects

from adamline.errors import DataError
from adamline.tlf.layout import Layout

TERMS = ["HEADACHE", "NAUSEA", "RASH", "PRURITUS"]


def adae(arms: dict[str, int]) -> pd.DataFrame:
    """A subject has a term where its number leaves no rest but a small one."""
    of = subjects(arms)
    parts = [
        of[np.arange(len(of)) % (n + 2) == 0].assign(AEBODSYS="BODY", AEDECOD=term) for n, term in enumerate(TERMS)
    ]
    return pd.concat(parts, ignore_index=True)


def drawn(case: str, **changes: Any) -> tuple[pd.DataFrame, Layout]:
    arms = CASES[case]
    row = {
        "count": ["AEBODSYS", "AEDECOD"],
        "compare": [{"risk_difference": ["AEBODSYS", "AEDECOD"], "against": next(iter(arms)), "as": "rd"}],
    }
    return of_table("dots", changes, stored_table(arms, [row], adae(arms)))


def test_dots_and_differences_are_the_stored_ones() -> None:
    results, layout = drawn("two arms")
    assert layout.picture is not None
    left, right = (read_svg(layout.picture.svg, axes) for axes in ("axes_1", "axes_2"))
    arms, records = CASES["two arms"], adae(CASES["two arms"])
    counts = records.groupby(["TRTA", "AEDECOD"]).size()
    share = {arm: {term: 100 * counts.get((arm, term), 0) / n for term in TERMS} for arm, n in arms.items()}
    difference = {term: share["Drug"][term] - share["Placebo"][term] for term in TERMS}
    order = sorted(TERMS, key=lambda term: -difference[term])
    for arm, marks in zip(arms, left.marks, strict=False):
        assert [x for x, _ in marks] == pytest.approx([share[arm][term] for term in order], abs=0.02)
    found = [x for marks in right.marks for x, _ in marks]
    assert found == pytest.approx([difference[term] for term in order], abs=0.05)
    assert [text for text in left.texts if text in TERMS] == order
    assert set(results["same_as"]) - {""}


def test_most_at_least_and_sort() -> None:
    _, layout = drawn("two arms", most=2, at_least=5, sort="frequency", of="Placebo")
    assert layout.picture is not None
    assert [text for text in read_svg(layout.picture.svg).texts if text in TERMS] == ["HEADACHE", "NAUSEA"]
    assert layout.footnotes == ("Shown: of at least 5% in a column, the first 2 by frequency.",)


def test_without_differences_there_are_dots_alone() -> None:
    arms = CASES["two arms"]
    stored = stored_table(arms, [{"count": "AEDECOD"}], adae(arms))
    _, layout = of_table("dots", {"sort": "table"}, stored)
    assert layout.picture is not None and b"axes_2" not in layout.picture.svg
    with pytest.raises(DataError, match="or sort by frequency"):
        of_table("dots", {}, stored)


# A table of one arm has nothing to compare, and says so.
@pytest.mark.parametrize("case", [case for case in CASES if case != "one arm"])
def test_cases_that_it_must_bear(case: str) -> None:
    results, layout = drawn(case)
    assert (layout.picture is not None) == (case != "nobody")
    if case == "nobody":
        assert "no pct to draw" in set(results["warning"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"count": "counts"}, "do not hold counts"),
        ({"point": "rate"}, "do not hold rate"),
        ({"variable": "AETERM"}, "do not hold AETERM"),
        ({"differences": "r_d"}, "did you mean rd"),
        ({"of": "Drag"}, "did you mean Drug"),
    ],
)
def test_what_is_not_stored(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        drawn("two arms", **changes)


def test_equal_values_of_two_arms_do_not_hide_one_another() -> None:
    _, layout = drawn("two arms")
    assert layout.picture is not None
    first, second = read_svg(layout.picture.svg).marks[:2]
    assert all(abs(y - other) > 3 for (_, y), (_, other) in zip(first, second, strict=True))

"""Tests of each category of a count: against all orders of the answers, scipy, and what `count` counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import permutations

import pandas as pd
import pytest
from scipy import stats

from adamline.analyses.category_test import Options, analyse
from adamline.analyses.frames import placed
from adamline.errors import DataError

ADSL = pd.DataFrame(
    {"USUBJID": list("abcdefgh"), "TRTP": list("AAABBBCC"), "REASON": list("XXXYXZYZ"), "ALL": list("NNNNNNNN")}
)


def p_of(row: dict[str, object], frame: pd.DataFrame = ADSL, **more: object) -> dict[str, float]:
    made = analyse(placed(frame, "TRTP"), Options.model_validate({**row, **more}))
    assert set(made["stat_name"]) == {"p"}
    return dict(zip(made["variable_level"], made["stat"], strict=True))


def exact(arms: list[str], answers: list[bool]) -> float:
    """The share of the orders of answers whose table is no more likely than that at hand."""
    seen = Counter(tuple(sorted(Counter(zip(arms, order, strict=True)).items())) for order in permutations(answers))
    observed = seen[tuple(sorted(Counter(zip(arms, answers, strict=True)).items()))]
    return sum(count for count in seen.values() if count <= observed) / sum(seen.values())


def test_each_category_against_all_others_by_enumeration() -> None:
    arms = list(ADSL["TRTP"])
    want = {level: exact(arms, [each == level for each in ADSL["REASON"]]) for level in "XYZ"}
    assert p_of({"category_test": "REASON"}) == pytest.approx(want, rel=1e-12)


def test_pearson_is_that_of_scipy() -> None:
    found = p_of({"category_test": "REASON"}, test="chi_square")
    for level in "XYZ":
        table = pd.crosstab(ADSL["REASON"] == level, ADSL["TRTP"]).to_numpy()
        assert found[level] == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, rel=1e-10)


def test_a_subject_counts_once_and_one_without_an_event_is_without_it(analysed: Callable[..., pd.DataFrame]) -> None:
    """Of nested categories too: the subjects of the population are those that `count` has its per cents of."""
    events = pd.DataFrame(
        [("a", "A", "S", "T"), ("a", "A", "S", "T"), ("b", "A", "S", "U"), ("d", "B", "S", "T")],
        columns=["USUBJID", "TRTP", "SOC", "PT"],
    )
    made = analysed({"category_test": ["SOC", "PT"]}, events, ADSL)
    found = {(row.variable, row.variable_level): row.stat for row in made.itertuples()}
    arms = list(ADSL["TRTP"])
    assert found == pytest.approx(
        {
            ("SOC", "S"): exact(arms, [each in "abd" for each in ADSL["USUBJID"]]),
            ("PT", "T"): exact(arms, [each in "ad" for each in ADSL["USUBJID"]]),
            ("PT", "U"): exact(arms, [each == "b" for each in ADSL["USUBJID"]]),
        },
        rel=1e-12,
    )


def test_what_all_have_is_no_test() -> None:
    made = analyse(placed(ADSL, "TRTP"), Options.model_validate({"category_test": "ALL"})).iloc[0]
    assert (made["stat_text"], made["warning"]) == ("NE", "no test: nothing differs")


def test_the_column_that_shows_it() -> None:
    made = analyse(placed(ADSL, "TRTP"), Options.model_validate({"category_test": "REASON", "column": "B"}))
    assert set(made["group1_level"]) == {"B"}
    with pytest.raises(DataError, match="No column is D"):
        analyse(placed(ADSL, "TRTP"), Options.model_validate({"category_test": "REASON", "column": "D"}))

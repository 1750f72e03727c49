from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc import compare
from adamline.qc.causes import find_causes

NUMBERS = np.arange(1.0, 61.0)


def sentences(base: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    return [str(cause) for cause in find_causes(compare(base, other))]


def test_values_missing_on_one_side() -> None:
    other = NUMBERS.copy()
    other[[3, 14, 15, 40]] = np.nan
    found = sentences(pd.DataFrame({"X": NUMBERS}), pd.DataFrame({"X": other}))
    assert found == ["X: 4 of 4 differences: missing in compare"]


def test_zero_for_missing() -> None:
    base = NUMBERS.copy()
    base[[3, 14, 15, 40]] = np.nan
    found = sentences(pd.DataFrame({"X": base}), pd.DataFrame({"X": np.nan_to_num(base)}))
    assert found == ["X: 4 of 4 differences: missing in base against 0 in compare"]


@pytest.mark.parametrize("constant", [".", "NA", "NOT DONE"])
def test_a_constant_for_missing_text(constant: str) -> None:
    base = pd.DataFrame({"X": ["A", "", "B", "", "C", ""] * 12})
    found = sentences(base, base.replace("", constant))
    assert found == [f"X: 36 of 36 differences: missing in base against '{constant}' in compare"]


def test_a_variable_missing_altogether() -> None:
    base = pd.DataFrame({"X": NUMBERS})
    assert sentences(base, base * np.nan) == ["X: 60 of 60 differences: missing in compare"]


def test_two_kinds_of_missing() -> None:
    values = np.where(NUMBERS > 50, np.nan, NUMBERS)
    letters = pd.Categorical(np.where(NUMBERS > 50, "A", None), categories=["A"])
    variables = (Variable("X", Kind.NUMBER),)
    special = Dataset("D", pd.DataFrame({"X": values, "X.missing": letters}), variables)
    found = find_causes(compare(special, Dataset("D", pd.DataFrame({"X": values}), variables)))
    assert [cause.text for cause in found] == [".A in base against . in compare"]


def test_a_flag_that_is_nearly_always_missing_proves_nothing() -> None:
    base = np.array([""] * 300, dtype=object)
    base[::20] = "Y"
    other = base.copy()
    other[[1, 33, 72, 111, 213]] = "Y"  # any change of a missing value makes a "missing in base"
    assert sentences(pd.DataFrame({"X": base}), pd.DataFrame({"X": other})) == []

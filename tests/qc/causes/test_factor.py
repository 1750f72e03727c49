from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.qc import compare
from adamline.qc.causes import CauseKind, find_causes

VALUES = pd.DataFrame({"AVAL": [0.9, 1.25, 0.74, 2.1, 1.83, 0.66]})


def texts(other: pd.DataFrame) -> list[str]:
    return [cause.text for cause in find_causes(compare(VALUES, other))]


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1000, "factor 1000"),
        (0.1, "factor 0.1"),
        (88.4, "factor 88.4"),
        (0.0555, "factor 0.0555"),
        (18.02, "factor 18.02"),
        (2.54, "factor 2.54"),
        (0.4536, "factor 0.4536"),
        (1 / 88.4, "factor 1/88.4"),
        (-1, "constant ratio -1"),
        (7.3, "constant ratio 7.3"),
    ],
)
def test_the_factor_is_told(factor: float, words: str) -> None:
    assert texts(VALUES * factor) == [words]


def test_noise_of_doubles_is_tolerated() -> None:
    assert texts(VALUES * 88.4 * (1 + 1e-15)) == ["factor 88.4"]


@pytest.mark.parametrize(("factor", "places"), [(88.4, 1), (18.02, 0), (2.54, 2)])
def test_a_product_may_be_rounded(factor: float, places: int) -> None:
    base = pd.DataFrame({"AVAL": [12.3, 45.6, 31.7, 88.1, 52.9, 71.2]})
    [cause] = find_causes(compare(base, (base * factor).round(places)))
    assert cause.kind is CauseKind.FACTOR
    assert cause.text.startswith(f"factor {factor:g}")


def test_values_scaled_unevenly_have_no_factor() -> None:
    assert texts(VALUES * np.array([[2.0], [3.0], [4.1], [5.3], [6.7], [9.1]])) == []


def test_two_pairs_of_values_are_no_factor() -> None:
    base = pd.DataFrame({"AVAL": [1.0, 2.0, 5.0, 7.0]})
    assert find_causes(compare(base, pd.DataFrame({"AVAL": [10.0, 20.0, 5.0, 7.0]}))) == []

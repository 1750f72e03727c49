"""The results model: the ids and columns of results."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.results.ard import RESULT_COLUMNS, with_ids


def test_ids_number_the_rows_of_an_output() -> None:
    results = with_ids(pd.DataFrame({"stat_name": ["N", "sd"], "stat": [1.0, math.nan]}, index=[7, 7]), "T-1")
    assert tuple(results.columns) == RESULT_COLUMNS
    assert results["result"].tolist() == ["T-1.0001", "T-1.0002"]
    assert results["output"].tolist() == ["T-1", "T-1"]
    assert results["warning"].tolist() == ["", ""]
    assert with_ids(pd.DataFrame({"stat": []}), "T-1").empty


def test_a_column_that_the_model_does_not_have() -> None:
    with pytest.raises(DataError, match="does not have"):
        with_ids(pd.DataFrame({"stats": [1.0]}), "T-1")

"""Tables of counts from columns of labels: order, missing, weights, strata, bad input, and pandas' own crosstab."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.stats.cross_tables import cross_tables

ROWS = ["b", "A", "a", "b", "a", "A"]
COLUMNS = [2, 10, 2, 10, 10, 2]


def test_sorted_as_sas_capitals_first_and_numbers_by_value() -> None:
    made = cross_tables(ROWS, COLUMNS)
    assert (made.rows, made.columns, made.strata) == (("A", "a", "b"), (2, 10), (None,))
    assert made.table.tolist() == [[1, 1], [1, 1], [1, 1]]
    assert made.row_scores.tolist() == [1, 2, 3]
    assert made.column_scores.tolist() == [2, 10]
    assert (made.n, made.n_missing, made.warnings) == (6, 0, ())


def test_given_order_keeps_labels_without_records() -> None:
    made = cross_tables(ROWS, COLUMNS, row_order=["b", "c", "a", "A"], column_order=[10, 2])
    assert made.table.tolist() == [[1, 1], [0, 0], [1, 1], [1, 1]]
    assert (made.rows, made.columns) == (("b", "c", "a", "A"), (10, 2))


@pytest.mark.parametrize("missing", [None, math.nan, "", "  "])
def test_missing_labels_are_left_out_and_counted(missing: object) -> None:
    made = cross_tables(["x", missing, "y", "x"], [1.0, 1.0, math.nan, 2.0], ["s", "s", "s", missing])
    assert (made.n, made.n_missing) == (1, 3)
    assert (made.rows, made.columns, made.strata) == (("x",), (1.0,), ("s",))


def test_weights_and_strata() -> None:
    made = cross_tables(["x", "y", "x", "z", None], [1, 1, 2, 1, 1], ["t", "s", "s", "s", "s"], counts=[3, 4, 5, 0, 7])
    assert (made.rows, made.columns, made.strata) == (("x", "y"), (1, 2), ("s", "t"))
    assert made.counts.tolist() == [[[0, 5], [4, 0]], [[3, 0], [0, 0]]]
    assert made.pooled.tolist() == [[3, 5], [4, 0]]
    assert (made.n, made.n_missing) == (12, 7)
    with pytest.raises(DataError, match="more than one table"):
        _ = made.table


def test_types_of_text_give_one_result() -> None:
    text = ["N", "Y", "N", None]
    reference = cross_tables(text, [1, 1, 2, 2])
    ordered = pd.Categorical(text, categories=["Y", "N", "U"], ordered=True)
    for column in (pd.Series(text, dtype="str"), pd.Series(text, dtype=object), pd.Series(ordered, index=[9, 9, 7, 1])):
        made = cross_tables(column, pd.Series([1, 1, 2, 2]))
        assert (made.rows, made.n_missing) == (("N", "Y"), 1)
        np.testing.assert_array_equal(made.table, reference.table)


def test_dates_and_yes_or_no() -> None:
    made = cross_tables(pd.to_datetime(["2024-03-01", "2024-01-31", None]), [True, False, True])
    assert made.rows == (pd.Timestamp("2024-01-31"), pd.Timestamp("2024-03-01"))
    assert made.columns == (False, True)
    assert made.column_scores.tolist() == [1, 2]
    assert made.n_missing == 1


def test_categories_of_whole_numbers_with_a_missing_one() -> None:
    made = cross_tables(pd.Categorical([3, None, 1]), pd.Categorical([True, False, None]))
    assert (made.rows, made.columns, made.n_missing) == ((3,), (True,), 2)
    made = cross_tables(pd.Categorical([3, None, 1]), ["x", "x", "y"])
    assert (made.rows, made.row_scores.tolist(), made.n_missing) == ((1, 3), [1, 3], 1)


def test_scores_of_numbers_of_any_type() -> None:
    made = cross_tables([Decimal("2.5"), Decimal(10)], pd.Series([1, 2.5], dtype=object))
    assert (made.row_scores.tolist(), made.column_scores.tolist()) == ([2.5, 10], [1, 2.5])


def test_an_order_of_dates() -> None:
    first, second = date(2024, 1, 31), date(2024, 3, 1)
    made = cross_tables([second, first], ["x", "y"], row_order=(second, first))
    assert (made.rows, made.table.tolist()) == ((second, first), [[1, 0], [0, 1]])


def test_nothing_to_count() -> None:
    made = cross_tables([], [])
    assert made.counts.shape == (1, 0, 0)
    assert made.warnings == ("no record has all its labels: there is nothing to count",)
    assert cross_tables([None], ["x"], row_order=["a", "b"], column_order=["x"]).table.tolist() == [[0], [0]]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["x", "Y", "z", None]), st.sampled_from([1.5, -2.0, math.nan]), st.integers(0, 2)),
        max_size=30,
    ),
    st.randoms(use_true_random=False),
)
def test_shuffled_records_and_crosstab_of_pandas(records: list[tuple[str, float, int]], random) -> None:  # type: ignore[no-untyped-def]
    made = cross_tables([r[0] for r in records], [r[1] for r in records], [r[2] for r in records])
    assert made.n + made.n_missing == len(records)
    shuffled = list(records)
    random.shuffle(shuffled)
    again = cross_tables([r[0] for r in shuffled], [r[1] for r in shuffled], [r[2] for r in shuffled])
    np.testing.assert_array_equal(again.counts, made.counts)
    assert (again.rows, again.columns, again.strata) == (made.rows, made.columns, made.strata)
    frame = pd.DataFrame(records, columns=["row", "column", "stratum"])
    for place, stratum in enumerate(made.strata):
        part = frame[frame["stratum"] == stratum]
        other = pd.crosstab(part["row"], part["column"]).reindex(index=made.rows, columns=made.columns, fill_value=0)
        np.testing.assert_array_equal(made.counts[place], other)


@pytest.mark.parametrize(
    ("rows", "columns", "more", "message"),
    [
        (["a", "b"], ["x"], {}, "one length"),
        (["a", "b"], ["x", "y"], {"strata": [1]}, "one length"),
        (["a", "b"], ["x", "y"], {"counts": [1]}, "one length"),
        (["a", "b"], ["x", "y"], {"counts": [1, -1]}, "whole number"),
        (["a", "b"], ["x", "y"], {"counts": [1, math.nan]}, "whole number"),
        ([["a"], ["b"]], ["x", "y"], {}, "one column"),
        (["a", 1], ["x", "y"], {}, "one kind"),
        ([1.0, math.inf], ["x", "y"], {}, "infinite"),
        (pd.Series([1, math.inf], dtype=object), ["x", "y"], {}, "infinite"),
        (pd.MultiIndex.from_tuples([(1, 2), (3, 4)]), ["x", "y"], {}, "one column"),
        ([date(2024, 1, 1), datetime(2024, 1, 1)], ["x", "y"], {}, "one kind"),
        (["a", "b"], ["x", "y"], {"row_order": 2}, "must be a list"),
        (["a", "b"], ["x", "y"], {"row_order": ["a", "b", None]}, "each label once"),
        (["a", "b"], ["x", "y"], {"row_order": ["a", "b", ["c"]]}, "each label once"),
        (["a", "b"], ["x", "y"], {"row_order": ["a"]}, "not in the given order"),
        (["a", "b"], ["x", "y"], {"row_order": ["a", "b", "a"]}, "each label once"),
        (["a", "b"], ["x", "y"], {"stratum_order": ["a"]}, "needs strata"),
    ],
)
def test_bad_input(rows: object, columns: object, more: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        cross_tables(rows, columns, **more)  # type: ignore[arg-type]

"""Tests of derive._codes: the arrays below the derivations, against pandas and dictionaries."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive._codes import (
    codes_of,
    gather,
    group_codes,
    numbers_of,
    only_where,
    order_ranks,
    rows_and_repeats,
    rows_by_key,
    sorted_rows,
    text_from_codes,
)
from adamline.errors import DataError

TEXTS = [None, "", "a", "B", "é", "10", "9"]
NUMBERS = [None, 0.0, -0.0, 0.1, 0.30000000000000004, 1e300]
DTYPES = st.sampled_from(["str", "object", "category", "unsorted"])
ROWS = st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.sampled_from(TEXTS)), max_size=12)
KEYS = st.lists(st.sampled_from(["T", "N", "U"]), unique=True, max_size=3)


def frame_of(rows, dtype):
    frame = pd.DataFrame(rows, columns=["T", "N", "U"], index=[1] * len(rows))
    if dtype == "unsorted":  # and with levels that no row has
        dtype = pd.CategoricalDtype(["z", *sorted((t for t in TEXTS if t is not None), reverse=True), "A"])
    return frame.astype({"T": dtype, "N": "float64", "U": dtype})


@settings(deadline=None, max_examples=50)
@given(rows=ROWS, by=KEYS, dtype=DTYPES)
def test_group_codes_are_the_groups_of_pandas(rows, by, dtype):
    frame = frame_of(rows, dtype)
    codes, size = group_codes(frame, by)
    assert len(codes) == len(rows) and ((codes >= 0) & (codes < size)).all()
    plain = frame.reset_index(drop=True).astype({"T": object, "U": object})
    groups = plain.groupby(by, dropna=False).ngroup() if by else pd.Series(0, index=plain.index)
    assert pd.factorize(codes)[0].tolist() == pd.factorize(groups)[0].tolist()


@settings(deadline=None, max_examples=60)
@given(rows=ROWS, offered=ROWS, by=KEYS.filter(bool), dtypes=st.tuples(DTYPES, DTYPES), data=st.data())
def test_rows_by_key_are_those_of_a_dictionary(rows, offered, by, dtypes, data):
    place = [["T", "N", "U"].index(name) for name in by]
    found = {}
    for number, row in enumerate(offered):
        if all(row[p] is not None for p in place):
            found.setdefault(tuple(row[p] for p in place), number)
    some = data.draw(st.lists(st.sampled_from(sorted(found.values())), unique=True)) if found else []
    without_key = [n for n, row in enumerate(offered) if any(row[p] is None for p in place)]
    frame, source = frame_of(rows, dtypes[0]), frame_of(offered, dtypes[1])
    made = rows_by_key(frame, source, np.array([*some, *without_key], dtype=np.int64), by)
    kept = {key: number for key, number in found.items() if number in some}
    assert made.tolist() == [kept.get(tuple(row[p] for p in place), -1) for row in rows]


@settings(deadline=None, max_examples=50)
@given(rows=ROWS, by=KEYS.filter(bool), dtype=DTYPES)
def test_rows_that_repeat_the_keys_of_the_one_before(rows, by, dtype):
    frame = frame_of(rows, dtype)
    order, repeats = rows_and_repeats(frame, by)
    keys = [tuple(rows[row][["T", "N", "U"].index(name)] for name in by) for row in order]
    assert sorted(order.tolist()) == list(range(len(rows)))
    assert repeats.tolist() == [one == other for one, other in pairwise(keys)]
    assert len(set(keys)) == len(keys) - repeats.sum()  # the same keys stand together


def test_huge_products_of_keys_do_not_overflow():
    """Twelve keys of 1,000 levels each have 1e36 combinations; 1,000 of them are there."""
    rng = np.random.default_rng(1)
    names = [f"K{n}" for n in range(12)]
    frame = pd.DataFrame({name: rng.permutation(1000).astype(float) for name in names})
    codes, size = group_codes(frame, names)
    assert len(set(codes.tolist())) == 1000 and size < 10_000
    order = rng.permutation(1000)
    assert rows_by_key(frame.iloc[order], frame, np.arange(1000), names).tolist() == order.tolist()
    text = frame.astype("int64").astype("str")
    assert rows_by_key(text.iloc[order].astype("category"), text, np.arange(1000), names).tolist() == order.tolist()


def test_a_source_row_with_a_missing_key_takes_the_place_of_no_other(table):
    frame = table("A B\n1 1\n1 2\n2 1\n2 2")
    source = table("A B\n1 2\n2 .\n. 1")
    assert rows_by_key(frame, source, np.arange(3), ["A", "B"]).tolist() == [-1, 0, -1, -1]


def test_sorted_rows_whose_ranks_do_not_fit_into_one_integer():
    """Keys with too many combinations, and dates among which one is missing."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.integers(0, 3, (200, 12)) * rng.integers(1, 10**6, 12), columns=list("ABCDEFGHIJKL"))
    frame = frame.astype("float64").drop_duplicates().assign(L=lambda f: rng.permutation(len(f)).astype(float) * 1e12)
    dates = pd.to_datetime(["2014-01-02", None, "1960-01-01", "2014-01-01"]).astype("datetime64[s]")
    frame["DT"] = dates.take(rng.integers(0, 4, len(frame)))
    by = ["DT", *"ABCDEFGHIJKL"]
    expected = frame.reset_index(drop=True).sort_values(by, na_position="first").index
    assert sorted_rows(frame, by).tolist() == expected.tolist()
    expected = frame.reset_index(drop=True).sort_values(by[1:]).index
    assert sorted_rows(frame, by[1:]).tolist() == expected.tolist()
    down = frame.reset_index(drop=True).sort_values(["DT", "L"], ascending=[False, True], na_position="last").index
    assert sorted_rows(frame, ["DT desc", "L"]).tolist() == down.tolist()


def test_codes_are_in_the_order_of_bytes_for_every_type_of_text():
    values = ["é", None, "a", "B", "", "Z"]
    for dtype in ("str", "object", "category", pd.CategoricalDtype(["é", "q", "a", "Z", "", "B"])):
        codes, levels = codes_of(pd.Series(values, dtype=dtype))
        assert [None if code < 0 else levels[code] for code in codes] == values
        assert list(levels) == sorted(levels, key=str.encode)


@pytest.mark.parametrize("dtype", ["float64", "Float64", "Int64"])
def test_missing_is_lowest_and_last_where_descending(dtype):
    frame = pd.DataFrame({"X": pd.array([2, None, -5], dtype=dtype)})
    (up,), (down,) = order_ranks(frame, ["X"]), order_ranks(frame, ["X desc"])
    assert np.argsort(up).tolist() == [1, 2, 0] and np.argsort(down).tolist() == [0, 2, 1]


def test_times_are_ordered_with_missing_lowest():
    times = pd.to_timedelta(["1h", None, "-1h"]).astype("timedelta64[us]")
    (up,), (down,) = (order_ranks(pd.DataFrame({"X": times}), [item]) for item in ("X", "X desc"))
    assert np.argsort(up).tolist() == [1, 2, 0] and np.argsort(down).tolist() == [0, 2, 1]


def test_gather_and_only_where_keep_the_type(plain):
    columns = {"float64": [1.0, 2.0], "str": ["a", "b"], "category": ["a", "b"]}
    for dtype, values in columns.items():
        series = pd.Series(values, dtype=dtype, index=[5, 5])
        taken = pd.DataFrame(index=range(3)).assign(X=gather(series, np.array([1, -1, 0])))["X"]
        kept = pd.DataFrame(index=range(2)).assign(X=only_where(series, np.array([False, True])))["X"]
        assert plain(taken) == [values[1], None, values[0]] and plain(kept) == [None, values[1]]
        assert taken.dtype == series.dtype and kept.dtype == series.dtype
        assert plain(pd.Series(gather(series.iloc[:0], np.array([-1])))) == [None]


def test_text_from_codes_has_its_levels_ascending():
    made = text_from_codes(np.array([0, -1, 1]), ["b", "a"])
    assert made.tolist() == ["b", np.nan, "a"] and list(made.categories) == ["a", "b"]


def test_keys_of_different_types_are_an_error(table):
    one, other = table("K\n01"), table("K\n1")
    with pytest.raises(DataError, match="The key K is text in one dataset and number in the other"):
        rows_by_key(one, other, np.array([0]), ["K"])
    with pytest.raises(DataError, match="The key K is text in one dataset and number in the other"):
        rows_by_key(one, other, np.array([], dtype=np.int64), ["K"])  # though none of its records are offered
    assert rows_by_key(one, other.assign(K=np.nan), np.array([0]), ["K"]).tolist() == [-1]
    dates = table("K\n2014-01-02")
    assert rows_by_key(dates, dates.astype("datetime64[us]"), np.array([0]), ["K"]).tolist() == [0]


def test_a_variable_of_another_type_names_the_first_subject_that_has_it():
    frame = pd.DataFrame({"USUBJID": ["01", "02"], "AVAL": [None, "12 mg"]})
    with pytest.raises(DataError, match="AVAL is not a number") as error:
        numbers_of(frame, "AVAL")
    assert (error.value.place.keys, error.value.found) == ("USUBJID=02", "text, '12 mg'")

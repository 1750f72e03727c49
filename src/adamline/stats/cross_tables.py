"""Count records by two columns of labels, and by strata, into the tables that the tests of association take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, Ints, as_list, label_codes, refuse_name
from adamline.stats._counts import checked_counts
from adamline.stats._same_records import check_same_records
from adamline.stats._scores import table_scores


@dataclass(frozen=True, eq=False)
class CrossTables:
    """Tables of counts, (strata, rows, columns), with their labels; ``n`` records counted, ``n_missing`` left out."""

    counts: Floats
    rows: tuple[object, ...]
    columns: tuple[object, ...]
    strata: tuple[object, ...]
    n: int
    n_missing: int
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> Floats:
        """The one table, (rows, columns); DataError where there are several strata."""
        if len(self.counts) != 1:
            raise DataError("There is more than one table.", found=f"{len(self.counts)} strata", hint="take `pooled`")
        only: Floats = self.counts[0]
        return only

    @property
    def pooled(self) -> Floats:
        """The table of all strata together, (rows, columns)."""
        total: Floats = self.counts.sum(axis=0)
        return total

    @property
    def row_scores(self) -> Floats:
        """Table scores of the rows: numbers are their own scores, other labels have 1, 2, 3 ..."""
        return table_scores(self.rows)

    @property
    def column_scores(self) -> Floats:
        """Table scores of the columns."""
        return table_scores(self.columns)


def cross_tables(
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    strata: npt.ArrayLike | None = None,
    *,
    row_order: Sequence[object] | None = None,
    column_order: Sequence[object] | None = None,
    stratum_order: Sequence[object] | None = None,
    counts: npt.ArrayLike | None = None,
) -> CrossTables:
    """Count records by their labels of rows and columns, in each stratum.

    ``rows``, ``columns`` and ``strata`` are columns of one length with a label for each record: text, numbers, dates or
    categories. Labels stand in the order of their values (text by code points, so capitals first), as ORDER=INTERNAL;
    the order of categories is not used. A given order stands instead: it must hold every label of the data, and a label
    without records gets zeros. ``counts`` says for how many records each entry stands, as the WEIGHT statement; an
    entry of 0 then adds nothing, not even its labels. Without ``strata`` there is one table, of stratum None.

    An entry that misses any of its labels (None, NaN, blank text) is left out and counted in ``n_missing``, as PROC
    FREQ does without MISSING. Labels are compared as stored: trailing blanks of text differ, as do 0.3 and 0.1 + 0.2.

    DataError for columns of different lengths, for a column of mixed kinds or with infinite numbers, for labels that
    are not in the given order, and for an order that holds one twice. Source: SAS PROC FREQ, TABLES, WEIGHT and ORDER=.

    >>> made = cross_tables(["B", "A", "B", None], ["y", "n", "n", "y"])
    >>> made.rows, made.columns, made.table.tolist(), made.n, made.n_missing
    (('A', 'B'), ('n', 'y'), [[1.0, 0.0], [1.0, 1.0]], 3, 1)
    """
    given = [("rows", rows, row_order), ("columns", columns, column_order)]
    if strata is not None:
        given.append(("strata", strata, stratum_order))
    elif stratum_order is not None:
        raise DataError("An order of strata needs strata.")
    check_same_records(rows=rows, columns=columns, strata=strata, counts=counts)
    labels = [_column(values, what) for what, values, _ in given]
    weights = np.ones(len(labels[0])) if counts is None else checked_counts(counts)
    lengths = [len(column) for column in labels] + [weights.size]
    if len(set(lengths)) > 1 or weights.ndim != 1:
        raise DataError("Labels and counts must be columns of one length.", found=" and ".join(map(str, lengths)))
    missing = np.logical_or.reduce([_is_missing(column) for column in labels])
    kept = ~missing & (weights > 0)
    coded = [_coded(column[kept], what, order) for column, (what, _, order) in zip(labels, given, strict=True)]
    if strata is None:
        coded.append((np.zeros(int(kept.sum()), dtype=np.int64), (None,)))
    tables = _counted(coded, weights[kept])
    n = int(tables.sum())
    return CrossTables(
        counts=tables,
        rows=coded[0][1],
        columns=coded[1][1],
        strata=coded[2][1],
        n=n,
        n_missing=int(weights[missing].sum()),
        warnings=() if n else ("no record has all its labels: there is nothing to count",),
    )


def _counted(coded: list[tuple[Ints, tuple[object, ...]]], weights: Floats) -> Floats:
    """Counts of shape (strata, rows, columns) from the codes of rows, columns and strata."""
    (row, row_labels), (column, column_labels), (stratum, stratum_labels) = coded
    shape = (len(stratum_labels), len(row_labels), len(column_labels))
    cell = (stratum * shape[1] + row) * shape[2] + column
    return np.bincount(cell, weights, shape[0] * shape[1] * shape[2]).astype(np.float64).reshape(shape)


def _column(values: npt.ArrayLike, what: str) -> pd.Series:
    """A column without its index and its categories' order; text as objects."""
    refuse_name(values, f"Labels of {what}")
    series = values if isinstance(values, pd.Series) else pd.Series(_one_dimension(values, what))
    series = series.reset_index(drop=True)
    if isinstance(series.dtype, pd.CategoricalDtype):
        plain = series.cat.categories.dtype
        # Numpy's whole numbers have no missing value.
        series = series.astype("Int64" if pd.api.types.is_integer_dtype(plain) else plain)
    if series.dtype == object:
        _one_kind(series, what)
    if _has_infinite(series):
        raise DataError(f"Labels of {what} hold an infinite number.", hint="look for a division by zero")
    return series


def _has_infinite(series: pd.Series) -> bool:
    if series.dtype != object and not pd.api.types.is_float_dtype(series.dtype):
        return False
    # One look at each distinct label, not at each record.
    return any(isinstance(label, float | np.floating) and np.isinf(label) for label in series.unique())


def _one_dimension(values: npt.ArrayLike, what: str) -> object:
    try:
        dimension = (
            np.ndim(values) if not isinstance(values, pd.Categorical | pd.Index) else getattr(values, "nlevels", 1)
        )
    except ValueError:
        raise DataError(f"Labels of {what} must be one column.", found="rows of unequal length") from None
    if dimension != 1:
        raise DataError(f"Labels of {what} must be one column.", found=f"{dimension} dimensions")
    return values


def _one_kind(series: pd.Series, what: str) -> None:
    kind = pd.api.types.infer_dtype(series, skipna=True)
    if kind.startswith("mixed") and kind != "mixed-integer-float":
        raise _not_of_one_kind(what, kind)


def _not_of_one_kind(what: str, found: str) -> DataError:
    return DataError(f"Labels of {what} must be of one kind.", expected="all text, or all numbers", found=found)


def _is_missing(series: pd.Series) -> npt.NDArray[np.bool_]:
    if pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_datetime64_any_dtype(series.dtype):
        return series.isna().to_numpy(dtype=bool)
    return label_codes(series)[0] < 0


def _coded(series: pd.Series, what: str, order: Sequence[object] | None) -> tuple[Ints, tuple[object, ...]]:
    """The place of each label in its order, and that order."""
    try:
        codes, distinct = pd.factorize(series, sort=order is None)
    except TypeError as error:  # dates among times
        raise _not_of_one_kind(what, str(error)) from None
    found = list(distinct.tolist()) if hasattr(distinct, "tolist") else list(distinct)
    if order is None:
        return codes.astype(np.int64), tuple(found)
    wanted = as_list(order, f"An order of {what}")
    if not wanted or not _are_labels(wanted) or len(set(wanted)) < len(wanted):
        raise DataError(f"An order of {what} must hold each label once.", found=repr(wanted))
    places = {label: place for place, label in enumerate(wanted)}
    unknown = [label for label in found if label not in places]
    if unknown:
        raise DataError(f"Labels of {what} are not in the given order.", expected=repr(wanted), found=repr(unknown[:5]))
    place_of = np.array([places[label] for label in found], dtype=np.int64)
    return place_of[codes] if len(codes) else codes.astype(np.int64), tuple(wanted)


def _are_labels(values: list[object]) -> bool:
    """Whether a record can hold each of these and count: single values, none missing."""
    return all(map(pd.api.types.is_scalar, values)) and not pd.Series(values, dtype=object).isna().any()

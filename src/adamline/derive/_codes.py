"""Integer codes of keys, and the gathers and sorts on them that make derivations fast.

Derivations read as the standard's sentence; the arrays live here. Text may come as ``category`` (codes are at
hand), ``str`` or ``object`` (codes are made); the result never depends on which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.contract import missing_of, order_of
from adamline.errors import DataError, Place, nearest
from adamline.io.dataset import Kind, category_codes, kind_of

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

NO_RECORD = -1


def require(frame: pd.DataFrame, *names: str) -> None:
    """Raise DataError, with the nearest name, when a variable is not there."""
    for name in names:
        if name not in frame.columns:
            raise DataError(f"There is no variable {name}.", hint=nearest(name, map(str, frame.columns)))


def require_columns(table: pd.DataFrame, *names: str) -> None:
    """Raise DataError, with the nearest name, when a table of the study lacks a column."""
    for name in names:
        if name not in table.columns:
            raise DataError(f"The table has no column {name}.", hint=nearest(name, map(str, table.columns)))


def numbers_of(frame: pd.DataFrame, name: str) -> Floats:
    """The numbers of a variable, NaN where missing; DataError where it holds anything else."""
    require(frame, name)
    values = frame[name]
    if values.dtype == np.float64:
        return values.to_numpy()  # as it is: a type to be turned into would have it copied
    if kind_of(values) is Kind.NUMBER:
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    _require_no_value(frame, name, "a number")
    return np.full(len(values), np.nan)


def dates_of(frame: pd.DataFrame, name: str) -> pd.Series:
    """The dates or datetimes of a variable; DataError where it holds anything else."""
    require(frame, name)
    values = frame[name]
    if kind_of(values) in (Kind.DATE, Kind.DATETIME):
        return values
    _require_no_value(frame, name, "a date")
    return pd.Series(np.datetime64("NaT", "s"), index=values.index)


def _require_no_value(frame: pd.DataFrame, name: str, expected: str) -> None:
    # pandas makes a column of any type of a variable that is all missing.
    values = frame[name]
    known = np.flatnonzero(values.notna().to_numpy())
    if len(known):
        subject = frame["USUBJID"].iloc[known[0]] if "USUBJID" in frame.columns else None
        raise DataError(
            f"{name} is not {expected}.",
            place=Place(variable=name, keys=f"USUBJID={subject}" if isinstance(subject, str) else ""),
            expected=expected,
            found=f"{kind_of(values)}, {values.iloc[known[0]]!r}",
        )
    # Without records the type is all that can tell; objects may be anything.
    if not len(values) and values.dtype != object:
        place = Place(variable=name)
        raise DataError(f"{name} is not {expected}.", place=place, expected=expected, found=str(kind_of(values)))


def codes_of(values: pd.Series) -> tuple[Ints, pd.Index[Any]]:
    """Codes of the values, -1 for a missing one, and the levels they stand for, ascending."""
    codes, levels = _small_codes(values)
    return codes.astype(np.int64, copy=False), levels


def _small_codes(values: pd.Series) -> tuple[NDArray[Any], pd.Index[Any]]:
    """Codes of any type of integers, -1 for a missing one, which may be those of the column itself; the levels."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        if not values.cat.categories.is_monotonic_increasing:
            values = values.cat.set_categories(values.cat.categories.sort_values())
        return category_codes(values), values.cat.categories
    codes, levels = pd.factorize(values, sort=True)
    return codes, pd.Index(levels)


def used_levels(codes: Ints, levels: pd.Index[Any]) -> Bools:
    """The levels that a record has: a categorical keeps those of records that were left out."""
    return np.bincount(codes + 1, minlength=len(levels) + 1)[1:] > 0


def group_codes(frame: pd.DataFrame, by: Sequence[str]) -> tuple[Ints, int]:
    """One code for each combination of the keys, from 0, and how many codes there may be.

    A missing key is a level of its own, as in SAS: records with a missing key form a group.
    """
    require(frame, *by)
    total = np.zeros(len(frame), dtype=np.int64)
    size = 1
    for name in by:
        codes, levels = _small_codes(frame[name])
        total *= len(levels) + 1
        total += codes
        total += 1
        size *= len(levels) + 1
        # Sparse combinations are renumbered, so that arrays over groups stay as small as the data.
        if size > 4 * len(frame) + 1024:
            found, total = np.unique(total, return_inverse=True)
            size = len(found)
    return total, size


def one_each(groups: Ints, size: int) -> Ints:
    """The place of the first member of each group that has one, in the order of the groups; no sort is needed.

    >>> one_each(np.array([3, 1, 3, 1]), 4).tolist()
    [1, 0]
    """
    first = np.full(size, NO_RECORD, dtype=np.int64)
    # Of several the last that is assigned stays.
    first[groups[::-1]] = np.arange(len(groups) - 1, -1, -1)
    there: Ints = first[first != NO_RECORD]
    return there


def rows_by_key(frame: pd.DataFrame, source: pd.DataFrame, rows: Ints, by: Sequence[str]) -> Ints:
    """For each row of ``frame`` that one of ``rows`` of ``source`` which has its keys, -1 without one.

    The rows must differ in their keys. A missing key matches nothing. Raises DataError where a key is text in one and
    a number in the other: none would match.
    """
    require(frame, *by)
    require(source, *by)
    wanted, offered = np.zeros(len(frame), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    wants, offers = np.ones(len(frame), dtype=bool), np.ones(len(rows), dtype=bool)
    size = 1
    for name in by:
        codes, levels = _small_codes(frame[name])
        # The source may be large where few of its rows are offered.
        source_codes, source_levels = _small_codes(source[name].iloc[rows])
        _require_same_kind(name, levels, source_levels if len(source_levels) else codes_of(source[name])[1])
        # One more place at the end answers for the code -1 of a missing key.
        level_of = np.append(levels.get_indexer(source_levels), NO_RECORD)
        offered_codes = level_of[source_codes]
        wants &= codes >= 0
        offers &= offered_codes >= 0
        for sums, of_name in ((wanted, codes), (offered, offered_codes)):
            sums *= len(levels)
            sums += of_name
        size *= len(levels)
        if size > 4 * (len(wanted) + len(offered)) + 1024:
            found, both = np.unique(np.concatenate([wanted, offered]), return_inverse=True)
            wanted, offered, size = both[: len(wanted)], both[len(wanted) :], len(found)
    row_of = np.full(size + 1, NO_RECORD, dtype=np.int64)
    row_of[offered[offers]] = rows[offers]
    return row_of[np.where(wants, wanted, size)]


def _require_same_kind(name: str, levels: pd.Index[Any], source_levels: pd.Index[Any]) -> None:
    one, other = kind_of(levels), kind_of(source_levels)
    same = one is other or {one, other} == {Kind.DATE, Kind.DATETIME}
    if not same and len(levels) and len(source_levels):
        raise DataError(
            f"The key {name} is {one} in one dataset and {other} in the other.",
            place=Place(variable=name),
            expected="the same type in both",
        )


def order_ranks(frame: pd.DataFrame, order: Sequence[str]) -> list[NDArray[Any]]:
    """A key to sort by for each item of ``order``; missing is lowest, as in SAS, so last where descending.

    It is where the item says, with `missing first` or `missing last`.
    """
    ranks: list[NDArray[Any]] = []
    for item in order:
        name, descending = order_of(item)
        require(frame, name)
        values = frame[name]
        if isinstance(values.dtype, np.dtype) and values.dtype.kind == "f":
            rank = np.where(np.isnan(numbers := values.to_numpy()), -np.inf, numbers)
        elif isinstance(values.dtype, np.dtype) and values.dtype.kind in "mM":
            rank = values.to_numpy().view(np.int64)  # NaT is the smallest integer
        else:
            rank, _ = codes_of(values)
        rank = _reversed(rank) if descending else rank
        ranks.append(_with_missing(rank, values, missing_of(item)))
    return ranks


def _reversed(rank: NDArray[Any]) -> NDArray[Any]:
    # `~` reverses integers without the overflow that the negative of the smallest one would have.
    return -rank if rank.dtype.kind == "f" else ~rank


def _with_missing(rank: NDArray[Any], values: pd.Series, where: str | None) -> NDArray[Any]:
    """The key with missing values before or behind all others; as it is where that is not said."""
    if where is None:
        return rank
    highest = np.inf if rank.dtype.kind == "f" else np.iinfo(rank.dtype).max
    lowest = -np.inf if rank.dtype.kind == "f" else np.iinfo(rank.dtype).min
    return np.where(values.isna().to_numpy(), np.array(highest if where == "last" else lowest, rank.dtype), rank)


def sorted_rows(frame: pd.DataFrame, by: Sequence[str]) -> Ints:
    """The rows in the order of the keys: bytes for text, missing first; rows that tie keep their order."""
    return rows_and_repeats(frame, by)[0]


def rows_and_repeats(frame: pd.DataFrame, by: Sequence[str]) -> tuple[Ints, Bools]:
    """The rows as `sorted_rows` has them, and of each but the first whether it has the keys of the one before it."""
    ranks = order_ranks(frame, by)
    packed = _packed(ranks)
    if packed is not None:
        ranks, rows = [packed], np.argsort(packed, kind="stable").astype(np.int64, copy=False)
    else:
        rows = np.lexsort(ranks[::-1]).astype(np.int64, copy=False)
    repeats = np.ones(max(len(rows) - 1, 0), dtype=bool)
    for rank in ranks:
        ordered = rank[rows]
        repeats &= ordered[1:] == ordered[:-1]
    return rows, repeats


def _packed(ranks: Sequence[NDArray[Any]]) -> Ints | None:
    """All ranks in one integer of the same order, which sorts several times as fast; None where they do not fit."""
    total, size = np.zeros(len(ranks[0]), dtype=np.int64), 1
    for rank in ranks:
        if rank.dtype.kind == "f":
            rank = pd.factorize(rank, sort=True)[0]
        lowest, highest = (int(rank.min()), int(rank.max())) if len(rank) else (0, 0)
        span = highest - lowest + 1
        size *= span
        if size >= 1 << 62:
            return None
        total = total * span + (rank - lowest)
    return total


def extreme_rows(rows: Ints, groups: Ints, size: int, rank: np.ndarray, take: str) -> Ints:
    """Those of the rows whose rank is the lowest of their group ("first"), or the highest; no sort is needed."""
    if not len(rows):
        return rows
    best = np.empty(size, dtype=rank.dtype)
    best[groups] = rank  # any member is a start
    (np.minimum if take == "first" else np.maximum).at(best, groups, rank)
    kept: Ints = rows[rank == best[groups]]
    return kept


def text_from_codes(codes: NDArray[Any], levels: Sequence[str]) -> pd.Categorical:
    """Text as a categorical with its levels ascending; code -1 is missing."""
    dtype = pd.CategoricalDtype(pd.Index(sorted(levels), dtype="str"))
    place = np.array([*(dtype.categories.get_loc(level) for level in levels), NO_RECORD], dtype=np.int64)
    return pd.Categorical.from_codes(place[codes], dtype=dtype)


def flags(is_flagged: Bools) -> pd.Categorical:
    """A flag that is `Y` or missing."""
    return text_from_codes(np.where(is_flagged, 0, NO_RECORD), ["Y"])


def gather(values: pd.Series, rows: Ints) -> Any:
    """``values`` at ``rows``; missing where the row is -1."""
    array = values.array
    return array.take(rows, allow_fill=True)


def taken_at(values: np.ndarray, rows: Ints, missing: Any) -> np.ndarray:
    """The array's values at ``rows``, of any shape; ``missing`` where the row is -1."""
    taken = np.full(rows.shape, missing, dtype=values.dtype)
    there = rows != NO_RECORD
    taken[there] = values[rows[there]]
    return taken


def only_where(values: Any, keep: Bools) -> Any:
    """The values of a column where ``keep``, missing elsewhere; the type stays."""
    array = pd.Series(values).array
    if keep.all():
        return array
    return array.take(np.where(keep, np.arange(len(keep)), NO_RECORD), allow_fill=True)

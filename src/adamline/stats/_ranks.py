"""Check numbers and groups that come from outside, and rank numbers within blocks, ties with their mean rank."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import (
    LARGEST_TO_SQUARE,
    Floats,
    Ints,
    as_count,
    as_labels,
    as_numbers,
    codes_explained,
    is_number,
)
from adamline.stats._same_records import check_same_records

# The difference of two numbers up to this still fits a double.
_LARGEST = 1e307
# A larger code is taken for an identifier: each code up to the largest has a row.
_LARGEST_CODE = 10_000_000


def checked_to_square(values: npt.ArrayLike, what: str = "values") -> Floats:
    """Numbers as `checked_numbers` takes them, none so large that its square overflows.

    >>> checked_to_square([1, None]).tolist()
    [1.0, nan]
    """
    numbers = checked_numbers(values, what)
    if np.abs(numbers).max(initial=0.0, where=~np.isnan(numbers)) > LARGEST_TO_SQUARE:
        raise DataError(f"The {what} hold a number too large to be squared.", expected=f"up to {LARGEST_TO_SQUARE:g}")
    return numbers


def checked_numbers(values: npt.ArrayLike, what: str = "values") -> Floats:
    """One column of numbers, NaN where missing; DataError for text, dates, other shapes, and numbers beyond 1e307.

    >>> checked_numbers([1, None, 2.5]).tolist()
    [1.0, nan, 2.5]
    """
    numbers = as_numbers(values, f"Each of the {what}")
    if numbers.ndim != 1:
        raise DataError(f"The {what} must be one column of numbers.", found=f"shape {numbers.shape}")
    if np.isinf(numbers).any():
        raise DataError(f"The {what} hold an infinite number.", hint="look for a division by zero")
    if np.abs(numbers).max(initial=0.0, where=~np.isnan(numbers)) > _LARGEST:
        raise DataError(f"The {what} hold a number that is too large.", expected=f"up to {_LARGEST:g}")
    return numbers + 0.0  # zero has no sign


def checked_codes(codes: npt.ArrayLike, count: int, what: str = "groups") -> Ints:
    """A whole number for each of ``count`` values; DataError for anything else."""
    with codes_explained():
        numbers = checked_numbers(codes, what)
    if len(numbers) != count:
        raise DataError(f"Values and {what} must be two columns of one length.", found=f"{count} and {len(numbers)}")
    if np.isnan(numbers).any() or (numbers != np.rint(numbers)).any():
        raise DataError(f"The {what} must be codes.", expected="whole numbers, negative to leave a value out")
    if np.abs(numbers).max(initial=0.0) > _LARGEST_CODE:
        found = f"{np.abs(numbers).max():g}"
        raise DataError(f"The {what} must be codes, not identifiers.", expected=f"up to {_LARGEST_CODE:,}", found=found)
    return numbers.astype(np.int64)


def checked_groups(
    values: npt.ArrayLike, groups: npt.ArrayLike, count: int, what: str = "group"
) -> tuple[Floats, Ints, int]:
    """Numbers, the code of a group for each, below ``count``, and this; DataError for anything else."""
    check_same_records(**{"values": values, f"{what}s": groups})
    numbers = checked_numbers(values)
    codes, largest = checked_codes(groups, len(numbers), f"{what}s"), as_count(count, f"The number of {what}s")
    if codes.max(initial=-1) >= largest:
        raise DataError(f"A {what} code names no {what}.", expected=f"less than {largest}", found=str(codes.max()))
    return numbers, codes, largest


def checked_null(null: float) -> float:
    """The number of a null hypothesis; DataError for what is none."""
    if is_number(null) and abs(null) <= _LARGEST:
        return float(null)
    raise DataError("The null hypothesis must be a number.", found=repr(null))


def coded_labels(labels: npt.ArrayLike) -> tuple[Ints, npt.NDArray[np.object_]]:
    """The place of each label among the sorted distinct ones, -1 where missing; and these.

    >>> codes, known = coded_labels(["b", None, "a", float("nan")])
    >>> codes.tolist(), known.tolist()
    ([1, -1, 0, -1], ['a', 'b'])
    """
    # A series knows a missing value among texts, which an array would turn into the text "nan".
    codes, known = pd.factorize(as_labels(labels, "Labels"), sort=True)
    return codes.astype(np.int64), np.asarray(known, dtype=object)


def checked_pairs(pairs: npt.ArrayLike) -> Ints:
    """Two different group codes of 0 or more a row; DataError for anything else."""
    try:
        codes = np.asarray(pairs)
    except ValueError:
        raise DataError("Pairs must have two group codes a row.", expected="(k, 2)", found="unequal rows") from None
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise DataError("Pairs must have two group codes a row.", expected="(k, 2)", found=str(codes.shape))
    if codes.size and codes.dtype.kind not in "iu":
        raise DataError("Pairs must be group codes.", expected="whole numbers", found=str(codes.dtype))
    members = codes.astype(np.int64)
    wrong = ((members < 0) | (members > _LARGEST_CODE)).any(axis=1) | (members[:, 0] == members[:, 1])
    if wrong.any():
        found = members[wrong][0].tolist()
        raise DataError(
            "A pair must be two different groups.", expected=f"two codes from 0 to {_LARGEST_CODE:,}", found=str(found)
        )
    return members


def by_group(values: npt.ArrayLike, groups: npt.ArrayLike) -> tuple[Floats, Ints]:
    """The values that are not missing and have a code of 0 or more, with their codes."""
    check_same_records(values=values, groups=groups)
    numbers = checked_numbers(values)
    codes = checked_codes(groups, len(numbers))
    present = ~np.isnan(numbers) & (codes >= 0)
    return numbers[present], codes[present]


def samples_by_group(numbers: Floats, codes: Ints, members: Ints) -> list[Floats]:
    """The values of each group, sorted: an array for each code up to the largest in ``codes`` and ``members``."""
    count = int(max(codes.max(initial=-1), members.max(initial=-1))) + 1
    ends = np.cumsum(np.bincount(codes, minlength=count))
    return np.split(numbers[np.lexsort((numbers, codes))], ends[:-1]) if count else []


def mid_ranks(numbers: Floats, blocks: Ints, count: int) -> tuple[Floats, Floats]:
    """The rank of each number within its block, ties with their mean rank, and by block the sum of t**3 - t.

    ``blocks`` has codes 0 to ``count - 1``; t are the numbers of equal values. Ranks start at 1 in each block.

    >>> ranks, ties = mid_ranks(np.array([5.0, 3.0, 5.0, 9.0]), np.array([0, 0, 0, 1]), 2)
    >>> ranks.tolist(), ties.tolist()
    ([2.5, 1.0, 2.5, 1.0], [6.0, 0.0])
    """
    order = np.lexsort((numbers, blocks))
    value, block = numbers[order], blocks[order]
    is_new = (np.diff(value, prepend=np.nan) != 0) | (np.diff(block, prepend=-1) != 0)
    starts = np.flatnonzero(is_new)
    ends = np.append(starts[1:], len(order)) if len(starts) else starts
    sizes = np.bincount(blocks, minlength=count)
    before = (np.cumsum(sizes) - sizes)[block[starts]]
    length = ends - starts
    ranks = np.empty(len(order))
    ranks[order] = np.repeat((starts + ends + 1) / 2 - before, length)
    tied = length.astype(np.float64)
    sums: Floats = np.bincount(block[starts], tied**3 - tied, count).astype(np.float64)
    return ranks, sums

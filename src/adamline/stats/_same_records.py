"""Check that columns given one by one are of the same records: pandas labels must not say otherwise."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from adamline.errors import DataError


def check_same_records(**columns: object) -> None:
    """DataError where two columns of pandas, of one length, have labels that do not pair as their positions do.

    Columns are paired by position. The same labels in one order are fine, and so is the default index (0, 1, 2 ...)
    beside other labels: it says nothing of records. The same labels in another order, or other labels, would pair
    records that the labels part. What has no labels (a list, an array) is not looked at, nor is None.

    >>> before = pd.Series([10, 20], index=["S1", "S2"])
    >>> check_same_records(before=before, after=[11, 21])
    >>> check_same_records(before=before, after=pd.Series([21, 11], index=["S2", "S1"]))
    Traceback (most recent call last):
        ...
    adamline.errors.DataError: Columns of the same records have the same labels in another order.
      expected: before and after with equal indexes
      found:    S1, S2 and S2, S1
      try:      take both from one frame (merge two first), or give .to_numpy() of both to pair them by position
    """
    labelled = [(name, each.index) for name, each in columns.items() if isinstance(each, pd.Series | pd.DataFrame)]
    for (first, one), (second, other) in combinations(labelled, 2):
        # Lengths that differ have an error of their own.
        if len(one) != len(other) or one is other or one.equals(other):
            continue
        same = bool(one.isin(other).all() and other.isin(one).all())
        if not same and (_is_default(one) or _is_default(other)):
            continue
        place = int((one != other).argmax()) if one.nlevels == other.nlevels else 0
        raise DataError(
            f"Columns of the same records have {'the same labels in another order' if same else 'other labels'}.",
            expected=f"{first} and {second} with equal indexes",
            found=f"{_shown(one, place)} and {_shown(other, place)}",
            hint="take both from one frame (merge two first), or give .to_numpy() of both to pair them by position",
        )


def _is_default(index: pd.Index) -> bool:
    return index.equals(pd.RangeIndex(len(index)))


def _shown(index: pd.Index, place: int) -> str:
    """Three labels from the first that differs on."""
    return ", ".join(map(str, index[place : place + 3].tolist())) + (" ..." if place + 3 < len(index) else "")

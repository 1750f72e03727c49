"""How much of some differences one way of changing values would account for: a check that none does by accident."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planter.datasets import SAS_EPOCH

FILLERS = (".", "NA")


def largest_share(base: pd.Series, compare: pd.Series) -> float:
    """The share of the differences that one way accounts for, the largest of all ways; records that differ only.

    Ways are: rounding, one factor, one day, a filler for missing, case, blanks, letters beyond ASCII.
    """
    if base.dtype.kind == "f":
        return _of_numbers(base.to_numpy(), compare.to_numpy())
    if base.dtype.kind == "M":
        days = (compare - base).dt.total_seconds().abs() == 86400
        return float(max(days.mean(), _filled(base, compare, [SAS_EPOCH])))
    return _of_text(base, compare)


def _of_numbers(base: NDArray[np.float64], compare: NDArray[np.float64]) -> float:
    shares = [_filled(pd.Series(base), pd.Series(compare), [0.0])]
    for x, y in ((base, compare), (compare, base)):
        shares += [(np.abs(np.round(x, digits) - y) < 1e-9).mean() for digits in range(4)]
    with np.errstate(all="ignore"):
        ratios = compare / base
    usable = ratios[np.isfinite(ratios) & (ratios != 0) & (ratios != -1)]
    common = pd.Series(np.round(usable, 6)).value_counts()
    # Among few small integers a ratio can come back by chance: once is no pattern.
    if len(common) and common.iloc[0] > 1:
        shares.append(common.iloc[0] / len(ratios))
    return float(max(shares))


def _of_text(base: pd.Series, compare: pd.Series) -> float:
    x, y = base.fillna(""), compare.fillna("")
    dates = [pd.to_datetime(side.str.slice(0, 10), format="%Y-%m-%d", errors="coerce") for side in (x, y)]
    same = [
        (dates[1] - dates[0]).abs() == pd.Timedelta(days=1),
        x.str.casefold() == y.str.casefold(),
        x.str.replace(" ", "") == y.str.replace(" ", ""),
        x.str.replace(re.compile(r"[^\x00-\x7f]+"), "", regex=True) == y,
    ]
    return float(max(_filled(base, compare, list(FILLERS)), *(way.mean() for way in same)))


def _filled(base: pd.Series, compare: pd.Series, fillers: list[object]) -> float:
    one_side = (base.isna() & compare.isin(fillers)) | (compare.isna() & base.isin(fillers))
    return float(one_side.mean())

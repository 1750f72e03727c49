"""Compares computed numbers as the decimals they stand for: what differs in the last binary places is equal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# As in rounding: some 45 to 90 units of the last binary place, far less than any laboratory reports.
_FUZZ = 1e-14


def near(one: npt.ArrayLike, other: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether two numbers are equal but for the last binary places (1e-14, relative); a missing one is near nothing.

    1.1 * 3 is 3.3000000000000003 in binary; SAS programmers write ROUND(x, 1E-10) or FUZZ for the same purpose.

    >>> near([1.1 * 3, 3.3, float("nan")], [3.3, 3.31, float("nan")]).tolist()
    [True, False, False]
    """
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        fuzz = _FUZZ * np.maximum(np.abs(first), np.abs(second))
        is_near: npt.NDArray[np.bool_] = (first == second) | (np.isfinite(fuzz) & (np.abs(first - second) <= fuzz))
    return is_near


def below(values: npt.ArrayLike, limit: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether a value is below a limit and not `near` it; false where either is missing.

    >>> below([3.3, 3.2, float("nan")], 1.1 * 3).tolist()
    [False, True, False]
    """
    return (np.asarray(values, dtype=np.float64) < np.asarray(limit, dtype=np.float64)) & ~near(values, limit)

"""Test whether a binomial proportion is a given one as PROC FREQ does, by the normal approximation and exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import is_number
from adamline.stats._scipy import betainc, ndtr
from adamline.stats.proportion_limits import checked_events


@dataclass(frozen=True)
class BinomialTest:
    """The test of one proportion; one-sided p-values are in the direction of z."""

    events: int
    n: int
    null: float
    se_null: float
    z: float
    p_one_sided: float
    p: float
    p_exact_one_sided: float
    p_exact: float
    method: str
    warnings: tuple[str, ...] = ()


def binomial_test_groups(
    events: npt.ArrayLike, totals: npt.ArrayLike, null: float = 0.5, *, is_corrected: bool = False
) -> pd.DataFrame:
    """The test of many proportions against ``null``: a row for each pair of ``events`` and ``totals``.

    Columns: ``se_null``, the standard error if the proportion is ``null``; ``z``; ``p_one_sided`` and ``p``, one- and
    two-sided; ``p_exact_one_sided``, the binomial probability of at least as many events where z is above 0, else of
    at most as many; ``p_exact``, twice that, at most 1. With ``is_corrected`` z takes 1/(2n) off the distance from
    ``null``, never beyond zero; the exact p-values do not change. With a total of 0 all is missing.

    DataError for counts that are not good (see `proportion_limits_groups`) and for a null outside 0 to 1.
    Source: SAS PROC FREQ, TABLES / BINOMIAL(P=) and EXACT BINOMIAL.

    >>> binomial_test_groups([36, 3], [154, 6]).round(4)
       se_null       z  p_one_sided    p  p_exact_one_sided  p_exact
    0   0.0403 -6.6077          0.0  0.0             0.0000      0.0
    1   0.2041  0.0000          0.5  1.0             0.6562      1.0
    """
    x, n = checked_events(events, totals)
    if not (is_number(null) and 0 < null < 1):
        raise DataError("The proportion of the null hypothesis must lie between 0 and 1.", found=repr(null))
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.where(n > 0, np.sqrt(null * (1 - null) / n), np.nan)
        # In counts, where half a count is exact; 29 of 100 are 0.29, though 100 times that double is not 29.
        distance = np.where(x / n == null, 0.0, x - n * null)
        correction = np.minimum(np.abs(distance), 0.5) if is_corrected else 0.0
        z = (distance - np.sign(distance) * correction) / (n * se)
    # P(X >= x) is betainc(x, n - x + 1); both tails are 1 at their ends, where the function is not defined.
    at_least = np.where(x > 0, betainc(np.maximum(x, 1), n - x + 1, null), 1.0)
    at_most = np.where(x < n, betainc(np.maximum(n - x, 1), x + 1, 1 - null), 1.0)
    one_sided = np.where(n > 0, np.where(distance > 0, at_least, at_most), np.nan)
    p = ndtr(-np.abs(z))
    return pd.DataFrame(
        {
            "se_null": se,
            "z": z,
            "p_one_sided": p,
            "p": 2 * p,
            "p_exact_one_sided": one_sided,
            "p_exact": np.minimum(2 * one_sided, 1.0),
        }
    )


def binomial_test(events: int, total: int, null: float = 0.5, *, is_corrected: bool = False) -> BinomialTest:
    """The test of one proportion; the rules are those of `binomial_test_groups`.

    >>> round(binomial_test(36, 154).z, 4)
    -6.6077
    """
    row = binomial_test_groups([events], [total], null, is_corrected=is_corrected).iloc[0]
    return BinomialTest(
        events=int(events),
        n=int(total),
        null=null,
        method=f"PROC FREQ, BINOMIAL(P={null:g}{' CORRECT' if is_corrected else ''})",
        warnings=("a total of 0: no test",) if total == 0 else (),
        **{str(name): float(value) for name, value in row.items()},
    )

"""The odds ratio of 2 x 2 tables with Wald and exact limits, as PROC FREQ prints it under RELRISK and EXACT OR."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats
from adamline.stats._counts import checked_quantile
from adamline.stats._given_tables import Given, table_of
from adamline.stats._roots import roots_between
from adamline.stats._scipy import gammaln
from adamline.stats._tables2x2 import cells_of, figures, log_limits, one, quotient

# The logarithm of an exact limit lies within these, for tables and levels that this module takes.
_LOG_BOUND = 150.0
_LARGEST_TOTAL = 1_000_000
# Cells of work at a time: 8 MB an array.
_CELLS = 2**20


@dataclass(frozen=True)
class OddsRatio:
    """The odds ratio of row 1 to row 2 for column 1; NaN where it is not defined."""

    n: int
    estimate: float
    lower: float
    upper: float
    exact_lower: float
    exact_upper: float
    level: float
    method: str = "PROC FREQ, RELRISK, sample odds ratio, Wald limits; EXACT OR"
    warnings: tuple[str, ...] = ()


def odds_ratio_tables(tables: npt.ArrayLike, *, level: float = 0.95, is_exact: bool = True) -> pd.DataFrame:
    """The odds ratio of many 2 x 2 tables of counts, (k, 2, 2): a row for each table.

    Columns: ``n``; ``estimate``, n11 n22 / (n12 n21), the sample odds ratio; ``lower`` and ``upper``, Wald limits on
    the log scale at confidence ``level``; ``exact_lower`` and ``exact_upper``, conditional on all totals: the odds
    ratios at which the probability of a cell (1,1) as large, or as small, is half of 1 - level.

    With a count of 0 estimate and Wald limits are missing. The exact limits then stay: the lower one is 0 where cell
    (1,1) is as small as the totals allow, the upper one infinite where it is as large. Where the totals allow one table
    alone, exact limits are missing too. ``is_exact=False`` leaves them missing and saves their time.

    DataError for tables of another shape, bad counts, a level outside 0 to 1, and, if exact, a total above 1 million.
    Source: SAS PROC FREQ, TABLES / RELRISK (or OR) and EXACT OR.

    >>> odds_ratio_tables([[[22, 39], [39, 113]], [[0, 9], [4, 6]]]).round(4)
         n  estimate   lower  upper  exact_lower  exact_upper
    0  213    1.6345  0.8645   3.09       0.8159       3.2251
    1   19       NaN     NaN    NaN       0.0000       1.4579
    """
    z = checked_quantile(level)
    a, b, c, d = cells_of(tables)
    estimate = quotient(a * d, b * c)
    some = (a > 0) & (b > 0) & (c > 0) & (d > 0)
    safe = [np.where(some, cell, 1.0) for cell in (a, b, c, d)]
    variance = np.where(some, sum(1 / cell for cell in safe), np.nan)
    lower, upper = log_limits(estimate, variance, z)
    exact_lower = exact_upper = np.full(a.shape, np.nan)
    if is_exact:
        tail = (1 - level) / 2
        exact_lower = _exact_lower(a, b, c, d, tail)
        # With the columns swapped the odds ratio is turned over.
        with np.errstate(divide="ignore"):
            exact_upper = 1 / _exact_lower(b, a, d, c, tail)
    return pd.DataFrame(
        {
            "n": (a + b + c + d).astype(np.int64),
            "estimate": estimate,
            "lower": lower,
            "upper": upper,
            "exact_lower": exact_lower,
            "exact_upper": exact_upper,
        }
    )


def odds_ratio(table: Given, *, level: float = 0.95, is_exact: bool = True) -> OddsRatio:
    """The odds ratio of one 2 x 2 table; the rules are those of `odds_ratio_tables`.

    >>> round(odds_ratio([[22, 39], [39, 113]]).estimate, 4)
    1.6345
    """
    counts = one(table_of(table))
    found = figures(odds_ratio_tables(counts, level=level, is_exact=is_exact), ("n",))
    zero = ("a count of 0: no sample odds ratio and no Wald limits",) if not counts.all() else ()
    return OddsRatio(
        n=int(counts.sum()),
        estimate=found["estimate"],
        lower=found["lower"],
        upper=found["upper"],
        exact_lower=found["exact_lower"],
        exact_upper=found["exact_upper"],
        level=level,
        warnings=zero,
    )


def _exact_lower(a: Floats, b: Floats, c: Floats, d: Floats, tail: float) -> Floats:
    """The odds ratio at which P(cell (1,1) >= a) is ``tail``; 0 where a is as small as can be."""
    if (a + b + c + d > _LARGEST_TOTAL).any():
        raise DataError(
            "A table is too large for exact limits.",
            expected=f"a total of at most {_LARGEST_TOTAL:,}",
            found=f"{(a + b + c + d).max():,.0f}",
            hint="set is_exact=False; the Wald limits hold for large counts",
        )
    low, high = a - np.minimum(a, d), a + np.minimum(b, c)
    limits = np.where(low == high, np.nan, 0.0)
    width = np.where(a > low, high - low + 1, 0.0).astype(np.int64)
    # Tables of one width at a time, so that none is padded.
    for each in np.unique(width[width > 0]).tolist():
        alike = np.flatnonzero(width == each)
        step = max(1, _CELLS // each)
        for start in range(0, len(alike), step):
            chosen = alike[start : start + step]
            limits[chosen] = np.exp(_log_lower(a[chosen], b[chosen], c[chosen], d[chosen], each, tail))
    return limits


def _log_lower(a: Floats, b: Floats, c: Floats, d: Floats, width: int, tail: float) -> Floats:
    counts = (a - np.minimum(a, d))[:, np.newaxis] + np.arange(width)
    shift = counts - a[:, np.newaxis]
    cells = (counts, b[:, np.newaxis] - shift, c[:, np.newaxis] - shift, d[:, np.newaxis] + shift)
    logs = -sum(gammaln(cell + 1) for cell in cells)
    is_as_large = shift >= 0

    def excess(log_ratio: Floats, place: Floats) -> Floats:
        at = place.astype(np.int64)
        # Relative to the observed count, so that no power of the odds ratio can overflow.
        terms = logs[at] + log_ratio[:, np.newaxis] * shift[at]
        weights = np.exp(terms - terms.max(axis=1, keepdims=True))
        share: Floats = np.where(is_as_large[at], weights, 0.0).sum(axis=1) / weights.sum(axis=1) - tail
        return share

    bound = np.full(a.shape, _LOG_BOUND)
    return roots_between(excess, -bound, bound, np.arange(len(a), dtype=np.float64))

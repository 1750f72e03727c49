"""The relative risks of 2 x 2 tables with limits on the log scale, as PROC FREQ prints them under RELRISK."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._counts import checked_quantile
from adamline.stats._given_tables import Given, table_of
from adamline.stats._tables2x2 import cells_of, checked_column, figures, log_limits, one, quotient


@dataclass(frozen=True)
class RelativeRisk:
    """The risk of one column in row 1 over that in row 2; NaN where it is not defined."""

    column: int
    n: int
    estimate: float
    lower: float
    upper: float
    level: float
    method: str
    warnings: tuple[str, ...] = ()


def relative_risk_tables(tables: npt.ArrayLike, *, column: int = 1, level: float = 0.95) -> pd.DataFrame:
    """The relative risk of ``column`` (1 or 2) of many 2 x 2 tables of counts, (k, 2, 2): a row for each table.

    Columns: ``n``; ``estimate``, the share of row 1 that is in the column over that of row 2; ``lower`` and ``upper``,
    limits on the log scale at confidence ``level``, from the variance (1 - p1) / n1 + (1 - p2) / n2, with n1 and n2
    the two counts of the column. Where either of these is 0 all three are missing.

    DataError for tables of another shape, bad counts, a level outside 0 to 1, and a column that is not 1 or 2.
    Source: SAS PROC FREQ, TABLES / RELRISK.

    >>> relative_risk_tables([[[22, 39], [39, 113]], [[0, 9], [4, 6]]]).round(4)
         n  estimate   lower   upper
    0  213    1.4056  0.9144  2.1607
    1   19       NaN     NaN     NaN
    """
    z = checked_quantile(level)
    place = checked_column(column)
    a, b, c, d = cells_of(tables)
    x, y = (a, c) if place == 0 else (b, d)
    n1, n2 = a + b, c + d
    estimate = quotient(x * n2, y * n1)
    some = (x > 0) & (y > 0)
    safe_x, safe_y = np.where(some, x, 1.0), np.where(some, y, 1.0)
    # In counts, so that a share of 1 adds 0 exactly.
    variance = (n1 - x) / (safe_x * np.maximum(n1, 1)) + (n2 - y) / (safe_y * np.maximum(n2, 1))
    lower, upper = log_limits(estimate, np.where(some, variance, np.nan), z)
    return pd.DataFrame({"n": (n1 + n2).astype(np.int64), "estimate": estimate, "lower": lower, "upper": upper})


def relative_risk(table: Given, *, column: int = 1, level: float = 0.95) -> RelativeRisk:
    """The relative risk of one 2 x 2 table; the rules are those of `relative_risk_tables`.

    >>> round(relative_risk([[22, 39], [39, 113]], column=2).estimate, 4)
    0.86
    """
    counts = one(table_of(table))
    found = figures(relative_risk_tables(counts, column=column, level=level), ("n",))
    is_none = bool(np.isnan(found["estimate"]))
    return RelativeRisk(
        column=column,
        n=int(counts.sum()),
        level=level,
        method=f"PROC FREQ, RELRISK, column {column} risk, log limits",
        warnings=(f"a count of 0 in column {column}: no relative risk",) if is_none else (),
        **found,
    )

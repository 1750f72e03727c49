"""Differences of two risks with their limits as PROC FREQ computes them for 2 x 2 tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, checked_level
from adamline.stats._choices import as_option
from adamline.stats._counts import checked_quantile, checked_tables
from adamline.stats._given_tables import Given, table_of
from adamline.stats._score_difference import lower_score_limits
from adamline.stats.proportion_limits import ProportionMethod, limits_of_counts, proportion_with_se

ROWS = ("row 1", "row 2", "total")


class RiskDifferenceMethod(StrEnum):
    """Types of limits, by the words of the CL= option of RISKDIFF."""

    WALD = "WALD"
    WALD_CORRECTED = "WALD(CORRECT)"
    NEWCOMBE = "NEWCOMBE"
    NEWCOMBE_CORRECTED = "NEWCOMBE(CORRECT)"
    AGRESTI_CAFFO = "AC"
    HAUCK_ANDERSON = "HA"
    MIETTINEN_NURMINEN = "MN"
    MEE = "MN(CORRECT=NO)"


@dataclass(frozen=True)
class RiskDifference:
    """The risk of row 1 less that of row 2 with its limits; NaN where there are none."""

    events1: int
    n1: int
    events2: int
    n2: int
    risk1: float
    risk2: float
    estimate: float
    se: float
    lower: float
    upper: float
    level: float
    column: int
    method: str
    warnings: tuple[str, ...] = ()


def risk_difference_tables(tables: npt.ArrayLike, method: str, *, column: int = 1, level: float = 0.95) -> pd.DataFrame:
    """The risk differences of many 2 x 2 tables of counts: a row for each table.

    ``tables`` has shape (k, 2, 2); the risk is the share of ``column`` (1 or 2) in a row. Columns: ``risk1``,
    ``risk2``; ``estimate``, risk 1 less risk 2; ``se``, its asymptotic standard error, whatever the method; ``lower``
    and ``upper``, two-sided at confidence ``level``. Limits that would lie outside -1 to 1 are -1 or 1.

    Without an event, or with nothing but events, in both rows there are limits too; those of Wald then have no width.
    A row of one record has no limits of Hauck and Anderson. Where a row is empty the estimate, its error and its limits
    are missing. Limits of Miettinen-Nurminen and Mee are roots, found to the last digits of a double.

    DataError for tables of another shape, for counts that are not whole numbers of 0 or more, for another column, for a
    level outside 0 to 1, for a method that is none. Source: SAS PROC FREQ, TABLES / RISKDIFF(CL= COLUMN=).

    >>> tables = [[[36, 118], [12, 65]], [[0, 20], [0, 30]]]
    >>> risk_difference_tables(tables, RiskDifferenceMethod.MIETTINEN_NURMINEN).round(4)
        risk1   risk2  estimate      se   lower   upper
    0  0.2338  0.1558    0.0779  0.0536 -0.0361  0.1775
    1  0.0000  0.0000    0.0000  0.0000 -0.1156  0.1639
    """
    x1, n1, x2, n2 = events_of_tables(tables, column)
    z, kind = checked_quantile(level), as_option(RiskDifferenceMethod, method, "limits")
    risk1, se1 = proportion_with_se(x1, n1)
    risk2, se2 = proportion_with_se(x2, n2)
    estimate, lower, upper = (np.full(x1.shape, np.nan) for _ in range(3))
    full = (n1 > 0) & (n2 > 0)
    first, of_first, second, of_second = (count[full] for count in (x1, n1, x2, n2))
    estimate[full] = difference_of_counts(first, of_first, second, of_second)
    lower[full], upper[full] = limits_of_difference(first, of_first, second, of_second, kind, z, level)
    return pd.DataFrame(
        {
            "risk1": risk1,
            "risk2": risk2,
            "estimate": estimate,
            "se": np.sqrt(se1**2 + se2**2),
            "lower": lower,
            "upper": upper,
        }
    )


def risk_difference(table: Given, method: str, *, column: int = 1, level: float = 0.95) -> RiskDifference:
    """The risk difference of one 2 x 2 table of counts; the rules are those of `risk_difference_tables`.

    >>> found = risk_difference([[36, 118], [12, 65]], RiskDifferenceMethod.NEWCOMBE)
    >>> round(found.lower, 4), round(found.upper, 4), found.method
    (-0.0361, 0.1751, 'PROC FREQ, RISKDIFF(CL=NEWCOMBE)')
    """
    counts, kind = checked_tables(table_of(table), 2, (2, 2)), as_option(RiskDifferenceMethod, method, "limits")
    row = risk_difference_tables(counts[np.newaxis], kind, column=column, level=level).iloc[0]
    x1, n1, x2, n2 = (int(each[0]) for each in events_of_tables(counts[np.newaxis], column))
    return RiskDifference(
        events1=x1,
        n1=n1,
        events2=x2,
        n2=n2,
        level=level,
        column=int(column),
        method=f"PROC FREQ, RISKDIFF(CL={kind.value})",
        warnings=_warnings(x1, n1, x2, n2, kind),
        **{str(name): float(value) for name, value in row.items()},
    )


def row_risks_tables(tables: npt.ArrayLike, *, column: int = 1, level: float = 0.95) -> pd.DataFrame:
    """The risk of each row and of the whole of many 2 x 2 tables: three rows for each table.

    Columns: ``table``, from 0; ``row``, "row 1", "row 2" or "total"; ``events`` and ``n``; ``risk``, the share of
    ``column`` (1 or 2); ``se``, its asymptotic standard error; ``lower`` and ``upper``, Wald's limits at confidence
    ``level``; ``exact_lower`` and ``exact_upper``, those of Clopper and Pearson. Of an empty row all but the counts is
    missing. Errors are those of `risk_difference_tables`. Source: SAS PROC FREQ, TABLES / RISKDIFF.

    >>> row_risks_tables([[[36, 118], [12, 65]]])[["row", "n", "risk", "se", "lower", "upper", "exact_lower"]].round(4)
         row      n    risk      se   lower   upper  exact_lower
    0  row 1  154.0  0.2338  0.0341  0.1669  0.3006       0.1694
    1  row 2   77.0  0.1558  0.0413  0.0748  0.2369       0.0832
    2  total  231.0  0.2078  0.0267  0.1555  0.2601       0.1574
    """
    x1, n1, x2, n2 = events_of_tables(tables, column)
    checked_level(level)
    x, n = (np.column_stack([first, second, first + second]).ravel() for first, second in ((x1, x2), (n1, n2)))
    risk, se = proportion_with_se(x, n)
    frame = {"table": np.repeat(np.arange(len(x1)), 3), "row": pd.Series(ROWS * len(x1), dtype="str")}
    frame |= {"events": x, "n": n, "risk": risk, "se": se}
    frame["lower"], frame["upper"] = limits_of_counts(x, n, ProportionMethod.WALD, level)
    frame["exact_lower"], frame["exact_upper"] = limits_of_counts(x, n, ProportionMethod.CLOPPER_PEARSON, level)
    return pd.DataFrame(frame)


def events_of_tables(tables: npt.ArrayLike, column: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Events and total of row 1, and of row 2, of each table; DataError for tables or a column that are no such."""
    counts = checked_tables(tables, 3, (2, 2))
    if column not in (1, 2):
        raise DataError("The column of a 2 x 2 table is 1 or 2.", found=repr(column))
    events, totals = counts[:, :, int(column) - 1], counts.sum(axis=2)
    return events[:, 0], totals[:, 0], events[:, 1], totals[:, 1]


def difference_of_counts(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """x1/n1 - x2/n2 by products of counts, so that equal risks differ by 0 exactly."""
    return (x1 * n2 - x2 * n1) / (n1 * n2)


def limits_of_difference(
    x1: Floats, n1: Floats, x2: Floats, n2: Floats, method: RiskDifferenceMethod, z: float, level: float
) -> tuple[Floats, Floats]:
    """The limits alone, of counts that are known to be good and rows that are not empty.

    The upper limit is the lower one of the swapped rows with its sign changed: both sides are one computation.
    """
    first, second = np.concatenate([x1, x2]), np.concatenate([x2, x1])
    of_first, of_second = np.concatenate([n1, n2]), np.concatenate([n2, n1])
    both = np.maximum(_lower_limits(first, of_first, second, of_second, method, z, level), -1.0)
    return both[: len(x1)], 0.0 - both[len(x1) :]  # never -0.0


def _lower_limits(
    x1: Floats, n1: Floats, x2: Floats, n2: Floats, method: RiskDifferenceMethod, z: float, level: float
) -> Floats:
    difference = difference_of_counts(x1, n1, x2, n2)
    match method:
        case RiskDifferenceMethod.WALD:
            return difference - z * np.sqrt(_variance(x1, n1) + _variance(x2, n2))
        case RiskDifferenceMethod.WALD_CORRECTED:
            return difference - z * np.sqrt(_variance(x1, n1) + _variance(x2, n2)) - (1 / n1 + 1 / n2) / 2
        case RiskDifferenceMethod.AGRESTI_CAFFO:
            return _lower_limits(x1 + 1, n1 + 2, x2 + 1, n2 + 2, RiskDifferenceMethod.WALD, z, level)
        case RiskDifferenceMethod.HAUCK_ANDERSON:
            # One record has no spread: 0 / 0.
            with np.errstate(invalid="ignore", divide="ignore"):
                variance = x1 * (n1 - x1) / n1**2 / (n1 - 1) + x2 * (n2 - x2) / n2**2 / (n2 - 1)
            return difference - z * np.sqrt(variance) - 1 / (2 * np.minimum(n1, n2))
        case RiskDifferenceMethod.NEWCOMBE:
            return _newcombe(x1, n1, x2, n2, ProportionMethod.WILSON, level)
        case RiskDifferenceMethod.NEWCOMBE_CORRECTED:
            return _newcombe(x1, n1, x2, n2, ProportionMethod.WILSON_CORRECTED, level)
        case RiskDifferenceMethod.MEE:
            return lower_score_limits(x1, n1, x2, n2, np.full(x1.shape, z**2))
        case RiskDifferenceMethod.MIETTINEN_NURMINEN:
            total = n1 + n2
            return lower_score_limits(x1, n1, x2, n2, z**2 * total / (total - 1))


def _variance(x: Floats, n: Floats) -> Floats:
    return x * (n - x) / n**3


def _newcombe(x1: Floats, n1: Floats, x2: Floats, n2: Floats, method: ProportionMethod, level: float) -> Floats:
    lower = limits_of_counts(x1, n1, method, level)[0]
    upper = limits_of_counts(x2, n2, method, level)[1]
    distance: Floats = np.hypot(x1 / n1 - lower, upper - x2 / n2)
    return difference_of_counts(x1, n1, x2, n2) - distance


def _warnings(x1: int, n1: int, x2: int, n2: int, method: RiskDifferenceMethod) -> tuple[str, ...]:
    if 0 in (n1, n2):
        return ("a row without records: no difference",)
    if method is RiskDifferenceMethod.HAUCK_ANDERSON and 1 in (n1, n2):
        return ("a row of one record: no Hauck-Anderson limits",)
    if method is RiskDifferenceMethod.WALD and x1 in (0, n1) and x2 in (0, n2):
        return ("no events, or nothing but events, in both rows: Wald limits have no width",)
    return ()

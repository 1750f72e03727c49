"""Test whether two risks differ by a given amount, as the RISKDIFF tests of PROC FREQ; so also non-inferiority."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import is_number
from adamline.stats._choices import as_option
from adamline.stats._counts import checked_tables
from adamline.stats._given_tables import Given, table_of
from adamline.stats._scipy import ndtr
from adamline.stats._score_difference import restricted_variance
from adamline.stats.risk_difference import difference_of_counts, events_of_tables


class RiskDifferenceTestMethod(StrEnum):
    """Tests by the words of the METHOD= option of RISKDIFF; the variance of Wald's is that of the sample."""

    WALD = "WALD"
    FARRINGTON_MANNING = "FM"


@dataclass(frozen=True)
class RiskDifferenceTest:
    """The test of one difference; NaN where there is none."""

    n1: int
    n2: int
    estimate: float
    null: float
    se: float
    z: float
    p: float
    p_greater: float
    p_less: float
    column: int
    method: str
    warnings: tuple[str, ...] = ()


def risk_difference_test_tables(tables: npt.ArrayLike, null: float, method: str, *, column: int = 1) -> pd.DataFrame:
    """The test of risk 1 less risk 2 against ``null`` in many 2 x 2 tables of counts: a row for each table.

    ``tables`` has shape (k, 2, 2); the risk is the share of ``column`` (1 or 2) in a row. Columns: ``estimate``;
    ``se``, of Wald that of the sample, of Farrington and Manning that of the risks that are likeliest if the difference
    is ``null``; ``z``; ``p``, two-sided; ``p_greater``, for a difference above ``null``; ``p_less``, for one below.

    Non-inferiority of row 1 by a margin of 0.1, NONINF(MARGIN=0.1), is ``p_greater`` with ``null=-0.1``; superiority,
    SUP(MARGIN=0.1), is ``p_greater`` with ``null=0.1``; equivalence is the larger of ``p_greater`` with ``null=-0.1``
    and ``p_less`` with ``null=0.1``. At ``null=0`` the score test is Pearson's chi-square test.

    Where a row is empty all is missing; where the error is 0 so are z and p. DataError for tables of another shape, for
    counts that are not whole numbers of 0 or more, for another column or method, for a null outside -1 to 1.
    Source: SAS PROC FREQ, TABLES / RISKDIFF(NONINF EQUAL(NULL=) METHOD=); Farrington and Manning, Stat Med 1990;9:1447.

    >>> table = [[[28, 14], [28, 14]]]
    >>> risk_difference_test_tables(table, -0.2, RiskDifferenceTestMethod.FARRINGTON_MANNING).round(4)
       estimate      se       z      p  p_greater  p_less
    0       0.0  0.1016  1.9688  0.049     0.0245  0.9755
    """
    x1, n1, x2, n2 = events_of_tables(tables, column)
    kind, difference = as_option(RiskDifferenceTestMethod, method, "tests"), _checked_null(null)
    estimate, variance = np.full(x1.shape, np.nan), np.full(x1.shape, np.nan)
    full = (n1 > 0) & (n2 > 0)
    first, of_first, second, of_second = (count[full] for count in (x1, n1, x2, n2))
    estimate[full] = difference_of_counts(first, of_first, second, of_second)
    if kind is RiskDifferenceTestMethod.WALD:
        variance[full] = first * (of_first - first) / of_first**3 + second * (of_second - second) / of_second**3
    else:
        variance[full] = restricted_variance(first, of_first, second, of_second, difference)
    se = np.sqrt(variance)
    z = (estimate - difference) / np.where(se > 0, se, np.nan)
    return pd.DataFrame(
        {
            "estimate": estimate,
            "se": se,
            "z": z,
            "p": 2 * ndtr(-np.abs(z)),
            "p_greater": ndtr(-z),
            "p_less": ndtr(z),
        }
    )


def risk_difference_test(table: Given, null: float, method: str, *, column: int = 1) -> RiskDifferenceTest:
    """The test of one 2 x 2 table of counts; the rules are those of `risk_difference_test_tables`.

    >>> round(risk_difference_test([[83, 69], [50, 60]], -0.1, RiskDifferenceTestMethod.WALD).p_greater, 4)
    0.0011
    """
    counts = checked_tables(table_of(table), 2, (2, 2))[np.newaxis]
    kind = as_option(RiskDifferenceTestMethod, method, "tests")
    row = risk_difference_test_tables(counts, null, kind, column=column).iloc[0]
    _, n1, _, n2 = (int(each[0]) for each in events_of_tables(counts, column))
    if 0 in (n1, n2):
        warnings: tuple[str, ...] = ("a row without records: no test",)
    else:
        warnings = ("a standard error of 0: no test",) if row["se"] == 0 else ()
    return RiskDifferenceTest(
        n1=n1,
        n2=n2,
        null=float(null),
        column=int(column),
        method=f"PROC FREQ, RISKDIFF(METHOD={kind.value}), null difference {float(null):g}",
        warnings=warnings,
        **{str(name): float(value) for name, value in row.items()},
    )


def _checked_null(null: float) -> float:
    if is_number(null) and -1 < null < 1:
        return float(null)
    raise DataError("The difference of the null hypothesis must lie between -1 and 1.", found=repr(null))

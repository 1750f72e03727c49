"""Ratio of two numbers of the same record, such as R2A1HI, the ratio to the upper limit of the range."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Column, Count, New, derivation
from adamline.derive._codes import numbers_of
from adamline.derive._tallies import counted
from adamline.derive._two_variables import require_two
from adamline.findings import Severity, Tally
from adamline.standards.rounding import round_half_away


def check_ratio(
    frame: pd.DataFrame, *, variable: New, from_: Column, to: Column, decimals: Count | None = None
) -> Iterator[Tally]:
    """Records with a number to be divided, and a divisor that is missing or zero."""
    divisor = numbers_of(frame, to)
    rows = np.flatnonzero(~np.isnan(numbers_of(frame, from_)) & (np.isnan(divisor) | (divisor == 0)))
    zero = divisor[rows] == 0
    message = f"{{count}} records have {from_} and no {to}"
    yield from counted(frame, rows[~zero], "no divisor", message, severity=Severity.NOTE)
    message = f"{{count}} records have no {variable}, since {to} is 0"
    yield from counted(frame, rows[zero], "division by zero", message, severity=Severity.NOTE)


@derivation(
    define="{from_} / {to}[, rounded to {decimals} decimals, half away from zero][decimals=:, not rounded]. Missing "
    "where either is missing or {to} is 0.",
    check=check_ratio,
)
def derive_ratio(
    frame: pd.DataFrame, *, variable: New, from_: Column, to: Column, decimals: Count | None = None
) -> pd.DataFrame:
    """Ratio ``from_`` / ``to``; missing where either is missing or ``to`` is zero (as SAS, which notes the division).

    ``decimals`` rounds the ratio, half away from zero, for conditions such as `R2A1HI > 3`: 2.1 / 0.7 is
    3.0000000000000004 in binary. Without it the ratio is as SAS divides.

    Raises DataError for a variable that is unknown or no number. R2AyLO, R2AyHI: ADaMIG 3.3.4.

    >>> import pandas as pd
    >>> derive_ratio(pd.DataFrame({"AVAL": [30.0, 30], "A1HI": [40.0, 0]}), variable="R2A1HI", from_="AVAL", to="A1HI")
       AVAL  A1HI  R2A1HI
    0  30.0  40.0    0.75
    1  30.0   0.0     NaN
    """
    require_two(variable, from_=from_, to=to)
    divisor = numbers_of(frame, to)
    ratio = numbers_of(frame, from_) / np.where(divisor == 0, np.nan, divisor)
    return frame.assign(**{variable: ratio if decimals is None else round_half_away(ratio, decimals)})

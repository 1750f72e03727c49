"""PCHG: percent change from baseline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import numbers_of, only_where
from adamline.derive._tallies import among, counted
from adamline.derive._two_variables import require_two
from adamline.findings import Severity, Tally

Divisor = Literal["base", "size"]


def check_pchg(
    frame: pd.DataFrame,
    *,
    variable: New = "PCHG",
    aval: Column = "AVAL",
    base: Column = "BASE",
    divisor: Divisor = "base",
    where: Where = None,
) -> Iterator[Tally]:
    """Records with a value, and a baseline that is missing, zero or, with ``divisor`` "base", negative."""
    values, before = numbers_of(frame, aval), numbers_of(frame, base)
    rows = among(frame, ~np.isnan(values) & ~(before > 0), where)
    before, note = before[rows], Severity.NOTE
    message = "{count} records have a value and no baseline"
    yield from counted(frame, rows[np.isnan(before)], "no baseline", message, severity=note)
    message = f"{{count}} records have no {variable}, since {base} is 0"
    yield from counted(frame, rows[before == 0], "division by zero", message, severity=note)
    if divisor == "base":
        message = f"{{count}} records have a negative {base}, so that a rise is a negative {variable} (divisor: base)"
        yield from counted(frame, rows[before < 0], "negative baseline", message)


@derivation(
    define="({aval} - {base}) / [divisor=base:{base}][divisor=size:absolute value of {base}] * 100, not rounded[, on "
    "the records where {where}, missing on all others]. Missing where {aval} or {base} is missing or {base} is 0.",
    check=check_pchg,
)
def derive_pchg(
    frame: pd.DataFrame,
    *,
    variable: New = "PCHG",
    aval: Column = "AVAL",
    base: Column = "BASE",
    divisor: Divisor = "base",
    where: Where = None,
) -> pd.DataFrame:
    """Percent change from baseline (ADaMIG 3.3.4): (``aval`` - ``base``) / ``base`` * 100.

    ``divisor`` "base" divides by the baseline as the IG says; "size" by its absolute value, so that an increase from a
    negative baseline, as of a base excess, is positive. Missing where either is missing, where the baseline is zero,
    and on records that ``where`` does not select. Raises DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"AVAL": [30.0, -1, 5], "BASE": [20.0, -2, 0]})
    >>> derive_pchg(adlb).PCHG.tolist()
    [50.0, -50.0, nan]
    >>> derive_pchg(adlb, divisor="size").PCHG.tolist()
    [50.0, 50.0, nan]
    """
    require_two(variable, aval=aval, base=base)
    before = numbers_of(frame, base)
    by = np.where(before == 0, np.nan, np.abs(before) if divisor == "size" else before)
    change = (numbers_of(frame, aval) - before) / by * 100
    return frame.assign(**{variable: only_where(change, selected(frame, where))})

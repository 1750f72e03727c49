"""CHG: change from baseline."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Count, New, Where, derivation
from adamline.derive._codes import numbers_of, only_where
from adamline.derive._tallies import among, counted
from adamline.derive._two_variables import require_two
from adamline.findings import Severity, Tally
from adamline.standards.rounding import round_half_away


def check_chg(
    frame: pd.DataFrame,
    *,
    variable: New = "CHG",
    aval: Column = "AVAL",
    base: Column = "BASE",
    where: Where = None,
    decimals: Count | None = None,
) -> Iterator[Tally]:
    """Records with a value and without a baseline."""
    lost = among(frame, ~np.isnan(numbers_of(frame, aval)) & np.isnan(numbers_of(frame, base)), where)
    message = "{count} records have a value and no baseline"
    yield from counted(frame, lost, "no baseline", message, severity=Severity.NOTE)


@derivation(
    define="{aval} - {base}[, rounded to {decimals} decimals, half away from zero][decimals=:, not rounded][, on the "
    "records where {where}, missing on all others]. Missing where {aval} or {base} is missing.",
    check=check_chg,
)
def derive_chg(
    frame: pd.DataFrame,
    *,
    variable: New = "CHG",
    aval: Column = "AVAL",
    base: Column = "BASE",
    where: Where = None,
    decimals: Count | None = None,
) -> pd.DataFrame:
    """Change from baseline (ADaMIG 3.3.4): ``aval`` - ``base``.

    Missing where either is, and on records that ``where`` does not select: whether baseline and earlier records
    have a change is the study's choice. ``decimals`` rounds the change, half away from zero: 5.4 - 5.3 and 0.3 - 0.2
    are not the same in binary, which breaks ties in tests of ranks; without it the change is as SAS
    subtracts. Raises DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"ABLFL": ["Y", None], "AVAL": [20.0, 25.0], "BASE": 20.0})
    >>> derive_chg(adlb, where="ABLFL is missing").CHG.tolist()
    [nan, 5.0]
    """
    change = numbers_of(frame, aval) - numbers_of(frame, base)
    require_two(variable, aval=aval, base=base)
    if decimals is not None:
        change = round_half_away(change, decimals)
    return frame.assign(**{variable: only_where(change, selected(frame, where))})

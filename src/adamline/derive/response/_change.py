"""Y or N of a visit by the change from baseline of one parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from adamline.contract import Columns, Values, Where
from adamline.derive._codes import Bools, Floats
from adamline.derive._tallies import counted
from adamline.derive._visits import answers, numbers_at, rows_by_visit, with_visit_records
from adamline.findings import Severity, Tally
from adamline.standards.rounding import round_half_away

# Decimals to which CHG is compared: 0.7 - 0.4 is 0.29999999999999993 in binary, and 0.3 on paper.
_DECIMALS = 9


def check_change(frame: pd.DataFrame, *, of: str, parameter: str, where: Where, by: Columns) -> Iterator[Tally]:
    """Records with a value and without a change, which give no answer."""
    rows = rows_by_visit(frame, [of], by=by, where=where)[:, 0]
    lost = rows[np.isnan(numbers_at(frame, "CHG", rows)) & ~np.isnan(numbers_at(frame, "AVAL", rows))]
    message = f"{{count}} records of {of} give no {parameter}, since they have AVAL and no CHG"
    yield from counted(frame, lost, "no change", message, severity=Severity.NOTE, by="")


def with_answers(
    frame: pd.DataFrame,
    is_yes: Callable[[Floats], Bools],
    *,
    of: str,
    parameter: str,
    where: Where,
    by: Columns,
    latest: Columns,
    set_: Values,
) -> pd.DataFrame:
    """The frame, and after it ``parameter`` for each visit whose record of ``of`` has a change: Y or N by it."""
    rows = rows_by_visit(frame, [of], by=by, where=where)
    change = round_half_away(numbers_at(frame, "CHG", rows[:, 0]), _DECIMALS)
    known = ~np.isnan(change)
    values = answers(is_yes(change[known]))
    return with_visit_records(frame, rows[known], values, parameter=parameter, by=by, latest=latest, set_=set_)

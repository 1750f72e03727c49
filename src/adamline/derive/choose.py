"""The value of one of several variables, by its number: TRTP of a record's period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from adamline.contract import Column, Columns, New, derivation
from adamline.derive._chosen import chosen
from adamline.derive._codes import NO_RECORD, numbers_of
from adamline.derive._tallies import counted, keys_at
from adamline.errors import DataError, Place
from adamline.findings import Severity, Tally, shown_keys


def check_choose(
    frame: pd.DataFrame, made: pd.DataFrame, *, variable: New, index: Column, from_: Columns
) -> Iterator[Tally]:
    """Records without a number, or whose number is that of a variable without a value, while another has one."""
    number, none = numbers_of(frame, index), made[variable].isna().to_numpy()
    some = np.logical_or.reduce([frame[name].notna().to_numpy() for name in from_])
    message = f"{{count}} records have no {index}, and so no {variable}"
    yield from counted(frame, np.isnan(number) & some, "no number", message, severity=Severity.NOTE)
    chosen_empty = np.flatnonzero(none & some & ~np.isnan(number))
    names = {f"{value:g}": name for value, name in enumerate(from_, start=1)}
    message = f"{{count}} records have no {variable}, since the variable of their {index} has no value"
    for tally in counted(frame, chosen_empty, "number without a value", message, by=index):
        yield replace(tally, kinds={f"{names[kind]} is missing": n for kind, n in tally.kinds.items()})


@derivation(
    define="The value of the variable in the place {index} (from 1) of {from_}. Missing where {index} is missing; a "
    "number that is no place is an error.",
    check=check_choose,
)
def derive_choose(frame: pd.DataFrame, *, variable: New, index: Column, from_: Columns) -> pd.DataFrame:
    """Value of the variable of ``from_`` whose number, from 1, is in ``index`` (SAS CHOOSEC, CHOOSEN).

    The variables of a subject's periods, on each record by its period (ADaMIG 3.2.7): TRTP is TRT01P where APERIOD is
    1 and TRT02P where it is 2; so are TRTA, APERSDT and APEREDT.

    Missing where ``index`` is. Raises DataError for an ``index`` that is none of the numbers, which are listed; for an
    unknown variable; and where not all of ``from_`` are text, or numbers, or dates.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"APERIOD": [1.0, 2.0, None], "TRT01P": "Active", "TRT02P": "Placebo"})
    >>> derive_choose(adlb, variable="TRTP", index="APERIOD", from_=["TRT01P", "TRT02P"]).TRTP.tolist()
    ['Active', 'Placebo', nan]
    """
    numbers = numbers_of(frame, index)
    wrong = ~np.isnan(numbers) & ~np.isin(numbers, np.arange(1, len(from_) + 1))
    if wrong.any():
        raise DataError(
            f"{index} is the number of none of the {len(from_)} variables.",
            place=Place(variable=variable, keys=shown_keys(keys_at(frame, np.flatnonzero(wrong)))),
            expected=f"1 to {len(from_)}, whole numbers",
            found=", ".join(f"{number:g}" for number in np.unique(numbers[wrong])[:5]),
        )
    which = np.where(np.isnan(numbers), NO_RECORD + 1, numbers).astype(np.int64) - 1
    return frame.assign(**{variable: chosen(frame, variable, from_, which)})

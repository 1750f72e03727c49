"""The first or the last of several dates of a record, or what belongs to that date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Columns, New, derivation
from adamline.derive._chosen import chosen, of_one_kind
from adamline.derive._codes import NO_RECORD, dates_of
from adamline.derive._tallies import counted
from adamline.errors import DerivationError, Place
from adamline.findings import Tally


def check_extreme(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    from_: Columns,
    take: Literal["first", "last"],
    dates: Columns = (),
) -> Iterator[Tally]:
    """Values without a date, which do not count, and dates without a value, which do."""
    for name, date in zip(from_, dates, strict=False):
        rows = (frame[name].notna() & frame[date].isna()).to_numpy()
        message = f"{{count}} records have {name} and no {date}, and so it does not count"
        yield from counted(frame, rows, "value without a date", message)
    if dates:
        lost = np.flatnonzero(made[variable].isna().to_numpy())
        lost = lost[
            np.logical_or.reduce(
                [(frame[n].notna() & frame[d].notna()).to_numpy()[lost] for n, d in zip(from_, dates, strict=True)]
            )
        ]
        message = f"{{count}} records have no {variable}, since what is of the {take} date has no value and another has"
        yield from counted(frame, lost, "date without a value", message)


@derivation(
    define="[dates=:The {take} of the dates {from_}.][That of {from_} whose date ({dates}, in this order) is the "
    "{take}.] Missing dates do not count; of equal dates the one named first is taken; missing where all dates are.",
    check=check_extreme,
)
def derive_extreme(
    frame: pd.DataFrame, *, variable: New, from_: Columns, take: Literal["first", "last"], dates: Columns = ()
) -> pd.DataFrame:
    """The first or the last of the dates ``from_``; with ``dates``, the value of ``from_`` that belongs to that date.

    So LSTALVDT is the last of the last dates of several datasets, and DTHCAUS the cause that the first of several
    sources of a death gives: ``dates`` are those of ``from_``, one each, in the same order.

    Missing dates do not count; missing where all are. Of equal dates the one that is named first is taken. Raises
    DerivationError where ``dates`` are not as many as ``from_``; DataError for an unknown variable, for dates that are
    none or partly datetimes, and where not all of ``from_`` are text, or numbers, or dates.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"AEDT": pd.to_datetime(["2014-03-02", None]), "LBDT": pd.to_datetime(["2014-03-01"] * 2)})
    >>> made = derive_extreme(adsl, variable="LSTALVDT", from_=["AEDT", "LBDT"], take="last")
    >>> made.LSTALVDT.dt.strftime("%F").tolist()
    ['2014-03-02', '2014-03-01']
    """
    names = dates or from_
    if len(names) != len(from_):
        what = f"{len(from_)} variables have {len(names)} dates."
        raise DerivationError(what, place=Place(variable=variable), expected="one date for each of `from`")
    of_one_kind(frame, variable, names)
    moments = np.stack([dates_of(frame, name).to_numpy().astype("datetime64[us]") for name in names])
    none = np.isnat(moments)
    # Of equal ones argmin and argmax give the first.
    ranks = moments.astype(np.int64)
    if take == "first":
        which = np.where(none, np.iinfo(np.int64).max, ranks).argmin(axis=0)
    else:
        which = np.where(none, np.iinfo(np.int64).min, ranks).argmax(axis=0)
    which = np.where(none.all(axis=0), NO_RECORD, which)
    return frame.assign(**{variable: chosen(frame, variable, from_, which)})

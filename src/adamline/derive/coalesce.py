"""The first of several variables that is not missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import Columns, New, derivation
from adamline.derive._chosen import chosen
from adamline.derive._codes import NO_RECORD, require
from adamline.derive._tallies import keys_at
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally


def check_coalesce(frame: pd.DataFrame, made: pd.DataFrame, *, variable: New, from_: Columns) -> Iterator[Tally]:
    """Records that have not the value of the first variable, by the one whose value they take."""
    empty = np.ones(len(frame), dtype=bool)
    kinds: dict[str, int] = {}
    for number, name in enumerate(from_):
        present = frame[name].notna().to_numpy()
        kinds |= {name: int((empty & present).sum())} if number else {}
        empty &= ~present
    at = np.flatnonzero(frame[from_[0]].isna().to_numpy() & made[variable].notna().to_numpy())
    if len(at):
        message = f"{{count}} records have no {from_[0]}, and take the value of {{kinds}}"
        yield Tally(Severity.NOTE, "next in line", message, NOWHERE, kinds, keys=keys_at(frame, at))


@derivation(
    define="The first of {from_}, in this order, that is not missing; missing where all are.", check=check_coalesce
)
def derive_coalesce(frame: pd.DataFrame, *, variable: New, from_: Columns) -> pd.DataFrame:
    """First value that is not missing, of the variables ``from_`` in their order (SAS COALESCE, COALESCEC).

    Missing where all are. Raises DataError for an unknown variable, and where not all are text, or numbers, or dates.

    >>> import pandas as pd
    >>> derive_coalesce(pd.DataFrame({"A": [None, 2.0], "B": [1.0, 9.0]}), variable="C", from_=["A", "B"]).C.tolist()
    [1.0, 2.0]
    """
    require(frame, *from_)
    which = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for number, name in enumerate(from_):
        which[(which == NO_RECORD) & frame[name].notna().to_numpy()] = number
    return frame.assign(**{variable: chosen(frame, variable, from_, which)})

"""Holds records that were added to what their entry says that they have, and have not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.derive._codes import Bools
from adamline.derive._new_records import values_followed
from adamline.errors import DerivationError, Place
from adamline.io.dataset import MISSING_SUFFIX
from adamline.study.placing import Placing


@dataclass(frozen=True)
class Added:
    """Records that a step has added: the name of its function, its line, where they stand, what they have."""

    name: str
    place: Place
    rows: slice
    placing: Placing


def as_placed(frame: pd.DataFrame, added: Added) -> pd.DataFrame:
    """The frame whose added records have nothing of what is missing, or left behind, on them.

    Raises DerivationError where a function gave its records more than its contract says, which only copies may have.
    """
    placing, start = added.placing, added.rows.start
    blank = placing.missing | placing.left
    if placing.copies is None:
        new = frame.iloc[start:]
        given = [name for name in frame.columns if name.removesuffix(MISSING_SUFFIX) not in placing.gives]
        stray = [name for name in given if new[name].notna().any()]
        if stray:
            raise DerivationError(
                f"`{added.name}` did not keep its contract.",
                place=added.place,
                expected="records with what `makes` names, and `set`",
                found=f"values of {', '.join(stray)}",
            )
        return frame
    is_old = np.arange(len(frame)) < start
    names = [name for name in frame.columns if name.removesuffix(MISSING_SUFFIX) in blank]
    return frame.assign(**{name: frame[name].where(is_old) for name in names})


def with_kept(before: pd.DataFrame, frame: pd.DataFrame, name: str, start: int) -> pd.DataFrame:
    """The frame with a variable as it was ``before`` on the records in front of ``start``, and as it is on others."""
    columns = [c for c in (name, name + MISSING_SUFFIX) if c in before.columns and c in frame.columns]
    kept = {c: values_followed(before[c].iloc[:start], frame[c].iloc[start:]).set_axis(frame.index) for c in columns}
    return frame.assign(**kept)


def taking_part(frame: pd.DataFrame, name: str, added: Sequence[Added]) -> Bools | None:
    """The records of which a variable is made: all but those that are to have it missing; None for all."""
    out = [one.rows for one in added if name in one.placing.missing]
    if not out:
        return None
    part = np.ones(len(frame), dtype=bool)
    for rows in out:
        part[rows] = False
    return part

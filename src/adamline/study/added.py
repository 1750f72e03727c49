"""Gives records that were added what they have by their entry, and from their subject and their parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Bools, gather, rows_by_key
from adamline.derive._new_records import text_followed
from adamline.derive.parameter_variables import parameter_columns
from adamline.errors import DerivationError, Place
from adamline.io.dataset import MISSING_SUFFIX
from adamline.study.placing import Placing

PARAMCD, USUBJID = "PARAMCD", "USUBJID"


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
    kept = {c: _joined(before[c], start, _plain(frame[c].iloc[start:], frame.index[start:])) for c in columns}
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


def with_subject_variables(
    frame: pd.DataFrame, before: int, subject: pd.DataFrame, new: Mapping[str, str]
) -> pd.DataFrame:
    """The frame whose records from ``before`` on have the variables of their subject, where they had no value.

    ``new`` maps the name here to the name in ``subject``. A record whose subject is not there stays as it is.

    >>> adsl = pd.DataFrame({"USUBJID": ["01"], "TRT01P": ["Placebo"]})
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "01"], "TRTP": ["Placebo", None]})
    >>> with_subject_variables(adrs, 1, adsl, {"TRTP": "TRT01P"}).TRTP.tolist()
    ['Placebo', 'Placebo']
    """
    added = frame.iloc[before:]
    lacking = [here for here in new if here in frame.columns and added[here].isna().any()]
    if not lacking:
        return frame
    rows = rows_by_key(added, subject, np.arange(len(subject)), [USUBJID])
    given = {here: _plain(gather(subject[new[here]], rows), added.index) for here in lacking}
    kept = {here: given[here].where(added[here].isna(), _plain(added[here], added.index)) for here in lacking}
    return frame.assign(**{here: _joined(frame[here], before, kept[here]) for here in lacking})


def with_parameter_variables(
    frame: pd.DataFrame,
    before: int,
    parameters: Sequence[Mapping[str, str | None]],
    give: Sequence[str],
    set_here: Iterable[str],
) -> pd.DataFrame:
    """The frame whose records from ``before`` on have what ``parameters`` give to their PARAMCD.

    What the step itself has set, ``set_here``, stays; so does all of a record whose PARAMCD is not listed.
    """
    names = [name for name in give if name not in {PARAMCD, *set_here} and name in frame.columns]
    added = frame.iloc[before:]
    if not names or not len(added):
        return frame
    table = parameter_columns(parameters, [PARAMCD, *names])
    # A parameter may have several rows, one for each test that is of it.
    first = np.flatnonzero(~table[PARAMCD].duplicated().to_numpy())
    rows = rows_by_key(added, table, first, [PARAMCD])
    given = {name: _plain(gather(table[name], rows), added.index) for name in names}
    kept = {name: given[name].where(rows != NO_RECORD, _plain(added[name], added.index)) for name in names}
    return frame.assign(**{name: _joined(frame[name], before, kept[name]) for name in names})


def _plain(values: object, index: pd.Index) -> pd.Series:
    """A column without categories, whose levels would stand in the way of other values."""
    column = pd.Series(values, index=index)
    return column.astype(object) if isinstance(column.dtype, pd.CategoricalDtype) else column


def _joined(values: pd.Series, before: int, added: pd.Series) -> pd.Series:
    """The first records of a column, then the others."""
    old = values.iloc[:before]
    is_counted = isinstance(values.dtype, pd.CategoricalDtype)
    joined = text_followed(old, added) if is_counted else pd.concat([old, added.astype(values.dtype)])
    return joined.set_axis(values.index)

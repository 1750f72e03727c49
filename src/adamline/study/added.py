"""Gives records that were added what every record has from its subject and its parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, gather, rows_by_key
from adamline.derive._new_records import text_followed
from adamline.derive.parameter_variables import parameter_columns

PARAMCD, USUBJID = "PARAMCD", "USUBJID"


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

"""What added records have from the subject and the parameter to which they belong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Ints, gather, rows_by_key
from adamline.derive.parameter_variables import parameter_columns
from adamline.spec.dataset import DatasetSpec, given_variables

if TYPE_CHECKING:
    from adamline.study.columns import Columns

PARAMCD, USUBJID = "PARAMCD", "USUBJID"


class Belonging:
    """The variables that a subject and a parameter give to the records of a dataset, by name.

    ``frames`` has the records of the datasets that it reads, by name, among them those of subjects.
    """

    def __init__(self, spec: DatasetSpec, frames: Mapping[str, pd.DataFrame]) -> None:
        self._parameters = spec.parameters
        self._of_parameter = [name for name in given_variables(spec) if name != PARAMCD]
        (subjects, renamed), *_ = *spec.subject.items(), ("", ())
        self._subjects = frames[subjects] if subjects else pd.DataFrame()
        self._of_subject = {here: there for here, there in renamed if here != USUBJID}
        # Of the records from one to another, their rows in the dataset of subjects, and in the table of parameters.
        self._rows: dict[tuple[str, int, int], Ints] = {}

    def given(self, columns: Columns, name: str, start: int) -> pd.Series | None:
        """The values of a variable in the records from ``start`` on, None where nothing gives it to them."""
        if name not in self._of_subject and name not in self._of_parameter:
            return None
        nothing = pd.Series(np.nan, index=range(start, len(columns)), dtype=object)
        return self.completed(columns, name, nothing, is_set=False)

    def completed(self, columns: Columns, name: str, values: pd.Series, *, is_set: bool) -> pd.Series:
        """The ``values`` of a variable in the last records, and what belongs to these; as they are where nothing does.

        A subject gives a value where there is none; a record whose subject is not there stays as it is. What
        `parameters` gives to a PARAMCD comes before ``values``, unless a step has set them, which ``is_set`` says; a
        record whose PARAMCD is not listed stays as it is.
        """
        start = len(columns) - len(values)
        if name in self._of_subject and values.isna().any():
            subjects = self._subjects
            rows = self._rows_of(columns, start, USUBJID, subjects, np.arange(len(subjects)))
            values = _where(values, values.notna().to_numpy(), gather(subjects[self._of_subject[name]], rows))
        if name in self._of_parameter and not is_set and len(values):
            rows = self._rows_of(columns, start, PARAMCD, self._table, self._first_rows)
            values = _where(values, rows == NO_RECORD, gather(self._table[name], rows))
        return values

    @cached_property
    def _table(self) -> pd.DataFrame:
        return parameter_columns(self._parameters, [PARAMCD, *self._of_parameter])

    @cached_property
    def _first_rows(self) -> Ints:
        # A parameter may have several rows, one for each test that is of it.
        return np.flatnonzero(~self._table[PARAMCD].duplicated().to_numpy())

    def _rows_of(self, columns: Columns, start: int, key: str, source: pd.DataFrame, rows: Ints) -> Ints:
        at = key, start, len(columns)
        if at not in self._rows:
            self._rows[at] = rows_by_key(pd.DataFrame({key: columns[key].iloc[start:]}), source, rows, [key])
        return self._rows[at]


def _where(values: pd.Series, keep: np.ndarray, others: object) -> pd.Series:
    """The values where ``keep``, elsewhere the others; without categories, whose levels stand in the way of both."""
    given = pd.Series(others, index=values.index)
    if not keep.any():
        return given
    return _plain(given).where(~keep, _plain(values))


def _plain(values: pd.Series) -> pd.Series:
    return values.astype(object) if isinstance(values.dtype, pd.CategoricalDtype) else values

"""Responses at visits: what a spec says of them, and how many subjects have which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import model_validator

from adamline.errors import DataError, Place
from adamline.io.dataset import Kind
from adamline.results.ard import Analysis
from adamline.spec.types import VariableName
from adamline.tlf.kinds._counts import CountOptions
from adamline.tlf.kinds._options import OptionsModel
from adamline.tlf.kinds._records import SUBJECT, Records, equals, level_codes, require_columns, where_text
from adamline.tlf.kinds._visits import RowOptions, visits_of

Ints = npt.NDArray[np.int64]


class ResponseOptions(OptionsModel):
    """The variable of the response, and its value in responders and in all others."""

    variable: VariableName
    responder: str
    nonresponder: str

    @property
    def levels(self) -> tuple[str, str]:
        """The two values that a response has."""
        return self.responder, self.nonresponder

    @model_validator(mode="after")
    def _two(self) -> ResponseOptions:
        if self.responder == self.nonresponder:
            raise ValueError("responder and nonresponder are the same value")
        return self


class ImputedOptions(OptionsModel):
    """The variable, and its value, of records in which the subject is a non-responder by imputation."""

    variable: VariableName
    value: str


class ResponderOptions(CountOptions):
    """Options that say who responded at which visit; without ``imputed`` nobody counts the imputed."""

    parameter: str
    rows: RowOptions
    response: ResponseOptions
    imputed: ImputedOptions | None = None

    @model_validator(mode="after")
    def _no_baseline(self) -> ResponderOptions:
        if self.rows.baseline is not None:
            raise ValueError("rows: baseline: changes are what it is for, and there are none here; leave it out")
        return self


@dataclass(frozen=True)
class ResponseCounts:
    """Subjects with a response, responders and imputed, by cell: code visit * treatments + treatment."""

    visits: tuple[str, ...]
    n: Ints
    responders: Ints
    imputed: Ints


def count_responses(records: Records, options: ResponderOptions) -> ResponseCounts:
    """The numbers of subjects by visit and treatment; a record whose response is missing does not count.

    DataError for visits or variables that are not there, for a response that is neither of the two, for a subject
    with two responses at a visit, and for a responder who is marked as imputed.
    """
    visits = visits_of(records, options.rows, (options.parameter,))
    _require_text(records, options)
    frame = records.frame
    visit = level_codes(frame[options.rows.by], visits)
    treatment = level_codes(frame[options.columns.by], options.columns.order)
    inside = (frame["PARAMCD"] == options.parameter).to_numpy(dtype=bool) & (visit >= 0) & (treatment >= 0)
    response = level_codes(frame[options.response.variable], options.response.levels)
    blank = frame[options.response.variable].astype(object).fillna("").str.strip(" ").eq("").to_numpy(dtype=bool)
    _refuse(records, options, inside & (response < 0) & ~blank, "A response is neither of the two.")
    inside &= response >= 0
    twice = frame[inside].duplicated([SUBJECT, options.rows.by]).reindex(frame.index, fill_value=False)
    _refuse(records, options, twice.to_numpy(dtype=bool), "A subject has two responses at a visit.")
    imputed = np.zeros(len(frame), dtype=bool)
    if options.imputed:
        imputed = inside & (level_codes(frame[options.imputed.variable], (options.imputed.value,)) == 0)
        _refuse(records, options, imputed & (response == 0), "A responder is marked as an imputed non-responder.")
    cell, size = visit * len(options.columns.order) + treatment, len(visits) * len(options.columns.order)
    chosen = (inside, inside & (response == 0), imputed)
    return ResponseCounts(visits, *(np.bincount(cell[each], minlength=size) for each in chosen))


def never_imputed_results(records: Records, options: ResponderOptions) -> pd.DataFrame:
    """A warning where no record of the parameter is marked as imputed: the value may be misspelled; else no row."""
    if options.imputed is None:
        return pd.DataFrame()
    name, value = options.imputed.variable, options.imputed.value
    of_parameter = records.frame[name][records.frame["PARAMCD"] == options.parameter]
    if of_parameter.empty or (of_parameter == value).any():
        return pd.DataFrame()
    row = {
        "analysis": Analysis.LACKING.value,
        "variable": name,
        "variable_level": value,
        "stat_name": "n",
        "stat_label": "n",
        "stat": 0.0,
        "stat_text": "0",
        "warning": f"no record is imputed: none has {name} = {value}",
        "dataset": records.dataset.name,
        "where": where_text(records.condition, equals("PARAMCD", options.parameter), equals(name, value)),
    }
    return pd.DataFrame([row])


def _require_text(records: Records, options: ResponderOptions) -> None:
    names = (options.response.variable, *([options.imputed.variable] if options.imputed else []))
    require_columns(records, names)
    for name in names:
        kind = records.dataset[name].kind
        if kind is not Kind.TEXT:
            place = Place(dataset=records.dataset.name, variable=name)
            raise DataError(f"{name} is not text.", place=place, expected="text", found=f"a {kind}")


def _refuse(records: Records, options: ResponderOptions, wrong: npt.NDArray[np.bool_], what: str) -> None:
    """DataError with the first of the records that are wrong, if there is one."""
    if not wrong.any():
        return
    response, visit = options.response, options.rows.by
    first = records.frame[wrong].sort_values([SUBJECT, visit]).iloc[0]
    raise DataError(
        what,
        place=Place(
            dataset=records.dataset.name,
            variable=response.variable,
            keys=f"{SUBJECT} = {first[SUBJECT]}, {visit} = {first[visit]}",
        ),
        expected=f"one record for each subject and visit, with {' or '.join(response.levels)}",
        found=f"{int(wrong.sum())} such record{'s' if wrong.sum() != 1 else ''}, here {first[response.variable]}",
        hint="select the records to count by records: where",
    )

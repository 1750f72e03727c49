"""Non-responder imputation: a response of N for each expected visit of a subject that has none, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Keys, ParameterCodes, Source, SourceColumn, SourceWhere, Table, Values, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints, dates_of, gather, require, rows_by_key
from adamline.derive._expected import VISIT_NAME, VISIT_NUMBER, at_visits, check_visits
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive._tallies import counted
from adamline.derive._visits import PARAMCD, answers
from adamline.derive.pick import SUBJECT, picked_rows
from adamline.derive.response.sri import RESCUE
from adamline.errors import DataError, Place
from adamline.findings import Severity, Tally

Days = NDArray[np.datetime64]
DISCONTINUED, MISSING = "DISCONTINUED", "MISSING"
TARGET_DAY = "AWTARGET"


def check_nri(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    subjects: Source,
    visits: Sequence[str],
    table: Table,
    discontinued: SourceColumn,
    start: SourceColumn = "TRTSDT",
    rescue: SourceColumn | None = None,
    rescue_reason: str = RESCUE,
    subjects_where: SourceWhere = None,
    parameters: ParameterCodes = ("SRI4",),
    reason: Column = "RESPREAS",
    dtype: str = "NRI",
    by: Keys = SUBJECT,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Visits that are imputed, by reason; visits that nobody has; subjects whose rescue cannot be put to a visit."""
    added = made.iloc[len(frame) :]
    for parameter in parameters:
        message = f"{{count}} visits without {parameter} are N"
        rows = (added[PARAMCD] == parameter).to_numpy(bool)
        yield from counted(added, rows, "imputed", message, severity=Severity.NOTE, by=reason)
    yield from check_visits(frame, visits)
    expected = selected(subjects, subjects_where) & subjects[start].isna().to_numpy()
    if rescue is not None:
        message = f"{{count}} subjects have {rescue} and no {start}: whether a visit was after it cannot be told"
        rescued = expected & subjects[rescue].notna().to_numpy()
        yield from counted(subjects, rescued, "no start", message, by="")


@derivation(
    define="{parameters}: for each of these parameters a record with AVALC N, AVAL 0 and DTYPE {dtype} for each of "
    "the visits {visits} at which a {by} of {subjects}[ where {subjects_where}] has no record of the "
    "parameter, with AVISIT and AVISITN of the visit by {table}. The target date of a visit is the day "
    "AWTARGET of {table}, of which day 1 is {start} and day -1 the day before. {reason} is [{rescue_reason} "
    "where {rescue} is on or before the target date, else ]DISCONTINUED where the {by} has no record of any "
    "parameter with that AVISIT and without DTYPE, and {discontinued} is before the target date, or is there "
    "while {start} is missing; else MISSING.[ It has {set_}.]",
    needs=(PARAMCD, VISIT_NAME, VISIT_NUMBER, "AVAL", "AVALC", "DTYPE"),
    makes=(PARAMCD, VISIT_NAME, VISIT_NUMBER, "AVAL", "AVALC", "DTYPE", "reason", "by"),
    check=check_nri,
)
def add_nri(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    visits: Sequence[str],
    table: Table,
    discontinued: SourceColumn,
    start: SourceColumn = "TRTSDT",
    rescue: SourceColumn | None = None,
    rescue_reason: str = RESCUE,
    subjects_where: SourceWhere = None,
    parameters: ParameterCodes = ("SRI4",),
    reason: Column = "RESPREAS",
    dtype: str = "NRI",
    by: Keys = SUBJECT,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it N for each expected visit of each subject without a record of each of ``parameters``.

    ``parameters`` are the PARAMCDs of the responses. ``subjects`` is the subject-level dataset, of which
    ``subjects_where`` selects those expected, with or without any record here; ``visits`` are the expected AVISITs,
    each a row of ``table`` with AVISITN and the target day AWTARGET.
    The target date is that day counted from ``start``, whose day is 1; there is no day 0. New records have AVALC N,
    AVAL 0, DTYPE ``dtype``, the constants of ``set_``, and in ``reason``:

    1. ``rescue_reason`` where ``rescue`` is on or before the target date;
    2. else DISCONTINUED where the frame has no record of the visit (one with a DTYPE is none), and ``discontinued`` is
       before the target date, or is there while ``start`` is missing (never treated);
    3. else MISSING: also where the visit was attended and a component is missing.

    ADT and ADY stay missing. Raises DerivationError where a subject has two records of a response at an expected
    visit, or stands twice in ``subjects``; DataError for a visit that the table does not have, or without a target
    day, and for an unknown variable. DTYPE: ADaMIG 3.3.3; NRI is an extended term.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"], "TRTSDT": pd.Timestamp("2016-05-01"),
    ...     "DCDT": pd.to_datetime([None, "2016-05-09"])})
    >>> windows = pd.DataFrame({"AVISIT": ["Week 4"], "AVISITN": ["4"], "AWTARGET": ["29"]})
    >>> adrs = pd.DataFrame({"USUBJID": ["01"], "PARAMCD": "SRI4", "AVISIT": "Week 4", "AVISITN": 4.0, "AVAL": 1.0,
    ...     "AVALC": "Y", "DTYPE": None, "RESPREAS": None})
    >>> made = add_nri(adrs, subjects=adsl, visits=["Week 4"], table=windows, discontinued="DCDT")
    >>> made[["USUBJID", "AVISIT", "AVALC", "DTYPE", "RESPREAS"]].iloc[1:]
      USUBJID  AVISIT AVALC DTYPE      RESPREAS
    1      02  Week 4     N   NRI  DISCONTINUED
    """
    require(frame, PARAMCD, VISIT_NAME, "DTYPE", *by)
    rows, expected = _expected(subjects, subjects_where, by, visits, table)
    keys, observed = (
        [*by, VISIT_NAME],
        np.flatnonzero(frame["DTYPE"].isna()),
    )  # imputed and derived records are no visit
    attended = rows_by_key(expected, frame, observed, keys) != NO_RECORD
    begun, stopped = _days(subjects, start, rows), _days(subjects, discontinued, rows)
    target = _target(begun, expected)
    is_rescued = _days(subjects, rescue, rows) <= target if rescue is not None else np.zeros(len(rows), dtype=bool)
    is_out = ((stopped < target) | (np.isnat(begun) & ~np.isnat(stopped))) & ~attended
    reasons = np.where(is_rescued, rescue_reason, np.where(is_out, DISCONTINUED, MISSING)).astype(object)

    at_visit = frame[VISIT_NAME].isin(list(visits)).to_numpy(bool)
    wanting = [_without(frame, parameter, at_visit, expected, keys) for parameter in parameters]
    place = np.concatenate(wanting)
    values: dict[str, Any] = {
        **{name: gather(expected[name], place) for name in keys},
        **answers(np.zeros(len(place), dtype=bool)),
        VISIT_NUMBER: expected[VISIT_NUMBER].to_numpy(np.float64)[place],
        PARAMCD: np.repeat(np.array(parameters, dtype=object), [len(rows) for rows in wanting]),
        "DTYPE": np.full(len(place), dtype, dtype=object),
        reason: reasons[place],
    }
    return with_new_records(frame, count=len(place), gathered={}, values=values, set_=set_)


def _without(frame: pd.DataFrame, parameter: str, at_visit: Bools, expected: pd.DataFrame, keys: Sequence[str]) -> Ints:
    """The places in ``expected`` of which the frame has no record of the parameter."""
    is_response = (frame[PARAMCD] == parameter).to_numpy(bool) & at_visit
    picked_of_group, _ = picked_rows(frame, by=keys, where=is_response, order=(), take="only")
    found = rows_by_key(expected, frame, picked_of_group[picked_of_group != NO_RECORD], keys)
    return np.flatnonzero(found == NO_RECORD)


def _expected(
    subjects: pd.DataFrame, where: str | None, by: Sequence[str], visits: Sequence[str], table: pd.DataFrame
) -> tuple[Ints, pd.DataFrame]:
    """Every selected subject at every expected visit: its row in ``subjects``, and its keys, AVISITN and target day."""
    picked_of_group, _ = picked_rows(subjects, by=by, where=where, order=(), take="only")
    picked = picked_of_group[picked_of_group != NO_RECORD]
    rows, expected = at_visits(subjects, picked, by, visits, table, VISIT_NUMBER, TARGET_DAY)
    blank = expected[VISIT_NAME][expected[TARGET_DAY].isna()]
    if len(blank):
        raise DataError("An expected visit has no target day.", place=Place(variable=TARGET_DAY), found=blank.iloc[0])
    return rows, expected


def _days(subjects: pd.DataFrame, name: str, rows: Ints) -> Days:
    days: Days = dates_of(subjects, name).to_numpy().astype("datetime64[D]")[rows]
    return days


def _target(begun: Days, expected: pd.DataFrame) -> Days:
    day = expected[TARGET_DAY].to_numpy(np.float64)
    target: Days = begun + (day - (day > 0)).astype("timedelta64[D]")  # day 1 is that of the start; there is no day 0
    return target

"""Time to an event: the first date of several events of other datasets, or else the last on which it had not come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from adamline.contract import (
    DatedSources,
    Keys,
    ParameterCode,
    ParameterTexts,
    Source,
    SourceColumn,
    SourceWhere,
    Values,
    derivation,
    described_by,
)
from adamline.derive._codes import NO_RECORD, Ints, gather, numbers_of, require, text_from_codes
from adamline.derive._dated_sources import Outcome, Ties, outcome_of, refuse_rows
from adamline.derive._dated_tallies import check_outcome
from adamline.derive._new_records import NOTHING, with_new_records
from adamline.derive.duration import DAYS, Unit
from adamline.derive.pick import SUBJECT
from adamline.errors import DerivationError
from adamline.findings import Tally

PARAMCD = "PARAMCD"
# What each record has of its dates: no constant stands for it.
_MADE = (PARAMCD, "STARTDT", "ADT", "AVAL", "CNSR")
BeforeStart = Literal["kept", "start", "not counted"]


def check_time_to_event_arguments(
    *,
    start: SourceColumn,
    events: DatedSources,
    censors: DatedSources = (),
    parameter: ParameterCode | None = None,
    each: ParameterTexts = NOTHING,
    ties: Ties = "listed",
    before_start: BeforeStart = "kept",
    unit: Unit = "days",
    plus: int = 1,
    start_dtf: SourceColumn | None = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Raise DerivationError for rows that contradict themselves, and where the parameter is not said, or twice."""
    refuse_rows(events, censors, has_texts=any(_parameters(parameter, each).values()))
    return iter(())


def check_time_to_event(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    start: SourceColumn,
    events: DatedSources,
    censors: DatedSources = (),
    parameter: ParameterCode | None = None,
    each: ParameterTexts = NOTHING,
    ties: Ties = "listed",
    before_start: BeforeStart = "kept",
    unit: Unit = "days",
    plus: int = 1,
    start_dtf: SourceColumn | None = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Subjects without a record, for want of a start or of any date; dates of nobody, missing, or before the start."""
    made = outcome_of(
        subjects,
        start,
        events,
        censors,
        _parameters(parameter, each),
        ties=ties,
        skip_early=before_start == "not counted",
        where=subjects_where,
        by=by,
    )
    yield from check_outcome(made, subjects, start, before_start, by)


@derivation(
    define="A record[ of {parameter}][ of each parameter with {each}] for each {by} of {subjects}[ where "
    "{subjects_where}] with {start}, which is STARTDT[, and {start_dtf} STARTDTF]. ADT is the first date of the "
    "events: {events}; without an event the last of the censors[: {censors}]. A date that is said to end what "
    "counts is ADT, as a censor, where it is before the first event or there is none. Of equal dates an event is "
    "before a censor[ties=listed:; of several events, or censors, the one named first is taken "
    "({ties})][ties=error:; several events, or censors, of one date are an error ({ties})]. Of records of one of "
    "them with that date the first by SRCSEQ is taken, where it is the last date of a censor the last, and of "
    "these one whose date is not imputed. CNSR is 0 for an event, and 1 for a censor that has no other; a record "
    "without a date does not count, and without any date there is none. A date before {start} "
    "[before_start=kept:is {before_start}][before_start=start:becomes the {before_start}][before_start=not "
    "counted:is {before_start}]. AVAL is (ADT - STARTDT + {plus}) days[unit=weeks: divided by 7][unit=months: "
    "divided by 365.25 / 12][unit=years: divided by 365.25], in {unit}[, and it has {set_}].",
    needs=("PARAMCD", "STARTDT", "ADT", "AVAL", "CNSR"),
    needs_with=[("start_dtf", "STARTDTF")],
    makes=(
        "PARAMCD",
        "STARTDT",
        "STARTDTF",
        "ADT",
        "ADTF",
        "AVAL",
        "CNSR",
        "EVNTDESC",
        "CNSDTDSC",
        "SRCDOM",
        "SRCVAR",
        "SRCSEQ",
        "by",
    ),
    check=check_time_to_event,
    check_arguments=check_time_to_event_arguments,
)
def add_time_to_event(
    frame: pd.DataFrame,
    *,
    subjects: Source,
    start: SourceColumn,
    events: DatedSources,
    censors: DatedSources = (),
    parameter: ParameterCode | None = None,
    each: ParameterTexts = NOTHING,
    ties: Ties = "listed",
    before_start: BeforeStart = "kept",
    unit: Unit = "days",
    plus: int = 1,
    start_dtf: SourceColumn | None = None,
    subjects_where: SourceWhere = None,
    by: Keys = SUBJECT,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record for each subject: the time from its start to the first event, or to censoring.

    Parameters: ``subjects`` is a dataset with one record for each subject, of which ``subjects_where`` selects those
    who have a record here, and ``start`` its date: ADSL and TRTSDT, or the responders of ADRS and ADT for a duration
    of response. ``events`` and ``censors`` are rows (`DatedSource`), each with a `source` and the variable of its
    `date`, and where they apply `where`, EVNTDESC, CNSDTDSC, CNSR, `seq` (the variable that becomes SRCSEQ), `dtf` (the
    flag that becomes ADTF), SRCDOM and SRCVAR (else the names of source and date). ``parameter`` is the PARAMCD; or
    ``each`` has the parameters by PARAMCD, each with a text, and a row with `each` counts for the one whose text its
    variable has: the time to the first event of each preferred term. ``set_`` are constants.

    The first date of all events is the event, with CNSR 0. Without one it is the last date of all censors, with their
    CNSR (1 where they have none). A censor that `stops` is taken where its date is before the first event, or there is
    none: a new therapy, after which progression does not count. On one day an event is before a censor; of events, and
    of censors, of one day the row named first is taken, or with ``ties`` "error" they are an error; of records of one
    row the first, for a censor that does not stop the last, by `seq`.

    AVAL is (ADT - STARTDT + ``plus``) days, in ``unit`` (a month is 365.25/12 days); not rounded. A date before the
    start is ``before_start``: "kept", and counts backwards; set to the "start"; or "not counted". Missing dates do not
    count. A subject without a start, or without any date, has no record, which `check_time_to_event` counts. Raises
    DerivationError for a subject that stands twice in ``subjects``; DataError for an unknown variable.

    >>> import pandas as pd
    >>> from adamline.contract import DatedSource
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"], "TRTSDT": pd.to_datetime("2014-01-02"),
    ...     "RFENDT": pd.to_datetime(["2014-07-02", "2014-03-01"])})
    >>> adae = pd.DataFrame({"USUBJID": ["01", "01"], "ASTDT": pd.to_datetime(["2014-02-01", "2014-01-03"])})
    >>> made = add_time_to_event(
    ...     pd.DataFrame(columns=["USUBJID", "PARAMCD", "STARTDT", "ADT", "AVAL", "CNSR", "SRCVAR"]),
    ...     parameter="TTAE", subjects=adsl, start="TRTSDT",
    ...     events=[DatedSource(adae, "ASTDT")], censors=[DatedSource(adsl, "RFENDT")])
    >>> made[["USUBJID", "PARAMCD", "AVAL", "CNSR", "SRCVAR"]]
      USUBJID PARAMCD  AVAL  CNSR  SRCVAR
    0      01    TTAE   2.0   0.0   ASTDT
    1      02    TTAE  59.0   1.0  RFENDT
    """
    for name in (name for name in _MADE if name in set_):
        expected = "other variables in `set`; CNSR of a censor in its row"
        raise DerivationError(f"{name} is made for the records, and cannot be set.", expected=expected)
    made = outcome_of(
        subjects,
        start,
        events,
        censors,
        _parameters(parameter, each),
        ties=ties,
        skip_early=before_start == "not counted",
        where=subjects_where,
        by=by,
    )
    cells, began = made.cells, made.start_of_cell[made.cells]
    ended = np.maximum(made.day[cells], began) if before_start == "start" else made.day[cells]
    rows = made.row_of_cell[cells]
    values: dict[str, Any] = {name: subjects[name].iloc[rows].array for name in by}
    values[PARAMCD] = np.repeat(np.array(made.codes, dtype=object), len(made.rows))[cells]
    values |= {"STARTDT": began.astype("datetime64[s]"), "ADT": ended.astype("datetime64[s]")}
    values["AVAL"] = ((ended - began).astype(np.float64) + plus) / DAYS[unit]
    asked = {*frame.columns, "CNSR", *described_by([*events, *censors])}
    values |= {name: given for name, given in _described(made).items() if name in asked}
    if start_dtf is not None:
        require(subjects, start_dtf)
        values["STARTDTF"] = gather(subjects[start_dtf], rows)
    return with_new_records(frame, count=len(cells), gathered={}, values=values, set_=set_)


def _described(made: Outcome) -> dict[str, Any]:
    """What the record of each cell has of its row of dates, and of the record that its date is of."""
    which, record = made.which[made.cells], made.record[made.cells]
    listed = [dates.of for dates in made.dates]
    censored = [float(row.CNSR if row.CNSR is not None else number >= made.events) for number, row in enumerate(listed)]
    described = {
        name: _texts_of([getattr(row, name) for row in listed], which)
        for name in ("EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR")
    }
    sequence = np.full(len(which), np.nan)
    flag = np.full(len(which), None, dtype=object)
    for number, row in enumerate(listed):
        here, source = which == number, pd.DataFrame(row.source, copy=False)
        if row.seq is not None:
            sequence[here] = numbers_of(source, row.seq)[record[here]]
        if row.dtf is not None:
            flag[here] = np.asarray(source[row.dtf].iloc[record[here]].astype(object))
    return {"CNSR": np.array([*censored, np.nan])[which], **described, "SRCSEQ": sequence, "ADTF": flag}


def _texts_of(texts: Sequence[str | None], which: Ints) -> pd.Categorical:
    levels = list(dict.fromkeys(text for text in texts if text is not None))
    codes = np.array([*(NO_RECORD if text is None else levels.index(text) for text in texts), NO_RECORD])
    return text_from_codes(codes[which], levels)


def _parameters(parameter: str | None, each: ParameterTexts) -> dict[str, str | None]:
    """The parameters, each with the text that tells its records, None where there is one of all."""
    if (parameter is None) == (not each):
        what = "The parameter is not said." if parameter is None else "The parameter is said twice."
        raise DerivationError(what, expected="`parameter` for one, or `each` for one of each text")
    return {parameter: None} if parameter is not None else dict(each)

"""Counts what rows of dates leave out: dates that are missing, early or of nobody, subjects that get no record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, group_codes, one_each, rows_by_key
from adamline.derive._dated_sources import Dates, Outcome
from adamline.derive._tallies import counted, keys_at, kinds_at
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally, where_unused


def check_outcome(
    made: Outcome, subjects: pd.DataFrame, start: str, before_start: str, by: Sequence[str]
) -> Iterator[Tally]:
    """Subjects without a record, for want of a start or of a date; what of each row of dates does not count.

    And dates before the start, with what becomes of them; ties that the order of the rows has decided; rows of which no
    record is.
    """
    no_start = made.rows[np.isnat(made.start)]
    message = f"{{count}} subjects have no {start}, and no record"
    yield from counted(subjects, no_start, "no start", message, by="")
    nothing = np.flatnonzero((made.which == NO_RECORD) & ~np.isnat(made.start_of_cell))
    if len(nothing):
        codes = Counter(made.codes[number] for number in (nothing // max(len(made.rows), 1)).tolist())
        message = "{count} records are not made, since the subject has no date of an event or a censor: {kinds}"
        keys = keys_at(subjects, made.row_of_cell[nothing])
        yield Tally(Severity.WARNING, "no event and no censor", message, NOWHERE, dict(codes), keys=keys)
    for number, dates in enumerate(made.dates):
        yield from _of_nobody(dates, subjects, by)
        yield from _not_counted(made, dates, is_event=number < made.events)
    yield from _early(made, subjects, start, before_start)
    tied = made.cells[made.is_tied[made.cells]]
    message = "{count} records are of the date of several events, or of several censors: the one named first is taken"
    yield from counted(subjects, made.row_of_cell[tied], "several of one date", message, severity=Severity.NOTE, by="")
    used = np.bincount(made.which[made.cells], minlength=len(made.dates))
    kinds = {_name(dates): int(count) for dates, count in zip(made.dates, used, strict=True)}
    message = "{count} rows of `events` and `censors` are of no record: {kinds}"
    yield Tally(Severity.NOTE, "row of no record", message, NOWHERE, kinds, where_unused)


def _name(dates: Dates) -> str:
    of = dates.of
    source = f"{of.SRCDOM}." if of.SRCDOM else ""
    return source + of.date + (f" where {of.where}" if of.where else "")


def _of_nobody(dates: Dates, subjects: pd.DataFrame, by: Sequence[str]) -> Iterator[Tally]:
    """Records of a row of dates whose keys no subject has, selected or not: they may be written otherwise."""
    source = pd.DataFrame(dates.of.source, copy=False)
    rows = dates.row[dates.subject == NO_RECORD]
    first = one_each(*group_codes(subjects, by))
    left = rows[rows_by_key(source[list(by)].iloc[rows], subjects, first, by) == NO_RECORD]
    message = f"{{count}} records of {_name(dates)} are of nobody in `subjects`, and are not counted"
    yield from counted(source, left, "of nobody", message, severity=Severity.NOTE, by="")


def _not_counted(made: Outcome, dates: Dates, *, is_event: bool) -> Iterator[Tally]:
    """Records of a row of dates without a date, and with a text that is of no parameter."""
    source = pd.DataFrame(dates.of.source, copy=False)
    # Who has no start has no record anyhow.
    known = (dates.subject != NO_RECORD) & ~np.isnat(np.append(made.start, np.datetime64("NaT", "D"))[dates.subject])
    undated = dates.row[np.isnat(dates.day) & known]
    # A variable of all subjects, as DTHDT, says by its date that there is an event; a record that is chosen is one.
    severity = Severity.WARNING if is_event and dates.of.where else Severity.NOTE
    message = f"{{count}} records of {_name(dates)} have no {dates.of.date}, and are not counted"
    yield from counted(source, undated, "record without a date", message, severity=severity, by="")
    untold = dates.row[(dates.parameter == NO_RECORD) & known]
    if dates.of.each is not None and len(untold):
        message = f"{{count}} records of {_name(dates)} are of no parameter, and are not counted: {{kinds}}"
        kinds = kinds_at(source, dates.of.each, untold)
        yield Tally(Severity.NOTE, "of no parameter", message, NOWHERE, kinds, keys=keys_at(source, untold))


def _early(made: Outcome, subjects: pd.DataFrame, start: str, before_start: str) -> Iterator[Tally]:
    """Records whose date is before the start; or where such dates do not count, these."""
    if before_start == "not counted":
        for dates in made.dates:
            source = pd.DataFrame(dates.of.source, copy=False)
            message = f"{{count}} records of {_name(dates)} are before {start}, and are not counted"
            yield from counted(source, dates.row[dates.early], "before the start", message, by="")
        return
    early = made.cells[(made.day < made.start_of_cell)[made.cells]]
    becomes = "AVAL counts backwards" if before_start == "kept" else f"ADT is {start}"
    message = f"{{count}} records have a date before {start}, and {becomes}"
    yield from counted(subjects, made.row_of_cell[early], "before the start", message, by="")

"""Picks the record of another dataset to which a date leads: the last before it, the nearest, the one around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Keys, New, Source, SourceColumn, SourceOrder, SourceWhere, derivation
from adamline.derive._by_date import Dated, Rule, Ties
from adamline.derive._codes import (
    NO_RECORD,
    Bools,
    Ints,
    dates_of,
    gather,
    group_codes,
    one_each,
    order_ranks,
    require,
    rows_by_key,
)
from adamline.derive._moments import FOR_EVER, Moments, moments, moments_like
from adamline.derive._named_records import named_records
from adamline.derive._order_tallies import check_order
from adamline.derive._partners import check_partners
from adamline.derive.pick import SUBJECT, is_wanted
from adamline.errors import NOWHERE, DerivationError, Place
from adamline.findings import Severity, Tally
from adamline.plurals import said_of

NoEnd = Literal["open", "skip"]


@dataclass(frozen=True)
class _Asked:
    """The arguments of a call that say which record is meant."""

    at: str
    date: str
    rule: Rule
    end: str | None
    no_end: NoEnd | None
    ties: Ties | None
    where: str | None
    order: Sequence[str]
    by: Sequence[str]

    def __post_init__(self) -> None:
        for fault in _faults(self.rule, self.end, self.no_end, self.ties):
            raise DerivationError(fault, expected="`end` and `no_end` with within, `ties` with nearest and within")


def _faults(rule: Rule, end: str | None, no_end: NoEnd | None, ties: Ties | None) -> Iterator[str]:
    """What is wrong with arguments that do not go together."""
    if rule == "within" and end is None:
        yield "Rule within needs `end`."
    for name, value, rules in (
        ("end", end, ("within",)),
        ("no_end", no_end, ("within",)),
        ("ties", ties, ("nearest", "within")),
    ):
        if value is not None and rule not in rules:
            yield f"Rule {rule} has no `{name}`."


def check_pick_at_arguments(
    *,
    variable: New,
    from_: SourceColumn,
    at: Column,
    date: SourceColumn,
    rule: Rule,
    end: SourceColumn | None = None,
    no_end: NoEnd | None = None,
    ties: Ties | None = None,
    where: SourceWhere = None,
    order: SourceOrder = (),
    by: Keys = SUBJECT,
) -> Iterator[Tally]:
    """Arguments that do not go together."""
    for fault in _faults(rule, end, no_end, ties):
        yield Tally(Severity.ERROR, "arguments of a rule", fault, NOWHERE, {"": 1})


def check_pick_at(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    at: Column,
    date: SourceColumn,
    rule: Rule,
    end: SourceColumn | None = None,
    no_end: NoEnd | None = None,
    ties: Ties | None = None,
    where: SourceWhere = None,
    order: SourceOrder = (),
    by: Keys = SUBJECT,
) -> Iterator[Tally]:
    """Keys without a record in the source (`check_partners`), records of it that no date can lead to, and of no date.

    A text that is partial or no date is a warning, and so is a missing end of which ``no_end`` says nothing. Of several
    records of one date a missing value may decide (`check_order`).
    """
    asked = _Asked(at, date, rule, end, no_end, ties, where, order, by)
    has_key = _partners(frame, source, by)[0] != NO_RECORD
    yield from check_partners(frame, has_key, source, where=where, by=by, value=from_)
    of = source[is_wanted(frame, source, by) & selected(source, where)]
    yield from check_order(of, by=[*by, date], where=None, order=order, take="last")
    yield from _unused(of, frame, asked)
    time = dates_of(frame, at).notna().to_numpy()
    for rows, check, message in (
        (~time, "no date", f"{{count}} records have no {at}, and so no record of the source"),
        (time & has_key & made[variable].isna().to_numpy(), "no record by date", _none_fits(asked, from_)),
    ):
        yield from _told(frame, rows, Severity.NOTE, check, message, at)


@derivation(
    define="{from_} of a record of {source} with the same {by}[, of the records where {where}]: by its "
    "{date}[rule=on_or_before:, the last on or before {at}][rule=before:, the last before {at}][rule=on_or_after:, the "
    "first on or after {at}][rule=after:, the first after {at}][rule=nearest:, the nearest to {at}][rule=within: and "
    "{end}, the one that has {at} between them, both included].[rule=nearest,ties=: Two dates as near are an "
    "error.][rule=nearest,ties=earlier|later: Of two dates as near the {ties} is taken.][rule=within,ties=: Two of "
    "different {date} are an error.][rule=within,ties=earlier|later: Of several the one of the {ties} {date} is "
    "taken.][rule=within,no_end=open: A record without {end} has not ended.][rule=within,no_end=|skip: A record "
    "without {end} is passed over.][order=: Two such records of one {date} are an error.][ Of several of one {date} it "
    "is the last by {order} (missing lowest), and a tie is an error.] Text of a --DTC variable is read as a date, or a "
    "datetime where {at} is one; a partial one is none. Missing where there is no such record, and without {at}.",
    keeps="from_",
    check=check_pick_at,
    check_arguments=check_pick_at_arguments,
)
def derive_pick_at(
    frame: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    at: Column,
    date: SourceColumn,
    rule: Rule,
    end: SourceColumn | None = None,
    no_end: NoEnd | None = None,
    ties: Ties | None = None,
    where: SourceWhere = None,
    order: SourceOrder = (),
    by: Keys = SUBJECT,
) -> pd.DataFrame:
    """Value of that record of another dataset to which the date ``at`` of each record leads.

    Of the records of ``source`` with the same ``by`` that ``where`` selects it is, by their ``date`` and the ``rule``:

    - "on_or_before", "before": the last that is not after ``at``, or is before it (the last dose before an event);
    - "on_or_after", "after": the first that is not before it, or is after it;
    - "nearest": the one with the least time between, be it before or after;
    - "within": the one whose interval from ``date`` to ``end``, both included, has ``at`` in it (the dose during an
      event). A record without ``end`` has not ended where ``no_end`` is "open", and is passed over where it is "skip";
      where that is not said it is passed over with a warning.

    ``ties`` says which date counts where two are as near, or several intervals have ``at``: the "earlier" or the
    "later". Of several records of the date that counts it is the last by ``order`` (variables of the source, `X desc`
    for descending, missing lowest).

    ``date`` and ``end`` are dates where ``at`` is one and datetimes where it is, or --DTC texts, which are read so:
    partial ones are passed over, with a warning. Returns the frame with ``variable``: missing without ``at``, and where
    there is no such record. Raises DerivationError where two records have the same claim; DataError for a variable that
    is unknown or no date, and for a date that is compared with a datetime.

    >>> import pandas as pd
    >>> adae = pd.DataFrame({"USUBJID": "01", "ASTDT": pd.to_datetime(["2020-01-01", "2020-01-09"]).astype("<M8[s]")})
    >>> ex = pd.DataFrame({"USUBJID": "01", "EXSTDTC": ["2020-01-02", "2020-01-16"], "EXDOSE": [54.0, 81]})
    >>> last = {"source": ex, "at": "ASTDT", "date": "EXSTDTC", "rule": "on_or_before"}
    >>> derive_pick_at(adae, variable="LDOSE", from_="EXDOSE", **last)
      USUBJID      ASTDT  LDOSE
    0      01 2020-01-01    NaN
    1      01 2020-01-09   54.0
    """
    require(source, from_)
    asked = _Asked(at, date, rule, end, no_end, ties, where, order, by)
    return frame.assign(**{variable: gather(source[from_], _rows(frame, source, asked))})


def _rows(frame: pd.DataFrame, source: pd.DataFrame, asked: _Asked) -> Ints:
    """The row of the source for each record, -1 without one."""
    time = moments(frame, asked.at)
    partner, group_of = _partners(frame, source, asked.by)
    wanted = np.flatnonzero(time.is_known & (partner != NO_RECORD))
    start, end = _start_and_end(frame, source, asked)
    rows = np.flatnonzero(selected(source, asked.where) & start.is_known & end.is_known)
    ranks = [rank[rows] for rank in order_ranks(source, asked.order)]
    known = Dated.of(rows, group_of[rows], start.number[rows], end.number[rows], ranks, time.number[wanted])
    found = known.found(group_of[partner[wanted]], time.number[wanted], asked.rule, asked.ties)
    _refuse(frame, wanted[found.even], asked, _EVEN[asked.rule == "within"], "give `ties: earlier` or `ties: later`")
    several = f"{{count}} records have several records of the source of one {asked.date}."
    _refuse(frame, wanted[found.tied & ~found.even], asked, several, "add variables of the source to `order`")
    made = np.full(len(frame), NO_RECORD, dtype=np.int64)
    made[wanted] = np.append(known.row, NO_RECORD)[found.place]  # one more place at the end answers for -1
    return made


_EVEN = (
    "{count} records are as near to a record of the source before as to one after.",
    "{count} records are in the intervals of several records of the source.",
)


def _refuse(frame: pd.DataFrame, rows: Ints, asked: _Asked, message: str, hint: str) -> None:
    if len(rows):
        keys = "; ".join(named_records(frame, np.isin(np.arange(len(frame)), rows), asked.at)[:5])
        expected = "one, or a rule that says which"
        raise DerivationError(said_of(len(rows), message), place=Place(keys=keys), expected=expected, hint=hint)


def _partners(frame: pd.DataFrame, source: pd.DataFrame, by: Sequence[str]) -> tuple[Ints, Ints]:
    """For each record a row of the source with its keys, -1 without one; the group of each row of the source."""
    group_of, size = group_codes(source, by)
    return rows_by_key(frame, source, one_each(group_of, size), by), group_of


def _start_and_end(frame: pd.DataFrame, source: pd.DataFrame, asked: _Asked) -> tuple[Moments, Moments]:
    """The date of each record of the source, and its end; without ends the date stands for both."""
    at = dates_of(frame, asked.at)
    start = moments_like(source, asked.date, at, asked.at)
    if asked.end is None:
        return start, start
    end = moments_like(source, asked.end, at, asked.at)
    if asked.no_end == "open":  # a text that is no date is not the same as none
        end = Moments(np.where(end.is_blank, FOR_EVER, end.number), end.is_blank)
    return start, end


def _unused(of: pd.DataFrame, frame: pd.DataFrame, asked: _Asked) -> Iterator[Tally]:
    """Of the source's records those without a date or an end, and those that end before they begin."""
    start, end = _start_and_end(frame, of, asked)
    check = "source record without a date"
    each = [(asked.date, start, Severity.NOTE)]
    if asked.end is not None:
        each.append((asked.end, end, Severity.NOTE if asked.no_end else Severity.WARNING))
    for name, found, severity in each:
        blank, strange = ~found.is_known & found.is_blank, ~found.is_known & ~found.is_blank
        said = " (`no_end: open` or `no_end: skip` decides)" if severity is Severity.WARNING else ""
        message = f"{{count}} records of the source have no {name}, and are passed over{said}"
        yield from _told(of, blank, severity, check, message, name)
        message = f"{{count}} records of the source are passed over: {name} is partial, or no date"
        yield from _told(of, strange, Severity.WARNING, check, message, name)
    backwards = start.is_known & end.is_known & (end.number < start.number)
    message = f"{{count}} records of the source have {asked.end} before {asked.date}, and are passed over"
    yield from _told(of, backwards, Severity.WARNING, "end before start", message, asked.date)


def _told(
    frame: pd.DataFrame, rows: Bools, severity: Severity, check: str, message: str, *shown: str
) -> Iterator[Tally]:
    if rows.any():
        keys = named_records(frame, rows, *shown)
        yield Tally(severity, check, message, NOWHERE, {"": int(rows.sum())}, keys=keys)


def _none_fits(asked: _Asked, from_: str) -> str:
    words = {"within": f"whose interval has {asked.at}", "nearest": f"with a {asked.date}"}
    fits = words.get(asked.rule, f"{asked.rule.replace('_', ' ')} {asked.at}")
    return f"{{count}} records have records of the source, and none {fits} that has {from_}"

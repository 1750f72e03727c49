"""TRTEMFL: which events emerged, or became worse, under treatment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from adamline.contract import Column, Columns, Count, New, derivation
from adamline.derive._codes import Bools, dates_of, flags
from adamline.derive._possible_dates import Days
from adamline.derive._tallies import counted
from adamline.derive._trtemfl_tallies import (
    InDoubt,
    in_one_case,
    tallies_of_dates,
    tallies_of_events,
    tallies_of_severities,
    tallies_of_times,
)
from adamline.derive._worse_events import Against, Ended, Later, Onsets, Worsening
from adamline.derive.ontrtfl import days_of
from adamline.errors import DataError, DerivationError, Place
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of


def check_trtemfl_arguments(
    *,
    variable: New = "TRTEMFL",
    from_: Column = "ASTDT",
    to: Column = "AENDT",
    start: Column = "TRTSDT",
    end: Column = "TRTEDT",
    days_after: Count | None = None,
    times: Columns = (),
    undated: InDoubt | None = None,
    severity: Column | None = None,
    initial: Column | None = None,
    event: Columns = (),
    against: Against = "last",
    ended: Ended = "counts",
    later: Later = "compared",
    ungraded: InDoubt | None = None,
) -> Iterator[Tally]:
    """Raise DerivationError where a severity has nothing to be compared with, or an argument decides nothing."""
    place = Place(variable=variable)
    if severity and not initial and not event:
        what, expected = "`severity` is compared with nothing.", "`initial` or `event` with it"
        raise DerivationError(what, place=place, expected=expected)
    if len(times) not in (0, 2):
        expected = "the datetime of the start and that of first dose, as [ASTDTM, TRTSDTM]"
        raise DerivationError("`times` are not two.", place=place, expected=expected, found=", ".join(times))
    for name, is_given, needed, is_there in (
        ("initial", initial, "severity", severity),
        ("event", event, "severity", severity),
        ("ungraded", ungraded, "severity", severity),
        ("against", against != "last", "event", event),
        ("ended", ended != "counts", "event", event),
        ("later", later != "compared", "event", event),
        ("end", end != "TRTEDT", "days_after", days_after is not None),
    ):
        if is_given and not is_there:
            what = f"`{name}` decides nothing without `{needed}`."
            raise DerivationError(what, place=place, expected=f"`{needed}` with it")
    yield from ()


def check_trtemfl(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New = "TRTEMFL",
    from_: Column = "ASTDT",
    to: Column = "AENDT",
    start: Column = "TRTSDT",
    end: Column = "TRTEDT",
    days_after: Count | None = None,
    times: Columns = (),
    undated: InDoubt | None = None,
    severity: Column | None = None,
    initial: Column | None = None,
    event: Columns = (),
    against: Against = "last",
    ended: Ended = "counts",
    later: Later = "compared",
    ungraded: InDoubt | None = None,
) -> Iterator[Tally]:
    """What a missing start, last dose or severity decides, dates that contradict, and starts shortly before the dose.

    Times of another day than their date, and events that only the case of letters tells apart, are warnings.
    A missing start or severity that decides is a warning until ``undated`` or ``ungraded`` says what it means.
    """
    of = _against_treatment(frame, from_, to, start, times)
    rule, is_flagged = Worsening(severity, initial, event, against, ended, later), made[variable].notna().to_numpy()

    def flagged_of(changed: pd.DataFrame, in_doubt: bool) -> Bools:
        return _is_emergent(changed, of, end, days_after, undated, rule, in_doubt)

    yield from tallies_of_dates(frame, of, variable, (from_, to, start), undated)
    yield from tallies_of_times(frame, of, (from_, start), times)
    if days_after is not None:
        message = f"{{count}} records are flagged without a last day: {end} is missing"
        no_limit = is_flagged & of.is_after & np.isnat(days_of(frame, end))
        yield from counted(frame, no_limit, "no end", message, severity=Severity.NOTE, by="")
    if severity:
        yield from tallies_of_severities(frame, variable, severity, ungraded, flagged_of)
    if event:
        folded = flagged_of(in_one_case(frame, event), ungraded != "missing")
        yield from tallies_of_events(frame, variable, event, folded != is_flagged)


@derivation(
    define="'Y' where {from_} is not before {start} (by time where both are datetimes, else by day)[ and at most "
    "{days_after} days after the day {end}, of which a missing one sets no limit]; missing on all others, without "
    "{start}, and where {to} is before {start}.[ On the day {start} the times ({times}) decide where both are there, "
    "else it is not before.][undated=|emergent: Without {from_} it is 'Y' unless {to} is before "
    "{start}.][undated=missing: Without {from_} it is missing.][ Where {from_} is before {start} and {to} is not, it "
    "is 'Y' if {severity} is higher than {initial}.][ Records of a subject with the same {event} are of one event; a "
    "record that lacks one of these is an event of its own.][event!=,ended=counts: Where an event has records that "
    "start before {start}, one that starts from then on is 'Y' only if it is worse.][event!=,ended=ignored: Where an "
    "event has records that start before {start} and do not end before it, one that starts from then on is 'Y' only "
    "if it is worse.][event!=,against=last: Worse is a higher {severity} than that of the last of these records (the "
    "highest of those that start together).][event!=,against=worst: Worse is a higher {severity} than the highest of "
    "these records.][event!=,against=previous: Worse is a higher {severity} than that of the record of the event "
    "before it, from {start} on too (the highest of those that start together).][event!=,later=emergent: All records "
    "of the event that start with or after the first that is worse count as worse.][ungraded=|emergent: A missing "
    "{severity}, or a missing one to compare it with, counts as worse.][ungraded=missing: A missing {severity}, or a "
    "missing one to compare it with, does not count as worse.]",
    needs=["USUBJID"],
    check=check_trtemfl,
    check_arguments=check_trtemfl_arguments,
)
def derive_trtemfl(
    frame: pd.DataFrame,
    *,
    variable: New = "TRTEMFL",
    from_: Column = "ASTDT",
    to: Column = "AENDT",
    start: Column = "TRTSDT",
    end: Column = "TRTEDT",
    days_after: Count | None = None,
    times: Columns = (),
    undated: InDoubt | None = None,
    severity: Column | None = None,
    initial: Column | None = None,
    event: Columns = (),
    against: Against = "last",
    ended: Ended = "counts",
    later: Later = "compared",
    ungraded: InDoubt | None = None,
) -> pd.DataFrame:
    """Treatment emergent analysis flag (OCCDS): "Y" where an event starts, or becomes worse, on or after first dose.

    By the first of these that applies: without ``start`` (never treated) it is missing; where the event's end ``to``
    is before ``start`` it is missing; without ``from_`` it is "Y", or missing with ``undated`` "missing"; from
    ``start`` on it is "Y", with ``days_after`` only up to so many days after the last dose ``end`` (no end, no limit);
    before ``start`` it is missing. Two datetimes are compared by time, all else by day; the last dose always by day.
    ``times`` are none, or beside two dates the datetimes of the event and of first dose (ASTDTM, TRTSDTM), which decide
    on the day of first dose where both are there; where one is missing the event counts as after the dose.

    An event of before the treatment is emergent where it becomes worse. Of one record, that is ``severity`` (its most
    extreme, a number) above ``initial``. Of an event that is recorded again as it changes, ``event`` names the
    variables that tell a subject's events apart (AEGRPID, AEDECOD): where it has a record of before ``start``
    (``ended`` "ignored": one that has not ended by then), a later record is "Y" only if it is worse, ``against`` the
    "last" of these, the "worst" of them, or the "previous" record of the event; with ``later`` "emergent" so are all
    after the first that is worse. A severity that is missing on either side counts as worse, unless ``ungraded`` is
    "missing". Periods have a ``start`` and ``end`` of their own: each record is compared with that which it has.

    Raises DataError for a variable that is unknown, or no date or number; DerivationError for ``severity`` without
    ``initial`` or ``event``, and for an argument that decides nothing without another. `check_trtemfl` counts what is
    decided in doubt.

    >>> import pandas as pd
    >>> adae = pd.DataFrame({"USUBJID": "01", "ASTDT": pd.to_datetime(["2014-01-01", "2014-01-02", "2014-02-20", ""])})
    >>> adae = adae.assign(AENDT=pd.NaT, TRTSDT=pd.Timestamp("2014-01-02"), TRTEDT=pd.Timestamp("2014-01-15"))
    >>> derive_trtemfl(adae, days_after=30).TRTEMFL.tolist()
    [nan, 'Y', nan, 'Y']
    """
    list(
        check_trtemfl_arguments(
            variable=variable,
            end=end,
            days_after=days_after,
            times=times,
            severity=severity,
            initial=initial,
            event=event,
            against=against,
            ended=ended,
            later=later,
            ungraded=ungraded,
        )
    )
    of = _against_treatment(frame, from_, to, start, times)
    rule = Worsening(severity, initial, event, against, ended, later)
    is_emergent = _is_emergent(frame, of, end, days_after, undated, rule, ungraded != "missing")
    return frame.assign(**{variable: flags(is_emergent)})


def _against_treatment(frame: pd.DataFrame, from_: str, to: str, start: str, times: Sequence[str]) -> Onsets:
    started = _timed(frame, from_, start, times) if times else _comparable(frame, from_, start)
    return Onsets(*started, *_comparable(frame, to, start))


def _timed(frame: pd.DataFrame, from_: str, start: str, times: Sequence[str]) -> tuple[Days, Days]:
    """Both as datetimes; a start without its time is the last moment of its day, a dose the first, so not after it."""
    for name in times:
        if dates_of(frame, name).notna().any() and kind_of(frame[name]) is not Kind.DATETIME:
            found = f"{kind_of(frame[name])}"
            raise DataError(f"{name} has no time.", place=Place(variable=name), expected="a datetime", found=found)
    day, dosed = (days_of(frame, name) for name in (from_, start))
    at, dose = (dates_of(frame, name).to_numpy().astype("datetime64[us]") for name in times)
    first, last = dosed.astype("datetime64[us]"), (day + np.timedelta64(1, "D")).astype("datetime64[us]") - 1
    is_of_day, is_of_dosed = at.astype("datetime64[D]") == day, dose.astype("datetime64[D]") == dosed
    return np.where(is_of_day, at, last), np.where(is_of_dosed, dose, first)


def _comparable(frame: pd.DataFrame, name: str, start: str) -> tuple[Days, Days]:
    """Both as datetimes where both are, else as days."""
    both = [dates_of(frame, of) for of in (name, start)]
    unit = "us" if all(kind_of(values) is Kind.DATETIME for values in both) else "D"
    one, other = (values.to_numpy().astype(f"datetime64[{unit}]") for values in both)
    return one, other


def _is_emergent(
    frame: pd.DataFrame,
    of: Onsets,
    end: str,
    days_after: int | None,
    undated: InDoubt | None,
    rule: Worsening,
    in_doubt: bool,
) -> Bools:
    is_emergent = of.is_after & ~rule.is_no_worse(frame, of, in_doubt)
    if days_after is not None:
        last = days_of(frame, end) + np.timedelta64(days_after, "D")
        is_emergent &= np.isnat(last) | (of.start.astype("datetime64[D]") <= last)
    is_emergent |= rule.of_one_record(frame, of, in_doubt)
    if undated != "missing":
        is_emergent |= np.isnat(of.start)
    return is_emergent & of.is_treated & ~of.ends_before

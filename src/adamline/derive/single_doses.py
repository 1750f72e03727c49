"""One record for every dose of an interval in which doses were given by a frequency, as EX has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, Where, derivation
from adamline.derive._codes import Bools, Ints, codes_of, dates_of, numbers_of, require
from adamline.derive._named_records import named_records
from adamline.derive._new_records import with_new_records
from adamline.derive._tallies import kinds_at
from adamline.errors import NOWHERE, DataError, DerivationError, Place, nearest
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of
from adamline.plurals import said_of
from adamline.standards.frequencies import Frequency, read_frequencies

Unscheduled = Literal["error", "missing", "start"]
_DAY, _WEEK = 86_400, 604_800
# More doses of one record are the fault of a date, as an end in the year 9999.
_MOST = 100_000
_WORD = "a word of CDISC's codelist FREQ that tells a schedule"


@dataclass(frozen=True)
class _Doses:
    """How many doses each record is; ``doses`` in every ``seconds``, whole steps after the start; what it has not."""

    count: Ints
    doses: Ints
    seconds: Ints
    step: Ints

    is_unscheduled: Bools
    is_undated: Bools
    is_backwards: Bools
    is_longer: Bools


def check_single_doses(
    frame: pd.DataFrame,
    *,
    date: Column,
    frequency: Column = "EXDOSFRQ",
    start: Column = "ASTDT",
    end: Column = "AENDT",
    unscheduled: Unscheduled = "error",
    number: Column | None = None,
    nominal: Column | None = None,
    where: Where = None,
) -> Iterator[Tally]:
    """Records of which no doses are known, by why; those given once over an interval of several days."""
    found = _doses(frame, frequency, start, end, unscheduled, selected(frame, where))
    became = f"are one dose at {start}" if unscheduled == "start" else f"have no {date}"
    for rows, severity, check, message in (
        (
            found.is_unscheduled & ~found.is_undated,
            Severity.NOTE,
            "no schedule",
            f"{{count}} records {became}, since {frequency} tells no schedule: {{kinds}}",
        ),
        (
            found.is_undated,
            Severity.WARNING,
            "no interval",
            f"{{count}} records have no {date}, since {start} or {end} is missing: {{kinds}}",
        ),
        (
            found.is_backwards,
            Severity.WARNING,
            "end before start",
            f"{{count}} records have {end} before {start}, and no {date}: {{kinds}}",
        ),
        (
            found.is_longer,
            Severity.WARNING,
            "one dose in an interval",
            f"{{count}} records are one dose at {start}, and their {end} is later: {{kinds}}",
        ),
    ):
        if rows.any():
            keys = named_records(frame, rows, frequency, start, end)
            yield Tally(severity, check, message, NOWHERE, kinds_at(frame, frequency, np.flatnonzero(rows)), keys=keys)


@derivation(
    define="Each record[ where {where}] stands once for every dose from {start} to {end}, both included, with the "
    "{date} of the dose: the record itself for the first, a copy for each further one, which carries over all other "
    "variables. By {frequency} (codelist FREQ of CDISC, C71113: so many doses in so much time) they are evenly spaced "
    "from {start}; of a frequency in weeks, months (365.25 / 12 days) or years (365.25 days), and where {start} is a "
    "date, a dose is so many whole days later, rounded down; ONCE is one dose at {start}, with or without {end}. A "
    "record whose {frequency} tells no schedule (PRN), or is missing, [unscheduled=error:is an "
    "error][unscheduled=missing:stays once, without {date}][unscheduled=start:is one dose at {start}]. Without {start} "
    "or {end}, where {end} is before {start}[, and where not ({where})], it stays once, without {date}.[ {number} "
    "counts the doses of a record from 1.][ {nominal} of a copy is that of its record and the hours from the first "
    "dose.]",
    copies=True,
    makes=("date", "number", "nominal"),
    check=check_single_doses,
)
def add_single_doses(
    frame: pd.DataFrame,
    *,
    date: Column,
    frequency: Column = "EXDOSFRQ",
    start: Column = "ASTDT",
    end: Column = "AENDT",
    unscheduled: Unscheduled = "error",
    number: Column | None = None,
    nominal: Column | None = None,
    where: Where = None,
) -> pd.DataFrame:
    """The frame with the ``date`` of the first dose of each record, and after it a copy of it for each further dose.

    Of a record from ``start`` to ``end`` (both included, both dates or both datetimes) ``frequency`` says how many
    doses in which time: BID two a day, QOD and Q2D one in two days, QW one in seven. They are evenly spaced from
    ``start``; what is given by the week, month (365.25 / 12 days) or year (365.25 days) is whole days later, at the
    same time: "5 TIMES PER WEEK" is days 1, 2, 3, 5 and 6. Where ``start`` is a date, all are whole days later, and BID
    is twice the same day. ONCE is one dose at ``start``, with or without an end. The words are those of CDISC's
    codelist FREQ, and QW, Q2W and so on (`adamline/standards/frequencies.csv`).

    ``unscheduled`` says what a record is whose word tells no schedule (PRN, TWICE, UNKNOWN), or is missing: an "error",
    "missing" (it stays once, without ``date``), or one dose at "start". ``number`` is a variable that counts the doses
    of a record, ``nominal`` one that has the nominal hours of its first dose, to which those between are added.
    ``where`` selects the records; others stay once, without ``date``, as those without ``start`` or ``end`` do.

    Raises DataError, with keys, for records that tell no schedule, for a word that is not known, for a record of more
    than 100,000 doses, where ``date`` has values before, and for a date with a datetime.

    >>> import pandas as pd
    >>> ex = pd.DataFrame({"EXDOSFRQ": ["QOD", "ONCE"], "ASTDT": pd.to_datetime(["2024-01-01", "2024-01-06"])})
    >>> ex = ex.assign(AENDT=pd.to_datetime(["2024-01-04", "2024-01-06"]), ADT=pd.NaT)
    >>> add_single_doses(ex, date="ADT").ADT.dt.strftime("%F").tolist()
    ['2024-01-01', '2024-01-06', '2024-01-03']
    """
    given = [name for name in (date, number, nominal) if name is not None]
    if len(set(given)) < len(given):
        expected = "another variable for each of `date`, `number` and `nominal`"
        raise DerivationError("A variable has two meanings.", expected=expected, found=", ".join(given))
    _refuse_values(frame, [date, *([number] if number else [])])
    found = _doses(frame, frequency, start, end, unscheduled, selected(frame, where))
    starts, is_dose = dates_of(frame, start), found.count > 0
    first = starts.where(is_dose).to_numpy()
    old = {date: first, **({number: np.where(is_dose, 1.0, np.nan)} if number else {})}
    further = np.maximum(found.count - 1, 0)
    record = np.repeat(np.arange(len(frame)), further)
    nth = np.arange(len(record)) - np.repeat(np.cumsum(further) - further, further) + 1
    seconds = nth * found.seconds[record] // np.maximum(found.doses[record], 1)
    later = seconds // found.step[record] * found.step[record]
    new = {date: first[record] + later.astype("timedelta64[s]")}
    if number:
        new[number] = nth + 1.0
    if nominal:
        new[nominal] = numbers_of(frame, nominal)[record] + later / 3600
    others = [name for name in map(str, frame.columns) if name not in new]
    return with_new_records(
        frame.assign(**old), count=len(record), gathered=dict.fromkeys(others, record), values=new, set_={}
    )


def _doses(
    frame: pd.DataFrame, frequency: str, start: str, end: str, unscheduled: Unscheduled, is_one: Bools
) -> _Doses:
    """How many doses each record is; DataError for words and intervals that tell none."""
    doses, seconds = _schedule(frame, frequency, is_one)
    is_unscheduled = is_one & (doses == 0)
    if unscheduled == "error":
        what = f"{{count}} records have no schedule in {frequency}."
        hint = "`unscheduled: start` or `unscheduled: missing`, or another frequency of such records by `case_when`"
        _refuse(frame, is_unscheduled, what, (frequency, _WORD, hint))
    starts, ends = _of_one_kind(frame, start, end)
    span = (ends - starts).dt.total_seconds().to_numpy()  # NaN where one is missing
    is_single = (is_unscheduled & (unscheduled == "start")) | (is_one & (doses > 0) & (seconds == 0))
    is_given = is_one & (is_single | ~is_unscheduled)
    is_backwards = is_given & (span < 0)
    is_undated = is_given & (starts.isna() | (ends.isna() & ~is_single)).to_numpy()
    has_doses = is_given & ~is_backwards & ~is_undated
    several = has_doses & ~is_single
    count = has_doses.astype(np.int64)
    # Dose n comes (n - 1) * seconds / doses after the start, in whole steps: at the end or before.
    step = np.where((seconds >= _WEEK) | (kind_of(starts) is Kind.DATE), _DAY, 1)
    within = (span[several] // step[several] + 1).astype(np.int64) * step[several]
    count[several] = -(-within * doses[several] // seconds[several])
    what = f"{{count}} records have more than {_MOST:,} doses."
    _refuse(frame, count > _MOST, what, (end, "the date of the last dose", f"is {end} right?"))
    is_longer = has_doses & is_single & ~is_unscheduled & (ends.dt.floor("D") > starts.dt.floor("D")).to_numpy()
    return _Doses(count, doses, seconds, step, is_unscheduled, is_undated, is_backwards, is_longer)


def _schedule(frame: pd.DataFrame, frequency: str, is_one: Bools) -> tuple[Ints, Ints]:
    """Doses and seconds of each record's frequency, 0 doses where there is none."""
    require(frame, frequency)
    codes, levels = codes_of(frame[frequency])
    known = read_frequencies()
    words = [str(level).strip().upper() for level in levels]
    is_unknown = np.array([word != "" and word not in known for word in words] + [False])[codes] & is_one
    if is_unknown.any():
        word = words[codes[np.flatnonzero(is_unknown)[0]]]
        hint = nearest(word, known) or "give such a record a known one by `case_when`"
        _refuse(frame, is_unknown, f"{{count}} records have an unknown {frequency}.", (frequency, _WORD, hint))
    none = Frequency(0, 0)
    each = [*(known.get(word, none) for word in words), none]  # the last answers for the code -1
    doses, seconds = (np.array([getattr(one, part) for one in each], np.int64)[codes] for part in ("doses", "seconds"))
    return doses, seconds


def _of_one_kind(frame: pd.DataFrame, start: str, end: str) -> tuple[pd.Series, pd.Series]:
    """Both variables' dates; DataError where one is a date and the other a datetime."""
    starts, ends = dates_of(frame, start), dates_of(frame, end)
    if kind_of(starts) is not kind_of(ends) and starts.notna().any() and ends.notna().any():
        found = f"{start} is a {kind_of(starts)}, {end} a {kind_of(ends)}"
        what = f"{start} and {end} are not both dates, or both datetimes."
        raise DataError(what, place=Place(variable=end), found=found, hint="derive both with `date` or `datetime`")
    return starts, ends


def _refuse_values(frame: pd.DataFrame, names: list[str]) -> None:
    require(frame, *names)
    for name in names:
        known = frame[name].dropna()
        if len(known):
            raise DataError(
                f"{name} has values before its records are added.",
                place=Place(variable=name),
                expected=f"`{name}: missing` in `variables`, with its `type`",
                found=repr(known.iloc[0]),
            )


def _refuse(frame: pd.DataFrame, rows: Bools, what: str, how: tuple[str, str, str]) -> None:
    """Raise where there are rows; ``how`` has the variable, what is expected, and what to do."""
    variable, expected, hint = how
    if rows.any():
        place = Place(variable=variable, keys="; ".join(named_records(frame, rows, variable)[:5]))
        raise DataError(said_of(int(rows.sum()), what), place=place, expected=expected, hint=hint)

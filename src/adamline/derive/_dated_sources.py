"""The outcome of each subject and parameter: the first of the dates of events, or else a date of the censors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.condition.to_pandas import selected
from adamline.contract import DatedSource
from adamline.derive._codes import (
    NO_RECORD,
    Bools,
    Ints,
    dates_of,
    extreme_rows,
    order_ranks,
    require,
    rows_by_key,
)
from adamline.derive._levels import levels_of_text
from adamline.derive._tallies import text_of
from adamline.derive.pick import Take, picked_rows
from adamline.errors import DerivationError, Place

Ties = Literal["listed", "error"]
Days = NDArray[np.datetime64]
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Dates:
    """The records of one row of dates that ``where`` selects, and what becomes of each.

    ``row`` is its place in the source, ``subject`` that among the expected subjects, ``parameter`` among the
    parameters (-1 for none), ``day`` its date. It ``counts`` where it has all of these, and is not ``early``: before
    the start of its subject, where such dates do not count.
    """

    of: DatedSource
    row: Ints
    subject: Ints
    parameter: Ints
    day: Days
    early: Bools
    counts: Bools


@dataclass(frozen=True)
class Outcome:
    """The outcome of each cell, a parameter and a subject: all subjects of the first parameter come first.

    ``rows`` are those of the subjects in their dataset, ``start`` their dates; ``which`` is the place of the row of
    dates among ``dates``, events first, -1 for none; ``day`` its date, ``record`` the place of its record in its
    source; ``is_tied`` where several events, or several censors, are of that date.
    """

    codes: tuple[str, ...]
    rows: Ints
    start: Days
    dates: tuple[Dates, ...]
    events: int
    which: Ints
    day: Days
    record: Ints
    is_tied: Bools

    @property
    def cells(self) -> Ints:
        """The cells that have a record: those with a start and an outcome."""
        return np.flatnonzero((self.which != NO_RECORD) & ~np.isnat(self.start_of_cell))

    @property
    def start_of_cell(self) -> Days:
        """The start of the subject of each cell."""
        return np.tile(self.start, len(self.codes))

    @property
    def row_of_cell(self) -> Ints:
        """The row of the subject of each cell in its dataset."""
        return np.tile(self.rows, len(self.codes))


def outcome_of(
    subjects: pd.DataFrame,
    start: str,
    events: Sequence[DatedSource],
    censors: Sequence[DatedSource],
    parameters: Mapping[str, str | None],
    *,
    ties: Ties,
    skip_early: bool,
    where: str | None,
    by: Sequence[str],
) -> Outcome:
    """The outcome of each of ``parameters``, each with its text, for the subjects that ``where`` selects.

    It is the first event; a censor that stops where it is before; without either the last of the other censors. Raises
    DerivationError for a subject that stands twice, and with ``ties`` "error" for two rows of dates that would do.
    """
    picked, _ = picked_rows(subjects, by=by, where=where, order=(), take="only")
    expected: Ints = np.sort(picked[picked != NO_RECORD])
    began = _days(subjects, start)[expected]
    texts = _texts(parameters)
    refuse_rows(events, censors, has_texts=texts is not None)
    listed = (*events, *censors)
    dates = tuple(_dates(row, subjects, expected, began, texts, skip_early=skip_early, by=by) for row in listed)
    found = _Found.none(len(parameters) * len(expected))
    stops = [number for number, row in enumerate(listed) if row.stops and number >= len(events)]
    others = [number for number, row in enumerate(listed) if not row.stops and number >= len(events)]
    kinds: list[tuple[list[int], Take]] = [(list(range(len(events))), "first"), (stops, "first"), (others, "last")]
    for numbers, take in kinds:
        of_kind = [_best(dates[number], len(parameters), len(expected), take) for number in numbers]
        best = _Found.best(len(found.which), numbers, of_kind, take)
        found = found.or_earlier(best) if take == "first" else found.or_else(best)
    made = Outcome(tuple(parameters), expected, began, dates, len(events), *found.arrays)
    if ties == "error":
        _refuse_ties(made, subjects, by)
    return made


def refuse_rows(events: Sequence[DatedSource], censors: Sequence[DatedSource], *, has_texts: bool) -> None:
    """Raise DerivationError for rows of dates that contradict themselves, or the parameters: what needs no data."""
    for row in events:
        if row.stops or row.CNSR not in (None, 0):
            found = "stops" if row.stops else f"CNSR {row.CNSR}"
            hint = "what ends the time without an event is a row of `censors`"
            raise DerivationError("A row of `events` is none.", expected="CNSR 0, or none", found=found, hint=hint)
    for row in censors:
        if row.CNSR is not None and row.CNSR < 1:
            what = "A row of `censors` has the CNSR of an event."
            raise DerivationError(what, expected="1, 2, ... by reason", found=f"CNSR {row.CNSR}")
    if has_texts != any(row.each for row in (*events, *censors)):
        expected = "`each` of the entry, a column of `parameters`, and `each` of a row, a variable with those texts"
        raise DerivationError("`each` says nothing alone.", expected=expected)


def _texts(parameters: Mapping[str, str | None]) -> list[str] | None:
    """The text that tells the records of each parameter, None where there is no such text."""
    texts = [text for text in parameters.values() if text is not None]
    twice = sorted({text for text in texts if texts.count(text) > 1})
    if twice:
        raise DerivationError("Two parameters have one text.", expected="a text for each", found=", ".join(twice))
    return texts or None


def _dates(
    of: DatedSource,
    subjects: pd.DataFrame,
    expected: Ints,
    began: Days,
    texts: Sequence[str] | None,
    *,
    skip_early: bool,
    by: Sequence[str],
) -> Dates:
    source = of.source
    assert isinstance(source, pd.DataFrame)  # noqa: S101 - a run puts the dataset in place of its name
    require(source, *by, *filter(None, (of.seq, of.dtf, of.each)))
    row = np.flatnonzero(selected(source, of.where))
    day = _days(source, of.date)[row]
    place_of = np.full(len(subjects) + 1, NO_RECORD, dtype=np.int64)
    place_of[expected] = np.arange(len(expected))
    subject = place_of[rows_by_key(source[list(by)].iloc[row], subjects, expected, by)]
    parameter = np.zeros(len(row), dtype=np.int64)
    if of.each is not None:
        codes, levels = levels_of_text(source, of.each)
        known = pd.Index(np.array(texts, dtype=object)).get_indexer(np.array(levels, dtype=object))
        parameter = np.append(known, NO_RECORD)[codes[row]].astype(np.int64)
    began_of = np.append(began, np.datetime64("NaT", "D"))[subject]
    early: Bools = day < began_of
    counts: Bools = ~np.isnat(day) & (subject != NO_RECORD) & (parameter != NO_RECORD) & ~(early & skip_early)
    return Dates(of, row, subject, parameter, day, early, counts)


def _days(frame: pd.DataFrame, name: str) -> Days:
    return dates_of(frame, name).to_numpy().astype("datetime64[D]")


def _best(dates: Dates, parameters: int, subjects: int, take: Take) -> tuple[Ints, Ints]:
    """Of each cell the day and the source's row of the first or the last of these dates, `_NEVER` and -1 for none.

    Of records of one day the first, or the last, by SRCSEQ; one whose date is not imputed is before one whose is.
    """
    of = dates.of
    at = np.flatnonzero(dates.counts)
    is_split = of.each is not None
    size = subjects * (parameters if is_split else 1)
    cell = dates.parameter * subjects + dates.subject
    day = dates.day.astype(np.int64)
    at = extreme_rows(at, cell[at], size, day[at], take)
    source = pd.DataFrame(of.source, copy=False)
    for name, which in ((of.seq, take), (of.dtf, "first")):
        if name is not None and len(at):
            (rank,) = order_ranks(source[[name]].iloc[dates.row[at]], [name])
            at = extreme_rows(at, cell[at], size, rank, which)
    found, record = np.full(size, _NEVER), np.full(size, NO_RECORD, dtype=np.int64)
    found[cell[at]] = day[at]
    record[cell[at]] = dates.row[at]
    return (found, record) if is_split else (np.tile(found, parameters), np.tile(record, parameters))


@dataclass(frozen=True)
class _Found:
    """What is found of each cell so far: the row of dates, its day, its record, whether another row does as well."""

    which: Ints
    day: Ints
    record: Ints
    is_tied: Bools

    @classmethod
    def none(cls, size: int) -> _Found:
        nowhere = np.full(size, NO_RECORD, dtype=np.int64)
        return cls(nowhere, np.full(size, _NEVER), nowhere, np.zeros(size, dtype=bool))

    @classmethod
    def best(cls, size: int, numbers: Sequence[int], found: Sequence[tuple[Ints, Ints]], take: Take) -> _Found:
        """The first or the last date of several rows of dates; of equal ones that of the row named first."""
        best = cls.none(size)
        for number, (day, record) in zip(numbers, found, strict=True):
            there = record != NO_RECORD
            better = there & ((best.which == NO_RECORD) | (day < best.day if take == "first" else day > best.day))
            as_good = there & ~better & (day == best.day)
            new = cls(np.full(size, number), day, record, np.zeros(size, dtype=bool))
            best = best.where(~better, new)
            best = cls(best.which, best.day, best.record, best.is_tied | as_good)
        return best

    def or_earlier(self, other: _Found) -> _Found:
        """The other where it is before; of one day this."""
        return self.where(~(other.day < self.day), other)

    def or_else(self, other: _Found) -> _Found:
        """The other where there is nothing."""
        return self.where(self.which != NO_RECORD, other)

    def where(self, keep: Bools, other: _Found) -> _Found:
        pairs = zip(self._all, other._all, strict=True)
        return _Found(*(np.where(keep, mine, its) for mine, its in pairs))

    @property
    def _all(self) -> tuple[Any, ...]:
        return self.which, self.day, self.record, self.is_tied

    @property
    def arrays(self) -> tuple[Ints, Days, Ints, Bools]:
        """The same with days as dates."""
        day = np.where(self.which == NO_RECORD, np.iinfo(np.int64).min, self.day).astype("datetime64[D]")
        return self.which, day, self.record, self.is_tied


def _refuse_ties(made: Outcome, subjects: pd.DataFrame, by: Sequence[str]) -> None:
    tied = made.cells[made.is_tied[made.cells]]
    if len(tied):
        shown = subjects[list(by)].iloc[made.row_of_cell[tied[:5]]]
        days = (f"ADT={day}" for day in made.day[tied[:5]])
        keys = "; ".join(
            ", ".join([*(f"{name}={text_of(value)}" for name, value in row.items()), day])
            for row, day in zip(shown.to_dict("records"), days, strict=True)
        )
        raise DerivationError(
            "Several rows of events, or of censors, are of one date, and the rule does not say which is taken.",
            place=Place(keys=keys),
            expected="one of each date",
            hint="`ties: listed` takes the one named first",
        )

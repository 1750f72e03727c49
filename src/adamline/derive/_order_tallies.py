"""What a run says of an order that something missing decides: what is taken of several records, what is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import missing_of, order_of
from adamline.derive._codes import Bools, Ints, codes_of, extreme_rows, group_codes, order_ranks, require
from adamline.derive._dtc_texts import NO_YEAR, dtc_texts
from adamline.derive._named_records import named_records
from adamline.derive._possible_dates import Days
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of

_DATES = (Kind.DATE, Kind.DATETIME, Kind.TIME)


def check_order(
    frame: pd.DataFrame,
    *,
    by: Sequence[str],
    where: str | Bools | None,
    order: Sequence[str],
    take: str,
    is_stated: bool = False,
) -> Iterator[Tally]:
    """Of keys with several records that ``where`` selects: those where a missing or partial value of ``order`` decides.

    A missing value is the lowest, as in SAS: a warning where that makes a record the one that is taken; where it keeps
    one from it a warning of dates and times, since the record may be the first or last all the same, unless the rule
    has stated what a missing one means (``is_stated``), and a note of other values. Where an item says `missing last`
    or `missing first`, nothing is left to be said. Flags do not count: their missing value is an answer. Text of a
    --DTC variable is sorted as text: a warning where it is no date, a note where a record that is not taken can be of a
    day or time beyond that of the one that is.
    """
    names = [order_of(item)[0] for item in order]
    require(frame, *by, *names)
    if not any(_is_dtc(frame, name) or (frame[name].isna().any() and not _is_flag(name)) for name in names):
        return
    group, size = group_codes(frame, by)
    rows = np.flatnonzero(where if isinstance(where, np.ndarray) else selected(frame, where))
    rows = _of_several(group, size, rows)
    # Of large data few records stand beside others of their key: nothing is worked out of the rest.
    frame, group, rows = frame.iloc[rows], group[rows], np.arange(len(rows))
    for item in order:
        rows = _of_several(group, size, rows)
        if not len(rows):
            return
        (rank,) = order_ranks(frame, [item])
        taken = extreme_rows(rows, group[rows], size, rank[rows], take)
        choice = _Choice(frame, item, group, size, rows, taken)
        if not _is_flag(choice.name):
            yield from choice.by_missing(is_stated) if missing_of(item) is None else ()
        if _is_dtc(frame, choice.name):
            yield from choice.by_text(up=(take == "last") != order_of(item)[1])
        rows = taken


def _of_several(group: Ints, size: int, rows: Ints) -> Ints:
    """The rows whose group has several of them."""
    return rows[np.bincount(group[rows], minlength=size)[group[rows]] > 1]


@dataclass(frozen=True)
class _Choice:
    """A choice by one item of an order: of ``rows``, several of each group, these are ``taken``."""

    frame: pd.DataFrame
    item: str
    group: Ints
    size: int
    rows: Ints
    taken: Ints

    @property
    def name(self) -> str:
        """The variable."""
        return order_of(self.item)[0]

    def by_missing(self, is_stated: bool) -> Iterator[Tally]:
        """Records without a value beside records with one."""
        blank = _is_blank(self.frame, self.name)
        decided = self.rows[blank[self.rows] & self._group_has(~blank)]
        is_taken = np.isin(decided, self.taken)
        first = f"{{count}} records are taken since they have no {self.name}, the lowest value (order {self.item})"
        yield from self._of(decided[is_taken], Severity.WARNING, first)
        over = f"{{count}} records without {self.name} are passed over for others of their key (order {self.item})"
        is_date = _is_dtc(self.frame, self.name) or kind_of(self.frame[self.name]) in _DATES
        yield from self._of(decided[~is_taken], Severity.WARNING if is_date and not is_stated else Severity.NOTE, over)

    def by_text(self, *, up: bool) -> Iterator[Tally]:
        """Texts that are no date, and those that can be beyond the one that is taken; ``up`` for the last."""
        texts = dtc_texts(self.frame, self.name)
        is_no_date = texts.by_record(texts.is_strange | (texts.missing_of_date == NO_YEAR), False)
        is_no_date &= ~_is_blank(self.frame, self.name)
        message = f"{{count}} values of {self.name}, by which one of several records is taken, are no date"
        yield from self._of(self.rows[is_no_date[self.rows]], Severity.WARNING, message)
        first, last = (texts.by_record(ends, np.datetime64("NaT")) for ends in (texts.first_moment, texts.last_moment))
        others = np.setdiff1d(self.rows, self.taken)
        other = others[can_be_beyond(first, last, others, self._taken_of(others), up=up)]
        message = f"{{count}} records that are not taken can be {'after' if up else 'before'} the one that is: "
        yield from self._of(other, Severity.NOTE, message + f"{self.name} is partial")

    def _taken_of(self, rows: Ints) -> Ints:
        taken = np.zeros(self.size, dtype=np.int64)
        taken[self.group[self.taken]] = self.taken
        return taken[self.group[rows]]

    def _group_has(self, which: Bools) -> Bools:
        """Of each of the rows whether one of its group is of ``which``."""
        has = np.zeros(self.size, dtype=bool)
        has[self.group[self.rows[which[self.rows]]]] = True
        return has[self.group[self.rows]]

    def _of(self, rows: Ints, severity: Severity, message: str) -> Iterator[Tally]:
        if len(rows):
            is_one = np.zeros(len(self.frame), dtype=bool)
            is_one[rows] = True
            keys = named_records(self.frame, is_one, self.name)
            yield Tally(severity, "order", message, NOWHERE, {self.name: len(rows)}, keys=keys)


def can_be_beyond(first: Days, last: Days, rows: Ints, taken: Ints, *, up: bool) -> Bools:
    """Whether each of the rows can be after the one taken of its group, or without ``up`` before it."""
    beyond: Bools = last[rows] > first[taken] if up else first[rows] < last[taken]
    return beyond


def _is_flag(name: str) -> bool:
    """Whether it is a flag by its name: of these a missing value says no, and nothing is unknown."""
    return name.endswith("FL")


def _is_dtc(frame: pd.DataFrame, name: str) -> bool:
    return name.endswith("DTC") and kind_of(frame[name]) is Kind.TEXT


def _is_blank(frame: pd.DataFrame, name: str) -> Bools:
    if not _is_dtc(frame, name):
        return frame[name].isna().to_numpy()
    codes, levels = codes_of(frame[name])
    return np.append((pd.Series(levels, dtype="str").str.strip() == "").to_numpy(dtype=bool), True)[codes]

"""Records of a dataset sorted by key and date, and searches in them: before a date, after it, nearest, around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from adamline.derive._codes import NO_RECORD, Bools, Ints

Rule = Literal["on_or_before", "before", "on_or_after", "after", "nearest", "within"]
Ties = Literal["earlier", "later"]


@dataclass(frozen=True)
class Found:
    """The place of the record that each date leads to, -1 for none.

    ``even`` says where two dates of the source have the same claim and no rule chooses, ``tied`` where two records of
    one date have.
    """

    place: Ints
    even: Bools
    tied: Bools


@dataclass(frozen=True)
class Dated:
    """Records by group, date and order, of which the last of one date is meant.

    ``choice`` is the same of records that group, date and order do not tell apart; ``key`` has group and date in one
    number, ``furthest`` group and the latest end so far; ``last_of_date`` is the last place of the same date.
    """

    row: Ints
    group: Ints
    time: Ints
    end: Ints
    choice: Ints
    times: Ints
    key: Ints
    furthest: Ints
    last_of_date: Ints

    @classmethod
    def of(cls, rows: Ints, group: Ints, time: Ints, end: Ints, ranks: Sequence[NDArray[Any]], others: Ints) -> Dated:
        """Of these rows, each with its group, date, end and ranks of the order; ``others`` will be asked for."""
        place = np.lexsort([*reversed(ranks), time, group])
        rows, group, time, end = rows[place], group[place], time[place], end[place]
        times = np.unique(np.concatenate([time, end, others]))
        key = group * len(times) + np.searchsorted(times, time)
        is_next = np.append(True, key[1:] != key[:-1])[: len(rows)]
        is_other = is_next.copy()
        for rank in ranks:
            is_other[1:] |= rank[place][1:] != rank[place][:-1]
        # A group's keys are above those of the group before it, so the running highest begins anew with each.
        furthest = np.maximum.accumulate(group * len(times) + np.searchsorted(times, end))
        last_of_date = np.append(np.flatnonzero(is_next)[1:], len(rows))[np.cumsum(is_next) - 1] - 1
        return cls(rows, group, time, end, np.cumsum(is_other), times, key, furthest, last_of_date)

    def found(self, group: Ints, time: Ints, rule: Rule, ties: Ties | None) -> Found:
        """What each of these dates leads to in its group by the rule; ``ties`` chooses between two dates."""
        none, nothing = np.full(len(group), NO_RECORD), np.zeros(len(group), dtype=bool)
        if not len(self.row):
            return Found(none, nothing, nothing)
        key = group * len(self.times) + np.searchsorted(self.times, time)
        if rule == "within":
            return self._around(key, group, time, ties)
        even = nothing
        if rule == "nearest":
            place, even = self._nearest(key, group, time, ties)
        elif rule in ("on_or_before", "before"):
            place = self._before(key, group, same=rule == "on_or_before")
        else:
            place = self._after(key, group, same=rule == "on_or_after")
        tied = (place > 0) & (self.choice[np.maximum(place, 1) - 1] == self.choice[place])
        return Found(place, even, tied)

    def _of_group(self, place: Ints, group: Ints) -> Ints:
        """The places that are there and of the group, else -1."""
        inside = (place >= 0) & (place < len(self.row))
        return np.where(inside & (self.group[np.where(inside, place, 0)] == group), place, NO_RECORD)

    def _before(self, key: Ints, group: Ints, *, same: bool) -> Ints:
        """The last place before each key, or at it."""
        return self._of_group(np.searchsorted(self.key, key, "right" if same else "left") - 1, group)

    def _after(self, key: Ints, group: Ints, *, same: bool) -> Ints:
        """The last place of the first date after each key, or at it."""
        place = self._of_group(np.searchsorted(self.key, key, "left" if same else "right"), group)
        return np.where(place == NO_RECORD, NO_RECORD, self.last_of_date[place])

    def _nearest(self, key: Ints, group: Ints, time: Ints, ties: Ties | None) -> tuple[Ints, Bools]:
        before, after = self._before(key, group, same=True), self._after(key, group, same=True)
        back, on = time - self.time[before], self.time[after] - time
        both = (before != NO_RECORD) & (after != NO_RECORD)
        is_even = both & (back == on) & (before != after)
        is_after = (before == NO_RECORD) | (both & (on < back)) | (is_even & (ties == "later"))
        return np.where(is_after, after, before), is_even & (ties is None)

    def _around(self, key: Ints, group: Ints, time: Ints, ties: Ties | None) -> Found:
        """Of the intervals from ``time`` to ``end`` that have each date the one that begins last, or first."""
        latest = self._before(key, group, same=True)
        # The first record of the group that ends at the date or after it; it has the date, if it begins so early.
        first = self._of_group(np.searchsorted(self.furthest, key, "left"), group)
        place = np.where((first != NO_RECORD) & (first <= latest), first, NO_RECORD)
        even, tied = np.zeros(len(group), dtype=bool), np.zeros(len(group), dtype=bool)
        several = np.flatnonzero((place != NO_RECORD) & (first < latest))
        first, time = first[several], time[several]
        last = self._last_that_has(latest[several], first, time)
        even[several] = (ties is None) & (self.key[first] != self.key[last])
        if ties == "earlier":
            last = self._last_that_has(np.minimum(self.last_of_date[first], last), first, time)
        place[several] = last
        others = np.flatnonzero(first < last)
        other = self._last_that_has(last[others] - 1, first[others], time[others])
        tied[several[others]] = self.choice[other] == self.choice[last[others]]
        return Found(place, even, tied)

    def _last_that_has(self, upto: Ints, first: Ints, time: Ints) -> Ints:
        """The last place up to ``upto`` whose interval has not ended; ``first`` is one of them.

        It goes back by steps of 2 ** n records over which the latest end is known, so that a long interval before
        thousands of short ones is found as fast as any.
        """
        place = upto.copy()
        open_ = np.flatnonzero(self.end[place] < time)
        if not len(open_):
            return place
        ends, furthest = [self.end], int((place[open_] - first[open_]).max())
        while (step := 1 << (len(ends) - 1)) <= furthest // 2:
            ends.append(np.concatenate([ends[-1][:step], np.maximum(ends[-1][step:], ends[-1][:-step])]))
        for power in reversed(range(len(ends))):
            is_over = ends[power][place[open_]] < time[open_]
            place[open_[is_over]] -= 1 << power
        return place

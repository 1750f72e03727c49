"""Events of before the treatment that become worse under it, in one record or in records of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Bools, Floats, Ints, group_codes, numbers_of
from adamline.derive._possible_dates import Days

Against = Literal["last", "worst", "previous"]
Ended = Literal["counts", "ignored"]
Later = Literal["compared", "emergent"]


@dataclass(frozen=True)
class Onsets:
    """Starts and ends of events by record, each beside the start of treatment as it compares with it."""

    start: Days
    dose: Days
    until: Days
    dose_until: Days

    @property
    def is_treated(self) -> Bools:
        return ~np.isnat(self.dose)

    @property
    def is_before(self) -> Bools:
        """Whether the event starts before the treatment; a comparison with NaT is false."""
        return np.asarray(self.start < self.dose, dtype=bool)

    @property
    def is_after(self) -> Bools:
        """Whether it starts with the treatment or after."""
        return np.asarray(self.start >= self.dose, dtype=bool)

    @property
    def ends_before(self) -> Bools:
        return np.asarray(self.until < self.dose_until, dtype=bool)


@dataclass(frozen=True)
class Worsening:
    """By which variables, and against which record, an event of before the treatment is compared."""

    severity: str | None
    initial: str | None
    event: Sequence[str]
    against: Against
    ended: Ended
    later: Later

    def of_one_record(self, frame: pd.DataFrame, onsets: Onsets, in_doubt: bool) -> Bools:
        """Whether the event of the record starts before the treatment, and is worse in it than it was at first."""
        if not self.severity or not self.initial:
            return np.zeros(len(frame), dtype=bool)
        is_worse = _is_higher(numbers_of(frame, self.severity), numbers_of(frame, self.initial), in_doubt)
        return onsets.is_before & ~onsets.ends_before & is_worse

    def is_no_worse(self, frame: pd.DataFrame, onsets: Onsets, in_doubt: bool) -> Bools:
        """Whether the record is of an event that has records of before the treatment, and is not worse than they."""
        is_no_worse = np.zeros(len(frame), dtype=bool)
        if not self.severity or not self.event:
            return is_no_worse
        event, _ = group_codes(frame, ["USUBJID", *self.event])
        has_event = ~frame[["USUBJID", *self.event]].isna().any(axis=1).to_numpy(dtype=bool)
        # A record without a dose of its own, as one of before the periods, is one that others are compared with.
        rows = np.flatnonzero(has_event & ~np.isnat(onsets.start))
        if not len(rows):
            return is_no_worse
        severity = numbers_of(frame, self.severity)[rows]
        own = Onsets(*(days[rows] for days in (onsets.start, onsets.dose, onsets.until, onsets.dose_until)))
        # Records of an event may have starts of treatment of their own, as those of periods: a case is one of each.
        case, case_event, record_of_case = _cases(event[rows], own.dose)
        pair_case, pair = _pairs(case_event, event[rows])
        dose, dose_until = own.dose[record_of_case][pair_case], own.dose_until[record_of_case][pair_case]
        is_before = own.start[pair] < dose
        if self.ended == "ignored":
            is_before &= ~(own.until[pair] < dose_until)
        of_case, before = pair_case[is_before], pair[is_before]
        has_before = np.zeros(len(case_event), dtype=bool)
        has_before[of_case] = True
        if self.against == "previous":
            reference = _previous(event[rows], own.start, severity)
        else:
            if self.against == "last":
                of_case, before = _last(of_case, before, own.start, len(case_event))
            highest = np.full(len(case_event), np.nan)
            np.fmax.at(highest, of_case, severity[before])
            reference = highest[case]
        asked = own.is_after & has_before[case]
        is_worse = asked & _is_higher(severity, reference, in_doubt)
        if self.later == "emergent":
            is_worse |= asked & _from_first_on(is_worse, case, own.start, len(case_event))
        is_no_worse[rows[asked & ~is_worse]] = True
        return is_no_worse


def _is_higher(severity: Floats, reference: Floats, in_doubt: bool) -> Bools:
    is_open = np.isnan(severity) | np.isnan(reference)
    return np.where(is_open, in_doubt, severity > reference).astype(bool)


def _cases(event: Ints, dose: Days) -> tuple[Ints, Ints, Ints]:
    """The case of each record, the event of each case, and one of its records."""
    doses, size = _in_order(dose)
    found, first, case = np.unique(event * size + doses, return_index=True, return_inverse=True)
    return case.astype(np.int64), found // size, first.astype(np.int64)


def _in_order(days: Days) -> tuple[Ints, int]:
    """Numbers in the order of the days, and how many there are."""
    codes, levels = pd.factorize(days.astype(np.int64), sort=True)
    return codes.astype(np.int64), len(levels)


def _pairs(case_event: Ints, event: Ints) -> tuple[Ints, Ints]:
    """Each case with each record of its event."""
    by_event = np.argsort(event, kind="stable")
    first = np.searchsorted(event[by_event], case_event, side="left")
    count = np.searchsorted(event[by_event], case_event, side="right") - first
    pair_case = np.repeat(np.arange(len(case_event)), count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return pair_case, by_event[np.repeat(first, count) + within]


def _last(of_case: Ints, record: Ints, at: Days, size: int) -> tuple[Ints, Ints]:
    """Of each case the records that start last, all that start together."""
    moment = at.astype(np.int64)[record]
    latest = np.full(size, np.iinfo(np.int64).min)
    np.maximum.at(latest, of_case, moment)
    is_last = moment == latest[of_case]
    return of_case[is_last], record[is_last]


def _previous(event: Ints, at: Days, severity: Floats) -> Floats:
    """The highest severity of the records of the event that start last before each; missing before the first."""
    starts, size = _in_order(at)
    found, place = np.unique(event * size + starts, return_inverse=True)
    highest = np.full(len(found), np.nan)
    np.fmax.at(highest, place, severity)
    is_same_event = np.append(False, found[1:] // size == found[:-1] // size)
    before = np.where(is_same_event, np.arange(len(found)) - 1, NO_RECORD)
    # The last place answers for a record that has none before it.
    return np.append(highest, np.nan)[before][place]


def _from_first_on(is_worse: Bools, case: Ints, at: Days, size: int) -> Bools:
    """Whether a record starts with or after the first of its case that is worse."""
    moment = at.astype(np.int64)
    first = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first, case[is_worse], moment[is_worse])
    return np.asarray(moment >= first[case], dtype=bool)

"""LOCF, WOCF, BOCF: for a visit without a record the last, the worst or the baseline record is carried forward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Columns, Order, Table, Values, Where, derivation, missing_of, order_of
from adamline.derive._codes import Bools, Floats, Ints, group_codes, numbers_of, one_each, order_ranks, require
from adamline.derive._expected import VISIT_NAME, VISIT_NUMBER, at_visits, check_visits, is_missed
from adamline.derive._named_records import keys_of
from adamline.derive._new_records import with_new_records
from adamline.derive._tallies import counted
from adamline.derive.flag import KEY
from adamline.errors import DerivationError, Place
from adamline.findings import Severity, Tally
from adamline.plurals import said_of


def check_carried_forward(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    visits: Sequence[str],
    table: Table,
    set_: Values,
    where: Where = None,
    order: Order = (VISIT_NUMBER,),
    take: Literal["first", "last"] = "last",
    by: Columns = KEY,
) -> Iterator[Tally]:
    """Visits for which nothing is carried; records without a number of their visit."""
    yield from check_visits(frame, visits)
    without = np.flatnonzero(frame[VISIT_NAME].notna().to_numpy() & np.isnan(numbers_of(frame, VISIT_NUMBER)))
    message = f"{{count}} records have {VISIT_NAME} and no {VISIT_NUMBER}, and count for nothing"
    yield from counted(frame, without, "no visit number", message)
    rows, expected = _expected(frame, visits, table, where, by)
    is_left = is_missed(expected, made, selected(made, where), [*by, VISIT_NAME])
    message = "{count} missed visits have no earlier record to be carried"
    yield from counted(frame, rows[is_left], "nothing to carry", message, severity=Severity.NOTE)


@derivation(
    define="For each of the visits {visits} without a record of a {by} that has some, a copy of its {take} record of "
    "a visit with a lower AVISITN, sorted by {order} (missing lowest; a tie for that record is an error), with "
    "AVISIT and AVISITN of the visit by {table}, and {set_}.[ Only records where {where} count, as those of a visit "
    "and as those carried.] Records without AVISITN do not count; a copy is not carried further; nothing is carried "
    "where no earlier record counts.",
    needs=(VISIT_NAME, VISIT_NUMBER),
    copies=True,
    makes=(VISIT_NAME, VISIT_NUMBER),
    check=check_carried_forward,
)
def add_carried_forward(
    frame: pd.DataFrame,
    *,
    visits: Sequence[str],
    table: Table,
    set_: Values,
    where: Where = None,
    order: Order = (VISIT_NUMBER,),
    take: Literal["first", "last"] = "last",
    by: Columns = KEY,
) -> pd.DataFrame:
    """The frame, and after it a record for each of ``visits`` that a subject and parameter has no record of.

    It is a copy of the record that ``take`` and ``order`` choose among those of visits with a lower AVISITN, with
    AVISIT and AVISITN of the missed visit and the constants of ``set_`` (as DTYPE); dates stay those of the record
    carried. Only records that ``where`` selects count, as the visit's and as those carried. So

    - LOCF: ``where: AVAL is not missing and AVISITN > 0``, ``order: [AVISITN]`` (the default), ``set: {DTYPE: LOCF}``;
    - WOCF where high is worst: ``order: [AVAL, AVISITN]``, where low is: ``order: [AVAL desc, AVISITN]``;
    - BOCF: ``where: ABLFL = 'Y' or AVISITN > 0`` and ``order: [ABLFL]``.

    ``visits`` are AVISITs, each a row of ``table`` with AVISITN. Nothing is carried where no earlier record counts, and
    a carried record is carried to no further visit. Records without AVISITN count for nothing. Raises DerivationError,
    with keys, where records of a subject and parameter tie in all of ``order``; DataError for a visit that the table
    does not have and for an unknown variable. DTYPE: ADaMIG 3.3.3.

    >>> import pandas as pd
    >>> weeks = pd.DataFrame({"AVISIT": ["Week 2", "Week 4"], "AVISITN": ["2", "4"]})
    >>> adlb = pd.DataFrame({"USUBJID": ["01"], "PARAMCD": "ALT", "AVISIT": "Week 2", "AVISITN": 2.0, "AVAL": 31.0,
    ...     "DTYPE": None})
    >>> add_carried_forward(adlb, visits=["Week 2", "Week 4"], table=weeks, set_={"DTYPE": "LOCF"})
      USUBJID PARAMCD  AVISIT  AVISITN  AVAL DTYPE
    0      01     ALT  Week 2      2.0  31.0  None
    1      01     ALT  Week 4      4.0  31.0  LOCF
    """
    require(frame, VISIT_NAME, *by, *set_)
    counts = _counting(frame, where)
    group, _ = group_codes(frame, by)
    rows = np.flatnonzero(counts)
    of_group, expected = _expected(frame, visits, table, where, by)
    missed = is_missed(expected, frame, counts, [*by, VISIT_NAME])
    wanted = _Wanted(group[of_group[missed]], expected[VISIT_NUMBER].to_numpy(np.float64)[missed])
    visit = numbers_of(frame, VISIT_NUMBER)[rows]
    places = _Places.of(frame.iloc[rows], group[rows], visit, order if take == "last" else _reversed(order))
    at, found = places.best_before(wanted)
    places.refuse_ties(at, frame.iloc[rows][list(dict.fromkeys([*by, *(order_of(item)[0] for item in order)]))])
    expected, carried = expected[missed][found], rows[at]
    kept = [name for name in map(str, frame.columns) if name not in {*set_, VISIT_NAME, VISIT_NUMBER}]
    values = {VISIT_NAME: expected[VISIT_NAME].array, VISIT_NUMBER: expected[VISIT_NUMBER].to_numpy(np.float64)}
    return with_new_records(frame, count=len(carried), gathered=dict.fromkeys(kept, carried), values=values, set_=set_)


def _counting(frame: pd.DataFrame, where: str | None) -> Bools:
    return selected(frame, where) & ~np.isnan(numbers_of(frame, VISIT_NUMBER))


def _expected(
    frame: pd.DataFrame, visits: Sequence[str], table: pd.DataFrame, where: str | None, by: Sequence[str]
) -> tuple[Ints, pd.DataFrame]:
    """Each key with a record that counts at each visit: a row of it, and its keys, AVISIT and AVISITN."""
    group, size = group_codes(frame, by)
    rows = np.flatnonzero(_counting(frame, where))
    return at_visits(frame, rows[one_each(group[rows], size)], by, visits, table, VISIT_NUMBER)


def _reversed(order: Sequence[str]) -> list[str]:
    turned = {"first": " missing last", "last": " missing first", None: ""}
    words = ((*order_of(item), missing_of(item)) for item in order)
    return [f"{name}{'' if descending else ' desc'}{turned[missing]}" for name, descending, missing in words]


@dataclass(frozen=True)
class _Wanted:
    """Missed visits: the group that each is of, and its number."""

    group: Ints
    visit: Floats


@dataclass(frozen=True)
class _Places:
    """Records that may be carried: the group of each, its visit's number, and its rank, of which the highest wins."""

    group: Ints
    visit: Floats
    rank: Ints

    @classmethod
    def of(cls, frame: pd.DataFrame, group: Ints, visit: Floats, order: Sequence[str]) -> _Places:
        """The places of the frame's records; those that tie in all of ``order`` have one rank."""
        ranks = order_ranks(frame, order)
        rows = np.lexsort(ranks[::-1])
        changes = np.zeros(len(rows), dtype=bool)
        for rank in ranks:
            changes[1:] |= rank[rows][1:] != rank[rows][:-1]
        places = np.empty(len(rows), dtype=np.int64)
        places[rows] = np.cumsum(changes)
        return cls(group, visit, places)

    def best_before(self, wanted: _Wanted) -> tuple[Ints, Bools]:
        """The record of highest rank among those of lower visits in the group, for each that has one; and which do."""
        numbers = np.unique(np.concatenate([self.visit, wanted.visit]))
        visit, wanted_visit = np.searchsorted(numbers, self.visit), np.searchsorted(numbers, wanted.visit)
        rows = np.lexsort([visit, self.group])
        group, place = self.group[rows], self._keys()[rows]
        # A later group has higher keys than all before it, so the maximum so far never leaves the group.
        best = np.maximum.accumulate(place) if len(place) else place
        size = len(numbers) + 1
        at = np.searchsorted(group * size + visit[rows], wanted.group * size + wanted_visit, side="left") - 1
        found = (at >= 0) & (group[at] == wanted.group) if len(group) else np.zeros(len(at), dtype=bool)
        by_key = np.argsort(self._keys(), kind="stable")
        return by_key[np.searchsorted(self._keys()[by_key], best[at[found]])], found

    def refuse_ties(self, at: Ints, shown: pd.DataFrame) -> None:
        """Raise where another record has the group and the rank of one that was chosen."""
        keys = self._keys()
        _, key, count = np.unique(keys, return_inverse=True, return_counts=True)
        tied = np.unique(at[count[key[at]] > 1])
        if len(tied):
            raise DerivationError(
                said_of(len(tied), "{count} records to be carried tie with others, and the rule does not say which."),
                place=Place(keys=keys_of(shown, tied, list(map(str, shown.columns)))),
                hint="narrow `where`, or add variables to `order`",
            )

    def _keys(self) -> Ints:
        return self.group * (int(self.rank.max(initial=0)) + 1) + self.rank

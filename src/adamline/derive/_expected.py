"""Planned visits of subjects: each key at each visit of the study's table, which one has no record of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Bools, Ints, codes_of, gather, group_codes, one_each, rows_by_key
from adamline.derive.lookup import derive_lookup
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally, where_unused

VISIT_NAME, VISIT_NUMBER = "AVISIT", "AVISITN"


def at_visits(
    source: pd.DataFrame, rows: Ints, by: Sequence[str], visits: Sequence[str], table: pd.DataFrame, *numbers: str
) -> tuple[Ints, pd.DataFrame]:
    """Each of ``rows`` at each of ``visits``: its row, and a frame of its keys, AVISIT, and ``numbers`` of the table.

    Raises DataError for a visit that the table does not have.

    >>> visits = pd.DataFrame({"AVISIT": ["Week 2", "Week 4"], "AVISITN": ["2", "4"]})
    >>> adsl = pd.DataFrame({"USUBJID": ["01"]})
    >>> at_visits(adsl, np.array([0]), ["USUBJID"], ["Week 4", "Week 2"], visits, "AVISITN")[1]
      USUBJID  AVISIT  AVISITN
    0      01  Week 4      4.0
    1      01  Week 2      2.0
    """
    repeated = np.repeat(rows, len(visits))
    expected = pd.DataFrame({name: gather(source[name], repeated) for name in by})
    expected[VISIT_NAME] = pd.Series(np.tile(np.array(visits, dtype=object), len(rows)), dtype="str")
    for name in numbers:
        expected = derive_lookup(expected, variable=name, table=table, by=VISIT_NAME, kind="number")
    return repeated, expected


def check_visits(frame: pd.DataFrame, visits: Sequence[str]) -> Iterator[Tally]:
    """A note on visits that no record of the frame is of: nobody was there, or they are written otherwise."""
    codes, levels = codes_of(frame[VISIT_NAME])
    count = dict(zip(map(str, levels), np.bincount(codes + 1, minlength=len(levels) + 1)[1:], strict=True))
    kinds = {visit: int(count.get(visit, 0)) for visit in visits}
    message = "{count} of the visits have no record: {kinds}"
    yield Tally(Severity.NOTE, "visit without records", message, NOWHERE, kinds, where_unused)


def is_missed(expected: pd.DataFrame, frame: pd.DataFrame, counts: Bools, keys: Sequence[str]) -> Bools:
    """Whether none of the records of ``frame`` that count has the keys of an expected one."""
    rows = np.flatnonzero(counts)
    group, size = group_codes(frame, keys)
    missed: Bools = rows_by_key(expected, frame, rows[one_each(group[rows], size)], keys) == NO_RECORD
    return missed

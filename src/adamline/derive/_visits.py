"""The records of several parameters side by side, a row for each visit, and records made of such rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.derive._codes import (
    NO_RECORD,
    Bools,
    Floats,
    Ints,
    codes_of,
    gather,
    group_codes,
    numbers_of,
    order_ranks,
    require,
    taken_at,
    text_from_codes,
)
from adamline.derive._named_records import keys_of
from adamline.derive._new_records import with_new_records
from adamline.derive._tallies import keys_at
from adamline.derive.pick import picked_rows
from adamline.errors import NOWHERE, DataError, DerivationError, Place
from adamline.findings import Severity, Tally

VISIT = ("USUBJID", "AVISIT", "AVISITN")
LATEST = ("ADT", "ADY")
PARAMCD = "PARAMCD"
NO, YES = 0, 1
# Parameters that a visit lacks are named up to so many.
_NAMED = 3
ANSWERS = ("N", "Y")


def rows_by_visit(frame: pd.DataFrame, parameters: Sequence[str], *, by: Sequence[str], where: str | None) -> Ints:
    """The row of each parameter's record, -1 for none: a row for each visit with at least one, a column a parameter.

    Only records that ``where`` selects count. Visits are in the order of ``by``. Raises DerivationError, with keys,
    for two counted records of a parameter at a visit, for a parameter that is named twice, and for none.
    """
    require(frame, PARAMCD, *by)
    wanted = pd.Index(np.array(parameters, dtype=object))
    if not len(wanted):
        raise DerivationError("No parameter is named.", expected="one PARAMCD at least")
    if not wanted.is_unique:
        raise DerivationError("A parameter is named twice.", found=str(wanted[wanted.duplicated()][0]))
    codes, levels = codes_of(frame[PARAMCD])
    parameter_of_row = np.append(wanted.get_indexer(levels.astype(object)), NO_RECORD)[codes]
    at = np.flatnonzero(selected(frame, where) & (parameter_of_row != NO_RECORD))
    # Of large data few records count: no key of the others is looked at.
    keys = frame.loc[:, [*by, PARAMCD]].iloc[at]
    visit_of_row, size = group_codes(keys, by)
    is_visit = np.bincount(visit_of_row, minlength=size) > 0
    visit = (np.cumsum(is_visit) - 1)[visit_of_row]
    rows = np.full((np.count_nonzero(is_visit), len(wanted)), NO_RECORD, dtype=np.int64)
    rows[visit, parameter_of_row[at]] = at
    if np.count_nonzero(rows != NO_RECORD) < len(at):
        picked_rows(keys, by=[*by, PARAMCD], where=None, order=(), take="only")  # raises, and says of which keys
    return rows


def numbers_at(frame: pd.DataFrame, name: str, rows: Ints) -> Floats:
    """The numbers of a variable at ``rows``, NaN where the row is -1."""
    return taken_at(numbers_of(frame, name), rows, np.nan)


def words_at(frame: pd.DataFrame, name: str, rows: Ints, words: Sequence[str], *, by: Sequence[str]) -> Ints:
    """The place in ``words`` of the text of a variable at ``rows``, -1 where there is none.

    Raises DataError, with the record's keys, for any other text.
    """
    require(frame, name)
    codes, levels = codes_of(frame[name])
    code = taken_at(codes, rows, NO_RECORD)
    place = np.append(pd.Index(np.array(words, dtype=object)).get_indexer(levels.astype(object)), NO_RECORD)[code]
    wrong = rows[(code != NO_RECORD) & (place == NO_RECORD)]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} record{'s have' if len(wrong) > 1 else ' has'} an unknown {name}.",
            place=Place(variable=name, keys=keys_of(frame, wrong[:1], [*by, PARAMCD])),
            expected="one of " + ", ".join(words),
            found=repr(frame[name].iloc[wrong[0]]),
        )
    known: Ints = place.astype(np.int64)
    return known


def latest_at(frame: pd.DataFrame, name: str, rows: Ints) -> Ints:
    """Of each visit's rows the one with the latest value of a variable; one without a value where none has any."""
    require(frame, name)
    (rank,) = order_ranks(pd.DataFrame({name: gather(frame[name], rows.ravel())}), [name])
    latest: Ints = rows[np.arange(len(rows)), rank.reshape(rows.shape).argmax(axis=1)]
    return latest


def open_visits(
    frame: pd.DataFrame, rows: Ints, names: Sequence[str], is_missing: Bools, message: str
) -> Iterator[Tally]:
    """A note on visits that stay open, by those of ``names`` that are missing there; ``message`` has both braces."""
    if not len(rows):
        return
    patterns, count = np.unique(is_missing, axis=0, return_counts=True)
    kinds: Counter[str] = Counter()
    for pattern, n in zip(patterns, count, strict=True):
        missing = [name for name, is_missing in zip(names, pattern, strict=True) if is_missing]
        kinds[" and ".join(missing) if len(missing) <= _NAMED else f"{len(missing)} of {len(names)}"] += int(n)
    keys = keys_at(frame, rows.max(axis=1))
    yield Tally(Severity.NOTE, "open visit", message, NOWHERE, kinds, keys=keys)


def with_visit_records(
    frame: pd.DataFrame,
    rows: Ints,
    values: Mapping[str, Any],
    *,
    parameter: str,
    by: Sequence[str],
    latest: Sequence[str],
    set_: Mapping[str, str],
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit of ``rows``, with ``values`` of its own.

    It has the visit's variables of ``by``, and of each variable of ``latest`` the latest value among its rows.
    """
    latest_rows = {name: latest_at(frame, name, rows) for name in latest}
    any_row = rows.max(axis=1)  # all rows of a visit have its keys
    return with_new_records(
        frame,
        count=len(rows),
        gathered={**latest_rows, **dict.fromkeys(by, any_row)},
        values={PARAMCD: np.full(len(rows), parameter, dtype=object), **values},
        set_=set_,
    )


def answers(is_yes: Bools) -> dict[str, Any]:
    """AVALC Y or N, and AVAL 1 or 0."""
    return {"AVAL": is_yes.astype(np.float64), "AVALC": text_from_codes(np.where(is_yes, YES, NO), ANSWERS)}

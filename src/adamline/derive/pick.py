"""Picks one record per key: the rule behind every flag, baseline, and value taken from another dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import (
    Keys,
    New,
    Source,
    SourceColumn,
    SourceOrder,
    SourceWhere,
    derivation,
    order_of,
)
from adamline.derive._codes import (
    NO_RECORD,
    Bools,
    Ints,
    extreme_rows,
    gather,
    group_codes,
    one_each,
    order_ranks,
    require,
    rows_by_key,
)
from adamline.derive._named_records import keys_of, named_records
from adamline.derive._order_tallies import check_order
from adamline.derive._partners import check_partners
from adamline.errors import NOWHERE, DerivationError, Place
from adamline.findings import Severity, Tally

Take = Literal["only", "first", "last"]
SUBJECT = ("USUBJID",)


def picked_rows(
    frame: pd.DataFrame, *, by: Sequence[str], where: str | Bools | None, order: Sequence[str], take: Take
) -> tuple[Ints, Ints]:
    """The row picked for each key, and the group of every row.

    Returns ``(row_of_group, group_of_row)``: positions, -1 for a group without a row that ``where`` selects.

    Raises DerivationError where the rule does not decide: several records for one key with take "only", or with
    "first" or "last" records that tie in all of ``order``; the message lists keys.
    """
    if take == "only" and order:
        raise DerivationError('`order` means nothing with take "only".', hint='take "first" or "last"')
    if take != "only" and not order:
        raise DerivationError(f'take "{take}" needs `order`.', expected="the variables to sort by")
    group, size = group_codes(frame, by)
    mask = where if isinstance(where, np.ndarray) else selected(frame, where)
    rows = np.flatnonzero(mask)
    for rank in order_ranks(frame, order):
        rows = extreme_rows(rows, group[rows], size, rank[rows], take)
    _refuse_ties(frame, by, order, rows, group[rows])
    picked_of_group = np.full(size, NO_RECORD, dtype=np.int64)
    picked_of_group[group[rows]] = rows
    return picked_of_group, group


def _refuse_ties(frame: pd.DataFrame, by: Sequence[str], order: Sequence[str], rows: Ints, groups: Ints) -> None:
    """Raise where several rows of a group are left."""
    counts = np.bincount(groups)
    if len(counts) and counts.max() > 1:
        tied = rows[np.unique(groups, return_index=True)[1]]
        tied = tied[counts[counts > 0] > 1]
        raise DerivationError(
            f"{len(tied)} key{'s have' if len(tied) > 1 else ' has'} several records, and the rule does not say which.",
            place=Place(keys=keys_of(frame, tied, [*by, *(order_of(item)[0] for item in order)])),
            expected="one record per " + ", ".join(by),
            hint="narrow `where`, or add variables to `order`" if order else "narrow `where`, or use take and `order`",
        )


def is_wanted(frame: pd.DataFrame, source: pd.DataFrame, by: Sequence[str]) -> Bools:
    """Whether the frame has the keys of each record of the source."""
    group, size = group_codes(source, by)
    found = rows_by_key(frame, source, one_each(group, size), by)
    wanted = np.zeros(size, dtype=bool)
    wanted[group[found[found != NO_RECORD]]] = True
    return wanted[group]


def check_pick(
    frame: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    where: SourceWhere = None,
    order: SourceOrder = (),
    take: Take = "only",
    by: Keys = SUBJECT,
) -> Iterator[Tally]:
    """Orders that a missing value decides (`check_order`), keys that find no record in the source (`check_partners`).

    And a note of records that are picked without a value where others of their key have one.
    """
    require(source, from_)
    offered = source if where is None else source[selected(source, where)]
    of = offered[is_wanted(frame, offered, by)]
    yield from check_order(of, by=by, where=None, order=order, take=take)
    picked_of_group, group = picked_rows(of, by=by, where=None, order=order, take=take)
    picked = picked_of_group[picked_of_group != NO_RECORD]
    yield from check_partners(
        frame, rows_by_key(frame, of, picked, by) != NO_RECORD, offered, where=None, by=by, value=from_
    )
    has_value = of[from_].notna().to_numpy()
    rows = np.zeros(len(of), dtype=bool)
    rows[picked_of_group[group[has_value]]] = True
    rows &= of[from_].isna().to_numpy()
    if rows.any():
        message = f"{{count}} records are picked that have no {from_}, while others of their key have one"
        keys = named_records(of, rows)
        yield Tally(Severity.NOTE, "picked without a value", message, NOWHERE, {"": int(rows.sum())}, keys=keys)


@derivation(
    define="{from_} of the {take} record of {source} with the same {by}[, of the records where {where}][, sorted by "
    "{order} (missing lowest)]. Missing where there is none.[take=only: A second such record is an "
    "error.][take=first|last: A tie for that record is an error.]",
    keeps="from_",
    check=check_pick,
)
def derive_pick(
    frame: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    where: SourceWhere = None,
    order: SourceOrder = (),
    take: Take = "only",
    by: Keys = SUBJECT,
) -> pd.DataFrame:
    """Value of one record of another dataset, for each key.

    Parameters: ``source`` is the other dataset; ``from_`` its variable whose value is taken, as it is; ``where``
    selects its records; ``take`` says which of several is meant: "only" (there must be one), or the "first" or
    "last" in ``order`` (variables of the source, ascending, `X desc` for descending, missing lowest as in SAS);
    ``by`` are the keys that both datasets have. Where a date of the record says which is meant, as the last dose before
    an event, `derive_pick_at` takes it.

    Returns the frame with ``variable``: missing where the source has no such record, or no value on it.
    Raises DerivationError where the rule leaves several records for a key; DataError for an unknown variable.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01", "02"]})
    >>> ds = pd.DataFrame({"USUBJID": ["01", "01"], "DSSEQ": [1.0, 2.0], "DSDECOD": ["RANDOMIZED", "COMPLETED"]})
    >>> derive_pick(adsl, variable="DCDECOD", source=ds, from_="DSDECOD", order=["DSSEQ"], take="last")
      USUBJID    DCDECOD
    0      01  COMPLETED
    1      02        NaN
    """
    require(source, from_)
    picked_of_group, _ = picked_rows(source, by=by, where=where, order=order, take=take)
    rows = picked_of_group[picked_of_group != NO_RECORD]
    return frame.assign(**{variable: gather(source[from_], rows_by_key(frame, source, rows, by))})

"""Counts what two datasets that are joined by keys do not have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.derive._codes import NO_RECORD, group_codes, rows_by_key
from adamline.derive._tallies import USUBJID, keys_at, text_of
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally

_WITH, _WITHOUT = "with a value", "without a value"


def check_partners(
    frame: pd.DataFrame, has_value: np.ndarray, source: pd.DataFrame, *, where: str | None, by: Sequence[str]
) -> Iterator[Tally]:
    """Whether any record found its key in the source, and records of the source that found none here.

    ``has_value`` says which records of the frame got something from the records of ``source`` that ``where`` selects.
    That a source has subjects beyond those of the frame, as those who were never treated, is no finding; where ``by``
    has further keys, records of the frame's subjects with another one are.

    >>> adsl, sc = pd.DataFrame({"USUBJID": ["01", "02"]}), pd.DataFrame({"USUBJID": ["1", "2", "2"]})
    >>> (tally,) = check_partners(adsl, np.array([False, False]), sc, where=None, by=["USUBJID"])
    >>> tally.finding().message
    '2 records have no value: the source has records, and none of them has their USUBJID'
    """
    found = int(has_value.sum())
    offered = None if found and len(by) == 1 else np.flatnonzero(selected(source, where))
    if offered is None or len(offered):
        kinds = {_WITH: found, _WITHOUT: len(frame) - found}
        message = f"{{count}} records have no value: the source has records, and none of them has their {', '.join(by)}"
        yield Tally(Severity.WARNING, "no partner", message, NOWHERE, kinds, where_none_found)
    if offered is not None and len(offered) and len(by) > 1 and USUBJID in by:
        yield from _left_over(frame, source.loc[:, list(by)].iloc[offered], by)


def where_none_found(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The records without a value, where no other has one: what `Tally` may take for ``matters``."""
    return {} if kinds[_WITH] else {_WITHOUT: kinds[_WITHOUT]}


def _left_over(frame: pd.DataFrame, offered: pd.DataFrame, by: Sequence[str]) -> Iterator[Tally]:
    group, _ = group_codes(frame, by)
    first = np.unique(group, return_index=True)[1]
    subject, _ = group_codes(frame, [USUBJID])
    first_of_subject = np.unique(subject, return_index=True)[1]
    is_left = rows_by_key(offered, frame, first, by) == NO_RECORD
    left = np.flatnonzero(is_left & (rows_by_key(offered, frame, first_of_subject, [USUBJID]) != NO_RECORD))
    if not len(left):
        return
    others = [name for name in by if name != USUBJID]
    counts = offered[others].iloc[left].astype(object).value_counts(dropna=False)
    kinds = {
        ", ".join(f"{name}={text_of(value)}" for name, value in zip(others, key, strict=True)): int(count)
        for key, count in zip(counts.index.tolist(), counts, strict=True)
    }
    message = "{count} records of the source have keys that no record of their subject has here: {kinds}"
    keys = keys_at(offered, left)
    yield Tally(Severity.NOTE, "unused source record", message, NOWHERE, kinds, keys=keys)

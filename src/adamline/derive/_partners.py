"""Counts what two datasets that are joined by keys do not have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.derive._codes import NO_RECORD, group_codes, one_each, rows_by_key
from adamline.derive._tallies import USUBJID, counted, keys_at, text_of
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally

# Kinds of records here and in the source; all are counted, so that counts of parts of the data add up.
_WITH, _WITHOUT, _OFFERED, _OF_OTHERS = "with a value", "without a value", "offered", "of others"


def check_partners(
    frame: pd.DataFrame,
    has_value: np.ndarray,
    source: pd.DataFrame,
    *,
    where: str | None,
    by: Sequence[str],
    value: str | None = None,
) -> Iterator[Tally]:
    """Records that found their key in the source or did not, and records of the source that found none here.

    ``has_value`` says which records of the frame got something from the records of ``source`` that ``where`` selects;
    of these count the ones that have ``value``, where that names a variable. What is counted:

    - a warning of all records, where the source has some and none found its key; a note of records that lack a key;
    - a note of the source's records of subjects who are not here, where others are here and found none: one may be
      written otherwise. That the source alone has further subjects, as those who were never treated, is no finding,
      and neither is that some subjects of the frame have no record there;
    - where ``by`` has further keys, a note of the source's records of subjects of the frame with another one; and,
      where ``value`` is given, of records here whose subject has a value in the source, under other keys alone.

    >>> adsl, sc = pd.DataFrame({"USUBJID": ["01", "02"]}), pd.DataFrame({"USUBJID": ["1", "2", "2"]})
    >>> tally, _ = check_partners(adsl, np.array([False, False]), sc, where=None, by=["USUBJID"])
    >>> tally.finding().message
    '2 records have no value: the source has records, and none of them has their USUBJID'
    """
    found = int(has_value.sum())
    keyless = np.flatnonzero(frame.loc[:, list(by)].isna().any(axis=1).to_numpy())
    message = f"{{count}} records lack {' or '.join(by)}, and so have no record of the source"
    yield from counted(frame, keyless, "no key", message, severity=Severity.NOTE, by="")
    is_offered = selected(source, where)
    if value is not None:
        is_offered &= source[value].notna().to_numpy()
    offered = np.flatnonzero(is_offered)
    kinds = {_WITH: found, _WITHOUT: len(frame) - found, _OFFERED: len(offered)}
    message = f"{{count}} records have no value: the source has records, and none of them has their {', '.join(by)}"
    yield Tally(Severity.WARNING, "no partner", message, NOWHERE, kinds, where_none_found)
    records = source.loc[:, list(by)].iloc[offered]
    if list(by) == [USUBJID]:
        yield from _of_others(frame, records, kinds)
    elif USUBJID in by:
        yield from _left_over(frame, records, by)
        if value is not None:
            yield from _unmatched(frame, has_value, records, by)


def where_none_found(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The records without a value, where no other has one and some are offered: what `Tally` may take."""
    return {_WITHOUT: kinds[_WITHOUT]} if kinds[_OFFERED] and not kinds[_WITH] else {}


def where_both_lack(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The records that are offered in vain, where some here find one and others none: what `Tally` may take."""
    return {_OF_OTHERS: kinds[_OF_OTHERS]} if kinds[_WITH] and kinds[_WITHOUT] else {}


def _of_others(frame: pd.DataFrame, offered: pd.DataFrame, kinds: Mapping[str, int]) -> Iterator[Tally]:
    """The records of subjects who are not here, where some are and others found none."""
    first = one_each(*group_codes(frame, [USUBJID]))
    left = np.flatnonzero((rows_by_key(offered, frame, first, [USUBJID]) == NO_RECORD) & offered[USUBJID].notna())
    message = "{count} records of the source are of nobody here, while subjects here have none there"
    keys = keys_at(offered, left)
    kinds = {**kinds, _OF_OTHERS: len(left)}
    yield Tally(Severity.NOTE, "unused source record", message, NOWHERE, kinds, where_both_lack, keys)


def _unmatched(frame: pd.DataFrame, has_value: np.ndarray, offered: pd.DataFrame, by: Sequence[str]) -> Iterator[Tally]:
    """The records whose subject has records in the source, and none with their further keys."""
    first = one_each(*group_codes(offered, [USUBJID]))
    has_subject = rows_by_key(frame, offered, first, [USUBJID]) != NO_RECORD
    lost = np.flatnonzero(has_subject & ~has_value & frame.loc[:, list(by)].notna().all(axis=1).to_numpy())
    if len(lost):
        message = "{count} records have keys that no record of their subject has in the source: {kinds}"
        kinds = _by_keys(frame, lost, by)
        yield Tally(Severity.NOTE, "unmatched key", message, NOWHERE, kinds, keys=keys_at(frame, lost))


def _by_keys(frame: pd.DataFrame, rows: np.ndarray, by: Sequence[str]) -> dict[str, int]:
    """How many of the rows have each combination of the keys beside the subject."""
    others = [name for name in by if name != USUBJID]
    counts = frame[others].iloc[rows].astype(object).value_counts(dropna=False)
    return {
        ", ".join(f"{name}={text_of(value)}" for name, value in zip(others, key, strict=True)): int(count)
        for key, count in zip(counts.index.tolist(), counts, strict=True)
    }


def _left_over(frame: pd.DataFrame, offered: pd.DataFrame, by: Sequence[str]) -> Iterator[Tally]:
    first = one_each(*group_codes(frame, by))
    first_of_subject = one_each(*group_codes(frame, [USUBJID]))
    is_left = rows_by_key(offered, frame, first, by) == NO_RECORD
    left = np.flatnonzero(is_left & (rows_by_key(offered, frame, first_of_subject, [USUBJID]) != NO_RECORD))
    if not len(left):
        return
    message = "{count} records of the source have keys that no record of their subject has here: {kinds}"
    kinds, keys = _by_keys(offered, left, by), keys_at(offered, left)
    yield Tally(Severity.NOTE, "unused source record", message, NOWHERE, kinds, keys=keys)

"""The --DTC text of the first or last record of a subject in another dataset, by its datetime, which may be imputed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Keys, New, Source, SourceColumn, SourceWhere, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints, gather, one_each, require, rows_by_key
from adamline.derive._dtc_tallies import by_part, check_texts, check_zones
from adamline.derive._dtc_texts import NO_YEAR, DtcTexts, dtc_texts
from adamline.derive._named_records import named_records
from adamline.derive._order_tallies import can_be_beyond
from adamline.derive._partners import check_partners
from adamline.derive.datetime import Highest, derive_datetime
from adamline.derive.pick import SUBJECT, is_wanted, picked_rows
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally

Undated = Literal["skip", "missing"]


def check_dtc(
    frame: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    take: Literal["first", "last"],
    where: SourceWhere = None,
    highest: Highest = "hour",
    impute: str = "first",
    time: str = "first",
    undated: Undated | None = None,
    by: Keys = SUBJECT,
) -> Iterator[Tally]:
    """Records without a datetime, which may be the first or last; texts that are no date; what imputation decides.

    Records without one beside others of their key are a warning where ``undated`` does not say what they mean, else a
    note.
    """
    require(source, from_)
    of = source[is_wanted(frame, source, by) & selected(source, where)]
    texts = dtc_texts(of, from_)
    yield from check_texts(of, from_, texts)
    yield from check_zones(from_, texts)
    choice = _Choice.of(of, from_, take, (highest, impute, time), by)
    has_text = texts.by_record((texts.text != "").to_numpy(dtype=bool), False)
    missing = np.where(has_text, texts.by_record(texts.missing, NO_YEAR), 0)
    found = rows_by_key(frame, of, one_each(choice.group, len(choice.row_of_group)), by)
    yield from check_partners(frame, found != NO_RECORD, source, where=where, by=by, value=from_)
    yield from _undated_tallies(of, choice, from_, missing, undated)
    yield from _imputed_tallies(of, choice, from_, texts, take)


@derivation(
    define="{from_} of the {take} record of {source} with the same {by}[, of the records where {where}], by the "
    "datetime of its text, of which at most the {highest} and what is below it is imputed (date {impute}, time "
    "{time}). Of texts that become the same datetime the longest is taken, of those the lowest by "
    "bytes.[undated=|skip: A record that has no datetime so, or no text, is passed over.][undated=missing: Each {by} "
    "with a record that has no datetime so, or no text, has no value.] Missing where there is no record.",
    keeps="from_",
    check=check_dtc,
)
def derive_dtc(
    frame: pd.DataFrame,
    *,
    variable: New,
    source: Source,
    from_: SourceColumn,
    take: Literal["first", "last"],
    where: SourceWhere = None,
    highest: Highest = "hour",
    impute: str = "first",
    time: str = "first",
    undated: Undated | None = None,
    by: Keys = SUBJECT,
) -> pd.DataFrame:
    """Text of one record of another dataset for each key, from which `datetime`, `date`, `dtf` and `tmf` are made.

    The records are those that ``where`` selects and whose datetime is known once at most ``highest`` of it is imputed,
    as by `derive_datetime`; of these the "first" or the "last" is taken. So TRTSDTM and TRTEDTM come from EX: a partial
    EXENDTC is ordered by what it is imputed to, not by its text. Of texts that become the same datetime the longest is
    taken, that which needs the least imputation, and of equal ones the first by their bytes.

    ``undated`` says what a selected record without a datetime means, be its text missing, as EXENDTC of a treatment
    that goes on, too partial or no date: "skip" passes over it, "missing" leaves its key without a value, since nobody
    knows which record is the last. Without ``undated`` it is passed over with a warning. Where another variable tells
    the last record, as EXSTDTC or EXSEQ, `derive_pick` takes it, with or without an end.

    Returns the frame with ``variable``: missing where the source has no such record. Errors are those of
    `derive_datetime`, and DataError for an unknown variable.

    >>> import pandas as pd
    >>> ex = pd.DataFrame({"USUBJID": ["01", "01", "01"], "EXENDTC": ["2014-01", "2014-01-30", "2013"]})
    >>> last = {"take": "last", "highest": "day", "impute": "last"}
    >>> derive_dtc(pd.DataFrame({"USUBJID": ["01"]}), variable="EXENDTC", source=ex, from_="EXENDTC", **last)
      USUBJID  EXENDTC
    0      01  2014-01
    """
    require(source, from_, *by)
    rows = np.flatnonzero(selected(source, where))
    choice = _Choice.of(source.iloc[rows], from_, take, (highest, impute, time), by)
    if undated == "missing":
        choice = choice.without(choice.group[~choice.is_dated])
    picked = rows[choice.row_of_group[choice.row_of_group != NO_RECORD]]
    return frame.assign(**{variable: gather(source[from_], rows_by_key(frame, source, picked, by))})


@dataclass(frozen=True)
class _Choice:
    """Of records the one that is taken of each group, -1 for none; the group of each, and which have a datetime."""

    row_of_group: Ints
    group: Ints
    is_dated: Bools

    @classmethod
    def of(
        cls,
        records: pd.DataFrame,
        from_: str,
        take: Literal["first", "last"],
        rules: tuple[Highest, str, str],
        by: Sequence[str],
    ) -> _Choice:
        """The choice among these records, all of which count."""
        highest, impute, time = rules
        made = derive_datetime(records, variable="M", from_=from_, highest=highest, impute=impute, time=time)
        text = records[from_].astype("str").str.strip()
        known = records[list(by)].assign(MOMENT=made["M"], LENGTH=text.str.len().astype("float64"), TEXT=text)
        is_dated = made["M"].notna().to_numpy()
        # Which of several records has a text does not matter: one of them counts.
        of_each = np.flatnonzero(is_dated)[~known[is_dated].duplicated([*by, "TEXT"]).to_numpy()]
        is_one = np.zeros(len(records), dtype=bool)
        is_one[of_each] = True
        order = ["MOMENT", "LENGTH desc", "TEXT"] if take == "first" else ["MOMENT", "LENGTH", "TEXT desc"]
        row_of_group, group = picked_rows(known, by=by, where=is_one, order=order, take=take)
        return cls(row_of_group, group, is_dated)

    def without(self, groups: Ints) -> _Choice:
        """With nothing taken of these groups."""
        row_of_group = self.row_of_group.copy()
        row_of_group[groups] = NO_RECORD
        return _Choice(row_of_group, self.group, self.is_dated)


def _undated_tallies(
    records: pd.DataFrame, choice: _Choice, from_: str, missing: Ints, undated: Undated | None
) -> Iterator[Tally]:
    """Records without a datetime, beside others of their key and alone; ``missing`` is what their text lacks, 0 all."""
    is_beside = ~choice.is_dated & (choice.row_of_group[choice.group] != NO_RECORD)
    said = {
        None: "are passed over, and may be the one that is meant; say `undated: skip` or `undated: missing`",
        "skip": "are passed over, as `undated: skip` says",
        "missing": "leave their key without a value, as `undated: missing` says",
    }[undated]
    # A text that is missing alone is no value that could be used.
    is_alone = ~choice.is_dated & ~is_beside & (missing > 0)
    for rows, severity, what in (
        (is_beside, Severity.NOTE if undated else Severity.WARNING, f"beside others of their key {said}"),
        (is_alone, Severity.NOTE, "are alone with their key, which has no value"),
    ):
        if rows.any():
            message = f"{{count}} records without a datetime of {from_} {what}: {{kinds}}"
            keys = named_records(records, rows, from_)
            kinds = by_part(missing[rows], f"no {from_}")
            yield Tally(severity, "undated record", message, NOWHERE, kinds, keys=keys)


def _imputed_tallies(records: pd.DataFrame, choice: _Choice, from_: str, texts: DtcTexts, take: str) -> Iterator[Tally]:
    """Records that are not taken, and can be beyond the one that is, since a text of the two is partial."""
    first, last = (texts.by_record(ends, np.datetime64("NaT")) for ends in (texts.first_moment, texts.last_moment))
    others = np.flatnonzero(choice.is_dated)
    taken = choice.row_of_group[choice.group[others]]
    can_be = can_be_beyond(first, last, others, taken, up=take == "last") & (texts.codes[others] != texts.codes[taken])
    if can_be.any():
        rows = np.isin(np.arange(len(records)), others[can_be])
        side = "after" if take == "last" else "before"
        message = f"{{count}} values of {from_} that are not taken can be {side} the one that is: imputation decides"
        keys = named_records(records, rows, from_)
        yield Tally(Severity.NOTE, "order", message, NOWHERE, {from_: int(rows.sum())}, keys=keys)

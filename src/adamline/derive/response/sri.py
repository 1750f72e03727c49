"""SRI4: the SLE Responder Index of a visit, with the reason where it is not met."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.contract import ByParameter, Column, Columns, ParameterCode, Values, Where, derivation
from adamline.derive._codes import NO_RECORD, Bools, Ints, dates_of, gather
from adamline.derive._new_records import NOTHING
from adamline.derive._tallies import counted
from adamline.derive._visits import (
    ANSWERS,
    LATEST,
    NO,
    VISIT,
    YES,
    answers,
    latest_at,
    open_visits,
    rows_by_visit,
    with_visit_records,
    words_at,
)
from adamline.findings import Tally

RESCUE = "RESCUE"


# What an index of components is, whatever they are.
OF_COMPONENTS = (
    "{parameter}: for each {by} with a record of one of its components, which are parameters[, of the records "
    "where {where}], in this order: N where AVALC of a component is N, with {reason} of the first such "
    "({components});[ N with {reason} {rescue_reason} where {rescue} is on or before the latest ADT of the "
    "components, both being there;] no record where a component has no record or no AVALC; else Y, without {reason}. "
    "AVAL is 1 for Y, 0 for N.[ {latest} are each the latest of those records.] A second record of a component for "
    "one {by} is an error.[ It has {set_}.]"
)


def check_sri(
    frame: pd.DataFrame,
    *,
    components: ByParameter,
    parameter: ParameterCode = "SRI4",
    rescue: Column | None = None,
    rescue_reason: str = RESCUE,
    reason: Column = "RESPREAS",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Visits without a component that decides, by component; and visits of a rescued subject without a date."""
    rows = rows_by_visit(frame, list(components), by=by, where=where)
    of_component = words_at(frame, "AVALC", rows, ANSWERS, by=by)
    fails, is_missing = (of_component == NO).any(axis=1), of_component == NO_RECORD
    is_open = is_missing.any(axis=1) & ~fails & ~_rescued(frame, rows, rescue)
    message = f"{{count}} visits have no {parameter}, without {{kinds}}"
    yield from open_visits(frame, rows[is_open], list(components), is_missing[is_open], message)
    if rescue is not None:
        at = latest_at(frame, rescue, rows)
        has_rescue = np.append(frame[rescue].notna().to_numpy(), False)[at]
        has_date = np.append(frame["ADT"].notna().to_numpy(), False)[latest_at(frame, "ADT", rows)]
        message = f"{{count}} visits have no ADT to tell whether {rescue} is before them, and count as without rescue"
        yield from counted(frame, at[has_rescue & ~has_date & ~fails], "visit without a date", message, by="")


@derivation(
    define=OF_COMPONENTS,
    needs=("PARAMCD", "AVAL", "AVALC", "ADT"),
    makes=("PARAMCD", "AVAL", "AVALC", "reason", "by", "latest"),
    check=check_sri,
)
def add_sri(
    frame: pd.DataFrame,
    *,
    components: ByParameter,
    parameter: ParameterCode = "SRI4",
    rescue: Column | None = None,
    rescue_reason: str = RESCUE,
    reason: Column = "RESPREAS",
    where: Where = None,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit whose components decide: Y, or N and the reason.

    ``components`` maps the PARAMCD of each component (AVALC Y or N) to the reason given where it fails. In this order:
    N where a component is N, with the ``reason`` of the first in the order written; N with ``rescue_reason`` where
    the date ``rescue``, a variable that is the same on all records of a subject, is on or before the latest ADT of
    the components; no record where a component has none or no AVALC; else Y. AVAL is 1 for Y and 0 for N. ``where``
    selects the records that count, ``by`` makes a visit, ``latest`` are variables of which the new record has the
    latest value among the components, ``set_`` constants of the new records.

    Without a rescue date, or without an ADT, there is no rescue. A visit without any component has no record: `nri`
    fills it. Raises DataError, with the record, for an AVALC other than Y and N, and for an unknown variable;
    DerivationError for two counted records of a component at a visit. Source: Furie et al., Arthritis Rheum
    2009;61:1143-1151; Dörner et al., Arthritis Res Ther 2022;24:112.

    >>> import pandas as pd
    >>> adrs = pd.DataFrame({"USUBJID": ["01", "01", "02", "02", "03"], "PARAMCD": ["SLED4", "PGANOWR"] * 2 + ["SLED4"],
    ...     "AVAL": 1.0, "AVALC": ["Y", "Y", "Y", "N", "Y"], "ADT": pd.Timestamp("2016-05-01"), "RESPREAS": None})
    >>> reasons = {"SLED4": "FAILED SLEDAI", "PGANOWR": "FAILED PGA"}
    >>> add_sri(adrs, components=reasons, by=["USUBJID"], latest=[])[["USUBJID", "AVALC", "RESPREAS"]].iloc[5:]
      USUBJID AVALC    RESPREAS
    5      01     Y         NaN
    6      02     N  FAILED PGA
    """
    rows = rows_by_visit(frame, list(components), by=by, where=where)
    of_component = words_at(frame, "AVALC", rows, ANSWERS, by=by)
    is_no = of_component == NO
    fails, rescued = is_no.any(axis=1), _rescued(frame, rows, rescue)
    known = fails | rescued | (of_component == YES).all(axis=1)
    reasons = np.array([*components.values(), rescue_reason, None], dtype=object)
    first = np.where(fails, is_no.argmax(axis=1), np.where(rescued, len(components), len(components) + 1))
    values = {**answers(~(fails | rescued)[known]), reason: reasons[first[known]]}
    return with_visit_records(frame, rows[known], values, parameter=parameter, by=by, latest=latest, set_=set_)


def _rescued(frame: pd.DataFrame, rows: Ints, rescue: str | None) -> Bools:
    """Whether the rescue of each visit's subject is on or before the visit's date; a missing date is not."""
    seen = dates_of(frame, "ADT")
    if rescue is None:
        return np.zeros(len(rows), dtype=bool)
    given = dates_of(frame, rescue)
    is_before: Bools = np.asarray(
        gather(given, latest_at(frame, rescue, rows)) <= gather(seen, latest_at(frame, "ADT", rows)), dtype=bool
    )
    return is_before

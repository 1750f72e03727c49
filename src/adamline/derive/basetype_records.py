"""BASETYPE: each record once for every definition of baseline that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Cases, Column, derivation
from adamline.derive._asked import check_condition
from adamline.derive._codes import NO_RECORD, Bools, require, text_from_codes
from adamline.derive._named_records import keys_of
from adamline.derive._new_records import with_new_records
from adamline.derive._tallies import counted
from adamline.errors import NOWHERE, DataError, DerivationError, Place
from adamline.findings import Severity, Tally, where_unused
from adamline.plurals import said_of


def check_basetype_records(
    frame: pd.DataFrame,
    *,
    rows: Cases,
    variable: Column = "BASETYPE",
    unmatched: Literal["error", "missing"] = "error",
) -> Iterator[Tally]:
    """Records of no BASETYPE, and such as a missing value keeps out of one; a BASETYPE without records."""
    names = _types(rows)
    belongs = [selected(frame, case.when) for case in rows]
    kinds = {name: int(of_type.sum()) for name, of_type in zip(names, belongs, strict=True)}
    message = f"{{count}} {variable} have no record: {{kinds}}"
    yield Tally(Severity.NOTE, "unused row", message, NOWHERE, kinds, where_unused)
    of_none = ~np.logical_or.reduce([np.zeros(len(frame), dtype=bool), *belongs])
    message = f"{{count}} records belong to no {variable}"
    yield from counted(frame, of_none, "no baseline type", message, severity=Severity.NOTE)
    for name, case in zip(names, rows, strict=True):
        if case.when:
            yield from check_condition(frame, case.when, f"are not of {name}", severity=Severity.NOTE)


@derivation(
    define="Each record stands once for every {variable} that it belongs to, of which all that are true count: "
    "{rows}. A copy carries over all other variables.[unmatched=error: A record of none is an "
    "error.][unmatched=missing: A record of none stays once, without {variable}.]",
    copies=True,
    makes=("variable",),
    check=check_basetype_records,
)
def add_basetype_records(
    frame: pd.DataFrame,
    *,
    rows: Cases,
    variable: Column = "BASETYPE",
    unmatched: Literal["error", "missing"] = "error",
) -> pd.DataFrame:
    """The frame with BASETYPE, and after it a copy of each record for every further BASETYPE that it belongs to.

    ``rows`` have a BASETYPE (`value`) and which records belong to it (`when`; without it, all). Unlike elsewhere, every
    row that holds counts: a record of the open-label period may have a baseline of the run-in and one of its own. The
    record itself gets the first, its copies the others; all other values are carried over. ABLFL, BASE and what is
    made of them are then derived `by` USUBJID, PARAMCD and BASETYPE (ADaMIG 3.3.4, BASETYPE).

    A record that belongs to none is an error, or with ``unmatched`` "missing" stays without BASETYPE; the records
    without one are a baseline's group of their own, unless `where` of `derive_ablfl` leaves them out.

    Raises DataError for records of no BASETYPE (with their number, and keys of the first), and where ``variable`` has
    values before; DerivationError for a row without `value`, and for two with the same; both for unknown variables.

    >>> import pandas as pd
    >>> from adamline.contract import Case
    >>> adlb = pd.DataFrame({"USUBJID": "01", "EPOCH": ["RUN-IN", "TREATMENT"], "BASETYPE": None})
    >>> types = [Case("RUN-IN", "EPOCH in ('RUN-IN', 'TREATMENT')"), Case("TREATMENT", "EPOCH = 'TREATMENT'")]
    >>> add_basetype_records(adlb, rows=types)
      USUBJID      EPOCH   BASETYPE
    0      01     RUN-IN     RUN-IN
    1      01  TREATMENT     RUN-IN
    2      01  TREATMENT  TREATMENT
    """
    types = _types(rows)
    _refuse_values(frame, variable)
    belongs = np.array([selected(frame, case.when) for case in rows]).reshape(len(types), len(frame))
    is_of_none: Bools = ~np.asarray(belongs.any(axis=0))
    if unmatched == "error" and is_of_none.any():
        raise _of_none(frame, is_of_none, variable)
    first = np.where(is_of_none, NO_RECORD, belongs.argmax(axis=0) if types else NO_RECORD).astype(np.int64)
    is_further = belongs & (first != np.arange(len(types))[:, None])
    type_of, copied = np.nonzero(is_further)
    old = frame.assign(**{variable: text_from_codes(first, types)})
    others = [name for name in map(str, frame.columns) if name != variable]
    new = {variable: np.array([*types, None], dtype=object)[type_of]}
    return with_new_records(old, count=len(copied), gathered=dict.fromkeys(others, copied), values=new, set_={})


def _types(rows: Cases) -> list[str]:
    types = [(case.value or "").strip() for case in rows]
    if "" in types:
        raise DerivationError("A row of `rows` has no `value`.", expected="the BASETYPE of the records")
    twice = [name for place, name in enumerate(types) if name in types[:place]]
    if twice:
        raise DerivationError("Two rows have one `value`.", found=twice[0], hint="join their conditions with `or`")
    return types


def _refuse_values(frame: pd.DataFrame, variable: str) -> None:
    require(frame, variable)
    known = frame[variable].dropna()
    if len(known):
        raise DataError(
            f"{variable} has values before its records are added.",
            place=Place(variable=variable),
            expected=f"`{variable}: missing` in `variables`",
            found=repr(known.iloc[0]),
        )


def _of_none(frame: pd.DataFrame, is_of_none: Bools, variable: str) -> DataError:
    keys = [name for name in ("USUBJID", "PARAMCD", "AVISIT", "ADT") if name in frame.columns]
    return DataError(
        said_of(int(is_of_none.sum()), f"{{count}} records belong to no {variable}."),
        place=Place(variable=variable, keys=keys_of(frame, np.flatnonzero(is_of_none), keys)),
        expected="each record in one or more rows",
        hint="widen a `when`, or say `unmatched: missing`",
    )

"""Unit: refuses values in another unit than a criterion is in, as far as PARAM says it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adamline.analyses.records import Records
from adamline.errors import DataError, Place

PARAM = "PARAM"
# ADaM has the unit in brackets at the end of PARAM (ADaMIG 3.3.4).
_IN_BRACKETS = re.compile(r"\(([^()]*)\)\s*$")


def require_unit(records: Records, units: Sequence[str]) -> None:
    """Raise DataError where PARAM of a record says another unit than these; blanks, case and a leading x do not count.

    Nothing is said of records without PARAM, or whose PARAM has no unit.
    """
    if not units or not records.has(PARAM):
        return
    known = {_plain(unit) for unit in units}
    for text in records.column(PARAM).dropna().astype(str).unique().tolist():
        said = _IN_BRACKETS.search(text)
        if said and _plain(said[1]) not in known:
            raise DataError(
                f"{text} is in another unit than the criterion.",
                place=Place(dataset=records.dataset.name, variable=PARAM),
                expected=" or ".join(units),
                found=said[1],
                hint="criteria in the unit of the data, or AVAL in that of the criteria",
            )


def _plain(unit: str) -> str:
    return re.sub(r"\s", "", unit).lower().removeprefix("x")

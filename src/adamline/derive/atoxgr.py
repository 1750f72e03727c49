"""ATOXGRL, ATOXGRH: the toxicity grade of a laboratory value in one direction, by the criteria of CTCAE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import New, ParameterTexts, derivation
from adamline.derive._codes import NO_RECORD, Bools, Floats, numbers_of, require, text_from_codes
from adamline.errors import DataError, Place, nearest
from adamline.standards.ctcae.criteria import Criterion, Version, read_criteria, read_ungraded
from adamline.standards.near import below, near

Direction = Literal["low", "high"]
_NUMBERS = ("AVAL", "ANRLO", "ANRHI", "BASE")


@derivation(
    define="grade of AVAL in {unit} for the {direction} term {term} by CTCAE {criteria}, with the limits ANRLO and "
    "ANRHI, BASE and BNRIND; missing where it cannot be told",
    needs=("PARAMCD", *_NUMBERS, "BNRIND"),
)
def derive_atoxgr(
    frame: pd.DataFrame,
    *,
    variable: New,
    direction: Direction,
    term: ParameterTexts,
    unit: ParameterTexts,
    criteria: Version = "v4-si",
) -> pd.DataFrame:
    """Toxicity grade "0" to "4" of AVAL, for the ``term`` of its PARAMCD (ADaMIG 3.3.4; NCI CTCAE v4.03, v5.0).

    Parameters: ``term`` and ``unit`` are those of each PARAMCD (in a spec, columns of `parameters`; case does not
    count), ``direction`` says whether low or high values are graded. The criteria are tables: `standards/ctcae`. They
    need ANRLO, ANRHI, BASE and, since v5.0 grades some terms by the baseline where that was abnormal, BNRIND; a
    baseline that is not known to be high counts as normal.

    The highest grade whose criterion holds, also where a limit that another grade needs is missing; "0" where all are
    known not to hold; missing where none holds and one is unknown, where the value is missing, where the parameter has
    no term, and where its unit is not that of the criterion. A value on a cut is not beyond it, last binary places
    aside (`standards.near`). Raises DataError for a term that the criteria do not have in that direction or that they
    do not grade by a value, for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"PARAMCD": "ALT", "AVAL": [40.0, 41, 121, 121], "ANRHI": [40.0, 40, 40, None]})
    >>> adlb = adlb.assign(ANRLO=5.0, BASE=30.0, BNRIND="NORMAL")
    >>> term = {"ALT": "Alanine aminotransferase increased"}
    >>> derive_atoxgr(adlb, variable="ATOXGRH", direction="high", term=term, unit={"ALT": "U/L"}).ATOXGRH.tolist()
    ['0', '1', '2', nan]
    """
    require(frame, "PARAMCD", "BNRIND")
    numbers = {name: numbers_of(frame, name) for name in _NUMBERS}
    is_high = frame["BNRIND"].isin(["HIGH", "HIGH HIGH"]).to_numpy()
    grades = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for parameter, its_term in term.items():  # over parameters, which are few
        rows = _rows_of_term(criteria, direction, its_term, variable)
        rows = [row for row in rows if not row.units or unit.get(parameter, "").lower() in row.units]
        records = np.flatnonzero((frame["PARAMCD"] == parameter).to_numpy(dtype=bool, na_value=False))
        if rows:
            of_parameter = {name: values[records] for name, values in numbers.items()}
            grades[records] = _graded(rows, of_parameter, is_high[records])
    return frame.assign(**{variable: text_from_codes(grades, ["0", "1", "2", "3", "4"])})


def _rows_of_term(version: Version, direction: Direction, term: str, variable: str) -> list[Criterion]:
    of_direction = [row for row in read_criteria(version) if row.direction == direction[0].upper()]
    rows = [row for row in of_direction if row.term.lower() == term.lower()]
    if not rows:
        reasons = [why for name, why in read_ungraded(version).items() if name.lower() == term.lower()]
        hint = reasons[0] if reasons else nearest(term, dict.fromkeys(row.term for row in of_direction))
        what = f"The criteria {version} do not have the term for {direction} values."
        raise DataError(what, place=Place(variable=variable), found=term, hint=hint)
    return rows


def _graded(rows: Sequence[Criterion], numbers: dict[str, Floats], is_high: Bools) -> np.ndarray:
    """The grade of each record, -1 where it cannot be told."""
    grade = np.where(np.isnan(numbers["AVAL"]), NO_RECORD, 0)
    unknown = np.zeros(len(grade), dtype=bool)
    for row in sorted(rows, key=lambda row: row.grade):
        cut = row.plus + (row.times * numbers[row.of] if row.of else np.zeros(len(grade)))
        is_beyond, cut_known = _compared(numbers["AVAL"], row.op, cut)
        applies, on_known = _applies(row.on, numbers, is_high)
        # As AND in SQL: false where either is known to be false.
        unknown |= ~(cut_known | (on_known & ~applies)) | ~(on_known | (cut_known & ~is_beyond))
        grade = np.where(is_beyond & applies & (grade != NO_RECORD), row.grade, grade)
    return np.where((grade == 0) & unknown, NO_RECORD, grade)


def _applies(on: str, numbers: dict[str, Floats], is_high: Bools) -> tuple[Bools, Bools]:
    """Where a row of the criteria applies, and where it is known whether it does."""
    known = np.ones(len(is_high), dtype=bool)
    if on in ("BNRIND HIGH", "BNRIND not HIGH"):
        return is_high == (on == "BNRIND HIGH"), known
    if not on:
        return known, known
    one, op, other = on.split()
    return _compared(numbers[one], op, numbers[other])


def _compared(value: Floats, op: str, cut: Floats) -> tuple[Bools, Bools]:
    """Where the comparison is true, and where it is known whether it is."""
    is_beyond = below(cut, value) if op.startswith(">") else below(value, cut)
    return is_beyond | (near(value, cut) & op.endswith("=")), ~np.isnan(value) & ~np.isnan(cut)

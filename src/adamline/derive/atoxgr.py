"""ATOXGRL, ATOXGRH: the toxicity grade of a laboratory value in one direction, by the criteria of CTCAE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, New, ParameterTexts, derivation
from adamline.derive._codes import NO_RECORD, Bools, Floats, numbers_of, require, text_from_codes
from adamline.errors import DataError, Place, nearest
from adamline.standards.ctcae.criteria import Criterion, Version, read_criteria
from adamline.standards.near import below, near

Direction = Literal["low", "high"]


@derivation(
    define="grade of {from_} in {unit} for the {direction} term {term} by CTCAE {criteria}, with the limits {lower} "
    "and {upper}, the baseline {base} and the percent change {pchg}; missing where it cannot be told",
    needs=("PARAMCD",),
)
def derive_atoxgr(
    frame: pd.DataFrame,
    *,
    variable: New,
    direction: Direction,
    term: ParameterTexts,
    unit: ParameterTexts,
    criteria: Version = "v4-si",
    from_: Column = "AVAL",
    lower: Column = "ANRLO",
    upper: Column = "ANRHI",
    base: Column = "BASE",
    pchg: Column = "PCHG",
) -> pd.DataFrame:
    """Toxicity grade "0" to "4" of each value, for the ``term`` of its PARAMCD (ADaMIG 3.3.4; CTCAE v4.03).

    Parameters: ``term`` and ``unit`` are those of each PARAMCD (in a spec, columns of `parameters`; case does not
    count), ``direction`` says whether low or high values are graded. The criteria are tables: `standards/ctcae`.

    The highest grade whose criterion holds, also where a limit that another grade needs is missing; "0" where all are
    known not to hold; missing where none holds and one is unknown, where the value is missing, where the parameter has
    no term, and where its unit is not that of the criterion. A value on a cut is not beyond it, last binary places
    aside (`standards.near`). Raises DataError for a term that the criteria do not have in that direction, for a
    variable that is unknown or no number.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"PARAMCD": "ALT", "AVAL": [40.0, 41, 121, 121], "ANRHI": [40.0, 40, 40, None]})
    >>> adlb = adlb.assign(ANRLO=5.0, BASE=30.0, PCHG=0.0)
    >>> term = {"ALT": "Alanine aminotransferase increased"}
    >>> derive_atoxgr(adlb, variable="ATOXGRH", direction="high", term=term, unit={"ALT": "U/L"}).ATOXGRH.tolist()
    ['0', '1', '2', nan]
    """
    require(frame, "PARAMCD")
    columns = {"AVAL": from_, "ANRLO": lower, "ANRHI": upper, "BASE": base, "PCHG": pchg}
    numbers = {name: numbers_of(frame, column) for name, column in columns.items()}
    rows_of = _criteria_by_term(criteria, direction)
    grades = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for parameter, its_term in term.items():  # over parameters, which are few
        rows = _rows_of_term(rows_of, its_term, variable)
        rows = [row for row in rows if row.unit.lower() in ("", unit.get(parameter, "").lower())]
        records = np.flatnonzero((frame["PARAMCD"] == parameter).to_numpy(dtype=bool, na_value=False))
        if rows:
            grades[records] = _graded(rows, {name: values[records] for name, values in numbers.items()})
    return frame.assign(**{variable: text_from_codes(grades, ["0", "1", "2", "3", "4"])})


def _criteria_by_term(version: Version, direction: Direction) -> dict[str, list[Criterion]]:
    found: dict[str, list[Criterion]] = {}
    for row in read_criteria(version):
        if row.direction == direction[0].upper():
            found.setdefault(row.term.lower(), []).append(row)
    return found


def _rows_of_term(rows_of: dict[str, list[Criterion]], term: str, variable: str) -> list[Criterion]:
    if term.lower() not in rows_of:
        known = [rows[0].term for rows in rows_of.values()]
        place = Place(variable=variable)
        raise DataError("The criteria do not have the term.", place=place, found=term, hint=nearest(term, known))
    return rows_of[term.lower()]


def _graded(rows: Sequence[Criterion], numbers: dict[str, Floats]) -> np.ndarray:
    """The grade of each record, -1 where it cannot be told."""
    grade = np.where(np.isnan(numbers["AVAL"]), NO_RECORD, 0)
    unknown = np.zeros(len(grade), dtype=bool)
    for row in sorted(rows, key=lambda row: row.grade):
        holds, is_known = _holds(row, numbers)
        unknown |= ~is_known
        grade = np.where(holds & (grade != NO_RECORD), row.grade, grade)
    return np.where((grade == 0) & unknown, NO_RECORD, grade)


def _holds(row: Criterion, numbers: dict[str, Floats]) -> tuple[Bools, Bools]:
    """Where the criterion is true, and where it is known whether it is."""
    value, cut = numbers["AVAL"], np.full(len(numbers["AVAL"]), row.cut)
    if row.of == "PCHG":
        value = numbers["PCHG"]
    elif row.of == "ABOVE":
        cut = np.where(numbers["BASE"] > numbers["ANRHI"], numbers["BASE"], numbers["ANRHI"]) + row.cut
    elif row.of:
        cut = row.cut * numbers[row.of]
    is_beyond = below(cut, value) if row.op == ">" else below(value, cut)
    return is_beyond | (near(value, cut) & (row.op == "<=")), ~np.isnan(value) & ~np.isnan(cut)

"""ATOXGRL, ATOXGRH: the toxicity grade of a laboratory value in one direction, by the criteria of CTCAE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import New, ParameterTexts, derivation
from adamline.derive._codes import NO_RECORD, Bools, Floats, Ints, codes_of, numbers_of, require, text_from_codes
from adamline.derive._tallies import counted
from adamline.errors import NOWHERE, DataError, Place, nearest
from adamline.findings import Severity, Tally
from adamline.standards.ctcae.criteria import Criterion, Version, read_criteria, read_ungraded
from adamline.standards.near import near

Direction = Literal["low", "high"]
_NUMBERS = ("AVAL", "ANRLO", "ANRHI", "BASE")


def check_atoxgr_arguments(
    *, variable: New, direction: Direction, term: ParameterTexts, unit: ParameterTexts, criteria: Version = "v4-si"
) -> Iterator[Tally]:
    """Parameters whose unit is none of the criteria of their term."""
    for parameter, its_term in term.items():
        rows = _rows_of_term(criteria, direction, its_term, variable)
        fault = _unit_fault(rows, parameter, unit.get(parameter, ""), criteria)
        if fault:
            yield Tally(Severity.WARNING, "unit of criteria", f"Values {fault}", NOWHERE, {parameter: 1})


def check_atoxgr(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    direction: Direction,
    term: ParameterTexts,
    unit: ParameterTexts,
    criteria: Version = "v4-si",
) -> Iterator[Tally]:
    """Values that have no grade, or perhaps a higher one: a unit that the criteria have not, a limit that is missing.

    By parameter: values in a unit that is none of the criterion's; without a grade, by what is missing; graded while
    what a higher grade needs is missing; and graded as of a normal baseline, since BNRIND is missing.
    """
    codes, levels = codes_of(made[variable])
    grade = np.append(levels.astype(int), NO_RECORD)[codes] if len(levels) else np.full(len(frame), NO_RECORD)
    for parameter, its_term in term.items():
        records = _records_of(frame, parameter)
        records = records[~np.isnan(numbers_of(frame, "AVAL")[records])]
        rows = _rows_of_term(criteria, direction, its_term, variable)
        fault = _unit_fault(rows, parameter, unit.get(parameter, ""), criteria)
        if fault:
            yield from counted(frame, records, "unit of criteria", f"{{count}} values {fault}", by="")
        rows = _rows_in_unit(rows, unit.get(parameter, ""))
        if rows:
            yield from _open_grades(frame, records, parameter, rows, grade[records])


def _unit_fault(rows: Sequence[Criterion], parameter: str, unit: str, criteria: str) -> str:
    """What becomes of values in this unit, where the criteria of a grade are all in others; empty where none are."""
    kept = {row.grade for row in _rows_in_unit(rows, unit)}
    lost = [row for row in rows if row.grade not in kept]
    if not lost:
        return ""
    graded = (
        f"cannot have grade {', '.join(map(str, sorted({row.grade for row in lost})))}" if kept else "have no grade"
    )
    units = ", ".join(dict.fromkeys(name for row in lost for name in row.units))
    return f"of {parameter} in {unit or 'no unit'} {graded}: {criteria} grades {rows[0].term} in {units}"


def _open_grades(
    frame: pd.DataFrame, records: Ints, parameter: str, rows: Sequence[Criterion], grade: Ints
) -> Iterator[Tally]:
    """Values whose grade a missing limit or baseline leaves open."""
    numbers, is_high = _values_at(frame, records)
    higher = np.zeros(len(records), dtype=bool)
    for row in rows:
        higher |= _met(row, numbers, is_high)[1] & (row.grade > grade) & (grade > 0)
    of = list(dict.fromkeys(row.of for row in rows if row.of))
    without = f"{of[0]} is missing" if len(of) == 1 else f"one of {', '.join(of)} is missing"
    message = f"{{count}} values of {parameter} have no grade, since {without}"
    yield from counted(frame, records[grade == NO_RECORD], "no grade", message, severity=Severity.NOTE, by="")
    message = f"{{count}} values of {parameter} may have a higher grade: {without}"
    yield from counted(frame, records[higher], "open grade", message, by="")
    if any("BNRIND" in row.on for row in rows):
        unknown = records[frame["BNRIND"].iloc[records].isna().to_numpy() & (grade != NO_RECORD)]
        message = f"{{count}} values of {parameter} are graded as of a normal baseline, since BNRIND is missing"
        yield from counted(frame, unknown, "no baseline", message, severity=Severity.NOTE, by="")


@derivation(
    define="Toxicity grade of {direction} values of AVAL, '0' to '4', by the criteria {criteria} of NCI CTCAE for "
    "the term of the parameter ({term}) in the unit of the parameter ({unit}; case does not count): the highest "
    "grade whose criterion is true, '0' where all are false. Missing where none is true and a missing ANRLO, ANRHI "
    "or BASE leaves one open, where AVAL is missing, and where the parameter has no such term or a unit that the "
    "criteria do not have. A value on a cut is not beyond it; numbers that differ by less than 1E-14 of their size "
    "are equal. The baseline counts as high where BNRIND is HIGH or HIGH HIGH, else as not high, also where it is "
    "missing.",
    needs=("PARAMCD", *_NUMBERS, "BNRIND"),
    check=check_atoxgr,
    check_arguments=check_atoxgr_arguments,
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
    grades = np.full(len(frame), NO_RECORD, dtype=np.int64)
    for parameter, its_term in term.items():  # over parameters, which are few
        rows = _rows_in_unit(_rows_of_term(criteria, direction, its_term, variable), unit.get(parameter, ""))
        records = _records_of(frame, parameter)
        if rows:
            grades[records] = _graded(rows, *_values_at(frame, records))
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


def _rows_in_unit(rows: Sequence[Criterion], unit: str) -> list[Criterion]:
    return [row for row in rows if not row.units or unit.lower() in map(str.lower, row.units)]


def _records_of(frame: pd.DataFrame, parameter: str) -> Ints:
    return np.flatnonzero((frame["PARAMCD"] == parameter).to_numpy(dtype=bool, na_value=False))


def _values_at(frame: pd.DataFrame, records: Ints) -> tuple[dict[str, Floats], Bools]:
    """The numbers that criteria are made of, and whether the baseline was high."""
    numbers = {name: numbers_of(frame, name)[records] for name in _NUMBERS}
    return numbers, frame["BNRIND"].iloc[records].isin(["HIGH", "HIGH HIGH"]).to_numpy()


def _graded(rows: Sequence[Criterion], numbers: dict[str, Floats], is_high: Bools) -> np.ndarray:
    """The grade of each record, -1 where it cannot be told."""
    grade = np.where(np.isnan(numbers["AVAL"]), NO_RECORD, 0)
    unknown = np.zeros(len(grade), dtype=bool)
    for row in sorted(rows, key=lambda row: row.grade):
        is_met, is_unknown = _met(row, numbers, is_high)
        unknown |= is_unknown
        grade = np.where(is_met & (grade != NO_RECORD), row.grade, grade)
    return np.where((grade == 0) & unknown, NO_RECORD, grade)


def _met(row: Criterion, numbers: dict[str, Floats], is_high: Bools) -> tuple[Bools, Bools]:
    """Where a row of the criteria holds, and where a missing value leaves that open."""
    cut = row.plus + (row.times * numbers[row.of] if row.of else np.zeros(len(is_high)))
    is_beyond, cut_known = _compared(numbers["AVAL"], row.op, cut)
    applies, on_known = _applies(row.on, numbers, is_high)
    # As AND in SQL: false where either is known to be false.
    is_unknown = ~(cut_known | (on_known & ~applies)) | ~(on_known | (cut_known & ~is_beyond))
    return is_beyond & applies, is_unknown


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
    is_near = near(value, cut)
    holds = (value > cut if op.startswith(">") else value < cut) & ~is_near
    return holds | is_near if op.endswith("=") else holds, ~np.isnan(value) & ~np.isnan(cut)

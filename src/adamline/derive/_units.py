"""Converts results to the unit of their parameter by the study's table of units, and counts those it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.derive._codes import Bools, Floats, Ints, codes_of, require, require_columns
from adamline.errors import NOWHERE, DataError
from adamline.findings import Severity, Tally, where_unused
from adamline.io.number_text import number_of
from adamline.standards.rounding import round_half_away

PARAMCD = "PARAMCD"
# A factor is decimal and so is a result: 0.29 g/L is 29 mg/dL, not 28.999999999999996. No laboratory has more digits.
_DIGITS = 14
_MOST_DECIMALS = 22
# Factors are printed with three digits or more: 88.4 and 0.0113.
_ROUNDED = 0.01

# PARAMCD, None for all; the unit reported, None where there is none; the unit wanted.
_Row = tuple[str | None, str | None, str]
_Factors = Mapping[_Row, float]


@dataclass(frozen=True)
class Conversion:
    """The kind of each record (its PARAMCD and unit), the factor of each kind, and why one has none.

    ``faults`` has for a kind the name of the check, and the sentence in which `{count}` records and the variable
    `{variable}` are filled in; ``rows`` has the rows of the table of units, and how many records each converts.
    """

    kind: Ints
    factor: Floats
    faults: Mapping[int, tuple[str, str]]
    rows: Mapping[str, int]

    def converted(self, values: Floats) -> Floats:
        """The values in the units of their parameters; missing where there is no factor."""
        factors = self.factor[self.kind]
        rows = np.flatnonzero(factors != 1.0)
        made = values.copy()
        made[rows] = _decimal(values[rows] * factors[rows])
        return made

    def tallies(self, variable: str, has_value: Bools) -> Iterator[Tally]:
        """The records that have a value and no factor, by kind."""
        count = np.bincount(self.kind[has_value], minlength=len(self.factor))
        for kind, (check, message) in self.faults.items():
            message = message.replace("{variable}", variable)
            if count[kind]:
                yield Tally(Severity.WARNING, check, message, NOWHERE, {"": int(count[kind])})
        message = "{count} rows of the table of units are used by no record: {kinds}"
        yield Tally(Severity.NOTE, "unused row", message, NOWHERE, self.rows, where_unused)


def conversion_of(frame: pd.DataFrame, *, reported: str, unit: Mapping[str, str], convert: pd.DataFrame) -> Conversion:
    """How the records are converted; DataError for a factor that is no positive number, or is given twice."""
    require(frame, PARAMCD, reported)
    table = _factors_of(convert)
    known = {*unit.values(), *(one for _, *both in table for one in both)}
    (parameter, parameters), (given, units) = codes_of(frame[PARAMCD]), codes_of(frame[reported])
    kind = (parameter + 1) * (len(units) + 1) + given + 1
    count = np.bincount(kind, minlength=(len(parameters) + 1) * (len(units) + 1))
    factor, faults, used = np.full(len(count), np.nan), {}, dict.fromkeys(table, 0)
    # A loop over the kinds of record, which are few; not over records.
    for code in map(int, np.flatnonzero(count)):
        which, of = divmod(code, len(units) + 1)
        name, has = (str(parameters[which - 1]) if which else None), (str(units[of - 1]) if of else None)
        wanted = unit.get(name) if name else None
        row = _row(name, has, wanted, table)
        if name is not None and has == wanted:
            factor[code] = 1.0  # without a unit on either side too, as for a pH
        elif row is None:
            faults[code] = _fault(name, has, wanted, known)
        else:
            factor[code] = table[row]
            used[row] += int(count[code])
    return Conversion(kind, factor, faults, {_row_text(row): records for row, records in used.items()})


def _row(name: str | None, has: str | None, wanted: str | None, table: _Factors) -> _Row | None:
    """The row of the table that converts a result, None where there is none."""
    if name is None or wanted is None:
        return None
    return next((row for row in ((name, has, wanted), (None, has, wanted)) if row in table), None)


def _row_text(row: _Row) -> str:
    name, has, wanted = row
    return f"{name + ' ' if name else ''}{has or 'no unit'} to {wanted}"


def _fault(name: str | None, has: str | None, wanted: str | None, known: set[str | None]) -> tuple[str, str]:
    """Why a result cannot be converted: the name of the check, and the sentence."""
    if name is None:
        return "no parameter", "{count} results have no PARAMCD, and so no {variable}."
    if has is None:
        return "missing unit", f"{{count}} results of {name} have no unit, and so no {{variable}} in {wanted}."
    results = f"{{count}} results of {name} in {has} have no {{variable}}"
    if wanted is None:
        return "no unit of the parameter", f"{results}: `parameters` gives {name} no unit."
    if has in known:
        return "no factor", f"{results}: the table of units has no factor to {wanted}."
    return "unknown unit", f"{results}: the table of units does not know this unit."


def _factors_of(convert: pd.DataFrame) -> _Factors:
    require_columns(convert, "from", "to", "factor")
    table = convert if PARAMCD in convert.columns else convert.assign(**{PARAMCD: None})
    table = table[[PARAMCD, "from", "to", "factor"]].astype(object)
    table = table.where(table.notna(), None)
    factors = table["factor"].map(_number)
    # Results without a unit can have a factor; but then it is said of which parameter.
    has_units = table["to"].notna() & (table["from"].notna() | table[PARAMCD].notna())
    wrong = table[~(factors > 0) | ~has_units | table.duplicated([PARAMCD, "from", "to"])]
    if len(wrong):
        found = ", ".join(f"{name}: {value}" for name, value in wrong.iloc[0].items() if value is not None)
        raise DataError(
            "A row of the table of units has no factor of its own.",
            expected="`from`, `to` and a positive number as `factor`, once for each `PARAMCD` or for all",
            found=found,
        )
    _require_inverse(table.assign(factor=factors.astype(float)))
    keys = zip(table[PARAMCD], table["from"], table["to"], strict=True)
    return dict(zip(keys, factors.astype(float), strict=True))


def _require_inverse(table: pd.DataFrame) -> None:
    """Raise DataError where a way and the way back do not give the result again, to the digits of rounded factors."""
    back = table.rename(columns={"from": "to", "to": "from", "factor": "back"})
    both = table.merge(back, on=[PARAMCD, "from", "to"])
    wrong = both[((both["factor"] * both["back"] - 1).abs() > _ROUNDED).to_numpy()]
    if len(wrong):
        row = wrong.iloc[0]
        raise DataError(
            f"The factors from {row['from']} to {row['to']} and back do not fit.",
            expected="factors whose product is 1, to the digits they are given with",
            found=f"{row['factor']:g} and {row['back']:g}",
        )


def _number(text: object) -> float:
    """The factor as a number, NaN where it is none."""
    try:
        return number_of(str(text))
    except ValueError:
        return np.nan


def _decimal(values: Floats) -> Floats:
    """The values to so many digits as decimals have that a laboratory reports."""
    with np.errstate(divide="ignore"):
        exponent = np.floor(np.log10(np.abs(np.nan_to_num(values, nan=1.0))))
    places = np.clip(_DIGITS - 1 - exponent, -_MOST_DECIMALS, _MOST_DECIMALS)
    return round_half_away(values, places)

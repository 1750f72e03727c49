"""AVAL of a laboratory result: in the unit of its parameter, also where it lies beyond a limit of quantification."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from adamline.contract import Column, New, ParameterTexts, Table, derivation
from adamline.derive._codes import Bools, Floats, codes_of, numbers_of, require
from adamline.errors import DataError, Place
from adamline.standards.rounding import round_half_away

Beyond = Literal["missing", "limit", "half"]
# A factor is decimal and so is a result: 0.29 g/L is 29 mg/dL, not 28.999999999999996.
_DECIMALS = 9


@derivation(
    define="{from_}, or {beyond} where {text} is beyond a limit of quantification; converted from {reported} to {unit} "
    "by the study's table of units"
)
def derive_result(
    frame: pd.DataFrame,
    *,
    variable: New = "AVAL",
    from_: Column = "LBSTRESN",
    text: Column = "LBSTRESC",
    reported: Column = "LBSTRESU",
    unit: ParameterTexts,
    convert: Table,
    beyond: Beyond = "missing",
) -> pd.DataFrame:
    """Result of each record as a number in the unit of its parameter.

    Parameters: ``from_`` is the number, ``text`` the result as text, ``reported`` its unit; ``unit`` is the unit of
    each PARAMCD (in a spec, the column of `parameters` that has it); ``convert`` has rows of `from`, `to` and `factor`,
    all text, by which the number is multiplied, rounded to 9 decimals. ``beyond`` says what stands for a result that
    has no number but a limit, as "<10": nothing ("missing"), the limit, or half of a lower limit ("half"; an upper
    limit, as ">200", then stands for itself).

    Returns the frame with ``variable``; missing where there is no result. Raises DataError, with counts, for units
    without a factor (missing ones too) on records that have a result, for a parameter without a unit, and for a factor
    that is no positive number or is given twice.

    >>> import pandas as pd
    >>> lb = {"PARAMCD": ["C3", "C3", "IGG"], "LBSTRESN": [0.29, None, 12.1], "LBSTRESC": ["0.29", "<0.1", "12.1"]}
    >>> units = pd.DataFrame({"from": ["g/L"], "to": ["mg/dL"], "factor": ["100"]})
    >>> made = derive_result(pd.DataFrame({**lb, "LBSTRESU": "g/L"}), unit={"C3": "mg/dL", "IGG": "g/L"}, convert=units,
    ...                      beyond="half")
    >>> made.AVAL.tolist()
    [29.0, 5.0, 12.1]
    """
    values = numbers_of(frame, from_)
    if beyond != "missing":
        limits = _limits(frame, text, halve=beyond == "half")
        values = np.where(np.isnan(values), limits, values)
    factors = _factors(frame, reported, unit, convert, ~np.isnan(values))
    return frame.assign(**{variable: np.where(factors == 1.0, values, round_half_away(values * factors, _DECIMALS))})


def _limits(frame: pd.DataFrame, text: str, *, halve: bool) -> Floats:
    """The number behind `<`, `<=`, `>` or `>=`; missing for any other text."""
    require(frame, text)
    codes, levels = codes_of(frame[text])
    parts = pd.Series(levels, dtype="str").str.extract(r"^\s*([<>])=?\s*(\d+\.?\d*|\.\d+)\s*$")
    limits = parts[1].astype(float).to_numpy() * np.where((parts[0] == "<") & halve, 0.5, 1.0)
    found: Floats = np.append(limits, np.nan)[codes]
    return found


def _factors(
    frame: pd.DataFrame, reported: str, unit: ParameterTexts, convert: pd.DataFrame, has_value: Bools
) -> Floats:
    """What each record's result is multiplied by; 1 where the units are the same or there is no result."""
    require(frame, "PARAMCD", reported)
    by_units = _table_of(convert)
    (parameter, parameters), (given, units) = codes_of(frame["PARAMCD"]), codes_of(frame[reported])
    pair = (parameter + 1) * (len(units) + 1) + given + 1
    count = np.bincount(pair[has_value], minlength=(len(parameters) + 1) * (len(units) + 1))
    factors, unknown = np.ones(len(count)), []
    # A loop over the kinds of result, which are few; not over records.
    for code in np.flatnonzero(count):
        which, of = divmod(int(code), len(units) + 1)
        name = str(parameters[which - 1]) if which else "missing"
        pair_of_units = (str(units[of - 1]) if of else "missing", unit.get(name, "missing"))
        if pair_of_units in by_units:
            factors[code] = by_units[pair_of_units]
        elif pair_of_units[0] != pair_of_units[1] or "missing" in pair_of_units:
            unknown.append(f"{name} in {pair_of_units[0]}, wanted in {pair_of_units[1]}: {count[code]} records")
    if unknown:
        raise DataError(
            "Results have a unit that cannot be converted.",
            place=Place(variable=reported),
            found="; ".join(unknown),
            hint="add a row of from, to and factor to the table of units, or give the parameter its unit",
        )
    made: Floats = factors[pair]
    return made


def _table_of(convert: pd.DataFrame) -> dict[tuple[str, str], float]:
    require(convert, "from", "to", "factor")
    factors = pd.to_numeric(convert["factor"], errors="coerce")
    wrong = convert[~(factors > 0) | np.isinf(factors) | convert.duplicated(["from", "to"])]
    if len(wrong):
        found = ", ".join(f"{name}: {value}" for name, value in wrong.iloc[0].items())
        raise DataError("A row of the table of units has no factor of its own.", expected="a number", found=found)
    return dict(zip(zip(convert["from"], convert["to"], strict=True), factors, strict=True))

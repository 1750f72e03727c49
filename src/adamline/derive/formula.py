"""FORMULA: arithmetic over numbers of a record, or over values of parameters at a visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import (
    Column,
    Columns,
    Count,
    Formula,
    New,
    ParameterCode,
    ParameterCodes,
    ParameterValuesFormula,
    Values,
    Where,
    derivation,
)
from adamline.derive._codes import NO_RECORD, Bools, Floats, Ints, numbers_of, rows_by_key
from adamline.derive._new_records import NOTHING
from adamline.derive._tallies import counted, keys_at
from adamline.derive._visits import LATEST, VISIT, numbers_at, open_visits, rows_by_visit, with_visit_records
from adamline.derive.pick import SUBJECT
from adamline.errors import NOWHERE, DerivationError
from adamline.findings import Severity, Tally
from adamline.formula.evaluate import Result, evaluate
from adamline.formula.parse import parse_formula
from adamline.formula.tree import names_of
from adamline.standards.rounding import round_half_away


def check_formula(
    frame: pd.DataFrame, *, variable: New, formula: Formula, decimals: Count | None = None, where: Where = None
) -> Iterator[Tally]:
    """Records with some of the numbers and not all, by those that are missing; records of which it is undefined."""
    tree = parse_formula(formula)
    values = {name: numbers_of(frame, name) for name in names_of(tree)}
    asked = selected(frame, where)
    is_missing = np.array([np.isnan(column) for column in values.values()])
    some = asked & is_missing.any(axis=0) & ~is_missing.all(axis=0)
    for name, missing in zip(values, is_missing, strict=True):
        message = f"{{count}} records have no {variable}, since {name} is missing"
        yield from counted(frame, some & missing, "number of a formula", message, severity=Severity.NOTE)
    for kind, rows in evaluate(tree, values).undefined.items():
        message = f"{{count}} records have no {variable}, since it would be {kind}"
        yield from counted(frame, asked & rows, "undefined", message, severity=Severity.NOTE)


@derivation(
    define="{formula}, of variables of the record (two stars are a power, ln is the natural logarithm)[, rounded to "
    "{decimals} decimals, half away from zero][, on the records where {where}, missing on all others]. Missing "
    "where a number of it is, in max and min too, where it divides by 0, takes a logarithm of a number not "
    "above 0 or a root of one below, and where it is too large.",
    check=check_formula,
)
def derive_formula(
    frame: pd.DataFrame, *, variable: New, formula: Formula, decimals: Count | None = None, where: Where = None
) -> pd.DataFrame:
    """The value of ``formula`` over numbers of the record: `WEIGHT / (HEIGHT / 100) ** 2`, `log10(AVAL)`.

    A formula has numbers, variables, + - * / ** (a power), brackets, and abs, exp, ln, log10, max, min, sqrt. A missing
    number makes it missing, in max and min too. A division by 0, a logarithm of a number not above 0, a root of one
    below, and what is too large are missing, and counted. ``decimals`` rounds half away from zero; ``where`` selects
    the records that have a value.

    Raises FormulaError for a formula that cannot be read; DataError for a variable that is unknown or no number.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"WEIGHT": [80.0, 70], "HEIGHT": [200.0, None]})
    >>> derive_formula(adsl, variable="BMI", formula="WEIGHT / (HEIGHT / 100) ** 2").BMI.tolist()
    [20.0, nan]
    """
    tree = parse_formula(formula)
    made = evaluate(tree, {name: numbers_of(frame, name) for name in names_of(tree)}).numbers
    made = np.where(selected(frame, where), _rounded(made, decimals), np.nan)
    return frame.assign(**{variable: made})


def check_formula_records(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    formula: ParameterValuesFormula,
    of: Column = "AVAL",
    decimals: Count | None = None,
    without_value: Literal["no record", "missing"] = "no record",
    where: Where = None,
    constant: ParameterCodes = (),
    constant_where: Where = None,
    constant_by: Columns = SUBJECT,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> Iterator[Tally]:
    """Visits without a record, by the parameters that are missing, or since the formula is undefined there."""
    names = names_of(parse_formula(formula))
    rows, values, result = _at_visits(frame, formula, of, _Counted(where, by, constant, constant_where, constant_by))
    is_open = np.isnan(values).any(axis=1)
    message = f"{{count}} visits have no {parameter}, without a value of {{kinds}}"
    yield from open_visits(frame, rows[is_open], names, np.isnan(values[is_open]), message)
    for kind, lost in result.undefined.items():
        message = f"{{count}} visits have no {parameter}, since it would be {kind}"
        keys = keys_at(frame, rows[lost].max(axis=1))
        yield Tally(Severity.NOTE, "undefined", message, NOWHERE, {"": int(lost.sum())}, keys=keys)


@derivation(
    define="{parameter}: a record for each {by} [without_value=no record:at which {formula} has a value][without_value="
    "missing:with a record of a parameter in {formula}], where a PARAMCD stands for {of} of the record of that "
    "parameter[, of the records where {where}].[ Of {constant} it is instead the one record with the same "
    "{constant_by}, of whatever visit.][ Such a record is one where {constant_where}.] AVAL is that value (two stars "
    "are a power, ln is the natural logarithm)[, rounded to {decimals} decimals, half away from zero]. "
    "[without_value=no record:There is no record][without_value=missing:It is missing] where a parameter has no value, "
    "and where the formula divides by 0, takes a logarithm of a number not above 0 or a root of one below, or is too "
    "large.[ {latest} are each the latest of those records.] A second record of a parameter for one {by} is an error.[ "
    "It has {set_}.]",
    needs=("PARAMCD", "AVAL"),
    makes=("PARAMCD", "AVAL", "by", "latest"),
    check=check_formula_records,
)
def add_formula(
    frame: pd.DataFrame,
    *,
    parameter: ParameterCode,
    formula: ParameterValuesFormula,
    of: Column = "AVAL",
    decimals: Count | None = None,
    without_value: Literal["no record", "missing"] = "no record",
    where: Where = None,
    constant: ParameterCodes = (),
    constant_where: Where = None,
    constant_by: Columns = SUBJECT,
    by: Columns = VISIT,
    latest: Columns = LATEST,
    set_: Values = NOTHING,
) -> pd.DataFrame:
    """The frame, and after it a record of ``parameter`` for each visit at which ``formula`` has a value, as its AVAL.

    In the formula (see `derive_formula`) a PARAMCD stands for the value of ``of`` on that parameter's record of the
    visit: `(SYSBP + 2 * DIABP) / 3`, `GLUC * INSULIN / 22.5`. A parameter that was added before may stand in it. One of
    ``constant`` stands for the value on the one record of it that the subject has, at whatever visit: the body mass
    index at every visit has the HEIGHT of screening.

    Parameters: ``where`` selects the records that count; ``by`` makes a visit; ``latest`` are variables of which the
    new record has the latest value among the visit's parameters; ``set_`` are constants of the new records. Of the
    parameters of ``constant`` those records count that ``constant_where`` selects, and ``constant_by`` says whose they
    are.

    A visit of which a parameter has no value, or where the formula is undefined, is counted, and has no record, or with
    ``without_value`` "missing" one with AVAL missing: a dose intensity where nothing was planned. Raises
    DerivationError for two counted records of a parameter at a visit, for two of a constant one, for constants alone,
    and for a `constant_by` that is not in ``by``; FormulaError for a formula that cannot be read; DataError for an
    unknown variable.

    >>> import pandas as pd
    >>> advs = pd.DataFrame({"USUBJID": "01", "PARAMCD": ["SYSBP", "DIABP"], "AVAL": [120.0, 75]})
    >>> add_formula(advs, parameter="MAP", formula="(SYSBP + 2 * DIABP) / 3", by=["USUBJID"], latest=[]).iloc[2:]
      USUBJID PARAMCD  AVAL
    2      01     MAP  90.0
    """
    rows, _, result = _at_visits(frame, formula, of, _Counted(where, by, constant, constant_where, constant_by))
    known: Bools = ~np.isnan(result.numbers) | (without_value == "missing")
    values = {"AVAL": _rounded(result.numbers[known], decimals)}
    return with_visit_records(frame, rows[known], values, parameter=parameter, by=by, latest=latest, set_=set_)


@dataclass(frozen=True)
class _Counted:
    """Which records count: those of a visit, and those that are constant over visits."""

    where: str | None
    by: Columns
    constant: ParameterCodes
    constant_where: str | None
    constant_by: Columns


def _at_visits(frame: pd.DataFrame, formula: str, of: str, counted: _Counted) -> tuple[Ints, Floats, Result]:
    """The rows of the visit's parameters; the values of all at each visit, and the formula over them."""
    tree = parse_formula(formula)
    names, constant = names_of(tree), list(counted.constant)
    _require_one_meaning(counted, names)
    own = [name for name in names if name not in constant]
    rows = rows_by_visit(frame, own, by=counted.by, where=counted.where)
    values = dict(zip(own, numbers_at(frame, of, rows).T, strict=True))
    if constant:
        values |= dict(zip(constant, _constants(frame, of, rows.max(axis=1), counted), strict=True))
    return rows, np.column_stack([values[name] for name in names]), evaluate(tree, values)


def _constants(frame: pd.DataFrame, of: str, visits: Ints, counted: _Counted) -> Iterator[Floats]:
    """Of each constant parameter its value for each visit, a row of which stands in ``visits``."""
    try:
        rows = rows_by_visit(frame, counted.constant, by=counted.constant_by, where=counted.constant_where)
    except DerivationError as error:
        hint = "select one record of each by `constant_where`, as that of a visit or with a flag"
        raise DerivationError(error.what, place=error.place, expected=error.expected, hint=hint) from None
    visit = frame.loc[:, list(counted.constant_by)].iloc[visits]
    for of_parameter in rows.T:
        known = of_parameter[of_parameter != NO_RECORD]
        yield numbers_at(frame, of, rows_by_key(visit, frame, known, counted.constant_by))


def _require_one_meaning(counted: _Counted, names: Sequence[str]) -> None:
    """Raise DerivationError for arguments of constants that say nothing, or not one thing for each visit."""
    if not counted.constant:
        if counted.constant_where is not None or tuple(counted.constant_by) != SUBJECT:
            what = "`constant_where` and `constant_by` say nothing without `constant`."
            raise DerivationError(what, expected="`constant`, the parameters of the formula that are so at every visit")
        return
    strange = [name for name in counted.constant if name not in names]
    if strange:
        raise DerivationError(f"{strange[0]} is `constant` and not in the formula.", expected=", ".join(names))
    if set(names) <= set(counted.constant):
        raise DerivationError("All parameters of the formula are `constant`.", expected="one of the visit at least")
    other = [name for name in counted.constant_by if name not in counted.by]
    if other:  # the records of a visit may differ in it
        what = f"{other[0]} is in `constant_by` and not in `by`, and a visit may have several."
        raise DerivationError(what, expected=", ".join(counted.by), hint="add it to `by`, or leave it out")


def _rounded(values: Floats, decimals: Count | None) -> Floats:
    return values if decimals is None else round_half_away(values, decimals)

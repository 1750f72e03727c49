"""Read a model formula as the response and the effects that it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adamline.errors import DataError

if TYPE_CHECKING:
    from formulaic.parser.types import Term

_ONE_RESPONSE = "response ~ effects, each a column or columns joined by : or *"
# What the parser puts around the place of a fault, for a terminal.
_MARKS = re.compile("\x1b\\[[0-9;]*m|[⧛⧚]")


def read_formula(formula: str) -> tuple[str, list[str]]:
    """The response of a formula such as ``CHG ~ BASE + ARM * AVISIT``, and its effects as `build_design` takes them.

    ``:`` joins columns to an effect, ``A * B`` is ``A + B + A:B`` and ``(A + B + C)**2`` all pairs, as in R; SAS writes
    the first as ``A*B`` and the second as ``A|B``. Backquotes hold names that are no words. The intercept is always in
    the model. Nothing is computed in a formula: DataError for functions and numbers, for a model without an intercept,
    for anything but one response, and for what cannot be parsed.

    >>> read_formula("CHG ~ BASE + ARM * AVISIT")
    ('CHG', ['BASE', 'ARM', 'AVISIT', 'ARM*AVISIT'])
    """
    if not isinstance(formula, str) or "~" not in formula:
        raise DataError("A model needs its effects.", found=repr(formula), expected=f"effects, or {_ONE_RESPONSE}")
    # Takes a third of a second, which those who name effects are spared.
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    try:
        parsed = Formula(formula, _ordering="none")
    except FormulaicError as error:
        message = _MARKS.sub("", str(error)).strip().splitlines()[0]
        raise DataError(
            "The formula cannot be read.",
            found=f"{formula}: {message}",
            expected=_ONE_RESPONSE,
            hint="names with spaces stand in backquotes",
        ) from error
    sides = [getattr(parsed, side, ()) for side in ("lhs", "rhs")]
    if any(isinstance(side, tuple) for side in sides) or len(sides[0]) != 1:
        raise DataError("A formula needs one response and one set of effects.", found=formula, expected=_ONE_RESPONSE)
    (response,), effects = ([_columns(formula, term) for term in side] for side in sides)
    if len(response) != 1:
        raise DataError("A formula needs one column as its response.", found=formula, expected=_ONE_RESPONSE)
    if [] not in effects:
        raise DataError("The model always has an intercept.", found=formula, hint="leave out 0 and -1")
    return response[0], ["*".join(effect) for effect in effects if effect]


def _columns(formula: str, term: Term) -> list[str]:
    """The columns of a term, none of the intercept."""
    if [factor.expr for factor in term.factors] == ["1"]:
        return []
    for factor in term.factors:
        if factor.eval_method.value != "lookup" or "*" in factor.expr:
            raise DataError(
                "A formula takes columns of the frame alone.",
                found=factor.expr,
                expected=_ONE_RESPONSE,
                hint="make the column before; name class variables in classes, subject and visit by their arguments",
            )
    return [factor.expr for factor in term.factors]

"""Works out a formula for many records at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from adamline.formula.tree import Formula, Function, Name, Negative, Number, Operation

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ZERO = "a division by 0"
LOGARITHM = "the logarithm of a number that is not above 0"
ROOT = "the root of a number below 0"
POWER = "a power that is no number"
TOO_LARGE = "a number that is too large"
_FUNCTIONS: Mapping[str, Callable[..., Floats]] = {
    "abs": np.abs,
    "exp": np.exp,
    "ln": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
}


@dataclass(frozen=True)
class Result:
    """The value of each record, NaN where there is none; and by kind the records whose value is undefined."""

    numbers: Floats
    undefined: Mapping[str, Bools] = field(default_factory=dict)


def evaluate(formula: Formula, values: Mapping[str, Floats]) -> Result:
    """The value of a formula for each record, of which ``values`` has a column a name.

    Missing in gives missing out, in `min` and `max` too. What is not defined (a division by 0, a logarithm, root or
    power that is no number, a number too large) is missing as well, and told by kind.

    >>> from adamline.formula.parse import parse_formula
    >>> made = evaluate(parse_formula("A / B"), {"A": np.array([6.0, 1, np.nan]), "B": np.array([2.0, 0, 1])})
    >>> made.numbers.tolist(), {kind: rows.tolist() for kind, rows in made.undefined.items()}
    ([3.0, nan, nan], {'a division by 0': [False, True, False]})
    """
    size = len(next(iter(values.values()))) if values else 0
    undefined: dict[str, Bools] = {}
    with np.errstate(all="ignore"):
        made = _value(formula, values, size, undefined)
    return Result(np.array(np.broadcast_to(made, size)), {kind: rows for kind, rows in undefined.items() if rows.any()})


def _value(formula: Formula, values: Mapping[str, Floats], size: int, undefined: dict[str, Bools]) -> Floats:
    match formula:
        case Number(value):
            return np.full(size, value)
        case Name(name):
            return values[name]
        case Negative(part):
            return -_value(part, values, size, undefined)
        case Operation(operator, left, right):
            first, second = (_value(part, values, size, undefined) for part in (left, right))
            return _operation(operator, first, second, undefined)
        case Function(name, arguments):
            return _function(name, [_value(part, values, size, undefined) for part in arguments], undefined)


def _operation(operator: str, left: Floats, right: Floats, undefined: dict[str, Bools]) -> Floats:
    known = ~np.isnan(left) & ~np.isnan(right)
    if operator == "/":
        return _defined(left / right, known & (right == 0), ZERO, known, undefined)
    if operator == "**":
        # 1 ** NaN and NaN ** 0 are 1 to NumPy.
        made = np.where(known, left**right, np.nan)
        is_zero = known & (left == 0) & (right < 0)
        is_none = known & np.isnan(made) & ~is_zero
        return _defined(_defined(made, is_zero, ZERO, known, undefined), is_none, POWER, known, undefined)
    made = left + right if operator == "+" else left - right if operator == "-" else left * right
    return _defined(made, np.zeros(len(made), dtype=bool), ZERO, known, undefined)


def _function(name: str, parts: list[Floats], undefined: dict[str, Bools]) -> Floats:
    if name in ("min", "max"):
        made: Floats = np.minimum.reduce(parts) if name == "min" else np.maximum.reduce(parts)  # NaN of NaN
        return made
    (part,) = parts
    known = ~np.isnan(part)
    is_log = name in ("ln", "log10")
    wrong = known & ((part <= 0) if is_log else (part < 0) if name == "sqrt" else np.zeros(len(part), dtype=bool))
    return _defined(_FUNCTIONS[name](part), wrong, LOGARITHM if is_log else ROOT, known, undefined)


def _defined(made: Floats, wrong: Bools, kind: str, known: Bools, undefined: dict[str, Bools]) -> Floats:
    """The values without those that are wrong, or too large, which are noted by kind."""
    too_large = np.isinf(made) & known & ~wrong
    for name, rows in ((kind, wrong), (TOO_LARGE, too_large)):
        if rows.any():
            undefined[name] = undefined.get(name, np.zeros(len(made), dtype=bool)) | rows
    return np.where(wrong | too_large, np.nan, made)

"""ROUNDING: one side holds the other's values rounded or cut to a number of digits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from adamline.io.dataset import Kind
from adamline.plurals import counted
from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.pairs import ValuePairs, Values
from adamline.qc.causes.rule import Rule, swapped
from adamline.qc.model import Bools, Floats

# Two doubles this close, relative to their size, are one number computed in two ways.
_NOISE = 1e-12
_DECIMALS = range(10, -1, -1)
_SIGNIFICANT = range(8, 0, -1)
_TENS = {-1: "tens", -2: "hundreds", -3: "thousands"}
_LEAST_PAIRS = 2

_Units = Callable[[Floats], Floats]


def rounding_rules(pairs: ValuePairs) -> list[Rule]:
    """Rules for numbers, and text that spells numbers, the most specific first; none for others.

    A value is rounded when it is a multiple of the unit and the other lies within half a unit, whichever way ties go;
    it is cut (truncated) when the other lies within a unit, away from zero. Differences of floating-point noise come
    first.

    >>> from adamline.qc.causes.pairs import pairs_of
    >>> pairs = pairs_of([1.25, 1.27, 1.29], [1.2, 1.3, 1.2])
    >>> held = {rule.text: rule.holds(pairs).tolist() for rule in rounding_rules(pairs)}
    >>> held["rounding to 1 decimal in compare"], held["truncation to 1 decimal in compare"]
    ([True, True, False], [True, False, True])
    """
    if pairs.variable.kind not in (Kind.NUMBER, Kind.TEXT, Kind.TIME):
        return []
    if np.isnan(pairs.base.numbers + pairs.compare.numbers).all():
        return []  # text that spells no number
    steps: list[tuple[str, _Units]] = [(_decimals(places), _fixed(10.0**-places)) for places in _DECIMALS]
    steps += [(counted(digits, "significant digit"), _relative(digits)) for digits in _SIGNIFICANT]
    steps += [(words, _fixed(10.0**-places)) for places, words in _TENS.items()]
    noise = Rule(CauseKind.ROUNDING, "floating-point noise", _is_noise, least_pairs=_LEAST_PAIRS)
    return [noise] + [
        Rule(
            CauseKind.ROUNDING,
            f"{verb} to {words} in {side}",
            _holds(units, verb, side),
            least_pairs=_LEAST_PAIRS,
            changes=_changes(units),
        )
        for verb in ("rounding", "truncation")
        for words, units in steps
        for side in ("compare", "base")
    ]


def _decimals(places: int) -> str:
    return counted(places, "decimal") if places else "whole numbers"


def _fixed(unit: float) -> _Units:
    return lambda values: np.full(len(values), unit)


def _relative(digits: int) -> _Units:
    def units(values: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return 10.0 ** (np.floor(np.log10(np.abs(values))) - (digits - 1))

    return units


def _holds(units: _Units, verb: str, side: str) -> Callable[[ValuePairs], Bools]:
    is_cut = verb == "truncation"

    def holds(pairs: ValuePairs) -> Bools:
        given = pairs if side == "compare" else swapped(pairs)
        exact, rounded = given.base.numbers, given.compare.numbers
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            scale = 1 / units(exact)
            steps, target = exact * scale, rounded * scale
            slack = np.abs(steps) * _NOISE
            is_multiple = np.abs(target - np.rint(target)) <= slack
            near: Bools = np.abs(target - steps) <= 0.5 + slack
            if is_cut:
                # What a program cuts is the product in doubles: 0.57 * 100 is 56.99999999999999, and becomes 0.56.
                near = (np.abs(target - np.trunc(steps)) <= slack) | _is_noise(pairs)
        return is_multiple & near

    return holds


def _changes(units: _Units) -> Callable[[Values], Bools]:
    def changes(values: Values) -> Bools:
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            steps = values.numbers / units(values.numbers)
            found: Bools = np.abs(steps - np.rint(steps)) > np.abs(steps) * _NOISE
        return found

    return changes


def _is_noise(pairs: ValuePairs) -> Bools:
    x, y = pairs.base.numbers, pairs.compare.numbers
    with np.errstate(invalid="ignore", over="ignore"):
        found: Bools = (x != y) & (np.abs(x - y) <= _NOISE * np.maximum(np.abs(x), np.abs(y)))
    return found

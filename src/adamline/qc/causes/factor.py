"""FACTOR: the values of one side are those of the other times a constant, such as a factor between units."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from adamline.qc.causes.cause import CauseKind
from adamline.qc.causes.pairs import ValuePairs, Values
from adamline.qc.causes.rule import Rule, swapped
from adamline.qc.model import Bools, Floats

# Factors between units: of length, mass, volume, pressure, energy and time, and from conventional to SI units of the
# usual laboratory tests (glucose 0.0555 or 18.02, creatinine 88.4, cholesterol 0.02586 or 38.67, triglycerides 0.01129
# or 88.57, bilirubin 17.1, urea nitrogen 0.357, uric acid 59.48, calcium 0.2495, iron 0.179, haemoglobin 0.6206, ...).
UNIT_FACTORS = (
    *(2.54, 30.48, 0.3048, 0.0254, 39.37, 3.281, 91.44, 1.609, 1.609344),
    *(0.4536, 0.45359237, 2.2046, 2.20462262, 2.205, 2.2, 28.35, 28.349523, 29.57, 29.5735, 3.785, 3.78541),
    *(7.5006, 0.133322, 133.322, 4.184, 4.1868, 60.0, 3600.0, 24.0, 1440.0, 86400.0, 7.0, 12.0, 365.25, 365.0, 30.4375),
    *(
        0.0555,
        0.05551,
        18.02,
        18.0,
        18.016,
        18.0182,
        0.0556,
        88.4,
        88.42,
        0.01131,
        0.0113,
        0.02586,
        0.0259,
        38.67,
        38.61,
    ),
    *(0.01129, 0.0113, 88.57, 88.5, 17.1, 17.104, 0.05847, 0.0585, 0.357, 0.3571, 2.8, 2.801, 0.1665, 6.006, 0.166),
    *(
        59.48,
        0.0168,
        0.01681,
        0.2495,
        0.25,
        0.5,
        4.0,
        4.008,
        0.179,
        0.1791,
        5.587,
        5.58,
        0.6206,
        0.62058,
        1.611,
        1.6114,
    ),
    *(0.3229, 3.097, 3.1, 0.4114, 0.411, 2.431, 2.43, 12.87, 12.871, 0.0777, 2.496, 2.266, 0.4413, 76.25, 0.0131),
    *(27.59, 0.0362, 1.536, 0.651, 6.945, 0.144, 16.67, 0.05998, 0.06, 0.01667, 0.016667, 2.0, 0.2, 5.0),
)
_EXACT = 1e-9
# A product may itself have been rounded, but not so coarsely that factors cannot be told apart.
_COARSEST = 0.01
_LEAST_PAIRS = 3
# A factor that no unit explains must hold for more values.
_LEAST_PAIRS_UNKNOWN = 5
_MOST_UNKNOWN = 3


def factor_rules(pairs: ValuePairs) -> list[Rule]:
    """Rules for numbers, and text that spells numbers; none for others.

    Tried are powers of ten, `UNIT_FACTORS` and their reciprocals, and any other ratio that many of the pairs have. A
    factor holds where the ratio is exact to 1e-9, or where the side with the product is rounded to the decimals
    that its values have, and that explains the rest. Zeros say nothing.

    >>> from adamline.qc.causes.pairs import pairs_of
    >>> pairs = pairs_of([0.9, 1.2, 0.7], [79.6, 106.1, 61.9])
    >>> [rule.text for rule in factor_rules(pairs) if rule.holds(pairs).all()][0]
    'factor 88.4, rounded'
    """
    if not pairs.is_number:
        return []
    ratios = _ratios(pairs)
    known = ratios[np.isfinite(ratios) & (ratios != 0)]
    in_order = np.sort(known)
    exact = [
        Rule(CauseKind.FACTOR, _words(factor), _holds_exactly(factor), least_pairs=_LEAST_PAIRS, changes=_is_nonzero)
        for factor in _near(in_order, _EXACT)
    ]
    rounded = [
        Rule(
            CauseKind.FACTOR,
            f"{_words(factor)}, rounded",
            _holds_rounded(factor, pairs),
            least_pairs=_LEAST_PAIRS,
            changes=_is_nonzero,
        )
        for factor in _near(in_order, _COARSEST)
    ]
    unknown = [
        Rule(
            CauseKind.FACTOR,
            f"constant ratio {ratio:.6g}",
            _holds_exactly(ratio),
            least_pairs=_LEAST_PAIRS_UNKNOWN,
            changes=_is_nonzero,
        )
        for ratio in _frequent(known)
    ]
    return exact + rounded + unknown


def _near(in_order: Floats, reach: float) -> list[float]:
    """The factors that have enough ratios near to them."""
    factors = np.array(_candidates())
    # Twice the reach, so that rounding leaves none out: for most factors no ratio is then looked at.
    starts, stops = np.searchsorted(in_order, np.stack([factors * (1 - 2 * reach), factors * (1 + 2 * reach)]))
    return [
        float(factors[place])
        for place in np.flatnonzero(stops - starts >= _LEAST_PAIRS)
        if np.count_nonzero(np.abs(in_order[starts[place] : stops[place]] / factors[place] - 1) <= reach)
        >= _LEAST_PAIRS
    ]


@cache
def _candidates() -> tuple[float, ...]:
    powers = [10.0**power for power in range(-9, 10) if power]
    return tuple(dict.fromkeys([*powers, *UNIT_FACTORS, *(1 / factor for factor in UNIT_FACTORS)]))


def _words(factor: float) -> str:
    if factor >= 1 or factor in UNIT_FACTORS or factor in (0.1, 0.01, 0.001):
        return f"factor {factor:g}"
    return f"factor 1/{1 / factor:g}"


def _ratios(pairs: ValuePairs) -> Floats:
    """Compare over base, NaN where either is zero or missing."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(pairs.base.numbers == 0, np.nan, pairs.compare.numbers / pairs.base.numbers)


def _frequent(ratios: Floats) -> list[float]:
    """Ratios that several different pairs share, the most frequent first."""
    if not len(ratios):
        return []
    with np.errstate(divide="ignore"):
        scale = 10.0 ** np.floor(np.log10(np.abs(ratios)))
    _, first, counts = np.unique(np.round(ratios / scale, 8) * scale, return_index=True, return_counts=True)
    often = np.argsort(-counts, kind="stable")[:_MOST_UNKNOWN]
    return [float(ratios[first[place]]) for place in often if counts[place] >= _LEAST_PAIRS_UNKNOWN]


def _holds_exactly(factor: float) -> Callable[[ValuePairs], Bools]:
    def holds(pairs: ValuePairs) -> Bools:
        with np.errstate(over="ignore"):
            found: Bools = np.abs(_ratios(pairs) / factor - 1) <= _EXACT
        return found

    return holds


def _holds_rounded(factor: float, sample: ValuePairs) -> Callable[[ValuePairs], Bools]:
    halves = _half_unit(sample.compare.numbers), _half_unit(sample.base.numbers)

    def holds(pairs: ValuePairs) -> Bools:
        return _is_rounded(pairs, factor, halves[0]) | _is_rounded(swapped(pairs), 1 / factor, halves[1])

    return holds


def _is_rounded(pairs: ValuePairs, factor: float, half_unit: float) -> Bools:
    product = pairs.base.numbers * factor
    with np.errstate(invalid="ignore"):
        allowed = np.minimum(half_unit, _COARSEST * np.abs(product)) + _EXACT * np.abs(product)
        found: Bools = (np.abs(pairs.compare.numbers - product) <= allowed) & (product != 0)
    return found


def _half_unit(values: Floats) -> float:
    """Half of the last decimal place that the values use, 0 where they are not rounded."""
    known = values[np.isfinite(values)]
    for places in range(7):
        scaled = known * 10.0**places
        if bool((np.abs(scaled - np.rint(scaled)) <= np.abs(scaled) * 1e-12).all()):
            return 0.5 * 10.0**-places
    return 0.0


def _is_nonzero(values: Values) -> Bools:
    """The numbers that a factor changes."""
    found: Bools = ~np.isnan(values.numbers) & (values.numbers != 0)
    return found

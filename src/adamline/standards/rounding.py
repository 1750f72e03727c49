"""Round and display numbers as SAS does: half away from zero, with the fuzz of SAS for computed values."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import DataError

Floats = npt.NDArray[np.float64]

# A value this close below a tie, relative to its size in rounding units, is the tie: a sum or a mean that is 12.5 in
# decimal may come out some units of the last binary place lower. 1e-14 is 45 to 90 of them; SAS does not forgive
# 1.8e-10 at 137.5 units, which is 1.3e-12.
_FUZZ = 1e-14
# Nor does SAS forgive 3.8e-6 of a unit at 3e10 units (32768.0156255 at 6 decimals is 32768.015625), whose 1.2e-16 the
# relative fuzz alone would: the last bit of a number that large is more than a tie may lack.
_LARGEST_FUZZ = 2e-6
# From here on a double has no fraction, so there is nothing to round.
_WHOLE = 2.0**52
# Powers of ten up to 1e22 are exact in binary.
_MOST_DECIMALS = 22
_POWERS = np.array([float(f"1e{power}") for power in range(_MOST_DECIMALS + 1)])
# By decimals from 22 before the point to 22 after it: the units that SAS divides by, 10**-d as doubles.
_UNITS = np.array([float(f"1e{-place}") for place in range(-_MOST_DECIMALS, _MOST_DECIMALS + 1)])


def round_half_away(values: npt.ArrayLike, decimals: npt.ArrayLike) -> Floats:
    """Values rounded to decimals, half away from zero, as ``ROUND(x, 10**-d)`` of SAS.

    ``decimals`` is one whole number or one for each value; negative ones round to tens, hundreds. A value within
    about 1e-14 (relative, in rounding units; at most 2e-6 of a unit) of a tie is the tie. NaN stays NaN, infinity
    stays, zero has no sign. The result is the double nearest to the decimal number. DataError when decimals are not
    whole or beyond 22.

    >>> round_half_away([0.125, -2.675, 1.2345, 2.5], [2, 2, 3, 0]).tolist()
    [0.13, -2.68, 1.235, 3.0]
    """
    numbers = np.asarray(values, dtype=np.float64)
    places = _whole_decimals(decimals)
    powers = _POWERS[np.abs(places)]
    with np.errstate(over="ignore"):
        scaled = numbers / _UNITS[places + _MOST_DECIMALS]
    whole = _round_to_integer(scaled)
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.where(places >= 0, whole / powers, whole * powers)
    return np.where(np.abs(scaled) < _WHOLE, rounded, numbers) + 0.0


def sas_round(values: npt.ArrayLike, unit: float = 1.0) -> Floats:
    """Values rounded to the nearest multiple of ``unit``, ties away from zero, as ROUND(x, unit) of SAS.

    As in SAS, the result for a unit whose reciprocal is a whole number (0.1, 0.25) is taken through the reciprocal, so
    that it is the double nearest to the decimal number. Missing values and the fuzz are those of `round_half_away`.
    DataError when the unit is not positive.

    >>> sas_round([1.375, 7.4, -0.05], 0.25).tolist()
    [1.5, 7.5, 0.0]
    """
    if not (np.isfinite(unit) and unit > 0):
        raise DataError("A rounding unit must be a positive number.", found=repr(unit))
    numbers = np.asarray(values, dtype=np.float64)
    reciprocal = float(np.rint(1.0 / unit))
    by_reciprocal = reciprocal > 1.0 and abs(reciprocal * unit - 1.0) <= _FUZZ
    with np.errstate(over="ignore"):
        scaled = numbers / unit
    whole = _round_to_integer(scaled)
    rounded = whole / reciprocal if by_reciprocal else whole * unit
    return np.where(np.abs(scaled) < _WHOLE, rounded, numbers) + 0.0


def format_number(values: npt.ArrayLike, decimals: npt.ArrayLike, missing: str = "") -> npt.NDArray[np.object_]:
    """The text of values with that many decimals, rounded as SAS does for a w.d format; an array of ``str``.

    ``decimals`` is one whole number from 0 to 15, or one for each value. NaN gives ``missing``; a negative number
    that rounds to zero has no sign. DataError for infinite values and for decimals outside that range.

    >>> format_number([0.125, -0.004, 1234.5, float("nan")], [2, 2, 0, 1], missing="NA").tolist()
    ['0.13', '0.00', '1235', 'NA']
    """
    numbers, places = np.broadcast_arrays(np.asarray(values, dtype=np.float64), _whole_decimals(decimals))
    if np.isinf(numbers).any():
        raise DataError("An infinite number cannot be displayed.", hint="look for a division by zero")
    if places.size and (places.min() < 0 or places.max() > 15):
        raise DataError(
            "Decimals are outside the displayed range.", expected="0 to 15", found=f"{places.min()} to {places.max()}"
        )
    text = np.full(numbers.shape, missing, dtype=object)
    present = ~np.isnan(numbers)
    for place in np.unique(places[present]).tolist():
        chosen = present & (places == place)
        text[chosen] = _fixed(numbers[chosen], place)
    return text


def format_shortest(values: npt.ArrayLike, missing: str = "", digits: int | None = None) -> npt.NDArray[np.object_]:
    """The shortest text that reads back as each value, never with an exponent; an array of ``str``.

    NaN gives ``missing``; zero has no sign. With ``digits`` it has no more significant digits, for people: 15 are those
    that all doubles keep, so that what a transport file makes of 0.4 is 0.4. DataError for infinite values.

    >>> format_shortest([31.0, 0.1, -2.50, 1e-7, float("nan")]).tolist()
    ['31', '0.1', '-2.5', '0.0000001', '']
    >>> format_shortest([0.39999999999999997, 123456.789], digits=15).tolist()
    ['0.4', '123456.789']
    """
    numbers = np.asarray(values, dtype=np.float64) + 0.0
    if np.isinf(numbers).any():
        raise DataError("An infinite number cannot be displayed.", hint="look for a division by zero")
    distinct, codes = np.unique(numbers, return_inverse=True)
    form = partial(np.format_float_positional, precision=digits, fractional=digits is None, trim="-")
    texts = [missing if np.isnan(number) else form(number) for number in distinct]
    return np.array(texts, dtype=object)[codes]


def _whole_decimals(decimals: npt.ArrayLike) -> npt.NDArray[np.int64]:
    given = np.asarray(decimals, dtype=np.float64)
    if not (np.isfinite(given).all() and (given == np.rint(given)).all() and (np.abs(given) <= _MOST_DECIMALS).all()):
        raise DataError("Decimals must be whole numbers from -22 to 22.", found=str(decimals)[:80])
    return given.astype(np.int64)


def _round_to_integer(scaled: Floats) -> Floats:
    """Half away from zero with the fuzz; the fraction is exact, so only the fuzz decides what a tie is."""
    size = np.abs(scaled)
    with np.errstate(invalid="ignore"):
        below = np.floor(size)
        fraction = size - below
        up = fraction >= 0.5 - np.minimum(size * _FUZZ, _LARGEST_FUZZ)
    rounded: Floats = np.copysign(below + up, scaled)
    return rounded


def _fixed(numbers: Floats, places: int) -> npt.NDArray[np.object_]:
    """Texts of finite numbers, all with the same number of decimals, put together from whole numbers."""
    power = 10**places
    with np.errstate(over="ignore"):
        scaled = numbers / _UNITS[places + _MOST_DECIMALS]
    large = np.abs(scaled) >= _WHOLE
    units = _round_to_integer(np.where(large, 0.0, scaled)).astype(np.int64)
    size = np.abs(units)
    sign = pc.if_else(pa.array(units < 0), pa.scalar("-"), pa.scalar(""))
    parts = [sign, pa.array(size // power).cast(pa.string())]
    if places:
        parts += [pa.scalar("."), pc.utf8_lpad(pa.array(size % power).cast(pa.string()), places, "0")]
    joined = pc.binary_join_element_wise(*parts, pa.scalar(""))
    text: npt.NDArray[np.object_] = joined.to_numpy(zero_copy_only=False)
    if large.any():
        text[large] = [_fixed_by_decimal(number, places) for number in numbers[large].tolist()]
    return text


def _fixed_by_decimal(number: float, places: int) -> str:
    """The text of a number of sixteen digits or more, from the shortest decimal that reads back as it."""
    with localcontext(prec=400, rounding=ROUND_HALF_UP):
        return f"{Decimal(repr(number)):.{places}f}"

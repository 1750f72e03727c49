"""IBM numbers against exact arithmetic on fractions, which shares no code with the product."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.io.ibm import (
    SPECIAL_MISSINGS,
    bytes_of,
    from_ibm,
    loses_bits,
    overflows,
    to_ibm,
    underflows,
    words_of,
)


def slow_ibm(value: float) -> int:
    """The IBM number by fractions: sign, exponent base 16 excess 64, 56-bit fraction."""
    exact = abs(Fraction(value))
    if exact == 0:
        return 0
    exponent = 0
    while exact >= 1:
        exact /= 16
        exponent += 1
    while exact < Fraction(1, 16):
        exact *= 16
        exponent -= 1
    fraction = exact * 2**56
    assert fraction.denominator == 1, "53 bits always fit 56"
    return (1 << 63 if value < 0 else 0) | (exponent + 64) << 56 | int(fraction)


def slow_ieee(word: int) -> float:
    """The double nearest to an IBM number, by fractions (Python rounds a fraction to even)."""
    exact = Fraction(word & (1 << 56) - 1, 2**56) * Fraction(16) ** ((word >> 56 & 0x7F) - 64)
    return float(-exact if word >> 63 else exact)


IN_RANGE = st.floats(min_value=16.0**-65, max_value=math.nextafter(16.0**63, 0))
VALUES = st.one_of(IN_RANGE, IN_RANGE.map(lambda x: -x), st.just(0.0), st.integers(-(2**53), 2**53).map(float))


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=30))
def test_to_ibm_is_exact(values: list[float]) -> None:
    assert to_ibm(np.array(values)).tolist() == [slow_ibm(value) for value in values]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1).filter(lambda w: w & (1 << 56) - 1 > 0), min_size=1, max_size=30))
def test_from_ibm_is_the_nearest_double_for_any_bits_even_unnormalised(words: list[int]) -> None:
    values, missing = from_ibm(np.array(words, dtype=np.uint64))
    assert missing is None
    assert values.tolist() == [slow_ieee(word) for word in words]


def test_200_000_random_doubles_come_back_bit_for_bit() -> None:
    bits = np.random.default_rng(20120404).integers(0, 2**64, 1_000_000, dtype=np.uint64)
    values = bits.view(np.float64)
    with np.errstate(invalid="ignore"):
        values = values[~np.isnan(values) & ~overflows(values) & ~underflows(values)][:200_000]
    assert len(values) == 200_000
    again, missing = from_ibm(to_ibm(values))
    assert missing is None
    assert (again.view(np.uint64) == values.view(np.uint64)).all()


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (1.0, 0x4110000000000000),
        (-118.625, 0xC276A00000000000),
        (0.0, 0),
        (-0.0, 0),
        (16.0**-65, 0x0010000000000000),
        (math.nextafter(16.0**63, 0), 0x7FFFFFFFFFFFFFF8),
        (float(2**53), 0x4E20000000000000),
        (math.nan, 0x2E00000000000000),
    ],
)
def test_known_patterns(value: float, word: int) -> None:
    assert f"{to_ibm(np.array([value]))[0]:016x}" == f"{word:016x}"


def test_the_range_ends_where_the_format_ends() -> None:
    edge = 16.0**63
    values = np.array([edge, -edge, math.inf, -math.inf, math.nextafter(edge, 0), 1e75, math.nan])
    assert overflows(values).tolist() == [True, True, True, True, False, False, False]
    small = 16.0**-65
    values = np.array([math.nextafter(small, 0), 5e-324, 1e-80, small, 0.0, -0.0, math.nan])
    assert underflows(values).tolist() == [True, True, True, False, False, False, False]
    assert to_ibm(values[:3]).tolist() == [0, 0, 0]


def test_28_missing_values() -> None:
    codes = np.arange(-1, 27, dtype=np.int8)
    words = to_ibm(np.full(28, math.nan), codes)
    assert [chr(int(word) >> 56) for word in words] == [".", *SPECIAL_MISSINGS]
    assert all(int(word) & (1 << 56) - 1 == 0 for word in words)
    values, missing = from_ibm(words)
    assert np.isnan(values).all()
    assert missing is not None
    assert missing.tolist() == codes.tolist()


def test_ordinary_missings_alone_give_no_codes() -> None:
    assert from_ibm(to_ibm(np.array([math.nan, 1.0])))[1] is None


@pytest.mark.parametrize("length", range(2, 9))
def test_shorter_numbers_are_cut_on_the_right(length: int) -> None:
    values = np.array([0.1, -2.5, 1234567.0, math.nan])
    stored = bytes_of(to_ibm(values), length)
    again = from_ibm(words_of(stored))[0]
    for value, raw, back in zip(values.tolist(), stored, again.tolist(), strict=True):
        if math.isnan(value):
            assert math.isnan(back)
            continue
        word = slow_ibm(value)
        assert raw.tobytes() == word.to_bytes(8, "big")[:length]
        assert back == slow_ieee(word >> 8 * (8 - length) << 8 * (8 - length))


def test_loses_bits() -> None:
    words = to_ibm(np.array([1.0, 0.1, 8191.0, 8192.0, 65537.0]))
    assert loses_bits(words, 3).tolist() == [False, True, False, False, True]
    assert not loses_bits(words, 8).any()

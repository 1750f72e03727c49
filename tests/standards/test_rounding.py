"""SAS rounding: ties, the fuzz, signs and missing values, and the text of a w.d format."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adamline.errors import DataError
from adamline.standards.rounding import format_number, format_shortest, round_half_away, sas_round

# Decimal literals of up to 13 significant digits: further from any other tie than the fuzz.
LITERALS = st.tuples(st.integers(-(10**13) + 1, 10**13 - 1), st.integers(0, 10)).map(
    lambda pair: Decimal(pair[0]).scaleb(-pair[1])
)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (0.125, 2, 0.13),  # an exact binary tie: half-even would give 0.12
        (2.675, 2, 2.68),  # the double lies below the decimal tie
        (1.005, 2, 1.01),
        (-2.5, 0, -3.0),
        (0.5, 0, 1.0),
        (0.49999999, 0, 0.0),
        (1249.0, -2, 1200.0),
        (1250.0, -2, 1300.0),
        (0.1 + 0.2 + 0.05, 1, 0.4),  # computed: 0.35000000000000003
        ((0.1 + 0.7) * 10 + 0.5, 0, 9.0),  # computed: 8.5 less one unit in the last place
        (137.5 - 1.8e-10, 0, 137.0),  # so near, and SAS does not forgive it
        (1e300, 5, 1e300),
        (9007199254740993.0, 0, 9007199254740992.0),
        # Printed by SAS: the quotient by 1e-6 is 3.8e-6 of a unit below the tie, which is not forgiven.
        (32768.0156255, 6, 32768.015625),
        (1024.0000005, 6, 1024.000001),  # 1.2e-7 of a unit is
        (50000000000001.0, 0, 50000000000001.0),  # the relative fuzz alone would lift it to the next whole number
        (562949953421312.375, 0, 562949953421312.0),
    ],
)
def test_half_away_from_zero_with_the_fuzz_of_sas(value: float, decimals: int, rounded: float) -> None:
    assert float(round_half_away(value, decimals)) == rounded


def test_missing_stays_missing_and_zero_has_no_sign() -> None:
    rounded = round_half_away([math.nan, -0.001, -0.0, math.inf], 2)
    assert math.isnan(rounded[0])
    assert [math.copysign(1.0, zero) for zero in rounded[1:3]] == [1.0, 1.0]
    assert rounded[3] == math.inf
    assert math.isnan(sas_round(math.nan, 0.5))


@pytest.mark.parametrize(
    ("value", "unit", "rounded"),
    [(7.0, 5.0, 5.0), (7.5, 5.0, 10.0), (-7.5, 5.0, -10.0), (0.375, 0.25, 0.5), (2.675, 0.01, 2.68), (10.0, 3.0, 9.0)],
)
def test_rounding_to_a_unit(value: float, unit: float, rounded: float) -> None:
    assert float(sas_round(value, unit)) == rounded


@settings(max_examples=300, deadline=None)
@given(LITERALS, st.integers(0, 8))
def test_decimal_literals_round_as_decimals(literal: Decimal, decimals: int) -> None:
    # A tie of so many units may lack more than the largest fuzz in its last bit, and is then none, as in SAS.
    units = literal.scaleb(decimals)
    assume(abs(units) < 6e9 or abs(2 * units) % 2 != 1)
    exact = literal.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert float(round_half_away(float(literal), decimals)) == float(exact)
    assert float(sas_round(float(literal), 10.0**-decimals)) == float(exact)
    text = f"{abs(exact) if exact == 0 else exact:f}"
    assert format_number(float(literal), decimals).tolist() == text


def test_every_tie_and_its_neighbours() -> None:
    for decimals in range(5):
        power = 10**decimals
        units = np.arange(0, 20_000, 7)
        ties = np.array([float(Decimal(2 * int(unit) + 1) / (2 * power)) for unit in units])
        upper = (units + 1) / power
        lower = units / power
        for steps in range(3):  # one or two units of the last place to either side are still the tie
            assert (round_half_away(ties * (1 + steps * 2.2e-16), decimals) == upper).all()
            assert (round_half_away(ties * (1 - steps * 2.2e-16), decimals) == upper).all()
        assert (round_half_away(ties * (1 - 1e-12), decimals) == lower).all()
        assert (round_half_away(-ties, decimals) == -upper).all()


def test_text_with_decimals_per_value() -> None:
    text = format_number([1.005, -0.04, 12345678.5, math.nan, -1.5, 99.95, 0.0], [2, 1, 0, 3, 0, 1, 3], missing=".")
    assert text.tolist() == ["1.01", "0.0", "12345679", ".", "-2", "100.0", "0.000"]


def test_text_of_numbers_too_large_for_a_fraction() -> None:
    assert format_number([1e22, -4503599627370497.0], 1).tolist() == [
        "10000000000000000000000.0",
        "-4503599627370497.0",
    ]


def test_no_values_give_no_texts() -> None:
    assert format_number([], 2).tolist() == []
    assert round_half_away([], 2).tolist() == []


@pytest.mark.parametrize("decimals", [1.5, math.nan, 40, -30])
def test_decimals_that_are_none_are_refused(decimals: float) -> None:
    with pytest.raises(DataError, match="Decimals must be whole"):
        round_half_away(1.0, decimals)


@pytest.mark.parametrize("unit", [0.0, -1.0, math.nan, math.inf])
def test_a_unit_that_is_not_positive_is_refused(unit: float) -> None:
    with pytest.raises(DataError, match="rounding unit"):
        sas_round(1.0, unit)


def test_what_cannot_be_displayed_is_refused() -> None:
    with pytest.raises(DataError, match="infinite"):
        format_number([math.inf], 1)
    with pytest.raises(DataError, match="displayed range"):
        format_number([1.0], -1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5))
def test_shortest_text_reads_back_as_the_same_number(numbers: list[float]) -> None:
    texts = format_shortest(numbers).tolist()
    assert [float(text) for text in texts] == numbers
    assert not any("e" in text or text.endswith(".") or text == "-0" for text in texts)

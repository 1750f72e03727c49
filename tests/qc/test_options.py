"""Tests of qc.options: defaults of METHOD= and CRITERION=, and what is refused."""

from __future__ import annotations

import pytest

from adamline.qc import CompareError, CompareOptions, Method


@pytest.mark.parametrize(
    ("given", "method", "criterion"),
    [
        ({}, Method.EXACT, 0),
        ({"criterion": 0.1}, Method.RELATIVE, 0.1),
        ({"method": "absolute"}, Method.ABSOLUTE, 0.00001),
        ({"method": "EXACT", "criterion": 0.1}, Method.EXACT, 0),
        ({"criterion": -1000}, Method.RELATIVE, 1000 * 2.0**-52),
        ({"criterion": {"aval": 0.1}}, Method.RELATIVE, 0.1),
        ({"criterion": {"CHG": 0.1}}, Method.EXACT, 0),
        ({"criterion": {"AVAL": -1}, "method": "PERCENT"}, Method.PERCENT, 2.0**-52),
    ],
)
def test_method_and_criterion_in_force(given, method, criterion):
    assert CompareOptions(**given).method_of("AVAL") == (method, criterion)


@pytest.mark.parametrize(
    "given", [{"delta": -1.0}, {"criterion": float("nan")}, {"criterion": {"A": float("inf")}}, {"with_": "A"}]
)
def test_what_cannot_be_meant_is_refused(given):
    with pytest.raises(CompareError):
        CompareOptions(**given)

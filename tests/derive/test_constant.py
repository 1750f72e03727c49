"""CONSTANT: one value, of the kind that the entry says."""

from __future__ import annotations

import pytest

from adamline.derive.constant import derive_constant
from adamline.errors import DerivationError
from adamline.io.dataset import Kind, kind_of

KINDS = {
    "text": ("LAST", "LAST", Kind.TEXT),
    "number": ("7.5", 7.5, Kind.NUMBER),
    "date": ("2020-01-31", "2020-01-31 00:00:00", Kind.DATE),
    "datetime": ("2020-01-31T10:30", "2020-01-31 10:30:00", Kind.DATETIME),
    "time": ("10:30", "0 days 10:30:00", Kind.TIME),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_of_each_kind(kind, table):
    frame = table("""
        PARAMCD
        ALT
        AST
        .
        """)
    value, expected, expected_kind = KINDS[kind]
    made = derive_constant(frame, variable="X", value=value, where="PARAMCD = 'ALT'", kind=kind)["X"]
    assert made.isna().tolist() == [False, True, True]
    assert str(made.iloc[0]) == str(expected)
    assert kind_of(made) is expected_kind
    assert kind_of(derive_constant(frame.iloc[:0], variable="X", value=value, kind=kind)["X"]) is expected_kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("x", "number"),
        ("2020-02-30", "date"),
        ("2020-01", "date"),  # not the first of the month
        ("today", "date"),  # not the day of the run
        ("NaT", "date"),  # `missing` makes an empty variable
        ("2020-01-31T10:30", "date"),
        ("2020-01-31", "datetime"),
        ("25h", "time"),
        (" ", "text"),
    ],
)
def test_a_value_that_is_none_of_its_kind(value, kind, table):
    with pytest.raises(DerivationError):
        derive_constant(table("PARAMCD\nALT"), variable="X", value=value, kind=kind)

"""Tests of derive.composite."""

from __future__ import annotations

import itertools
import math

import pytest

from adamline.derive.composite import add_composite
from adamline.errors import ConditionError, DataError, DerivationError

HIGH = {"parameter": "TRANSHY", "of": ["ALT", "AST"], "criterion": "R2A1HI > 3", "by": ["USUBJID", "AVISITN"]}


def added(frame, **arguments):
    made = add_composite(frame, **{**HIGH, **arguments}).iloc[len(frame) :]
    return list(zip(made.USUBJID, made.AVISITN, made.AVAL, strict=True))


@pytest.fixture
def adlb(table):
    return table("""
        USUBJID AVISITN PARAMCD AVAL R2A1HI ADT        PARAMTYP
        01      0       ALT     90   2      2020-01-01 .
        01      0       AST     90   3      2020-01-02 .
        01      2       ALT     99   3.1    2020-02-01 .
        01      2       AST     90   2      2020-02-02 .
        01      4       AST     99   3.1    2020-03-02 .
        02      0       BILI    10   1      2020-01-01 .
        """).astype({"PARAMTYP": "str"})


def test_any_of_the_parameters(adlb):
    assert added(adlb) == [("01", 0.0, 0.0), ("01", 2.0, 1.0), ("01", 4.0, 1.0)]


def test_all_of_the_parameters(adlb):
    *known, last = added(adlb, met="all")
    assert known == [("01", 0.0, 0.0), ("01", 2.0, 0.0)]
    assert last[:2] == ("01", 4.0)
    assert math.isnan(last[2])


@pytest.mark.parametrize(("alt", "ast"), list(itertools.product(["4", "1", "."], repeat=2)))
def test_a_missing_value_is_not_known_and_decides_nothing(table, alt, ast):
    """Beside Python's own three-valued `any` and `all`, written out."""
    frame = table(f"USUBJID AVISITN PARAMCD AVAL R2A1HI\n01 0 ALT 1 {alt}\n01 0 AST 1 {ast}\n09 0 X 1 1")
    met = [{"4": True, "1": False, ".": None}[text] for text in (alt, ast)]
    any_met = 1.0 if True in met else None if None in met else 0.0
    all_met = 0.0 if False in met else None if None in met else 1.0
    for word, expected in (("any", any_met), ("all", all_met)):
        ((_, _, value),) = added(frame, met=word)
        assert (None if value != value else value) == expected


def test_which_records_count_and_what_they_give(adlb):
    assert added(adlb, where="AVISITN > 0 and PARAMCD = 'ALT'") == [("01", 2.0, 1.0)]
    made = add_composite(adlb, **HIGH, copied=["ADT"], set_={"PARAMTYP": "DERIVED"}).iloc[len(adlb) :]
    assert made.ADT.dt.strftime("%F").tolist() == ["2020-01-01", "2020-02-01", "2020-03-02"]
    assert set(made.PARAMTYP) == {"DERIVED"}
    assert made.R2A1HI.isna().all()


def test_faults(adlb, table):
    twice = table("USUBJID AVISITN PARAMCD AVAL R2A1HI\n01 0 ALT 1 4\n01 0 ALT 1 2")
    with pytest.raises(DerivationError, match="several records"):
        add_composite(twice, **HIGH)
    with pytest.raises(DataError, match="no variable"):
        add_composite(adlb, **HIGH, copied=["LBSEQ"])
    with pytest.raises(ConditionError, match="no variable"):
        add_composite(adlb, **{**HIGH, "criterion": "R2A1LO > 3"})
    with pytest.raises(ConditionError):
        add_composite(adlb, **{**HIGH, "criterion": "R2A1HI >"})

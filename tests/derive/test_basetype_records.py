"""Tests of derive.basetype_records, and of baselines by BASETYPE."""

from __future__ import annotations

import pytest

from adamline.contract import Case
from adamline.derive.ablfl import derive_ablfl
from adamline.derive.base import derive_base
from adamline.derive.basetype_records import add_basetype_records
from adamline.derive.chg import derive_chg
from adamline.errors import ConditionError, DataError, DerivationError

TYPES = [
    Case("RUN-IN", "EPOCH in ('RUN-IN', 'DOUBLE-BLIND', 'OPEN-LABEL')"),
    Case("DOUBLE-BLIND", "EPOCH in ('DOUBLE-BLIND', 'OPEN-LABEL')"),
    Case("OPEN-LABEL", "EPOCH = 'OPEN-LABEL'"),
]
ADLB = """
    USUBJID PARAMCD EPOCH        VISITNUM AVAL BASETYPE
    01      ALT     RUN-IN       1        10   .
    01      ALT     RUN-IN       2        11   .
    01      ALT     DOUBLE-BLIND 3        12   .
    01      ALT     DOUBLE-BLIND 4        15   .
    01      ALT     OPEN-LABEL   5        20   .
    """


def test_each_record_once_for_every_basetype_it_belongs_to(table, plain):
    made = add_basetype_records(table(ADLB), rows=TYPES)
    assert plain(made["BASETYPE"].iloc[:5]) == ["RUN-IN"] * 5  # the records themselves, in their order
    assert list(zip(made["VISITNUM"], made["BASETYPE"], strict=True))[5:] == [
        (3, "DOUBLE-BLIND"),
        (4, "DOUBLE-BLIND"),
        (5, "DOUBLE-BLIND"),
        (5, "OPEN-LABEL"),
    ]
    assert plain(made["AVAL"].iloc[5:]) == [12, 15, 20, 20]  # all else is carried over


def test_every_basetype_has_its_own_baseline_and_change(table):
    """The first record of each period; it is the baseline of its own BASETYPE alone."""
    keys = ["USUBJID", "PARAMCD", "BASETYPE"]
    made = add_basetype_records(table(ADLB), rows=TYPES)
    own = " or ".join(f"BASETYPE = '{name}' and EPOCH = '{name}'" for name in ("RUN-IN", "DOUBLE-BLIND", "OPEN-LABEL"))
    made = derive_ablfl(made, where=own, order=["VISITNUM"], take="first", by=keys)
    made = derive_chg(derive_base(made, by=keys), where="ABLFL is missing").sort_values(["VISITNUM", "BASE"])
    expected = table("""
        VISITNUM BASETYPE     ABLFL BASE CHG
        1        RUN-IN       Y     10   .
        2        RUN-IN       .     10   1
        3        RUN-IN       .     10   2
        3        DOUBLE-BLIND Y     12   .
        4        RUN-IN       .     10   5
        4        DOUBLE-BLIND .     12   3
        5        RUN-IN       .     10   10
        5        DOUBLE-BLIND .     12   8
        5        OPEN-LABEL   Y     20   .
        """)
    for name in expected.columns:
        assert made[name].astype(object).where(made[name].notna(), None).tolist() == (
            expected[name].astype(object).where(expected[name].notna(), None).tolist()
        ), name


def test_a_record_of_no_basetype_is_an_error_unless_the_spec_says_missing(table, plain):
    """Records without one have no baseline where `where` leaves them out."""
    adlb = table(ADLB)
    with pytest.raises(DataError, match=r"2 records belong to no BASETYPE") as error:
        add_basetype_records(adlb, rows=TYPES[1:])
    assert error.value.place.keys == "USUBJID=01, PARAMCD=ALT"
    assert error.value.hint == "widen a `when`, or say `unmatched: missing`"
    made = add_basetype_records(adlb, rows=TYPES[1:], unmatched="missing")
    assert plain(made["BASETYPE"]) == [None, None, *["DOUBLE-BLIND"] * 3, "OPEN-LABEL"]
    first = {"order": ["VISITNUM"], "take": "first", "by": ["USUBJID", "PARAMCD", "BASETYPE"]}
    made = derive_ablfl(made, where="BASETYPE is not missing", **first)
    assert made.loc[made["ABLFL"] == "Y", "VISITNUM"].tolist() == [3, 5]


def test_a_row_without_when_is_for_all_records(table, plain):
    made = add_basetype_records(table(ADLB), rows=[Case("STUDY"), *TYPES[2:]])
    assert plain(made["BASETYPE"]) == [*["STUDY"] * 5, "OPEN-LABEL"]


def test_errors(table):
    adlb = table(ADLB)
    with pytest.raises(DataError, match="BASETYPE has values before") as error:
        add_basetype_records(adlb.assign(BASETYPE="RUN-IN"), rows=TYPES)
    assert error.value.expected == "`BASETYPE: missing` in `variables`"
    with pytest.raises(DerivationError, match="no `value`"):
        add_basetype_records(adlb, rows=[Case(None, "AVAL > 1")])
    with pytest.raises(DerivationError, match="Two rows have one `value`") as other:
        add_basetype_records(adlb, rows=[*TYPES, TYPES[0]])
    assert other.value.found == "RUN-IN"
    with pytest.raises(ConditionError, match="no variable EPOCHE"):
        add_basetype_records(adlb, rows=[Case("X", "EPOCHE = 'X'")])
    with pytest.raises(DataError, match="no variable BASETYPE"):
        add_basetype_records(adlb.drop(columns="BASETYPE"), rows=TYPES)

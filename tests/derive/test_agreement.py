"""Tests of derive.agreement."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.agreement import check_agreement, derive_agreement
from adamline.errors import DataError


def test_the_same_and_another_number(derives):
    derives(
        derive_agreement,
        """
        PARAMCD AVAL SUM | AGREEFL
        FORM    8    8   | Y
        FORM    8    6   | N
        FORM    0    0   | Y
        FORM    8    .   | .
        FORM    .    8   | .
        FORM    .    .   | .
        PGA     8    6   | .
        """,
        variable="AGREEFL",
        with_="SUM",
        where="PARAMCD = 'FORM'",
    )


def test_sums_of_decimals_are_what_they_are_on_paper():
    frame = pd.DataFrame({"AVAL": [0.3, 0.3], "SUM": [0.1 + 0.2, 0.300000001]})
    assert derive_agreement(frame, variable="FL", with_="SUM")["FL"].tolist() == ["Y", "N"]


def test_a_planted_disagreement_is_a_warning_with_both_numbers(table):
    frame = table("""
        USUBJID PARAMCD RSSEQ AVAL SUM
        01      FORM    1     8    8
        02      FORM    7     9    8
        03      FORM    2     6    .
        04      FORM    3     .    4
        05      PGA     4     1    .
        """)
    given = {"variable": "FL", "with_": "SUM", "where": "PARAMCD = 'FORM'"}
    made = derive_agreement(frame, **given)
    found = [tally.finding() for tally in check_agreement(frame, made, **given)]
    assert [(f.severity.name, f.message, f.place.keys) for f in found if f] == [
        ("WARNING", "1 record has another AVAL than SUM: FORM", "USUBJID=02, RSSEQ=7, AVAL=9, SUM=8"),
        ("NOTE", "1 record has AVAL and no FL: SUM is missing: FORM", "USUBJID=03"),
        ("NOTE", "1 record has SUM and no FL: AVAL is missing: FORM", "USUBJID=04"),
    ]


def test_text_is_no_number():
    with pytest.raises(DataError, match="AVALC is not a number"):
        derive_agreement(pd.DataFrame({"AVAL": [1.0], "AVALC": ["1"]}), variable="FL", with_="AVALC")

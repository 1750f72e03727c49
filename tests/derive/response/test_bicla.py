"""BICLA at its edges, through the whole chain from items, grades and PGA; worked by hand from the definition.

Wallace et al., Arthritis Rheum 2011;63:S894, as ePROVIDE tells it: at least one gradation of improvement in each system
with A or B at entry (A to B, C, D; B to C, D), no new A and not more than one new B, no worsening of the SLEDAI total,
no deterioration of PGA by 10 %, no treatment failure. What is assumed stands in docs/methods/sri.md.
"""

from __future__ import annotations

import pandas as pd
import pytest
from tests.derive.response.test_sri_truth_table import ITEMS, START, SYSTEMS, on_day, records_of

from adamline.derive.response.bicla import add_bicla
from adamline.derive.response.sri import add_sri

# Columns as in test_sri_truth_table.py.
TRUTH = """
CASE                                | BEFORE NOW | BILAG0 BILAG1 | PGA0 PGA1 | STOP RESC | BICLA DTYPE RESPREAS
'A to B'                            | 10     10  | ACC    BCC    | 1.5  1.5  | .    .    | Y     .     .
'A to C'                            | 10     10  | ACC    CCC    | 1.5  1.5  | .    .    | Y     .     .
'A to D'                            | 10     10  | ACC    DCC    | 1.5  1.5  | .    .    | Y     .     .
'A stays'                           | 10     6   | ACC    ACC    | 1.5  1.5  | .    .    | N     .     'NO IMPROVEMENT'
'B to C'                            | 10     10  | BCC    CCC    | 1.5  1.5  | .    .    | Y     .     .
'B to D'                            | 10     10  | BCC    DCC    | 1.5  1.5  | .    .    | Y     .     .
'B stays'                           | 10     6   | BCC    BCC    | 1.5  1.5  | .    .    | N     .     'NO IMPROVEMENT'
'B to A is no improvement, first'   | 10     6   | BCC    ACC    | 1.5  1.5  | .    .    | N     .     'NO IMPROVEMENT'
'all of three improve'              | 10     10  | ABB    BCD    | 1.5  1.5  | .    .    | Y     .     .
'one of three does not'             | 10     6   | ABB    BCB    | 1.5  1.5  | .    .    | N     .     'NO IMPROVEMENT'
'improved, one new B'               | 10     10  | ACC    BBC    | 1.5  1.5  | .    .    | Y     .     .
'improved, two new B'               | 10     6   | ACD    BBB    | 1.5  1.5  | .    .    | N     .     'FAILED BILAG'
'improved, a new A'                 | 10     6   | ACC    BAC    | 1.5  1.5  | .    .    | N     .     'FAILED BILAG'
'two A to B are no new B'           | 10     10  | AAC    BBC    | 1.5  1.5  | .    .    | Y     .     .
'no A or B at baseline'             | 10     0   | CDE    CDE    | 1.5  0    | .    .    | N     .     'NO BILAG A OR B'
'no A or B, and a new A'            | 10     0   | CCC    ACC    | 1.5  0    | .    .    | N     .     'NO BILAG A OR B'
'SLEDAI falls by 1'                 | 10     9   | BCC    CCC    | 1.5  1.5  | .    .    | Y     .     .
'SLEDAI rises by 1'                 | 10     11  | BCC    CCC    | 1.5  1.5  | .    .    | N     .     'FAILED SLEDAI'
'PGA rises by 0.27 (9 mm)'          | 10     10  | BCC    CCC    | 1.5  1.77 | .    .    | Y     .     .
'PGA 0.3, in binary a little less'  | 10     10  | BCC    CCC    | 0.4  0.7  | .    .    | N     .     'FAILED PGA'
'PGA 0.3, in binary a little more'  | 10     10  | BCC    CCC    | 1.5  1.8  | .    .    | N     .     'FAILED PGA'
'all fail: the first is the reason' | 10     12  | BCC    BAC    | 1.5  2.5  | .    .    | N     .     'NO IMPROVEMENT'
'BILAG, SLEDAI, PGA fail'           | 10     12  | BCC    CAC    | 1.5  2.5  | .    .    | N     .     'FAILED BILAG'
'SLEDAI, PGA fail'                  | 10     12  | BCC    CCC    | 1.5  2.5  | .    .    | N     .     'FAILED SLEDAI'
'an item is missing'                | 10     .   | BCC    CCC    | 1.5  1.5  | .    .    | N     NRI   MISSING
'a grade is missing'                | 10     10  | BCC    CC-    | 1.5  1.5  | .    .    | N     NRI   MISSING
'a grade is missing, the B stays'   | 10     10  | BCC    BC-    | 1.5  1.5  | .    .    | N     .     'NO IMPROVEMENT'
'a grade is missing at baseline'    | 10     10  | BC-    CCC    | 1.5  1.5  | .    .    | N     NRI   MISSING
'no A or B known, a grade missing'  | 10     10  | CC-    CCC    | 1.5  1.5  | .    .    | N     NRI   MISSING
'PGA is missing'                    | 10     10  | BCC    CCC    | 1.5  .    | .    .    | N     NRI   MISSING
'PGA is missing, SLEDAI fails'      | 10     11  | BCC    CCC    | 1.5  .    | .    .    | N     .     'FAILED SLEDAI'
'visit missed'                      | 10     .   | BCC    .      | 1.5  .    | .    .    | N     NRI   MISSING
'stopped the day before the target' | 10     .   | BCC    .      | 1.5  .    | 28   .    | N     NRI   DISCONTINUED
'rescue on the day of the visit'    | 10     10  | BCC    CCC    | 1.5  1.5  | .    31   | N     .     RESCUE
'rescue after the visit'            | 10     10  | BCC    CCC    | 1.5  1.5  | .    32   | Y     .     .
'missed, rescue on the target day'  | 10     .   | BCC    .      | 1.5  .    | .    29   | N     NRI   RESCUE
"""


def test_the_truth_table(table, respond, plain):
    cases = table(TRUTH)
    cases = cases.assign(USUBJID=[f"{number:03}" for number in range(len(cases))])
    records = pd.DataFrame([row for _, case in cases.iterrows() for row in records_of(case)])
    records = records.assign(ADT=on_day(records["ADY"]), AVAL=records["AVAL"].astype(float))
    adsl = pd.DataFrame({"USUBJID": cases["USUBJID"], "ITTFL": "Y", "TRTSDT": START})
    adsl = adsl.assign(DCDT=on_day(cases["STOP"]), RESCDT=on_day(cases["RESC"]))
    windows = pd.DataFrame({"AVISIT": ["Week 4"], "AVISITN": ["4"], "AWTARGET": ["29"]}, dtype="str")
    made = respond(records, adsl, windows, items=ITEMS, systems=SYSTEMS, visits=["Week 4"])
    found = made[made["PARAMCD"] == "BICLA"].sort_values("USUBJID")
    columns = [cases["CASE"], found["AVALC"], found["DTYPE"], found["RESPREAS"]]
    expected = [cases[name] for name in ("CASE", "BICLA", "DTYPE", "RESPREAS")]
    assert list(zip(*map(plain, columns), strict=True)) == list(zip(*map(plain, expected), strict=True))


def of(active: str) -> pd.DataFrame:
    """The components of one visit, of which only whether there is an A or B is told; all else is met."""
    codes = {"BILAB": active, "BILIMPR": "Y", "BILNOWR": "Y", "SLEDNOWR": "Y", "PGANOWR": "Y"}
    frame = pd.DataFrame({"USUBJID": "01", "PARAMCD": list(codes), "AVALC": list(codes.values()), "AVAL": 1.0})
    return frame.assign(ADT=pd.Timestamp("2016-05-01"), RESPREAS=None)


@pytest.mark.parametrize(("components", "answer"), [(["BILAB", "BILIMPR"], "N"), (["BILIMPR", "PGANOWR"], "Y")])
def test_the_components_say_what_becomes_of_those_without_a_or_b(components, answer):
    made = add_bicla(of("N"), components=dict.fromkeys(components, "FAILED"), by=["USUBJID"], latest=[])
    assert made["AVALC"].iloc[-1] == answer


def test_it_is_the_index_under_another_name(plain):
    """Its arguments reach the one function that decides."""
    frame = of("Y").assign(RESCDT=pd.Timestamp("2016-05-01"), WHY=None)
    given = {"components": {"BILAB": "NONE", "PGANOWR": "PGA"}, "rescue": "RESCDT", "rescue_reason": "FLARE"}
    given |= {"reason": "WHY", "where": "AVAL = 1", "by": ["USUBJID"], "latest": ["ADT"], "set_": {"AVAL": "7"}}
    one, other = add_bicla(frame, **given), add_sri(frame, parameter="BICLA", **given)
    pd.testing.assert_frame_equal(one, other)
    assert plain(one.iloc[-1][["PARAMCD", "AVALC", "WHY", "AVAL"]]) == ["BICLA", "N", "FLARE", 7.0]

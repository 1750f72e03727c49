"""Occurrence flags: the truth table worked by hand, that of the guide; and a plain implementation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.contract import contract_of
from adamline.derive.aocc import check_aocc, derive_aocc
from adamline.errors import DataError, DerivationError

SEVERITY = ["MILD", "MODERATE", "SEVERE"]
RELATION = ["NOT RELATED", "POSSIBLE", "PROBABLE"]
SUBJECT, CLASS, TERM = ["USUBJID"], ["USUBJID", "AEBODSYS"], ["USUBJID", "AEBODSYS", "AEDECOD"]
# The events of two subjects. The first began before treatment, two on one day, the last has no severity.
EVENTS = """
USUBJID AESEQ AEBODSYS AEDECOD  ASTDT      AESEV    AREL          AESER TRTEMFL
01      1     GI       Nausea   2014-01-01 SEVERE   PROBABLE      N     .
01      2     GI       Nausea   2014-01-05 MILD     'NOT RELATED' N     Y
01      3     GI       Vomiting 2014-01-05 MODERATE POSSIBLE      N     Y
01      4     SKIN     Rash     2014-01-08 SEVERE   POSSIBLE      N     Y
01      5     GI       Nausea   2014-01-09 MODERATE PROBABLE      Y     Y
01      6     SKIN     Rash     2014-01-10 SEVERE   PROBABLE      Y     Y
01      7     GI       Vomiting 2014-01-12 .        .             N     Y
02      1     SKIN     Rash     2014-01-02 SEVERE   .             N     .
"""
# Which AESEQ of subject 01 has the flag, found by reading the table above.
BY_HAND = [
    ("AOCCFL", {"by": SUBJECT}, [2]),
    ("AOCCSFL", {"by": CLASS}, [2, 4]),
    ("AOCCPFL", {"by": TERM}, [2, 3, 4]),
    ("AOCCIFL", {"by": SUBJECT, "worst": "AESEV", "levels": SEVERITY}, [4]),
    ("AOCCSIFL", {"by": CLASS, "worst": "AESEV", "levels": SEVERITY}, [3, 4]),
    ("AOCCPIFL", {"by": TERM, "worst": "AESEV", "levels": SEVERITY}, [3, 4, 5]),
    ("AOCCIFL", {"by": SUBJECT, "worst": "AESEV", "levels": SEVERITY, "missing": "highest"}, [7]),
    ("AOCCSIFL", {"by": CLASS, "worst": "AESEV", "levels": SEVERITY, "missing": "highest"}, [4, 7]),
    ("AOCCPIFL", {"by": TERM, "worst": "AESEV", "levels": SEVERITY, "missing": "highest"}, [4, 5, 7]),
    ("AOCC01FL", {"by": SUBJECT, "where": "TRTEMFL = 'Y' and AESER = 'Y'"}, [5]),
    ("AOCC02FL", {"by": SUBJECT, "worst": "AREL", "levels": RELATION}, [5]),
    ("AOCC03FL", {"by": TERM, "worst": "AREL", "levels": RELATION}, [3, 5, 6]),
]


@pytest.mark.parametrize(("variable", "arguments", "flagged"), BY_HAND)
def test_truth_table(variable, arguments, flagged, table):
    made = derive_aocc(
        table(EVENTS), variable=variable, **{"where": "TRTEMFL = 'Y'", "order": ["ASTDT", "AESEQ"], **arguments}
    )
    of_flag = made[made[variable].notna()]
    assert set(of_flag[variable]) == {"Y"}
    assert sorted(of_flag["AESEQ"]) == flagged
    assert set(of_flag["USUBJID"]) == {"01"}
    assert made["AESEV"].tolist()[:2] == ["SEVERE", "MILD"]


def test_severity_may_be_a_number(table):
    """ASEVN, and grades that are text."""
    events = table("""
        USUBJID AESEQ ASEVN AETOXGR
        01      1     1     '2'
        01      2     .     '10'
        01      3     3     .
        """)
    call = {"where": "AESEQ > 0", "order": ["AESEQ"]}
    assert derive_aocc(events, worst="ASEVN", **call)["AOCCFL"].notna().tolist() == [False, False, True]
    assert derive_aocc(events, worst="ASEVN", missing="highest", **call)["AOCCFL"].notna().tolist() == [
        False,
        True,
        False,
    ]
    with pytest.raises(DerivationError, match="AETOXGR is text, of which the alphabet says nothing") as error:
        derive_aocc(events, worst="AETOXGR", **call)
    assert "list `levels`" in error.value.hint
    made = derive_aocc(events, worst="AETOXGR", levels=["2", "10"], **call)
    assert made["AOCCFL"].notna().tolist() == [False, True, False]


def test_refusals(table):
    events = table(EVENTS)
    call = {"where": "TRTEMFL = 'Y'", "order": ["ASTDT"]}
    with pytest.raises(DerivationError, match="several records") as error:
        derive_aocc(events, **call)
    assert error.value.expected == "one record per USUBJID"
    for alone in ({"levels": SEVERITY}, {"missing": "highest"}):
        with pytest.raises(DerivationError, match=f"`{next(iter(alone))}` decides nothing without `worst`"):
            derive_aocc(events, **alone, **call)
    with pytest.raises(DerivationError, match="a level twice"):
        derive_aocc(events, worst="AESEV", levels=["MILD", "MILD"], **call)
    with pytest.raises(DataError, match="no variable AESEVV"):
        derive_aocc(events, worst="AESEVV", levels=SEVERITY, **call)
    with pytest.raises(DataError, match="AESEQ is no text"):
        derive_aocc(events, worst="AESEQ", levels=SEVERITY, **call)
    with pytest.raises(DerivationError, match="needs `order`"):
        derive_aocc(events, where=None, order=[])


def test_what_a_run_says(table):
    """A severity that is no level, one that is missing, starts that are missing, events that are not coded."""
    events = table(EVENTS)
    call = {"where": "TRTEMFL = 'Y'", "order": ["ASTDT", "AESEQ"]}

    def said(frame, **arguments):
        tallies = check_aocc(frame, variable="NEW", **{**call, **arguments})
        return [finding.message for tally in tallies if (finding := tally.finding())]

    assert said(events) == []
    worst = {"worst": "AESEV", "levels": ["MILD", "SEVERE"]}
    assert said(events, **worst, missing="highest") == [
        "2 values of AESEV are none of the levels, and so count as missing: MODERATE"
    ]
    (over, _) = said(events, **worst)
    assert over == "3 records without AESEV are passed over for others of their key (order AESEV desc)"
    start = events.assign(ASTDT=events["ASTDT"].mask(events["AESEQ"] == 5))
    assert said(start) == ["1 record is taken since it has no ASTDT, the lowest value (order ASTDT)"]
    assert said(start, order=["ASTDT missing last", "AESEQ"]) == []
    uncoded = events.assign(AEDECOD=events["AEDECOD"].mask(events["AEBODSYS"] == "SKIN"))
    assert said(uncoded, by=TERM) == ["2 records without AEDECOD count as occurrences of the same"]
    assert said(uncoded.iloc[[3]], by=TERM) == []


def test_sentence():
    contract = contract_of(derive_aocc)
    assert contract.sentence({"where": "TRTEMFL = 'Y'", "order": ["ASTDT", "AESEQ"], "by": CLASS}) == (
        "Of the records where TRTEMFL = 'Y', for each USUBJID, AEBODSYS: 'Y' on the first, sorted by ASTDT, AESEQ "
        "(missing lowest); missing on all others. A tie for that record is an error. A missing key is a key of its own."
    )


RECORD = st.tuples(
    st.sampled_from(["01", "02", None]),
    st.sampled_from(["GI", "SKIN", None]),
    st.sampled_from(["MILD", "SEVERE", "LIFE THREATENING", None]),
    st.sampled_from([None, 1.0, 2.0]),
    st.booleans(),
)


@given(
    st.lists(RECORD, max_size=9),
    st.sampled_from([["USUBJID"], CLASS]),
    st.sampled_from([None, "lowest", "highest"]),
    st.randoms(),
)
def test_against_a_plain_implementation(drawn, by, missing, random):
    """None, one, many, equal ones, in any order; of each key the record before which none comes."""
    records = [(*record, float(number)) for number, record in enumerate(drawn)]
    random.shuffle(records)
    columns = ["USUBJID", "AEBODSYS", "AESEV", "ASTDY", "OK", "AESEQ"]
    frame = pd.DataFrame(records, columns=columns).astype(
        {"USUBJID": "str", "AEBODSYS": "str", "AESEV": "str", "ASTDY": "float64", "OK": "float64", "AESEQ": "float64"}
    )

    def place(record):
        severity = {"MILD": 1, "SEVERE": 2}.get(record[2], 3 if missing == "highest" else 0)
        return (-severity if missing else 0, -np.inf if record[3] is None else record[3], record[5])

    expected = set()
    for key in {record[: len(by)] for record in records}:
        own = [record for record in records if record[: len(by)] == key and record[4]]
        if own:
            expected.add(min(own, key=place)[5])
    worst = {"worst": "AESEV", "levels": ["MILD", "SEVERE"], "missing": missing} if missing else {}
    made = derive_aocc(frame, where="OK = 1", order=["ASTDY", "AESEQ"], by=by, **worst)
    assert set(made["AESEQ"][made["AOCCFL"].notna()]) == expected

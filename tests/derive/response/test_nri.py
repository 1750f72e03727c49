"""Tests of derive.response.nri."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.derive.response.nri import add_nri
from adamline.errors import DataError, DerivationError

# Day 1 is 2016-05-01, so the target date of Week 4 is 2016-05-29.
ADSL = """
USUBJID ITTFL TRTSDT     DCDT       RESCDT
01      Y     2016-05-01 .          .
02      Y     2016-05-01 2016-05-28 .
03      Y     2016-05-01 2016-05-29 .
04      Y     2016-05-01 2016-05-10 2016-05-29
05      Y     2016-05-01 2016-05-10 2016-05-30
06      Y     2016-05-01 .          2016-05-30
07      Y     .          2016-05-02 2016-05-02
08      Y     .          .          .
09      .     2016-05-01 .          .
"""
WINDOWS = """
AVISIT   AVISITN AWTARGET
'Week 0' '0'     '1'
'Week 4' '4'     '29'
'Week 8' '8'     '57'
'Early'  '-1'    '-7'
'Follow' '99'    .
"""
ADRS = """
USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC DTYPE RESPREAS
01      SRI4    'Week 8' 8       2016-06-26 57  Y       1    Y     .     .
99      SRI4    'Week 4' 4       2016-06-26 57  Y       1    Y     .     .
"""


@pytest.fixture
def study(table):
    adrs = table(ADRS)
    adrs = adrs.assign(DTYPE=adrs["DTYPE"].astype("str"), RESPREAS=adrs["RESPREAS"].astype("str"))
    windows = table(WINDOWS).assign(AVISITN=lambda w: w["AVISITN"].astype("str"))
    return adrs, {
        "subjects": table(ADSL),
        "subjects_where": "ITTFL = 'Y'",
        "table": windows,
        "discontinued": "DCDT",
        "rescue": "RESCDT",
    }


def test_a_reason_for_each(adds, study):
    """Rescue on or before the target date; stopped before it; never treated (07); subjects not selected have none."""
    adrs, arguments = study
    text = """
        USUBJID PARAMCD AVISIT   AVISITN AVAL AVALC DTYPE RESPREAS
        01      SRI4    'Week 4' 4       0    N     NRI   MISSING
        02      SRI4    'Week 4' 4       0    N     NRI   DISCONTINUED
        03      SRI4    'Week 4' 4       0    N     NRI   MISSING
        04      SRI4    'Week 4' 4       0    N     NRI   RESCUE
        05      SRI4    'Week 4' 4       0    N     NRI   DISCONTINUED
        06      SRI4    'Week 4' 4       0    N     NRI   MISSING
        07      SRI4    'Week 4' 4       0    N     NRI   DISCONTINUED
        08      SRI4    'Week 4' 4       0    N     NRI   MISSING
        """
    adds(add_nri, adrs, text, visits=["Week 4"], **arguments)


def test_visits_that_are_there_are_left_alone(adds, study):
    adrs, arguments = study
    text = """
        USUBJID PARAMCD AVISIT   AVISITN ANL01FL AVAL AVALC DTYPE RESPREAS
        01      SRI4    'Week 4' 4       Y       0    N     X     MISSING
        02      SRI4    'Week 8' 8       Y       0    N     X     DISCONTINUED
        02      SRI4    'Week 4' 4       Y       0    N     X     DISCONTINUED
        """
    arguments |= {"subjects_where": "USUBJID in ('01', '02')", "dtype": "X", "set_": {"ANL01FL": "Y"}}
    adds(add_nri, adrs, text, visits=["Week 8", "Week 4"], **arguments)


@pytest.mark.parametrize(("dtype", "reason"), [(None, "MISSING"), ("NRI", "DISCONTINUED"), ("LOCF", "DISCONTINUED")])
def test_a_subject_seen_at_the_visit_is_missing_not_discontinued(study, plain, dtype, reason):
    """A record that is itself imputed is no visit."""
    adrs, arguments = study
    seen = adrs.iloc[[1]].assign(USUBJID="02", PARAMCD="PGA", AVISIT="Week 4", DTYPE=dtype).astype({"DTYPE": "str"})
    made = add_nri(seen, **(arguments | {"subjects_where": "USUBJID = '02'"}), visits=["Week 4", "Week 8"])
    assert plain(made["RESPREAS"].iloc[1:]) == [reason, "DISCONTINUED"]


def test_several_responses_are_imputed_each_for_itself(study, plain):
    """Subject 01 has SRI4 at week 8 and no BICLA; the visit was attended, and so is missing, not missed."""
    adrs, arguments = study
    arguments |= {"subjects_where": "USUBJID in ('01', '02')"}
    made = add_nri(adrs, **arguments, parameters=["BICLA", "SRI4"], visits=["Week 8"])
    new = made.iloc[len(adrs) :]
    columns = [plain(new[name]) for name in ("USUBJID", "PARAMCD", "AVISITN", "AVALC", "RESPREAS")]
    assert list(zip(*columns, strict=True)) == [
        ("01", "BICLA", 8.0, "N", "MISSING"),
        ("02", "BICLA", 8.0, "N", "DISCONTINUED"),
        ("02", "SRI4", 8.0, "N", "DISCONTINUED"),
    ]


def test_there_is_no_day_0(study, plain):
    """Day -7 is seven days before day 1: 2016-04-24."""
    adrs, arguments = study
    stopped = arguments["subjects"].iloc[:2].assign(DCDT=pd.to_datetime(["2016-04-23", "2016-04-24"]))
    made = add_nri(adrs, **(arguments | {"subjects": stopped}), visits=["Early"])
    assert plain(made["RESPREAS"].iloc[2:]) == ["DISCONTINUED", "MISSING"]


def test_without_a_rescue_date(study, plain):
    adrs, arguments = study
    made = add_nri(adrs, **(arguments | {"rescue": None, "subjects_where": "USUBJID = '04'"}), visits=["Week 4"])
    assert plain(made["RESPREAS"].iloc[2:]) == ["DISCONTINUED"]


def test_no_subjects(study):
    adrs, arguments = study
    made = add_nri(adrs, **(arguments | {"subjects_where": "USUBJID = '77'"}), visits=["Week 4"])
    pd.testing.assert_frame_equal(made, adrs)


def test_errors(study):
    adrs, arguments = study
    with pytest.raises(DataError, match="not in the table") as error:
        add_nri(adrs, **arguments, visits=["Week 4", "Week 5"])
    assert error.value.found == "Week 5"
    with pytest.raises(DataError, match="no target day") as error:
        add_nri(adrs, **arguments, visits=["Follow"])
    assert error.value.found == "Follow"
    twice = pd.concat([adrs, adrs.iloc[[0]]])
    with pytest.raises(DerivationError, match="1 key has several records"):
        add_nri(twice, **arguments, visits=["Week 8"])
    assert len(add_nri(twice, **arguments, visits=["Week 4"])) == len(twice) + 8  # not an expected visit
    doubled = pd.concat([arguments["subjects"]] * 2)
    with pytest.raises(DerivationError, match="several records"):
        add_nri(adrs, **(arguments | {"subjects": doubled}), visits=["Week 4"])


PAIR = st.tuples(st.sampled_from(["01", "02", "03", "09", "99"]), st.sampled_from(["Week 0", "Week 4", "Week 8"]))


@settings(deadline=None, max_examples=60)
@given(
    there=st.lists(st.tuples(PAIR, st.sampled_from(["SRI4", "PGA"])), unique=True, max_size=12),
    visits=st.lists(st.sampled_from(["Week 0", "Week 4", "Week 8"]), unique=True, min_size=1),
    text=st.sampled_from(["str", "object", "category"]),
)
def test_each_subject_has_one_response_for_each_expected_visit(table, there, visits, text):
    windows, adsl = table(WINDOWS), table(ADSL)
    rows = [(subject, code, visit) for (subject, visit), code in there]
    adrs = pd.DataFrame(rows, columns=["USUBJID", "PARAMCD", "AVISIT"], dtype=text)
    adrs = adrs.assign(AVISITN=1.0, AVAL=1.0, AVALC="Y", DTYPE=None, RESPREAS=None)
    made = add_nri(
        adrs,
        subjects=adsl,
        subjects_where="ITTFL = 'Y'",
        visits=visits,
        table=windows.assign(AVISITN=windows["AVISITN"].astype("str")),
        discontinued="DCDT",
    )
    responses = made[made["PARAMCD"] == "SRI4"]
    expected = itertools.product(adsl["USUBJID"][adsl["ITTFL"] == "Y"], visits)
    found = list(zip(responses["USUBJID"], responses["AVISIT"], strict=True))
    assert all(found.count(pair) == 1 for pair in expected)
    assert len(made) - len(adrs) == responses["DTYPE"].notna().sum()
    assert responses["RESPREAS"][responses["DTYPE"].notna()].notna().all()

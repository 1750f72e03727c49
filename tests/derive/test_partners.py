"""Tests of derive._partners: what two datasets that are joined do not have in common."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.derive._partners import check_partners

ADSL = pd.DataFrame({"USUBJID": ["S-01", "S-02"]})


def said(frame: pd.DataFrame, has_value: list[bool], source: pd.DataFrame, **given: object) -> list[tuple[str, str]]:
    tallies = check_partners(frame, np.array(has_value), source, **{"where": None, "by": ["USUBJID"], **given})
    return [(one.severity.name, one.message) for tally in tallies if (one := tally.finding())]


def test_keys_that_are_written_otherwise() -> None:
    source = pd.DataFrame({"USUBJID": ["01", "02"]})
    message = "2 records have no value: the source has records, and none of them has their USUBJID"
    assert said(ADSL, [False, False], source) == [("WARNING", message)]


def test_that_some_subjects_have_none_is_no_finding() -> None:
    assert said(ADSL, [True, False], pd.DataFrame({"USUBJID": ["S-01", "S-09"]})) == []
    assert said(ADSL, [False, False], pd.DataFrame({"USUBJID": []}, dtype="str")) == []


def test_records_of_a_subject_with_a_key_that_it_has_not_here() -> None:
    frame = pd.DataFrame({"USUBJID": ["S-01", "S-01"], "VISITNUM": [1.0, 2]})
    source = pd.DataFrame({"USUBJID": ["S-01", "S-01", "S-09"], "VISITNUM": [1.0, 2.1, 2.1]})
    message = "1 records of the source have keys that no record of their subject has here: VISITNUM=2.1"
    assert said(frame, [True, False], source, by=["USUBJID", "VISITNUM"]) == [("NOTE", message)]

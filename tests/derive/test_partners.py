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
    assert said(ADSL, [True, False], pd.DataFrame({"USUBJID": ["S-01"]})) == []
    assert said(ADSL, [True, True], pd.DataFrame({"USUBJID": ["S-01", "S-02", "S-09"]})) == []
    assert said(ADSL, [False, False], pd.DataFrame({"USUBJID": []}, dtype="str")) == []


def test_records_of_others_where_some_here_have_none() -> None:
    """S-02 may be written otherwise, as S-2."""
    source = pd.DataFrame({"USUBJID": ["S-01", "S-2", "S-2"], "X": [1.0, 2, None]})
    message = "{} {} of the source {} of nobody here, while subjects here have none there"
    assert said(ADSL, [True, False], source) == [("NOTE", message.format(2, "records", "are"))]
    assert said(ADSL, [True, False], source, value="X") == [("NOTE", message.format(1, "record", "is"))]


def test_a_key_that_is_missing_here() -> None:
    frame = pd.DataFrame({"USUBJID": ["S-01", None]})
    message = "1 record lacks USUBJID, and so has no record of the source"
    assert said(frame, [True, False], pd.DataFrame({"USUBJID": ["S-01"]})) == [("NOTE", message)]


def test_records_of_a_subject_with_a_key_that_it_has_not_here() -> None:
    frame = pd.DataFrame({"USUBJID": ["S-01", "S-01", "S-02"], "VISITNUM": [1.0, 2, 2]})
    source = pd.DataFrame({"USUBJID": ["S-01", "S-01", "S-09"], "VISITNUM": [1.0, 2.1, 2.1], "X": 1.0})
    here = "1 record of the source has keys that no record of its subject has here: VISITNUM=2.1"
    there = "1 record has keys that no record of its subject has in the source: VISITNUM=2"
    by = ["USUBJID", "VISITNUM"]
    assert said(frame, [True, False, False], source, by=by) == [("NOTE", here)]
    assert said(frame, [True, False, False], source, by=by, value="X") == [("NOTE", here), ("NOTE", there)]

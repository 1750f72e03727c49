"""Tests of derive.response.cbor: Table 3 of the guideline; all sequences are in test_recist_truth_table.py."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.contract import contract_of
from adamline.derive.response.cbor import add_cbor

START = pd.Timestamp("2020-01-01").as_unit("s")
ADSL = pd.DataFrame({"USUBJID": ["01"], "RANDDT": [START]})
LATE, EARLY, LATE_SD = [42, 84, 126, 168], [13, 27, 34, 41], [20, 42, 70, 98]


def course(words: str, days: list[int]) -> pd.DataFrame:
    """Assessments of one subject, each word at its day."""
    responses = words.split()
    dates = [START + pd.Timedelta(days=day) for _, day in zip(responses, days, strict=False)]
    return pd.DataFrame(
        {"USUBJID": "01", "PARAMCD": "OVR", "AVAL": float("nan"), "AVALC": responses, "ADT": pd.DatetimeIndex(dates)}
    ).astype({"AVALC": "str", "PARAMCD": "str", "USUBJID": "str", "ADT": "datetime64[s]"})


def answer(words: str, days: list[int], parameter: str = "CBOR", **other: object) -> tuple[str, int | None]:
    """The answer of a parameter and its day."""
    names = {"cr_pr": "CBCP", "response": "CRSP", "benefit": "CCB"}
    made = add_cbor(
        course(words, days), subjects=ADSL, reference="RANDDT", **{"stable_days": 42, **names, **other}
    ).set_index("PARAMCD")
    day = (made.loc[parameter, "ADT"] - START).days
    return made.loc[parameter, "AVALC"], None if pd.isna(day) else day


# The rows of Table 3 of Eisenhauer et al. 2009, first and subsequent time point, with the minimum of SD met and not.
TABLE_3 = [
    ("CR CR", "CR", None),
    ("CR PR", "SD", "PD"),  # footnote a: the PR is PD, and 'best response would depend on whether minimum SD was met'
    ("CR SD", "SD", "PD"),
    ("CR PD", "SD", "PD"),
    ("CR NE", "SD", "NE"),
    ("PR CR", "PR", None),
    ("PR PR", "PR", None),
    ("PR SD", "SD", "NE"),  # the table says SD; 4.4.3 and 4.6.1 ask for its minimum time
    ("PR PD", "SD", "PD"),
    ("PR NE", "SD", "NE"),
    ("NE NE", "NE", "NE"),
]


@pytest.mark.parametrize(("words", "met", "otherwise"), TABLE_3)
def test_table_3(words, met, otherwise):
    assert answer(words, LATE)[0] == met
    if otherwise:
        assert answer(words, EARLY)[0] == otherwise


def test_cr_and_then_pr_without_the_minimum_time_is_progression():
    """pharmaverse/admiralonco#275: SD there, whether or not the CR meets the minimum time of SD."""
    assert answer("CR PR", [41, 83]) == ("PD", 83)
    assert answer("CR PR", [42, 84]) == ("SD", 42)


@pytest.mark.parametrize(
    ("words", "days", "word", "day"),
    [
        ("PR PR", LATE_SD, "SD", 42),  # 22 days apart: not confirmed, and the second is late enough to be SD
        ("PR PR", [20, 48], "PR", 20),  # 28 days
        ("PR PR PR", LATE_SD, "PR", 20),  # by the one after the next
        ("PR NE PR", LATE_SD, "PR", 20),  # the guideline's own example
        ("PR NE NE PR", LATE_SD, "SD", 98),
        ("PR SD PR", LATE_SD, "SD", 42),
        ("CR CR", LATE_SD, "SD", 42),
        ("CR NE CR", LATE_SD, "CR", 20),
        ("PR CR CR", LATE_SD, "CR", 42),  # the better of two that are confirmed
        ("PR CR PR", LATE, "PR", 42),  # confirmed by the CR, before disease is there again
        ("PR PD PR", LATE, "SD", 42),  # nothing counts after PD
        ("SD PD", LATE, "SD", 42),
        ("SD PD", EARLY, "PD", 27),
        ("SD", EARLY, "NE", 13),
        ("NON-CR/NON-PD NON-CR/NON-PD", LATE_SD, "NON-CR/NON-PD", 42),
        ("NON-CR/NON-PD", EARLY, "NE", 13),
        ("NE ND", EARLY, "NE", 13),
        ("", [], "MISSING", None),
    ],
)
def test_confirmation_and_its_date(words, days, word, day):
    assert answer(words, days) == (word, day)


@pytest.mark.parametrize(
    ("words", "days", "other", "word"),
    [
        ("PR NE PR", LATE, {"max_ne": 0}, "SD"),
        ("PR NE NE PR", LATE, {"max_ne": 2}, "PR"),
        ("PR SD PR", LATE, {"max_sd": 1}, "PR"),
        ("PR SD SD PR", LATE, {"max_sd": 1}, "SD"),
        ("CR SD CR", LATE, {"max_sd": 1}, "SD"),  # disease after CR, whatever is allowed between PRs
        ("PR PR", LATE, {"confirm_within": 42}, "PR"),
        ("PR PR", LATE, {"confirm_within": 41}, "SD"),
        ("PR PR", LATE, {"confirm_days": 43}, "SD"),
        ("CR PR", LATE, {"after_cr": "response"}, "PR"),  # footnote a: 'the original CR should be changed to PR'
        ("CR PR", EARLY, {"after_cr": "response"}, "NE"),  # two PRs, not confirmed, and before the minimum of SD
        ("CR NE PR", LATE, {"after_cr": "response"}, "PR"),
        ("CR SD", EARLY, {"after_cr": "response"}, "PD"),
        ("CR CR PR", LATE, {"after_cr": "response"}, "CR"),  # a CR that is confirmed stays
        ("CR PR CR CR", LATE, {"after_cr": "response"}, "CR"),
        ("CR PR CR CR", LATE, {}, "SD"),
    ],
)
def test_what_a_protocol_says(words, days, other, word):
    assert answer(words, days, **other)[0] == word


@pytest.mark.parametrize(
    ("words", "days", "cbcp", "crsp", "ccb"),
    [
        ("PR PR PD", LATE, ("Y", 42), ("Y", 42), ("Y", 42)),
        ("PR CR CR", LATE_SD, ("Y", 42), ("Y", 20), ("Y", 20)),  # PR confirmed by the second CR comes before
        ("PR SD PD", LATE_SD, ("N", None), ("N", None), ("Y", 42)),
        ("PR PD", EARLY, ("N", None), ("N", None), ("N", None)),
    ],
)
def test_parameters_of_the_same_assessments(words, days, cbcp, crsp, ccb):
    """CBCP is of the CBOR that is made with it: in pharmaverse's ADRS it is N where CBOR is PR."""
    assert [answer(words, days, parameter) for parameter in ("CBCP", "CRSP", "CCB")] == [cbcp, crsp, ccb]


@pytest.mark.parametrize(("begins", "word"), [(None, "PR"), (84, "PR"), (83, "SD"), (41, "MISSING")])
def test_nothing_counts_after_the_start_of_new_therapy(begins, word):
    """PR on days 42 and 84, as far as `where` lets them count."""
    starts = pd.NaT if begins is None else START + pd.Timedelta(days=begins)
    adrs = course("PR PR", LATE).assign(NACTDT=pd.Series([starts] * 2, dtype="datetime64[s]"))
    where = "NACTDT is missing or ADT <= NACTDT"
    made = add_cbor(adrs, subjects=ADSL, reference="RANDDT", stable_days=42, where=where)
    assert made["AVALC"].iloc[-1] == word


def test_a_run_says_where_disease_is_there_again_after_a_cr():
    found = contract_of(add_cbor)
    assert found
    adrs, arguments = course("CR NE PR SD", LATE), {"subjects": ADSL, "reference": "RANDDT", "stable_days": 42}
    for rule, message in [
        ("progression", "1 assessment has disease again after a CR, and is read as progression: PR"),
        ("response", "1 assessment has disease again after a CR; a PR makes the CR a PR if no CR is confirmed: PR"),
    ]:
        given = {**arguments, "after_cr": rule}
        messages = [t.finding().message for t in found.tallies(adrs, add_cbor(adrs, **given), given) if t.finding()]
        assert messages == [message]

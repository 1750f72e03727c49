"""A condition that holds on any record of a key, as a record of its own."""

from __future__ import annotations

import pytest

from adamline.derive.any import add_any, check_any
from adamline.derive.summary import add_summary
from adamline.errors import DerivationError

ADEX = """
    USUBJID PARAMCD AVAL AVALC ASTDT      AENDT
    01      ADJ     54   .     2020-01-01 2020-01-14
    01      ADJ     81   Y     2020-01-15 .
    01      DUR     14   Y     .          2020-03-01
    02      ADJ     54   .     2020-01-02 .
    02      ADJ     .    .     2020-01-16 .
    03      DUR     9    Y     2020-01-03 2020-01-09
    """


@pytest.mark.parametrize(
    ("when", "unmet", "expected"),
    [
        ("AVALC = 'Y'", "missing", {"01": "Y", "02": None}),
        ("AVALC is not missing", "N", {"01": "Y", "02": "N"}),
        ("AVAL > 60", "N", {"01": "Y", "02": None}),  # of 02 one dose is unknown: perhaps it was above
        ("AVAL > 90", "N", {"01": "N", "02": None}),
        ("AVAL > 50", "N", {"01": "Y", "02": "Y"}),
    ],
)
def test_of_each_subject(when, unmet, expected, table, plain):
    adex = table(ADEX)
    added = add_any(adex, parameter="TADJ", of=["ADJ"], when=when, unmet=unmet).iloc[len(adex) :]
    assert dict(zip(added["USUBJID"], plain(added["AVALC"]), strict=True)) == expected
    number = {"Y": 1, "N": 0} if unmet == "N" else {}
    assert plain(added["AVAL"]) == [number.get(answer) for answer in plain(added["AVALC"])]
    assert set(added["PARAMCD"]) == {"TADJ"}


def test_from_the_first_start_to_the_last_end(table):
    adex = table(ADEX)
    dates = {"earliest": ["ASTDT"], "latest": ["AENDT"]}
    added = add_any(adex, parameter="TADJ", of=["ADJ"], when="AVALC is not missing", **dates).iloc[len(adex) :]
    assert added["ASTDT"].dt.strftime("%F").tolist() == ["2020-01-01", "2020-01-02"]
    assert added["AENDT"].dt.strftime("%F").fillna("none").tolist() == ["2020-01-14", "none"]
    assert len(add_any(adex, parameter="TADJ", of=["NONE"], when="AVALC is missing")) == len(adex)


@pytest.mark.parametrize(
    "twice", [{"earliest": ["ASTDT"], "latest": ["ASTDT"]}, {"common": ["ASTDT"], "latest": ["ASTDT"]}]
)
def test_a_variable_of_two_arguments_is_an_error(twice, table):
    """The one named last decided."""
    for add, how in ((add_any, {"when": "AVAL > 60"}), (add_summary, {"statistic": "sum"})):
        with pytest.raises(DerivationError, match=r"ASTDT is in `.*` and in `latest`"):
            add(table(ADEX), parameter="X", of=["ADJ"], **how, **twice)


def test_some_records(table):
    adex = table(ADEX)
    added = add_any(adex, parameter="X", of=["ADJ", "DUR"], when="AVALC = 'Y'", where="AVAL < 20").iloc[len(adex) :]
    assert added[["USUBJID", "AVALC"]].to_numpy().tolist() == [["01", "Y"], ["03", "Y"]]


def test_what_is_open_is_counted(table):
    said = check_any(table(ADEX), parameter="TADJ", of=["ADJ"], when="AVAL > 60")
    assert [(tally.finding().severity.name, tally.finding().message) for tally in said] == [
        ("NOTE", "1 record of TADJ has no answer, since a missing value leaves `AVAL > 60` open")
    ]

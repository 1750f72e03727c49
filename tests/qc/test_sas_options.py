"""Options under the names of PROC COMPARE."""

from __future__ import annotations

import pytest

from adamline.qc.options import CompareOptions, Method
from adamline.qc.report.listing_options import ListingOptions, Lists, parse_listing_options
from adamline.qc.sas_options import parse_sas_options
from adamline.qc.sysinfo import CompareError

GIVEN = CompareOptions(id="USUBJID")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("method=percent", "method", Method.PERCENT),
        ("METHOD = RELATIVE ( 0.1 )", "delta", 0.1),
        ("CRITERION=-1000", "criterion", -1000.0),
        ("nomiss", "nomissing", True),
        ("NOMISSBASE", "nomissbase", True),
        ("nomisscomp", "nomisscomp", True),
        ("notsorted", "notsorted", True),
    ],
)
def test_options_of_the_comparison(text: str, field: str, value: object) -> None:
    options, listing = parse_sas_options(text, GIVEN)
    assert getattr(options, field) == value
    assert options.id == ("USUBJID",)
    assert listing == ListingOptions()


def test_both_kinds_together() -> None:
    options, listing = parse_sas_options("stats method=absolute maxprint=(5, 10) criterion=0.5 fuzz=0.1", GIVEN)
    assert (options.method, options.criterion) == (Method.ABSOLUTE, 0.5)
    assert listing == ListingOptions(frozenset({Lists.STATS}), 5, 10, 0.1)


def test_nothing_changes_nothing() -> None:
    assert parse_sas_options("  ", GIVEN) == (GIVEN, ListingOptions())


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("listbase", {"LISTBASEOBS", "LISTBASEVAR"}),
        ("LISTCOMP", {"LISTCOMPOBS", "LISTCOMPVAR"}),
        ("listobs", {"LISTBASEOBS", "LISTCOMPOBS"}),
        ("listvar", {"LISTBASEVAR", "LISTCOMPVAR"}),
        ("listall", {"LISTBASEOBS", "LISTCOMPOBS", "LISTBASEVAR", "LISTCOMPVAR"}),
        ("briefsummary", {"BRIEF"}),
        ("nosum transpose", {"NOSUMMARY", "TRANSPOSE"}),
        (
            "printall",
            {"ALLOBS", "ALLVARS", "ALLSTATS", "LISTBASEOBS", "LISTCOMPOBS", "LISTBASEVAR", "LISTCOMPVAR"},
        ),
    ],
)
def test_words_that_stand_for_several(text: str, lists: set[str]) -> None:
    assert set(parse_listing_options(text).lists) == lists


def test_maxprint() -> None:
    assert parse_listing_options("maxprint=20") == ListingOptions(per_variable=20, total=20)
    assert parse_listing_options("MAXPRINT=(5,2000)") == ListingOptions(per_variable=5, total=2000)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("stat", "STAT is not an option of a report."),
        ("criterion", "CRITERION is not an option of a report."),
        ("criterion=x", "CRITERION is not a number."),
        ("method=near", "METHOD= is not one of the methods."),
        ("method=percent(1)", "METHOD= is not one of the methods."),
        ("method=relative(-1)", "Delta must not be negative."),
        ("fuzz=2", "FUZZ is not a number that it can be."),
    ],
)
def test_refused(text: str, what: str) -> None:
    with pytest.raises(CompareError) as caught:
        parse_sas_options(text, GIVEN)
    assert caught.value.what == what

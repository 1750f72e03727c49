"""The text report: a whole listing of the students of SAS's documentation, and what each option adds or leaves out."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc.comparison import compare
from adamline.qc.options import CompareOptions
from adamline.qc.report.listing_options import parse_listing_options
from adamline.qc.report.report import Report
from adamline.qc.report.terminal import render_terminal
from adamline.qc.report.text import render_text
from adamline.qc.report.value_table import windowed

# The figures are those of the oracle's case; the words are ours.
STUDENTS = """\
FAIL: ONE and TWO

Verdict
=======
met      4 records matched by position.
met      There are no keys that could be duplicate.
NOT MET  Unmatched records: 0 in the base, 1 in the comparison.
NOT MET  4 variables compared; 1 only in the comparison (major); 1 of two types (student).
NOT MET  Attributes differ: label of the dataset, type of student, label of year, label of state, format of gr1.
NOT MET  6 values unequal, in 3 variables.

Data Set Summary
================
         Dataset  Variables  Records  Label
-------  -------  ---------  -------  ---------------
Base     ONE              5        4  First Data Set
Compare  TWO              6        5  Second Data Set

Variables Summary
=================
Variables in common                  5
Variables in compare only            1
Variables of conflicting types       1
Variables with differing attributes  3

Conflicting types
Variable  Base type  Base length  Compare type  Compare length
--------  ---------  -----------  ------------  --------------
student   Num        8            Char          8

Differing attributes
Variable  Attribute  Base           Compare     Can change
--------  ---------  -------------  ----------  ----------
year      label      Year of Birth              display
state     label                     Home State  display
gr1       format     4.1            5.2         display

Observation Summary
===================
Observations in common                             4
Observations in compare only                       1
Observations read from base                        4
Observations read from compare                     5
Observations with some compared variables unequal  4
Observations with all compared variables equal     0

Observation    Base  Compare
-------------  ----  -------
First Obs         1        1
First Unequal     1        1
Last Unequal      4        4
Last Match        4        4
Last Obs          .        5

Values Comparison Summary (Method=EXACT)
========================================
Variables compared with all observations equal     1
Variables compared with some observations unequal  3
Values which compare unequal                       6
Maximum difference                                 20

Variables with Unequal Values
Variable  Type  Len  Ndif  MaxDif  MissDif  Label  Compare label
--------  ----  ---  ----  ------  -------  -----  -------------
state     Char    8     2                0         Home State
gr1       Num     8     2   1.000        0
gr2       Num     8     2  20.000        0

Value Comparison Results for Variables
======================================
state: 2 unequal values
Obs  Base state  Compare state  Differs at
---  ----------  -------------  ----------
  2  MD          MA                      2
  4  MA          MD                      2

gr1: 2 unequal values
Obs  Base gr1  Compare gr1    Diff.   % Diff
---  --------  -----------  -------  -------
  1      85.0        84.00  -1.0000  -1.1765
  3      78.0        79.00   1.0000   1.2821

gr2: 2 unequal values
Obs  Base gr2  Compare gr2     Diff.    % Diff
---  --------  -----------  --------  --------
  3        72           73    1.0000    1.3889
  4        94           74  -20.0000  -21.2766
"""


def students(folder: Path, side: str, name: str, label: str) -> Dataset:
    attributes = pd.read_csv(folder / f"{side}_variables.csv", dtype="str", keep_default_na=False)
    kinds = {row.variable: Kind.NUMBER if row.type == "num" else Kind.TEXT for row in attributes.itertuples()}
    types = {variable: "float64" if kind is Kind.NUMBER else "str" for variable, kind in kinds.items()}
    frame = pd.read_csv(folder / f"{side}.csv", dtype=types)
    variables = tuple(
        Variable(row.variable, kinds[row.variable], row.label, int(row.length), row.format)
        for row in attributes.itertuples()
    )
    return Dataset(name, frame, variables, label)


@pytest.fixture
def student_report(shared: Path) -> Report:
    folder = shared / "oracles/compare/open/students-default"
    base, other = (
        students(folder, "base", "ONE", "First Data Set"),
        students(folder, "compare", "TWO", "Second Data Set"),
    )
    return Report(compare(base, other))


def text(report: Report, options: str = "") -> str:
    return render_text(report, parse_listing_options(options))


def titles(report: Report, options: str = "") -> list[str]:
    lines = text(report, options).splitlines()
    return [line for line, below in pairwise(lines) if set(below) == {"="}]


def test_the_whole_listing(student_report: Report) -> None:
    assert text(student_report) == STUDENTS


SECTIONS = ["Verdict", "Causes", "Accepted Differences", "Notes"]
SUMMARIES = ["Data Set Summary", "Variables Summary", "Observation Summary"]
VALUES = ["Values Comparison Summary (Method=EXACT)"]
RESULTS = ["Value Comparison Results for Variables"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", [*SECTIONS, *SUMMARIES, *VALUES, *RESULTS]),
        ("brief", [*SECTIONS, *VALUES, *RESULTS]),
        ("NOSUMMARY", [*SECTIONS, *RESULTS]),
        ("novalues", [*SECTIONS, *SUMMARIES, *VALUES]),
        ("nosum transpose", [*SECTIONS, "Comparison Results for Observations"]),
        ("nosum novalues stats", [*SECTIONS, "Summary Statistics"]),
    ],
)
def test_options_choose_sections(report: Report, options: str, expected: list[str]) -> None:
    assert titles(report, options) == expected


def has_line(shown: str, *words: str) -> bool:
    return any(line.split() == list(words) for line in shown.splitlines())


def test_listvar_and_listobs_name_what_one_side_has(report: Report) -> None:
    shown = text(report, "listvar listobs")
    assert has_line(shown, "ONLYB", "Num", "8")
    assert has_line(shown, "ONLYC", "Char", "40")
    assert has_line(shown, "5", "03", "1")
    assert has_line(shown, "1", "04", "1")
    assert not has_line(text(report), "ONLYB", "Num", "8")
    assert not has_line(text(report, "listcompobs"), "5", "03", "1")


def test_values_show_formats_keys_and_what_is_accepted(report: Report) -> None:
    shown = text(report)
    assert has_line(shown, "01", "1", "8.5", "8.4", "-0.1000", "-1.1765", "yes")
    assert has_line(shown, "02", "2", "05JAN2020", "06JAN2020", "1.0000", "0.0046")


def test_a_format_that_shows_two_values_alike_gives_way() -> None:
    values = (85.04, 85.01)
    sides = [Dataset("D", pd.DataFrame({"X": [x]}), (Variable("X", Kind.NUMBER, format="4.1"),)) for x in values]
    assert has_line(text(Report(compare(*sides))), "1", "85.04", "85.01", "-0.0300", "-0.0353")


def test_maxprint_limits_and_says_so(report: Report) -> None:
    shown = text(report, "maxprint=(2,3)")
    # One of AVAL, two of the three of AVALC, then the total is reached.
    assert shown.count("1 more value not listed (MAXPRINT)") == 2
    assert text(report, "maxprint=0").count("not listed (MAXPRINT)") == 3


def test_allobs_and_allvars_list_what_is_equal(report: Report) -> None:
    assert not has_line(text(report), "02", "1", ".A", ".A", ".", ".")
    assert has_line(text(report, "allobs"), "02", "1", ".A", ".A", ".", ".")


def test_listequalvar(report: Report) -> None:
    same = Report(compare(report.comparison.base, report.comparison.base, CompareOptions(id=("USUBJID", "AVISITN"))))
    assert "Variables with All Equal Values" in text(same, "listequalvar")
    assert "All values compared are exactly equal." in text(same)
    assert "Last Match" not in text(same)
    assert text(same).startswith("PASS: ADLB\n")


def test_transpose_groups_values_by_record(report: Report) -> None:
    shown = text(report, "transpose nosummary")
    first = shown.index("Obs 1 / 2  USUBJID=01, AVISITN=1")
    assert first < shown.index("Obs 2 / 3  USUBJID=01, AVISITN=2") < shown.index("Obs 4 / 5  USUBJID=02, AVISITN=2")
    assert has_line(shown, "AVALC", "+E", "IN", "THE", "MORNING", "+E", "IN", "THE", "EVENING")


def test_fuzz_prints_small_numbers_as_zero(report: Report) -> None:
    assert has_line(text(report, "fuzz=0.2"), "01", "1", "8.5", "8.4", "0.0000", "-1.1765", "yes")


def test_statistics(student_report: Report) -> None:
    shown = text(student_report, "stats nosummary novalues")
    assert "year" not in shown.partition("Summary Statistics")[2]
    assert has_line(shown, "MEAN", "86.25", "81.5", "-4.75", "-4.971927")
    assert has_line(shown, "NDIF", "2", "50%")


def test_by_groups_have_a_row_each() -> None:
    base = pd.DataFrame({"G": ["a", "a", "b"], "X": [1.0, 2.0, 3.0]})
    other = pd.DataFrame({"G": ["a", "a", "c"], "X": [1.0, 5.0, 3.0]})
    shown = text(Report(compare(base, other, CompareOptions(by="G"))))
    assert has_line(shown, "a", "2", "2", "2", "0", "0", "1", "1")
    assert has_line(shown, "b", "1", "0", "0", "1", "0", "0", "0")


@pytest.mark.parametrize(
    ("base", "compare_", "expected"),
    [
        ("abc", "abd", ("abc", "abd", 3)),
        ("abc", "abc", ("abc", "abc", 0)),
        ("a" * 30, "a" * 30, ("a" * 19 + "+", "a" * 19 + "+", 0)),
        ("a" * 25 + "x", "a" * 25 + "y", ("+aaaaaaaaax", "+aaaaaaaaay", 26)),
        ("a" * 25 + "x" + "b" * 30, "a" * 25, ("+aaaaaaaaaxbbbbbbbb+", "+aaaaaaaaa", 26)),
        ("a\tb", "a\nb", ("a?b", "a?b", 2)),
        ("", "x", ("", "x", 1)),
    ],
)
def test_windows_show_where_texts_part(base: str, compare_: str, expected: tuple[str, str, int]) -> None:
    assert windowed(base, compare_) == expected
    assert all(len(cut) <= 20 for cut in expected[:2])


def test_terminal_is_short(report: Report) -> None:
    shown = render_terminal(report).splitlines()
    assert shown[0] == f"FAIL: ADLB  (SYSINFO {int(report.comparison.sysinfo)})"
    assert [line[:4].strip() for line in shown[1:7]] == ["ok", "ok", "NO", "NO", "NO", "NO"]
    assert "  cause: ADT: 1 of 1 differences: one day later in compare" in shown
    assert "    line 3: ADT is void: the values are now 2020-01-05 and 2020-01-06" in shown
    assert len(shown) < 20


def test_an_empty_comparison() -> None:
    report = Report(compare(pd.DataFrame({"X": []}), pd.DataFrame({"Y": []})))
    assert text(report, "printall stats").startswith("FAIL: BASE and COMPARE\n")
    assert "No values were compared." in text(report)
    assert render_terminal(report).startswith("FAIL")

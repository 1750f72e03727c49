"""Printed cells against results: the class of each, and that nothing is passed over."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from adamline.qc.answer import Verdict
from adamline.qc.published.cells import PrintedCell
from adamline.qc.published.compare_published import Class, compare_published
from adamline.qc.published.find_result import Results
from adamline.qc.published.report import headline, published_csv, sections, terminal_text
from adamline.results.ard import with_ids

ROWS = [
    # analysis, arm, visit, variable, level, statistic, value, text
    ("columns", "", "", "TRTP", "Placebo", "n", 105.0, "105"),
    ("count SEX", "Placebo", "", "SEX", "F", "n", 99.0, "99"),
    ("count SEX", "Placebo", "", "SEX", "F", "pct", 94.28571429, "94.3"),
    ("count SEX", "Placebo", "", "SEX", "M", "n", 6.0, "6"),
    ("summary CHG", "Placebo", "Week 2", "CHG", "", "median", 0.12, "0.1"),
    ("summary CHG", "Active", "Week 2", "CHG", "", "median", -2.5, "-2.5"),
    ("p_wilcoxon", "Active", "Week 2", "CHG", "", "p", 0.0281, "0.028"),
    ("p_exact", "Active", "Week 2", "CHG", "", "p", 0.0302, "0.030"),
    ("p_wilcoxon", "Active", "Week 4", "CHG", "", "p", math.nan, "NE"),
]
NAMES = ["analysis", "group1_level", "group2_level", "variable", "variable_level", "stat_name", "stat", "stat_text"]


def table() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=NAMES)
    frame["group1"] = frame["group1_level"].where(frame["group1_level"] == "", "TRTP")
    frame["group2"] = frame["group2_level"].where(frame["group2_level"] == "", "AVISIT")
    return with_ids(frame, "T-1")


def listing() -> pd.DataFrame:
    return pd.DataFrame(columns=["result", "output", "dataset", "where", "USUBJID"])


OUTPUTS = {"T-1": Results("T-1", table), "L-1": Results("L-1", listing)}


def cell(text: str, levels: str, stat_name: str, found_in: str = "T-1", slip: str = "") -> PrintedCell:
    named = dict(part.split("=") for part in levels.split("; ")) if levels else {}
    return PrintedCell(2, "Table 1", "3", text, slip, found_in, named, stat_name, ("Age",))


def compared(*cells: PrintedCell) -> list[tuple[str, str]]:
    return [(each.kind, each.note) for each in compare_published(cells, OUTPUTS).cells]


P = "TRTP=Active; AVISIT=Week 2; analysis=p_wilcoxon"


@pytest.mark.parametrize(
    ("text", "levels", "stat_name", "kind"),
    [
        ("99", "TRTP=Placebo; SEX=F", "n", Class.EQUAL),
        ("94.3", "TRTP=Placebo; SEX=F", "pct", Class.EQUAL),
        ("94.29", "TRTP=Placebo; SEX=F", "pct", Class.FORMAT),
        ("94.3%", "TRTP=Placebo; SEX=F", "pct", Class.FORMAT),
        ("94.28", "TRTP=Placebo; SEX=F", "pct", Class.DIFFERS),
        ("0.12", "TRTP=Placebo; AVISIT=Week 2", "median", Class.FORMAT),
        ("-2.50", "TRTP=Active; AVISIT=Week 2", "median", Class.FORMAT),
        ("2.5", "TRTP=Active; AVISIT=Week 2", "median", Class.DIFFERS),
        ("105", "analysis=columns; TRTP=Placebo", "n", Class.EQUAL),
        ("99", "TRTP=Placebo; SEX=F; AVISIT=", "n", Class.EQUAL),
        ("p=0.028", P, "p", Class.FORMAT),
        ("p<0.05", P, "p", Class.EQUAL),
        ("significant", P, "p", Class.EQUAL),
        ("not significant", P, "p", Class.DIFFERS),
        ("NE", "TRTP=Active; AVISIT=Week 4", "p", Class.EQUAL),
        ("n.e.", "TRTP=Active; AVISIT=Week 4", "p", Class.FORMAT),
        ("NA", "TRTP=Active; AVISIT=Week 4", "p", Class.DIFFERS),
        ("not significant", "TRTP=Active; AVISIT=Week 4", "p", Class.DIFFERS),
        ("0.04", "TRTP=Active; AVISIT=Week 4", "p", Class.DIFFERS),
        ("ninety-nine", "TRTP=Placebo; SEX=F", "n", Class.DIFFERS),
    ],
)
def test_the_class_of_a_cell_that_has_a_result(text: str, levels: str, stat_name: str, kind: Class) -> None:
    assert compared(cell(text, levels, stat_name)) == [(kind, "")]


def test_a_slip_must_differ() -> None:
    slip = cell("20.9", "TRTP=Placebo; SEX=F", "pct", slip="99 of 105 is 94.3 %")
    assert compared(slip) == [(Class.SLIP, "99 of 105 is 94.3 %")]
    for text in ("94.3", "94.29"):
        said = "declared a slip (99 of 105 is 94.3 %), and does not differ"
        assert compared(replace(slip, text=text)) == [(Class.NO_SLIP, said)]


@pytest.mark.parametrize(
    ("one", "note"),
    [
        (cell("5", "", "", found_in=""), "found_in names no output"),
        (cell("5", "", "n", found_in="T-2"), "the run has no output T-2: did you mean T-1?"),
        (cell("5", "", "n", found_in="L-1"), "L-1 is a listing, which has no statistics"),
        (cell("5", "", "mediann"), "T-1 has no statistic mediann: did you mean median?"),
        (
            cell("5", "TRTP=Placebo; AVISIT=Week 3", "median"),
            "no such result of T-1 has AVISIT=Week 3: did you mean Week 2?",
        ),
        (cell("5", "TRTA=Placebo", "median"), "no such result of T-1 is of TRTA: did you mean TRTP?"),
        (cell("105", "TRTP=Other", "n"), "no such result of T-1 has TRTP=Other: there are Placebo"),
    ],
)
def test_a_cell_without_a_result_says_why(one: PrintedCell, note: str) -> None:
    assert compared(one) == [(Class.NO_RESULT, note)]


def test_several_results_are_none() -> None:
    (kind, note), *_ = compared(cell("0.028", "TRTP=Active; AVISIT=Week 2", "p"))
    assert kind is Class.SEVERAL
    assert note == (
        "2 results have these levels: T-1/p_wilcoxon/TRTP=Active/AVISIT=Week 2/CHG/p, "
        "T-1/p_exact/TRTP=Active/AVISIT=Week 2/CHG/p"
    )


GOOD = cell("99", "TRTP=Placebo; SEX=F", "n")
SLIP = cell("98", "TRTP=Placebo; SEX=F", "n", slip="99 elsewhere")


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ([GOOD], Verdict.PASS),
        ([GOOD, cell("94.29", "TRTP=Placebo; SEX=F", "pct")], Verdict.PASS),
        ([GOOD, SLIP], Verdict.PASS_WITH_EXCEPTIONS),
        ([GOOD, SLIP, replace(GOOD, text="98")], Verdict.FAIL),
        ([GOOD, replace(GOOD, slip="no slip")], Verdict.FAIL),
        ([GOOD, cell("5", "", "", found_in="")], Verdict.FAIL),
        ([GOOD, cell("0.028", "TRTP=Active; AVISIT=Week 2", "p")], Verdict.FAIL),
    ],
)
def test_the_verdict(cells: list[PrintedCell], verdict: Verdict) -> None:
    assert compare_published(cells, OUTPUTS).verdict is verdict


def test_reports_have_every_cell() -> None:
    found = compare_published([GOOD, SLIP, replace(GOOD, text="9\x1b8")], OUTPUTS)
    title = headline(found, "published.csv", "out")
    assert title == "1 of 3 printed cells of published.csv equal those of out"
    assert terminal_text(found, title).splitlines() == [
        f"FAIL: {title}",
        "  ok 1 equal, at the printed decimals.",
        "  ok 1 different, and declared a slip of the paper.",
        "  NO 1 different.",
        "  differs: line 2, Table 1, Age: printed 9\\x1b8, computed 99 (99)",
        "  slip: line 2, Table 1, Age: printed 98, computed 99 (99): 99 elsewhere",
    ]
    lines = published_csv(found).splitlines()
    assert lines[0] == "line,cell,page,class,printed,displayed,value,result,note"
    assert lines[1] == '2,"Table 1, Age",3,equal,99,99,99,T-1/count SEX/TRTP=Placebo/SEX=F/n,'
    assert len(lines) == 4
    _, others, every = sections(found)
    assert [len(section.tables[0].rows) for section in (others, every)] == [2, 3]
    (only,) = compare_published([GOOD], OUTPUTS).cells
    assert sections(type(found)((only,)))[1].is_empty


def test_the_terminal_counts_what_it_does_not_show() -> None:
    found = compare_published([replace(GOOD, text=str(n)) for n in range(30)], OUTPUTS)
    assert terminal_text(found, "x").splitlines()[-1] == "  and 10 more; a report has all"

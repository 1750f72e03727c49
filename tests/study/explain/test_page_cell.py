"""Finding a cell by what stands on the page: labels, headings above them, columns; what is unclear is listed."""

from __future__ import annotations

import pytest

from adamline.errors import DataError
from adamline.study.explain.page_cell import PageCell, find_cell
from adamline.tlf.layout import Column, HeaderCell, Layout, Row


def row(label: str, *group: str, ids: tuple[str, str] = ("T-1/a", "T-1/b")) -> Row:
    return Row((label, "1", "2"), group=group, results=("", *ids))


LAYOUT = Layout(
    output="T-1",
    titles=("Table 1",),
    columns=(Column(2), Column(1), Column(1)),
    header=(
        (HeaderCell(""), HeaderCell("Low\n(N=3)"), HeaderCell("Low Dose\n(N=4)")),
        (HeaderCell("Parameter"), HeaderCell("n (%)"), HeaderCell("n (%)")),
    ),
    rows=(
        row("n", "ALT (U/L)", "Week 2"),
        row("Mean (SD)", "ALT (U/L)", "Week 2"),
        row("n", "ALT (U/L)", "Week 12", ids=("T-1/c\nT-1/d", "T-1/e")),
        row("Mean (SD)", "ALT (U/L)", "Week 12", ids=("", "T-1/f")),
        row("n/N", "AST (U/L)", "Week 12"),
        row("12"),
    ),
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Week 12 / n", "T-1/c"),
        ("week 12  /  N", "T-1/c"),
        ("alt / week 12 / n", "T-1/c"),
        ("n/n", "T-1/a"),
        ("AST", "T-1/a"),  # a heading over one row
        ("3", "T-1/c"),  # the third row
        ("12", "T-1/a"),  # a label goes before a number
    ],
)
def test_a_row_is_found_by_its_label_behind_headings(asked: str, found: str) -> None:
    cell = find_cell(LAYOUT, asked, "low")
    assert cell.results[0] == found


def test_a_cell_has_labels_text_and_all_its_results() -> None:
    assert find_cell(LAYOUT, "Week 12 / n", "(N=3)") == PageCell(
        "ALT (U/L) / Week 12 / n", "Low / (N=3) / n (%)", "1", ("T-1/c", "T-1/d")
    )


@pytest.mark.parametrize(
    ("asked", "column", "says"),
    [
        ("n", "low", ["2 rows of T-1 are 'n'.", "1: ALT (U/L) / Week 2 / n", "3: ALT (U/L) / Week 12 / n"]),
        ("Week 12 / n", "n (%)", ["2 columns of T-1 are 'n (%)'.", "Low Dose / (N=4) / n (%)"]),
        ("Week 12 / n", "Plcebo", ["No column of T-1 is 'Plcebo'.", "Low / (N=3) / n (%)"]),
        ("Week 12 / Median", "low", ["No row of T-1 is 'Week 12 / Median'."]),
        ("Wek 12 / n", "low", ["did you mean", "Week 12 / n"]),
        ("Week 12 / mean", "low", ["shows no result.", "Low Dose"]),
    ],
)
def test_what_is_unclear_or_not_there_is_an_error_with_what_there_is(asked: str, column: str, says: list[str]) -> None:
    with pytest.raises(DataError) as error:
        find_cell(LAYOUT, asked, column)
    for text in says:
        assert text.casefold() in str(error.value).casefold()

"""Notes: numbers in the order of reading, one for each note, marks of both styles, and what a note cannot belong to."""

from __future__ import annotations

import pytest

from adamline.analyses.anchors import Marks, Note
from adamline.errors import AdamlineError
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row
from adamline.tlf.paginate import paginate
from adamline.tlf.table.notes import with_notes

TEXTS = {"a": "Note a.", "b": "Note b.", "c": "Note c.", "d": "Note d.", "e": "Note e."}
LAYOUT = Layout(
    "T-1",
    ("Table 1", "Adverse Events"),
    columns=(Column(2), Column(1, Align.DECIMAL), Column(1, Align.DECIMAL)),
    header=(
        (HeaderCell(""), HeaderCell("Active", 2)),
        (HeaderCell("Term"), HeaderCell("Low\n(N=5)"), HeaderCell("High\n(N=6)")),
    ),
    rows=(
        Row(("Any", "12 (3.5)", "100 (43.8)")),
        Row(("CARDIAC", "3 (1.5)", "7 (2.5)"), heads=True),
        Row(("Pain", "1 (1.5)", "0"), group=("CARDIAC",)),
    ),
    footnotes=("First.",),
)


def note(name: str, **at: str) -> Note:
    return Note.model_validate({"note": name, "at": at or "title"})


def test_numbers_follow_title_spanning_head_head_row_and_cell() -> None:
    """Given in another order; the cell of a row is read after its label."""
    notes = [
        note("a", row="Any", column="High"),
        note("b", row="CARDIAC"),
        note("c", column="Low"),
        note("d", column="Active"),
        note("e"),
    ]
    made = with_notes(LAYOUT, notes, TEXTS)
    assert made.footnotes == ("First.", "[1] Note e.", "[2] Note d.", "[3] Note c.", "[4] Note a.", "[5] Note b.")
    assert made.titles == ("Table 1", "Adverse Events [1]")
    assert [[cell.text for cell in row] for row in made.header] == [
        ["", "Active [2]"],
        ["Term", "Low [3]\n(N=5)", "High\n(N=6)"],
    ]
    assert [row.cells for row in made.rows] == [
        ("Any", "12 (3.5)", "100 (43.8) [4]"),
        ("CARDIAC [5]", "3 (1.5)", "7 (2.5)"),
        ("Pain", "1 (1.5)", "0"),
    ]
    # The row that heads others and what is repeated of it on the next page are the same text.
    assert made.rows[2].group == ("CARDIAC [5]",)


def test_a_note_of_several_places_has_one_number_and_stands_once() -> None:
    notes = [note("b", row="Any"), note("a", row="Pain"), note("b", row="Pain"), note("b", column="High")]
    made = with_notes(LAYOUT, notes, TEXTS)
    assert made.footnotes == ("First.", "[1] Note b.", "[2] Note a.")
    assert made.header[1][2].text == "High [1]\n(N=6)"
    assert [row.cells[0] for row in made.rows] == ["Any [1]", "CARDIAC", "Pain [1] [2]"]


def test_raised_figures() -> None:
    notes = [note("a", row="Any"), note("b", row="Any")]
    made = with_notes(LAYOUT, notes, TEXTS, Marks.SUPERSCRIPT)
    assert made.rows[0].cells[0] == "Any¹,²"
    assert made.footnotes == ("First.", "¹ Note a.", "² Note b.")


@pytest.mark.parametrize("style", list(Marks))
def test_a_mark_behind_a_number_moves_no_number(style: Marks) -> None:
    """Per cents of 7 (2.5), marked or not, stand below those of the other rows."""
    plain = paginate(LAYOUT).pages[0].rows
    notes = [
        note("a", row="Any", column="High"),
        note("b", row="Any", column="High"),
        note("c", row="CARDIAC", column="High"),
    ]
    marked = paginate(with_notes(LAYOUT, notes, TEXTS, style)).pages[0].rows
    for column in (1, 2):
        cells, before = ([row.cells[column] for row in rows] for rows in (marked, plain))
        assert [cell.spaces for cell in cells] == [cell.spaces for cell in before]
        assert len({cell.indent - old.indent for cell, old in zip(cells, before, strict=True)}) == 1


def test_a_note_that_belongs_to_nothing_is_said() -> None:
    with pytest.raises(AdamlineError, match="row Pian") as caught:
        with_notes(LAYOUT, [note("a", row="Pian")], TEXTS)
    assert "Pain" in str(caught.value)
    with pytest.raises(AdamlineError, match="column Hihg"):
        with_notes(LAYOUT, [note("a", column="Hihg")], TEXTS)

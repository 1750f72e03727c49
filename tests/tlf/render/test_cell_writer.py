"""Cells are the same whether the template wrote each of them, or only one of each shape."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from adamline._templates import is_own
from adamline.tlf.pages import BLANK, Cell, Page, PageRow, Panel, RowKind
from adamline.tlf.render._cell_writer import CellWriter
from adamline.tlf.render._document import CELL_TEMPLATE, ROW_TEMPLATE, cell_template, docx_environment

PANEL = Panel((0, 1), (1000, 2000))
PAGE = Page(1, PANEL, (PageRow(RowKind.BODY, (BLANK, BLANK), 200, 0, False, 0),), 200)
TEXTS = ("AB", " a <b> & 'c' \"d\" ", "\ue000\ue001", "{{ 7 * 7 }}", "12 (3.5)", "ä ± µ", "-0.1", "a-1 b")


def cells(seed: int) -> Iterator[Cell]:
    """Cells of one line or several, with words that are cut, spaces and indents."""
    dice = random.Random(seed)
    for _ in range(400):
        text = dice.choice(TEXTS)
        indent = dice.choice((0, 0, 180))
        match dice.randrange(5):
            case 0:
                yield BLANK
            case 1:
                places = sorted(dice.sample(range(1, len(text)), dice.randrange(1, min(3, len(text)))))
                yield Cell((text,), indent, tuple((place, dice.choice((5, 90))) for place in places))
            case 2:
                lines = [dice.choice(TEXTS) + dice.choice(("\n", " ", "")) for _ in range(dice.randrange(1, 4))]
                yield Cell((*lines, dice.choice(("", text))), indent)
            case _:
                yield Cell((text,), indent)


@pytest.mark.parametrize("seed", range(5))
def test_framed_as_written(seed):
    framed = cell_template(docx_environment(()))
    written = replace(framed, frames_texts=False, frames_cells=False)
    made = [CellWriter(template, ("left", "center"), {RowKind.HEADING: "left"}) for template in (framed, written)]
    found = list(cells(seed))
    rows = [
        PageRow(RowKind.BODY, pair, 200 + number % 5, (0, 90)[number % 2], number % 3 == 0, number)
        for number, pair in enumerate(zip(found, reversed(found), strict=True))
    ]
    rows.insert(7, PageRow(RowKind.HEADING, (Cell(("<A>",)),), 200, 0, True, 7))
    for start in range(0, len(rows), 10):
        page = Page(1, PANEL, tuple(rows[start : start + 10]), 0)
        one, other = (writer.rows(page, 30, starts_page=start % 20 == 0) for writer in made)
        assert one == other


def test_templates_run_once_for_each_shape():
    calls = []
    template = cell_template(docx_environment(()))

    def counted(macro):
        return lambda *given, **told: (calls.append(given), macro(*given, **told))[1]

    template = replace(template, macro=counted(template.macro), row_macro=counted(template.row_macro), frames={})
    writer = CellWriter(template, ("left", "left"), {})
    rows = [
        PageRow(RowKind.BODY, (Cell((f"{number}",)), Cell((f"{number} a ", "b"))), 200, 0, False, number)
        for number in range(50)
    ]
    writer.rows(Page(1, PANEL, tuple(rows), 0), 0, starts_page=False)
    assert len(calls) == 3


def test_templates_of_a_study_are_not_taken_for_own(tmp_path):
    (tmp_path / "docx").mkdir()
    assert is_own(docx_environment((tmp_path,)), CELL_TEMPLATE)
    cell = "{% macro cell(content, width, style, span, row) %}{{ width }}{% endmacro %}"
    (tmp_path / CELL_TEMPLATE).write_text(cell, encoding="utf-8")
    assert not is_own(docx_environment((tmp_path,)), CELL_TEMPLATE)
    (tmp_path / ROW_TEMPLATE).write_text(
        "{% macro row(height, cells) %}<a>{{ cells }}</a>{% endmacro %}", encoding="utf-8"
    )
    template = cell_template(docx_environment((tmp_path,)))
    assert (template.frames_texts, template.frames_cells) == (False, False)
    assert CellWriter(template, ("left", "left"), {}).rows(PAGE, 0, starts_page=False) == "<a>10002000</a>"

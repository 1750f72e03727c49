"""Cells are the same whether the template wrote each of them, or only one of each shape."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from adamline._templates import is_own, template_macro
from adamline.tlf.pages import BLANK, Cell, PageRow, Panel, RowKind
from adamline.tlf.render._cell_frame import CellTemplate
from adamline.tlf.render._cell_writer import CellWriter
from adamline.tlf.render._document import CELL_TEMPLATE, docx_environment

PANEL = Panel((0, 1), (1000, 2000))
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
    macro = template_macro(docx_environment(()), CELL_TEMPLATE, "cell")
    made = [CellWriter(CellTemplate(macro, frames), ("left", "center"), {}) for frames in (True, False)]
    found = list(cells(seed))
    for number, pair in enumerate(zip(found, reversed(found), strict=True)):
        row = PageRow(RowKind.BODY, pair, 200, (0, 90)[number % 2], number % 3 == 0, number)
        framed, written = (writer(row, PANEL, starts_page=number % 7 == 0) for writer in made)
        assert framed == written


def test_template_runs_once_for_each_shape():
    calls = []
    macro = template_macro(docx_environment(()), CELL_TEMPLATE, "cell")

    def counted(*given, **told):
        calls.append(given)
        return macro(*given, **told)

    writer = CellWriter(CellTemplate(counted, frames=True), ("left", "left"), {})
    for number in range(50):
        writer(PageRow(RowKind.BODY, (Cell((f"{number}",)), Cell((f"{number} a ", "b"))), 200, 0, False, number), PANEL)
    assert len(calls) == 2


def test_templates_of_a_study_are_not_taken_for_own(tmp_path):
    (tmp_path / "docx").mkdir()
    assert is_own(docx_environment((tmp_path,)), CELL_TEMPLATE)
    (tmp_path / CELL_TEMPLATE).write_text("{% macro cell() %}{% endmacro %}", encoding="utf-8")
    assert not is_own(docx_environment((tmp_path,)), CELL_TEMPLATE)

"""Hazards two by two: what each writer makes of them stands on paper as planned, and reads back as it was."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.tlf.render.pdf import written_as_pdf
from tests.tlf.torture.by_hand import CASES as BY_HAND
from tests.tlf.torture.hazards import CHOICES, HAZARDS, all_pairs, cover, layout_of, pairs
from tests.tlf.torture.on_paper import faults_of, words_of
from tests.tlf.torture.writers import WRITERS, chosen

from adamline.tlf.pages import Paginated
from adamline.tlf.paginate import paginate

COUNT = 110


@cache
def outputs() -> dict[str, Paginated]:
    """All layouts on their pages: those worked by hand first, then those in which hazards meet."""
    by_hand = {f"hand{number}": paginate(case.layout) for number, case in enumerate(BY_HAND.values())}
    met = {f"case{number}": paginate(layout_of(case)) for number, case in enumerate(cover(COUNT))}
    return by_hand | met


@cache
def written(name: str) -> dict[str, bytes]:
    """What a writer makes of the layouts that it takes."""
    return {case: WRITERS[name].render(outputs()[case]) for case in chosen(WRITERS[name], outputs())}


@pytest.mark.parametrize("name", BY_HAND)
def test_pages_end_where_they_were_worked_out_by_hand(name: str) -> None:
    case = BY_HAND[name]
    pages = paginate(case.layout).pages
    shown = [["|".join(cell.text for cell in row.cells) for row in page.rows] for page in pages]
    assert shown == case.pages, case.why


def test_each_two_hazards_meet() -> None:
    cases = cover(COUNT)
    assert len(HAZARDS) >= 20
    assert len(cases) >= 100
    assert all_pairs() == {pair for case in cases for pair in pairs(case)}
    assert all(case.keys() == CHOICES.keys() for case in cases)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, writer in WRITERS.items() if writer.read_back])
def test_cells_read_back_as_they_were_planned(name: str) -> None:
    writer = WRITERS[name]
    assert writer.read_back
    for case, content in written(name).items():
        assert writer.read_back(content) == writer.rows(outputs()[case]), case


@pytest.fixture(scope="module")
def pdfs(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF of each document: LibreOffice is called once."""
    folder = tmp_path_factory.mktemp("torture")
    documents = {}
    for name, writer in WRITERS.items():
        if writer.suffix == "pdf":
            for case, content in written(name).items():
                (folder / f"{case}-{name}.pdf").write_bytes(content)
        elif writer.suffix:
            ends = f".{writer.suffix}" if writer.suffix != "docx" else ""
            documents |= {f"{case}-{name}{ends}": content for case, content in written(name).items()}
    return written_as_pdf(documents, soffice, folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, writer in WRITERS.items() if writer.suffix])
def test_pages_stand_on_paper_as_planned(name: str, pdfs: Path) -> None:
    """Each word in the place of its text: pages, blocks, rows and cells in order, none clipped, lost or split."""
    faults = {
        case: found
        for case in written(name)
        if (found := list(faults_of(outputs()[case], words_of(pdfs / f"{case}-{name}.pdf"), WRITERS[name].is_flow))[:3])
    }
    assert faults == {}

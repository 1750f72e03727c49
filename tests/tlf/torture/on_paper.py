"""What a PDF shows of pages that were planned: each word in the place of a text of the plan, and nothing beside."""

from __future__ import annotations

import html
import re
import subprocess
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from adamline.tlf.frame import NOTE_GAP
from adamline.tlf.metrics import TWIPS_PER_INCH
from adamline.tlf.pages import Page, Paginated, RowKind

TWIPS = 20  # in a point
# A box may stand out of the margins by this much, in twips: italics, accents, rounding.
SLACK = 60
# The height of type that nobody reads, in twips.
UNREAD = 60

_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


@dataclass(frozen=True)
class Word:
    """A word of a PDF with its box, in twips from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Band:
    """A stretch of a page from top to bottom, with its texts from left to right, each up to a right edge."""

    name: str
    height: float
    edges: tuple[float, ...] = ()
    texts: tuple[str, ...] = ("",)


def words_of(pdf: Path) -> list[list[Word]]:
    """The words of each page."""
    made = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    pages = ([_word(*found.groups()) for found in _WORD.finditer(page)] for page in made.split("<page ")[1:])
    # What a document says for its outline only is in type of a point or two.
    return [[word for word in words if word.bottom - word.top > UNREAD] for words in pages]


def _word(left: str, top: str, right: str, bottom: str, text: str) -> Word:
    return Word(*(float(each) * TWIPS for each in (left, top, right, bottom)), html.unescape(text))


def squeezed(text: str) -> str:
    return "".join(text.split())


def bands_of(page: Page, output: Paginated, is_flow: bool = False) -> list[Band]:
    """The stretches of a page as planned; where the document flows, the notes have one, anywhere below the table."""
    frame, layout = output.frame, output.layout
    line = frame.line
    study, *more = layout.study.split("\n")
    number = f"Page {page.number} of {len(output.pages)}"
    bands = [
        Band("study", len(frame.study) * line, texts=("".join([study, number, *more]),)),
        Band("gap", frame.gap),
        Band("titles", len(frame.titles) * line, texts=("".join(layout.titles),)),
        Band("population", len(frame.population) * line, texts=(layout.population,)),
        Band("gap", frame.gap),
    ]
    for row in page.panel.header:
        edges = tuple(accumulate(cell.width for cell in row.cells))
        bands.append(Band("header", row.height, edges, tuple(cell.cell.text for cell in row.cells)))
    for row in page.rows:
        edges = tuple(accumulate(page.panel.widths)) if row.kind is RowKind.BODY else ()
        bands.append(Band(f"row {row.row}", row.height, edges, tuple(cell.text for cell in row.cells)))
    notes, source = "".join(layout.footnotes), layout.source
    if is_flow:
        return [*bands, Band("notes", frame.height, texts=(notes + source,))]
    space = NOTE_GAP if notes else 0
    bands.append(Band("notes", space + len(frame.footnotes) * line, texts=(notes,)))
    return [*bands, Band("source", NOTE_GAP + len(frame.source) * line + frame.gap, texts=(source,))]


def faults_of(output: Paginated, pages: Sequence[list[Word]], is_flow: bool = False) -> Iterator[str]:
    """What is not as planned: the number of pages, words out of the margins, texts in another place or not whole."""
    if len(pages) != len(output.pages):
        yield f"{len(pages)} pages, planned {len(output.pages)}"
        return
    for page, words in zip(output.pages, pages, strict=True):
        bands = bands_of(page, output, is_flow)
        for fault in (*_outside(output, words), *_misplaced(output, bands, words)):
            yield f"page {page.number}: {fault}"


def _outside(output: Paginated, words: Sequence[Word]) -> Iterator[str]:
    setup = output.layout.page
    left, top = setup.margin_left * TWIPS_PER_INCH - SLACK, setup.margin_top * TWIPS_PER_INCH - SLACK
    right = (setup.width - setup.margin_right) * TWIPS_PER_INCH + SLACK
    bottom = (setup.height - setup.margin_bottom) * TWIPS_PER_INCH + SLACK
    for word in words:
        if word.left < left or word.right > right or word.top < top or word.bottom > bottom:
            yield f"{word.text!r} stands out of the margins"


def _misplaced(output: Paginated, bands: Sequence[Band], words: Sequence[Word]) -> Iterator[str]:
    setup, line = output.layout.page, output.frame.line
    tops = [setup.margin_top * TWIPS_PER_INCH, *accumulate((band.height for band in bands), initial=0)][1:]
    tops = [setup.margin_top * TWIPS_PER_INCH + top for top in tops]
    found: dict[tuple[int, int], list[tuple[int, float, str]]] = defaultdict(list)
    for word in words:
        across, down = word.middle
        index = max(0, bisect_right(tops, down) - 1)
        if index >= len(bands):
            yield f"{word.text!r} stands below all that was planned"
            continue
        edges = bands[index].edges
        column = bisect_right(edges, across - setup.margin_left * TWIPS_PER_INCH) if edges else 0
        found[index, column].append((round((down - tops[index]) / line * 2), word.left, word.text))
    for index, band in enumerate(bands):
        for column in range(max(len(band.texts), len(band.edges))):
            shown = _joined(found[index, column])
            planned = squeezed(band.texts[column]) if column < len(band.texts) else ""
            if shown != planned:
                yield f"{band.name}, cell {column}: {shown[:80]!r}, planned {planned[:80]!r}"


def _joined(words: list[tuple[int, float, str]]) -> str:
    """The words line by line: those whose middles are less than half a line apart stand on one."""
    lines: list[list[tuple[float, str]]] = []
    last = -9
    for half, left, text in sorted(words):
        if half - last > 1:
            lines.append([])
            last = half
        lines[-1].append((left, text))
    return squeezed("".join(text for line in lines for _, text in sorted(line)))

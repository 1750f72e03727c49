"""HTML view: an output as the HTML templates see it, one table whatever its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from adamline.tlf.cells import PADDING
from adamline.tlf.layout import PageSetup
from adamline.tlf.metrics import TWIPS_PER_INCH, TWIPS_PER_POINT, fonts_like
from adamline.tlf.pages import Paginated
from adamline.tlf.panels import HEADER_PADDING
from adamline.tlf.render._base import LANGUAGE
from adamline.tlf.render._html_head import HeadRow, HtmlHead
from adamline.tlf.render._html_rows import CellMacro, HtmlRow, html_rows
from adamline.tlf.render._html_text import HtmlNote, HtmlTexts, Piece
from adamline.tlf.render._inline_svg import inline_svg
from adamline.tlf.render._views import CELL_STYLE, caption_of

# What a browser takes where none of the fonts is installed.
_GENERIC = {"serif": "serif", "sans": "sans-serif", "mono": "monospace"}


@dataclass(frozen=True)
class HtmlType:
    """The type of the page: fonts in the order of preference, size in points, and that in print."""

    fonts: tuple[str, ...]
    generic: str
    size: float
    print_size: float


@dataclass(frozen=True)
class HtmlTable:
    """A table or listing: widths and paddings in em, one entry a column in ``widths`` and ``aligns``."""

    widths: tuple[str, ...]
    width: str
    aligns: tuple[str, ...]
    groups: tuple[int, ...]
    head: tuple[HeadRow, ...]
    rows: Iterator[HtmlRow]
    empty: str
    padding: str
    head_padding: str


@dataclass(frozen=True)
class HtmlFigure:
    """A figure as an element of SVG, and its width in em."""

    svg: Markup
    width: str


@dataclass(frozen=True)
class HtmlOutput:
    """All that the templates need to know of one output; the first of ``titles`` is its number."""

    name: str
    language: str
    caption: str
    titles: tuple[tuple[Piece, ...], ...]
    population: str
    study: str
    table: HtmlTable | None
    figures: tuple[HtmlFigure, ...]
    notes: tuple[HtmlNote, ...]
    source: str
    page: PageSetup
    type: HtmlType
    measure: str


def html_view(output: Paginated, macro: CellMacro) -> HtmlOutput:
    """The output as the templates see it; its rows are made as they are written."""
    layout = output.layout
    texts = HtmlTexts(layout, lambda twips: em(twips, layout.page))
    return HtmlOutput(
        name=layout.output,
        language=LANGUAGE,
        caption=caption_of(layout),
        titles=tuple(map(texts.pieces, layout.titles)),
        population=layout.population,
        study=layout.study,
        table=None if layout.picture else _table(output, texts, macro),
        figures=_figures(output),
        notes=texts.notes,
        source=layout.source,
        page=layout.page,
        type=_type(output),
        measure=em(layout.page.body_width * TWIPS_PER_INCH, layout.page),
    )


def em(twips: float, page: PageSetup) -> str:
    """A length in twips in the em of the page's type.

    >>> em(90, PageSetup(font_size=9.0)), em(0, PageSetup())
    ('0.5', '0')
    """
    return f"{twips / (page.font_size * TWIPS_PER_POINT):.3f}".rstrip("0").rstrip(".") or "0"


def _widths(output: Paginated) -> tuple[int, ...]:
    """The width of each column, in the first panel that it stands in."""
    panels = {page.panel.columns: page.panel.widths for page in output.pages}
    found: dict[int, int] = {}
    for columns, widths in panels.items():
        found = {**dict(zip(columns, widths, strict=True)), **found}
    return tuple(found[column] for column in sorted(found))


def _type(output: Paginated) -> HtmlType:
    page = output.layout.page
    face, alike = fonts_like(page.font)
    width = sum(_widths(output))
    fits = min(1.0, page.body_width * TWIPS_PER_INCH / width) if width else 1.0
    return HtmlType((page.font, *alike), _GENERIC[face], page.font_size, round(page.font_size * fits, 2))


def _table(output: Paginated, texts: HtmlTexts, macro: CellMacro) -> HtmlTable:
    layout, widths = output.layout, _widths(output)
    head = HtmlHead(layout, texts)
    length = texts.length
    return HtmlTable(
        widths=tuple(map(length, widths)),
        width=length(sum(widths)),
        aligns=tuple(CELL_STYLE[column.align] for column in layout.columns),
        groups=head.groups,
        head=head.rows,
        rows=html_rows(output, head, texts, macro),
        empty="" if layout.rows else layout.empty,
        padding=length(PADDING),
        head_padding=length(HEADER_PADDING),
    )


def _figures(output: Paginated) -> tuple[HtmlFigure, ...]:
    layout = output.layout
    width = em(output.picture_size[0] * TWIPS_PER_INCH, layout.page)
    pictures = layout.picture.pages if layout.picture else ()
    return tuple(
        # Checked there; all texts in it are escaped.
        HtmlFigure(Markup(inline_svg(picture, caption_of(layout), layout.output, number)), width)  # noqa: S704
        for number, picture in enumerate(pictures)
    )

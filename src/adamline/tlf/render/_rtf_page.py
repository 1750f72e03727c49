"""The pages of one output in RTF: what stands around the body as paragraphs, a table or a figure in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from adamline.tlf.frame import NOTE_GAP
from adamline.tlf.pages import Paginated
from adamline.tlf.render._rtf_head import Style, Styles
from adamline.tlf.render._rtf_picture import rtf_picture
from adamline.tlf.render._rtf_table import RtfTable
from adamline.tlf.render._rtf_text import rtf_lines
from adamline.tlf.render._views import metrics_of, paper_of, text_of

# A rule of three quarters of a point above what follows, a point away from it.
_RULE_ABOVE = "\\brdrt\\brdrs\\brdrw15\\brsp20"


@dataclass(frozen=True)
class Placed:
    """An output in a document: its bookmark, and whether its first page begins the section that it stands in."""

    output: Paginated
    bookmark: str
    starts: bool


def paragraph(style: Style, text: str, more: str = "") -> str:
    """A paragraph of a style; ``more`` is what differs from it."""
    shown = f"{{\\b {text}}}" if style.is_bold else text
    return f"\\pard{style.paragraph}{more} {shown}\\par\n"


def rtf_pages(placed: Placed, styles: Styles) -> Iterator[str]:
    """Each page of an output, in its order."""
    output = placed.output
    layout, frame = output.layout, output.frame
    metrics = metrics_of(layout)
    style = styles.outputs[metrics]
    text = text_of(layout, frame)
    bodies: Iterable[str]
    if layout.picture:
        bodies: Iterable[str] = (
            paragraph(style["figure"], rtf_picture(output, picture)) for picture in layout.picture.pages
        )
    else:
        bodies = map(RtfTable(layout, style).rows, output.pages)
    # Characters have the type of the page until another is said.
    opening = f"\\pard\\plain{styles.type_of(metrics)}"
    tab = f"\\tqr\\tx{paper_of(layout.page).body_width}"
    below = _below(style, text.notes, has_source=text.has_source, rule=_RULE_ABOVE if layout.picture else "")
    population = paragraph(style["population"], rtf_lines(text.population)) if text.population else ""
    gap = _end(style["end"], f"\\sl-{frame.gap}\\slmult0")
    titles = rtf_lines(text.title)
    for page, body in zip(output.pages, bodies, strict=True):
        breaks = "" if page.number == 1 and placed.starts else "\\pagebb"
        first, *rest = text.study
        numbered = f"{rtf_lines(first)}\\tab Page {page.number} of {len(output.pages)}"
        study = "\\line ".join([numbered, *map(rtf_lines, rest)])
        above = f"\\sb{frame.gap}"
        if page.number == 1:
            marked = f"{{\\*\\bkmkstart {placed.bookmark}}}{titles}{{\\*\\bkmkend {placed.bookmark}}}"
            title = paragraph(style["heading"], marked, above)
        else:
            title = paragraph(style["title"], titles, above)
        head = paragraph(style["head"], study, breaks + tab)
        yield f"{opening}{head}{title}{population}{gap}{body}{below}"


def _end(style: Style, more: str = "") -> str:
    """A paragraph without text."""
    return f"\\pard{style.paragraph}{more}{{\\fs2\\par}}\n"


def _below(style: Mapping[str, Style], notes: tuple[tuple[str, ...], ...], *, has_source: bool, rule: str) -> str:
    """Footnotes and source; a page that ends with its table needs a paragraph behind it."""
    if not notes:
        return _end(style["end"])
    made = []
    for place, lines in enumerate(notes):
        is_first, is_source = place == 0, has_source and place == len(notes) - 1
        more = (rule if is_first else "") + (f"\\sb{NOTE_GAP}" if is_first or is_source else "")
        made.append(paragraph(style["note"], rtf_lines(lines), more))
    return "".join(made)

"""Renders outputs that are cut into pages as one Word document, the same bytes for the same pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, cast
from xml.parsers import expat

import jinja2

from adamline._templates import template_environment, template_faults
from adamline.errors import LayoutError, Place
from adamline.tlf.layout import Align
from adamline.tlf.metrics import Metrics
from adamline.tlf.pages import Paginated
from adamline.tlf.render._base import BaseDocument
from adamline.tlf.render._base_file import NAME as BASE
from adamline.tlf.render._base_file import base_faults
from adamline.tlf.render._cell_writer import CellMacro
from adamline.tlf.render._views import OutputView, output_views
from adamline.tlf.render._zip import write_zip
from adamline.tlf.unbroken import joined, spans, units

DOCUMENT = "word/document.xml"
TEMPLATE = "docx/document.xml.j2"
CELL_TEMPLATE = "docx/cell.xml.j2"
PACK_TITLE = "Tables, listings and figures"
# Word's names of alignments; a header over a decimal column is centred over its numbers.
JC = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right", Align.DECIMAL: "center"}
# Pieces of a template's output that are joined before they are compressed.
_BUFFER = 4096


def render_docx(
    outputs: Sequence[Paginated],
    target: BinaryIO,
    templates: Sequence[Path] = (),
    environment: jinja2.Environment | None = None,
) -> None:
    """Write outputs, in this order, as one Word document.

    One Word table holds one page, and all that a page shows (study line, "Page x of y", titles, footnotes) is text
    of the body. ``templates`` are folders searched before adamline's own: a file there takes the place of the one
    of the same name (``docx/table.xml.j2``, or ``docx/base.docx`` for styles). ``environment`` is that of these
    folders (`docx_environment`), where several documents share it. A document of several outputs has the number of the
    page in the whole in its footer. Nothing in it depends on clock, user, host or folder.
    """
    if not outputs:
        raise ValueError("a document needs at least one output")
    first = outputs[0].layout
    base_file = _find(BASE, templates)
    environment = environment or docx_environment(templates)
    with template_faults(templates):
        cell = _cell_macro(environment)
    with base_faults() if base_file else nullcontext():
        base = BaseDocument(base_file, Metrics(first.page.font, first.page.font_size))
        views = output_views(outputs, base, cell)
        base.set_properties(views[0].text.caption if len(views) == 1 else PACK_TITLE, first.study)
        parts = base.parts()
    with template_faults(templates):
        write_zip(target, {**parts, DOCUMENT: _well_formed(_body(environment, views))})


_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def pieces(lines: Sequence[str]) -> list[tuple[str, str]]:
    r"""The planned lines of a text as what stands in a run: text, line breaks, hyphens that must not end a line.

    Numbers, dates and times on either side of a wrapped line's end need such hyphens, and spaces of that kind.
    Elsewhere they are as any, because Word's Find takes the two for different characters. Where a word was cut before
    or after a number, the line is ended: Word knows no such place. Behind a word that was cut, Word's lines may be
    others than the planned ones, and any number of the paragraph may come to stand at an end.

    >>> pieces(("Table 14-6.01\n", "SD of -0.1 and ", "-0.2"))
    [('text', 'Table 14-6.01'), ('break', '\n'), ('text', 'SD of -0.1 and '), ('hyphen', '-'), ('text', '0.2')]
    """
    if len(lines) == 1:
        return [("text", lines[0])]
    made: list[tuple[str, str]] = []
    wrapped = parted = False
    for number, line in enumerate(lines, start=1):
        wraps = number < len(lines) and not line.endswith("\n")
        words = units(line.removesuffix("\n"))
        guarded = ({0} if wrapped else set()) | ({len(words) - 1} if wraps else set())
        for index, word in enumerate(words):
            made += _guarded(word) if parted or index in guarded else [("text", word)]
        cut = wraps and not line.endswith((" ", "-"))
        parted = wraps and (parted or cut)
        ends = line.endswith("\n") or (cut and _is_at_number(line, lines[number]))
        made += [("break", "\n")] if ends else []
        wrapped = wraps
    return _joined(made)


def _guarded(word: str) -> list[tuple[str, str]]:
    """A word whose numbers, dates and times Word keeps on one line."""
    ends = len(word.rstrip(" "))
    inside = {place for start, stop in (*spans(word), *joined(word)) for place in range(start, stop)}
    made = []
    for place, char in enumerate(word):
        before_digit = char == "-" and word[place + 1 : place + 2].isdigit()
        if char == "-" and (place in inside or before_digit):
            made.append(("hyphen", char))
        elif char == " " and place in inside and place < ends:
            made.append(("text", _NO_BREAK_SPACE))
        else:
            made.append(("text", char))
    return made


def _is_at_number(line: str, following: str) -> bool:
    """Whether a number, date or time ends this line of a word that is cut, or begins the next."""
    word, rest = line.split(" ")[-1], following.split(" ")[0]
    return any(stop == len(word) for _, stop in spans(word)) or any(start == 0 for start, _ in spans(rest))


def _joined(made: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same pieces, neighbouring texts made one."""
    joined: list[tuple[str, str]] = []
    for kind, text in made:
        if kind == "text" and joined and joined[-1][0] == "text":
            text = joined.pop()[1] + text
        joined.append((kind, text))
    return joined


def _find(name: str, templates: Sequence[Path]) -> Path | None:
    """The file of this name in the first folder that has it."""
    return next((folder / name for folder in templates if (folder / name).is_file()), None)


def docx_environment(templates: Sequence[Path]) -> jinja2.Environment:
    """What runs the templates of these folders, then adamline's own, for documents; it compiles each of them once."""
    environment = template_environment(templates)
    environment.filters["pieces"] = pieces
    environment.filters["jc"] = JC.__getitem__
    return environment


def _cell_macro(environment: jinja2.Environment) -> CellMacro:
    """The macro that writes a cell, which the writer of cells calls by itself."""
    macro = getattr(environment.get_template(CELL_TEMPLATE).module, "cell", None)
    if not callable(macro):
        raise LayoutError("A template lacks its macro.", place=Place(CELL_TEMPLATE), expected="a macro `cell`")
    return cast(CellMacro, macro)


def _body(environment: jinja2.Environment, views: Sequence[OutputView]) -> Iterator[bytes]:
    """The document's body as it is rendered, so that no long listing stands in memory as XML."""
    stream = environment.get_template(TEMPLATE).stream(outputs=views)
    stream.enable_buffering(_BUFFER)
    return (piece.encode() for piece in stream)


def _well_formed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces; LayoutError where they are not XML, which Word could not open."""
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield piece
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = "The templates make a document that is not XML."
        hint = "each element that a template opens, it or another one closes"
        raise LayoutError(what, place=Place(TEMPLATE), found=str(error), hint=hint) from error

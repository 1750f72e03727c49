"""Renders one output as one HTML page that needs nothing beside it, the same bytes for the same pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import jinja2

from adamline._templates import template_environment, template_faults, template_macro
from adamline.tlf.pages import Paginated
from adamline.tlf.render._html_view import html_view

TEMPLATE = "html/output.html.j2"
CELL_TEMPLATE = "html/cell.html.j2"
# Where a browser may end a line inside a word, as pages do: behind a slash or the like between letters.
_SOFT_END = re.compile(r"(?<=[^\W\d_][/|;,\\_])(?=[^\W\d_])")
# Pieces of a template's output that are joined before they are written.
_BUFFER = 4096


def render_html(
    output: Paginated,
    target: BinaryIO,
    templates: Sequence[Path] = (),
    environment: jinja2.Environment | None = None,
) -> None:
    """Write one output as an HTML page.

    On the screen it is one table, not cut into pages: titles, column header and headings stand once, and the column
    header stays in sight. Printed, pages begin where the plan has them. Lengths are in the em of the type, so that
    numbers line up at any size. It holds no script and asks for no other file; texts from data are escaped.
    Column and row headers, headings over rows and footnotes are marked as such for screen readers, a figure is a
    drawing with a text. ``templates`` are folders searched before adamline's own (``html/output.html.j2``,
    ``html/table.html.j2``, ``html/style.css.j2``); ``environment`` is that of these folders, where several pages share
    it. Nothing in it depends on clock, user, host or folder.
    """
    environment = environment or template_environment(templates)
    environment.filters["soft_parts"] = soft_parts
    with template_faults(templates):
        view = html_view(output, template_macro(environment, CELL_TEMPLATE, "cell"))
        page = environment.get_template(TEMPLATE).stream(output=view)
        page.enable_buffering(_BUFFER)
        for piece in page:
            target.write(piece.encode())


def soft_parts(text: str) -> list[str]:
    """The parts of a text behind each of which a line may end inside a word.

    >>> soft_parts("RECOVERED/RESOLVED on 2014/03")
    ['RECOVERED/', 'RESOLVED on 2014/03']
    """
    return _SOFT_END.split(text)

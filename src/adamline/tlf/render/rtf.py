"""Renders one output that is cut into pages as RTF, the same bytes for the same pages."""

from __future__ import annotations

from typing import BinaryIO

from adamline.tlf.pages import Paginated, Planned
from adamline.tlf.render._rtf_document import RtfDocument, write_rtf
from adamline.tlf.render._views import caption_of
from adamline.tlf.stored import media_of


def render_rtf(output: Paginated, target: BinaryIO) -> None:
    """Write one output as RTF.

    Each page that was planned is a page: study line with "Page x of y", titles, a table, footnotes and source, all as
    text of the body. The title of the first page is a heading with a bookmark. The file is seven bits a character;
    nothing in it depends on clock, user, host or folder.
    """
    layout = output.layout
    planned = Planned(layout, len(output.pages), media_of(layout), lambda: output)
    write_rtf(RtfDocument([planned], caption_of(layout), layout.study), target)

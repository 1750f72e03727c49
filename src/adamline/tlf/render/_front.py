"""Front view: the pages at the front of a pack as the Word templates see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adamline.tlf.cells import INDENT_STEP
from adamline.tlf.front import (
    ABOUT_SIZE,
    CONTENTS,
    ENTRY_SIZE,
    HEADING_SIZE,
    TITLE_SIZE,
    Cover,
    Entry,
    Front,
    cover_space,
)
from adamline.tlf.layout import PageSetup
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics
from adamline.tlf.render._views import Paper, SectionView, paper_of

# The type of each style of the front.
_SIZES = {
    "cover": TITLE_SIZE,
    "about": ABOUT_SIZE,
    "contents": HEADING_SIZE,
    "continued": HEADING_SIZE,
    "group": ENTRY_SIZE,
    "entry": ENTRY_SIZE,
}


@dataclass(frozen=True)
class FrontView:
    """The front of a pack; ``space`` above the title on the cover and ``indent`` of an entry are in twips."""

    cover: Cover
    pages: tuple[tuple[Entry, ...], ...]
    style: Mapping[str, str]
    paper: Paper
    space: int
    indent: int
    section: SectionView
    heading: str = CONTENTS


def front_types(page: PageSetup) -> tuple[tuple[str, Metrics], ...]:
    """The styles of the front with their types."""
    return tuple((key, Metrics(page.font, size)) for key, size in _SIZES.items())


def front_view(front: Front, page: PageSetup, style: Mapping[str, str], section: SectionView) -> FrontView:
    """The front as the templates see it, on this page, in these styles and in a section that it may end."""
    space = round(cover_space(page) * TWIPS_PER_INCH)
    return FrontView(front.cover, front.contents, style, paper_of(page), space, INDENT_STEP, section)

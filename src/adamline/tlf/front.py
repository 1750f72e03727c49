"""Front: the cover of a pack and its contents, cut into pages before they are written, so that numbers are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import INDENT_STEP, TOLERANCE, check_text
from adamline.tlf.flow import CONTINUED
from adamline.tlf.layout import PageSetup
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics

# Type sizes in points, whatever the type of the outputs: of the title on the cover, the other texts on it, the headings
# of the contents, their entries.
TITLE_SIZE, ABOUT_SIZE, HEADING_SIZE, ENTRY_SIZE = 20.0, 12.0, 14.0, 10.0
CONTENTS = "Contents"
# Space before a group and below the heading of the contents, in twips.
GROUP_GAP = 120
# Room for the widest page number, and for leaders between it and a title.
NUMBER = " ..... 99999"
_COVER = "cover"


@dataclass(frozen=True)
class Cover:
    """What stands on the first page of a pack: the title of the study, and texts below it."""

    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A line of the contents: a text in its lines and, of an output, its bookmark and the page where it begins.

    A group has neither: it heads the entries that follow.
    """

    lines: tuple[str, ...]
    bookmark: str = ""
    page: int = 0
    gap: int = 0

    @property
    def is_group(self) -> bool:
        """Whether it heads others."""
        return not self.bookmark


@dataclass(frozen=True)
class Listed:
    """An output as the contents list it: its group, title, bookmark and number of pages."""

    group: str
    title: str
    bookmark: str
    pages: int


@dataclass(frozen=True)
class Front:
    """The pages before the first output: the cover, then the contents, each page with its entries."""

    cover: Cover
    contents: tuple[tuple[Entry, ...], ...]


def plan_front(cover: Cover, outputs: Sequence[Listed], page: PageSetup) -> Front:
    """The pages at the front of a pack of ``outputs``, which stand behind it in this order.

    The cover is page 1, the contents follow, and page numbers go through the whole document. A group's heading stays
    with the first of its outputs, and stands again, "(continued)", where the group goes on over a page.

    >>> listed = Listed("Tables", "Table 14.1.1 Demographics", "T_14_1_1", 3)
    >>> front = plan_front(Cover("A Study", ("MINI",)), [listed, replace(listed, bookmark="T_14_1_2")], PageSetup())
    >>> [(entry.lines[0], entry.page) for entry in front.contents[0]]
    [('Tables', 0), ('Table 14.1.1 Demographics', 3), ('Table 14.1.1 Demographics', 6)]

    Raises LayoutError for control characters, and for a cover that does not fit its page.
    """
    _check_cover(cover, page)
    pages = list(_pages([*_entries(outputs, page)], page))
    number = 1 + len(pages)
    starts = {}
    for output in outputs:
        starts[output.bookmark] = number + 1
        number += output.pages
    contents = tuple(tuple(replace(entry, page=starts.get(entry.bookmark, 0)) for entry in one) for one in pages)
    return Front(cover, contents)


def _entries(outputs: Iterable[Listed], page: PageSetup) -> Iterator[tuple[str, Entry]]:
    """Each output with the name of its group."""
    metrics = Metrics(page.font, ENTRY_SIZE)
    room = page.body_width * TWIPS_PER_INCH - INDENT_STEP - metrics.width(NUMBER)
    for output in outputs:
        check_text(output.title, Place(file=output.bookmark), "title")
        yield output.group, Entry(metrics.wrap(output.title, room * TOLERANCE), output.bookmark)


def _pages(entries: Sequence[tuple[str, Entry]], page: PageSetup) -> Iterator[tuple[Entry, ...]]:
    """The entries on their pages, with the headings of their groups; a line of each page is kept free."""
    line = Metrics(page.font, ENTRY_SIZE).line
    heading = Metrics(page.font, HEADING_SIZE).line
    room = int(page.body_height * TWIPS_PER_INCH) - heading - line
    placed: list[Entry] = []
    used, before = 0, None
    for group, entry in entries:
        height = len(entry.lines) * line
        fresh = group != before
        if placed and used + height + (GROUP_GAP + line if fresh else 0) > room:
            yield tuple(placed)
            placed, used = [], 0
        if fresh or not placed:
            placed.append(Entry((group if fresh else group + CONTINUED,), gap=GROUP_GAP))
            used += GROUP_GAP + line
        placed.append(entry)
        used, before = used + height, group
    yield tuple(placed)


def _check_cover(cover: Cover, page: PageSetup) -> None:
    """Refuse a cover that takes more than a page."""
    width = page.body_width * TWIPS_PER_INCH * TOLERANCE
    height = 0
    for text, size in ((cover.title, TITLE_SIZE), *((text, ABOUT_SIZE) for text in cover.texts)):
        check_text(text, Place(file=_COVER), "text of the cover")
        metrics = Metrics(page.font, size)
        height += (len(metrics.wrap(text, width, size == TITLE_SIZE)) + 1) * metrics.line
    room = int((page.body_height - cover_space(page)) * TWIPS_PER_INCH)
    if height > room:
        raise LayoutError(
            "The texts of the cover do not fit its page.",
            place=Place(file=_COVER),
            expected=f"at most {room / TWIPS_PER_INCH:.1f} inches",
            found=f"{height / TWIPS_PER_INCH:.1f} inches",
            hint="shorten `title` in study.yaml",
        )


def cover_space(page: PageSetup) -> float:
    """The space above the title on the cover, in inches."""
    return page.body_height / 4

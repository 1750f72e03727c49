"""Frame: sets what stands around the body on each page of an output, and the height that is left for the body."""

from __future__ import annotations

from collections.abc import Sequence

from adamline.errors import LayoutError, Place
from adamline.tlf.cells import TOLERANCE, check_text
from adamline.tlf.layout import Layout, Picture
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics
from adamline.tlf.pages import Frame, Panel

# Space between the rule that ends the table and the first footnote.
NOTE_GAP = 60
# Room for the widest "Page x of y" beside the study line.
PAGE_TEXT = "Page 99999 of 99999"
# A body of fewer lines than this is no page of a table.
LEAST_LINES = 3


def set_frame(layout: Layout, panels: Sequence[Panel], metrics: Metrics) -> Frame:
    """Wrap titles and footnotes of a layout; what they and the headers of its panels leave is the body's capacity.

    Half a line is kept free on each page, for the rules of the table and for renderers that round lengths up. Raises
    LayoutError where less than ``LEAST_LINES`` lines are left.
    """
    body_width = layout.page.body_width * TWIPS_PER_INCH
    study = _wrap_all((layout.study,), body_width - metrics.width(PAGE_TEXT), metrics, layout, "study line") or ("",)
    titles = _wrap_all(layout.titles, body_width, metrics, layout, "title", bold=True)
    population = _wrap_all((layout.population,), body_width, metrics, layout, "population line")
    footnotes = _wrap_all(layout.footnotes, body_width, metrics, layout, "footnote")
    source = _wrap_all((layout.source,), body_width, metrics, layout, "source line")
    line, gap = metrics.line, metrics.line // 2
    lines = sum(map(len, (study, titles, population, footnotes, source)))
    spaces = 2 * gap + (NOTE_GAP if footnotes else 0) + (NOTE_GAP if source else 0)
    height = int(layout.page.body_height * TWIPS_PER_INCH)
    capacity = height - lines * line - spaces - max(panel.header_height for panel in panels) - gap
    if capacity < LEAST_LINES * line:
        raise LayoutError(
            "Titles, header and footnotes leave no room for the body on the page.",
            place=Place(file=layout.output),
            expected=f"room for {LEAST_LINES} lines",
            found=f"{max(0, capacity) // line} lines",
            hint="shorten the footnotes, or in the spec take a smaller page: font_size or smaller page: margins",
        )
    return Frame(study, titles, population, footnotes, source, line, gap, height, capacity)


def _wrap_all(
    texts: tuple[str, ...], width: float, metrics: Metrics, layout: Layout, what: str, *, bold: bool = False
) -> tuple[str, ...]:
    """The lines of the texts that there are, one text after the other."""
    for text in texts:
        check_text(text, Place(file=layout.output), what)
    return tuple(line for text in texts if text for line in metrics.wrap(text, width * TOLERANCE, bold))


def picture_size(picture: Picture, layout: Layout, capacity: int) -> tuple[float, float]:
    """The width and height in inches at which a figure fits the page; it is made smaller, never greater."""
    room = capacity / TWIPS_PER_INCH
    scale = min(1.0, layout.page.body_width / picture.width, room / picture.height)
    return picture.width * scale, picture.height * scale

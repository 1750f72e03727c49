"""The column of row labels: how wide it is beside columns of numbers that need room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adamline.tlf.cells import INDENT_STEP, decimal_width, padded
from adamline.tlf.layout import HeaderCell, PageSetup, Row
from adamline.tlf.metrics import TWIPS_PER_INCH, Metrics

# The share of the labels where a column of numbers has 1 and there is room for all.
USUAL_SHARE = 2.4


def label_share(rows: Sequence[Row], header: Sequence[Sequence[HeaderCell]], page: PageSetup) -> float:
    """The share of the first column where each other has 1: the usual one, less where the numbers need the room.

    It is never less than the labels need on one line; if both cannot be had, the numbers do not fit the page, and
    paginating says so. The lowest row of the header counts by its longest words, which are not broken.
    """
    metrics = Metrics(page.font, page.font_size)
    heads = header[-1] if header else ()
    numbers = [decimal_width(texts, metrics) for texts in list(zip(*(row.cells for row in rows), strict=True))[1:]]
    numbers += [_widest((cell.text.split() or [""] for cell in heads[1:]), metrics)]
    labels = [padded(metrics.width(row.cells[0], row.bold)) + row.indent * INDENT_STEP for row in rows]
    labels += [_widest((cell.text.split() or [""] for cell in heads[:1]), metrics)]
    room, count = page.body_width * TWIPS_PER_INCH, max(1, len(heads) - 1)
    # Widths are rounded to whole twips, so one is added to each.
    share = room / (max(numbers) + 1) - count
    label = max(labels) + 1
    least = label * count / max(room - label, 1.0)
    return max(min(USUAL_SHARE, share), min(USUAL_SHARE, least))


def _widest(words: Iterable[list[str]], metrics: Metrics) -> float:
    return padded(max((metrics.width(word) for each in words for word in each), default=0.0))

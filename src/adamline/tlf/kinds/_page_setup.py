"""Turns the page that a spec describes into the measures of the paper."""

from __future__ import annotations

from adamline.spec.page import Orientation, PageSpec, Panels, Paper
from adamline.tlf.layout import A4, LETTER, PageSetup

_SHEETS = {Paper.LETTER: LETTER, Paper.A4: A4}


def page_setup(page: PageSpec) -> PageSetup:
    """The measures of a page; what the spec leaves open is that of `PageSetup`.

    >>> page_setup(PageSpec(paper=Paper.A4, orientation=Orientation.PORTRAIT)).width
    8.27
    """
    sheet = _SHEETS[page.paper or Paper.LETTER]
    # The sheets are known by their landscape measures.
    portrait = page.orientation is Orientation.PORTRAIT
    width, height = (sheet.height, sheet.width) if portrait else (sheet.width, sheet.height)
    margins = {f"margin_{side}": inches for side, inches in page.margins.model_dump(exclude_none=True).items()}
    return PageSetup(
        width=width,
        height=height,
        font=page.font or sheet.font,
        font_size=page.font_size or sheet.font_size,
        panels_down=page.panels is Panels.DOWN,
        **margins,
    )

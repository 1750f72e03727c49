"""The page of an output as a spec writes it: paper, orientation, margins and type."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field

from adamline.spec.model import SpecModel

# Below half an inch stand a pack's page numbers, and printers do not reach the edge.
Margin = Annotated[float, Field(ge=0.5, le=3.0, allow_inf_nan=False)]
# The fonts whose widths are known to `adamline.tlf.metrics`.
Font = Literal["Times New Roman", "Arial", "Courier New", "Liberation Serif", "Liberation Sans", "Liberation Mono"]


class Paper(StrEnum):
    """The size of the sheet."""

    LETTER = "letter"
    A4 = "A4"


class Orientation(StrEnum):
    """Which side of the sheet is up."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"


class Panels(StrEnum):
    """In which order the pages of a table too wide for one stand: across the columns first, or down the rows."""

    ACROSS = "across"
    DOWN = "down"


class Margins(SpecModel):
    """Margins in inches; one that is not given is that of the study, else adamline's own."""

    top: Margin | None = None
    bottom: Margin | None = None
    left: Margin | None = None
    right: Margin | None = None


class PageSpec(SpecModel):
    """What stands under ``page`` in ``study.yaml``, for all outputs, or in an output's file, for this one.

    What is not given is left to the one below: output, study, then adamline's US letter, landscape, Times New Roman
    at 9 points. ``font_size`` is in points, ``margins`` are in inches. ``panels`` is the order of pages where the
    columns are cut: across (the rows of a page in each panel, then the next rows) or down (all rows of a panel first).
    """

    paper: Paper | None = None
    orientation: Orientation | None = None
    font: Font | None = None
    font_size: Annotated[float, Field(ge=6.0, le=14.0, multiple_of=0.5)] | None = None
    margins: Margins = Margins()
    panels: Panels | None = None

    def over(self, below: Self) -> Self:
        """The page, with what it leaves open taken from ``below``.

        >>> PageSpec(font_size=8).over(PageSpec(paper=Paper.A4, font_size=10)).model_dump(exclude_none=True)
        {'paper': <Paper.A4: 'A4'>, 'font_size': 8.0, 'margins': {}}
        """
        given = self.model_dump(exclude_none=True)
        lower = below.model_dump(exclude_none=True)
        margins = lower.get("margins", {}) | given.get("margins", {})
        return type(self).model_validate(lower | given | {"margins": margins})

"""Rows frame: the frame of figures whose rows have names left of the field and texts right of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from adamline.errors import LayoutError, Place
from adamline.tlf.figures.frame import GAP, Frame
from adamline.tlf.figures.text_ruler import EDGE, TextRuler, lines_of

# The names of rows are wrapped to this share of the figure's width.
_NAME_SHARE = 0.3
_INDENT = "   "
# The least height of a row, in lines of its name: the space between two rows may be less than that between paragraphs.
_ROW = 0.95
_POINTS_PER_INCH, _PAD = 72, 4.0


Places = npt.NDArray[np.intp]


class TooManyRowsError(LayoutError):
    """The rows have no room for their names; ``most`` would have."""

    def __init__(self, output: str, most: int, found: int) -> None:
        """Say how many there are, and would fit."""
        super().__init__(
            "The figure has more rows than its height has room for.",
            place=Place(file=output),
            expected=f"at most {most}",
            found=str(found),
            hint="give the rows shorter names, or take a smaller type: font_size",
        )
        self.most = most


@dataclass(frozen=True)
class RowName:
    """The name of a row; a heading has nothing in the field, and those below it are indented."""

    text: str
    is_heading: bool = False
    indent: int = 0


@dataclass(frozen=True)
class TextColumn:
    """A column of texts right of the field, one a row."""

    heading: str
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RowsFrame(Frame):
    """Rows from top to bottom; ``columns`` are texts right of the field.

    One page of several has room for as many rows as the longest, ``slots``, so that all rows are of the same height,
    and its axes hold what those of the ``whole`` figure do.
    """

    rows: tuple[RowName, ...]
    columns: tuple[TextColumn, ...] = ()
    slots: int = 0
    whole: Self | None = None

    def at(self, places: Places) -> Self:
        """The figure of these of its rows alone."""
        columns = tuple(TextColumn(each.heading, tuple(each.texts[place] for place in places)) for each in self.columns)
        return replace(self, rows=tuple(self.rows[place] for place in places), columns=columns)

    def pages(self, most: int) -> tuple[Self, ...]:
        """The figure on as few pages as hold its rows, at most ``most`` on each, divided evenly.

        A page does not end with a heading; one that begins below a heading repeats it as continued.
        """
        count = len(_stretches(self.rows, most))
        fewest = next(size for size in range(2, most + 1) if len(_stretches(self.rows, size)) == count)
        return tuple(replace(self._page(places), whole=self, slots=fewest) for places in _stretches(self.rows, fewest))

    def _page(self, places: Places) -> Self:
        page = self.at(places)
        if len(places) < 2 or places[1] == places[0] + 1:
            return page
        first, *others = page.rows
        return replace(page, rows=(replace(first, text=_continued(first)), *others))

    def label_y(self, axes: Axes, ruler: TextRuler) -> None:
        """Write the names of the rows, the first on top, and what stands beside the field."""
        self.hold(axes, self.x_values)
        axes.set_ylim(self.tall - 0.5, -0.5)
        axes.set_yticks(range(len(self.rows)), [_wrapped(row, ruler) for row in self.rows])
        for label, row in zip(axes.get_yticklabels(), self.rows, strict=True):
            label.set_fontweight(_weight(row))
        axes.tick_params(axis="y", length=0)
        aside = axes.get_yaxis_transform()
        for column in self.columns:
            for number, text in enumerate(column.texts):
                axes.text(1, number, text, transform=aside, ha="center", va="center", gid=column.heading)
            axes.text(
                1, 1, column.heading, transform=axes.transAxes, ha="center", va="bottom", fontweight="bold",
                gid=column.heading,
            )  # fmt: skip

    def hold(self, axes: Axes, values: Sequence[float]) -> None:
        """On a page of several, give a field the width that all values of the figure would have given it."""
        if self.whole is not None and len(values):
            axes.update_datalim([(value, 0.0) for value in values], updatey=False)
            axes.autoscale_view(scaley=False)

    @property
    def tall(self) -> int:
        """How many rows the field has room for."""
        return max(len(self.rows), self.slots)

    def scale_width(self, axes: Axes, ruler: TextRuler) -> float:
        """The inches that the names take: on each page those of the whole figure, so that its field is as wide."""
        if self.whole is None:
            return super().scale_width(axes, ruler)
        headings = [replace(row, text=_continued(row)) for row in self.whole.rows if row.is_heading]
        return max(
            ruler.width(line, _weight(row))
            for row in (*self.whole.rows, *headings)
            for line in _wrapped(row, ruler).split("\n")
        )

    def right(self, ruler: TextRuler) -> float:
        """The columns of texts, each as wide as its widest."""
        return GAP + sum(width + 2 * GAP for width in self._widths(ruler))

    def above(self, ruler: TextRuler) -> float:
        """The headings of the columns of texts."""
        return ruler.line * lines_of(*(column.heading for column in self.columns)) + EDGE if self.columns else 0.0

    def _widths(self, ruler: TextRuler) -> list[float]:
        columns = (self.whole or self).columns
        return [
            max(
                [*(ruler.width(line, "bold") for line in column.heading.split("\n")), *map(ruler.width, column.texts)],
                default=0.0,
            )
            for column in columns
        ]

    def place_beside(self, axes: Axes, field: tuple[float, float, float, float], ruler: TextRuler) -> None:
        """Place the columns of texts; LayoutError where the rows have no room for their names."""
        _, _, across, tall = field
        self.check_rows(axes, tall, ruler)
        labels = axes.get_yticklabels()
        widest = self.scale_width(axes, ruler)
        axes.tick_params(axis="y", pad=widest * _POINTS_PER_INCH + _PAD)
        for label in labels:
            label.set_horizontalalignment("left")
        at = across + self.beside_field(ruler) + GAP
        for column, width in zip(self.columns, self._widths(ruler), strict=True):
            at += GAP
            for text in axes.texts:
                if text.get_gid() == column.heading:
                    text.set_x((at + width / 2) / across)
            at += width + GAP

    def beside_field(self, ruler: TextRuler) -> float:
        """The inches between the field and the columns of texts, for a second field."""
        return 0.0

    def check_rows(self, axes: Axes, tall: float, ruler: TextRuler) -> None:
        """LayoutError where the names of the rows would run into one another."""
        lines = [lines_of(label.get_text()) for label in axes.get_yticklabels()]
        # Half of a name lies on either side of its row; at the ends there is no room to be had of a neighbour.
        halves = [lines[0], *((one + next_one) / 2 for one, next_one in pairwise(lines)), lines[-1]] if lines else [0]
        least = max(halves) * ruler.line * _ROW
        first, last = axes.get_ylim()
        beside = abs(first - last) - self.tall
        if least * (self.tall + beside) > tall:
            raise TooManyRowsError(self.output, int(tall / least - beside), len(self.rows))


def _stretches(rows: Sequence[RowName], most: int) -> list[Places]:
    """The rows of each page, at most ``most``, with the heading that those on top of it stand below."""
    pages: list[list[int]] = [[]]
    heading: int | None = None
    for place, row in enumerate(rows):
        # A heading goes with the row below it.
        if pages[-1] and len(pages[-1]) + row.is_heading >= most:
            pages.append([heading] if heading is not None and not row.is_heading and row.indent else [])
        heading = place if row.is_heading else heading
        pages[-1].append(place)
    return [np.array(page, dtype=np.intp) for page in pages]


def _continued(heading: RowName) -> str:
    return f"{heading.text} (continued)"


def _weight(row: RowName) -> str:
    return "bold" if row.is_heading else "normal"


def _wrapped(row: RowName, ruler: TextRuler) -> str:
    """The name of a row in its lines, indented."""
    room = _NAME_SHARE * float(ruler.figure.get_size_inches()[0])
    return "\n".join(_INDENT * row.indent + line for line in ruler.wrap(row.text, room).split("\n"))

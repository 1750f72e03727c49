"""Rows frame: the frame of figures whose rows have names left of the field and texts right of it."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from adamline.errors import LayoutError, Place
from adamline.tlf.figures.frame import GAP, Frame
from adamline.tlf.figures.text_ruler import EDGE, TextRuler, lines_of

# The names of rows are wrapped to this share of the figure's width.
_NAME_SHARE = 0.3
_INDENT = "   "
_POINTS_PER_INCH, _PAD = 72, 4.0


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
    """Rows from top to bottom; ``columns`` are texts right of the field."""

    rows: tuple[RowName, ...]
    columns: tuple[TextColumn, ...] = ()

    def label_y(self, axes: Axes, ruler: TextRuler) -> None:
        """Write the names of the rows, the first on top, and what stands beside the field."""
        axes.set_ylim(len(self.rows) - 0.5, -0.5)
        room = _NAME_SHARE * float(ruler.figure.get_size_inches()[0])
        names = [_indented(ruler.wrap(row.text, room), row.indent) for row in self.rows]
        axes.set_yticks(range(len(self.rows)), names)
        for label, row in zip(axes.get_yticklabels(), self.rows, strict=True):
            label.set_fontweight("bold" if row.is_heading else "normal")
        axes.tick_params(axis="y", length=0)
        aside = axes.get_yaxis_transform()
        for column in self.columns:
            for number, text in enumerate(column.texts):
                axes.text(1, number, text, transform=aside, ha="center", va="center", gid=column.heading)
            axes.text(
                1, 1, column.heading, transform=axes.transAxes, ha="center", va="bottom", fontweight="bold",
                gid=column.heading,
            )  # fmt: skip

    def right(self, ruler: TextRuler) -> float:
        """The columns of texts, each as wide as its widest."""
        return GAP + sum(width + 2 * GAP for width in self._widths(ruler))

    def above(self, ruler: TextRuler) -> float:
        """The headings of the columns of texts."""
        return ruler.line * lines_of(*(column.heading for column in self.columns)) + EDGE if self.columns else 0.0

    def _widths(self, ruler: TextRuler) -> list[float]:
        return [
            max(
                [*(ruler.width(line, "bold") for line in column.heading.split("\n")), *map(ruler.width, column.texts)],
                default=0.0,
            )
            for column in self.columns
        ]

    def place_beside(self, axes: Axes, field: tuple[float, float, float, float], ruler: TextRuler) -> None:
        """Place the columns of texts; LayoutError where the rows have no room for their names."""
        _, _, across, tall = field
        self.check_rows(axes, tall, ruler)
        labels = axes.get_yticklabels()
        widest = max((ruler.box(label).width for label in labels), default=0.0)
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
        room = tall / max(1, len(self.rows))
        if max(lines, default=0) * ruler.line * 0.95 > room:
            raise LayoutError(
                "The figure has more rows than its height has room for.",
                place=Place(file=self.output),
                expected=f"at most {int(tall / (max(lines) * ruler.line * 0.95))}",
                found=str(len(self.rows)),
                hint="draw fewer rows (most, at_least), give them shorter names, or take a smaller type: font_size",
            )


def _indented(text: str, indent: int) -> str:
    return "\n".join(_INDENT * indent + line for line in text.split("\n"))

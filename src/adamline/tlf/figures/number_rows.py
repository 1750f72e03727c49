"""Number rows: the numbers below the axis of a figure, a row a treatment, each number under its visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.text import Text

from adamline.tlf.figures.text_ruler import EDGE, TextRuler, lines_of

# Names of treatments and the label of their numbers are wrapped to this share of the figure's width.
_NAME_SHARE = 0.2


@dataclass(frozen=True)
class NumberRow:
    """A row of numbers: whose they are, the text of each, their colour."""

    name: str
    texts: tuple[str, ...]
    colour: str


def write_numbers(
    axes: Axes,
    ruler: TextRuler,
    label: str,
    rows: Sequence[NumberRow],
    places: Sequence[float],
) -> NumberRows:
    """Write the numbers of each row in its colour, and the names left of them; they are placed later."""
    room = _NAME_SHARE * float(ruler.figure.get_size_inches()[0])
    to_visit = axes.get_xaxis_transform()
    head = ruler.wrap(label, room, "bold")
    names = [axes.text(0, 0, head, transform=axes.transAxes, va="top", fontweight="bold")]
    counts = []
    for each in rows:
        name = ruler.wrap(each.name, room)
        names.append(axes.text(0, 0, name, transform=axes.transAxes, va="top", color=each.colour))
        counts.append(
            [
                axes.text(place, 0, n, transform=to_visit, va="top", ha="center", color=each.colour)
                for place, n in zip(places, each.texts, strict=True)
            ]
        )
    return NumberRows(names, counts)


@dataclass(frozen=True)
class NumberRows:
    """The texts of the block of numbers: its label and the names below it, and for each name its numbers."""

    names: list[Text]
    counts: list[list[Text]]

    @property
    def lines(self) -> int:
        """The number of lines of the block."""
        return sum(lines_of(name.get_text()) for name in self.names)

    def width(self, ruler: TextRuler) -> float:
        """The width of the widest name."""
        return max((ruler.box(name).width for name in self.names), default=0.0)

    def widest(self, ruler: TextRuler) -> float:
        """The width of the widest number."""
        return max((ruler.box(count).width for row in self.counts for count in row), default=0.0)

    def keep(self, shown: Sequence[bool]) -> None:
        """Leave out the numbers of visits that are not shown."""
        for row in self.counts:
            for count, keep in zip(row, shown, strict=True):
                count.set_visible(keep)

    def place(self, top: float, field: tuple[float, float, float], line: float) -> None:
        """Set the lines of the block below one another, ``line`` apart; all lengths are in inches.

        ``top`` is its distance from the axis, ``field`` the left edge, width and height of the figure's field.
        """
        left, across, tall = field
        for name, counts in zip(self.names, [[], *self.counts], strict=True):
            level = -top / tall
            name.set_position(((EDGE - left) / across, level))
            for count in counts:
                count.set_y(level)
            top += lines_of(name.get_text()) * line

"""Visit frame: the frame of figures by visit, a series of values for each treatment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.frame import Frame
from adamline.tlf.figures.number_rows import NumberRow
from adamline.tlf.figures.series import Series, apart, seen
from adamline.tlf.figures.styles import COLOURS, require_styles
from adamline.tlf.figures.text_ruler import EDGE, TextRuler


@dataclass(frozen=True, kw_only=True)
class VisitFrame(Frame):
    """All that is drawn by visit; ``places`` are those of the visits on the axis.

    ``ticks`` are the texts of the visits on the axis, blank for a mark alone; those that would run into one before
    them are left out, and where the numbers below would, theirs too.
    """

    series: tuple[Series, ...]
    visits: tuple[str, ...]
    ticks: tuple[str, ...]
    places: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart in the figure."""
        require_styles(len(self.series), self.output)

    @property
    def drawn_values(self) -> list[float]:
        """Every value that the field must hold."""
        return [float(value) for each in self.series for value in each.reach]

    @property
    def number_rows(self) -> tuple[NumberRow, ...]:
        """The number of each series at each visit."""
        return tuple(NumberRow(each.name, each.n, colour) for each, colour in zip(self.series, COLOURS, strict=False))

    @property
    def number_places(self) -> tuple[float, ...]:
        """The places of the visits."""
        return self.places

    @property
    def numbers_at_edge(self) -> bool:
        """The first and last visit stand half a visit from the ends."""
        return False

    @property
    def top(self) -> float | None:
        """The lowest end of the scale that leaves room for all that is written above the values."""
        return max(self.drawn_values, default=0.0)

    @property
    def is_marked(self) -> bool:
        """Whether there is a mark to write."""
        return any(any(each.marks) for each in self.series)

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        names = ", ".join(each.name for each in self.series)
        label = " ".join(self.y_label.split())
        limits = ", with limits" if any(np.isfinite(each.lower).any() for each in self.series) else ""
        marks = ", with marks of significance" if self.is_marked else ""
        return (
            f"{self.kind}: {label}{limits}{marks}, at {', '.join(self.visits)}, by treatment: {names}."
            f"{seen(self.series, self.visits)}"
        )

    def label_x(self, axes: Axes, inches: float, ruler: TextRuler, least: float = 0.0) -> list[str]:
        """Set the visits on an axis of this length; their texts as they are wrapped, blank where left out.

        Each is given room of the width ``least``, for the numbers below it.
        """
        first, last = min(self.places), max(self.places)
        gap = apart(self.places)
        margin = 0.5 * gap
        axes.set_xlim(first - margin, last + margin)
        scale = inches / (last - first + 2 * margin)
        names = [ruler.wrap(text, scale * gap - EDGE) for text in self.ticks]
        shown = ruler.free(names, [scale * place for place in self.places], least)
        axes.set_xticks(list(self.places), shown)
        return shown

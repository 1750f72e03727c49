"""Draws bars side by side at each visit, one a treatment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from adamline.errors import LayoutError, Place
from adamline.tlf.figures.series import Floats, apart
from adamline.tlf.figures.styles import COLOURS, HATCHES
from adamline.tlf.figures.text_ruler import TextRuler
from adamline.tlf.figures.visit_frame import VisitFrame

# The share of white in the tint of a bar, on which limits and hatch of the full colour can be seen.
_WHITE = 0.6
# The share of the distance between two visits that the bars of a visit take together.
_GROUP = 0.76
# Of the scale: between a bar and its mark, and the room above a bar for its mark.
_OFF, _ROOM = 0.015, 0.09


@dataclass(frozen=True, kw_only=True)
class BarPlot(VisitFrame):
    """A bar for each treatment at each visit, from zero."""

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Bar chart"

    @property
    def drawn_values(self) -> list[float]:
        """Every value that the field must hold: a bar begins at zero."""
        return [0.0, *super().drawn_values]

    @property
    def top(self) -> float | None:
        """The lowest end of the scale that leaves room for the marks."""
        values = self.drawn_values
        room = _ROOM * (max(values) - min(values))
        # A mark may stand above a neighbour of its bar.
        of_visit = np.fmax.reduce(self._tops, axis=0)
        marked = np.logical_or.reduce(
            [[bool(mark) for mark in bars.marks] for bars in self.series if bars.marks] or [[]]
        )
        tops = of_visit[marked] + room if len(marked) else np.empty(0)
        return float(max([*values, *tops[np.isfinite(tops)].tolist()]))

    @property
    def _tops(self) -> Floats:
        """The highest of each bar and its limit, a row a treatment."""
        return np.stack([np.fmax(bars.center, bars.upper) for bars in self.series])

    def draw_series(self, axes: Axes) -> None:
        """Draw the bars of each treatment, with their limits."""
        for index, (bars, colour, hatch) in enumerate(zip(self.series, COLOURS, HATCHES, strict=False)):
            places = self._places(index)
            axes.bar(
                places,
                bars.center,  # nothing where there is none
                width=self._width,
                color=tint(colour),
                edgecolor=colour,
                hatch=hatch,
                linewidth=0.8,
                label=bars.name,
            )
            limited = np.isfinite(bars.lower) & np.isfinite(bars.upper)
            middle, reach = (bars.lower + bars.upper)[limited] / 2, np.abs(bars.upper - bars.lower)[limited] / 2
            axes.errorbar(places[limited], middle, yerr=reach, fmt="none", ecolor=colour, elinewidth=0.9, capsize=2)

    def write_marks(self, axes: Axes, ruler: TextRuler) -> None:
        """Write each mark above its bar, or above the highest that it would run into; LayoutError where two meet."""
        low, high = axes.get_ylim()
        tops = self._tops
        for visit in range(len(self.visits)):
            written = []
            for index, (bars, colour) in enumerate(zip(self.series, COLOURS, strict=False)):
                if not bars.marks or not bars.marks[visit] or not np.isfinite(bars.center[visit]):
                    continue
                mark, x = bars.marks[visit], float(self._places(index)[visit])
                reach = ruler.width(mark, "bold") / ruler.box(axes).width * float(np.diff(axes.get_xlim())[0]) / 2
                under = [
                    place
                    for place in range(len(self.series))
                    if abs(self._places(place)[visit] - x) < reach + self._width / 2
                ]
                top = float(np.nanmax(tops[under, visit]))
                y = top + _OFF * (high - low)
                written.append(axes.text(x, y, mark, ha="center", va="bottom", color=colour, fontweight="bold"))
            if not ruler.are_apart(written):
                raise LayoutError(
                    "Two marks of a visit run into one another.",
                    place=Place(file=self.output),
                    found=f"{', '.join(text.get_text() for text in written)} at {self.visits[visit]}",
                    hint="marks_as: stars",
                )

    @property
    def _width(self) -> float:
        return _GROUP * apart(self.places) / max(1, len(self.series))

    def _places(self, index: int) -> Floats:
        """Where the bars of a treatment stand on the axis: beside those of the others, about their visit."""
        return np.array(self.places) + (index - (len(self.series) - 1) / 2) * self._width


def tint(colour: str, white: float = _WHITE) -> tuple[float, float, float]:
    """The colour with so much white in it that lines of the full colour can be seen on it."""
    red, green, blue = (part + (1 - part) * white for part in to_rgb(colour))
    return red, green, blue

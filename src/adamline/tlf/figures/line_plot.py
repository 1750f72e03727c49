"""Draws a statistic over time, one line a treatment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.marks import Mark, write_marks
from adamline.tlf.figures.series import Floats, apart
from adamline.tlf.figures.styles import COLOURS, LINES, MARKERS
from adamline.tlf.figures.text_ruler import TextRuler
from adamline.tlf.figures.visit_frame import VisitFrame

# Share of the smallest distance between two visits that lies between neighbouring treatments at a visit, at most;
# all treatments of a visit together take no more than the second share.
_DODGE, _SPREAD = 0.09, 0.4


@dataclass(frozen=True, kw_only=True)
class LinePlot(VisitFrame):
    """A line for each treatment; ``zero_line`` marks no change.

    With ``join`` a line goes on over visits where it has no point.
    """

    zero_line: bool = False
    join: bool = False

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Line plot"

    def draw_series(self, axes: Axes) -> None:
        """Draw each line with its points and limits."""
        if self.zero_line:
            axes.axhline(0.0, color="#888888", linewidth=0.6, zorder=0)
        for index, (line, colour, marker, dashes) in enumerate(zip(self.series, COLOURS, MARKERS, LINES, strict=False)):
            places = self._places(index)
            drawn = np.isfinite(line.center) if self.join else np.full(len(places), True)
            axes.plot(
                places[drawn],
                line.center[drawn],
                color=colour,
                marker=marker,
                linestyle=dashes,
                markersize=4,
                linewidth=1,
                label=line.name,
            )
            limited = np.isfinite(line.lower) & np.isfinite(line.upper)
            # About their own middle: a mean may lie beyond the quartiles.
            middle, reach = (line.lower + line.upper)[limited] / 2, np.abs(line.upper - line.lower)[limited] / 2
            axes.errorbar(places[limited], middle, yerr=reach, fmt="none", ecolor=colour, elinewidth=0.8, capsize=2)

    def write_marks(self, axes: Axes, ruler: TextRuler) -> None:
        """Write each mark beside its point."""
        marks = [
            Mark(text, float(x), float(y), colour)
            for index, (line, colour) in enumerate(zip(self.series, COLOURS, strict=False))
            for text, x, y in zip(line.marks, self._places(index), line.center, strict=False)
            if text and np.isfinite(y)
        ]
        write_marks(axes, marks, ruler)

    def _places(self, index: int) -> Floats:
        """Where the points of a line stand on the axis: beside those of the others, about their visit."""
        dodge = min(_DODGE, _SPREAD / max(1, len(self.series) - 1)) * apart(self.places)
        return np.array(self.places) + (index - (len(self.series) - 1) / 2) * dodge

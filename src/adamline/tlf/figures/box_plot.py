"""Draws boxes side by side at each visit, one a treatment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.bar_plot import tint
from adamline.tlf.figures.series import Floats, apart
from adamline.tlf.figures.styles import COLOURS, HATCHES
from adamline.tlf.figures.visit_frame import VisitFrame

# The share of the distance between two visits that the boxes of a visit take together, and of its room a box.
_GROUP, _BOX = 0.8, 0.75


@dataclass(frozen=True)
class Whiskers:
    """What stands about the boxes of one treatment, a value a visit; ``visit`` and ``beyond`` are values beyond."""

    low: Floats
    high: Floats
    mean: Floats
    visit: Floats
    beyond: Floats


@dataclass(frozen=True, kw_only=True)
class BoxPlot(VisitFrame):
    """A box for each treatment at each visit: the limits of its series are the quartiles, its centre the median."""

    whiskers: tuple[Whiskers, ...]

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Box plot"

    @property
    def drawn_values(self) -> list[float]:
        """Every value that the field must hold."""
        more = [part for each in self.whiskers for part in (each.low, each.high, each.mean, each.beyond)]
        return [*super().drawn_values, *(float(value) for part in more for value in part[np.isfinite(part)])]

    def draw_series(self, axes: Axes) -> None:
        """Draw the boxes of each treatment, with whiskers, means and values beyond."""
        whole = zip(self.series, self.whiskers, COLOURS, HATCHES, strict=False)
        for index, (box, whiskers, colour, hatch) in enumerate(whole):
            room = _GROUP * apart(self.places) / max(1, len(self.series))
            places = np.array(self.places) + (index - (len(self.series) - 1) / 2) * room
            there, width = np.isfinite(box.center), room * _BOX
            axes.bar(
                places[there],
                (box.upper - box.lower)[there],
                bottom=box.lower[there],
                width=width,
                color=tint(colour),
                edgecolor=colour,
                hatch=hatch,
                linewidth=0.8,
                label=box.name,
            )
            half = width / 2
            axes.hlines(box.center[there], (places - half)[there], (places + half)[there], color=colour, linewidth=1.8)
            for start, end in ((box.lower, whiskers.low), (box.upper, whiskers.high)):
                axes.vlines(places[there], start[there], end[there], color=colour, linewidth=0.8)
                axes.hlines(
                    end[there], (places - half / 2)[there], (places + half / 2)[there], color=colour, linewidth=0.8
                )
            if np.isfinite(whiskers.mean).any():
                axes.plot(
                    places, whiskers.mean, marker="D", markersize=3, color=colour, linestyle="none",
                    markerfacecolor="white",
                )  # fmt: skip
            if len(whiskers.beyond):
                axes.plot(
                    places[whiskers.visit.astype(int)], whiskers.beyond, marker="o", markersize=2.5, color=colour,
                    linestyle="none", markerfacecolor="none", markeredgewidth=0.6,
                )  # fmt: skip

"""Draws the values of each subject over time as a line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.styles import COLOURS, LINES, MARKERS
from adamline.tlf.figures.subject_frame import SubjectFrame


@dataclass(frozen=True, kw_only=True)
class SpaghettiPlot(SubjectFrame):
    """A line for each subject, in the colour of its group."""

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Line plot of each subject"

    def draw_series(self, axes: Axes) -> None:
        """Draw the lines of each group as one path, which breaks between subjects."""
        self.draw_lines(axes)
        for each, colour, dashes, marker in zip(self.groups, COLOURS, LINES, MARKERS, strict=False):
            subjects = np.array(each.subjects, dtype=object)
            order = np.lexsort((each.x, subjects.astype(str)))
            x, y, whose = each.x[order], each.y[order], subjects[order]
            breaks = np.flatnonzero(whose[1:] != whose[:-1]) + 1
            axes.plot(
                np.insert(x, breaks, np.nan), np.insert(y, breaks, np.nan), color=colour, linestyle=dashes,
                linewidth=0.6, alpha=0.7, marker=marker, markersize=1.8, label=each.label,
            )  # fmt: skip

"""Draws two values of each subject as a point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.series import Floats
from adamline.tlf.figures.styles import COLOURS, MARKERS
from adamline.tlf.figures.subject_frame import SubjectFrame
from adamline.tlf.figures.text_ruler import TextRuler

_OFF = 0.06


@dataclass(frozen=True, kw_only=True)
class ScatterPlot(SubjectFrame):
    """A point for each subject; ``corners`` are names of the quadrants, ``circled`` points with a ring."""

    diagonal: bool = False
    circled: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
    circled_label: str = ""

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Scatter plot"

    @property
    def is_marked(self) -> bool:
        """Whether quadrants have names, or the diagonal is drawn, which both need the final scale."""
        return bool(self.notes) or self.diagonal

    def draw_series(self, axes: Axes) -> None:
        """Draw the points of each group, open so that none hides another."""
        self.draw_lines(axes)
        for each, colour, marker in zip(self.groups, COLOURS, MARKERS, strict=False):
            axes.plot(
                each.x, each.y, marker=marker, markersize=3.5, linestyle="none", color=colour,
                markerfacecolor="none", markeredgewidth=0.9, label=each.label, clip_on=False,
            )  # fmt: skip
        if len(self.circled[0]):
            axes.plot(*self.circled, marker="o", markersize=9, linestyle="none", color="#CC0000",
                      markerfacecolor="none", markeredgewidth=1.1, label=self.circled_label, clip_on=False)  # fmt: skip

    def write_marks(self, axes: Axes, ruler: TextRuler) -> None:
        """Write the names of the quadrants into their corners, and draw the line of no change."""
        field = ruler.box(axes)
        for corner, text in self.notes.items():
            up, right = corner.startswith("upper"), corner.endswith("right")
            axes.text(
                1 - _OFF / field.width if right else _OFF / field.width,
                1 - _OFF / field.height if up else _OFF / field.height,
                text, transform=axes.transAxes, ha="right" if right else "left", va="top" if up else "bottom",
                fontstyle="italic", color="#444444",
            )  # fmt: skip
        if self.diagonal:
            (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
            low, high = max(x0, y0), min(x1, y1)
            axes.plot([low, high], [low, high], color="#777777", linewidth=0.8, zorder=0)
            axes.set_xlim(x0, x1)
            axes.set_ylim(y0, y1)

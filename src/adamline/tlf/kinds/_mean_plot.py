"""Draws means with limits over time, one line a treatment, with the numbers of subjects below the axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adamline.errors import DataError

Floats = npt.NDArray[np.float64]

# Colours that colour-blind readers tell apart (Okabe and Ito); marker and line differ as well, for black and white.
STYLES = (
    ("#000000", "o", "-"),
    ("#0072B2", "s", "--"),
    ("#D55E00", "^", "-."),
    ("#009E73", "D", ":"),
    ("#CC79A7", "v", (0, (6, 1))),
    ("#56B4E9", "P", (0, (3, 1, 1, 1, 1, 1))),
)

# Inches: room for the labels of the y axis and treatments, for the x axis, and for a line of numbers of subjects.
_LEFT, _RIGHT, _TOP, _AXIS, _LINE = 1.5, 0.15, 0.3, 0.62, 0.16
# Share of the smallest distance between two visits that lies between neighbouring treatments at a visit.
_DODGE = 0.09
# Inches that a character of a visit's name takes, generously; names that would meet are broken at their blanks.
_CHARACTER = 0.08


@dataclass(frozen=True)
class MeanLine:
    """One treatment: the number of subjects as shown, the mean and its limits at each visit, NaN where none."""

    name: str
    n: tuple[str, ...]
    mean: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class MeanPlot:
    """All that is drawn; ``places`` are those of the visits on the axis, ``zero_line`` marks no change."""

    lines: tuple[MeanLine, ...]
    visits: tuple[str, ...]
    places: tuple[float, ...]
    x_label: str
    y_label: str
    n_label: str
    zero_line: bool

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart in the figure."""
        if len(self.lines) > len(STYLES):
            raise DataError(
                "The figure has more treatments than styles of line.",
                expected=f"at most {len(STYLES)}",
                found=str(len(self.lines)),
            )

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        names = ", ".join(line.name for line in self.lines)
        label = " ".join(self.y_label.split())
        return f"Line plot: {label}, with limits, at {', '.join(self.visits)}, by treatment: {names}."

    def draw(self, figure: Figure) -> None:
        """Draw on an empty figure."""
        width, height = figure.get_size_inches()
        below = _AXIS + _LINE * (len(self.lines) + 1) + 0.1
        box = (_LEFT / width, below / height, 1 - (_LEFT + _RIGHT) / width, 1 - (below + _TOP) / height)
        axes = figure.add_axes(box)
        self._draw_lines(axes)
        self._label_visits(axes, box[2] * width)
        self._write_numbers(axes, box[2] * width, box[3] * height)
        axes.set_ylabel(self.y_label)
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(self.lines), frameon=False, handlelength=4.0
        )

    @property
    def _gap(self) -> float:
        """The smallest distance between two visits."""
        return float(np.diff(np.sort(self.places)).min()) if len(self.places) > 1 else 1.0

    def _draw_lines(self, axes: Axes) -> None:
        if self.zero_line:
            axes.axhline(0.0, color="#888888", linewidth=0.6, zorder=0)
        middle = (len(self.lines) - 1) / 2
        for index, (line, (colour, marker, dashes)) in enumerate(zip(self.lines, STYLES, strict=False)):
            places = np.array(self.places) + (index - middle) * _DODGE * self._gap
            axes.plot(
                places,
                line.mean,
                color=colour,
                marker=marker,
                linestyle=dashes,
                markersize=4,
                linewidth=1,
                label=line.name,
            )
            limited = ~np.isnan(line.lower)
            reach = [(line.mean - line.lower)[limited], (line.upper - line.mean)[limited]]
            axes.errorbar(
                places[limited], line.mean[limited], yerr=reach, fmt="none", ecolor=colour, elinewidth=0.8, capsize=2
            )

    def _label_visits(self, axes: Axes, inches: float) -> None:
        first, last = min(self.places), max(self.places)
        margin = 0.5 * self._gap
        axes.set_xlim(first - margin, last + margin)
        room = inches * self._gap / (last - first + 2 * margin)
        tight = max(map(len, self.visits)) * _CHARACTER > room
        names = [visit.replace(" ", "\n") if tight else visit for visit in self.visits]
        axes.set_xticks(list(self.places), names)
        axes.set_xlabel(self.x_label)

    def _write_numbers(self, axes: Axes, width: float, height: float) -> None:
        """Numbers of subjects below the axis, each under its visit; places are shares of the axes' size in inches."""
        to_visit = axes.get_xaxis_transform()
        heading = -_AXIS / height
        left = (0.1 - _LEFT) / width
        axes.text(left, heading, self.n_label, transform=axes.transAxes, va="top", fontweight="bold")
        for index, line in enumerate(self.lines, start=1):
            level = heading - index * _LINE / height
            colour = STYLES[index - 1][0]
            axes.text(left, level, line.name, transform=axes.transAxes, va="top", color=colour)
            for place, n in zip(self.places, line.n, strict=True):
                axes.text(place, level, n, transform=to_visit, va="top", ha="center", color=colour)

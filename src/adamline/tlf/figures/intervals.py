"""Draws estimates with their limits in the rows of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from adamline.tlf.figures.axis import Axis
from adamline.tlf.figures.series import Floats
from adamline.tlf.figures.styles import COLOURS, MARKERS, require_styles

# Points: the area of the largest and smallest marker, and of one where all are alike.
_SIZES, _SIZE = (16.0, 90.0), 24.0


@dataclass(frozen=True)
class Intervals:
    """Estimates of one treatment, with limits and sizes, one a row; NaN where a row has none.

    A size is a share of the largest.
    """

    name: str
    center: Floats
    lower: Floats
    upper: Floats
    sizes: Floats

    def at(self, rows: npt.NDArray[np.intp]) -> Intervals:
        """Those of these rows."""
        return Intervals(self.name, self.center[rows], self.lower[rows], self.upper[rows], self.sizes[rows])

    def arrows(self, axis: Axis) -> bool:
        """Whether a limit lies beyond the axis."""
        low, high = axis.low, axis.high
        ends = [self.lower[np.isfinite(self.center)], self.upper[np.isfinite(self.center)]]
        under = low is not None and bool((ends[0] < low).any())
        return under or (high is not None and bool((ends[1] > high).any()))


def draw_intervals(
    axes: Axes,
    groups: Sequence[Intervals],
    axis: Axis,
    output: str,
    *,
    labelled: bool,
    first: int = 0,
    place: tuple[int, int] | None = None,
) -> None:
    """Draw the estimates of each treatment with their limits, side by side in each row.

    A limit beyond the axis ends in an arrow. ``first`` is the style of the first treatment, ``place`` where it stands
    among how many in a row, if it is drawn alone.
    """
    require_styles(first + len(groups), output)
    low, high = axis.low, axis.high
    sized = any(np.isfinite(each.sizes).any() for each in groups)
    for number, each in enumerate(groups):
        colour, marker = COLOURS[first + number], MARKERS[first + number]
        here, many = (number, len(groups)) if place is None else place
        rows = np.arange(len(each.center)) + beside(here, many)
        least = -np.inf if low is None else low
        most = np.inf if high is None else high
        drawn = np.isfinite(each.center)
        inside = drawn & (each.center >= least) & (each.center <= most)
        limited = drawn & ~np.isnan(each.lower) & ~np.isnan(each.upper)
        start, end = np.clip(each.lower, least, most), np.clip(each.upper, least, most)
        finite = limited & np.isfinite(start) & np.isfinite(end)
        axes.hlines(rows[finite], start[finite], end[finite], color=colour, linewidth=1.0)
        for beyond, at, arrow in (
            (limited & (each.lower < least), low, "<"),
            (limited & (each.upper > most), high, ">"),
        ):
            if beyond.any() and at is not None:
                axes.plot(
                    np.full(int(beyond.sum()), at), rows[beyond], marker=arrow, color=colour, linestyle="none",
                    markersize=5, clip_on=False,
                )  # fmt: skip
        area = np.full(len(rows), _SIZE)
        if sized:
            area = _SIZES[0] + (_SIZES[1] - _SIZES[0]) * np.nan_to_num(each.sizes)
        for row in np.flatnonzero(inside):
            axes.plot(
                [each.center[row]], [rows[row]], marker="s" if sized else marker, color=colour,
                linestyle="none", markersize=float(np.sqrt(area[row])), clip_on=False,
            )  # fmt: skip
        if labelled:
            axes.plot([], [], marker=marker, color=colour, linestyle="-", label=each.name)


def beside(number: int, many: int) -> float:
    """How far below the middle of its row one of ``many`` treatments stands.

    >>> [round(beside(number, 3), 3) for number in range(3)]
    [-0.233, 0.0, 0.233]
    """
    return (number - (many - 1) / 2) * min(0.26, 0.7 / many)


def interval_values(groups: Sequence[Intervals], axis: Axis, reference: float | None) -> list[float]:
    """Every value that the field must hold: those inside the axis, and the reference."""
    values = np.concatenate([np.empty(0), *(part for each in groups for part in (each.center, each.lower, each.upper))])
    values = values[np.isfinite(values)]
    if axis.low is not None:
        values = values[values >= axis.low]
    if axis.high is not None:
        values = values[values <= axis.high]
    if axis.log:
        values = values[values > 0]
    return [*values.tolist(), *([] if reference is None else [reference])]


def draw_reference(axes: Axes, reference: float | None) -> None:
    """Draw the line of no difference."""
    if reference is not None:
        axes.axvline(reference, color="#888888", linewidth=0.8, zorder=0)

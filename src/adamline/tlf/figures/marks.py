"""Writes marks beside the points of curves, where they hide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from adamline.tlf.figures.text_ruler import TextRuler

Floats = npt.NDArray[np.float64]

# Inches: between a point and its mark, nearest first; what must stay free around a mark, and what had better.
_OFF, _PAD, _ROOM = (0.05, 0.1), 0.03, 0.08
_POINTS_PER_INCH = 72
# Where a mark may stand, seen from its point, best first.
_SIDES = np.array([(0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1), (1, 0), (-1, 0)], dtype=np.float64)
# Each part of a curve is looked at in so many points.
_STEPS = np.linspace(0.0, 1.0, 64)[:, np.newaxis]
_WEIGHT = "bold"


@dataclass(frozen=True)
class Mark:
    """A text for the point at ``x`` and ``y`` of the axes, in the colour of its curve."""

    text: str
    x: float
    y: float
    colour: str


def write_marks(axes: Axes, marks: Sequence[Mark], ruler: TextRuler) -> None:
    """Write each mark on the side of its point where it covers least of the curves and of the marks before it.

    The axes must have their final size and scale.
    """
    ink = ink_of(axes, ruler.figure.dpi)
    field = ruler.box(axes)
    for mark in marks:
        low, high = ruler.ink(mark.text, _WEIGHT).get_points()
        half = (high - low) / 2
        point = axes.transData.transform((mark.x, mark.y)) / ruler.figure.dpi
        centres = point + np.concatenate([_SIDES * (half + off) for off in _OFF])
        distance = np.abs(ink - centres[:, np.newaxis]) - half
        covered, near = ((distance < reach).all(axis=2).sum(axis=1) for reach in (_PAD, _ROOM))
        outside = ((centres - half < field.min) | (centres + half > field.max)).any(axis=1)
        off = np.repeat(_OFF, len(_SIDES))
        centre = centres[np.lexsort((near, off, covered, outside))[0]]
        offset = (centre - point - (low + high) / 2) * _POINTS_PER_INCH
        axes.annotate(
            mark.text,
            (mark.x, mark.y),
            tuple(offset),
            textcoords="offset points",
            ha="left",
            va="baseline",
            color=mark.colour,
            fontweight=_WEIGHT,
            annotation_clip=False,
        )
        ink = np.concatenate([ink, _along([centre - half, centre + half]), [centre]])


def ink_of(axes: Axes, dots: float) -> Floats:
    """Points along all that is drawn in the axes, in inches: curves and limits, not the markers of points."""
    curves = [
        line.get_transform().transform(line.get_xydata()) / dots
        for line in axes.get_lines()
        if line.get_linestyle() != "None"
    ]
    bars = [segment for each in axes.collections if isinstance(each, LineCollection) for segment in each.get_segments()]
    limits = [axes.transData.transform(segment) / dots for segment in bars]
    return np.concatenate([np.empty((0, 2)), *map(_along, [*curves, *limits])])


def _along(path: Iterable[Floats]) -> Floats:
    """Points along the straight parts of a path, none where a part has a missing end."""
    ends = np.asarray(path, dtype=np.float64)
    starts, stops = ends[:-1, np.newaxis], ends[1:, np.newaxis]
    points = (starts + (stops - starts) * _STEPS).reshape(-1, 2)
    return points[~np.isnan(points).any(axis=1)]

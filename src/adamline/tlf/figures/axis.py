"""Axis: the scale of a figure's values as it is chosen, or as it follows from the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal

import numpy as np
from matplotlib.axes import Axes

# A mark of the axis lies on a limit that it was given, whatever the sums of its steps lack.
_NEARLY = 1e-9
# Marks of an axis of logarithms in each decade: of few decades more of them.
_MARKS = ((1.0, 2.0, 5.0), (1.0,))
_FEW = 3.0


@dataclass(frozen=True)
class Axis:
    """The scale of the values: where it begins and ends, and the step of its marks; None follows from the values.

    Of ``log`` equal distances are equal ratios, and marks stand at 1, 2, 5, 10 ... without a step.
    """

    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False


# An axis that follows from the values.
FREE = Axis()


def beyond(given: Axis, values: Sequence[float]) -> tuple[str, ...]:
    """The lowest and highest value that the scale as given would cut off, in words.

    >>> beyond(Axis(low=0, high=10), [-2.5, 3, 10])
    ('-2.5 is below 0',)
    """
    low, high = given.low, given.high
    under = [f"{min(values):g} is below {low:g}"] if values and low is not None and min(values) < low else []
    over = [f"{max(values):g} is above {high:g}"] if values and high is not None and max(values) > high else []
    return (*under, *over)


def set_scale(
    axes: Axes,
    which: Literal["x", "y"],
    given: Axis,
    values: Sequence[float],
    marks: Sequence[float] = (),
    top: float | None = None,
) -> tuple[float, float, list[float], list[str]]:
    """Set an axis as it was given; it goes on, step by step, where it would cut something off.

    ``marks`` are its marks where no step is given, ``top`` the least end. Its two ends as lengths (logarithms on an
    axis of these), and the places and texts of its marks, are returned.
    """
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    if given.log:
        return _set_log(axes, which, given, values)
    step = given.step or 0.0
    low, high = min([low, *values]), max([high, *values])
    if given.low is not None:
        low = given.low if not values else min(given.low, _floor(min(values), step))
    if given.high is not None:
        high = given.high if not values else max(given.high, _ceil(max(values), step))
    last = floor(high / step + _NEARLY) if step else 0
    high = high if top is None else max(high, top)
    (axes.set_xlim if which == "x" else axes.set_ylim)(low, high)
    axis = axes.xaxis if which == "x" else axes.yaxis
    if step:
        axis.set_ticks([number * step for number in range(ceil(low / step - _NEARLY), last + 1)])
    elif len(marks):
        axis.set_ticks([mark for mark in marks if low - _NEARLY <= mark <= high + _NEARLY])
    places = [float(place) for place in axis.get_majorticklocs() if low - _NEARLY <= place <= high + _NEARLY]
    if which == "x":
        axis.set_ticks(places)
    return low, high, places, [_text(place) for place in places]


def _set_log(
    axes: Axes, which: Literal["x", "y"], given: Axis, values: Sequence[float]
) -> tuple[float, float, list[float], list[str]]:
    there = [value for value in values if value > 0]
    low = min([given.low or min(there, default=0.1), *there])
    high = max([given.high or max(there, default=10.0), *there])
    if given.low is None:
        low /= 1.1
    if given.high is None:
        high *= 1.1
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    (axes.set_xlim if which == "x" else axes.set_ylim)(low, high)
    decades = range(floor(log10(low)) - 1, ceil(log10(high)) + 1)
    few = _MARKS[log10(high / low) > _FEW]
    places = [mark * 10.0**decade for decade in decades for mark in few]
    places = [place for place in places if low * (1 - _NEARLY) <= place <= high * (1 + _NEARLY)]
    axis = axes.xaxis if which == "x" else axes.yaxis
    texts = [_text(place) for place in places]
    axis.set_ticks(places, texts)
    axis.set_ticks([], minor=True)
    return log10(low), log10(high), list(np.log10(places)), texts


def _text(place: float) -> str:
    """A mark of the axis in as few digits as it has.

    >>> _text(0.1 * 3), _text(-0.0), _text(1200)
    ('0.3', '0', '1200')
    """
    return f"{place + 0.0:.10g}"


def _floor(value: float, step: float) -> float:
    return floor(value / step + _NEARLY) * step if step else value


def _ceil(value: float, step: float) -> float:
    return ceil(value / step - _NEARLY) * step if step else value

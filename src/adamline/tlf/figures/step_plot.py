"""Draws curves of steps: estimates of survival, and cumulative distributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.frame import Frame
from adamline.tlf.figures.number_rows import NumberRow
from adamline.tlf.figures.series import Floats
from adamline.tlf.figures.stated_texts import write_stated
from adamline.tlf.figures.styles import COLOURS, LINES, require_styles
from adamline.tlf.figures.text_ruler import TextRuler

_BAND = 0.15


@dataclass(frozen=True)
class Steps:
    """The steps of one treatment: from each ``x`` on the value is ``y``, until the next.

    ``lower`` and ``upper`` are limits, ``marked`` says where a mark stands on the step. ``label`` is what the legend
    says, ``numbers`` what stands below each place, ``words`` what is seen.
    """

    name: str
    label: str
    x: Floats
    y: Floats
    lower: Floats
    upper: Floats
    marked: Floats
    numbers: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class StepPlot(Frame):
    """Steps of each treatment; ``places`` are those of the numbers below, ``stated`` texts in the field."""

    series: tuple[Steps, ...]
    title: str
    places: tuple[float, ...] = ()
    stated: tuple[str, ...] = ()
    bands: bool = False
    marks_are: str = ""
    x_lines: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart in the figure."""
        require_styles(len(self.series), self.output)

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return self.title

    @property
    def x_values(self) -> list[float]:
        """Every place of a step, and of a number below."""
        return [*self.places, *self.x_lines, *(float(value) for each in self.series for value in each.x)]

    @property
    def drawn_values(self) -> list[float]:
        """Every value of a step, and of its limits where they are drawn."""
        parts = [part for each in self.series for part in (each.y, *((each.lower, each.upper) if self.bands else ()))]
        return [float(value) for part in parts for value in part[np.isfinite(part)]]

    @property
    def number_rows(self) -> tuple[NumberRow, ...]:
        """The numbers of each treatment."""
        rows = [NumberRow(each.name, each.numbers, colour) for each, colour in zip(self.series, COLOURS, strict=False)]
        return tuple(rows) if self.places else ()

    @property
    def number_places(self) -> tuple[float, ...]:
        """Where numbers stand below the axis."""
        return self.places

    @property
    def is_marked(self) -> bool:
        """Whether there is a text to write into the field."""
        return bool(self.stated)

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        label = " ".join(self.y_label.split())
        bands = ", with limits as bands" if self.bands else ""
        seen = "; ".join(each.words for each in self.series)
        stated = f" {'. '.join(self.stated)}." if self.stated else ""
        return f"{self.kind}: {label}{bands}, by treatment: {seen}.{stated}"

    def draw_series(self, axes: Axes) -> None:
        """Draw the steps of each treatment, their limits, and a mark where there is one."""
        for value in self.x_lines:
            axes.axvline(value, color="#777777", linewidth=0.8, linestyle="--", zorder=0)
        marks = None
        for each, colour, dashes in zip(self.series, COLOURS, LINES, strict=False):
            axes.step(
                each.x, each.y, where="post", color=colour, linestyle=dashes, linewidth=1.2, label=each.label,
                clip_on=False,
            )  # fmt: skip
            if self.bands:
                axes.fill_between(each.x, each.lower, each.upper, step="post", color=colour, alpha=_BAND, linewidth=0)
            here = each.marked > 0
            if here.any():
                marks = axes.plot(
                    each.x[here], each.y[here], color=colour, marker="|", markersize=6, linestyle="none",
                    clip_on=False,
                )[0]  # fmt: skip
        if marks is not None and self.marks_are:
            marks.set_label(self.marks_are)

    def write_marks(self, axes: Axes, ruler: TextRuler) -> None:
        """Write the texts into the corner of the field where they cover least."""
        write_stated(axes, self.stated, ruler)

"""Draws per cents of each treatment as dots, a row each, with their differences beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.axis import FREE, Axis, set_scale
from adamline.tlf.figures.frame import GAP
from adamline.tlf.figures.intervals import Intervals, beside, draw_intervals, draw_reference, interval_values
from adamline.tlf.figures.rows_frame import Places, RowsFrame
from adamline.tlf.figures.series import Floats
from adamline.tlf.figures.styles import COLOURS, MARKERS, require_styles
from adamline.tlf.figures.text_ruler import EDGE, TextRuler

# Inches: the width of the field of differences.
_WIDTH = 2.3


@dataclass(frozen=True)
class Dots:
    """The values of one treatment, one a row; NaN where a row has none."""

    name: str
    values: Floats


@dataclass(frozen=True, kw_only=True)
class DotPlot(RowsFrame):
    """Dots of each treatment, and right of them the differences of each against one, about zero."""

    dots: tuple[Dots, ...]
    differences: tuple[Intervals, ...]
    difference_label: str
    difference_axis: Axis = FREE

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart in the figure."""
        require_styles(len(self.dots), self.output)

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Dot plot"

    @property
    def x_values(self) -> list[float]:
        """Every value of a dot, and zero."""
        dots = (self.whole or self).dots
        return [0.0, *(float(value) for each in dots for value in each.values[np.isfinite(each.values)])]

    @property
    def has_arrows(self) -> bool:
        """Whether a limit ends in an arrow."""
        return any(each.arrows(self.difference_axis) for each in self.differences)

    def at(self, places: Places) -> Self:
        """The figure of these of its rows alone."""
        dots = tuple(Dots(each.name, each.values[places]) for each in self.dots)
        return replace(super().at(places), dots=dots, differences=tuple(each.at(places) for each in self.differences))

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        names = ", ".join(each.name for each in self.dots)
        aside = f", and {' '.join(self.difference_label.split())}" if self.differences else ""
        said = [
            f"{row.text} {', '.join(f'{each.values[number]:.1f}' for each in self.dots)}"
            for number, row in enumerate(self.rows)
            if not row.is_heading
        ]
        return f"{self.kind}: {' '.join(self.x_label.split())}, by treatment: {names}{aside}. {'; '.join(said)}."

    def draw_series(self, axes: Axes) -> None:
        """Draw the dots in their rows, and the differences in a field of their own."""
        rows = np.arange(len(self.rows))
        axes.hlines(rows, 0, 1, transform=axes.get_yaxis_transform(), color="#DDDDDD", linewidth=0.5, zorder=0)
        many = len(self.dots)
        for number, (each, colour, marker) in enumerate(zip(self.dots, COLOURS, MARKERS, strict=False)):
            # Side by side in their row, so that one does not hide another.
            axes.plot(
                each.values, rows + beside(number, many), marker=marker, color=colour, linestyle="none", markersize=5,
                clip_on=False, label=each.name,
            )  # fmt: skip
        if self.differences:
            panel = axes.figure.add_axes((0.7, 0.3, 0.2, 0.5))
            panel.hlines(rows, 0, 1, transform=panel.get_yaxis_transform(), color="#DDDDDD", linewidth=0.5, zorder=0)
            draw_reference(panel, 0.0)
            names = [each.name for each in self.dots]
            for number, of_one in enumerate(self.differences):
                style = names.index(of_one.name) if of_one.name in names else 0
                draw_intervals(
                    panel, [of_one], self.difference_axis, self.output, labelled=False, first=style,
                    place=(number, len(self.differences)),
                )  # fmt: skip

    def beside_field(self, ruler: TextRuler) -> float:
        """The room of the field of differences."""
        return _WIDTH + 2 * GAP if self.differences else 0.0

    def right(self, ruler: TextRuler) -> float:
        """The field of differences, and the columns of texts."""
        return super().right(ruler) + self.beside_field(ruler)

    def place_beside(self, axes: Axes, field: tuple[float, float, float, float], ruler: TextRuler) -> None:
        """Place the field of differences."""
        super().place_beside(axes, field, ruler)
        if not self.differences:
            return
        width, height = ruler.figure.get_size_inches()
        left, below, across, tall = field
        panel = ruler.figure.axes[1]
        panel.set_position(((left + across + 2 * GAP) / width, below / height, _WIDTH / width, tall / height))
        panel.set_ylim(axes.get_ylim())
        panel.set_yticks([])
        panel.spines["left"].set_visible(False)
        values = interval_values((self.whole or self).differences, self.difference_axis, 0.0)
        self.hold(panel, values)
        low, high, places, texts = set_scale(panel, "x", self.difference_axis, values)
        scale = _WIDTH / ((high - low) or 1.0)
        panel.set_xticklabels(ruler.free(texts, [scale * (place - low) for place in places]))
        panel.set_xlabel(ruler.wrap(self.difference_label, _WIDTH + GAP - EDGE))
        panel.xaxis.set_label_coords(0.5, float(axes.xaxis.label.get_position()[1]))

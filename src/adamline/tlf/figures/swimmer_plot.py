"""Draws the time of each subject as a bar, with marks of what happened in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from matplotlib.axes import Axes

from adamline.tlf.figures.bar_plot import tint
from adamline.tlf.figures.rows_frame import Places, RowsFrame
from adamline.tlf.figures.series import Floats
from adamline.tlf.figures.styles import COLOURS, HATCHES, MARKERS, require_styles


@dataclass(frozen=True)
class Bars:
    """Bars of one group: rows, starts and ends."""

    name: str
    rows: Floats
    start: Floats
    end: Floats


@dataclass(frozen=True)
class Marks:
    """Marks of one sort: rows and times."""

    name: str
    rows: Floats
    at: Floats


@dataclass(frozen=True, kw_only=True)
class SwimmerPlot(RowsFrame):
    """A row for each subject; ``ongoing`` are rows and ends of bars that end in an arrow."""

    bars: tuple[Bars, ...]
    marks: tuple[Marks, ...] = ()
    ongoing: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
    x_lines: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart in the figure."""
        require_styles(max(len(self.bars), len(self.marks)), self.output)

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Swimmer plot"

    @property
    def x_values(self) -> list[float]:
        """Every start, end and mark."""
        of = self.whole or self
        parts = [part for each in of.bars for part in (each.start, each.end)] + [each.at for each in of.marks]
        return [*(float(value) for part in parts for value in part), *self.x_lines]

    def at(self, places: Places) -> Self:
        """The figure of these of its rows alone."""

        def these(rows: Floats, *values: Floats) -> tuple[Floats, ...]:
            kept = np.isin(rows, places)
            return np.searchsorted(places, rows[kept]).astype(np.float64), *(each[kept] for each in values)

        ongoing = these(*self.ongoing)
        return replace(
            super().at(places),
            bars=tuple(Bars(each.name, *these(each.rows, each.start, each.end)) for each in self.bars),
            marks=tuple(Marks(each.name, *these(each.rows, each.at)) for each in self.marks),
            ongoing=(ongoing[0], ongoing[1]),
        )

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        by = [f"{each.name or 'all'} {len(each.rows)}, to {each.end.max():g}" for each in self.bars if len(each.rows)]
        marks = [f"{each.name} {len(each.at)}" for each in self.marks]
        said = f" Marks: {'; '.join(marks)}." if marks else ""
        return f"{self.kind}: {len(self.rows)} subjects by {' '.join(self.x_label.split())}. {'; '.join(by)}.{said}"

    def draw_series(self, axes: Axes) -> None:
        """Draw the bars, then what is marked on them."""
        for value in self.x_lines:
            axes.axvline(value, color="#777777", linewidth=0.8, linestyle="--", zorder=0)
        for each, colour, hatch in zip(self.bars, COLOURS, HATCHES, strict=False):
            axes.barh(
                each.rows, each.end - each.start, left=each.start, height=0.7, color=tint(colour), edgecolor=colour,
                hatch=hatch, linewidth=0.5, label=each.name or None,
            )  # fmt: skip
        # In colours that no bar has, as long as there are some.
        colours = (*COLOURS[len(self.bars) :], *COLOURS)
        for mark, colour, marker in zip(self.marks, colours, MARKERS, strict=False):
            axes.plot(
                mark.at, mark.rows, marker=marker, markersize=4.5, linestyle="none", color=colour,
                markeredgecolor="#000000", markeredgewidth=0.5, label=mark.name, clip_on=False,
            )  # fmt: skip
        if len(self.ongoing[0]):
            axes.plot(
                self.ongoing[1], self.ongoing[0], marker=">", markersize=6, linestyle="none", color="#000000",
                label="Ongoing", clip_on=False,
            )  # fmt: skip
        axes.spines["left"].set_visible(False)

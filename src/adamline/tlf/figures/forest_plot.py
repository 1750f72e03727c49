"""Draws estimates with their limits, a row each, as a forest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from matplotlib.axes import Axes

from adamline.tlf.figures.intervals import Intervals, draw_intervals, draw_reference, interval_values
from adamline.tlf.figures.rows_frame import Places, RowsFrame
from adamline.tlf.figures.text_ruler import TextRuler


@dataclass(frozen=True, kw_only=True)
class ForestPlot(RowsFrame):
    """Estimates of each treatment, about the ``reference``; ``favours`` says what lies left and right of it."""

    series: tuple[Intervals, ...]
    reference: float
    favours: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Forest plot"

    @property
    def x_values(self) -> list[float]:
        """Every value inside the axis: a limit beyond it ends in an arrow."""
        return interval_values((self.whole or self).series, self.x_axis, self.reference)

    @property
    def has_arrows(self) -> bool:
        """Whether a limit ends in an arrow."""
        return any(each.arrows(self.x_axis) for each in self.series)

    @property
    def is_marked(self) -> bool:
        """Whether the sides of the reference are named."""
        return bool(self.favours)

    def at(self, places: Places) -> Self:
        """The figure of these of its rows alone."""
        return replace(super().at(places), series=tuple(each.at(places) for each in self.series))

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        label = " ".join(self.x_label.split())
        texts = self.columns[-1].texts if self.columns else ("",) * len(self.rows)
        said = [f"{row.text} {text}".strip() for row, text in zip(self.rows, texts, strict=True) if not row.is_heading]
        sides = f" Left of {self.reference:g}: {self.favours[0]}; right: {self.favours[1]}." if self.favours else ""
        return f"{self.kind}: {label}, about {self.reference:g}. {'; '.join(said)}.{sides}"

    def draw_series(self, axes: Axes) -> None:
        """Draw the estimates in their rows."""
        draw_reference(axes, self.reference)
        draw_intervals(axes, self.series, self.x_axis, self.output, labelled=len(self.series) > 1)
        axes.spines["left"].set_visible(False)

    def label_y(self, axes: Axes, ruler: TextRuler) -> None:
        """Write the names of the rows; a row on top is kept free for the names of the sides."""
        super().label_y(axes, ruler)
        if self.favours:
            axes.set_ylim(self.tall - 0.5, -1.5)

    def write_marks(self, axes: Axes, ruler: TextRuler) -> None:
        """Write what lies left and right of the reference."""
        for text, side in zip((f"← {self.favours[0]} ", f" {self.favours[1]} →"), ("right", "left"), strict=True):
            axes.text(self.reference, -1, text, ha=side, va="center", fontstyle="italic")

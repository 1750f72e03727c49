"""Draws one value of each subject as a bar, the highest first."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from adamline.tlf.figures.bar_plot import tint
from adamline.tlf.figures.styles import COLOURS, HATCHES
from adamline.tlf.figures.subject_frame import SubjectFrame
from adamline.tlf.figures.text_ruler import TextRuler

_MOST_HATCHED = 60


@dataclass(frozen=True, kw_only=True)
class WaterfallPlot(SubjectFrame):
    """Bars from zero; x are the places of the subjects."""

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Waterfall plot"

    @property
    def drawn_values(self) -> list[float]:
        """A bar begins at zero."""
        return [0.0, *super().drawn_values]

    def draw_series(self, axes: Axes) -> None:
        """Draw the bars of each group; hatches of narrow bars could not be seen."""
        self.draw_lines(axes)
        axes.axhline(0, color="#000000", linewidth=0.6)
        narrow = sum(len(each.x) for each in self.groups) > _MOST_HATCHED
        for each, colour, hatch in zip(self.groups, COLOURS, HATCHES, strict=False):
            axes.bar(
                each.x, each.y, width=0.85, color=tint(colour, 0.35 if narrow else 0.6),
                edgecolor=tint(colour, 0.35) if narrow else colour, hatch="" if narrow else hatch,
                linewidth=0.0 if narrow else 0.6, label=each.label,
            )  # fmt: skip
        axes.spines["bottom"].set_visible(False)

    def label_x(self, axes: Axes, inches: float, ruler: TextRuler, least: float = 0.0) -> list[str]:
        """Subjects stand side by side, without names."""
        count = sum(len(each.x) for each in self.groups)
        axes.set_xlim(-0.8, count - 0.2)
        axes.set_xticks([])
        return []

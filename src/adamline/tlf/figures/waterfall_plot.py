"""Draws one value of each subject as a bar, the highest first."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from adamline.tlf.figures.bar_plot import tint
from adamline.tlf.figures.styles import COLOURS, HATCHES
from adamline.tlf.figures.subject_frame import SubjectFrame
from adamline.tlf.figures.text_ruler import TextRuler

_MOST_HATCHED = 60
# The share of white in the bars of each group: narrow ones, which have no hatch, differ in their grey as well.
_WHITES = (0.15, 0.45, 0.7, 0.1, 0.35, 0.35, 0.35, 0.35)
_TINTS = (0.6,) * len(_WHITES)


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
        whites = _WHITES if narrow else _TINTS
        for each, colour, hatch, white in zip(self.groups, COLOURS, HATCHES, whites, strict=False):
            axes.bar(
                each.x, each.y, width=0.85, color=tint(colour, white),
                edgecolor=tint(colour, white) if narrow else colour, hatch="" if narrow else hatch,
                linewidth=0.0 if narrow else 0.6, label=each.label,
            )  # fmt: skip
        axes.spines["bottom"].set_visible(False)

    def label_x(self, axes: Axes, inches: float, ruler: TextRuler, least: float = 0.0) -> list[str]:
        """Subjects stand side by side, without names."""
        count = sum(len(each.x) for each in self.groups)
        axes.set_xlim(-0.8, count - 0.2)
        axes.set_xticks([])
        return []

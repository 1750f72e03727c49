"""Draws the frame of a figure without data: its axes with their texts, its legend, and what will be drawn in it."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from adamline.tlf.figures.frame import Frame
from adamline.tlf.figures.styles import COLOURS, require_styles
from adamline.tlf.figures.text_ruler import TextRuler


@dataclass(frozen=True, kw_only=True)
class EmptyPlot(Frame):
    """An empty field; ``series`` are the names of its legend, ``ticks`` the texts along the axis, ``said`` its words.

    Without ``ticks``, and where an axis has no scale of its own, it has no marks: only data give it some.
    """

    said: str
    series: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be told apart in the figure either."""
        require_styles(len(self.series), self.output)

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Shell"

    def in_words(self) -> str:
        """What the figure will show."""
        return f"{self.kind}: {' '.join(self.said.split())}"

    def draw_series(self, axes: Axes) -> None:
        """The legend, and in the middle what will be drawn."""
        for name, colour in zip(self.series, COLOURS, strict=False):
            axes.plot([], [], color=colour, label=name)
        axes.text(0.5, 0.5, self.said, transform=axes.transAxes, ha="center", va="center", color="0.4")
        if self.y_axis.step is None and not self.y_axis.log:
            axes.set_yticks([])
        if self.x_axis.step is None and not self.x_axis.log:
            axes.set_xticks([])

    def label_x(self, axes: Axes, inches: float, ruler: TextRuler, least: float = 0.0) -> list[str]:
        """Set the texts of the axis, at equal distances; those that would run into one before them are left out."""
        if not self.ticks:
            return super().label_x(axes, inches, ruler, least)
        places = [float(number) for number in range(len(self.ticks))]
        axes.set_xlim(-0.5, len(places) - 0.5)
        scale = inches / len(places)
        texts = [ruler.wrap(text, scale * 0.95) for text in self.ticks]
        shown = ruler.free(texts, [scale * place for place in places], least)
        axes.set_xticks(places, shown)
        return shown

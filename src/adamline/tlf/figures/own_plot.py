"""Draws what a program of the study draws, in the common frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes

from adamline.tlf.figures.frame import Frame


@dataclass(frozen=True, kw_only=True)
class OwnPlot(Frame):
    """The field is drawn by ``drawn``; ``words`` says what is seen."""

    drawn: Callable[[Axes], None]
    words: str

    @property
    def kind(self) -> str:
        """What the figure is called."""
        return "Figure"

    def in_words(self) -> str:
        """What the program says that its figure shows."""
        return self.words

    def draw_series(self, axes: Axes) -> None:
        """Let the program draw."""
        self.drawn(axes)

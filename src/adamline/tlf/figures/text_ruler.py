"""Measures texts of a figure before they are drawn, and wraps them in a width that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox

from adamline.errors import LayoutError, Place

# Inches that stay free at each edge of the canvas.
EDGE = 0.05
_POINTS_PER_INCH = 72
# Lines stand this many times the size of the type apart.
_LINE = 1.26


@dataclass(frozen=True)
class TextRuler:
    """The measures of one figure's texts, in inches, as its renderer draws them."""

    figure: Figure

    @property
    def _renderer(self) -> RendererBase:
        canvas = self.figure.canvas
        if not isinstance(canvas, FigureCanvasAgg):
            canvas = FigureCanvasAgg(self.figure)
        return canvas.get_renderer()  # type: ignore[no-untyped-call, no-any-return]

    @property
    def line(self) -> float:
        """The height of a line of text, with the space to the next."""
        return _LINE * FontProperties().get_size_in_points() / _POINTS_PER_INCH

    def width(self, text: str, weight: str = "normal") -> float:
        """The width of a text on one line."""
        font = FontProperties(weight=weight)
        width, _, _ = self._renderer.get_text_width_height_descent(text, font, False)
        return float(width) / self.figure.dpi

    def ink(self, text: str, weight: str = "normal") -> Bbox:
        """The box of what is seen of a text on one line, from the start of its baseline."""
        font = FontProperties(weight=weight)
        path = TextPath((0, 0), text, size=font.get_size_in_points(), prop=font)
        return Bbox(path.get_extents().get_points() / _POINTS_PER_INCH)

    def wrap(self, text: str, width: float, weight: str = "normal") -> str:
        """The text with line feeds, so that each line but a single long word fits the width."""
        lines = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}".strip()
                if line and self.width(longer, weight) > width:
                    lines.append(line)
                    longer = word
                line = longer
            lines.append(line)
        return "\n".join(lines)

    def free(self, texts: Sequence[str], middles: Sequence[float], least: float = 0.0) -> list[str]:
        """The texts about their places in inches, blank where one would run into the last that is shown before it.

        Each is taken as at least ``least`` wide; a blank text takes no room.
        """
        shown, end = [""] * len(texts), -inf
        for index in sorted(range(len(texts)), key=middles.__getitem__):
            half = max(least, *map(self.width, texts[index].split("\n"))) / 2
            if texts[index] and middles[index] - half >= end:
                shown[index], end = texts[index], middles[index] + half + EDGE
        return shown

    def box(self, artist: Artist) -> Bbox:
        """Where something drawn stands, in inches from the lower left corner of the canvas."""
        extent = artist.get_window_extent(self._renderer)
        return Bbox(extent.get_points() / self.figure.dpi)

    def check_inside(self, texts: Iterable[Text], place: Place, hint: str) -> None:
        """Refuse a text that would be cut at an edge of the canvas."""
        width, height = self.figure.get_size_inches()
        for text in texts:
            box = self.box(text)
            if (
                text.get_text()
                and text.get_visible()
                and (box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height)
            ):
                raise LayoutError("A text does not fit on the figure.", place=place, found=_shown(text), hint=hint)

    def are_apart(self, texts: Iterable[Text]) -> bool:
        """Whether the texts of a row, from left to right, are free of one another."""
        boxes = sorted((self.box(text).x0, self.box(text).x1) for text in texts if text.get_text())
        return all(end <= start for (_, end), (start, _) in pairwise(boxes))


def lines_of(*texts: str) -> int:
    """The number of lines of the longest of these texts."""
    return max(text.count("\n") + 1 for text in texts)


def _shown(text: Text) -> str:
    return repr(" ".join(text.get_text().split()))

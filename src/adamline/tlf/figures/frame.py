"""Frame: what all figures have in common, with legend, axes, and the numbers of subjects below."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from adamline.errors import LayoutError, Place
from adamline.tlf.figures.axis import FREE, Axis, beyond, set_scale
from adamline.tlf.figures.number_rows import NumberRow, NumberRows, write_numbers
from adamline.tlf.figures.text_ruler import EDGE, TextRuler, lines_of

# Inches: the space between two things, the least width and height of the field.
GAP, _LEAST = 0.1, (2.0, 1.2)
# Tick marks with their distance from their labels.
_TICK = 0.1
_HINT = (
    "give the visits shorter texts under ticks, take fewer visits, a smaller page: font_size, or a wider page "
    "(page: orientation, margins)"
)


@dataclass(frozen=True, kw_only=True)
class Frame(ABC):
    """A figure of one field: what a figure draws in it, and what stands around it, is said by its own class."""

    x_label: str = ""
    y_label: str = ""
    n_label: str = ""
    x_axis: Axis = FREE
    y_axis: Axis = FREE
    output: str = ""

    @property
    @abstractmethod
    def kind(self) -> str:
        """What the figure is called."""

    @abstractmethod
    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""

    @abstractmethod
    def draw_series(self, axes: Axes) -> None:
        """Draw all that is in the field; what has a label stands in the legend."""

    @property
    def x_values(self) -> list[float]:
        """Every value that the field must hold from left to right."""
        return []

    @property
    def drawn_values(self) -> list[float]:
        """Every value that the field must hold from bottom to top."""
        return []

    @property
    def number_rows(self) -> tuple[NumberRow, ...]:
        """The numbers below the axis."""
        return ()

    @property
    def number_places(self) -> tuple[float, ...]:
        """Where numbers stand below the axis, and with them texts on it."""
        return ()

    @property
    def numbers_at_edge(self) -> bool:
        """Whether numbers may stand below the ends of the axis."""
        return True

    @property
    def top(self) -> float | None:
        """The lowest end of the scale that leaves room for all that is written above the values."""
        return None

    @property
    def is_marked(self) -> bool:
        """Whether there is something to write into the field."""
        return False

    def write_marks(self, axes: Axes, ruler: TextRuler) -> None:  # noqa: B027 - most figures have none
        """Write the marks into the field, which has its final size."""

    def scale_width(self, axes: Axes, ruler: TextRuler) -> float:
        """The inches that the texts left of the field take."""
        return max((ruler.box(label).width for label in axes.get_yticklabels()), default=0.0)

    def above(self, ruler: TextRuler) -> float:
        """The inches that stay free between the field and the legend."""
        return 0.0

    def right(self, ruler: TextRuler) -> float:
        """The inches that stay free right of the field."""
        return GAP

    def place_beside(  # noqa: B027 - most figures have nothing there
        self, axes: Axes, field: tuple[float, float, float, float], ruler: TextRuler
    ) -> None:
        """Place what stands right of the field, whose left, lower edge, width and height are given in inches."""

    @property
    def beyond(self) -> Mapping[str, tuple[str, ...]]:
        """What each scale as given would cut off, in words."""
        return {"y_axis": beyond(self.y_axis, self.drawn_values), "x_axis": beyond(self.x_axis, self.x_values)}

    def draw(self, figure: Figure) -> None:
        """Draw on an empty figure; LayoutError when a text would be cut or run into another.

        The field takes what the texts around it leave, all measured as they are drawn. Its width depends on the labels
        of its height's scale and the other way round: two rounds settle that.
        """
        ruler = TextRuler(figure)
        axes = figure.add_axes((0.3, 0.3, 0.5, 0.5))
        self.draw_series(axes)
        self.label_y(axes, ruler)
        legend = self._draw_legend(axes, ruler)
        rows = self.number_rows
        numbers = write_numbers(axes, ruler, self.n_label, rows, self.number_places) if rows else NumberRows([], [])
        for _ in range(2):
            self._place(axes, legend, numbers, ruler)
        if self.is_marked:
            ruler.figure.draw_without_rendering()
            self.write_marks(axes, ruler)
        self._check(axes, legend, ruler)

    def label_x(self, axes: Axes, inches: float, ruler: TextRuler, least: float = 0.0) -> list[str]:
        """Set the scale of an axis of this length and its texts, blank where they are left out.

        Each is given room of the width ``least``, for the numbers below it.
        """
        low, high, places, texts = set_scale(axes, "x", self.x_axis, self.x_values, self.number_places)
        scale = inches / ((high - low) or 1.0)
        shown = ruler.free(texts, [scale * (place - low) for place in places], least)
        axes.set_xticklabels(shown)
        return shown

    def label_y(self, axes: Axes, ruler: TextRuler) -> None:
        """Set the scale of the values as it was given; it goes on, step by step, where it would cut something off."""
        set_scale(axes, "y", self.y_axis, self.drawn_values, top=self.top)

    def _check(self, axes: Axes, legend: Legend | None, ruler: TextRuler) -> None:
        """Refuse texts that are cut or overprinted, as they stand when all is drawn."""
        ruler.figure.draw_without_rendering()
        place = Place(file=self.output)
        if ruler.box(axes.yaxis.label).height > ruler.box(axes).height + EDGE:
            raise LayoutError("A word of y_label is longer than the axis.", place=place, hint="shorten y_label")
        around = [axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels()]
        ruler.check_inside([*around, *axes.texts, *(legend.get_texts() if legend else ())], place, _HINT)

    def _place(self, axes: Axes, legend: Legend | None, numbers: NumberRows, ruler: TextRuler) -> None:
        """Size and place the field, and what stands around it."""
        width, height = ruler.figure.get_size_inches()
        scale = self.scale_width(axes, ruler)
        tall = ruler.box(axes).height
        title = ruler.wrap(self.y_label, tall)
        line = ruler.line
        beside = EDGE + lines_of(title) * line * bool(title) + GAP + scale + _TICK
        # A number below stands about its mark.
        inset = numbers.widest(ruler) / 2 if self.numbers_at_edge else 0.0
        left = max(EDGE + numbers.width(ruler) + GAP + inset, beside)
        across = width - left - max(self.right(ruler), inset + EDGE)
        ticks = self.label_x(axes, across, ruler)
        x_label = ruler.wrap(self.x_label, across)
        below_axis = _TICK + lines_of(*ticks, "") * line + GAP
        heading = below_axis + lines_of(x_label) * line * bool(x_label) + GAP
        below = heading + numbers.lines * line + EDGE
        above = self.above(ruler)
        top = above + (ruler.box(legend).height if legend else GAP) + EDGE
        tall = height - below - top
        if across < _LEAST[0] or tall < _LEAST[1]:
            raise LayoutError(
                "The texts of the figure leave no room for its curves.",
                place=Place(file=self.output),
                expected=f"{_LEAST[0]} by {_LEAST[1]} inches",
                found=f"{across:.1f} by {tall:.1f} inches",
                hint="shorten the names of treatments, n_label or y_label, or take a wider page: orientation",
            )
        axes.set_position((left / width, below / height, across / width, tall / height))
        if legend and above:
            legend.set_bbox_to_anchor((1.0, 1.0 + above / tall), transform=axes.transAxes)
        axes.set_xlabel(x_label)
        axes.xaxis.set_label_coords(0.5, -below_axis / tall)
        axes.set_ylabel(ruler.wrap(self.y_label, tall))
        axes.yaxis.set_label_coords(-(scale + _TICK + GAP) / across, 0.5)
        self.place_beside(axes, (left, below, across, tall), ruler)
        if not numbers.names:
            return
        numbers.place(heading, (left, across, tall), line)
        numbers.keep([True] * len(self.number_places))
        if not all(map(ruler.are_apart, numbers.counts)):
            numbers.keep(list(map(bool, self.label_x(axes, across, ruler, numbers.widest(ruler)))))

    def _draw_legend(self, axes: Axes, ruler: TextRuler) -> Legend | None:
        """What has a name, above the field, in as few rows as the figure is wide enough for."""
        width = float(ruler.figure.get_size_inches()[0])
        room = width - 2 * GAP
        # Bars before what is marked on them.
        entries = sorted(zip(*axes.get_legend_handles_labels(), strict=True), key=lambda entry: not _is_area(entry[0]))
        if not entries:
            return None
        handles = [handle for handle, _ in entries]
        # A piece of line of four ems stands before a name, with spaces about both; markers alone take less.
        length = 1.5 if all(map(_is_marker, handles)) else 4.0
        names = [ruler.wrap(name, room - (length + 1) * ruler.line) for _, name in entries]
        for rows in range(1, len(names) + 1):
            legend = axes.legend(
                handles,
                names,
                loc="lower right",
                bbox_to_anchor=(1.0, 1.0),
                borderaxespad=0.0,
                ncols=ceil(len(names) / rows),
                frameon=False,
                handlelength=length,
            )
            if ruler.box(legend).width <= room:
                break
        return legend


def _is_area(handle: Any) -> bool:
    """Whether an entry of the legend is a bar or a box, not a line or a marker."""
    return isinstance(handle, BarContainer | Patch)


def _is_marker(handle: Any) -> bool:
    """Whether an entry of the legend is a marker without a line."""
    return isinstance(handle, Line2D) and handle.get_linestyle() == "None"

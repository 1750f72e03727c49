"""Plot: the common frame of figures by visit, with legend, axes, and the numbers of subjects below."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from adamline.errors import DataError, LayoutError, Place
from adamline.tlf.kinds._number_rows import NumberRows, write_numbers
from adamline.tlf.kinds._series import Series, apart, seen
from adamline.tlf.kinds._text_ruler import EDGE, TextRuler, lines_of

# Colours that colour-blind readers tell apart (Okabe and Ito); markers, lines and hatches differ too, for grey paper.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9")

# Inches: the space between two things, the least width and height of the field.
_GAP, _LEAST = 0.1, (2.0, 1.2)
# Tick marks with their distance from their labels.
_TICK = 0.1
_HINT = (
    "give the visits shorter texts under ticks, take fewer visits, a smaller page: font_size, or a wider page "
    "(page: orientation, margins)"
)
# A mark of the axis lies on a limit that it was given, whatever the sums of its steps lack.
_NEARLY = 1e-9


@dataclass(frozen=True)
class Axis:
    """The scale of the values: where it begins and ends, and the step of its marks; None follows from the values."""

    low: float | None = None
    high: float | None = None
    step: float | None = None


@dataclass(frozen=True)
class Plot(ABC):
    """All that is drawn; ``places`` are those of the visits on the axis.

    ``ticks`` are the texts of the visits on the axis, blank for a mark alone; those that would run into one before
    them are left out, and where the numbers below would, theirs too.
    """

    series: tuple[Series, ...]
    visits: tuple[str, ...]
    ticks: tuple[str, ...]
    places: tuple[float, ...]
    x_label: str
    y_label: str
    n_label: str
    y_axis: Axis = Axis()
    output: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart in the figure."""
        if len(self.series) > len(COLOURS):
            raise DataError(
                "The figure has more treatments than styles of line.",
                expected=f"at most {len(COLOURS)}",
                found=str(len(self.series)),
            )

    @property
    @abstractmethod
    def kind(self) -> str:
        """What the figure is called."""

    @abstractmethod
    def draw_series(self, axes: Axes) -> None:
        """Draw the series in the field, each with a label for the legend."""

    @abstractmethod
    def write_marks(self, axes: Axes, ruler: TextRuler) -> None:
        """Write the marks into the field, which has its final size."""

    @property
    def drawn_values(self) -> list[float]:
        """Every value that the field must hold."""
        return [float(value) for each in self.series for value in each.reach]

    @property
    def top(self) -> float:
        """The lowest end of the scale that leaves room for all that is written above the values."""
        return max(self.drawn_values, default=0.0)

    @property
    def is_marked(self) -> bool:
        """Whether there is a mark to write."""
        return any(any(each.marks) for each in self.series)

    @property
    def beyond(self) -> tuple[str, ...]:
        """What the scale as given would cut off: its lowest and highest value, in words."""
        low, high, values = self.y_axis.low, self.y_axis.high, self.drawn_values
        under = [f"{min(values):g} is below {low:g}"] if values and low is not None and min(values) < low else []
        over = [f"{max(values):g} is above {high:g}"] if values and high is not None and max(values) > high else []
        return (*under, *over)

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        names = ", ".join(each.name for each in self.series)
        label = " ".join(self.y_label.split())
        limits = ", with limits" if any(np.isfinite(each.lower).any() for each in self.series) else ""
        marks = ", with marks of significance" if self.is_marked else ""
        return (
            f"{self.kind}: {label}{limits}{marks}, at {', '.join(self.visits)}, by treatment: {names}."
            f"{seen(self.series, self.visits)}"
        )

    def draw(self, figure: Figure) -> None:
        """Draw on an empty figure; LayoutError when a text would be cut or run into another.

        The field takes what the texts around it leave, all measured as they are drawn. Its width depends on the labels
        of its height's scale and the other way round: two rounds settle that.
        """
        ruler = TextRuler(figure)
        axes = figure.add_axes((0.3, 0.3, 0.5, 0.5))
        self.draw_series(axes)
        self._scale(axes)
        legend = self._draw_legend(axes, ruler)
        numbers = write_numbers(axes, ruler, self.n_label, list(zip(self.series, COLOURS, strict=False)), self.places)
        for _ in range(2):
            self._place(axes, legend, numbers, ruler)
        if self.is_marked:
            ruler.figure.draw_without_rendering()
            self.write_marks(axes, ruler)
        self._check(axes, legend, ruler)

    def _scale(self, axes: Axes) -> None:
        """Set the scale of the values as it was given; it goes on, step by step, where it would cut something off."""
        given, values = self.y_axis, self.drawn_values
        low, high = axes.get_ylim()
        step = given.step or 0.0
        if given.low is not None:
            low = given.low if not values else min(given.low, _floor(min(values), step))
        if given.high is not None:
            high = given.high if not values else max(given.high, _ceil(max(values), step))
        last = floor(high / step + _NEARLY) if step else 0
        axes.set_ylim(low, max(high, self.top))
        if step:
            first = ceil(low / step - _NEARLY)
            axes.set_yticks([number * step for number in range(first, last + 1)])

    def _check(self, axes: Axes, legend: Legend, ruler: TextRuler) -> None:
        """Refuse texts that are cut or overprinted, as they stand when all is drawn."""
        ruler.figure.draw_without_rendering()
        place = Place(file=self.output)
        if ruler.box(axes.yaxis.label).height > ruler.box(axes).height + EDGE:
            raise LayoutError("A word of y_label is longer than the axis.", place=place, hint="shorten y_label")
        around = [axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels()]
        ruler.check_inside([*around, *axes.texts, *legend.get_texts()], place, _HINT)

    def _place(self, axes: Axes, legend: Legend, numbers: NumberRows, ruler: TextRuler) -> None:
        """Size and place the field, and what stands around it."""
        width, height = ruler.figure.get_size_inches()
        scale = max((ruler.box(label).width for label in axes.get_yticklabels()), default=0.0)
        tall = ruler.box(axes).height
        title = ruler.wrap(self.y_label, tall)
        line = ruler.line
        beside = EDGE + lines_of(title) * line + _GAP + scale + _TICK
        left = max(EDGE + numbers.width(ruler) + _GAP, beside)
        across = width - left - _GAP
        visits = self._label_visits(axes, across, ruler)
        x_label = ruler.wrap(self.x_label, across)
        below_axis = _TICK + lines_of(*visits) * line + _GAP
        heading = below_axis + lines_of(x_label) * line + _GAP
        below = heading + numbers.lines * line + EDGE
        top = ruler.box(legend).height + EDGE
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
        axes.set_xlabel(x_label)
        axes.xaxis.set_label_coords(0.5, -below_axis / tall)
        axes.set_ylabel(ruler.wrap(self.y_label, tall))
        axes.yaxis.set_label_coords(-(scale + _TICK + _GAP) / across, 0.5)
        numbers.place(heading, (left, across, tall), line)
        numbers.keep([True] * len(self.visits))
        if not all(map(ruler.are_apart, numbers.counts)):
            numbers.keep(list(map(bool, self._label_visits(axes, across, ruler, numbers.widest(ruler)))))

    def _draw_legend(self, axes: Axes, ruler: TextRuler) -> Legend:
        """Names of the treatments above the field, in as few rows as the figure is wide enough for."""
        width = float(ruler.figure.get_size_inches()[0])
        room = width - 2 * _GAP
        handles, _ = axes.get_legend_handles_labels()
        # A piece of line of four ems stands before a name, with spaces about both.
        names = [ruler.wrap(each.name, room - 5 * ruler.line) for each in self.series]
        for rows in range(1, len(self.series) + 1):
            legend = axes.legend(
                handles,
                names,
                loc="lower right",
                bbox_to_anchor=(1.0, 1.0),
                borderaxespad=0.0,
                ncols=ceil(len(self.series) / rows),
                frameon=False,
                handlelength=4.0,
            )
            if ruler.box(legend).width <= room:
                break
        return legend

    def _label_visits(self, axes: Axes, inches: float, ruler: TextRuler, least: float = 0.0) -> list[str]:
        """Set the visits on an axis of this length; their texts as they are wrapped, blank where left out.

        Each is given room of the width ``least``, for the numbers below it.
        """
        first, last = min(self.places), max(self.places)
        gap = apart(self.places)
        margin = 0.5 * gap
        axes.set_xlim(first - margin, last + margin)
        scale = inches / (last - first + 2 * margin)
        names = [ruler.wrap(text, scale * gap - EDGE) for text in self.ticks]
        shown = ruler.free(names, [scale * place for place in self.places], least)
        axes.set_xticks(list(self.places), shown)
        return shown


def _floor(value: float, step: float) -> float:
    return floor(value / step + _NEARLY) * step if step else value


def _ceil(value: float, step: float) -> float:
    return ceil(value / step - _NEARLY) * step if step else value

"""Draws a statistic over time, one line a treatment, with the numbers of subjects below the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from adamline.errors import DataError, LayoutError, Place
from adamline.tlf.kinds._marks import Mark, write_marks
from adamline.tlf.kinds._text_ruler import EDGE, TextRuler

Floats = npt.NDArray[np.float64]

# Colours that colour-blind readers tell apart (Okabe and Ito); marker and line differ as well, for black and white.
STYLES = (
    ("#000000", "o", "-"),
    ("#0072B2", "s", "--"),
    ("#D55E00", "^", "-."),
    ("#009E73", "D", ":"),
    ("#CC79A7", "v", (0, (6, 1))),
    ("#56B4E9", "P", (0, (3, 1, 1, 1, 1, 1))),
)

# Inches: the space between two things, the least width and height of the curves' field.
_GAP, _LEAST = 0.1, (2.0, 1.2)
# Tick marks with their distance from their labels.
_TICK = 0.1
# Names of treatments and the label of their numbers are wrapped to this share of the figure's width.
_NAME_SHARE = 0.2
# Share of the smallest distance between two visits that lies between neighbouring treatments at a visit, at most;
# all treatments of a visit together take no more than the second share.
_DODGE, _SPREAD = 0.09, 0.4
_HINT = (
    "give the visits shorter texts under ticks, take fewer visits under at, a smaller page: font_size, or a wider page "
    "(page: orientation, margins)"
)


@dataclass(frozen=True)
class Line:
    """One treatment, with values for each visit: the number of subjects as shown, the point, its limits, its mark.

    A point or limit is NaN where there is none, a mark blank; ``marks`` without any is a line without marks.
    """

    name: str
    n: tuple[str, ...]
    center: Floats
    lower: Floats
    upper: Floats
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinePlot:
    """All that is drawn; ``places`` are those of the visits on the axis, ``zero_line`` marks no change.

    ``ticks`` are the texts of the visits on the axis, blank for a mark alone; those that would run into one before
    them are left out, and where the numbers below would, theirs too. With ``join`` a line goes on over visits where it
    has no point.
    """

    lines: tuple[Line, ...]
    visits: tuple[str, ...]
    ticks: tuple[str, ...]
    places: tuple[float, ...]
    x_label: str
    y_label: str
    n_label: str
    zero_line: bool
    join: bool = False
    output: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart in the figure."""
        if len(self.lines) > len(STYLES):
            raise DataError(
                "The figure has more treatments than styles of line.",
                expected=f"at most {len(STYLES)}",
                found=str(len(self.lines)),
            )

    def in_words(self) -> str:
        """What the figure shows, for readers who cannot see it."""
        names = ", ".join(line.name for line in self.lines)
        label = " ".join(self.y_label.split())
        limits = ", with limits" if any(np.isfinite(line.lower).any() for line in self.lines) else ""
        marks = ", with marks of significance" if self._marked else ""
        return f"Line plot: {label}{limits}{marks}, at {', '.join(self.visits)}, by treatment: {names}."

    def draw(self, figure: Figure) -> None:
        """Draw on an empty figure; LayoutError when a text would be cut or run into another.

        The field of the curves takes what the texts around it leave, all measured as they are drawn. Its width
        depends on the labels of its height's scale and the other way round: two rounds settle that.
        """
        ruler = TextRuler(figure)
        axes = figure.add_axes((0.3, 0.3, 0.5, 0.5))
        self._draw_lines(axes)
        legend = self._draw_legend(axes, ruler)
        numbers = self._write_numbers(axes, ruler)
        for _ in range(2):
            self._place(axes, legend, numbers, ruler)
        if self._marked:
            ruler.figure.draw_without_rendering()
            write_marks(axes, self._marks(), ruler)
        self._check(axes, legend, numbers, ruler)

    def _check(self, axes: Axes, legend: Legend, numbers: _Numbers, ruler: TextRuler) -> None:
        """Refuse texts that are cut or overprinted, as they stand when all is drawn."""
        ruler.figure.draw_without_rendering()
        place = Place(file=self.output)
        if ruler.box(axes.yaxis.label).height > ruler.box(axes).height + EDGE:
            raise LayoutError("A word of y_label is longer than the axis.", place=place, hint="shorten y_label")
        around = [axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels()]
        ruler.check_inside([*around, *axes.texts, *legend.get_texts()], place, _HINT)

    def _place(self, axes: Axes, legend: Legend, numbers: _Numbers, ruler: TextRuler) -> None:
        """Size and place the field of the curves, and what stands around it."""
        width, height = ruler.figure.get_size_inches()
        scale = max((ruler.box(label).width for label in axes.get_yticklabels()), default=0.0)
        tall = ruler.box(axes).height
        title = ruler.wrap(self.y_label, tall)
        line = ruler.line
        beside = EDGE + _lines(title) * line + _GAP + scale + _TICK
        left = max(EDGE + numbers.width(ruler) + _GAP, beside)
        across = width - left - _GAP
        visits = self._label_visits(axes, across, ruler)
        x_label = ruler.wrap(self.x_label, across)
        below_axis = _TICK + _lines(*visits) * line + _GAP
        heading = below_axis + _lines(x_label) * line + _GAP
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
        """Names of the treatments above the curves, in as few rows as the figure is wide enough for."""
        width = float(ruler.figure.get_size_inches()[0])
        room = width - 2 * _GAP
        handles, _ = axes.get_legend_handles_labels()
        # A piece of line of four ems stands before a name, with spaces about both.
        names = [ruler.wrap(line.name, room - 5 * ruler.line) for line in self.lines]
        for rows in range(1, len(self.lines) + 1):
            legend = axes.legend(
                handles,
                names,
                loc="lower right",
                bbox_to_anchor=(1.0, 1.0),
                borderaxespad=0.0,
                ncols=ceil(len(self.lines) / rows),
                frameon=False,
                handlelength=4.0,
            )
            if ruler.box(legend).width <= room:
                break
        return legend

    @property
    def _gap(self) -> float:
        """The smallest distance between two visits."""
        return float(np.diff(np.sort(self.places)).min()) if len(self.places) > 1 else 1.0

    def _places(self, index: int) -> Floats:
        """Where the points of a line stand on the axis: beside those of the others, about their visit."""
        dodge = min(_DODGE, _SPREAD / max(1, len(self.lines) - 1)) * self._gap
        return np.array(self.places) + (index - (len(self.lines) - 1) / 2) * dodge

    @property
    def _marked(self) -> bool:
        return any(any(line.marks) for line in self.lines)

    def _marks(self) -> list[Mark]:
        """The marks of all lines, each at its point."""
        return [
            Mark(text, float(x), float(y), colour)
            for index, (line, (colour, _, _)) in enumerate(zip(self.lines, STYLES, strict=False))
            for text, x, y in zip(line.marks, self._places(index), line.center, strict=False)
            if text and np.isfinite(y)
        ]

    def _draw_lines(self, axes: Axes) -> None:
        if self.zero_line:
            axes.axhline(0.0, color="#888888", linewidth=0.6, zorder=0)
        for index, (line, (colour, marker, dashes)) in enumerate(zip(self.lines, STYLES, strict=False)):
            places = self._places(index)
            drawn = np.isfinite(line.center) if self.join else np.full(len(places), True)
            axes.plot(
                places[drawn],
                line.center[drawn],
                color=colour,
                marker=marker,
                linestyle=dashes,
                markersize=4,
                linewidth=1,
                label=line.name,
            )
            limited = np.isfinite(line.lower) & np.isfinite(line.upper)
            # About their own middle: a mean may lie beyond the quartiles.
            middle, reach = (line.lower + line.upper)[limited] / 2, np.abs(line.upper - line.lower)[limited] / 2
            axes.errorbar(places[limited], middle, yerr=reach, fmt="none", ecolor=colour, elinewidth=0.8, capsize=2)

    def _label_visits(self, axes: Axes, inches: float, ruler: TextRuler, least: float = 0.0) -> list[str]:
        """Set the visits on an axis of this length; their texts as they are wrapped, blank where left out.

        Each is given room of the width ``least``, for the numbers below it.
        """
        first, last = min(self.places), max(self.places)
        margin = 0.5 * self._gap
        axes.set_xlim(first - margin, last + margin)
        scale = inches / (last - first + 2 * margin)
        names = [ruler.wrap(text, scale * self._gap - EDGE) for text in self.ticks]
        shown = ruler.free(names, [scale * place for place in self.places], least)
        axes.set_xticks(list(self.places), shown)
        return shown

    def _write_numbers(self, axes: Axes, ruler: TextRuler) -> _Numbers:
        """Write the numbers of subjects, each under its visit, and the names left of them; they are placed later."""
        room = _NAME_SHARE * float(ruler.figure.get_size_inches()[0])
        to_visit = axes.get_xaxis_transform()
        label = ruler.wrap(self.n_label, room, "bold")
        names = [axes.text(0, 0, label, transform=axes.transAxes, va="top", fontweight="bold")]
        counts = []
        for line, (colour, _, _) in zip(self.lines, STYLES, strict=False):
            name = ruler.wrap(line.name, room)
            names.append(axes.text(0, 0, name, transform=axes.transAxes, va="top", color=colour))
            counts.append(
                [
                    axes.text(place, 0, n, transform=to_visit, va="top", ha="center", color=colour)
                    for place, n in zip(self.places, line.n, strict=True)
                ]
            )
        return _Numbers(names, counts)


@dataclass(frozen=True)
class _Numbers:
    """The texts of the block of numbers: its label and the names below it, and for each name its numbers."""

    names: list[Text]
    counts: list[list[Text]]

    @property
    def lines(self) -> int:
        return sum(_lines(name.get_text()) for name in self.names)

    def width(self, ruler: TextRuler) -> float:
        return max(ruler.box(name).width for name in self.names)

    def widest(self, ruler: TextRuler) -> float:
        """The width of the widest number."""
        return max((ruler.box(count).width for row in self.counts for count in row), default=0.0)

    def keep(self, shown: Sequence[bool]) -> None:
        """Leave out the numbers of visits that are not shown."""
        for row in self.counts:
            for count, keep in zip(row, shown, strict=True):
                count.set_visible(keep)

    def place(self, top: float, field: tuple[float, float, float], line: float) -> None:
        """Set the lines of the block below one another, ``line`` apart; all lengths are in inches.

        ``top`` is its distance from the axis, ``field`` the left edge, width and height of the curves' field.
        """
        left, across, tall = field
        for name, counts in zip(self.names, [[], *self.counts], strict=True):
            level = -top / tall
            name.set_position(((EDGE - left) / across, level))
            for count in counts:
                count.set_y(level)
            top += _lines(name.get_text()) * line


def _lines(*texts: str) -> int:
    """The number of lines of the longest of these texts."""
    return max(text.count("\n") + 1 for text in texts)

"""Marks beside points: near their points, clear of curves, limits and each other, inside the axes."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from adamline.tlf.figures.line_plot import LinePlot
from adamline.tlf.figures.marks import Mark, write_marks
from adamline.tlf.figures.picture import style_of
from adamline.tlf.figures.series import Series
from adamline.tlf.figures.text_ruler import TextRuler
from adamline.tlf.layout import PageSetup

DOTS = 100
CURVES = {
    "parted": ([0.1, 0.2, 0.4, 3.0], [-14.0, -20.0, -25.0, -29.6], [-5.0, -17.9, -16.0, -15.1]),
    "close": ([0.0, 0.1, 0.0, 0.2], [-1.0, -1.2, -1.1, -1.0], [-1.1, -1.1, -1.2, -1.3]),
    "steep": ([0.0, 90.0, 0.0, 90.0], [90.0, 0.0, 90.0, 0.0], [45.0, 50.0, 40.0, 45.0]),
    "same": ([0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0]),
}


def drawn(curves: tuple[list[float], ...], reach: float = np.nan) -> tuple[Figure, list[Text]]:
    """A figure of these curves with marks at all points but those of the first, and its marks."""
    lines = [
        Series(f"Arm {index}", ("9",) * 4, np.array(each), np.array(each) - reach, np.array(each) + reach, marks)
        for index, (each, marks) in enumerate(zip(curves, [(), ("*", "**", "***", "***"), ("***",) * 4], strict=True))
    ]
    visits = tuple(f"Week {week}" for week in (2, 4, 12, 24))
    with mpl.rc_context(style_of(PageSetup(font_size=8))):
        figure = Figure(figsize=(8.6, 4.4), dpi=DOTS)
        canvas = FigureCanvasAgg(figure)
        LinePlot(
            series=tuple(lines), visits=visits, ticks=visits, places=(2.0, 4.0, 12.0, 24.0), x_label="Weeks",
            y_label="Median", n_label="n", zero_line=True,
        ).draw(figure)  # fmt: skip
        canvas.draw()
    return figure, [text for text in figure.axes[0].texts if set(text.get_text()) == {"*"}]


def inked(figure: Figure) -> np.ndarray:
    """Which pixels of the whole canvas are not white."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[:, :, :3].min(axis=2) < 250  # type: ignore[attr-defined]


def box_of(figure: Figure, mark: Text) -> Bbox:
    """The pixels that a mark alone inks: those that change when it is hidden, where it hides nothing."""
    with mpl.rc_context(style_of(PageSetup(font_size=8))):
        before = inked(figure)
        mark.set_visible(False)
        after = inked(figure)
        mark.set_visible(True)
    rows, columns = np.nonzero(before & ~after)
    height = before.shape[0]
    return Bbox([(columns.min(), height - 1 - rows.max()), (columns.max() + 1, height - rows.min())])


@pytest.mark.parametrize("name", CURVES)
def test_marks_hide_no_curve_and_stand_apart_inside_the_axes(name: str) -> None:
    figure, marks = drawn(CURVES[name])
    axes = figure.axes[0]
    boxes = [box_of(figure, mark) for mark in marks]
    assert len(boxes) == 8
    paths = [
        axes.transData.transform_path(line.get_path()) for line in axes.get_lines()[1:] if len(line.get_xydata()) == 4
    ]
    for box in boxes:
        assert not any(path.intersects_bbox(box, filled=False) for path in paths)
        field = axes.get_window_extent()
        assert field.x0 <= box.x0 < box.x1 <= field.x1
        assert field.y0 <= box.y0 < box.y1 <= field.y1
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


@pytest.mark.parametrize("name", ["parted", "steep", "same"])
def test_marks_hide_no_limits(name: str) -> None:
    figure, marks = drawn(CURVES[name], reach=6.0)
    axes = figure.axes[0]
    bars = [each for each in axes.collections if isinstance(each, LineCollection)]
    assert len(bars) == 3
    for mark in marks:
        box = box_of(figure, mark)
        for segment in (axes.transData.transform(each) for bar in bars for each in bar.get_segments()):
            crosses = box.x0 < segment[0, 0] < box.x1 and box.y0 < segment[:, 1].max() and segment[:, 1].min() < box.y1
            assert not crosses


@pytest.mark.parametrize("name", CURVES)
def test_marks_stand_near_their_points(name: str) -> None:
    figure, marks = drawn(CURVES[name])
    axes = figure.axes[0]
    for mark in marks:
        point = axes.transData.transform(mark.xy)  # type: ignore[attr-defined]
        box = box_of(figure, mark)
        away = np.maximum(np.maximum(box.min - point, point - box.max), 0.0) / DOTS
        assert np.hypot(*away) < 0.2


def test_marks_of_neighbours_at_an_edge_stand_apart_inside() -> None:
    with mpl.rc_context(style_of(PageSetup(font_size=8))):
        figure = Figure(figsize=(4, 3), dpi=DOTS)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8), xlim=(0, 1), ylim=(0, 1))
        write_marks(axes, [Mark("***", x, 1.0, "black") for x in (0.5, 0.516)], TextRuler(figure))
        axes.set_axis_off()
    boxes = [box_of(figure, mark) for mark in axes.texts]
    assert max(box.y1 for box in boxes) <= 270
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_mark_needs_its_point() -> None:
    _, marks = drawn((CURVES["parted"][0], [1.0, np.nan, 2.0, np.nan], [np.nan] * 4))
    assert [mark.get_text() for mark in marks] == ["*", "***"]


def test_the_ink_of_a_text_is_what_is_drawn() -> None:
    with mpl.rc_context(style_of(PageSetup(font_size=8))):
        figure = Figure(figsize=(2, 2), dpi=DOTS)
        FigureCanvasAgg(figure)
        figure.text(0.5, 0.5, "***", fontweight="bold")
        rows, columns = np.nonzero(inked(figure))
        ink = TextRuler(figure).ink("***", "bold")
    assert ink.x0 * DOTS + 100 == pytest.approx(columns.min(), abs=1.5)
    assert ink.x1 * DOTS + 100 == pytest.approx(columns.max() + 1, abs=1.5)
    assert ink.y0 * DOTS + 100 == pytest.approx(200 - 1 - rows.max(), abs=1.5)
    assert ink.y1 * DOTS + 100 == pytest.approx(200 - rows.min(), abs=1.5)

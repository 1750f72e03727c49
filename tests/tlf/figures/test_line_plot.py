"""The drawing of means: no text is cut or runs into another, however many and long they are."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from adamline.errors import DataError, LayoutError
from adamline.tlf.figures.line_plot import LinePlot
from adamline.tlf.figures.picture import style_of
from adamline.tlf.figures.series import Series
from adamline.tlf.figures.styles import COLOURS
from adamline.tlf.layout import PageSetup
from adamline.tlf.metrics import fonts_like

LONG_LABEL = "Mean Change from Baseline\nGamma Glutamyl Transferase, Serum or Plasma, Enzymatic Activity at 37 C (U/L)"
LONG_NAME = "Xanomeline {} mg/day transdermal patch, twice daily"
STYLE = style_of(PageSetup(font="Arial", font_size=8))
WEEKS = tuple(f"Week {week}" for week in range(2, 22, 2))


def plot(names: list[str], visits: tuple[str, ...] = WEEKS, y_label: str = "Mean\nALT", n: str = "123") -> LinePlot:
    mean = np.linspace(-1, 1, len(visits))
    lines = tuple(Series(name, (n,) * len(visits), mean, mean - 0.5, mean + 0.5) for name in names)
    places = tuple(map(float, range(len(visits))))
    return LinePlot(
        series=lines, visits=visits, ticks=visits, places=places, x_label="Weeks", y_label=y_label,
        n_label="Number of subjects", output="F-1", zero_line=True,
    )  # fmt: skip


def drawn(given: LinePlot, width: float = 8.6) -> Figure:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, 4.4), dpi=100)
        canvas = FigureCanvasAgg(figure)
        given.draw(figure)
        canvas.draw()
    return figure


def boxes(figure: Figure) -> dict[str, tuple[float, float, float, float]]:
    """Where each text stands, in pixels; the scale's labels beyond the curves are not drawn."""
    axes = figure.axes[0]
    texts: list[Text] = [*axes.texts, axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels()]
    legend = axes.get_legend()
    texts += legend.get_texts() if legend else []
    seen = [text for text in texts if text.get_text() and text.get_visible()]
    return {f"{i} {text.get_text()}": text.get_window_extent().extents for i, text in enumerate(seen)}


@pytest.mark.parametrize(
    ("given", "width"),
    [
        (plot(["Placebo", "Drug"]), 8.6),
        (plot([LONG_NAME.format(dose) for dose in (5, 10, 20, 40, 80, 160)], y_label=LONG_LABEL), 8.6),
        (plot([f"Dose {dose}" for dose in range(6)], ("Baseline", *WEEKS, "End of Treatment")), 8.6),
        (plot([LONG_NAME.format(dose) for dose in (5, 10, 20)], WEEKS[:6], LONG_LABEL), 6.27),
        (plot(["Placebo"], ("Unscheduled",) * 12 + WEEKS), 8.6),
        (plot(["Placebo"], tuple(str(visit) for visit in range(40)), n="12345"), 8.6),
    ],
)
def test_texts_stand_inside_the_figure_and_apart(given: LinePlot, width: float) -> None:
    figure = drawn(given, width)
    shown = boxes(figure)
    for name, (x0, y0, x1, y1) in shown.items():
        assert 0 <= x0 < x1 <= width * 100, name
        assert 0 <= y0 < y1 <= 440, name
    for (one, a), (other, b) in combinations(shown.items(), 2):
        slack = 2  # pixels: the boxes of neighbouring lines hold the descent of letters
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + slack or b[3] <= a[1] + slack
        assert apart, f"{one} and {other}"


def test_words_are_kept_when_texts_are_wrapped() -> None:
    names = [LONG_NAME.format(dose) for dose in (5, 10, 20, 40, 80, 160)]
    axes = drawn(plot(names, y_label=LONG_LABEL)).axes[0]
    legend = axes.get_legend()
    assert legend is not None
    assert [" ".join(text.get_text().split()) for text in legend.get_texts()] == names
    beside = [text for text in axes.texts if " ".join(text.get_text().split()) in names]
    assert len(beside) == 6
    assert max(text.get_window_extent().width for text in beside) <= 0.2 * 860
    assert axes.get_ylabel().split() == LONG_LABEL.split()
    assert axes.get_ylabel().count("\n") > 1


def test_texts_that_would_run_into_others_are_left_out() -> None:
    weeks = (2, 4, 8, 12, 16, 20, 24, 28, 36, 44, 52)
    given = replace(plot(["Placebo"], tuple(f"Week {week}" for week in weeks)), places=tuple(map(float, weeks)))
    axes = drawn(given).axes[0]
    assert [text.get_text().replace("\n", " ") for text in axes.get_xticklabels()] == [
        "" if week == 4 else f"Week {week}" for week in weeks
    ]
    assert axes.get_xticks().tolist() == list(weeks)  # each visit has its mark
    assert [text.get_visible() for text in axes.texts[2:]] == [True] * len(weeks)  # the numbers are narrower


def test_numbers_of_visits_are_left_out_with_their_texts() -> None:
    axes = drawn(plot(["A", "B"], tuple(str(visit) for visit in range(40)), n="12345")).axes[0]
    shown = [bool(text.get_text()) for text in axes.get_xticklabels()]
    assert shown[:3] == [True, False, True]
    numbers = [text.get_visible() for text in axes.texts if text.get_text() == "12345"]
    assert numbers == [*shown, *shown]


def test_a_visit_may_have_another_text_or_a_mark_alone() -> None:
    axes = drawn(replace(plot(["A"], WEEKS[:3]), ticks=("2", "", "6"))).axes[0]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["2", "", "6"]


def test_a_line_breaks_at_a_visit_without_a_point_or_joins_its_neighbours() -> None:
    center = np.array([1.0, np.nan, 3.0])
    line = Series("A", ("1", "0", "1"), center, center - 1, center + 1)
    given = replace(plot(["A"], WEEKS[:3]), series=(line,))
    broken, joined = (drawn(each).axes[0].get_lines()[1] for each in (given, replace(given, join=True)))
    np.testing.assert_array_equal(broken.get_ydata(), center)
    np.testing.assert_array_equal(joined.get_ydata(), [1.0, 3.0])
    np.testing.assert_array_equal(joined.get_xdata(), [0.0, 2.0])


def test_a_treatment_without_any_point_has_its_name_and_numbers() -> None:
    nothing = np.full(3, np.nan)
    axes = drawn(replace(plot(["A"], WEEKS[:3]), series=(Series("B", ("0",) * 3, nothing, nothing, nothing),))).axes[0]
    assert [text.get_text() for text in axes.texts[1:]] == ["B", "0", "0", "0"]


def test_the_type_is_that_of_the_page_and_so_is_the_minus() -> None:
    for font, alike in (
        ("Arial", "DejaVu Sans"),
        ("Times New Roman", "STIXGeneral"),
        ("Courier New", "DejaVu Sans Mono"),
    ):
        style = style_of(PageSetup(font=font, font_size=10.5))
        assert style["font.family"][0] in {font, *fonts_like(font)[1], alike}
        assert style["font.size"] == 10.5
    axes = drawn(plot(["A"])).axes[0]
    with mpl.rc_context(STYLE):
        scale = [text.get_text() for text in axes.get_yticklabels()]
    assert "-0.5" in scale
    assert not any("\N{MINUS SIGN}" in text for text in scale)


def test_neighbouring_visits_keep_their_points_apart() -> None:
    axes = drawn(plot([f"Dose {dose}" for dose in range(6)])).axes[0]
    curves = [line for line in axes.get_lines() if len(np.asarray(line.get_xdata())) == len(WEEKS)]
    assert max(np.asarray(line.get_xdata(), float)[0] for line in curves) < 0.5


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (plot(["Placebo"], y_label="Gammaglutamyltransferase" * 4), "y_label"),
        (plot(["x" * 200]), "no room for its curves"),
    ],
)
def test_what_cannot_be_shown_is_refused(given: LinePlot, message: str) -> None:
    with pytest.raises(LayoutError, match=message) as caught:
        drawn(given)
    assert "F-1" in str(caught.value)


def test_as_many_treatments_as_styles() -> None:
    with pytest.raises(DataError, match="more treatments"):
        plot([f"Dose {dose}" for dose in range(len(COLOURS) + 1)])
    assert "by treatment: A, B." in plot(["A", "B"]).in_words()

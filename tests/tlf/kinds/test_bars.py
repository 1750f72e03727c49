"""The figure of bars draws what is stored: heights, limits, numbers, stars or p-values, the same bytes in every run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from pydantic import ValidationError

from adamline.analyses.bars import Options, analyse
from adamline.analyses.data import AnalysisData
from adamline.errors import DataError, LayoutError
from adamline.findings import Severity
from adamline.results.ard import with_ids
from adamline.results.csv_file import read_results, write_results
from adamline.tlf.figures.bar_plot import BarPlot
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds.bars import lay_out, plot_of
from adamline.tlf.paginate import paginate

SPEC: dict[str, Any] = {
    "output": "F-1",
    "kind": "bars",
    "title": "Response by Visit",
    "results": "T-1",
    "parameter": "SRI4",
    "marks": "p_fisher",
}
#            visit     treatment  n   N    pct   lower upper  p
STORED = [
    ("Week 4", "Placebo", 10, 40, 25.0, 12.7, 41.2, None),
    ("Week 4", "Low", 20, 40, 50.0, 33.8, 66.2, 0.05),
    ("Week 4", "High", 30, 40, 75.0, 58.8, 87.3, 0.0001),
    ("Week 8", "Placebo", 0, 40, 0.0, 0.0, 8.8, None),
    ("Week 8", "Low", 0, 0, np.nan, np.nan, np.nan, np.nan),
    ("Week 8", "High", 40, 40, 100.0, 91.2, 100.0, 0.0501),
]


def table() -> pd.DataFrame:
    labels = [
        {"group1": "PARAMCD", "group1_level": "SRI4", "variable": "PARAM", "stat_text": "SRI-4 Response"},
        {"variable": "AVALC", "stat_text": "Analysis Value (C)"},
    ]
    rows = [each | {"analysis": "labels", "stat_name": "label"} for each in labels]
    for visit, treatment, *numbers in STORED:
        for name, number in zip(("n", "N", "pct", "lower", "upper", "p"), numbers, strict=True):
            if number is None:
                continue
            text = "NE" if name == "p" and np.isnan(number) else "<0.001" if number == 0.0001 else f"{number:g}"
            rows.append(
                {
                    "analysis": "p_fisher" if name == "p" else "response AVALC",
                    "group1": "TRTP",
                    "group1_level": treatment,
                    "group2": "PARAMCD",
                    "group2_level": "SRI4",
                    "group3": "AVISIT",
                    "group3_level": visit,
                    "variable": "AVALC",
                    "stat_name": name,
                    "stat_label": {"pct": "%", "p": "p-value vs Placebo"}.get(name, ""),
                    "stat": number,
                    "stat_text": "" if text == "nan" else text,
                }
            )
    return with_ids(pd.DataFrame(rows), "T-1")


def drawn(stored: pd.DataFrame | None = None, **changes: Any) -> tuple[pd.DataFrame, Options]:
    options = Options.model_validate(SPEC | changes)
    results = {"T-1": table() if stored is None else stored}
    return analyse(AnalysisData({}, results=results), options).results, options


def figure_of(plot: BarPlot) -> Figure:
    figure = Figure(figsize=(8.6, 4.4), dpi=100)
    plot.draw(figure)
    return figure


def test_heights_limits_and_numbers_are_the_stored_ones() -> None:
    plot = plot_of(*drawn(limits=["lower", "upper"]))
    assert [bars.name for bars in plot.series] == ["Placebo", "Low", "High"]
    assert [bars.n for bars in plot.series] == [("10/40", "0/40"), ("20/40", "0/0"), ("30/40", "40/40")]
    assert plot.y_label == "SRI-4 Response, %"
    axes = figure_of(plot).axes[0]
    heights = [[bar.get_height() for bar in each] for each in axes.containers if isinstance(each, BarContainer)]
    np.testing.assert_array_equal(heights, [[25.0, 0.0], [50.0, np.nan], [75.0, 100.0]])
    limits = [segment[:, 1].tolist() for bars in axes.collections for segment in bars.get_segments()]
    expected = [[12.7, 41.2], [0.0, 8.8], [33.8, 66.2], [58.8, 87.3], [91.2, 100.0]]
    assert np.array(limits) == pytest.approx(np.array(expected))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Placebo", "Low", "High"]
    edges = [[bar.get_x() for bar in each] for each in axes.containers if isinstance(each, BarContainer)]
    width = axes.containers[0][0].get_width() if isinstance(axes.containers[0], BarContainer) else 0.0
    assert np.diff(edges, axis=0) == pytest.approx(np.full((2, 2), width))  # side by side, none over another


def test_bars_differ_without_colour_too() -> None:
    axes = figure_of(plot_of(*drawn())).axes[0]
    bars = [each[0] for each in axes.containers if isinstance(each, BarContainer)]
    assert len({bar.get_hatch() for bar in bars}) == 3
    assert len({to_rgb(bar.get_facecolor()) for bar in bars}) == 3


def test_stars_stand_above_their_bars_and_their_key_below_the_figure() -> None:
    results, options = drawn(limits=["lower", "upper"])
    plot = plot_of(results, options)
    assert [bars.marks for bars in plot.series] == [(), ("*", ""), ("***", "")]
    axes = figure_of(plot).axes[0]
    found = {text.get_text(): text.get_position() for text in axes.texts if set(text.get_text()) == {"*"}}
    assert found["*"][1] > 66.2 and found["***"][1] > 87.3
    layout = lay_out(results, options, PageContext())
    assert layout.footnotes == ("* p ≤ 0.05, ** p ≤ 0.01, *** p ≤ 0.001 (p-value vs Placebo).",)


def test_p_values_as_the_table_has_them() -> None:
    two = table().query("group1_level != 'Low'")
    results, options = drawn(two, marks_as="p")
    plot = plot_of(results, options)
    assert [bars.marks for bars in plot.series] == [(), ("p<0.001", "p=0.0501")]
    assert {"p<0.001", "p=0.0501"} <= {text.get_text() for text in figure_of(plot).axes[0].texts}
    assert lay_out(results, options, PageContext()).footnotes == ()


def test_marks_that_run_into_one_another_are_refused() -> None:
    many = tuple(
        replace(bars, name=f"Arm {n}", center=np.full(12, 50.0), lower=np.full(12, np.nan), upper=np.full(12, np.nan),
                n=("1/2",) * 12, marks=("p=0.1234",) * 12, texts=())
        for n, bars in enumerate(plot_of(*drawn()).series)
    )  # fmt: skip
    visits = tuple(f"W{n}" for n in range(12))
    plot = replace(plot_of(*drawn()), series=many, visits=visits, ticks=visits, places=tuple(map(float, range(12))))
    with pytest.raises(LayoutError, match="run into one another") as caught:
        figure_of(plot)
    assert "marks_as: stars" in str(caught.value)


def test_the_alternative_text_says_what_is_seen() -> None:
    assert plot_of(*drawn(limits=["lower", "upper"])).in_words() == (
        "Bar chart: SRI-4 Response, %, with limits, with marks of significance, at Week 4, Week 8, by treatment: "
        "Placebo, Low, High. At Week 8: Placebo 0 (0 to 8.8) (0/40); High 100 (91.2 to 100) (40/40). "
        "Marked: Low at Week 4 (*); High at Week 4 (***)."
    )
    words = plot_of(*drawn(marks=None)).in_words()
    assert "arked" not in words


def test_the_axis_is_as_chosen_and_holds_its_marks() -> None:
    results, options = drawn(y_axis={"low": "0", "high": "100", "step": "25"}, limits=["lower", "upper"])
    plot = plot_of(results, options)
    axes = figure_of(plot).axes[0]
    assert axes.get_yticks().tolist() == [0, 25, 50, 75, 100]
    assert axes.get_ylim()[0] == 0
    high = axes.get_ylim()[1]
    assert all(text.get_position()[1] < high for text in axes.texts if set(text.get_text()) == {"*"})
    assert lay_out(results, options, PageContext()).findings == ()


def test_values_beyond_the_axis_are_shown_and_said() -> None:
    results, options = drawn(y_axis={"high": "60", "step": "20"}, limits=["lower", "upper"])
    layout = lay_out(results, options, PageContext())
    (found,) = [finding for finding in layout.findings if finding.check == "axis"]
    assert (found.severity, found.message) == (
        Severity.WARNING,
        "The figure has values beyond its y_axis: 100 is above 60. The axis goes on to hold them.",
    )
    assert figure_of(plot_of(results, options)).axes[0].get_yticks().tolist()[-1] == 100


def test_visits_to_show_and_their_texts() -> None:
    plot = plot_of(*drawn(show=["Week 8"], ticks={"Week 8": "8"}))
    assert (plot.visits, plot.ticks) == (("Week 8",), ("8",))
    results, _ = drawn(show=["Week 4", "Week 9"])
    assert results["warning"][results["warning"] != ""].tolist() == ["no pct at a visit: Week 9"]


def test_results_are_references_to_the_stored_ones() -> None:
    results, _ = drawn()
    stored = table().set_index("result")
    assert set(results["same_as"]) <= set(stored.index)
    assert results["stat_text"].tolist() == stored.loc[results["same_as"], "stat_text"].tolist()


def test_same_picture_from_a_file_of_results_and_under_another_style(tmp_path: Path) -> None:
    write_results(table(), tmp_path / "t.csv")
    first = lay_out(*drawn(), PageContext()).picture
    with mpl.rc_context({"hatch.linewidth": 9.0, "savefig.dpi": 50, "font.size": 20.0}):
        assert lay_out(*drawn(read_results(tmp_path / "t.csv")), PageContext()).picture == first
    assert first is not None and first.png.startswith(b"\x89PNG") and b"<dc:date>" not in first.svg


def test_a_table_without_values_gives_a_page_that_says_so() -> None:
    empty = table().assign(stat=np.nan)
    layout = lay_out(*drawn(empty, empty="No responses yet."), PageContext())
    page = paginate(layout).pages[0]
    assert [line for row in page.rows for cell in row.cells for line in cell.lines] == ["No responses yet."]


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"results": "T-2"}, "no stored results of T-2", "T-1"),
        ({"parameter": "SRI-4"}, "do not hold SRI-4", "did you mean SRI4"),
        ({"variable": "AVAL"}, "do not hold AVAL", "did you mean AVALC"),
        ({"height": "rate"}, "do not hold rate", "under `also`"),
        ({"limits": ["lower", "uper"]}, "do not hold uper", "under `also`"),
        ({"numbers": "{n} of {total}"}, "do not hold total", "under `also`"),
        ({"marks": "p_fischer"}, "do not hold p_fischer", "did you mean p_fisher"),
        ({"ticks": {"Week 3": "3"}}, "do not hold Week 3", "did you mean Week"),
    ],
)
def test_what_is_not_stored(changes: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        drawn(**changes)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"numbers": "n/N"}, "a pattern of statistics"),
        ({"limits": ["lower"]}, "lower and the upper limit"),
        ({"show": ["Week 4", "Week 4"]}, "listed twice"),
        ({"y_axis": {"low": "5", "high": "5"}}, "begins below its end"),
        ({"y_axis": {"step": "0"}}, "greater than 0"),
        ({"marks_as": "letters"}, "'stars' or 'p'"),
        ({"population": {"from": "ADSL"}}, "the population of the table"),
    ],
)
def test_options_that_have_no_meaning(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Options.model_validate(SPEC | changes)


def test_options_without_a_parameter() -> None:
    with pytest.raises(ValidationError, match="parameter"):
        Options.model_validate({key: value for key, value in SPEC.items() if key != "parameter"})


def test_a_word_of_the_scale_is_not_cut() -> None:
    plot = replace(plot_of(*drawn()), y_label="Unbreakable" * 9)
    with pytest.raises(LayoutError, match="longer than the axis"):
        figure_of(plot)


def test_a_mark_above_a_higher_neighbour_stands_inside_the_axis() -> None:
    wide = "p=" + "0" * 40
    plot = plot_of(*drawn(table().query("group1_level != 'Placebo'"), limits=["lower", "upper"], marks_as="p"))
    low, high = (replace(bars, marks=marks) for bars, marks in zip(plot.series, [(wide, ""), ()], strict=True))
    axes = figure_of(replace(plot, series=(low, high))).axes[0]
    (mark,) = [text for text in axes.texts if text.get_text() == wide]
    assert 87.3 < mark.get_position()[1] < axes.get_ylim()[1]

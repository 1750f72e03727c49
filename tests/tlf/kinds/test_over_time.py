"""The figure over time draws what is stored: points, limits, marks and numbers, the same bytes in every run."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from pydantic import ValidationError

from adamline.analyses.data import AnalysisData
from adamline.analyses.over_time import Options, analyse
from adamline.errors import DataError, Place
from adamline.findings import Severity
from adamline.results.ard import with_ids
from adamline.results.check_warnings import check_warnings
from adamline.results.csv_file import read_results, write_results
from adamline.tlf.figures.line_plot import LinePlot
from adamline.tlf.figures.picture import font_findings
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds.over_time import lay_out, plot_of
from adamline.tlf.paginate import paginate

SPEC: dict[str, Any] = {
    "output": "F-1",
    "kind": "over_time",
    "title": "Mean Change over Time",
    "results": "T-1",
    "parameter": "ALT",
}
#            treatment  visit     n     mean  lower  upper
STORED = [
    ("Placebo", "Week 2", 83, 0.25, -1.5, 2.0),
    ("Placebo", "Week 4", 79, 0.75, -1.0, 2.5),
    ("Placebo", "Week 12", 1, 3.0, np.nan, np.nan),
    ("Drug", "Week 2", 78, 2.75, 1.0, 4.5),
    ("Drug", "Week 4", 0, np.nan, np.nan, np.nan),
    ("Drug", "Week 12", 50, 0.1, -2.0, 2.2),
]


def table(statistics: tuple[str, ...] = ("n", "mean", "lower", "upper")) -> pd.DataFrame:
    rows = [
        {
            "analysis": "labels",
            "group1": "PARAMCD",
            "group1_level": code,
            "variable": "PARAM",
            "stat_name": "label",
            "stat_text": label,
        }
        for code, label in [("AST", "AST (U/L)"), ("ALT", "ALT (U/L)")]
    ]
    rows += [{"analysis": "labels", "variable": "CHG", "stat_name": "label", "stat_text": "Change from Baseline"}]
    for code, shift in [("AST", 100.0), ("ALT", 0.0)]:
        for visit in ["Week 2", "Week 4", "Week 12"]:
            for treatment, at, *numbers in STORED:
                if at == visit:
                    rows += [
                        {
                            "analysis": "summary",
                            "group1": "TRTA",
                            "group1_level": treatment,
                            "group2": "PARAMCD",
                            "group2_level": code,
                            "group3": "AVISIT",
                            "group3_level": visit,
                            "variable": "CHG",
                            "stat_name": name,
                            "stat_label": "Mean" if name == "mean" else "",
                            "stat": number + shift,
                            "stat_text": str(number),
                        }
                        for name, number in zip(("n", "mean", "lower", "upper"), numbers, strict=True)
                        if name in statistics
                    ]
    return with_ids(pd.DataFrame(rows), "T-1")


def options(**changes: Any) -> Options:
    return Options.model_validate(SPEC | changes)


def drawn(**changes: Any) -> tuple[pd.DataFrame, Options]:
    chosen = options(**changes)
    return analyse(AnalysisData({}, results={"T-1": table()}), chosen).results, chosen


def test_results_are_references_to_the_stored_ones() -> None:
    results, _ = drawn()
    results = results[results["analysis"] != "lacking"]
    stored = table().set_index("result")
    assert set(results["output"]) == {"F-1"}
    assert results["result"].tolist()[:2] == ["F-1/labels/PARAMCD=ALT/PARAM/label", "F-1/labels/CHG/label"]
    assert "AST" not in set(results["group2_level"])
    same = ["output", "same_as"]
    pd.testing.assert_frame_equal(
        results.set_index("same_as").drop(columns=["result", "output"]).rename_axis("result"),
        stored.loc[results["same_as"]].drop(columns=same),
        check_index_type=False,
    )
    assert len(results[results["analysis"] == "summary"]) == 24


def test_the_population_is_that_of_the_table() -> None:
    row = {"analysis": "population", "stat_name": "label", "stat_text": "Safety Population", "dataset": "ADSL"}
    stored = with_ids(pd.concat([pd.DataFrame([row]), table().drop(columns=["result", "output"])]), "T-1")
    results = analyse(AnalysisData({}, results={"T-1": stored}), options()).results
    assert lay_out(results, options(), PageContext()).population == "Safety Population"
    assert lay_out(*drawn(), PageContext()).population == ""
    with pytest.raises(ValidationError, match="the population of the table"):
        options(population={"from": "ADSL", "label": "Efficacy Population"})


def test_a_visit_without_data_is_a_gap_with_a_warning() -> None:
    results, chosen = drawn(at={"Week 2": 2, "Week 4": 4, "Week 26": 26})
    assert results[["group1_level", "warning"]][results["warning"] != ""].to_numpy().tolist() == [
        ["Week 26", "no mean at a visit: Week 26"]
    ]
    plot = plot_of(results, chosen)
    np.testing.assert_array_equal(plot.series[0].center, [0.25, 0.75, np.nan])
    assert plot.series[0].n == ("83", "79", "")
    assert lay_out(results, chosen, PageContext()).picture is not None


@pytest.mark.parametrize("stored", ["no values", "no visits"])
def test_a_table_without_values_gives_a_page_that_says_so(stored: str) -> None:
    full = table()
    is_summary = full["analysis"] == "summary"
    empty = {
        "no values": full.assign(stat=full["stat"].mask(is_summary & (full["stat_name"] != "n"))),
        "no visits": full[~is_summary],
    }[stored]
    chosen = options(empty="No changes yet.")
    results = analyse(AnalysisData({}, results={"T-1": empty}), chosen).results
    assert "no mean to draw" in results["warning"].tolist()
    page = paginate(lay_out(results, chosen, PageContext())).pages[0]
    assert [line for row in page.rows for cell in row.cells for line in cell.lines] == ["No changes yet."]


def test_points_limits_and_numbers_are_the_stored_ones() -> None:
    plot = plot_of(*drawn())
    assert (plot.visits, plot.places) == (("Week 2", "Week 4", "Week 12"), (0.0, 1.0, 2.0))
    assert plot.y_label == "Mean Change from Baseline\nALT (U/L)"
    assert [line.name for line in plot.series] == ["Placebo", "Drug"]
    assert [line.n for line in plot.series] == [("83", "79", "1"), ("78", "0", "50")]
    np.testing.assert_array_equal(plot.series[0].center, [0.25, 0.75, 3.0])
    np.testing.assert_array_equal(plot.series[1].lower, [1.0, np.nan, -2.0])
    np.testing.assert_array_equal(plot.series[1].upper, [4.5, np.nan, 2.2])

    figure = Figure(figsize=(8, 4))
    plot.draw(figure)
    axes = figure.axes[0]
    curves = {line.get_label(): line for line in axes.get_lines()}
    np.testing.assert_array_equal(curves["Placebo"].get_ydata(), [0.25, 0.75, 3.0])
    np.testing.assert_array_equal(curves["Drug"].get_ydata(), [2.75, np.nan, 0.1])
    shift = np.asarray(curves["Drug"].get_xdata(), float) - np.asarray(curves["Placebo"].get_xdata(), float)
    assert (shift > 0).all()
    limits = [segment[:, 1].tolist() for bars in axes.collections for segment in bars.get_segments()]
    assert limits == [[-1.5, 2.0], [-1.0, 2.5], [1.0, 4.5], [-2.0, 2.2]]  # none where the mean is of one value
    texts = [(text.get_text(), text.get_position()[0]) for text in axes.texts]
    assert [text for text, _ in texts] == ["Number of subjects", "Placebo", "83", "79", "1", "Drug", "78", "0", "50"]
    assert [place for text, place in texts if text in {"83", "79", "1"}] == [0.0, 1.0, 2.0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Placebo", "Drug"]
    styles = {(curve.get_color(), curve.get_marker(), str(curve.get_linestyle())) for curve in curves.values()}
    assert len({marker for _, marker, _ in styles}) >= 2


def test_visits_at_their_places_on_the_axis() -> None:
    plot = plot_of(*drawn(at={"Week 2": "2", "Week 12": "12"}, y_label="Change"))
    assert (plot.visits, plot.places, plot.y_label) == (("Week 2", "Week 12"), (2.0, 12.0), "Change")
    np.testing.assert_array_equal(plot.series[0].center, [0.25, 3.0])


def test_picture_and_page() -> None:
    results, chosen = drawn()
    layout = lay_out(results, chosen, PageContext(run="3f2a"))
    assert layout.picture is not None
    assert layout.picture.png.startswith(b"\x89PNG")
    width, height = (int.from_bytes(layout.picture.png[at : at + 4], "big") for at in (16, 20))
    assert (width / 300, height / 300) == (layout.picture.width, layout.picture.height)
    assert b"<svg" in layout.picture.svg
    assert b"<dc:date>" not in layout.picture.svg
    assert "Placebo, Drug" in layout.picture.alt
    assert (layout.rows, layout.columns, layout.source) == ((), (), "Source: results of T-1; run 3f2a")


def test_picture_is_drawn_for_the_width_of_the_page() -> None:
    results, chosen = drawn(page={"paper": "A4", "orientation": "portrait"})
    picture = lay_out(results, chosen, PageContext()).picture
    assert picture is not None
    assert picture.width == pytest.approx(8.27 - 2)


def test_same_picture_from_a_file_of_results_and_under_another_style(tmp_path: Path) -> None:
    write_results(table(), tmp_path / "t.csv")
    chosen = options()
    first = lay_out(*drawn(), PageContext()).picture
    stored = analyse(AnalysisData({}, results={"T-1": read_results(tmp_path / "t.csv")}), chosen).results
    with mpl.rc_context({"lines.linewidth": 9.0, "savefig.dpi": 50, "font.size": 20.0}):
        assert lay_out(stored, chosen, PageContext()).picture == first


@pytest.mark.slow
def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    write_results(table(), tmp_path / "t.csv")
    code = (
        "import sys, hashlib, pathlib\n"
        "from adamline.results.csv_file import read_results\n"
        "from adamline.analyses.data import AnalysisData\n"
        "from adamline.analyses.over_time import Options, analyse\n"
        "from adamline.tlf.kinds._data import PageContext\n"
        "from adamline.tlf.kinds.over_time import lay_out\n"
        f"options = Options.model_validate({SPEC!r})\n"
        "stored = {'T-1': read_results(pathlib.Path(sys.argv[1]))}\n"
        "results = analyse(AnalysisData({}, results=stored), options).results\n"
        "picture = lay_out(results, options, PageContext()).picture\n"
        "print(hashlib.sha256(picture.png + picture.svg).hexdigest())\n"
    )
    picture = lay_out(*drawn(), PageContext()).picture
    assert picture is not None
    for seed, zone in [("1", "UTC"), ("2", "Asia/Tokyo")]:
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-c", code, str(tmp_path / "t.csv")]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=tmp_path)
        assert found.stdout.strip() == hashlib.sha256(picture.png + picture.svg).hexdigest()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"results": "T-2"}, "no stored results of T-2"),
        ({"parameter": "ALTT"}, "did you mean ALT"),
        ({"variable": "AVAL"}, "do not hold AVAL"),
    ],
)
def test_what_is_not_stored(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError) as caught:
        drawn(**changes)
    assert message in str(caught.value)


def test_limits_that_the_table_does_not_store() -> None:
    with pytest.raises(DataError, match="do not hold lower") as caught:
        analyse(AnalysisData({}, results={"T-1": table(("n", "mean"))}), options())
    assert "under `also`" in str(caught.value)


def test_more_treatments_than_styles() -> None:
    results, chosen = drawn()
    copies = [
        results.assign(
            group1_level=results["group1_level"].mask(results["group1"] == "TRTA", results["group1_level"] + str(copy))
        )
        for copy in range(5)
    ]
    with pytest.raises(DataError, match="more treatments than styles"):
        plot_of(pd.concat(copies), chosen)


def test_options_that_have_no_meaning() -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        options(at={})
    with pytest.raises(ValidationError, match="one place, 2: Week 2 and Week 4"):
        options(at={"Week 2": "2", "Week 4": "2.0"})
    for text in ("nan", "two"):
        with pytest.raises(ValidationError, match="is not a decimal number"):
            options(at={"Week 2": text})


#           visit      treatment  n   p25   median  p75   p
MEDIANS = [
    ("Week 2", "Placebo", 51, -3.0, 0.1, 4.0, None),
    ("Week 2", "Low", 56, -20.0, -14.3, -2.0, 0.05),
    ("Week 2", "High", 53, -9.0, -6.0, 2.0, 0.0501),
    ("Week 4", "Placebo", 49, -3.0, 0.2, 4.0, None),
    ("Week 4", "Low", 50, -25.0, -16.0, -3.0, 0.001),
    ("Week 4", "High", 48, -30.0, -17.9, -4.0, 0.01),
    ("Week 24", "Placebo", 40, -6.0, 3.0, 9.0, None),
    ("Week 24", "Low", 0, np.nan, np.nan, np.nan, np.nan),
    ("Week 24", "High", 1, -15.1, -15.1, -15.1, np.nan),
]


def medians(with_tests: bool = True) -> pd.DataFrame:
    """Stored results of a table of medians with p-values."""
    labels = table()[table()["analysis"] == "labels"].drop(columns=["result", "output"])
    rows = [
        ("p_wilcoxon" if name == "p" else "summary", treatment, visit, name, number)
        for visit, treatment, *numbers in MEDIANS
        for name, number in zip(("n", "p25", "median", "p75", "p"), numbers, strict=True)
        if number is not None and (with_tests or name != "p")
    ]
    columns = ["analysis", "group1_level", "group3_level", "stat_name", "stat"]
    frame = pd.DataFrame(rows, columns=columns).assign(
        group1="TRTA", group2="PARAMCD", group2_level="ALT", group3="AVISIT", variable="CHG"
    )
    label = frame["stat_name"].map({"median": "Median"})
    return with_ids(pd.concat([labels, frame.assign(stat_text=frame["stat"].astype(str), stat_label=label)]), "T-1")


def plotted(stored: pd.DataFrame | None = None, **changes: Any) -> LinePlot:
    chosen = options(center="median", **changes)
    return plot_of(
        analyse(AnalysisData({}, results={"T-1": medians() if stored is None else stored}), chosen).results, chosen
    )


def test_medians_without_limits_as_stored() -> None:
    plot = plotted()
    assert plot.y_label == "Median Change from Baseline\nALT (U/L)"
    assert plot.in_words() == (
        "Line plot: Median Change from Baseline ALT (U/L), at Week 2, Week 4, Week 24, "
        "by treatment: Placebo, Low, High. At Week 24: Placebo 3.0 (n=40.0); High -15.1 (n=1.0)."
    )
    low = plot.series[1]
    np.testing.assert_array_equal(low.center, [-14.3, -16.0, np.nan])  # no median where n is 0
    assert np.isnan(low.lower).all()
    assert low.marks == ()


def test_limits_that_are_chosen() -> None:
    plot = plotted(limits=["p25", "p75"])
    np.testing.assert_array_equal(plot.series[2].lower, [-9.0, -30.0, -15.1])
    np.testing.assert_array_equal(plot.series[2].upper, [2.0, -4.0, -15.1])
    assert ", with limits, at" in plot.in_words()
    results, chosen = drawn(limits="none")
    assert np.isnan(plot_of(results, chosen).series[0].lower).all()
    assert set(results["stat_name"][results["analysis"] == "summary"]) == {"n", "mean"}


def test_limits_stand_as_stored_also_where_the_point_is_beyond_them() -> None:
    beyond = medians().replace({"stat": {-14.3: 99.0}})
    figure = Figure(figsize=(8, 4))
    plotted(beyond, limits=["p25", "p75"]).draw(figure)
    limits = [bars.get_segments()[0][:, 1].tolist() for bars in figure.axes[0].collections]
    assert limits == [[-3.0, 4.0], [-20.0, -2.0], [-9.0, 2.0]]


def test_marks_of_stored_p_values() -> None:
    plot = plotted(marks="p_wilcoxon")
    assert [line.marks for line in plot.series] == [(), ("*", "***", ""), ("", "**", "")]
    assert ", with marks of significance, at" in plot.in_words()
    figure = Figure(figsize=(8, 4))
    plot.draw(figure)
    marks = [text for text in figure.axes[0].texts if set(text.get_text()) == {"*"}]
    assert [text.get_text() for text in marks] == ["*", "***", "**"]
    colours = {line.get_label(): line.get_color() for line in figure.axes[0].get_lines()}
    assert [text.get_color() for text in marks] == [colours["Low"], colours["Low"], colours["High"]]


def test_marks_are_references_to_the_stored_p_values() -> None:
    stored = medians()
    chosen = options(center="median", marks="p_wilcoxon", at={"Week 2": "2"})
    results = analyse(AnalysisData({}, results={"T-1": stored}), chosen).results
    tests = results[results["analysis"] == "p_wilcoxon"]
    assert tests[["group1_level", "stat"]].to_numpy().tolist() == [["Low", 0.05], ["High", 0.0501]]
    assert stored.set_index("result")["stat"][tests["same_as"]].tolist() == [0.05, 0.0501]
    assert "p_wilcoxon" not in set(
        analyse(AnalysisData({}, results={"T-1": stored}), options(center="median")).results["analysis"]
    )


def test_a_p_value_that_computing_lifts_above_the_bound_keeps_its_mark() -> None:
    lifted = medians().replace({"stat": {0.05: float(np.nextafter(0.05, 1))}})
    assert plotted(lifted, marks="p_wilcoxon").series[1].marks[0] == "*"


def test_a_change_at_baseline_is_drawn_at_zero() -> None:
    plot = plotted(baseline="Week 0", marks="p_wilcoxon")
    assert plot.visits == ("Week 0", "Week 2", "Week 4", "Week 24")
    assert [line.center[0] for line in plot.series] == [0.0, 0.0, 0.0]
    assert [line.n[0] for line in plot.series] == ["", "", ""]  # the table has none
    assert plot.series[1].marks == ("", "*", "***", "")
    at = {"Week 0": "0", "Week 4": "4", "Week 12": "12"}
    chosen = options(center="median", baseline="Week 0", at=at)
    results = analyse(AnalysisData({}, results={"T-1": medians()}), chosen).results
    assert plot_of(results, chosen).places == (0.0, 4.0, 12.0)
    assert results["warning"][results["warning"] != ""].tolist() == ["no median at a visit: Week 12"]


def test_what_is_stored_at_baseline_is_drawn_as_stored() -> None:
    assert [line.center[0] for line in plotted(baseline="Week 2").series] == [0.1, -14.3, -6.0]
    nobody = medians().replace({"stat": {-14.3: np.nan, -16.0: np.nan}})
    assert np.isnan(plotted(nobody, baseline="Week 0").series[1].center).all()


def test_same_picture_with_marks_from_a_file_of_results_and_under_another_style(tmp_path: Path) -> None:
    chosen = options(center="median", marks="p_wilcoxon", baseline="Week 0")
    write_results(medians(), tmp_path / "t.csv")
    stored = AnalysisData({}, results={"T-1": read_results(tmp_path / "t.csv")})
    first = lay_out(
        analyse(AnalysisData({}, results={"T-1": medians()}), chosen).results, chosen, PageContext()
    ).picture
    with mpl.rc_context({"font.size": 20.0, "font.weight": "bold", "axes.ymargin": 0.5}):
        assert lay_out(analyse(stored, chosen).results, chosen, PageContext()).picture == first


@pytest.mark.parametrize(
    ("changes", "with_tests", "message", "hint"),
    [
        ({"marks": "p_wilcoxn"}, True, "do not hold p_wilcoxn", "did you mean p_wilcoxon"),
        ({"marks": "p_wilcoxon"}, False, "do not hold p_wilcoxon", "there are labels, summary"),
        ({"center": "mean", "limits": "none"}, True, "do not hold mean", "under `also`"),
        ({"limits": ["p25", "maximum"]}, True, "do not hold maximum", "under `also`"),
    ],
)
def test_statistics_that_the_table_does_not_store(
    changes: dict[str, Any], with_tests: bool, message: str, hint: str
) -> None:
    chosen = options(**{"center": "median"} | changes)
    with pytest.raises(DataError, match=message) as caught:
        analyse(AnalysisData({}, results={"T-1": medians(with_tests)}), chosen)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"limits": ["p25"]}, "lower and the upper limit"),
        ({"baseline": "Week 0", "variable": "AVAL"}, "only a change is zero by definition, not AVAL"),
        ({"baseline": "Weak 2", "at": {"Week 2": "2"}}, "did you mean Week 2"),
    ],
)
def test_options_of_statistic_and_baseline_that_have_no_meaning(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        options(**changes)


def test_a_line_that_breaks_is_found_with_the_point_that_stands_alone() -> None:
    results, chosen = drawn(at={"Week 2": 2, "Week 4": 4, "Week 12": 12})
    warnings = results["warning"][results["analysis"] == "lacking"].tolist()
    assert warnings == [
        "a line is broken at a visit without a point: Drug at Week 4",
        "a point stands alone, no line leads to it: Drug at Week 2",
        "a point stands alone, no line leads to it: Drug at Week 12",
    ]
    assert not plot_of(results, chosen).join
    results, chosen = drawn(gaps="join")
    (note,) = check_warnings(results, Place())
    assert note.severity is Severity.NOTE
    assert note.message.startswith("a line is joined over a visit without a point: Drug at Week 4")
    assert plot_of(results, chosen).join


def test_ticks_have_texts_of_their_own() -> None:
    assert plot_of(*drawn(ticks={"Week 2": "2", "Week 12": "12"})).ticks == ("2", "", "12")
    assert plot_of(*drawn()).ticks == ("Week 2", "Week 4", "Week 12")
    with pytest.raises(ValidationError, match="ticks: Week 3 is none of the visits under at; did you mean Week 2"):
        options(at={"Week 2": 2}, ticks={"Week 3": "3"})
    with pytest.raises(DataError, match="do not hold Week 3"):
        drawn(ticks={"Week 3": "3"})


def test_limits_say_their_level() -> None:
    labels = {"lower": "Lower 90% limit of the mean", "upper": "Upper 90% limit of the mean", "mean": "Mean"}
    stored = table().assign(stat_label=lambda frame: frame["stat_name"].map(labels).fillna(""))
    data = AnalysisData({}, results={"T-1": stored})
    plot = plot_of(analyse(data, options()).results, options())
    assert plot.y_label == "Mean (90% CI) Change from Baseline\nALT (U/L)"
    chosen = options(limits="none")
    assert plot_of(analyse(data, chosen).results, chosen).y_label == "Mean Change from Baseline\nALT (U/L)"


def test_an_arm_of_nobody_is_noted_below_the_figure() -> None:
    head = {"analysis": "columns", "variable": "TRTA", "variable_level": "High", "stat_name": "n", "stat": 0.0}
    nobody = [
        row | {"group1_level": "High", "stat": np.nan, "stat_text": ""}
        for row in table().query("group1_level == 'Placebo'").to_dict("records")
    ]
    stored = with_ids(pd.concat([pd.DataFrame([head]), table(), pd.DataFrame(nobody)]), "T-1")
    results = analyse(AnalysisData({}, results={"T-1": stored}), options()).results
    layout = lay_out(results, options(), PageContext())
    assert layout.footnotes == ("N=0: no subject is in High.",)
    assert layout.picture is not None
    assert [line.name for line in plot_of(results, options()).series] == ["Placebo", "Drug", "High"]


def test_long_names_get_smaller_type_before_they_are_refused() -> None:
    name = "Xanomeline by transdermal patch, {} mg/day, twice daily"
    stored = table().replace({"group1_level": {"Placebo": name.format(5), "Drug": name.format(10)}})
    chosen = options(page={"font_size": 14, "orientation": "portrait"})
    layout = lay_out(analyse(AnalysisData({}, results={"T-1": stored}), chosen).results, chosen, PageContext())
    assert layout.picture is not None


def test_stars_have_their_key_below_the_figure() -> None:
    chosen = options(center="median", marks="p_wilcoxon")
    results = analyse(AnalysisData({}, results={"T-1": medians()}), chosen).results
    named = results.assign(stat_label=results["stat_label"].mask(results["stat_name"] == "p", "p-value vs Placebo"))
    page = PageContext(footnotes=("Medians.",))
    key = "* p ≤ 0.05, ** p ≤ 0.01, *** p ≤ 0.001"
    assert lay_out(named, chosen, page).footnotes == ("Medians.", f"{key} (p-value vs Placebo).")
    assert lay_out(results, chosen, page).footnotes == ("Medians.", f"{key}.")
    without = options(center="median")
    results = analyse(AnalysisData({}, results={"T-1": medians()}), without).results
    assert lay_out(results, without, page).footnotes == ("Medians.",)


def test_the_alternative_text_says_what_is_seen() -> None:
    words = plotted(marks="p_wilcoxon", baseline="Week 0", limits=["p25", "p75"]).in_words()
    assert words.endswith(
        "At Week 24: Placebo 3.0 (-6.0 to 9.0) (n=40.0); High -15.1 (-15.1 to -15.1) (n=1.0). "
        "Marked: Low at Week 2 (*), Week 4 (***); High at Week 4 (**)."
    )
    none = medians().assign(stat=lambda frame: frame["stat"].mask(frame["stat_name"] == "p", 0.5))
    assert plotted(none, marks="p_wilcoxon").in_words().endswith("Nothing is marked.")


def test_the_scale_is_as_chosen_unless_it_would_hide_a_value() -> None:
    results, chosen = drawn(y_axis={"low": "-4", "high": "6", "step": "2"})
    figure = Figure(figsize=(8, 4))
    plot_of(results, chosen).draw(figure)
    assert (figure.axes[0].get_ylim(), figure.axes[0].get_yticks().tolist()) == ((-4.0, 6.0), [-4, -2, 0, 2, 4, 6])
    assert lay_out(results, chosen, PageContext()).findings == font_findings("Times New Roman")
    narrow = options(y_axis={"low": "-1", "high": "1"})
    (found,) = [each for each in lay_out(results, narrow, PageContext()).findings if each.check == "axis"]
    assert (found.severity, found.message) == (
        Severity.WARNING,
        "The figure has values beyond its y_axis: -2 is below -1, 4.5 is above 1. The axis goes on to hold them.",
    )
    figure = Figure(figsize=(8, 4))
    plot_of(results, narrow).draw(figure)
    assert figure.axes[0].get_ylim() == (-2.0, 4.5)

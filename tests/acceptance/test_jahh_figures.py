"""The figures of the reference study: what they draw is what is stored, and significant is what the paper says is."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.acceptance.figure_svg import read_figure

from adamline.results.ard import levels_of
from adamline.results.csv_file import read_results

pytestmark = pytest.mark.slow

FIGURES = [path.stem for path in sorted((Path(__file__).parents[2] / "specs" / "jahh" / "tlf").glob("f-*.yaml"))]
LOW, HIGH = "Baricitinib 2 mg", "Baricitinib 4 mg"
ALL = [2, 4, 8, 12, 16, 20, 24]
# The paper: figures 1a and 2a to 2c; in all others nothing is significant at any visit.
SIGNIFICANT = {
    "t-14-2-1": {LOW: ALL, HIGH: ALL[1:]},
    "t-14-2-4-1": {HIGH: [12, 24]},
    "t-14-2-4-2": {HIGH: [24]},
    "t-14-2-4-3": {LOW: [12], HIGH: [12, 24]},
}
VISITS = {
    **dict.fromkeys(("t-14-2-1", "t-14-2-3", "t-14-2-5-1", "t-14-2-5-2"), ALL),
    **{name: [12, 24] for name in ("t-14-2-4-2", "t-14-2-4-3", *(f"t-14-2-7-{n}" for n in range(1, 6)))},
    "t-14-2-4-1": [4, 12, 24],
}


def stored(out: Path, name: str) -> pd.DataFrame:
    results = read_results(out / "results" / f"{name}.csv")
    return results.assign(visit=levels_of(results, "AVISIT"))


def of_figure(out: Path, figure: str) -> pd.DataFrame:
    """What the table of a figure has of the analysis that is drawn, with the p-values."""
    table = stored(out, table_of(figure))
    drawn = table["analysis"].isin(["summary CHG", "lsmeans CHG", "response AVALC", "p_wilcoxon", "p_fisher"])
    return table[drawn]


def table_of(figure: str) -> str:
    return figure.replace("f-", "t-")


def in_order(results: pd.DataFrame, statistic: str) -> list[list[float]]:
    """The values of each column of the table, visit by visit."""
    rows = results[results["stat_name"] == statistic]
    return [of["stat"].tolist() for _, of in rows.groupby("group1_level", sort=False)]


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_drawn_is_what_is_stored(out: Path, name: str) -> None:
    table, drawn = of_figure(out, name), read_figure(out / "tlf" / f"{name}.docx")
    statistic = next(each for each in ("median", "lsmean", "pct") if (table["stat_name"] == each).any())
    values = in_order(table, statistic)
    # A place on the canvas has six decimals of a point, of which an axis of 2 inches has 144.
    near = 1e-4 * (np.ptp(np.concatenate([*values, [0.0]])) or 1.0)
    if statistic == "pct":
        assert drawn.bars == pytest.approx([value for of in values for value in of], abs=near)
    else:
        assert drawn.lines == [pytest.approx([0.0, *of], abs=near) for of in values]
    lower, upper = in_order(table, "lower"), in_order(table, "upper")
    limits = [
        pytest.approx(pair, abs=5 * near) for of in zip(lower, upper, strict=True) for pair in zip(*of, strict=True)
    ]
    assert drawn.limits == limits
    counts = table[(table["stat_name"] == "n") & (table["visit"] != "")]
    assert not Counter(shown_numbers(table, counts)) - Counter(drawn.texts)


def shown_numbers(table: pd.DataFrame, counts: pd.DataFrame) -> list[str]:
    totals = table[(table["stat_name"] == "N") & (table["visit"] != "")]["stat_text"].tolist()
    numbers = counts["stat_text"].tolist()
    return [f"{n}/{total}" for n, total in zip(numbers, totals, strict=True)] if totals else numbers


@pytest.mark.parametrize("name", FIGURES)
def test_marks_are_those_of_the_stored_p_values(out: Path, name: str) -> None:
    table, drawn = of_figure(out, name), read_figure(out / "tlf" / f"{name}.docx")
    p = p_values(table)
    if any(text.startswith("p=") for text in drawn.texts):
        texts = table.loc[p.index, "stat_text"]
        assert sorted(text for text in drawn.texts if text.startswith("p=")) == sorted("p=" + texts)
        return
    stars = [("***" if each <= 0.001 else "**" if each <= 0.01 else "*") for each in p["stat"] if each <= 0.05]
    assert sorted(text for text in drawn.texts if set(text) == {"*"}) == sorted(stars)


def p_values(table: pd.DataFrame) -> pd.DataFrame:
    """The p-values that a figure marks: not the exact ones beside those of the normal approximation."""
    return table[(table["stat_name"] == "p") & (table["analysis"] != "p_exact")]


@pytest.mark.parametrize("name", VISITS)
def test_significance_at_every_visit(out: Path, name: str) -> None:
    p = p_values(stored(out, name))
    expected = SIGNIFICANT.get(name, {})
    found = {(row.group1_level, int(row.visit.split()[1])): row.stat <= 0.05 for row in p.itertuples()}
    assert found == {(arm, week): week in expected.get(arm, []) for arm in (LOW, HIGH) for week in VISITS[name]}


@pytest.mark.parametrize("name", [f"t-14-2-6-{n}" for n in range(1, 5)])
def test_no_difference_of_response_by_normalisation(out: Path, name: str) -> None:
    p = p_values(stored(out, name))
    assert len(p) == 6 and (p["stat"] > 0.05).all()


def test_the_exact_test_stands_beside_each(out: Path) -> None:
    """It says the same but where few values are: the paper's p-values are those of the normal approximation."""
    for name in [each for each in VISITS if each != "t-14-2-3"]:
        table = stored(out, name)
        exact, normal = (table[table["analysis"] == each]["stat"].to_numpy() for each in ("p_exact", "p_wilcoxon"))
        assert (np.isnan(exact) == np.isnan(normal)).all()
        assert exact == pytest.approx(normal, abs=0.06, nan_ok=True), name


def test_a_group_of_one_has_no_test(out: Path) -> None:
    table = stored(out, "t-14-2-7-2")
    of_high = table[(table["group1_level"] == HIGH) & (table["stat_name"] == "p")]
    assert of_high["stat"].isna().all() and set(of_high["stat_text"]) == {"NE"} and len(of_high) == 4


@pytest.mark.parametrize("name", FIGURES)
def test_the_alternative_text_has_the_values_of_the_last_visit(out: Path, name: str) -> None:
    with zipfile.ZipFile(out / "tlf" / f"{name}.docx") as archive:
        (words,) = set(
            re.findall(r'descr="((?:Line plot|Bar chart)[^"]*)"', archive.read("word/document.xml").decode())
        )
    table = of_figure(out, name)
    last = table[(table["visit"] == "Week 24") & table["stat_name"].isin(["median", "lsmean", "pct"])]
    assert len(last) >= 2
    for row in last.itertuples():
        assert f"{row.group1_level} {row.stat_text} (" in words

"""Figures of subjects' values draw stored records: each value that is seen is one of the data, with its key."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from tests.acceptance.figure_svg import read_svg
from tests.tlf.kinds.drawing import CASES, dataset, figure, subjects

from adamline.analyses import scatter, swimmer, waterfall
from adamline.analyses.data import AnalysisData, Made
from adamline.condition.to_pandas import selected
from adamline.errors import DataError
from adamline.results.csv_file import read_results, write_results
from adamline.tlf.layout import Layout

TWO = CASES["two arms"]
SPECS: dict[str, dict[str, Any]] = {
    "scatter": {
        "records": {"from": "ADXX"},
        "x": {"variable": "AVAL", "where": "PARAMCD = 'ALT'"},
        "y": {"variable": "AVAL", "where": "PARAMCD = 'BILI'"},
        "x_axis": {"log": True},
        "y_axis": {"log": True},
        "x_lines": [3],
        "y_lines": [2],
        "corners": {"upper_right": "Potential Hy's law"},
    },
    "waterfall": {"records": {"from": "ADXX", "where": "PARAMCD = 'ALT'"}, "y_lines": [20, -30]},
    "spaghetti": {"records": {"from": "ADXX"}, "x": "ADY", "identify_by": ["ADY", "PARAMCD"]},
    "swimmer": {
        "records": {"from": "ADSL"},
        "by": "TRT01A",
        "ongoing": "TRTDURD > 50",
        "events": [{"records": {"from": "ADXX", "where": "AVAL > 2"}, "at": "ADY", "label": "High"}],
        "most": 20,
    },
}


def adsl(arms: dict[str, int]) -> pd.DataFrame:
    of = subjects(arms)
    return of.assign(TRTDURD=10.0 + np.arange(len(of)) * 7 % 60)


def adxx(arms: dict[str, int]) -> pd.DataFrame:
    of = subjects(arms)
    number = np.arange(len(of))
    alt = of.assign(PARAMCD="ALT", AVAL=0.3 + number * 3 % 7, PCHG=(number * 13 % 90) - 40.5, ADY=8.0 + number)
    bili = of.assign(PARAMCD="BILI", AVAL=0.4 + number * 2 % 5 / 2, PCHG=0.0, ADY=15.0 + number)
    return pd.concat([alt, bili], ignore_index=True)


def data_of(arms: dict[str, int], records: pd.DataFrame | None = None) -> AnalysisData:
    whole = adxx(arms) if records is None else records
    return AnalysisData({"ADSL": dataset("ADSL", adsl(arms)), "ADXX": dataset("ADXX", whole)})


def drawn(kind: str, arms: dict[str, int] | None = None, **changes: Any) -> tuple[pd.DataFrame, Layout]:
    spec = {"by": "TRTA", **SPECS[kind], **changes}
    return figure(kind, spec, data_of(TWO if arms is None else arms))


def marks(layout: Layout, **scales: bool) -> list[tuple[float, float]]:
    assert layout.picture is not None
    return [point for group in read_svg(layout.picture.svg, **scales).marks for point in group]


def test_scatter_puts_two_records_of_a_subject_together() -> None:
    _, layout = drawn("scatter")
    values = adxx(TWO).pivot_table(index="USUBJID", columns="PARAMCD", values="AVAL")
    found = sorted((round(x, 2), round(y, 2)) for x, y in marks(layout, x_log=True, y_log=True))
    expected = values[["ALT", "BILI"]].itertuples(index=False, name=None)
    assert found == sorted((round(x, 2), round(y, 2)) for x, y in expected)
    assert layout.picture is not None
    assert "Potential Hy's law" in read_svg(layout.picture.svg, x_log=True, y_log=True).texts
    assert "Placebo 11 subjects" in layout.picture.alt


def test_scatter_of_one_record_with_rings_and_the_line_of_no_change() -> None:
    one = {"variable": "AVAL"}
    records = {"from": "ADXX", "where": "PARAMCD = 'ALT'"}
    free = {"x_axis": {}, "y_axis": {}, "x_lines": [], "y_lines": [], "corners": {}}
    _, layout = drawn(
        "scatter", records=records, x=one, y={"variable": "PCHG"}, circled="AVAL > 6", diagonal=True, **free
    )
    of_alt = adxx(TWO).query("PARAMCD == 'ALT'")
    rings = int((of_alt["AVAL"] > 6).sum())
    assert rings and len(marks(layout)) == len(of_alt) + rings
    near = sorted(zip(of_alt["AVAL"], of_alt["PCHG"], strict=True))
    assert sorted(marks(layout))[0] == pytest.approx(near[0], abs=0.1)


def test_waterfall_has_the_highest_first() -> None:
    _, layout = drawn("waterfall")
    assert layout.picture is not None
    areas = read_svg(layout.picture.svg).areas
    by_place = sorted((min(x for x, _ in area), max((y for _, y in area), key=abs)) for area in areas)
    expected = sorted(adxx(TWO).query("PARAMCD == 'ALT'")["PCHG"], reverse=True)
    assert [value for _, value in by_place] == pytest.approx(expected, abs=0.05)


def test_spaghetti_draws_every_value_of_every_subject() -> None:
    _, layout = drawn("spaghetti")
    whole = adxx(TWO)
    expected = sorted(zip(whole["ADY"], whole["AVAL"], strict=True))
    assert sorted(marks(layout)) == [pytest.approx(pair, abs=0.02) for pair in expected]


def test_swimmer_has_the_longest_on_top_and_marks_in_their_rows() -> None:
    _, layout = drawn("swimmer")
    assert layout.picture is not None
    seen = read_svg(layout.picture.svg)
    whole = adsl(TWO).sort_values(["TRTDURD", "USUBJID"], ascending=[False, True])[:20]
    bars = sorted((min(y for _, y in area), max(x for x, _ in area)) for area in seen.areas)
    assert [end for _, end in bars] == pytest.approx(list(whole["TRTDURD"]), abs=0.1)
    high = adxx(TWO).query("AVAL > 2")
    high = high[high["USUBJID"].isin(whole["USUBJID"])]
    ongoing = whole["TRTDURD"][whole["TRTDURD"] > 50]
    assert sorted(x for x, _ in marks(layout)) == pytest.approx(sorted([*high["ADY"], *ongoing]), abs=0.1)
    assert layout.footnotes == ("Shown: the 20 subjects of 24 with the longest time.",)


@pytest.mark.parametrize("kind", SPECS)
def test_a_stored_record_selects_the_one_of_the_data(kind: str, tmp_path: Any) -> None:
    results, layout = drawn(kind)
    data = data_of(TWO)
    for row in results.to_dict("records"):
        of = data.datasets[row["dataset"]].frame
        chosen = of[selected(of, row["where"])]
        assert set(chosen["USUBJID"]) == {row["USUBJID"]} and len(chosen) == 1
        names = [name for name in ("AVAL", "PCHG", "ADY", "TRTDURD") if row.get(name)]
        assert names and all(float(row[name]) == chosen[name].iloc[0] for name in names)
    write_results(results, tmp_path / "f.csv")
    pd.testing.assert_frame_equal(read_results(tmp_path / "f.csv"), results, check_dtype=False)
    assert layout.source.startswith("Source: AD")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", SPECS)
def test_cases_that_they_must_bear(kind: str, case: str) -> None:
    _, layout = drawn(kind, CASES[case])
    assert (layout.picture is not None) == (case != "nobody")


@pytest.mark.parametrize("kind", SPECS)
def test_the_order_of_the_records_does_not_matter(kind: str) -> None:
    whole = adxx(TWO)
    spec = {"by": "TRTA", **SPECS[kind]}
    first, _ = figure(kind, spec, data_of(TWO))
    other, _ = figure(kind, spec, data_of(TWO, whole[::-1].reset_index(drop=True)))
    pd.testing.assert_frame_equal(first, other)


def made(module: Any, spec: dict[str, Any], records: pd.DataFrame) -> Made:
    whole = {"output": "F-1", "kind": module.__name__.rpartition(".")[2], "title": "F", **spec}
    result: Made = module.analyse(data_of(TWO, records), module.Options.model_validate(whole))
    return result


def test_what_is_not_drawn_is_counted() -> None:
    records = adxx(TWO)
    lacking = records.assign(PCHG=records["PCHG"].where(records["USUBJID"] != "S-003"))
    found = made(waterfall, {**SPECS["waterfall"], "by": "TRTA", "order": ["Drug"]}, lacking).findings
    assert [each.message for each in found] == [
        "1 record without PCHG is not drawn: S-003",
        "10 records whose TRTA is not listed are not drawn: S-001, S-002, S-004 and 7 more",
    ]


def test_values_without_the_other_or_a_logarithm_are_counted() -> None:
    records = adxx(TWO)
    records = records[~((records["USUBJID"] == "S-001") & (records["PARAMCD"] == "BILI"))]
    records = records.assign(AVAL=records["AVAL"].where(records["USUBJID"] != "S-002", 0.0)).reset_index(drop=True)
    _, layout = figure("scatter", {"by": "TRTA", **SPECS["scatter"]}, data_of(TWO, records))
    assert [each.message for each in layout.findings if each.check == "drawn"] == [
        "1 subject with one of the two values is not drawn",
        "1 value that is not above 0 is not drawn on an axis of logarithms",
    ]


def test_keys_that_name_several_records() -> None:
    with pytest.raises(DataError, match="keys of the figure do not name one record") as caught:
        made(waterfall, {"records": {"from": "ADXX"}}, adxx(TWO))
    assert "select one record each" in str(caught.value)


@pytest.mark.parametrize(
    ("module", "changes", "message"),
    [
        (scatter, {"x": {"variable": "AVAL"}}, "give both x and y a `where`"),
        (scatter, {"corners": {"top": "A"}}, "there is no top"),
        (swimmer, {"by": None, "order": ["Drug"]}, "give the variable under `by`"),
    ],
)
def test_options_that_have_no_meaning(module: Any, changes: dict[str, Any], message: str) -> None:
    kind = module.__name__.rpartition(".")[2]
    with pytest.raises(ValidationError, match=message):
        module.Options.model_validate({"output": "F-1", "kind": kind, "title": "F", **SPECS[kind], **changes})


def test_narrow_bars_of_three_groups_differ_in_their_grey() -> None:
    """By the luminance of ITU-R BT.601, on paper without colours."""
    _, layout = drawn("waterfall", {"Placebo": 30, "Low": 30, "High": 30})
    assert layout.picture is not None
    fills = dict.fromkeys(re.findall(rb"fill: (#[0-9a-f]{6})", layout.picture.svg))
    greys = sorted(
        sum(share * int(fill[at : at + 2], 16) for share, at in ((0.299, 1), (0.587, 3), (0.114, 5)))
        for fill in (each.decode() for each in fills if each not in (b"#ffffff", b"#000000"))
    )
    assert len(greys) == 3 and min(np.diff(greys)) > 40


def test_treatments_stand_before_marks_in_the_legend() -> None:
    _, layout = drawn("swimmer")
    assert layout.picture is not None
    texts = read_svg(layout.picture.svg).texts
    assert [text for text in texts if text in ("Placebo", "Drug", "High", "Ongoing")][:2] == ["Drug", "Placebo"]

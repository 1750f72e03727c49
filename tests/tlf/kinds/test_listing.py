"""Listings: order, formats, keys, and the condition that names each record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from adamline.analyses.data import AnalysisData
from adamline.analyses.listing import Options
from adamline.analyses.listing import analyse as analyse_listing
from adamline.condition.to_pandas import selected
from adamline.errors import DataError, Place
from adamline.findings import Finding
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.results.csv_file import read_results, results_csv, write_results
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds.listing import lay_out
from adamline.tlf.layout import Align
from adamline.tlf.paginate import paginate


def analyse(data: AnalysisData, options: Options) -> pd.DataFrame:
    return analyse_listing(data, options).results


def check(data: AnalysisData, options: Options) -> tuple[Finding, ...]:
    return analyse_listing(data, options).findings


KINDS = {
    "USUBJID": Kind.TEXT,
    "SAFFL": Kind.TEXT,
    "PARAMCD": Kind.TEXT,
    "ADT": Kind.DATE,
    "ADTM": Kind.DATETIME,
    "ATM": Kind.TIME,
    "AVAL": Kind.NUMBER,
    "ANRIND": Kind.TEXT,
    "LBSEQ": Kind.NUMBER,
}
RECORDS = [
    ("S2", "Y", "ALT", "2014-03-01", "2014-03-01T09:05:00", "09:05:00", 2.675, "O'HIGH", 1),
    ("S1", "Y", "AST", "2014-01-02", "2014-01-02T10:00:00", "10:00:00", 12.5, None, 3),
    ("S1", "Y", "ALT", "2014-01-02", None, None, 100.0, "HIGH", 2),
    ("S1", "Y", "ALT", None, None, None, 31.0, "HIGH", 1),
    ("S3", "Y", "ALT", "2014-01-09", None, None, 5.0, "LOW", 1),
    ("S1", "Y", "ALT", "2014-01-02", None, None, None, "HIGH", 4),
]
SPEC: dict[str, Any] = {
    "output": "L-1",
    "kind": "listing",
    "title": ["Abnormal Values", "All Subjects"],
    "records": {"from": "ADLB", "where": "ANRIND <> 'LOW' or ANRIND is missing"},
    "keys": ["USUBJID", "PARAMCD"],
    "identify_by": ["LBSEQ"],
    "sort_by": ["USUBJID", "ADT"],
    "columns": [
        {"variable": "USUBJID", "heading": "Subject", "width": "1.5"},
        {"variable": "PARAMCD", "heading": "Test"},
        {"variable": "ADT", "heading": "Date", "align": "center"},
        {"variable": "ADTM", "heading": "Date and time"},
        {"variable": "ATM", "heading": "Time"},
        {"variable": "AVAL", "heading": "Result", "decimals": "parameter"},
        {"variable": "ANRIND", "heading": "Range"},
    ],
}
EXPECTED = """
S1 | ALT |           |                    |          | 31   | HIGH
S1 | ALT | 02JAN2014 |                    |          | 100  | HIGH
S1 | ALT | 02JAN2014 |                    |          |      | HIGH
S1 | AST | 02JAN2014 | 02JAN2014:10:00:00 | 10:00:00 | 12.50 |
S2 | ALT | 01MAR2014 | 01MAR2014:09:05:00 | 9:05:00  | 3    | O'HIGH
"""


def study() -> AnalysisData:
    frame = pd.DataFrame(RECORDS, columns=list(KINDS)).astype(
        {"ADT": "datetime64[s]", "ADTM": "datetime64[us]", "ATM": "timedelta64[us]", "AVAL": float, "LBSEQ": float}
    )
    dataset = Dataset("ADLB", frame, tuple(Variable(name, kind) for name, kind in KINDS.items()))
    parameters = {"ALT": {"PARAM": "ALT", "decimals": "0"}, "AST": {"PARAM": "AST", "decimals": "2"}}
    return AnalysisData({"ADLB": dataset}, parameters)


def options(**changes: Any) -> Options:
    return Options.model_validate(SPEC | changes)


def changed(column: str, value: object) -> AnalysisData:
    """The study with another value in the first record, that of S2."""
    data = study()
    frame = data.datasets["ADLB"].frame.copy()
    frame.loc[0, column] = value
    return replace(data, datasets={"ADLB": data.datasets["ADLB"].with_frame(frame)})


def test_a_tab_in_free_text_is_a_space_with_a_finding() -> None:
    data = changed("ANRIND", "O\tHIGH\x0b")
    results = analyse(data, options())
    assert results["ANRIND"].iloc[-1] == "O HIGH "
    results_csv(results)
    found = [each for each in check(data, options()) if each.check == "control characters"]
    assert [each.message for each in found] == [
        "ANRIND: 1 value holds a control character (U+0009 tab, U+000B vertical tab), set as a space: "
        "USUBJID = S2, PARAMCD = ALT, LBSEQ = 1"
    ]
    assert found[0].place == Place(dataset="ADLB", variable="ANRIND")


def test_a_tab_in_a_key_says_where_it_can_be_mended() -> None:
    with pytest.raises(DataError, match="USUBJID holds a line break or another control character") as caught:
        analyse(changed("USUBJID", "S\t2"), options())
    assert "case_when" in caught.value.hint


def test_numbers_with_more_decimals_than_are_shown_are_found() -> None:
    (found,) = check(study(), options())  # ALT has 2.675, and no decimals
    assert found.message.startswith("AVAL is shown with fewer decimals than 1 of its 4 values have: ALT (1 ")
    columns = [column | {"decimals": 3} if "decimals" in column else column for column in SPEC["columns"]]
    assert check(study(), options(columns=columns)) == ()


def test_every_cell_in_order() -> None:
    results = analyse(study(), options())
    layout = lay_out(results, options(), PageContext())
    expected = [tuple(cell.strip() for cell in line.split("|")) for line in EXPECTED.strip().splitlines()]
    assert [row.cells for row in layout.rows] == expected
    assert layout.repeat_keys == 2
    assert [column.align for column in layout.columns] == [
        *[Align.LEFT] * 2,
        Align.CENTER,
        *[Align.LEFT] * 2,
        Align.DECIMAL,
        Align.LEFT,
    ]
    assert [cell.text for cell in layout.header[0]] == [column["heading"] for column in SPEC["columns"]]
    assert layout.columns[0].share == 1.5
    assert [set(row.results) for row in layout.rows] == [{f"L-1/000{number}"} for number in range(1, 6)]


def test_the_condition_of_a_row_selects_its_record_alone() -> None:
    data = study()
    chosen = options(keys=["USUBJID"], identify_by=["LBSEQ", "ANRIND", "ADT"], records={"from": "ADLB"})
    results = analyse(data, chosen)
    frame = data.datasets["ADLB"].frame
    for row in results.itertuples():
        record = frame[selected(frame, str(row.where))]
        assert len(record) == 1
        assert record["USUBJID"].item() == row.USUBJID
        assert f"{record['LBSEQ'].item():g}" == row.LBSEQ
    assert (
        "USUBJID = 'S2' and LBSEQ = 1 and ANRIND = 'O''HIGH' and ADT = date '2014-03-01'" in results["where"].tolist()
    )
    assert "USUBJID = 'S1' and LBSEQ = 3 and ANRIND is missing and ADT = date '2014-01-02'" in results["where"].tolist()


def test_order_of_records_does_not_matter_and_results_are_kept_exactly(tmp_path: Path) -> None:
    data = study()
    straight = analyse(data, options())
    dataset = data.datasets["ADLB"]
    for seed in range(5):
        shuffled = dataset.with_frame(dataset.frame.sample(frac=1, random_state=seed))
        assert results_csv(analyse(replace(data, datasets={"ADLB": shuffled}), options())) == results_csv(straight)
    coded = dataset.with_frame(dataset.frame.astype({"USUBJID": "category", "ANRIND": "category"}))
    assert results_csv(analyse(replace(data, datasets={"ADLB": coded}), options())) == results_csv(straight)
    write_results(straight, tmp_path / "l.csv")
    back = read_results(tmp_path / "l.csv")
    assert lay_out(back, options(), PageContext()) == lay_out(straight, options(), PageContext())


@pytest.mark.parametrize(
    ("decimals", "texts"),
    [({}, ["31", "100", "12.5", "", "2.675"]), ({"decimals": "2"}, ["31.00", "100.00", "12.50", "", "2.68"])],
)
def test_numbers_without_decimals_and_with_a_count(decimals: dict[str, str], texts: list[str]) -> None:
    columns = [{"variable": "USUBJID", "heading": "S"}, {"variable": "AVAL", "heading": "V"} | decimals]
    assert analyse(study(), options(keys=["USUBJID"], sort_by=[], columns=columns))["AVAL"].tolist() == texts


def test_a_number_as_a_transport_file_stores_it_is_shown_as_it_was_written() -> None:
    columns = [{"variable": "USUBJID", "heading": "S"}, {"variable": "AVAL", "heading": "V"}]
    found = analyse(changed("AVAL", 0.39999999999999997), options(keys=["USUBJID"], sort_by=[], columns=columns))
    assert found["AVAL"].iloc[-1] == "0.4"


def test_no_records() -> None:
    chosen = options(records={"from": "ADLB", "where": "AVAL > 5000"}, empty="No abnormal values.")
    layout = lay_out(analyse(study(), chosen), chosen, PageContext())
    assert (layout.rows, layout.empty) == ((), "No abnormal values.")


def test_keys_that_do_not_name_one_record() -> None:
    with pytest.raises(DataError, match="do not name one record") as caught:
        analyse(study(), options(identify_by=[]))
    assert "USUBJID = S1, PARAMCD = ALT" in str(caught.value)
    with pytest.raises(DataError, match="cannot name a record"):
        analyse(study(), options(identify_by=["LBSEQ", "ADTM"]))
    with pytest.raises(DataError, match="no variable VISIT"):
        analyse(study(), options(sort_by=["VISIT"]))


def test_a_key_with_a_line_break() -> None:
    data = study()
    dataset = data.datasets["ADLB"]
    broken = dataset.with_frame(dataset.frame.replace({"USUBJID": {"S2": "S\n2"}}))
    with pytest.raises(DataError, match="USUBJID holds a line break") as caught:
        analyse(replace(data, datasets={"ADLB": broken}), options())
    assert "dataset ADLB, variable USUBJID, keys USUBJID = S\\n2, PARAMCD = ALT, LBSEQ = 1.0" in str(caught.value)


@pytest.mark.parametrize("decimals", [{"decimals": 0}, {"decimals": "parameter"}])
def test_different_keys_that_decimals_would_merge(decimals: dict[str, Any]) -> None:
    data = study()
    dataset = data.datasets["ADLB"]
    close = dataset.with_frame(dataset.frame.replace({"AVAL": {100.0: 31.4}}))  # two results of S1, ALT: 31 and 31.4
    columns = [{"variable": "USUBJID", "heading": "S"}, {"variable": "AVAL", "heading": "V"} | decimals]
    chosen = options(keys=["USUBJID", "AVAL"], columns=columns)
    assert {"31", "", "100"} < set(analyse(data, chosen)["AVAL"])
    with pytest.raises(DataError, match="Different values of the key AVAL") as caught:
        analyse(replace(data, datasets={"ADLB": close}), chosen)
    assert "31.0 and 31.4 as '31'" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"keys": ["PARAMCD"]}, "keys must be the first columns"),
        ({"columns": [SPEC["columns"][0]] * 2, "keys": ["USUBJID"]}, "two columns"),
        ({"columns": [SPEC["columns"][0] | {"decimals": "all"}], "keys": ["USUBJID"]}, "decimals"),
        ({"columns": [SPEC["columns"][0] | {"width": "0"}], "keys": ["USUBJID"]}, "greater than 0"),
        ({"columns": []}, "at least 1"),
        ({"columns": [SPEC["columns"][0] | {"with": ["PARAMCD", "ADT"]}]}, "keys must be the first columns"),
        ({"page_by": [{"variable": "ADT", "heading": "Date"}]}, "page_by: ADT stands in a column as well"),
        (
            {"flags": [{"variable": "LBSEQ", "where": "AVAL > 1", "mark": "*", "footnote": "x"}]},
            "flags: no column shows LBSEQ",
        ),
        ({"columns": [*SPEC["columns"][:2], SPEC["columns"][2] | {"new_panel": True}]}, "no panel can begin with it"),
    ],
)
def test_options_that_have_no_meaning(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        options(**changes)


def test_a_column_can_begin_a_panel() -> None:
    columns = [column | {"new_panel": column["variable"] == "AVAL"} for column in SPEC["columns"]]
    chosen = options(columns=columns)
    layout = lay_out(analyse(study(), chosen), chosen, PageContext())
    pages = paginate(layout).pages
    assert [page.panel.columns for page in pages] == [(0, 1, 2, 3, 4), (0, 1, 5, 6)]
    assert [[cell.text for cell in page.rows[0].cells] for page in pages] == [
        ["S1", "ALT", "", "", ""],
        ["S1", "ALT", "31", "HIGH"],
    ]


COMBINED = [
    {"variable": "USUBJID", "heading": "Subject"},
    {"variable": "PARAMCD", "heading": "Test"},
    {"variable": "AVAL", "with": ["ANRIND", "ADT"], "heading": "Result/Range/Date", "decimals": 1},
]


@pytest.mark.parametrize("separator", ["/", "\n", " - "])
def test_several_variables_stand_in_one_cell_each_in_its_place(separator: str) -> None:
    columns = [*COMBINED[:2], COMBINED[2] | {"separator": separator}]
    chosen = options(columns=columns)
    results = analyse(study(), chosen)
    assert {"AVAL", "ANRIND", "ADT"} <= set(results.columns)  # each by itself
    layout = lay_out(results, chosen, PageContext())
    assert [row.cells[2] for row in layout.rows] == [
        separator.join(parts)
        for parts in (
            ("31.0", "HIGH", ""),
            ("100.0", "HIGH", "02JAN2014"),
            ("", "HIGH", "02JAN2014"),
            ("12.5", "", "02JAN2014"),
            ("2.7", "O'HIGH", "01MAR2014"),
        )
    ]
    assert layout.columns[2].align is Align.LEFT


def test_a_cell_of_several_variables_that_are_all_missing_is_blank() -> None:
    columns = [*COMBINED[:2], {"variable": "ADTM", "with": ["ATM"], "heading": "When"}]
    chosen = options(columns=columns)
    layout = lay_out(analyse(study(), chosen), chosen, PageContext())
    assert [row.cells[2] for row in layout.rows] == [
        "",
        "",
        "",
        "02JAN2014:10:00:00/10:00:00",
        "01MAR2014:09:05:00/9:05:00",
    ]


def test_keys_can_stand_in_one_column() -> None:
    columns = [{"variable": "USUBJID", "with": ["PARAMCD"], "heading": "Subject/Test"}, COMBINED[2]]
    chosen = options(columns=columns)
    layout = lay_out(analyse(study(), chosen), chosen, PageContext())
    assert [row.cells[0] for row in layout.rows] == ["S1/ALT"] * 3 + ["S1/AST", "S2/ALT"]
    assert (layout.repeat_keys, layout.rows[0].block) == (1, "S1/ALT")


def test_each_value_of_a_variable_begins_a_page_with_a_line_over_its_rows() -> None:
    columns = [{"variable": "PARAMCD", "heading": "Test"}, COMBINED[2]]
    page_by = [{"variable": "USUBJID", "heading": "Subject"}]
    chosen = options(keys=["PARAMCD"], identify_by=["USUBJID", "LBSEQ"], sort_by=[], columns=columns, page_by=page_by)
    pages = paginate(lay_out(analyse(study(), chosen), chosen, PageContext())).pages
    assert [[row.cells[0].text for row in page.rows] for page in pages] == [
        ["Subject: S1", "ALT", "", "", "AST"],
        ["Subject: S2", "ALT"],
    ]


def test_pages_are_in_the_order_of_the_variable_that_orders_them() -> None:
    columns = [{"variable": "PARAMCD", "heading": "Test"}]
    page_by = [{"variable": "USUBJID", "heading": "Subject", "order_by": "AVAL"}]
    chosen = options(
        records={"from": "ADLB", "where": "LBSEQ = 1"},
        keys=["PARAMCD"],
        identify_by=["USUBJID", "LBSEQ"],
        sort_by=[],
        columns=columns,
        page_by=page_by,
    )
    data = study()
    found = analyse(replace(data, datasets={"ADLB": first_of_each(data)}), chosen)
    assert found["USUBJID"].tolist() == ["S2", "S3", "S1"]  # 2.675, 5, 31


def treated(numbers: list[float]) -> AnalysisData:
    """The study with a treatment of each subject, and the numbers of the three."""
    data = study()
    frame = data.datasets["ADLB"].frame
    subject = frame["USUBJID"].map({"S1": 0, "S2": 1, "S3": 2})
    frame = frame.assign(
        TRTA=subject.map(dict(enumerate(["Low Dose", "High Dose", "Placebo"]))),
        TRTAN=subject.map(dict(enumerate(numbers))).astype(float),
    )
    variables = (*data.datasets["ADLB"].variables, Variable("TRTA", Kind.TEXT), Variable("TRTAN", Kind.NUMBER))
    return replace(data, datasets={"ADLB": Dataset("ADLB", frame, variables)})


def test_treatments_are_in_the_order_of_their_numbers() -> None:
    columns = [{"variable": "TRTA", "heading": "Treatment"}, {"variable": "USUBJID", "heading": "Subject"}]
    chosen = options(
        records={"from": "ADLB"}, keys=["TRTA", "USUBJID"], identify_by=["LBSEQ", "AVAL"], sort_by=[], columns=columns
    )
    found = analyse(treated([54, 81, 0]), chosen)
    assert found["TRTA"].unique().tolist() == ["Placebo", "Low Dose", "High Dose"]
    # One number of two treatments gives no order: that of the text, with a warning.
    made = analyse_listing(treated([54, 54, 0]), chosen)
    assert made.results["TRTA"].unique().tolist() == ["High Dose", "Low Dose", "Placebo"]
    assert [finding.check for finding in made.findings] == ["order of categories"]
    assert "TRTAN is not one to one" in made.findings[0].message


def first_of_each(data: AnalysisData) -> Dataset:
    frame = data.datasets["ADLB"].frame
    return data.datasets["ADLB"].with_frame(frame[frame["LBSEQ"] == 1])


def test_a_value_is_marked_where_a_condition_holds_and_the_footnote_says_why() -> None:
    flags = [
        {"variable": "AVAL", "where": "ANRIND = 'HIGH'", "mark": "*", "footnote": "* above the range"},
        {"variable": "ADT", "where": "AVAL < 20", "mark": " [a]", "footnote": "[a] of a value below 20"},
    ]
    chosen = options(flags=flags)
    layout = lay_out(analyse(study(), chosen), chosen, PageContext(footnotes=("First.",)))
    assert [row.cells[5] for row in layout.rows] == ["31*", "100*", "", "12.50", "3"]  # a missing value has no mark
    assert [row.cells[2] for row in layout.rows] == ["", "02JAN2014", "02JAN2014", "02JAN2014 [a]", "01MAR2014 [a]"]
    assert layout.footnotes == ("First.", "* above the range", "[a] of a value below 20")
    assert chosen.placed_conditions["flags", 1, "where"] == ("ADLB", "AVAL < 20")


def test_records_of_the_same_keys_stand_together() -> None:
    """By all keys where several records share them; by all but the last where the keys name one record."""

    def blocks(**changes: Any) -> list[str]:
        chosen = options(**changes)
        return [row.block for row in lay_out(analyse(study(), chosen), chosen, PageContext()).rows]

    assert blocks() == ["S1\nALT"] * 3 + ["S1\nAST", "S2\nALT"]
    columns = [{"variable": name, "heading": name} for name in ("USUBJID", "PARAMCD", "LBSEQ")]
    changes = {"keys": ["USUBJID", "PARAMCD", "LBSEQ"], "identify_by": [], "columns": columns}
    assert blocks(**changes) == ["S1\nALT"] * 3 + ["S1\nAST", "S2\nALT"]
    assert set(blocks(**changes | {"columns": [columns[2]], "keys": ["LBSEQ"], "identify_by": ["USUBJID"]})) >= {
        "1",
        "2",
    }

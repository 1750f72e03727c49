"""The JSON report holds every figure of the comparison."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from adamline.errors import DataError
from adamline.qc.comparison import compare
from adamline.qc.options import CompareOptions
from adamline.qc.report.json_file import error_json, render_json
from adamline.qc.report.report import Report
from adamline.qc.sysinfo import CompareError, SysInfo


def content(report: Report) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads("".join(render_json(report)))
    return loaded


def test_verdict_and_sysinfo(report: Report) -> None:
    found = content(report)
    assert (found["version"], found["verdict"]) == (1, "FAIL")
    assert found["sysinfo"] == int(report.comparison.sysinfo)
    set_bits = {name for name, bit in found["sysinfo_bits"].items() if bit}
    assert set_bits == {"LABEL", "BASEOBS", "COMPOBS", "BASEVAR", "COMPVAR", "VALUE"}
    assert list(found["sysinfo_bits"]) == [bit.name for bit in SysInfo]


def test_counts_are_those_of_the_model(report: Report) -> None:
    found, comparison = content(report), report.comparison
    assert found["observations"]["common"] == comparison.observations.n_common == 4
    assert found["observations"]["base_only"] == found["observations"]["compare_only"] == 1
    assert found["variables"]["common"] == 5
    assert found["values"]["unequal"] == comparison.values_summary.n_values_unequal == 5
    assert found["values"]["accepted"] == 1
    assert [(x["variable"], x["unequal"], x["accepted"]) for x in found["compared"]] == [
        ("AVAL", 1, 1),
        ("AVALC", 3, 0),
        ("ADT", 1, 0),
    ]


def test_differences_are_whole_and_exact(report: Report) -> None:
    found = content(report)["differences"]
    assert [x["variable"] for x in found] == ["AVAL", "AVALC", "AVALC", "AVALC", "ADT"]
    assert {**found[0], "percent": None, "difference": None} == {
        "variable": "AVAL",
        "base_obs": 1,
        "compare_obs": 2,
        "keys": "USUBJID=01, AVISITN=1",
        "base": "8.5",
        "compare": "8.4",
        "difference": None,
        "percent": None,
        "differs_at": None,
        "accepted": 1,
    }
    assert np.isclose(found[0]["percent"], -100 * 0.1 / 8.5)
    assert found[1]["base"] == "HEADACHE, WORSE IN THE MORNING"
    assert found[1]["differs_at"] == 24
    assert (found[4]["base"], found[4]["compare"], found[4]["difference"]) == ("2020-01-05", "2020-01-06", 1.0)


def test_records_and_accepted_differences_are_listed(report: Report) -> None:
    found = content(report)
    assert found["records"] == [
        {"side": "base", "what": "unmatched", "obs": 5, "keys": "USUBJID=03, AVISITN=1"},
        {"side": "compare", "what": "unmatched", "obs": 1, "keys": "USUBJID=04, AVISITN=1"},
    ]
    assert [(x["line"], x["standing"]) for x in found["accepted"]] == [(2, "used"), (3, "void")]
    assert found["causes"][0]["kind"] == "day"


def test_nothing_is_capped() -> None:
    n = 70_000  # more than one block
    base, other = pd.DataFrame({"X": np.zeros(n)}), pd.DataFrame({"X": np.arange(n) + 1.0})
    found = content(Report(compare(base, other)))["differences"]
    assert len(found) == n
    assert [x["base_obs"] for x in found] == list(range(1, n + 1))


def test_values_that_json_has_no_numbers_for() -> None:
    base, other = pd.DataFrame({"X": [np.inf, 1.0]}), pd.DataFrame({"X": [1.0, np.nan]})
    found = content(Report(compare(base, other)))["differences"]
    assert [(x["base"], x["compare"], x["difference"]) for x in found] == [("inf", "1", None), ("1", ".", None)]


def test_equal_data_has_empty_lists() -> None:
    frame = pd.DataFrame({"X": [1.0]})
    found = content(Report(compare(frame, frame)))
    assert (found["verdict"], found["sysinfo"], found["differences"], found["records"]) == ("PASS", 0, [], [])


def test_by_groups() -> None:
    frame = pd.DataFrame({"G": ["a", "b"], "X": [1.0, 2.0]})
    found = content(Report(compare(frame, frame, CompareOptions(by="G"))))
    assert [(x["G"], x["n_common"]) for x in found["groups"]] == [("a", 1), ("b", 1)]


def test_what_could_not_be_compared() -> None:
    found = json.loads(error_json(CompareError("No.", sysinfo=SysInfo.BYVAR)))
    assert (found["verdict"], found["sysinfo"], found["error"]) == ("COULD NOT COMPARE", 49152, "No.")
    assert json.loads(error_json(DataError("No.")))["sysinfo"] == 32768

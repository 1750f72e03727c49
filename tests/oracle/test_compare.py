"""PROC COMPARE against the figures of its documentation: every figure of every open case of the compare oracle."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.qc import CompareOptions, Comparison, SysInfo, compare, differences_of
from adamline.qc.model import Observation

CASES = {
    *("students-default", "var-with-two-datasets", "var-with-repeated"),
    *("criteria-a", "missing-numeric", "sysinfo-bits"),
}


def folder_of(shared: Path, case: str) -> Path:
    return shared / "oracles/compare/open" / case


def expected(shared: Path, case: str) -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = json.loads((folder_of(shared, case) / "expected.json").read_text())["expected"]
    return figures


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def students(folder: Path, side: str, label: str) -> Dataset:
    frame = pd.read_csv(folder / f"{side}.csv", dtype="str")
    variables = []
    for row in rows_of(folder / f"{side}_variables.csv"):
        kind = Kind.NUMBER if row["type"] == "num" else Kind.TEXT
        if kind is Kind.NUMBER:
            frame[row["variable"]] = frame[row["variable"]].astype("float64")
        variables.append(
            Variable(row["variable"], kind, row["label"], int(row["length"]), row["format"], row["informat"])
        )
    return Dataset(side, frame, tuple(variables), label)


def compared(shared: Path, case: str, **options: Any) -> Comparison:
    folder = folder_of(shared, case)
    base, other = students(folder, "base", "First Data Set"), students(folder, "compare", "Second Data Set")
    return compare(base, other, CompareOptions(**options))


def value_of(figure: dict[str, Any]) -> tuple[float, float]:
    """The figure and how far a right answer may be from it: half a unit of the last printed digit."""
    printed = figure["printed"]
    decimals = len(printed.partition(".")[2])
    return float(printed), 0.5 * 10.0**-decimals * (1 + 1e-6)


def assert_figures(figures: dict[str, dict[str, Any]], found: dict[str, Any]) -> None:
    assert set(figures) == set(found)
    for key, figure in figures.items():
        if figure.get("text"):
            assert " ".join(found[key].split()) == figure["printed"], key
        else:
            value, within = value_of(figure)
            assert found[key] == pytest.approx(value, abs=within), key


def number(row: int | None) -> str:
    return "." if row is None else str(row + 1)


def both(observation: Observation) -> str:
    return f"{number(observation.base)} {number(observation.compare)}"


def differences(comparison: Comparison, names: list[str]) -> dict[str, Any]:
    """Difference and percent of each unequal value, by the number of its observation."""
    found: dict[str, Any] = {}
    for name in names:
        entry = comparison[name]
        for row in differences_of(comparison, entry).itertuples():
            found[f"{name}.obs{row.base_row + 1}.diff"] = row.difference
            found[f"{name}.obs{row.base_row + 1}.pct"] = row.percent
        found[f"{name}.ndif"] = entry.n_unequal
    return found


def test_every_open_case_is_tested_here(shared: Path) -> None:
    assert {folder.name for folder in (shared / "oracles/compare/open").iterdir()} == CASES


def test_students_by_position(shared: Path) -> None:
    result = compared(shared, "students-default")
    variables, records, values = result.variables, result.observations, result.values_summary
    (conflict,) = variables.conflicting
    attributes: dict[str, list[str]] = {}
    for d in variables.differing:
        text = f"{d.attribute} {d.base} / {d.compare}" if d.attribute == "format" else d.attribute
        attributes.setdefault(d.pair.base.name, []).append(text)
    states = {
        row.base_row + 1: f"{row.base} {row.compare}" for row in differences_of(result, result["state"]).itertuples()
    }
    gr1, gr2 = (differences_of(result, result[name]) for name in ("gr1", "gr2"))
    found = {
        "base.nvar": result.base_summary.n_variables,
        "base.nobs": result.base_summary.n_records,
        "compare.nvar": result.compare_summary.n_variables,
        "compare.nobs": result.compare_summary.n_records,
        "vars_in_common": len(variables.common),
        "vars_only_in_compare": len(variables.compare_only),
        "vars_only_in_base": len(variables.base_only),
        "vars_conflicting_types": len(variables.conflicting),
        "vars_differing_attributes": variables.n_differing,
        "conflicting": f"{conflict.base.name}: Num {conflict.base.length} / Char {conflict.compare.length}",
        "differing": ", ".join(f"{name} ({', '.join(texts)})" for name, texts in attributes.items()),
        "first_obs": both(records.first),
        "first_unequal": both(records.first_unequal),
        "last_unequal": both(records.last_unequal),
        "last_match": both(records.last_match),
        "last_obs": both(records.last),
        "obs_in_common": records.n_common,
        "obs_only_in_compare": len(records.compare_only),
        "obs_read_base": records.n_base,
        "obs_read_compare": records.n_compare,
        "obs_some_unequal": records.n_unequal,
        "obs_all_equal": records.n_equal,
        "vars_all_equal": values.n_all_equal,
        "vars_some_unequal": values.n_some_unequal,
        "values_unequal": values.n_values_unequal,
        "max_difference": values.max_difference,
        "state.ndif": result["state"].n_unequal,
        "gr1.ndif": result["gr1"].n_unequal,
        "gr1.maxdif": result["gr1"].max_difference,
        "gr2.ndif": result["gr2"].n_unequal,
        "gr2.maxdif": result["gr2"].max_difference,
        "diff.state.obs2": states[2],
        "diff.state.obs4": states[4],
        "sysinfo_derived": int(result.sysinfo),
    }
    for name, table in (("gr1", gr1), ("gr2", gr2)):
        for row in table.itertuples():
            found[f"diff.{name}.obs{row.base_row + 1}.diff"] = row.difference
            found[f"diff.{name}.obs{row.base_row + 1}.pct"] = row.percent
    assert_figures(expected(shared, "students-default"), found)


def test_var_with_in_two_datasets(shared: Path) -> None:
    result = compared(shared, "var-with-two-datasets", var="gr1", with_="gr2")
    assert_figures(expected(shared, "var-with-two-datasets"), differences(result, ["gr1^gr2"]))


def test_var_with_repeated(shared: Path) -> None:
    result = compared(shared, "var-with-repeated", var=["gr1", "gr1"], with_=["gr1", "gr2"])
    found = differences(result, ["gr1", "gr1^gr2"])
    found = {key if key.startswith("gr1^") else key.replace("gr1.", "gr1^gr1.", 1): x for key, x in found.items()}
    assert_figures(expected(shared, "var-with-repeated"), found)


def test_equality_criteria(shared: Path) -> None:
    rows = rows_of(folder_of(shared, "criteria-a") / "cases.csv")
    judged = []
    for row in rows:
        base, other = (
            pd.DataFrame({"X": [np.nan if row[side] == "." else float(row[side])]}) for side in ("base", "compare")
        )
        criterion = float(row["criterion"]) if row["criterion"] else None
        options = CompareOptions(method=row["method"], criterion=criterion, delta=float(row["delta"]))
        judged.append(compare(base, other, options)["X"].n_unequal == 0)
        assert judged[-1] == (row["equal"] == "1"), row
    assert_figures(expected(shared, "criteria-a"), {"n_rows": len(judged), "n_equal": sum(judged)})


def special(rows: list[dict[str, str]], side: str) -> Dataset:
    """A number, or a missing value of a kind, from each row."""
    texts = [row[side] for row in rows]
    values = [np.nan if text[0] in "._" else float(text) for text in texts]
    letters = [text.removeprefix(".") if text[0] in "._" and text != "." else None for text in texts]
    frame = pd.DataFrame({"X": values, "X" + MISSING_SUFFIX: pd.Categorical(letters)})
    return Dataset(side.upper(), frame, (Variable("X", Kind.NUMBER),))


def test_missing_numbers(shared: Path) -> None:
    rows = rows_of(folder_of(shared, "missing-numeric") / "cases.csv")
    statements: dict[str, dict[str, bool]] = {
        "default": {},
        "nomissbase": {"nomissbase": True},
        "nomisscomp": {"nomisscomp": True},
        "nomissing": {"nomissbase": True, "nomisscomp": True},
    }
    equal = {}
    for column, options in statements.items():
        entry = compare(special(rows, "base"), special(rows, "compare"), CompareOptions(**options))["X"]
        judged = np.ones(len(rows), dtype=bool)
        judged[entry.unequal] = False
        assert judged.tolist() == [row[column] == "1" for row in rows], column
        equal[column] = int(judged.sum())
    found = {"n_rows": len(rows), "default_equal": equal["default"], "nomissing_equal": equal["nomissing"]}
    assert_figures(expected(shared, "missing-numeric"), found)


def test_bits_of_sysinfo(shared: Path) -> None:
    assert_figures(expected(shared, "sysinfo-bits"), {bit.name: bit.value for bit in SysInfo})
    assert {row["condition"]: int(row["code"]) for row in rows_of(folder_of(shared, "sysinfo-bits") / "bits.csv")} == {
        bit.name: bit.value for bit in SysInfo
    }

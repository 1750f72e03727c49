"""Every public Dataset-JSON file: read as another parser reads it, written back the same, equal to its XPT twin."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import numpy as np
import pandas as pd
import pytest

from adamline.errors import DataError
from adamline.findings import Finding
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.dataset_json_read import iter_dataset_json, read_dataset_json, read_dataset_json_header
from adamline.io.dataset_json_types import DataType
from adamline.io.dataset_json_write import write_dataset_json
from adamline.io.xpt_read import read_xpt

ADAM = [f"adam/{name}.json" for name in ("adadas", "adcibc", "adlbhy", "adsl", "adtte")]
SDTM = [
    f"sdtm/{name}.json"
    for name in "dm ds ex lb qsph qssl rs se suppdm sv ta te ti ts tv vs".split()  # noqa: SIM905
]
NDJSON = ["adam/adsl.ndjson", "sdtm/dm.ndjson"]
FILES = ADAM + SDTM + NDJSON
# Its columns AVAL, BASE, CHG and PCHG are integers by their type and hold fractions: against the specification.
FRACTIONS = "adam/adadas.json"


@pytest.fixture(scope="session")
def folder(shared: Path) -> Path:
    return shared / "data" / "cdisc-msg-datasetjson"


def documents(path: Path) -> list[Any]:
    """The file by the parser of the standard library."""
    text = path.read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".ndjson" else [json.loads(text)]


def parsed(path: Path) -> tuple[dict[str, Any], list[list[Any]]]:
    """Attributes and rows."""
    first, *rows = documents(path)
    return (first, rows) if path.suffix == ".ndjson" else (first, first.pop("rows"))


def test_no_file_is_forgotten(folder: Path) -> None:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*json")}
    assert found - {"schema/dataset.schema.json", "schema/dataset-ndjson-schema.json"} == set(FILES)


def expected(cell: Any, kind: Kind) -> Any:
    """A cell as the frame should hold it, None where missing."""
    if cell in (None, ""):
        return None
    if kind is Kind.DATE:
        return pd.Timestamp(date.fromisoformat(cell))
    return cell if kind is Kind.TEXT else float(cell)


@pytest.mark.parametrize("name", FILES)
def test_values_are_those_of_another_parser(folder: Path, name: str) -> None:
    attributes, rows = parsed(folder / name)
    findings: list[Finding] = []
    dataset = read_dataset_json(folder / name, report=findings.append)
    assert {finding.check for finding in findings} == ({"dataset_json.fraction"} if name == FRACTIONS else set())
    assert [v.name for v in dataset.variables] == [column["name"] for column in attributes["columns"]]
    assert len(dataset.frame) == len(rows) == attributes["records"]
    for variable, cells in zip(dataset.variables, zip(*rows, strict=True), strict=True):
        found = dataset.frame[variable.name].astype(object)
        values = [None if missing else value for value, missing in zip(found, found.isna(), strict=True)]
        assert values == [expected(cell, variable.kind) for cell in cells], variable.name


@pytest.mark.parametrize("name", FILES)
def test_parts_are_the_whole(folder: Path, name: str) -> None:
    whole = read_dataset_json(folder / name).frame
    parts = [part.frame for part in iter_dataset_json(folder / name, 100)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


@pytest.mark.parametrize("name", FILES)
def test_written_back_with_its_header(folder: Path, tmp_path: Path, name: str) -> None:
    """JSON comes back byte by byte, time of creation included; NDJSON, which CDISC writes with blanks, as parsed."""
    source, target = folder / name, tmp_path / Path(name).name
    dataset, header = read_dataset_json(source), read_dataset_json_header(source)
    if name == FRACTIONS:
        with pytest.raises(DataError, match="no integer") as caught:
            write_dataset_json(dataset, target, header=header)
        assert caught.value.place.variable == "AVAL"
        false = {"AVAL", "BASE", "CHG", "PCHG"}
        header = replace(
            header,
            columns=tuple(replace(c, data_type=DataType.FLOAT) if c.name in false else c for c in header.columns),
        )
    write_dataset_json(dataset, target, header=header)
    if name == FRACTIONS:
        as_float = re.sub(rb'("(?:AVAL|BASE|CHG|PCHG)","label":"[^"]*","dataType":")integer', rb"\1float",
                          source.read_bytes())  # fmt: skip
        # One number has zeros at its end, which are none of its value.
        assert json.loads(target.read_bytes()) == json.loads(as_float)
    elif source.suffix == ".json":
        assert target.read_bytes() == source.read_bytes()
    assert documents(target) == documents(source) or name == FRACTIONS


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
@pytest.mark.parametrize("name", FILES)
def test_written_without_header_reads_equal(folder: Path, tmp_path: Path, name: str, suffix: str) -> None:
    dataset = read_dataset_json(folder / name)
    write_dataset_json(dataset, tmp_path / f"x.{suffix}")
    again = read_dataset_json(tmp_path / f"x.{suffix}")
    assert (again.name, again.label, again.variables) == (dataset.name, dataset.label, dataset.variables)
    pd.testing.assert_frame_equal(again.frame, dataset.frame)


@pytest.mark.parametrize("name", FILES)
def test_output_is_valid_by_the_official_schema(folder: Path, tmp_path: Path, name: str) -> None:
    """NDJSON's own schema file refers to definitions that it does not have; its attributes are JSON's."""
    schema = json.loads((folder / "schema" / "dataset.schema.json").read_bytes())
    validator = jsonschema.Draft201909Validator(schema)
    # Rows of lists are all that the schema asks of rows; few suffice.
    dataset = read_dataset_json(folder / name)
    dataset = dataset.with_frame(dataset.frame.head(50))
    header = None if name == FRACTIONS else read_dataset_json_header(folder / name)
    for suffix in ("json", "ndjson"):
        write_dataset_json(dataset, tmp_path / f"x.{suffix}", header=header)
        attributes, rows = parsed(tmp_path / f"x.{suffix}")
        validator.validate(attributes | {"rows": rows})


class Difference(NamedTuple):
    """What differs between the XPT and the JSON file of a dataset."""

    variable: str
    what: str
    in_xpt: object
    in_json: object


def differences(xpt: Dataset, other: Dataset) -> set[Difference]:
    """Of labels, formats, kinds and lengths of text; the names and their order must be the same."""
    assert xpt.name == other.name
    assert [v.name for v in xpt.variables] == [v.name for v in other.variables]
    pairs: list[tuple[str, str, object, object]] = [("", "label", xpt.label, other.label)]
    for one, two in zip(xpt.variables, other.variables, strict=True):
        pairs += [(one.name, item, getattr(one, item), getattr(two, item)) for item in ("kind", "label", "format")]
        # A number has 8 bytes in XPT, and no length in JSON.
        pairs += [(one.name, "length", one.length, two.length)] if one.kind is Kind.TEXT else []
    return {Difference(*pair) for pair in pairs if pair[2] != pair[3]}


# What a file's maker wrote otherwise in the one and in the other; found by hand in the files' headers.
LABELS = {
    "adam/adcibc.json": {
        # The XPT file has no label of the dataset; one letter of a flag's label is upper case.
        Difference("", "label", "", "CIBIC+ Analysis"),
        Difference("ITTFL", "label", "Intent-To-Treat Population Flag", "Intent-to-Treat Population Flag"),
    },
    "adam/adsl.json": {Difference("", "label", "Subject-Level Analysis Dataset", "Subject-Level Analysis")},
    "adam/adtte.json": {
        Difference("", "label", "", "AE Time To 1st Derm. Event Analysis"),
        # Lengths in the JSON file are the planned ones of define.xml.
        Difference(
            "STARTDT", "label", "Time-to-Event Origin Date for Subject", "Time to Event Origin Date for Subject"
        ),
        Difference("SRCDOM", "label", "Source Data", "Source Domain"),
        Difference("PARAM", "length", 32, 100),
        Difference("PARAMCD", "length", 4, 8),
    },
}
# In XPT these have formats of width only (8., $12.); the JSON file has formats for dates alone.
WIDTHS = {"adam/adcibc.json": 7, "adam/adtte.json": 18}
# SAS wrote these one to four units of the last place beside the decimal that the JSON file shows.
LAST_PLACE = {"sdtm/lb.json": {"LBSTRESN": 400, "LBSTNRLO": 128, "LBSTNRHI": 167}}
TWINS = [name for name in ADAM + SDTM if name not in ("adam/adadas.json", "adam/adlbhy.json")]


@pytest.mark.parametrize("name", TWINS)
def test_attributes_agree_with_the_xpt_file(folder: Path, name: str) -> None:
    xpt = read_xpt((folder / name).with_suffix(".xpt"), fallback="cp1252")
    other, header = read_dataset_json(folder / name), read_dataset_json_header(folder / name)
    found = differences(xpt, other)
    # A --DTC variable, or a text of ISO 8601, has no length in Dataset-JSON.
    unlimited = {column.name for column in header.columns if column.length is None}
    found = {d for d in found if not (d.what == "length" and d.variable in unlimited)}
    widths = {d for d in found if d.what == "format" and re.match(r"\$?[0-9.]+$", str(d.in_xpt)) and not d.in_json}
    assert len(widths) == WIDTHS.get(name, 0)
    assert found - widths == LABELS.get(name, set())


@pytest.mark.parametrize("name", TWINS)
def test_values_agree_with_the_xpt_file(folder: Path, name: str) -> None:
    xpt = read_xpt((folder / name).with_suffix(".xpt"), fallback="cp1252").frame
    other = read_dataset_json(folder / name).frame
    beside = {}
    for column in xpt.columns:
        unequal = (xpt[column] != other[column]) & ~(xpt[column].isna() & other[column].isna())
        if unequal.any():
            beside[column] = int(unequal.sum())
            one, two = xpt.loc[unequal, column].to_numpy(float), other.loc[unequal, column].to_numpy(float)
            assert (np.abs(one - two) <= 4 * np.spacing(np.abs(two))).all(), column
    assert beside == LAST_PLACE.get(name, {})


def test_dates_agree_with_sas_numbers(folder: Path) -> None:
    """The dates of ADSL in the XPT file are days since 1960."""
    numbers = read_xpt(folder / "adam" / "adsl.xpt", dates=False, columns=["TRTSDT"]).frame["TRTSDT"]
    dates = read_dataset_json(folder / "adam" / "adsl.json", columns=["TRTSDT"])
    assert dates["TRTSDT"] == Variable("TRTSDT", Kind.DATE, dates["TRTSDT"].label, None, "DATE9.")
    assert [date(1960, 1, 1) + timedelta(days=day) for day in numbers] == dates.frame["TRTSDT"].dt.date.tolist()

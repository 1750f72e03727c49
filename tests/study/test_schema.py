"""JSON Schemas of spec files: every bundled spec is valid, faults are found, the files are those of today's code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from adamline._resources import resource_folder
from adamline.study.schema import schemas, write_schemas

SPECS = resource_folder("specs")
SCHEMAS = schemas()


def content(text: str) -> Any:
    """The text as an editor reads it: scalars typed by YAML, dates as texts."""
    return json.loads(json.dumps(yaml.load(text, yaml.CSafeLoader), default=str))


def kind_of_file(path: Path) -> str | None:
    if path.name == "study.yaml":
        return "study"
    if path.parent.name in ("tlf", "catalogue"):
        return {"tlf": "output", "catalogue": "template"}[path.parent.name]
    read = content(path.read_text())
    return "dataset" if isinstance(read, dict) and "dataset" in read else None


FILES = [(path, kind) for path in sorted(SPECS.rglob("*.yaml")) if (kind := kind_of_file(path)) is not None]


@pytest.mark.parametrize(("path", "kind"), FILES, ids=[str(path.relative_to(SPECS)) for path, _ in FILES])
def test_a_bundled_spec_is_valid(path: Path, kind: str) -> None:
    jsonschema.validate(content(path.read_text()), SCHEMAS[kind], jsonschema.Draft202012Validator)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_one(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])


TABLE = "output: T-1\nkind: table\ntitle: [T]\nrecords: {from: ADLB}\n"
ADLB = "dataset: ADLB\nlabel: L\nclass: BDS\nkeys: [USUBJID]\nsource: {domain: LB}\nvariables:\n  "


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("study", "study: A\ntitle: T\ndata_cutoff: 2020-01-31\ndatasets: [adsl]\noutput: [t-1]"),
        ("study", "study: A\ntitle: T\nlengths: longest\ndata_cutoff: 2020-01-31"),
        ("study", "study: A\ntitle: T\ndata_cutoff: 2020-01-31\ndatasets: [adsl, adlb, adsl]"),
        ("study", "study: A\ntitle: T\ndata_cutoff: 2020-01-31\ndatasets: [adsl]\nadam_files: []"),
        ("output", TABLE + "columns: {by: TRTA, order: []}\nrows: [{summary: AVAL}]"),
        ("dataset", ADLB + "AVAL: {derive: copied, from: LBSTRESN}"),
        ("dataset", ADLB + "ADT: {derive: date, form: LBDTC}"),
        ("dataset", ADLB + "BASE: bas"),
        ("dataset", ADLB + "AVALUEOVER8: copy"),
        ("dataset", ADLB + "AVAL: {derive: copy, label: [A]}"),
        ("dataset", ADLB.replace("BDS", "ADLB") + "AVAL: copy"),
        ("dataset", ADLB + "AVISIT: {derive: windows}"),
        ("output", TABLE + "rows: [{summry: AVAL}]"),
        ("output", TABLE + "rows: [{summary: AVAL, statistic: [n]}]"),
        ("output", TABLE + "rows: [{by: PARAMCD, rows: [{by: AVISIT, rows: [{count: AVALC, sortt: frequency}]}]}]"),
        ("output", TABLE + "rows: []"),
        ("output", TABLE.replace("kind: table", "kind: tables") + "rows: [{summary: AVAL}]"),
        ("output", "output: T-1\ntemplate: demographics\ncolumns: {ordr: [A]}"),
        ("output", "output: L-1\nkind: listing\ntitle: [L]\nrecords: {from: ADLB}\nkeys: [USUBJID]"),
        ("template", "catalogue: mine\nabout: x\nkind: table"),
    ],
)
def test_what_does_not_fit_is_not_valid(kind: str, text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content(text), SCHEMAS[kind], jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("dataset", ADLB + "AVAL: programs.mine\n  CHG: {derive: programs.other, any: 1}"),
        ("dataset", ADLB + "AVAL: copy\nsubject: {ADSL: [TRTSDT, {TRTP: TRT01P}]}"),
        ("output", TABLE + "rows: [{programs.range: AVAL, label: Range}, {blank: true}]"),
        ("output", "output: T-1\ntemplate: demographics\ncolumns: {total: null}\nrows: null"),
        ("output", TABLE + "rows: [{count: SEX, levels: {F: Female}, sort: {by: frequency, of: A}}]"),
        ("output", TABLE + "rows: [{by: AVISIT, show: {Week 2: Week two}, rows: [{summary: [AVAL, CHG]}]}]"),
    ],
)
def test_what_specs_may_say_is_valid(kind: str, text: str) -> None:
    jsonschema.validate(content(text), SCHEMAS[kind], jsonschema.Draft202012Validator)


def test_the_bundled_schemas_are_those_of_today(tmp_path: Path) -> None:
    """`make schema` writes them anew."""
    for path in write_schemas(tmp_path):
        assert (SPECS / "schema" / path.name).read_text() == path.read_text(), f"run `make schema`: {path.name}"


def test_each_bundled_spec_names_its_schema() -> None:
    for path, kind in FILES:
        first = path.read_text().partition("\n")[0]
        up = "../" * len(path.relative_to(SPECS).parent.parts)
        assert first == f"# yaml-language-server: $schema={up}schema/{kind}.json", path

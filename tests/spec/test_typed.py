"""Faults of a model become errors with the line of the file."""

from __future__ import annotations

from pathlib import Path

from adamline.io.yaml_text import read_yaml
from adamline.spec.dataset import DatasetSpec
from adamline.spec.typed import typed

GOOD = """\
dataset: ADLB
label: Laboratory
class: BDS
keys: [USUBJID]
source: {domain: LB, where: LBSEQ = 1}
subject: {ADSL: [STUDYID, {TRTP: TRT01P}]}
variables:
  BASE: base
  AVAL: {derive: copy, from: LBSTRESN, label: Value, length: 8, type: number}
"""


def written(tmp_path: Path, text: str) -> tuple[DatasetSpec | None, list[str]]:
    (tmp_path / "adlb.yaml").write_text(text)
    spec, faults = typed(read_yaml(tmp_path / "adlb.yaml"), DatasetSpec)
    return spec, [str(fault) for fault in faults]


def test_shorthands_and_attributes(tmp_path: Path) -> None:
    spec, _ = written(tmp_path, GOOD)
    assert spec is not None
    # A word alone is the derivation; what is no attribute is an argument of it.
    assert (spec.variables["BASE"].derive, spec.variables["BASE"].arguments) == ("base", {})
    aval = spec.variables["AVAL"]
    assert (aval.arguments, aval.attributes.label, aval.attributes.length) == ({"from": "LBSTRESN"}, "Value", 8)
    assert spec.subject["ADSL"] == (("STUDYID", "STUDYID"), ("TRTP", "TRT01P"))


def test_every_fault_has_its_line(tmp_path: Path) -> None:
    text = GOOD.replace("class: BDS", "clss: BDS").replace("LBSEQ = 1", "LBSEQ = ''").replace("length: 8", "length: x")
    spec, faults = written(tmp_path, text)
    assert spec is None
    lines = {fault.splitlines()[0]: fault for fault in faults}
    assert "line 3" in lines["`clss` is not known here."]
    assert "did you mean class?" in lines["`clss` is not known here."]
    assert "line 1" in lines["`class` is missing."]
    (where,) = [fault for fault in faults if "is missing" in fault and "where" in fault and "line 5" in fault]
    assert "does not fit" not in where  # a condition says itself what is wrong with it
    assert "line 9" in lines["`variables.AVAL.length` does not fit."]


def test_a_spec_is_frozen_and_its_json_does_not_depend_on_comments(tmp_path: Path) -> None:
    spec, _ = written(tmp_path, GOOD)
    same, _ = written(tmp_path, "# comment\n" + GOOD.replace("base", "base   # as usual"))
    assert spec is not None and same is not None
    assert spec.model_dump(mode="json") == same.model_dump(mode="json")

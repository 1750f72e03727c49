"""The configuration of a comparison of folders: what it says, its defaults, and its faults with their lines."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from adamline._resources import resource_folder
from adamline.errors import SpecError
from adamline.io.files import FileFormat
from adamline.io.text_decoder import TextDecoder
from adamline.qc.options import Attribute, CompareOptions, Keys, Method
from adamline.qc.reading import Reading
from adamline.study.compare_config import read_compare_config

CONFIG = """\
files: .xpt
options:
  method: absolute
  criterion: 1e-8
  exclude: ASEQ
datasets:
  adsl: {id: USUBJID, nomissing: yes}
  ADLB:
    id: [USUBJID, PARAMCD, "descending AVISITN"]
    criterion: {AVAL: 1e-6}
    attributes: [type, length]
    accepted: adlb.csv
  ADAE: {keys: given, with: [AETERM], var: [AEDECOD]}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "compare.yaml"
    path.write_text(text, "utf-8")
    return path


def test_options_of_all_and_of_some(tmp_path: Path) -> None:
    config = read_compare_config(written(tmp_path, CONFIG))
    assert config.files is FileFormat.XPT
    common = config.of("ADXX").options
    assert (common.method, common.criterion, common.exclude) == (Method.ABSOLUTE, 1e-8, ("ASEQ",))
    assert common.keys is Keys.PROPOSE
    adsl = config.of("adsl").options
    assert (adsl.id, adsl.nomissing, adsl.criterion) == (("USUBJID",), True, 1e-8)
    adlb = config.of("ADLB")
    assert adlb.options.id == ("USUBJID", "PARAMCD", "descending AVISITN")
    assert adlb.options.method_of("AVAL") == (Method.ABSOLUTE, 1e-6)
    assert adlb.options.attributes == {Attribute.TYPE, Attribute.LENGTH}
    assert adlb.accepted == tmp_path / "adlb.csv"
    adae = config.of("ADAE").options
    assert (adae.keys, adae.var, adae.with_) == (Keys.GIVEN, ("AEDECOD",), ("AETERM",))


def test_without_a_file() -> None:
    assert read_compare_config(None).of("ADSL").options == CompareOptions(keys=Keys.PROPOSE)


def test_the_file_comes_before_the_options_of_the_call(tmp_path: Path) -> None:
    config = read_compare_config(written(tmp_path, CONFIG), options=CompareOptions(delta=0.5, criterion=1.0))
    assert (config.of("X").options.delta, config.of("X").options.criterion) == (0.5, 1e-8)


def test_keys_of_the_study_where_nobody_names_some(tmp_path: Path) -> None:
    study = resource_folder("specs") / "cdiscpilot01"
    path = written(tmp_path, "options: {exclude: [STUDYID]}\ndatasets:\n  ADSL: {id: SUBJID}\n")
    config = read_compare_config(path, study)
    assert config.of("ADSL").options.id == ("SUBJID",)
    assert config.of("ADLBC").options.id == ("USUBJID", "PARAMCD", "AVISITN", "VISITNUM", "LBSEQ")
    assert config.of("ADLBC").options.exclude == ("STUDYID",)


def test_keys_of_the_study_stay_where_a_dataset_has_other_options(tmp_path: Path) -> None:
    study = resource_folder("specs") / "cdiscpilot01"
    config = read_compare_config(written(tmp_path, "datasets:\n  ADSL: {exclude: AGE}\n"), study)
    assert (config.of("ADSL").options.id, config.of("ADSL").options.exclude) == (("USUBJID",), ("AGE",))
    named = read_compare_config(None, study, CompareOptions(id="SUBJID"))
    assert named.of("ADSL").options.id == ("SUBJID",)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("datasets:\n  ADSL: {ids: USUBJID}\n", 2, "`datasets.ADSL.ids` is not known here."),
        ("options:\n  method: near\n", 2, "`options.method` does not fit."),
        ("options:\n  criterion: small\n", 2, "`options.criterion` does not fit."),
        ("options:\n  id: X\n  with: [A]\n", 1, "WITH names variables, but VAR does not."),
        ("datasets:\n  ADSL: {delta: -1}\n", 2, "Delta must not be negative."),
        ("files: .docx\n", 1, "`files` does not fit."),
        ("options: {id: A}\noptions: {id: B}\n", 2, "options stands twice in one mapping (first on line 1)."),
    ],
)
def test_faults_have_their_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_compare_config(written(tmp_path, text))
    fault = caught.value.faults[0]
    assert (fault.what, fault.place.line) == (what, line)
    assert fault.place.file == "compare.yaml"


def test_one_dataset_can_undo_what_holds_for_all(tmp_path: Path) -> None:
    config = read_compare_config(written(tmp_path, "options: {nomissing: yes}\ndatasets: {ADLB: {nomissing: no}}\n"))
    assert config.of("ADSL").options.nomissing and not config.of("ADLB").options.nomissbase
    assert not config.of("ADLB").options.nomisscomp


def test_a_dataset_named_twice_in_other_capitals_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="ADLB stands twice"):
        read_compare_config(written(tmp_path, "datasets:\n  adlb: {exclude: AVAL}\n  ADLB: {id: USUBJID}\n"))


def test_records_matched_by_position_stay_so_whatever_keys_a_study_has() -> None:
    study = resource_folder("specs") / "jahh"
    assert read_compare_config(None, study).of("ADSL").options.id == ("USUBJID",)
    assert read_compare_config(None, study, CompareOptions(keys=Keys.GIVEN)).of("ADSL").options.id == ()


def test_how_files_are_read(tmp_path: Path) -> None:
    text = """\
options: {encoding: cp1252, csv_like_other: yes, allow_empty: yes}
datasets:
  ADAE: {encoding: utf-8, fallback: cp1252, member: ADAE, member_compare: ADAE2, allow_empty: no}
"""
    config = read_compare_config(written(tmp_path, text), reading=Reading(encoding="latin-1", fallback="utf-8"))
    others, adae = config.of("ADSL"), config.of("ADAE")
    assert others.reading == Reading(encoding="cp1252", fallback="utf-8", csv_like_other=True)
    expected = {"encoding": "utf-8", "fallback": "cp1252", "member": "ADAE", "member_compare": "ADAE2"}
    assert adae.reading == Reading(csv_like_other=True, **expected)
    assert (others.options.allow_empty, adae.options.allow_empty) == (True, False)


def test_an_encoding_that_is_none_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        read_compare_config(written(tmp_path, "datasets:\n  ADAE: {encoding: cp12522}\n"))
    assert (caught.value.faults[0].place.line, "cp12522" in str(caught.value)) == (2, True)


@pytest.mark.parametrize(
    ("encodings", "expected"),
    [
        ("adam_encoding: utf-8", TextDecoder("utf-8")),
        ("encoding: cp1252\nadam_encoding: UTF-8", TextDecoder("utf-8", "cp1252")),
        ("encoding: utf-8\nfallback: cp1252", TextDecoder("utf-8", "cp1252")),
        ("fallback: cp1252", TextDecoder("cp1252")),
        ("adam_encoding: ascii", TextDecoder()),
    ],
)
def test_encodings_of_the_study(tmp_path: Path, encodings: str, expected: TextDecoder) -> None:
    study = tmp_path / "study"
    shutil.copytree(resource_folder("specs") / "jahh", study)
    lines = (study / "study.yaml").read_text("utf-8").splitlines()
    kept = [line for line in lines if not re.search("(encoding|fallback):", line)]
    (study / "study.yaml").write_text("\n".join([*kept, encodings, ""]), "utf-8")
    config = read_compare_config(None, study)
    assert config.of("ADSL").reading.study == config.of("AE").reading.study == expected

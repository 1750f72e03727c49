"""Entries of the subject are in their place, and need not be listed under `subject` as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline.io.yaml_text import YamlFile, read_yaml
from adamline.spec.listed_names import with_listed_names
from adamline.spec.subject_entries import with_subject_entries

TEXT = """\
dataset: ADVS
subject: {ADSL: [{TRTP: TRT01P}, TRTSDT]}
variables:
  USUBJID: copy
  AGE, SEX: subject
  AVAL: base
  TRTP: subject
"""


def read(tmp_path: Path, text: str) -> YamlFile:
    (tmp_path / "advs.yaml").write_text(text)
    file, _ = with_listed_names(read_yaml(tmp_path / "advs.yaml"))
    return file


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{ADSL: [{TRTP: TRT01P}, TRTSDT]}", [{"TRTP": "TRT01P"}, "TRTSDT", "AGE", "SEX"]),
        ("{ADSL: [AGE, TRTP]}", ["AGE", "TRTP", "SEX"]),
        ("{ADSL: all}", ["all", "AGE", "SEX", "TRTP"]),
        ("ADSL", ["AGE", "SEX", "TRTP"]),
    ],
)
def test_they_are_variables_of_the_subject_and_copies_in_their_place(
    tmp_path: Path, written: str, expected: list
) -> None:
    text = TEXT.replace("{ADSL: [{TRTP: TRT01P}, TRTSDT]}", written)
    file, faults = with_subject_entries(read(tmp_path, text))
    assert faults == []
    assert file.content["subject"] == {"ADSL": expected}
    assert file.content["variables"] == dict.fromkeys(["USUBJID", "AGE", "SEX", "AVAL", "TRTP"], "copy") | {
        "AVAL": "base"
    }
    assert file.place(("subject", "ADSL", expected.index("SEX"))).line == 5


def test_of_no_dataset(tmp_path: Path) -> None:
    _, faults = with_subject_entries(read(tmp_path, TEXT.replace("subject: {ADSL: [{TRTP: TRT01P}, TRTSDT]}\n", "")))
    assert [str(fault) for fault in faults] == [
        "AGE, SEX, TRTP: the spec names no dataset that has variables of the subject.\n"
        "  where:    advs.yaml, line 4\n  try:      write `subject: ADSL`"
    ]


def test_without_one_nothing_changes(tmp_path: Path) -> None:
    for text in (TEXT.replace(": subject", ": copy"), "- 1\n", "variables: AGE\n"):
        file = read(tmp_path, text)
        assert with_subject_entries(file)[0].content == file.content

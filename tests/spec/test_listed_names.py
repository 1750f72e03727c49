"""An entry of several variables is one of each, in their place and on its line."""

from __future__ import annotations

from pathlib import Path

from adamline.io.yaml_text import YamlFile, read_yaml
from adamline.spec.listed_names import with_listed_names

TEXT = """\
dataset: ADVS
variables:
  USUBJID: copy
  AGE, SEX,RACE: {derive: copy}
  AVAL: base
"""


def read(tmp_path: Path, text: str) -> YamlFile:
    (tmp_path / "advs.yaml").write_text(text)
    return read_yaml(tmp_path / "advs.yaml")


def test_an_entry_of_each(tmp_path: Path) -> None:
    file, faults = with_listed_names(read(tmp_path, TEXT))
    assert faults == []
    assert list(file.content["variables"]) == ["USUBJID", "AGE", "SEX", "RACE", "AVAL"]
    assert file.content["variables"]["SEX"] == {"derive": "copy"}
    lines = [file.place(("variables", name)).line for name in ("USUBJID", "AGE", "RACE", "AVAL")]
    assert lines == [3, 4, 4, 5]


def test_a_name_twice(tmp_path: Path) -> None:
    _, faults = with_listed_names(read(tmp_path, TEXT.replace("AVAL", "SEX, AVAL")))
    assert [str(fault) for fault in faults] == [
        "SEX stands twice in `variables`.\n  where:    advs.yaml, line 5\n  expected: one entry"
    ]


def test_without_a_list_nothing_changes(tmp_path: Path) -> None:
    for text in (TEXT.replace("AGE, SEX,RACE", "AGE"), "- 1\n", "variables: AGE, SEX\n"):
        file = read(tmp_path, text)
        assert with_listed_names(file)[0].content == file.content

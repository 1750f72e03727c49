"""`subject: {ADSL: all}`: what it stands for, and what cannot stand there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adamline.io.yaml_text import read_yaml
from adamline.spec.all_of_subject import with_all_of_subject

ADSL = "dataset: ADSL\nvariables: {STUDYID: copy, USUBJID: copy, AGE: copy, TRT01P: copy}\n"


def listed(tmp_path: Path, written: str, name: str = "ADSL") -> tuple[Any, list[str]]:
    (tmp_path / "adsl.yaml").write_text(ADSL)
    (tmp_path / "advs.yaml").write_text(f"dataset: ADVS\nsubject:\n  {name}: {written}\n")
    files = {name: read_yaml(tmp_path / f"{name}.yaml") for name in ("advs", "adsl")}
    made, faults = with_all_of_subject(files)
    assert made["adsl"] == files["adsl"]
    return made["advs"].content["subject"][name], [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("all", ["STUDYID", "USUBJID", "AGE", "TRT01P"]),
        ("[all]", ["STUDYID", "USUBJID", "AGE", "TRT01P"]),
        (
            "[all, {except: [AGE, TRT01P]}, {TRTP: TRT01P}]",
            ["STUDYID", "USUBJID", {"TRTP": "TRT01P"}],
        ),
        ("[AGE]", ["AGE"]),
    ],
)
def test_written_out(written: str, expected: list[Any], tmp_path: Path) -> None:
    assert listed(tmp_path, written) == (expected, [])


def test_what_cannot_be(tmp_path: Path) -> None:
    (fault,) = listed(tmp_path, "[all, {except: [AGES]}]")[1]
    assert "ADSL has no variable AGES to leave out." in fault and "did you mean AGE?" in fault
    (fault,) = listed(tmp_path, "all", "ADXL")[1]
    assert fault == (
        "Not all variables of ADXL are known: the study does not make it.\n"
        "  where:    advs.yaml, line 3\n  expected: a list of its variables"
    )

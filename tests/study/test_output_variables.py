"""Outputs read the variables that they name; one that nobody named is read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.analyses.records import Records
from adamline.analyses.whole import NotReadError, Whole
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.study import under_way
from adamline.study.output_variables import variables_to_read
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


def test_named_variables_and_their_partners(study: Path, edit: Edit) -> None:
    edit("tlf/t-1.yaml", "records: {from: ADLB}", 'records: {from: ADLB, where: "BASE > 0"}')
    known = {"ADLB": ["USUBJID", "AVISITN", "LBSEQ", "AVISIT", "BASE", "TRTP", "TRTPN", "TRTA", "AVAL"], "OTHER": ["X"]}
    found = variables_to_read(open_study(study).outputs, known)
    assert found == {"ADLB": ("USUBJID", "AVISITN", "AVISIT", "BASE", "TRTP", "TRTPN", "AVAL"), "OTHER": ()}


def test_what_was_left_in_the_file_is_not_taken_for_missing() -> None:
    frame = pd.DataFrame({"USUBJID": ["1"]})
    whole = Whole(Dataset("ADLB", frame, (Variable("USUBJID", Kind.TEXT),)), frozenset({"AGE"}))
    records = Records(whole)
    assert records.has("USUBJID") and not records.has("SEX")
    for ask in (records.has, records.column, records.is_number, whole.coded):
        with pytest.raises(NotReadError, match="AGE of ADLB"):
            ask("AGE")
    with pytest.raises(NotReadError):
        whole.rows("USUBJID = '1' and AGE > 3")


def test_a_variable_that_nobody_named_is_read_then(
    study: Path, sdtm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_study(open_study(study), sdtm, tmp_path / "right")
    wanted = under_way.variables_to_read

    def without_aval(*given: object) -> dict[str, tuple[str, ...]]:
        found = wanted(*given)
        return found | {"ADLB": tuple(name for name in found["ADLB"] if name not in ("AVAL", "AVISIT", "TRTP"))}

    monkeypatch.setattr(under_way, "variables_to_read", without_aval)
    run_study(open_study(study), sdtm, tmp_path / "out")
    for name in ("results/t-1.csv", "tlf/t-1.docx", "manifest.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "right" / name).read_bytes()

"""Outputs read the variables that they name; one that nobody named is read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from adamline.analyses.records import Records
from adamline.analyses.whole import NotReadError, Whole
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.study import shared
from adamline.study.outputs import OutputPlan
from adamline.study.run import run_study
from adamline.study.study import open_study
from adamline.study.wanted import Wanted, wanted_of

Edit = Callable[[str, str, str], None]


def test_named_variables_and_their_partners(study: Path, edit: Edit) -> None:
    edit("tlf/t-1.yaml", "records: {from: ADLB}", 'records: {from: ADLB, where: "BASE > 0"}')
    (output,) = open_study(study).outputs
    found = wanted_of(output, "ADLB")
    assert found.variables >= {"USUBJID", "AVISITN", "AVISIT", "BASE", "TRTP", "TRTPN", "AVAL"}
    assert not found.variables & {"LBSEQ", "TRTA"}
    assert (found.conditions, found.named, found.people) == ({"BASE > 0"}, {"BASE"}, {"USUBJID", "ITTFL"})
    assert wanted_of(output, "ADSL").conditions == {"ITTFL = 'Y'"}


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

    def without_aval(output: OutputPlan, dataset: str) -> Wanted:
        found = wanted_of(output, dataset)
        return replace(found, variables=found.variables - {"AVAL", "AVISIT", "TRTP"})

    monkeypatch.setattr(shared, "wanted_of", without_aval)
    run_study(open_study(study), sdtm, tmp_path / "out")
    for name in ("results/t-1.csv", "tlf/t-1.docx", "manifest.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "right" / name).read_bytes()

"""Records that a step adds have what their subject and their parameter give, whatever the step itself sets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.xpt_read import read_xpt
from adamline.study.added import with_parameter_variables, with_subject_variables
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
PARAMETERS = [
    {"PARAMCD": "ALT", "PARAM": "Alanine", "PARAMN": "1", "LBTESTCD": "ALT"},
    {"PARAMCD": "ALT", "PARAM": "Another row", "PARAMN": "9", "LBTESTCD": "ALAT"},
    {"PARAMCD": "SUM", "PARAM": "The sum", "PARAMN": "2"},
]
GIVE = ["PARAMCD", "PARAM", "PARAMN"]
PROGRAM = """
import pandas as pd
from adamline.contract import derivation

@derivation(define="the sum of the values", needs=["USUBJID", "AVAL"], makes=["PARAMCD", "AVAL"])
def add_sums(frame):
    sums = frame.groupby("USUBJID", observed=True)["AVAL"].sum().reset_index()
    return pd.concat([frame, sums.assign(PARAMCD="SUM")], ignore_index=True)
"""


@pytest.mark.parametrize("text", ["str", "object", "category"])
def test_a_parameter_gives_its_variables(text, table, plain):
    frame = table("""
        PARAMCD PARAM   PARAMN
        ALT     Old     7
        ALT     Old     7
        SUM     .       .
        OTHER   Other   5
        .       Nothing .
        """).astype({"PARAMCD": text, "PARAM": text})
    made = with_parameter_variables(frame, 1, PARAMETERS, GIVE, ())
    assert plain(made["PARAM"]) == ["Old", "Alanine", "The sum", "Other", "Nothing"]
    assert plain(made["PARAMN"]) == [7, 1, 2, 5, None]
    assert made["PARAM"].dtype.name == frame["PARAM"].dtype.name
    kept = with_parameter_variables(frame, 1, PARAMETERS, GIVE, {"PARAM": "set"})
    assert plain(kept["PARAM"]) == plain(frame["PARAM"]) and plain(kept["PARAMN"]) == plain(made["PARAMN"])
    assert with_parameter_variables(frame, len(frame), PARAMETERS, GIVE, ()) is frame


@pytest.mark.parametrize("text", ["str", "object", "category"])
def test_a_subject_gives_what_is_missing(text, table, plain):
    adsl = table("""
        USUBJID TRT01P  TRTSDT
        01      Placebo 2020-01-01
        02      Active  2020-01-02
        """).astype({"TRT01P": text})
    frame = table("""
        USUBJID TRTP TRTSDT
        01      .    .
        02      .    .
        02      Own  2020-05-05
        03      .    .
        """).astype({"TRTP": text})
    made = with_subject_variables(frame, 1, adsl, {"TRTP": "TRT01P", "TRTSDT": "TRTSDT", "LATE": "TRT01P"})
    assert plain(made["TRTP"]) == [None, "Active", "Own", None]
    assert [str(day)[:10] for day in made["TRTSDT"]] == ["NaT", "2020-01-02", "2020-05-05", "NaT"]
    assert "LATE" not in made.columns


def test_in_a_study(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    (study / "programs").mkdir()
    (study / "programs" / "sums.py").write_text(PROGRAM)
    edit(
        "adlb.yaml",
        "  LBSEQ: copy",
        "  LBSEQ: copy\n  AFTERDT: {derive: plus_days, from: TRTSDT, days: 1, label: Day}\n"
        "records: [{add: programs.sums, missing: source}]",
    )
    edit("adlb.yaml", "decimals: 0}", "decimals: 0}\n  - {PARAMCD: SUM, PARAM: The sum, PARAMN: 2, decimals: 0}")
    run_study(open_study(study), sdtm, tmp_path / "out")
    adlb = read_xpt(tmp_path / "out" / "adam" / "adlb.xpt").frame
    sums = adlb[adlb["PARAMCD"] == "SUM"]
    assert sums["PARAM"].tolist() == ["The sum"] * 3
    assert sums["AVAL"].tolist() == [45.0, 58.0, 22.0]
    assert sums["TRTP"].tolist() == ["Active", "Placebo", "Active"]  # joined late
    assert sums["TRTSDT"].notna().all()  # read by a step, so joined early
    assert pd.isna(sums["AVISIT"]).all()

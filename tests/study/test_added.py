"""Records that a step adds have what their subject and their parameter give, whatever the step itself sets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.io.xpt_read import read_xpt
from adamline.spec.dataset import DatasetSpec
from adamline.study.belonging import Belonging
from adamline.study.columns import Columns
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]
PARAMETERS = [
    {"PARAMCD": "ALT", "PARAM": "Alanine", "PARAMN": "1", "LBTESTCD": "ALT"},
    {"PARAMCD": "ALT", "PARAM": "Another row", "PARAMN": "9", "LBTESTCD": "ALAT"},
    {"PARAMCD": "SUM", "PARAM": "The sum", "PARAMN": "2"},
]
PROGRAM = """
import pandas as pd
from adamline.contract import derivation

@derivation(define="the sum of the values", needs=["USUBJID", "AVAL"], makes=["PARAMCD", "AVAL"])
def add_sums(frame):
    sums = frame.groupby("USUBJID", observed=True)["AVAL"].sum().reset_index()
    return pd.concat([frame, sums.assign(PARAMCD="SUM")], ignore_index=True)
"""

TEXTS = pytest.mark.parametrize("text", ["str", "object", "category"])
# Whether a step is given the variable and leaves it missing in its records, or is not given it.
SEEN = pytest.mark.parametrize("seen", [True, False])


def columns_of(frame: pd.DataFrame, subjects: pd.DataFrame) -> Columns:
    """The variables of a dataset whose subjects and parameters give some of them."""
    written = {
        "dataset": "ADLB",
        "label": "Laboratory",
        "class": "BDS",
        "keys": ["USUBJID"],
        "source": {"domain": "LB"},
        "subject": {"ADSL": [{"TRTP": "TRT01P"}, "TRTSDT"]},
        "parameters": PARAMETERS,
        "variables": {"USUBJID": "copy"},
    }
    return Columns(frame, Belonging(DatasetSpec.model_validate(written), {"ADSL": subjects}))


@SEEN
@TEXTS
def test_a_parameter_gives_its_variables(text, seen, table, plain):
    frame = table("""
        USUBJID PARAM   PARAMCD PARAMN
        01      Old     ALT     7
        01      Old     ALT     7
        01      .       SUM     .
        01      .       OTHER   .
        01      .       .       .
        """).astype({"PARAMCD": text, "PARAM": text})
    frame.loc[1, ["PARAM", "PARAMN"]] = None
    columns = columns_of(frame.iloc[:1], frame[["USUBJID"]].iloc[:0])
    given = frame if seen else frame[["USUBJID", "PARAMCD"]]
    columns.add(given, set_here=(), is_whole=False)
    assert plain(columns["PARAM"]) == ["Old", "Alanine", "The sum", None, None]
    assert plain(columns["PARAMN"]) == [7, 1, 2, None, None]
    assert columns["PARAM"].dtype.name == frame["PARAM"].dtype.name


@TEXTS
def test_what_a_step_sets_comes_before_what_a_parameter_gives(text, table, plain):
    frame = table("""
        USUBJID PARAM   PARAMCD PARAMN
        01      Old     ALT     7
        01      Set     ALT     7
        01      Other   OTHER   5
        """).astype({"PARAMCD": text, "PARAM": text})
    for set_here, param in (((), "Alanine"), (("PARAM",), "Set")):
        columns = columns_of(frame.iloc[:1], frame[["USUBJID"]].iloc[:0])
        columns.add(frame, set_here=set_here, is_whole=False)
        assert plain(columns["PARAM"]) == ["Old", param, "Other"]
        assert plain(columns["PARAMN"]) == [7, 1, 5]


@SEEN
@TEXTS
def test_a_subject_gives_what_is_missing(text, seen, table, plain):
    adsl = table("""
        USUBJID TRT01P  TRTSDT
        01      Placebo 2020-01-01
        02      Active  2020-01-02
        """).astype({"TRT01P": text})
    frame = table("""
        USUBJID PARAMCD TRTP TRTSDT
        01      ALT     .    .
        02      ALT     .    .
        02      ALT     Own  2020-05-05
        03      ALT     .    .
        """).astype({"TRTP": text})
    columns = columns_of(frame.iloc[:1], adsl)
    columns.add(frame if seen else frame[["USUBJID", "PARAMCD"]], set_here=(), is_whole=False)
    own, day = ("Own", "2020-05-05") if seen else ("Active", "2020-01-02")
    assert plain(columns["TRTP"]) == [None, "Active", own, None]
    assert [str(day)[:10] for day in columns["TRTSDT"]] == ["NaT", "2020-01-02", day, "NaT"]
    assert "LATE" not in columns


def test_variables_that_no_step_reads_are_put_together_once(table, plain):
    """Whatever is asked for between: each variable has the records of all steps, in order and with their index."""
    adsl = table("""
        USUBJID TRT01P  TRTSDT
        01      Placebo 2020-01-01
        02      Active  2020-01-02
        """)
    frame = table("""
        USUBJID PARAMCD AVAL VISIT  PARAM   TRTP
        01      ALT     1    Week_1 Alanine Placebo
        02      ALT     2    Week_2 Alanine Active
        """).astype({"VISIT": "category", "PARAM": "category"})
    frame.index = pd.Index([4, 9])  # as where records were left out
    columns = columns_of(frame, adsl)
    for number, value in enumerate((3.0, 4.0), start=2):
        seen = columns.frame(["USUBJID", "PARAMCD", "AVAL"])
        new = pd.DataFrame({"USUBJID": ["02"], "PARAMCD": ["SUM"], "AVAL": [value]})
        columns.add(pd.concat([seen, new], ignore_index=True), set_here=(), is_whole=False)
        assert len(columns) == number + 1
        if number == 2:
            assert plain(columns["VISIT"]) == ["Week_1", "Week_2", None]
    whole = columns.whole()
    assert whole.index.tolist() == [0, 1, 2, 3]
    assert plain(whole["AVAL"]) == [1, 2, 3, 4]
    assert plain(whole["VISIT"]) == ["Week_1", "Week_2", None, None]
    assert plain(whole["PARAM"]) == ["Alanine", "Alanine", "The sum", "The sum"]
    assert plain(whole["TRTP"]) == ["Placebo", "Active", "Active", "Active"]
    assert whole["VISIT"].dtype == "category" and whole["PARAM"].dtype == "category"


def test_what_belongs_to_records_is_of_their_keys_when_they_were_added(table, plain):
    """A step that makes PARAMCD anew behind them changes nothing else, whenever that is read."""
    frame = table("""
        USUBJID PARAMCD PARAM
        01      ALT     Old
        01      SUM     .
        """)
    columns = columns_of(frame.iloc[:1], frame[["USUBJID"]].iloc[:0])
    columns.add(frame[["USUBJID", "PARAMCD"]], set_here=(), is_whole=False)
    columns.put("PARAMCD", pd.Series(["ALT", "ALT"], index=columns.index))
    assert plain(columns["PARAM"]) == ["Old", "The sum"]


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

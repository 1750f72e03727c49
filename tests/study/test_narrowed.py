"""A condition on the records of any derivation: it is made of those that it selects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.errors import SpecError
from adamline.io.xpt_read import read_xpt
from adamline.study.check import check_study
from adamline.study.plan import DatasetPlan
from adamline.study.run import run_study
from adamline.study.study import open_study
from adamline.study.where import where_is

Edit = Callable[[str, str, str], None]
ENTRIES = """\
  LBSEQ: copy
  ASEQ: {derive: aseq, order: LBSEQ, by: [USUBJID], where: VISITNUM = 2}
  LATER: {derive: exists, source: LB, where: LBSTRESN > 24, only_where: VISITNUM = 1, label: Later}
  BASE2: {derive: base, where: VISITNUM = 2, label: Baseline}
"""


@pytest.fixture
def adlb(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> pd.DataFrame:
    edit("adlb.yaml", "  LBSEQ: copy\n", ENTRIES)
    run_study(open_study(study), sdtm, tmp_path / "out")
    return read_xpt(tmp_path / "out" / "adam" / "adlb.xpt").frame


def test_what_is_not_selected_is_missing(adlb: pd.DataFrame, table, plain) -> None:
    expected = table("""
        USUBJID AVISITN ASEQ LATER BASE2
        M-1     1       .    Y     .
        M-1     2       1    .     20
        M-2     1       .    Y     .
        M-2     2       1    .     30
        M-3     1       .    .     .
        """)
    for name in expected.columns:
        assert plain(adlb[name]) == plain(expected[name]), name


def test_it_is_read_said_and_found(study: Path, edit: Edit) -> None:
    edit("adlb.yaml", "  LBSEQ: copy\n", ENTRIES)
    opened = open_study(study)
    plan: DatasetPlan = next(plan for plan in opened.datasets if plan.spec.dataset == "ADLB")
    call = next(call for call in plan.calls if call.target == "ASEQ")
    assert "VISITNUM" in call.needs
    (found,) = where_is(opened, "ASEQ")
    assert found.method.endswith("where VISITNUM = 2") and "derive/aseq.py" in found.code


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{derive: aseq, order: LBSEQ, where: VISITNUM == 2}", "write ="),
        ("{derive: aseq, order: LBSEQ, only_where: VISITNUM = 2}", "`aseq` takes no `only_where`"),
        ("{derive: aseq, order: LBSEQ, wher: VISITNUM = 2}", "did you mean where?"),
    ],
)
def test_refused(entry: str, expected: str, study: Path, edit: Edit) -> None:
    edit("adlb.yaml", "  LBSEQ: copy\n", f"  LBSEQ: copy\n  ASEQ: {entry}\n")
    with pytest.raises(SpecError) as caught:
        open_study(study)
    assert expected in str(caught.value)


def test_what_a_derivation_says_of_its_arguments_is_not_asked_of_the_condition(
    study: Path, sdtm: Path, tmp_path: Path, edit: Edit
) -> None:
    """That of `date` has arguments that complete a date, that of `atoxgr` takes no others than the derivation."""
    entry = "{derive: atoxgr, direction: high, term: term, unit: unit, where: VISITNUM = 2}"
    limits = "".join(f"  {name}: {{derive: missing, type: number}}\n" for name in ("ANRLO", "ANRHI"))
    edit("adlb.yaml", "  LBSEQ: copy\n", f"  LBSEQ: copy\n{limits}  BNRIND: missing\n  ATOXGRH: {entry}\n")
    edit("adlb.yaml", "decimals: 0}", "decimals: 0, term: Cholesterol high, unit: mmol/L}")
    opened = open_study(study)
    assert [one for one in check_study(opened) if one.place.variable == "ATOXGRH"] == []
    run_study(opened, sdtm, tmp_path / "out")
    edit("adlb.yaml", "unit: mmol/L", "unit: furlong")
    assert "ALT in furlong have no grade" in " ".join(one.message for one in check_study(open_study(study)))

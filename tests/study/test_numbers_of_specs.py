"""Wherever a text of a study becomes a number: what only Python or pandas would take for one is an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.contract import Case
from adamline.derive.case_when import derive_case_when
from adamline.derive.converted import derive_converted
from adamline.derive.copied_records import add_copied_records
from adamline.derive.limit_dtype import derive_limit_dtype
from adamline.derive.lookup import derive_lookup
from adamline.derive.parameter_variables import parameter_columns
from adamline.derive.windows import derive_windows
from adamline.errors import AdamlineError
from adamline.qc.options import CompareOptions
from adamline.qc.sas_options import parse_sas_options
from adamline.study.compare_config import read_compare_config

VISITS = pd.DataFrame({"VISITNUM": [1.0, 10.0], "ADY": [1.0, 10.0]})


def windows(text: str) -> pd.DataFrame:
    table = pd.DataFrame({"AVISIT": ["Week 2"], "AWLO": [text], "AWHI": [None]}, dtype="str")
    return derive_windows(VISITS, variable="AVISIT", table=table)


def targets(text: str) -> pd.DataFrame:
    table = pd.DataFrame({"AVISIT": ["Week 1", "Week 2"], "AWTARGET": ["1", text]}, dtype="str")
    return derive_windows(VISITS, variable="AVISIT", table=table, ties="later")


def window_number(text: str) -> pd.DataFrame:
    table = pd.DataFrame({"AVISITN": [text], "AWLO": ["1"], "AWHI": ["9"]}, dtype="str")
    return derive_windows(VISITS, variable="AVISITN", table=table, kind="number")


def lookup_key(text: str) -> pd.DataFrame:
    table = pd.DataFrame({"VISITNUM": ["1", text], "AVISIT": ["a", "b"]}, dtype="str")
    return derive_lookup(VISITS, variable="AVISIT", table=table, by="VISITNUM", unmatched="missing")


def lookup_range(text: str) -> pd.DataFrame:
    table = pd.DataFrame({"VISITNUM": ["20 - 30", text], "AVISIT": ["a", "b"]}, dtype="str")
    return derive_lookup(VISITS, variable="AVISIT", table=table, by="VISITNUM", unmatched="missing")


def lookup_value(text: str) -> pd.DataFrame:
    table = pd.DataFrame({"VISITNUM": ["1", "10"], "AVISITN": ["1", text]}, dtype="str")
    return derive_lookup(VISITS, variable="AVISITN", table=table, by="VISITNUM", kind="number")


def factor(text: str) -> pd.DataFrame:
    frame = pd.DataFrame({"PARAMCD": ["BUN"], "LBSTRESN": [1.0], "LBSTRESU": ["mg/dL"]})
    table = pd.DataFrame({"from": ["mg/dL"], "to": ["mmol/L"], "factor": [text]}, dtype="str")
    return derive_converted(frame, variable="X", from_="LBSTRESN", unit={"BUN": "mmol/L"}, convert=table)


def value(text: str) -> pd.DataFrame:
    return derive_case_when(VISITS, variable="X", rows=[Case(value=text)], kind="number")


def set_value(text: str) -> pd.DataFrame:
    return add_copied_records(VISITS, where=None, set_={"ADY": text})


def parameter(text: str) -> pd.DataFrame:
    return parameter_columns([{"PARAMCD": "BUN", "PARAMN": text}], ["PARAMCD", "PARAMN"])


def sas_option(text: str) -> object:
    return parse_sas_options(f"METHOD=ABSOLUTE CRITERION={text}", CompareOptions())


def sas_fuzz(text: str) -> object:
    return parse_sas_options(f"FUZZ={text}", CompareOptions())


def sas_maxprint(text: str) -> object:
    return parse_sas_options(f"MAXPRINT={text}", CompareOptions())


USES = [
    *(windows, targets, window_number, lookup_key, lookup_range, lookup_value, factor, value, set_value, parameter),
    *(sas_option, sas_fuzz, sas_maxprint),
]


@pytest.mark.parametrize("text", ["1_0", "nan", "inf", "\u0661\u0660", "\uff11", "1e999", "0x10"])
@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_no_number(use: Callable[[str], object], text: str) -> None:
    with pytest.raises(AdamlineError):
        use(text)


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_a_number(use: Callable[[str], object]) -> None:
    use("1" if use is sas_fuzz else "10")


@pytest.mark.parametrize("text", ["1_0", "nan", "inf", "\u0661"])
def test_compare_configuration(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.yaml").write_text(f"options:\n  method: absolute\n  criterion: {text}\n", encoding="utf-8")
    with pytest.raises(AdamlineError) as caught:
        read_compare_config(tmp_path / "c.yaml")
    assert "`options.criterion" in str(caught.value)
    assert "c.yaml, line 3" in str(caught.value)


def test_a_limit_in_the_text_of_a_result() -> None:
    frame = pd.DataFrame({"LBSTRESC": ["<10", "<\u0661\u0660"], "AVAL": [10.0, 10.0]})
    assert derive_limit_dtype(frame, beyond="limit")["DTYPE"].isna().tolist() == [False, True]

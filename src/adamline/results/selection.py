"""Selections: which records of a dataset a result is made from, where a condition on each record does not say it all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.condition.parse import parse_condition
from adamline.condition.to_pandas import selected
from adamline.condition.tree import variables_of
from adamline.errors import FileFormatError, Place

SUBJECT = "USUBJID"
Mask = npt.NDArray[np.bool_]
# Reads variables of a dataset, a row for each of its records.
Read = Callable[[str, tuple[str, ...]], pd.DataFrame]


class Kind(StrEnum):
    """What a limit asks of the subject of a record: that other records are there, or not, or that it is the highest."""

    WITH = "with"
    WITHOUT = "without"
    HIGHEST = "highest"


_FORM = re.compile(
    r"(?:(?P<kind>with|without)|highest (?P<by>\w+)(?:, then first (?P<tie>\w+) of \[(?P<order>.*?)\],)? of) "
    r"(?P<dataset>\w+)(?:: (?P<where>.*))?"
)


@dataclass(frozen=True)
class Limit:
    """One thing that is asked of the subjects whose records count; ``where`` selects records of ``dataset``.

    WITH and WITHOUT: the subject has such a record, or none. HIGHEST: the record has the highest number ``by`` of those
    that the subject has among these (a missing one is below all); of several categories of ``tie`` with it the first
    in ``order``.
    """

    kind: Kind
    dataset: str
    where: str = ""
    by: str = ""
    tie: str = ""
    order: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The limit as results have it.

        >>> str(Limit(Kind.WITH, "ADSL", "SAFFL = 'Y'")), str(Limit(Kind.HIGHEST, "ADAE", by="AESEVN"))
        ("with ADSL: SAFFL = 'Y'", 'highest AESEVN of ADAE')
        """
        tie = f", then first {self.tie} of [{'|'.join(self.order)}]," if self.tie else ""
        kind = f"highest {self.by}{tie} of" if self.kind is Kind.HIGHEST else self.kind.value
        return f"{kind} {self.dataset}" + (f": {self.where}" if self.where else "")


@dataclass(frozen=True)
class Selection:
    """The records of ``dataset`` for which ``where`` is true, of subjects within all ``limits``."""

    dataset: str
    where: str = ""
    limits: tuple[Limit, ...] = ()

    def __str__(self) -> str:
        """The selection as a denominator of results: the dataset with its condition, then a line for each limit."""
        return "\n".join([f"{self.dataset}: {self.where}" if self.where else self.dataset, *map(str, self.limits)])

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the dataset that the condition is of."""
        return variables_of(parse_condition(self.where)) if self.where else ()


def limits_text(*limits: Limit) -> str:
    """Limits as the column ``whom`` of results has them, a line each."""
    return "\n".join(map(str, limits))


def read_limits(text: str) -> tuple[Limit, ...]:
    """The limits that a text of results says; FileFormatError for a line that is none.

    >>> read_limits("with ADSL: SAFFL = 'Y'")[0].where
    "SAFFL = 'Y'"
    """
    return tuple(_limit(line) for line in text.split("\n") if line)


def _limit(line: str) -> Limit:
    found = _FORM.fullmatch(line)
    if found is None:
        raise FileFormatError(
            "A result says of its subjects what cannot be read.", place=Place(variable="whom"), found=line[:80]
        )
    given = found.groupdict(default="")
    kind = Kind(given["kind"] or "highest")
    order = tuple(given["order"].split("|")) if given["tie"] else ()
    return Limit(kind, given["dataset"], given["where"], given["by"], given["tie"], order)


def read_denominator(text: str) -> Selection | None:
    """The selection that a denominator of results says, None where there is none.

    >>> read_denominator("ADSL: SAFFL = 'Y'")
    Selection(dataset='ADSL', where="SAFFL = 'Y'", limits=())
    """
    if not text:
        return None
    first, _, rest = text.partition("\n")
    dataset, _, where = first.partition(": ")
    return Selection(dataset, where, read_limits(rest))


def selection_of(result: Mapping[str, str]) -> Selection | None:
    """What a row of results is made from; None of one without a dataset, such as a label."""
    if not result["dataset"]:
        return None
    return Selection(result["dataset"], result["where"], read_limits(result.get("whom", "")))


def selected_rows(selection: Selection, read: Read) -> Mask:
    """Which records of its dataset a selection selects; ``read`` gives variables of a dataset."""
    names = tuple(dict.fromkeys([*selection.variables, *([SUBJECT] if selection.limits else [])]))
    frame = read(selection.dataset, names)
    kept: Mask = (
        selected(frame, parse_condition(selection.where)) if selection.where else np.ones(len(frame), dtype=bool)
    )
    for limit in selection.limits:
        if limit.kind is Kind.HIGHEST:
            kept = kept & _highest(selection.dataset, limit, read)
        else:
            others = read(
                limit.dataset, tuple(dict.fromkeys([SUBJECT, *Selection(limit.dataset, limit.where).variables]))
            )
            chosen = selected(others, parse_condition(limit.where)) if limit.where else np.ones(len(others), dtype=bool)
            whose = frame[SUBJECT].isin(others[SUBJECT][chosen].dropna().astype(object)).to_numpy()
            kept = kept & (whose if limit.kind is Kind.WITH else ~whose)
    return kept


def _highest(dataset: str, limit: Limit, read: Read) -> Mask:
    """The records that have their subject's highest number, and of these the first category."""
    names = (SUBJECT, limit.by, *([limit.tie] if limit.tie else []), *Selection(limit.dataset, limit.where).variables)
    frame = read(dataset, tuple(dict.fromkeys(names)))
    among = selected(frame, parse_condition(limit.where)) if limit.where else np.ones(len(frame), dtype=bool)
    number = frame[limit.by].astype(np.float64).fillna(-np.inf)
    subject = frame[SUBJECT].astype(object)
    highest = number[among].groupby(subject[among]).max()
    kept: Mask = among & (number == subject.map(highest)).to_numpy()
    if limit.tie:
        place = frame[limit.tie].astype(object).fillna("").map({level: n for n, level in enumerate(limit.order)})
        first = place[kept].groupby(subject[kept]).min()
        kept = kept & (place == subject.map(first)).to_numpy()
    return kept

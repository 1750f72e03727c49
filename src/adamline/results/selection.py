"""Selections: the records of a dataset that a result is made from, where a condition on each does not say it all."""

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
from adamline.condition.tree import And, Condition, variables_of
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
    r"(?:(?P<kind>with|without)|highest (?P<by>\w+)"
    r"(?:, then first (?P<tie>\w+) of \((?P<order>(?:(?:, )?'(?:[^']|'')*')*)\),)? of) "
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
        order = ", ".join("'" + level.replace("'", "''") + "'" for level in self.order)
        tie = f", then first {self.tie} of ({order})," if self.tie else ""
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
    order = tuple(level.replace("''", "'") for level in re.findall(r"'((?:[^']|'')*)'", given["order"]))
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


class Selector:
    """Selects records by as many selections as wanted; what conditions have in common is looked up once.

    ``read`` gives variables of a dataset, a row for each of its records.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._terms: dict[tuple[str, Condition], Mask] = {}
        self._whole: dict[str, int] = {}
        self._known: set[tuple[str, str]] = set()

    def rows(self, selection: Selection) -> Mask:
        """Which records of its dataset a selection selects."""
        kept = self._where(selection.dataset, selection.where)
        for limit in selection.limits:
            kept = kept & self._within(selection.dataset, limit)
        return kept

    def _where(self, dataset: str, where: str) -> Mask:
        if not where:
            if dataset not in self._whole:
                self._whole[dataset] = len(self._read(dataset, (SUBJECT,)))
            return np.ones(self._whole[dataset], dtype=bool)
        parsed = parse_condition(where)
        if any((dataset, name) not in self._known for name in variables_of(parsed)):
            # All at once: a file is read through for one variable as for several.
            self._read(dataset, variables_of(parsed))
            self._known |= {(dataset, name) for name in variables_of(parsed)}
        terms = parsed.terms if isinstance(parsed, And) else (parsed,)
        kept = self._term(dataset, terms[0])
        for term in terms[1:]:
            kept = kept & self._term(dataset, term)
        return kept

    def _term(self, dataset: str, term: Condition) -> Mask:
        """Which records one condition of several selects: all of them together select where each does."""
        key = (dataset, term)
        if key not in self._terms:
            self._terms[key] = selected(self._read(dataset, variables_of(term)), term)
        return self._terms[key]

    def _within(self, dataset: str, limit: Limit) -> Mask:
        if limit.kind is Kind.HIGHEST:
            return self._highest(dataset, limit)
        others = self._read(limit.dataset, (SUBJECT,))[SUBJECT][self._where(limit.dataset, limit.where)]
        whose: Mask = self._read(dataset, (SUBJECT,))[SUBJECT].isin(others.dropna().astype(object)).to_numpy()
        return whose if limit.kind is Kind.WITH else ~whose

    def _highest(self, dataset: str, limit: Limit) -> Mask:
        """The records that have their subject's highest number, and of these the first category."""
        frame = self._read(dataset, (SUBJECT, limit.by, *([limit.tie] if limit.tie else [])))
        among = self._where(limit.dataset, limit.where)
        number = frame[limit.by].astype(np.float64).fillna(-np.inf)
        subject = frame[SUBJECT].astype(object)
        highest = number[among].groupby(subject[among]).max()
        kept: Mask = among & (number == subject.map(highest)).to_numpy()
        if limit.tie:
            place = frame[limit.tie].astype(object).fillna("").map({level: n for n, level in enumerate(limit.order)})
            first = place[kept].groupby(subject[kept]).min()
            kept = kept & (place == subject.map(first)).to_numpy()
        return kept

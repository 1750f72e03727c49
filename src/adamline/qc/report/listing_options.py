"""What a report lists: the printing options of PROC COMPARE under their own names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from adamline.errors import nearest
from adamline.io.number_text import number_of
from adamline.qc.sysinfo import CompareError


class Lists(StrEnum):
    """One thing that a report lists or leaves out, by SAS's option.

    ALLOBS also lists equal values, ALLVARS also variables without unequal ones (up to MAXPRINT); STATS gives statistics
    of numeric variables with unequal values, ALLSTATS of all; LIST... name variables and records of one dataset only,
    LISTEQUALVAR the variables without unequal values; BRIEF leaves out all but the verdict, counts and values;
    NOSUMMARY leaves out the summaries, NOVALUES the values; TRANSPOSE lists values record by record.
    """

    ALLOBS = "ALLOBS"
    ALLVARS = "ALLVARS"
    STATS = "STATS"
    ALLSTATS = "ALLSTATS"
    LISTBASEOBS = "LISTBASEOBS"
    LISTCOMPOBS = "LISTCOMPOBS"
    LISTBASEVAR = "LISTBASEVAR"
    LISTCOMPVAR = "LISTCOMPVAR"
    LISTEQUALVAR = "LISTEQUALVAR"
    BRIEF = "BRIEF"
    NOSUMMARY = "NOSUMMARY"
    NOVALUES = "NOVALUES"
    TRANSPOSE = "TRANSPOSE"


_OBS = frozenset({Lists.LISTBASEOBS, Lists.LISTCOMPOBS})
_VAR = frozenset({Lists.LISTBASEVAR, Lists.LISTCOMPVAR})
_ALL = _OBS | _VAR
# SAS's words that stand for several, and its other spellings.
_GROUPS = {
    "LISTALL": _ALL,
    "LISTBASE": frozenset({Lists.LISTBASEOBS, Lists.LISTBASEVAR}),
    "LISTCOMP": frozenset({Lists.LISTCOMPOBS, Lists.LISTCOMPVAR}),
    "LISTOBS": _OBS,
    "LISTVAR": _VAR,
    "PRINTALL": _ALL | {Lists.ALLVARS, Lists.ALLOBS, Lists.ALLSTATS},
    "BRIEFSUMMARY": frozenset({Lists.BRIEF}),
    "NOSUM": frozenset({Lists.NOSUMMARY}),
}
_WORD = re.compile(
    r"MAXPRINT\s*=\s*\(\s*([0-9]+)\s*,\s*([0-9]+)\s*\)|MAXPRINT\s*=\s*([0-9]+)|FUZZ\s*=\s*(\S+)|(\S+)", re.IGNORECASE
)
PER_VARIABLE, TOTAL = 50, 500


@dataclass(frozen=True)
class ListingOptions:
    """What a report lists; ``per_variable`` and ``total`` are MAXPRINT=(per variable, total).

    Numbers closer to zero than ``fuzz`` print as 0; judgements do not change.
    """

    lists: frozenset[Lists] = frozenset()
    per_variable: int = PER_VARIABLE
    total: int = TOTAL
    fuzz: float = 0.0

    def __contains__(self, wanted: Lists) -> bool:
        """Whether this is listed."""
        return wanted in self.lists

    def with_names(self) -> ListingOptions:
        """The same, and the names of variables and records that only one dataset has (LISTALL)."""
        return replace(self, lists=self.lists | _ALL)


def parse_listing_options(text: str) -> ListingOptions:
    """Options as PROC COMPARE takes them, blanks between; capitals and small letters are one.

    CompareError for a word that is not one of them.

    >>> parse_listing_options("stats listobs maxprint=(20,100)").total
    100
    """
    lists: frozenset[Lists] = frozenset()
    per_variable, total, fuzz = PER_VARIABLE, TOTAL, 0.0
    for found in _WORD.finditer(text):
        most, both, only, near, word = found.groups()
        if most:
            per_variable, total = int(most), int(both)
        elif only:
            total = int(only)
        elif near:
            fuzz = _fuzz(near)
        else:
            lists |= _lists(word.upper())
    return ListingOptions(lists, min(per_variable, total), total, fuzz)


# They choose what SAS prints where, which is not asked here.
_WITHOUT_MEANING = frozenset({"NOPRINT", "NODATE", "ERROR", "WARNING", "NOTE"})


def _lists(word: str) -> frozenset[Lists]:
    if word in _WITHOUT_MEANING:
        return frozenset()
    if word in Lists.__members__:
        return frozenset({Lists[word]})
    if word in _GROUPS:
        return _GROUPS[word]
    known = [*Lists.__members__, *_GROUPS, "MAXPRINT=", "FUZZ="]
    raise CompareError(f"{word} is not an option of a report.", hint=nearest(word, known))


def _fuzz(text: str) -> float:
    try:
        value = number_of(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise CompareError("FUZZ is not a number that it can be.", expected="a number from 0 to 1", found=text)
    return value

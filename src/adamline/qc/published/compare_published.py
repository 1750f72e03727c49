"""Compares the printed cells of a paper with the results of a run: equal, other in form, different, or not found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adamline.qc.answer import Verdict
from adamline.qc.published.cells import PrintedCell
from adamline.qc.published.find_result import Found, NotFound, Results, find_result
from adamline.qc.published.printed_text import read_printed


class Class(StrEnum):
    """What became of a printed cell.

    FORMAT differs from the displayed text in precision or punctuation only. SLIP differs and is declared to be the
    paper's. NO_SLIP is declared so and does not differ.
    """

    EQUAL = "equal"
    FORMAT = "format"
    SLIP = "slip"
    DIFFERS = "differs"
    NO_SLIP = "no slip"
    NO_RESULT = "no result"
    SEVERAL = "several results"


FINE = frozenset({Class.EQUAL, Class.FORMAT, Class.SLIP})
_WORST_FIRST = (Class.DIFFERS, Class.NO_SLIP, Class.SEVERAL, Class.NO_RESULT, Class.SLIP)


@dataclass(frozen=True)
class Compared:
    """A printed cell, its class, the result it was held against, and what there is to say."""

    cell: PrintedCell
    kind: Class
    found: Found | None
    note: str = ""


@dataclass(frozen=True)
class PublishedComparison:
    """All printed cells of a file as they compare, in its order."""

    cells: tuple[Compared, ...]

    def of(self, *kinds: Class) -> tuple[Compared, ...]:
        """The cells of these classes."""
        return tuple(each for each in self.cells if each.kind in kinds)

    @property
    def not_as_printed(self) -> tuple[Compared, ...]:
        """The cells that are neither equal nor of class format, those first that differ, slips last."""
        return tuple(each for kind in _WORST_FIRST for each in self.of(kind))

    @property
    def verdict(self) -> Verdict:
        """PASS where all are equal in value, PASS WITH EXCEPTIONS where all others are slips of the paper."""
        if any(each.kind not in FINE for each in self.cells):
            return Verdict.FAIL
        return Verdict.PASS_WITH_EXCEPTIONS if self.of(Class.SLIP) else Verdict.PASS


def compare_published(cells: Sequence[PrintedCell], outputs: Mapping[str, Results]) -> PublishedComparison:
    """Each printed cell against its result among the outputs of a run, by their names in capitals.

    A computed value equals a printed one when it rounds to it, half away from zero, at the decimals of that text; it
    equals a bound (``<0.05``, ``not significant``) when it keeps it. Where it does, and the displayed text is another,
    the cell is of class format. A text that says nothing of a number is held against the displayed text.
    """
    return PublishedComparison(tuple(_compared(cell, find_result(cell, outputs)) for cell in cells))


def _compared(cell: PrintedCell, found: Found | NotFound) -> Compared:
    if isinstance(found, NotFound):
        return Compared(cell, Class.SEVERAL if found.is_several else Class.NO_RESULT, None, found.why)
    kind = _kind(cell.text, found)
    if not cell.slip:
        return Compared(cell, kind, found)
    if kind is Class.DIFFERS:
        return Compared(cell, Class.SLIP, found, cell.slip)
    return Compared(cell, Class.NO_SLIP, found, f"declared a slip ({cell.slip}), and does not differ")


def _kind(text: str, found: Found) -> Class:
    """EQUAL, FORMAT or DIFFERS."""
    if text == found.text:
        return Class.EQUAL
    printed = read_printed(text)
    if printed is not None:
        if not printed.is_of(found.value):
            return Class.DIFFERS
        # A bound is no text of the number.
        return Class.EQUAL if printed.relation else Class.FORMAT
    # Of a number, only a number is another form.
    same = math.isnan(found.value) and _letters(text) == _letters(found.text) != ""
    return Class.FORMAT if same else Class.DIFFERS


def _letters(text: str) -> str:
    """A text without what is punctuation, space or case.

    >>> _letters("n. e.") == _letters("NE")
    True
    """
    return "".join(char for char in text.casefold() if char.isalnum())

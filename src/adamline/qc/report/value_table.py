"""The values of one compared variable as a report lists them: keys, both values, difference, where texts part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from adamline.qc.columns import is_text, numbers_of
from adamline.qc.differences import percent_of
from adamline.qc.model import Bools, Floats, Ints, VariableComparison
from adamline.qc.report.content import Differing
from adamline.qc.report.listing_options import ListingOptions, Lists
from adamline.qc.report.report import Report
from adamline.qc.value_text import Texts, exact_texts, shown_texts

# SAS's listing shows so many characters of a text.
WIDTH = 20
_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class ValueTable:
    """Some pairs of values of one variable; ``pairs`` are their places among the pairs of records.

    ``base`` and ``compare`` are exact, ``base_shown`` and ``compare_shown`` as the formats show them. ``difference``
    and ``percent`` are NaN for text. ``hidden`` unequal values are left out.
    """

    entry: VariableComparison
    pairs: Ints
    base_rows: Ints
    compare_rows: Ints
    keys: tuple[Texts, ...]
    base: Texts
    compare: Texts
    base_shown: Texts
    compare_shown: Texts
    difference: Floats
    percent: Floats
    is_accepted: Bools
    hidden: int = 0

    @property
    def is_text(self) -> bool:
        """Whether the variable is text."""
        return is_text(self.entry.pair.base)


def value_table(report: Report, place: int, pairs: Ints, hidden: int = 0) -> ValueTable:
    """The values of the compared variable at this place, for some pairs of records."""
    comparison = report.comparison
    entry, observations = comparison.compared[place], comparison.observations
    base_variable, compare_variable = entry.pair.base, entry.pair.compare
    ours, theirs = observations.base_rows[pairs], observations.compare_rows[pairs]
    if is_text(base_variable):
        x = y = np.full(len(pairs), np.nan)
    else:
        x = numbers_of(comparison.base, base_variable, ours).floats
        y = numbers_of(comparison.compare, compare_variable, theirs).floats
    exact = exact_texts(comparison.base, base_variable, ours), exact_texts(comparison.compare, compare_variable, theirs)
    shown = shown_texts(comparison.base, base_variable, ours), shown_texts(comparison.compare, compare_variable, theirs)
    # A format that shows two values alike would hide their difference.
    alike = (shown[0] == shown[1]) & (exact[0] != exact[1])
    accepted = entry.unequal[report.accepted_mask(place)]
    with np.errstate(invalid="ignore", over="ignore"):
        difference = y - x
    return ValueTable(
        entry=entry,
        pairs=pairs,
        base_rows=ours,
        compare_rows=theirs,
        keys=key_texts(report, ours),
        base=exact[0],
        compare=exact[1],
        base_shown=np.where(alike, exact[0], shown[0]),
        compare_shown=np.where(alike, exact[1], shown[1]),
        difference=difference,
        percent=percent_of(x, y),
        is_accepted=np.isin(pairs, accepted),
        hidden=hidden,
    )


def value_tables(report: Report, options: ListingOptions) -> Iterator[ValueTable]:
    """The values that a report lists, variable after variable, up to MAXPRINT."""
    left = options.total
    every = np.arange(report.comparison.observations.n_common, dtype=np.int64)
    for place, entry in enumerate(report.comparison.compared):
        if entry.n_unequal == 0 and Lists.ALLVARS not in options:
            continue
        pairs = every if Lists.ALLOBS in options else entry.unequal
        shown = pairs[: min(left, options.per_variable)]
        left -= len(shown)
        yield value_table(report, place, shown, hidden=len(pairs) - len(shown))


def value_blocks(report: Report) -> Iterator[ValueTable]:
    """All unequal values, variable after variable, in blocks whose texts fit in memory."""
    for place, entry in enumerate(report.comparison.compared):
        for start in range(0, entry.n_unequal, _BLOCK):
            yield value_table(report, place, entry.unequal[start : start + _BLOCK])


def key_names(report: Report) -> tuple[str, ...]:
    """The names of the BY variables and keys; none where records are matched by position."""
    observations = report.comparison.observations
    return tuple(pair.base.name for pair in (*observations.by, *observations.keys))


def key_texts(report: Report, rows: Ints, *, of_compare: bool = False) -> tuple[Texts, ...]:
    """The BY and key values of rows of the base, or of the comparison, exactly spelled."""
    comparison = report.comparison
    dataset = comparison.compare if of_compare else comparison.base
    pairs = (*comparison.observations.by, *comparison.observations.keys)
    known = {variable.name for variable in dataset.variables}
    sides = [pair.compare if of_compare else pair.base for pair in pairs]
    # BY variables that the comparison does not have are shown blank.
    nothing = np.full(len(rows), "", dtype=object)
    return tuple(exact_texts(dataset, side, rows) if side.name in known else nothing for side in sides)


def differing(base: str, compare: str) -> tuple[Differing, Differing]:
    """Two texts with the parts that differ, from the first character on that is not the same to the last.

    >>> differing("Mild headache", "Mild Headache")[1].parts
    ('Mild ', 'H', 'eadache')
    """
    start = _same(base, compare)
    end = _same(base[start:][::-1], compare[start:][::-1])
    return Differing(base, start, len(base) - end), Differing(compare, start, len(compare) - end)


def _same(base: str, compare: str) -> int:
    """How many characters two texts begin with alike."""
    parting = (place for place, (x, y) in enumerate(zip(base, compare, strict=False)) if x != y)
    return next(parting, min(len(base), len(compare)))


def windowed(base: str, compare: str) -> tuple[str, str, int]:
    """Twenty characters of two texts, around the first that differs, with ``+`` where more follows or precedes.

    SAS shows the first twenty, in which a later difference cannot be seen. The number is the position of the first
    character that differs, from 1; 0 where none does.

    >>> windowed("HEADACHE, WORSE IN THE MORNING", "HEADACHE, WORSE IN THE EVENING")
    ('+E IN THE MORNING', '+E IN THE EVENING', 24)
    """
    start = 0
    position = 0
    if base != compare:
        position = differing(base, compare)[0].start + 1
    if position > WIDTH:
        start = position - WIDTH // 2 - 1
    return _cut(base, start), _cut(compare, start), position


def _cut(text: str, start: int) -> str:
    lead = "+" if start and len(text) > start else ""
    rest = text[start:] if not start else text[start + 1 :]
    room = WIDTH - len(lead)
    body = rest if len(rest) <= room else rest[: room - 1] + "+"
    # Line ends and tabs would break the table.
    return lead + "".join(char if char.isprintable() else "?" for char in body)

"""Spanning heads: texts over several columns of a table, at as many levels as one stands over another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adamline.analyses.options import OptionsModel
from adamline.errors import nearest
from adamline.spec.types import Distinct

# All columns of differences together.
DIFFERENCES = "difference"


class Spanning(OptionsModel):
    """A head over columns that stand side by side: treatments by name, columns beside by heading, or `difference`."""

    heading: str
    columns: Distinct[str]


def placed_spans(
    heads: Sequence[Spanning], places: Mapping[str, Sequence[int]]
) -> list[list[tuple[Spanning, int, int]]]:
    """Each head with its first column and their number, in rows from the top one.

    ``places`` are the columns by name. A head stands over those within it, and otherwise as low as it can; of two over
    the same columns the first written is above. ValueError for a name that no column has, for columns that are not
    side by side, and for heads of which neither holds the other.

    >>> low, all_ = Spanning(heading="Low", columns=["A", "B"]), Spanning(heading="All", columns=["A", "B", "C"])
    >>> rows = placed_spans([low, all_], {"A": [0], "B": [1], "C": [2]})
    >>> [[(head.heading, first, count) for head, first, count in row] for row in rows]
    [[('All', 0, 3)], [('Low', 0, 2)]]
    """
    found = [(number, head, _stretch(head, places)) for number, head in enumerate(heads)]
    rows: list[list[tuple[Spanning, set[int]]]] = []
    for _, head, stretch in sorted(found, key=lambda each: (len(each[2]), -each[0])):
        for other, held in (each for row in rows for each in row):
            if stretch & held and not held <= stretch:
                raise ValueError(f"spanning: {head.heading} and {other.heading} share some of their columns only")
        under = (level for level, row in enumerate(rows, start=1) if any(stretch & held for _, held in row))
        level = max(under, default=0)
        rows += [[]] if level == len(rows) else []
        rows[level].append((head, stretch))
    return [
        sorted(((head, min(stretch), len(stretch)) for head, stretch in row), key=lambda each: each[1])
        for row in reversed(rows)
    ]


def _stretch(head: Spanning, places: Mapping[str, Sequence[int]]) -> set[int]:
    """The columns of a head, which are side by side."""
    for name in head.columns:
        if name not in places:
            raise ValueError(f"spanning: {head.heading}: no column is {name}; {nearest(name, places)}")
    stretch = {place for name in head.columns for place in places[name]}
    if len(stretch) != max(stretch) - min(stretch) + 1:
        raise ValueError(f"spanning: {head.heading}: its columns do not stand side by side")
    return stretch

"""Series: what a figure draws of one treatment, with the words that say it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Stars for p-values up to each of these; the share is for those that computing lifts a little above.
_P_AT_MOST, _STARS = np.array([0.001, 0.01, 0.05]) * (1 + 1e-12), np.array(["***", "**", "*", ""], dtype=object)
STARS_KEY = "* p ≤ 0.05, ** p ≤ 0.01, *** p ≤ 0.001"


def stars(p: npt.ArrayLike) -> tuple[str, ...]:
    """The stars of each p-value before rounding; none of a missing one, which stands behind all numbers in their order.

    >>> stars([0.05, 0.0501, 0.001, float("nan")])
    ('*', '', '***', '')
    """
    return tuple(_STARS[np.searchsorted(_P_AT_MOST, np.asarray(p, dtype=np.float64))])


@dataclass(frozen=True)
class Series:
    """One treatment, with values for each visit: the number as shown below it, the point, its limits, its mark.

    A point or limit is NaN where there is none, a mark blank; ``marks`` without any is a series without marks.
    ``texts`` are the points with their limits as the table displays them.
    """

    name: str
    n: tuple[str, ...]
    center: Floats
    lower: Floats
    upper: Floats
    marks: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def reach(self) -> Floats:
        """Every value that is drawn."""
        values: Floats = np.concatenate([self.center, self.lower, self.upper])
        drawn: Floats = values[np.isfinite(values)]
        return drawn

    def at_visit(self, place: int) -> str:
        """What is seen at a visit, in words; blank where there is no text of a point."""
        if not self.texts or not self.texts[place]:
            return ""
        more = [self.n[place]] if "/" in self.n[place] else [f"n={self.n[place]}"] if self.n[place] else []
        more += [self.marks[place]] if self.marks and self.marks[place] else []
        return f"{self.name} {self.texts[place]}" + (f" ({', '.join(more)})" if more else "")


def seen(series: tuple[Series, ...], visits: tuple[str, ...]) -> str:
    """The values of the last visit that has some, and where marks stand, as sentences; blank where nothing is known.

    >>> one = Series("Drug", ("9", "8"), np.array([1.0, 2]), *[np.full(2, np.nan)] * 2, ("", "*"), ("1.0", "2.0"))
    >>> seen((one,), ("Week 2", "Week 4"))
    ' At Week 4: Drug 2.0 (n=8, *). Marked: Drug at Week 4 (*).'
    """
    at_visits = [[each.at_visit(place) for each in series] for place in range(len(visits))]
    there = [place for place, texts in enumerate(at_visits) if any(texts)]
    last = f" At {visits[there[-1]]}: {'; '.join(filter(None, at_visits[there[-1]]))}." if there else ""
    if not any(each.marks for each in series):
        return last
    where = {
        each.name: [f"{visit} ({mark})" for visit, mark in zip(visits, each.marks, strict=False) if mark]
        for each in series
    }
    marked = "; ".join(f"{name} at {', '.join(found)}" for name, found in where.items() if found)
    return f"{last} Marked: {marked}." if marked else f"{last} Nothing is marked."


def apart(places: tuple[float, ...]) -> float:
    """The smallest distance between two visits."""
    return min((high - low for low, high in pairwise(sorted(places))), default=1.0)

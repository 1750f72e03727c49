"""Ranges of numbers as PROC FORMAT writes them: which of them has a number."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from adamline.derive._codes import NO_RECORD, Floats, Ints
from adamline.errors import DataError, Place
from adamline.io.number_text import number_of

_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?"
_RANGE = re.compile(rf"(low|{_NUMBER})\s*(<?)-(<?)\s*(high|{_NUMBER})", re.IGNORECASE)
_NOTHING = (math.nan, False, math.nan, False)
_ENDS = {"low": -math.inf, "high": math.inf}


def is_range(text: str) -> bool:
    """Whether the text is a range, not a number.

    >>> [is_range(text) for text in ["18 -< 65", "low - 17", "18-64", "65 <- high", "-5", "18"]]
    [True, True, True, True, False, False]
    """
    return _RANGE.fullmatch(text.strip()) is not None


def rows_in_ranges(values: Floats, texts: Sequence[str | None], name: str) -> Ints:
    """For each number the position of that of ``texts``, ranges or numbers, which has it; -1 where none has.

    `18 - 64` has both ends, `18 -< 65` all but the upper, `65 <- high` all but the lower; None has no number. Raises
    DataError, with the ``name`` of the key, for ranges that overlap or end before they begin, and for a text that is
    neither a range nor a number.

    >>> rows_in_ranges(np.array([17.5, 18, 65]), ["low -< 18", "18 -< 65", "65"], "AGE").tolist()
    [0, 1, 2]
    """
    place = Place(variable=name)
    parts = [_NOTHING if text is None else _parts(text.strip(), place) for text in texts]
    # In their order each must end before the next begins, and none before it begins.
    order = sorted(range(len(parts)), key=lambda row: parts[row][:2])
    for row, after in zip(order, [*order[1:], None], strict=True):
        low, _, high, without_high = parts[row]
        if low > high or (after is not None and _meet((high, without_high), parts[after][:2])):
            what = "Ranges of the table overlap, or end before they begin."
            raise DataError(what, place=place, found=str(texts[row]))
    rows = np.full(len(values), NO_RECORD, dtype=np.int64)
    for row, (low, without_low, high, without_high) in enumerate(parts):  # which are few
        above = values > low if without_low else values >= low
        rows[above & (values < high if without_high else values <= high)] = row
    return rows


def _parts(text: str, place: Place) -> tuple[float, bool, float, bool]:
    """The lower end and whether the range is without it, the upper end and the same."""
    found = _RANGE.fullmatch(text)
    low, without_low, without_high, high = found.groups() if found else (text, "", "", text)
    try:
        return _end(low), bool(without_low), _end(high), bool(without_high)
    except ValueError:
        expected = "as `65`, `18 - 64`, `18 -< 65` or `65 <- high`"
        what = "A key of the table is no number and no range."
        raise DataError(what, place=place, expected=expected, found=text) from None


def _end(text: str) -> float:
    # Of as many digits as the values have, which may have lost the last in a file.
    end = _ENDS[text.lower()] if text.lower() in _ENDS else number_of(text)
    return float(f"{end:.13g}")


def _meet(end: tuple[float, bool], begin: tuple[float, bool]) -> bool:
    return end[0] > begin[0] or (end[0] == begin[0] and not end[1] and not begin[1])

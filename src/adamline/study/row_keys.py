"""Finds keys of a table's rows that look like another one misspelt: the value of the row would be unknown to all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from adamline.errors import AdamlineError, Place
from adamline.standards.labels import standard_label

# How like a key must be to one that other rows have to be taken for it, in the measure of difflib.
_ALIKE = 0.75


def misspelt_keys(rows: Sequence[Mapping[str, Any]], places: Sequence[Place]) -> Iterator[AdamlineError]:
    """A fault for each key of a row that is like one which more rows have, or ADaM, and which this one lacks.

    ``places`` are where the rows stand. Names of ADaM are as they are meant; keys that differ in a number
    are two (`crit1`, `crit2`).

    >>> rows = [{"AVISIT": "W1", "AWLO": "2"}, {"AVISIT": "W2", "AWLO": "9"}, {"AVISIT": "W4", "AWLOW": "9"}]
    >>> [fault.what for fault in misspelt_keys(rows, [Place(line=n) for n in (1, 2, 3)])]
    ['`AWLOW` is a key that other rows do not have.']
    """
    count = Counter(key for row in rows for key in row)
    for row, place in zip(rows, places, strict=True):
        for key in row:
            others = [o for o in count if o not in row and (count[o] > count[key] or standard_label(o))]
            meant = "" if standard_label(key) else like(key, others)
            if meant:
                what = f"`{key}` is a key that other rows do not have."
                hint = f"did you mean {meant}?"
                yield AdamlineError(what, place=place, expected=f"the keys of the other rows, as {meant}", hint=hint)


def like(key: str, others: Iterable[str]) -> str:
    """The one of the others that a key is like, empty where there is none.

    >>> like("decimal", ["decimals", "records_of"]), like("unit", ["decimals", "records_of"])
    ('decimals', '')
    """
    names = [other for other in others if re.sub(r"\d", "", other) != re.sub(r"\d", "", key)]
    return next(iter(get_close_matches(key, names, n=1, cutoff=_ALIKE)), "")

"""The words of an item of `order`: `ADT`, `AVAL desc`, `ADT missing last`."""

from __future__ import annotations

import re
from typing import Literal

from adamline.errors import DerivationError

_MISSING = re.compile(r"\s+missing\s+(first|last)\s*$", re.IGNORECASE)


def order_of(item: str) -> tuple[str, bool]:
    """The variable of an item of ``order``, and whether it is descending; DerivationError for any other word.

    >>> order_of("AVAL desc"), order_of("ADT missing last")
    (('AVAL', True), ('ADT', False))
    """
    name, *direction = _MISSING.sub("", item).split() or [""]
    if not name or [word.lower() for word in direction] not in ([], ["asc"], ["desc"]):
        expected = f"`{name}` or `{name} desc`, and where it matters `missing first` or `missing last`"
        raise DerivationError(f"`{item}` does not say how to sort.", expected=expected)
    return name, direction != [] and direction[0].lower() == "desc"


def missing_of(item: str) -> Literal["first", "last"] | None:
    """Where an item of ``order`` says that a missing value comes; None where it does not say.

    >>> missing_of("ADT desc missing last")
    'last'
    """
    found = _MISSING.search(item)
    return None if found is None else "first" if found[1].lower() == "first" else "last"

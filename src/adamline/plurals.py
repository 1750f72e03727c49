"""Puts nouns and verbs into the singular or plural that a count asks for."""

from __future__ import annotations

import re
from typing import Final

_CHOICE: Final = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")


def agreed(text: str, count: int) -> str:
    """The text with each ``{one|many}`` in the form for the count.

    >>> agreed("{count} {record|records} {has|have} no unit", 1)
    '{count} record has no unit'
    """
    return _CHOICE.sub(lambda found: found[1] if count == 1 else found[2], text)


def counted(count: int, one: str, many: str = "") -> str:
    """The count and its noun; ``many`` is the plural where it is not made by an s.

    >>> counted(1, "record"), counted(0, "record"), counted(2, "entry", "entries")
    ('1 record', '0 records', '2 entries')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"

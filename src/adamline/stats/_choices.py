"""Take the name of a choice as SAS programmers write it: in any case, with SAS's other spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from adamline.errors import DataError

Choice = TypeVar("Choice", bound=str)
Option = TypeVar("Option", bound=StrEnum)


def as_choice(known: Iterable[Choice], name: object, what: str, also: Mapping[str, Choice] | None = None) -> Choice:
    """The choice that a name means; DataError that lists the known ones for another. ``what`` is in the plural.

    Capitals, blanks, hyphens and underscores play no part; ``also`` has other spellings, such as those of SAS.

    >>> as_choice(("kenward-roger", "residual"), "KR", "degrees of freedom", {"KR": "kenward-roger"})
    'kenward-roger'
    """
    choices = list(known)
    spellings = {_plain(spelling): choice for spelling, choice in (also or {}).items()}
    spellings |= {_plain(choice): choice for choice in choices}
    if isinstance(name, str) and _plain(name) in spellings:
        return spellings[_plain(name)]
    raise DataError(f"There are no {what} of this name.", expected=", ".join(choices), found=repr(name))


def as_option(kind: type[Option], name: object, what: str, also: Mapping[str, Option] | None = None) -> Option:
    """The member of an enumeration that a name means: its value, its own name, or another spelling.

    >>> class Limits(StrEnum):
    ...     MIETTINEN_NURMINEN = "MN"
    >>> as_option(Limits, "mn", "limits"), as_option(Limits, "Miettinen-Nurminen", "limits")
    (<Limits.MIETTINEN_NURMINEN: 'MN'>, <Limits.MIETTINEN_NURMINEN: 'MN'>)
    """
    return as_choice(list(kind), name, what, {member.name: member for member in kind} | dict(also or {}))


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).upper()

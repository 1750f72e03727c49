"""Placing: what the records that a step adds have of each variable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Placing:
    """What added records have, as their entry says: what is not named here is derived for them.

    ``gives`` has the function made or set; ``copies`` are carried over from the record that each is a copy of, None
    where they are no copies; ``missing`` is missing, whenever it is made; ``left`` is behind when the records are
    added: nothing needs it any more.
    """

    gives: frozenset[str] = frozenset()
    copies: frozenset[str] | None = None
    missing: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()


NOTHING_PLACED = Placing()

"""Refuses a derivation of two variables that is given one."""

from __future__ import annotations

from adamline.errors import DerivationError, Place


def require_two(variable: str, **named: str) -> None:
    """Raise DerivationError, for the new ``variable``, where two arguments name the same: all records would be alike.

    The arguments are named as a function has them, `from_` for `from`.
    """
    (one, first), (other, second) = named.items()
    if first == second:
        what = f"`{one.removesuffix('_')}` and `{other.removesuffix('_')}` are both {first}."
        raise DerivationError(what, place=Place(variable=variable), expected="two variables")

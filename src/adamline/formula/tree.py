"""The tree that a formula is read into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Operator = Literal["+", "-", "*", "/", "**"]


@dataclass(frozen=True)
class Number:
    """A number as written."""

    value: float


@dataclass(frozen=True)
class Name:
    """A variable, or a parameter, whose value stands in for its name."""

    name: str


@dataclass(frozen=True)
class Operation:
    """Two parts and what is done with them."""

    operator: Operator
    left: Formula
    right: Formula


@dataclass(frozen=True)
class Negative:
    """A part with the other sign."""

    part: Formula


@dataclass(frozen=True)
class Function:
    """A function of the closed list, and what it is applied to."""

    name: str
    arguments: tuple[Formula, ...]


Formula = Number | Name | Operation | Negative | Function


def names_of(formula: Formula) -> tuple[str, ...]:
    """Every name in a formula once, in the order of first use.

    >>> names_of(Operation("*", Name("AVAL"), Operation("+", Name("BASE"), Name("AVAL"))))
    ('AVAL', 'BASE')
    """
    return tuple(dict.fromkeys(_names(formula)))


def _names(formula: Formula) -> Iterator[str]:
    match formula:
        case Name(name):
            yield name
        case Operation(_, left, right):
            yield from _names(left)
            yield from _names(right)
        case Negative(part):
            yield from _names(part)
        case Function(_, arguments):
            for part in arguments:
                yield from _names(part)
        case _:
            pass

"""What the reports for readers consist of: sections of facts, tables and notes, all text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Align(StrEnum):
    """Where the text of a column stands."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    name: str
    align: Align = Align.LEFT


@dataclass(frozen=True)
class Differing:
    """A text of which the part from ``start`` to ``end`` is not in the other dataset."""

    text: str
    start: int
    end: int

    def __str__(self) -> str:
        """The text alone."""
        return self.text

    @property
    def parts(self) -> tuple[str, str, str]:
        """Before, the part that differs, after."""
        return self.text[: self.start], self.text[self.start : self.end], self.text[self.end :]


@dataclass(frozen=True)
class Linked:
    """A text that leads to another report beside this one."""

    text: str
    target: str

    def __str__(self) -> str:
        """The text alone."""
        return self.text


Cell = str | Differing | Linked


@dataclass(frozen=True)
class Table:
    """A table of text; ``note`` says what it leaves out."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Fact:
    """A named figure."""

    name: str
    value: str


@dataclass(frozen=True)
class Section:
    """A section of a report: facts, then tables, then notes."""

    title: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not (self.facts or self.tables or self.notes)


def columns(left: Iterable[str] = (), right: Iterable[str] = ()) -> tuple[Column, ...]:
    """Columns of text, then columns of numbers."""
    return (*(Column(name) for name in left), *(Column(name, Align.RIGHT) for name in right))


def counted(count: int, noun: str) -> str:
    """A count and its noun.

    >>> counted(1, "value"), counted(1200, "value")
    ('1 value', '1,200 values')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

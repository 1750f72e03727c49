"""Errors of adamline: each says what is wrong, where, what was expected, what was found, what to try."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Self

from adamline.plurals import counted


@dataclass(frozen=True)
class Place:
    """Where a fault stands: as many of these as are known, from the file inwards."""

    file: str = ""
    line: int | None = None
    column: int | None = None
    byte: int | None = None
    dataset: str = ""
    variable: str = ""
    record: int | None = None
    keys: str = ""

    def __str__(self) -> str:
        """The known parts in reading order, for example ``adlbc.yaml, line 12, variable ABLFL``."""
        parts = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or value == "":
                continue
            parts.append(str(value) if field.name == "file" else f"{field.name} {value}")
        return ", ".join(parts)


NOWHERE = Place()


class AdamlineError(Exception):
    """Base of every error that adamline raises on purpose.

    ``what`` is the fault in one sentence; ``place``, ``expected``, ``found`` and ``hint`` follow on
    lines of their own and are left out where they are not known. ``route`` leads to the part of a spec that is at
    fault, for whom knows the file (`faults_at`).
    """

    def __init__(
        self, what: str, *, place: Place = NOWHERE, expected: str = "", found: str = "", hint: str = ""
    ) -> None:
        """Keep the parts, so that a caller can show them its own way."""
        super().__init__(what)
        self.what = what
        self.place = place
        self.expected = expected
        self.found = found
        self.hint = hint
        self.route: tuple[str | int, ...] = ()

    def at(self, place: Place) -> Self:
        """The same error with what is known of its place from outside, such as the line of the spec.

        A line is one of its file: an error in another file does not get it.

        >>> str(AdamlineError("No.", place=Place(keys="USUBJID=01")).at(Place("adlb.yaml", 12, variable="BASE")).place)
        'adlb.yaml, line 12, variable BASE, keys USUBJID=01'
        """
        outer = {field.name: getattr(place, field.name) for field in fields(place)}
        inner = {field.name: getattr(self.place, field.name) for field in fields(self.place)}
        if self.place.file and self.place.file != place.file:
            outer["line"] = outer["column"] = None
        error = copy.copy(self)
        error.place = Place(**{**outer, **{name: value for name, value in inner.items() if value not in ("", None)}})
        return error

    def __reduce__(self) -> tuple[object, ...]:
        """What another process needs to have the same error, whatever its class is made from."""
        return _restored, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        """The message as a user reads it."""
        lines = [self.what]
        parts = (("where", str(self.place)), ("expected", self.expected), ("found", self.found), ("try", self.hint))
        # Further lines of a part stay under its first, so that a caret stands below what it points to.
        lines += [f"  {name + ':':<10}" + text.replace("\n", "\n" + " " * 12) for name, text in parts if text]
        return "\n".join(lines)


def _restored(kind: type[AdamlineError], args: tuple[object, ...], state: dict[str, object]) -> AdamlineError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


@contextmanager
def faults_at(route: tuple[str | int, ...]) -> Iterator[None]:
    """Tell errors that know none which part of the spec they are of, as the keys and numbers that lead to it.

    >>> try:
    ...     with faults_at(("rows", 0)), faults_at(("rows", 0, "where")):
    ...         raise AdamlineError("No.")
    ... except AdamlineError as error:
    ...     error.route
    ('rows', 0, 'where')
    """
    try:
        yield
    except AdamlineError as error:
        error.route = error.route or route
        raise


class FileFormatError(AdamlineError):
    """A file that is not what its name says, is damaged, or breaks a limit of its format."""


class DataError(AdamlineError):
    """Data that a rule cannot be applied to: a missing variable, duplicate keys, a wrong type."""


class WorkBudgetError(DataError):
    """An exact statistic that would take more steps than its budget."""


class ConditionError(AdamlineError):
    """A condition that cannot be read, or cannot be applied to the data at hand."""


class FormulaError(AdamlineError):
    """A formula that cannot be read."""


class DerivationError(AdamlineError):
    """A derivation that has no single answer, such as a tie without a rule."""


class LayoutError(AdamlineError):
    """An output that cannot be put on its pages as it is described."""


class SpecError(AdamlineError):
    """A spec with faults; all of them, each an error of its own with its place."""

    def __init__(self, faults: Sequence[AdamlineError]) -> None:
        """Collect the faults in file and line order."""
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.place.file, fault.place.line or 0)))
        count = len(self.faults)
        super().__init__(f"The spec has {counted(count, 'fault')}.")

    def at(self, place: Place) -> Self:
        """The same error: each of its faults has its own place."""
        return self

    def __str__(self) -> str:
        """Every fault, numbered."""
        return _numbered(self.what, self.faults)


class OutputsError(AdamlineError):
    """Several outputs of a run that could not be made, each with its error; the others are made."""

    def __init__(self, faults: Sequence[AdamlineError]) -> None:
        """Keep the errors in the order of the outputs."""
        self.faults = tuple(faults)
        super().__init__(f"{counted(len(self.faults), 'output')} could not be made; the others are.")

    def __str__(self) -> str:
        """Every fault, numbered."""
        return _numbered(self.what, self.faults)


def _numbered(what: str, faults: Iterable[AdamlineError]) -> str:
    return "\n".join([what, *(f"{n}. {fault}" for n, fault in enumerate(faults, start=1))])


def nearest(name: object, candidates: Iterable[object]) -> str:
    """The hint that offers the candidate most like ``name``, or lists what there is, all by their texts.

    >>> nearest("ABLFLL", ["ABLFL", "BASE"])
    'did you mean ABLFL?'
    >>> nearest("X", ["BASE", "CHG"])
    'there are BASE, CHG'
    """
    names = sorted(set(map(str, candidates)))
    close = difflib.get_close_matches(str(name).upper(), [n.upper() for n in names], n=1, cutoff=0.6)
    if close:
        return f"did you mean {next(n for n in names if n.upper() == close[0])}?"
    if not names:
        return "there are none"
    shown = ", ".join(names[:12])
    return f"there are {shown}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")

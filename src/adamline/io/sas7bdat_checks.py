"""Refuses a SAS dataset that contradicts itself: counts, names and lengths of its variables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from adamline.errors import FileFormatError, Place
from adamline.io.dataset import MISSING_SUFFIX, Variable
from adamline.io.sas7bdat_header import VariableCounts


def check_counts(counts: VariableCounts, about: Any, path: Path) -> None:
    """FileFormatError where a file contradicts itself in the number of variables, or does not tell that of records."""
    if about.number_rows is None:
        raise FileFormatError("The file does not tell the number of records.", place=Place(file=str(path)))
    if None not in (counts.columns, counts.rows) and counts.columns != counts.rows:
        raise FileFormatError(
            "The file tells two numbers of variables: it is damaged.",
            place=Place(file=str(path)),
            found=f"{counts.columns} and {counts.rows}",
        )


def check_names(names: Sequence[str | None], path: Path) -> None:
    """FileFormatError for no variables, and for names that a frame could not tell apart."""
    if not names:
        raise FileFormatError("The file has no variables: is it a catalogue?", place=Place(file=str(path)))
    nameless = [str(number) for number, name in enumerate(names, start=1) if not name]
    if nameless:
        found = f"number {', '.join(nameless[:10])} of {len(names)}"
        raise FileFormatError("A variable has no name: the file is damaged.", place=Place(str(path)), found=found)
    known = list(map(str, names))
    if len(set(known)) < len(known) or not {name + MISSING_SUFFIX for name in known}.isdisjoint(known):
        raise FileFormatError(
            "The names of variables are not unique.", place=Place(file=str(path)), found=", ".join(known)[:200]
        )


def check_lengths(variables: Iterable[Variable], path: Path) -> None:
    """FileFormatError for text of 0 bytes, which SAS does not have; numbers of other lengths pyreadstat refuses."""
    for variable in variables:
        if variable.length == 0:
            what = "A variable has a length of 0 bytes: the file is damaged."
            raise FileFormatError(what, place=Place(file=str(path), variable=variable.name))

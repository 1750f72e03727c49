"""Decides where each variable stands in a record, where a file's positions contradict the order of its variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from adamline.errors import FileFormatError, Place
from adamline.findings import Finding, Severity
from adamline.io.xpt_headers import MemberHeaders
from adamline.io.xpt_layout import FieldType, XptVersion
from adamline.io.xpt_source import XptSource

Bytes = npt.NDArray[np.uint8]
# Enough records to tell texts from numbers.
_LOOKED_AT: Final = 1 << 20
# Below it there are only controls that no text of SAS holds; numbers are full of them.
_LOWEST: Final = 9


@dataclass(frozen=True)
class Positions:
    """The first byte of each variable in a record, the record's length, and what is said where the file is odd."""

    first: tuple[int, ...]
    record: int
    finding: Finding | None = None


def find_positions(source: XptSource, headers: MemberHeaders, end: int, version: XptVersion, place: Place) -> Positions:
    """Where the variables stand: one after the other, as haven and SAS's own %XPT2LOC read them; data go to ``end``.

    The entries tell positions too. SAS's %LOC2XPT writes into them (NPOS) where a variable stood in the SAS dataset,
    which keeps numbers first, and the records in the order of the variables all the same. So where the two disagree,
    the data decide: the texts of one of the two must be free of the control bytes that numbers are made of. Where both
    are, version 8 is read in the order of the variables, version 5 refused; where none is, both are.

    FileFormatError, with the byte, there, and where the positions overlap or leave gaps.
    """
    entries = headers.entries
    ends = [0, *accumulate(entry.length for entry in entries)]
    running, told = tuple(ends[:-1]), tuple(entry.position for entry in entries)
    if running == told:
        return Positions(running, ends[-1])
    _check_gapless(headers, place)
    data = _first_records(source, headers, end, ends[-1])
    one_by_one, as_told = (_is_clean(data, headers, positions) for positions in (running, told))
    if one_by_one and (version is XptVersion.V8 or not as_told or not len(data)):
        chosen, text = running, "one after the other, as haven and %XPT2LOC read them"
    elif as_told and not one_by_one:
        chosen, text = told, "where their positions say, since texts would be cut otherwise"
    else:
        raise FileFormatError(
            "The positions of the variables contradict their order, and the data do not tell which is right.",
            place=replace(place, byte=headers.begin),
            expected=f"positions {', '.join(map(str, running))}",
            found=", ".join(map(str, told)),
        )
    message = f"The positions of the variables contradict their order: they are read {text}."
    return Positions(chosen, ends[-1], Finding(Severity.WARNING, "xpt.positions", message, place))


def _check_gapless(headers: MemberHeaders, place: Place) -> None:
    """FileFormatError where the positions, sorted, overlap or leave gaps."""
    by_position = sorted(enumerate(headers.entries), key=lambda pair: pair[1].position)
    ends = [0, *(entry.position + entry.length for _, entry in by_position)]
    for (number, entry), expected in zip(by_position, ends, strict=False):
        if entry.position != expected:
            raise FileFormatError(
                f"Variable {entry.name.decode('latin-1')} does not follow the one before it in the record.",
                place=replace(place, byte=headers.entry_byte(number)),
                expected=f"position {expected}",
                found=f"position {entry.position}",
            )


def _first_records(source: XptSource, headers: MemberHeaders, end: int, record: int) -> Bytes:
    """The first records, a row each."""
    size = end - headers.data if headers.records is None else min(end - headers.data, headers.records * record)
    rows = min(size, max(_LOOKED_AT, record)) // record
    content = source.read(headers.data, rows * record, "the data")
    return np.frombuffer(content, dtype=np.uint8).reshape(rows, record)


def _is_clean(data: Bytes, headers: MemberHeaders, positions: Sequence[int]) -> bool:
    """Whether the texts at these positions are free of control bytes."""
    texts = (
        data[:, position : position + entry.length]
        for entry, position in zip(headers.entries, positions, strict=True)
        if entry.type is FieldType.TEXT
    )
    return all(int(text.min(initial=255)) >= _LOWEST for text in texts)

"""Looks into the headers of a SAS dataset (.sas7bdat) for what its reading library does not tell.

Source: M. Shotwell, "SAS7BDAT Database Binary Format" (BioStatMatt, 2013); ReadStat's `readstat_sas.c`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_WIDE: Final = 0x33
_MOST_PAGES: Final = 64
# The subheaders that tell the number of variables: of the column size, and of the row size, there in two numbers.
_COLUMN_SIZES: Final = (0xF6F6F6F6, 0xF6F6F6F6_00000000, 0xFFFFFFFF_F6F6F6F6)
_ROW_SIZES: Final = (0xF7F7F7F7, 0xF7F7F7F7_00000000, 0xFFFFFFFF_F7F7F7F7)
_COUNTS: Final = slice(9, 11)


@dataclass(frozen=True)
class SasFile:
    """What the first bytes of a file say: its kind (``DATA``, ``CATALOG``), the dataset's name, its form."""

    kind: str
    name: str
    order: str
    wide: bool
    header: int
    page: int


def read_sas_file(content: bytes) -> SasFile | None:
    """From the first bytes of a file; None where they are too few.

    >>> read_sas_file(b"") is None
    True
    """
    if len(content) < 288:
        return None
    shift = 4 if content[35] == _WIDE else 0
    order = "<" if content[37] == 1 else ">"
    header, page = struct.unpack_from(f"{order}2I", content, 196 + shift)
    name, kind = (content[at : at + size].decode("ascii", "replace").strip(" \0") for at, size in ((92, 64), (156, 8)))
    return SasFile(kind, name, order, content[32] == _WIDE, header, page)


@dataclass(frozen=True)
class VariableCounts:
    """The number of variables, as the two subheaders of a file tell it; None where it is not told."""

    columns: int | None = None
    rows: int | None = None


def count_variables(path: Path) -> VariableCounts:
    """How many variables a SAS dataset says that it has, in the two places where it does.

    Its reading library takes none for a want of memory, and goes by the one where the two contradict each other.
    """
    columns = rows = None
    with path.open("rb") as handle:
        file = read_sas_file(handle.read(288))
        if file is None or file.kind != "DATA" or not 0 < file.page <= 1 << 24:
            return VariableCounts()
        handle.seek(file.header)
        for _ in range(_MOST_PAGES):
            page = handle.read(file.page)
            for subheader in _subheaders(page, file):
                numbers = _numbers(subheader, file)
                if len(numbers) > 1 and numbers[0] in _COLUMN_SIZES:
                    columns = numbers[1]
                elif len(numbers) > _COUNTS.stop and numbers[0] in _ROW_SIZES:
                    rows = sum(numbers[_COUNTS])
            if len(page) < file.page or (columns is not None and rows is not None):
                break
    return VariableCounts(columns, rows)


def _numbers(subheader: bytes, file: SasFile) -> tuple[int, ...]:
    """The first numbers of a subheader: its signature, and what follows."""
    size, form = (8, "Q") if file.wide else (4, "I")
    return struct.unpack_from(f"{file.order}{min(len(subheader) // size, 12)}{form}", subheader)


def _subheaders(page: bytes, file: SasFile) -> Iterator[bytes]:
    """The pieces of a page that its pointers name."""
    begin, form = (32, "QQ") if file.wide else (16, "II")
    width = 24 if file.wide else 12
    if len(page) < begin + 8:
        return
    (count,) = struct.unpack_from(f"{file.order}H", page, begin + 4)
    for at in range(begin + 8, min(begin + 8 + count * width, len(page) - width), width):
        offset, length = struct.unpack_from(f"{file.order}{form}", page, at)
        yield page[offset : offset + length]

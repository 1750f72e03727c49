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
# The subheader that tells the number of variables.
_COLUMN_SIZES: Final = (0xF6F6F6F6, 0xF6F6F6F6_00000000, 0xFFFFFFFF_F6F6F6F6)


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


def has_no_variables(path: Path) -> bool:
    """Whether a SAS dataset says that it has no variables, which its reading library takes for a want of memory."""
    with path.open("rb") as handle:
        file = read_sas_file(handle.read(288))
        if file is None or file.kind != "DATA" or not 0 < file.page <= 1 << 24:
            return False
        handle.seek(file.header)
        for _ in range(_MOST_PAGES):
            page = handle.read(file.page)
            for subheader in _subheaders(page, file):
                form = f"{file.order}2{'Q' if file.wide else 'I'}"
                if len(subheader) >= struct.calcsize(form):
                    signature, count = struct.unpack_from(form, subheader)
                    if signature in _COLUMN_SIZES:
                        return bool(count == 0)
            if len(page) < file.page:
                return False
    return False


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

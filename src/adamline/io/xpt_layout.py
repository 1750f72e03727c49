"""The header cards of a SAS transport file of version 5 or 8, 80 bytes each, parsed and built.

Sources: SAS technical papers "Record Layout of a SAS Version 5 or 6 Data Set in SAS Transport (XPORT) Format" (TS-140)
and "Record Layout for a SAS Version 8 or 9 Data Set in SAS Transport Format".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

CARD: Final = 80
NAMESTR_BYTES: Final = 140
VAX_NAMESTR_BYTES: Final = 136
# The label of a dataset has a field of its own in both versions.
LONGEST_DATASET_LABEL: Final = 40
_ZEROS: Final = b"0" * 30


class XptVersion(IntEnum):
    """The two layouts of a transport file: 5, the one that agencies take, and 8, with long names, labels and texts."""

    V5 = 5
    V8 = 8


@dataclass(frozen=True)
class Limits:
    """The most that a version holds, in bytes: names, labels, texts, names of formats; and its number of variables.

    Version 5 counts variables in four digits; version 8 in six, but numbers them in two bytes.
    """

    name: int
    label: int
    text: int
    format: int
    variables: int


LIMITS: Final = {
    XptVersion.V5: Limits(name=8, label=40, text=200, format=8, variables=9_999),
    XptVersion.V8: Limits(name=32, label=256, text=32_767, format=32, variables=32_767),
}


def header_card(name: str, digits: bytes = _ZEROS) -> bytes:
    """A card that opens a part of the file, for example ``HEADER RECORD*******OBS     HEADER RECORD!!!!!!!000...``."""
    return b"HEADER RECORD*******" + name.ljust(8).encode("ascii") + b"HEADER RECORD!!!!!!!" + digits + b"  "


@dataclass(frozen=True)
class CardNames:
    """What a version calls the header cards."""

    library: str
    member: str
    descriptor: str
    namestr: str
    observations: str


CARD_NAMES: Final = {
    XptVersion.V5: CardNames("LIBRARY", "MEMBER", "DSCRPTR", "NAMESTR", "OBS"),
    XptVersion.V8: CardNames("LIBV8", "MEMBV8", "DSCPTV8", "NAMSTV8", "OBSV8"),
}
_MEMBER_DIGITS: Final = b"000000000000000001600000000140"
# What tells a header card; the digits after it differ between writers.
MARK_BYTES: Final = 48
LIBRARY_SYMBOLS: Final = b"SAS     SAS     SASLIB  "


def card_mark(name: str) -> bytes:
    """The part of a header card that tells it from others."""
    return header_card(name)[:MARK_BYTES]


class FieldType(IntEnum):
    """The two types of SAS, as a NAMESTR numbers them."""

    NUMBER = 1
    TEXT = 2


def text_of(raw: bytes) -> bytes:
    """A header field without its padding of blanks or, from some hosts, zero bytes."""
    return raw.rstrip(b" \0")


@dataclass(frozen=True)
class Stamp:
    """Who wrote a library or a member: SAS version, operating system, times as ``ddMMMyy:hh:mm:ss``."""

    version: bytes
    system: bytes
    created: bytes
    modified: bytes


_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def stamp_text(moment: datetime) -> bytes:
    """The time as headers write it, in English whatever the locale.

    >>> stamp_text(datetime(2012, 4, 4, 22, 16, 22))
    b'04APR12:22:16:22'
    """
    month = _MONTHS[moment.month - 1]
    return f"{moment:%d}{month}{moment.year % 100:02d}:{moment:%H:%M:%S}".encode("ascii")


@dataclass(frozen=True)
class LibraryHeader:
    """The first three cards of a file."""

    stamp: Stamp

    def build(self, version: XptVersion) -> bytes:
        """The three cards."""
        stamp = self.stamp
        first = LIBRARY_SYMBOLS + stamp.version.ljust(8) + stamp.system.ljust(8) + b" " * 24 + stamp.created
        return header_card(CARD_NAMES[version].library) + first + stamp.modified.ljust(CARD)


@dataclass(frozen=True)
class MemberHeader:
    """The two descriptor cards of a dataset, and the size of its NAMESTR entries."""

    name: bytes
    label: bytes
    type: bytes
    stamp: Stamp
    namestr_bytes: int = NAMESTR_BYTES

    @classmethod
    def parse(cls, cards: bytes, version: XptVersion) -> MemberHeader:
        """From the MEMBER card on, four cards; the sizes are checked by the caller."""
        first, second = cards[2 * CARD : 3 * CARD], cards[3 * CARD : 4 * CARD]
        digits = cards[74:78]
        # Version 8 gives the name 32 bytes, which it takes from the blanks between the system and the time.
        system = 32 if version is XptVersion.V5 else 56
        return cls(
            name=text_of(first[8 : 8 + LIMITS[version].name]),
            label=text_of(second[32:72]),
            type=text_of(second[72:80]),
            stamp=Stamp(
                text_of(first[system - 8 : system]),
                text_of(first[system : system + 8]),
                text_of(first[64:80]),
                text_of(second[:16]),
            ),
            namestr_bytes=int(digits) if digits.isdigit() else 0,
        )

    def build(self, version: XptVersion) -> bytes:
        """The MEMBER and DSCRPTR cards and the two after them."""
        names, stamp = CARD_NAMES[version], self.stamp
        name = b"SAS     " + self.name.ljust(LIMITS[version].name) + b"SASDATA "
        first = (name + stamp.version.ljust(8) + stamp.system.ljust(8)).ljust(64) + stamp.created
        second = stamp.modified.ljust(32) + self.label.ljust(LONGEST_DATASET_LABEL) + self.type.ljust(8)
        return header_card(names.member, _MEMBER_DIGITS) + header_card(names.descriptor) + first + second


@dataclass(frozen=True)
class Format:
    """A format or informat as a NAMESTR keeps it: name, width and decimals, zero where not given.

    >>> str(Format("DATE", 9, 0)), str(Format("", 8, 2)), str(Format("", 0, 0))
    ('DATE9.', '8.2', '')
    """

    name: str = ""
    width: int = 0
    decimals: int = 0

    def __str__(self) -> str:
        """As a SAS programmer writes it, empty where there is none."""
        if not self.name and not self.width and not self.decimals:
            return ""
        return f"{self.name}{self.width or ''}.{self.decimals or ''}"

    @classmethod
    def parse(cls, text: str) -> Format | None:
        """From ``DATE9.``, ``8.2``, ``$20.`` (the dot may lack); None for what is no format.

        >>> Format.parse("E8601DA10."), Format.parse("$char200"), Format.parse("9DATE.")
        (Format(name='E8601DA', width=10, decimals=0), Format(name='$CHAR', width=200, decimals=0), None)
        """
        if not text:
            return cls()
        found = _FORMAT.fullmatch(text.upper())
        if found is None or text in {".", "$."}:
            return None
        name, width, decimals = found.groups()
        return cls(name or "", int(width or 0), int(decimals or 0))


# A format's name does not end in a digit, so the width begins where the last digits begin.
_FORMAT: Final = re.compile(r"(\$?(?:[A-Z_](?:[A-Z0-9_]*[A-Z_])?)?)([0-9]{0,4})(?:\.([0-9]{0,2}))?", re.ASCII)


def padding(size: int) -> bytes:
    """The blanks that fill ``size`` bytes up to a whole card."""
    return b" " * (-size % CARD)


def count_records(size: int, record: int, tail: bytes, fill: bytes = b" ") -> int:
    """How many records of ``record`` bytes stand in ``size`` bytes of data, of which ``tail`` are the last.

    Version 5 keeps no count: after the last record come blanks up to a whole card. Where a record is shorter than
    a card, an all-blank record within the last card cannot be told from these blanks and counts as padding; one
    that begins before the last card is a record for certain. ``fill`` are the bytes that count as blank.
    """
    if not record:
        return 0
    count = size // record
    certain = -(-max(size - (CARD - 1), 0) // record)
    unused = size - count * record
    while count > certain:
        start = len(tail) - unused - record
        if start < 0 or tail[start : start + record].strip(fill):
            break
        count -= 1
        unused += record
    return count

"""The header records of a SAS transport file, version 5: 80-byte cards and NAMESTR entries, parsed and built.

Source: SAS technical support note TS-140, "The Record Layout of a Data Set in SAS Transport (XPORT) Format".
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

CARD: Final = 80
NAMESTR_BYTES: Final = 140
VAX_NAMESTR_BYTES: Final = 136
LONGEST_NAME: Final = 8
LONGEST_LABEL: Final = 40
LONGEST_TEXT: Final = 200
MOST_VARIABLES: Final = 9999
_ZEROS: Final = b"0" * 30


def header_card(name: str, digits: bytes = _ZEROS) -> bytes:
    """A card that opens a part of the file, for example ``HEADER RECORD*******OBS     HEADER RECORD!!!!!!!000...``."""
    return b"HEADER RECORD*******" + name.ljust(8).encode("ascii") + b"HEADER RECORD!!!!!!!" + digits + b"  "


LIBRARY_CARD: Final = header_card("LIBRARY")
MEMBER_CARD: Final = header_card("MEMBER", b"000000000000000001600000000140")
DESCRIPTOR_CARD: Final = header_card("DSCRPTR")
OBSERVATIONS_CARD: Final = header_card("OBS")
# What tells a header card; the digits after it differ between writers.
MARK_BYTES: Final = 48
LIBRARY_MARK: Final = LIBRARY_CARD[:MARK_BYTES]
MEMBER_MARK: Final = MEMBER_CARD[:MARK_BYTES]
DESCRIPTOR_MARK: Final = DESCRIPTOR_CARD[:MARK_BYTES]
NAMESTR_MARK: Final = header_card("NAMESTR")[:MARK_BYTES]
OBSERVATIONS_MARK: Final = OBSERVATIONS_CARD[:MARK_BYTES]
VERSION_8_MARK: Final = header_card("LIBV8")[:MARK_BYTES]
_LIBRARY_SYMBOLS: Final = b"SAS     SAS     SASLIB  "


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

    def build(self) -> bytes:
        """The three cards."""
        stamp = self.stamp
        first = _LIBRARY_SYMBOLS + stamp.version.ljust(8) + stamp.system.ljust(8) + b" " * 24 + stamp.created
        return LIBRARY_CARD + first + stamp.modified.ljust(CARD)


@dataclass(frozen=True)
class MemberHeader:
    """The two descriptor cards of a dataset, and the size of its NAMESTR entries."""

    name: bytes
    label: bytes
    type: bytes
    stamp: Stamp
    namestr_bytes: int = NAMESTR_BYTES

    @classmethod
    def parse(cls, cards: bytes) -> MemberHeader:
        """From the MEMBER card on, four cards; the sizes are checked by the caller."""
        first, second = cards[2 * CARD : 3 * CARD], cards[3 * CARD : 4 * CARD]
        digits = cards[74:78]
        return cls(
            name=text_of(first[8:16]),
            label=text_of(second[32:72]),
            type=text_of(second[72:80]),
            stamp=Stamp(text_of(first[24:32]), text_of(first[32:40]), text_of(first[64:80]), text_of(second[:16])),
            namestr_bytes=int(digits) if digits.isdigit() else 0,
        )

    def build(self) -> bytes:
        """The MEMBER and DSCRPTR cards and the two after them."""
        stamp = self.stamp
        first = b"SAS     " + self.name.ljust(8) + b"SASDATA " + stamp.version.ljust(8) + stamp.system.ljust(8)
        second = stamp.modified.ljust(32) + self.label.ljust(40) + self.type.ljust(8)
        return MEMBER_CARD + DESCRIPTOR_CARD + first.ljust(64) + stamp.created + second


# type, hash, length, number, name, label, format (name, width, decimals), justification, filler, informat (the same),
# position; then 52 bytes (48 on VAX) that only SAS 9's long names use, and that stay zero in version 5.
_NAMESTR: Final = struct.Struct(">hhhh8s40s8shhh2s8shhl")


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


@dataclass(frozen=True)
class Namestr:
    """One variable of a member as its file describes it; texts are bytes, as their encoding is not told."""

    type: FieldType
    length: int
    number: int
    name: bytes
    label: bytes
    format: tuple[bytes, int, int]
    justification: int
    informat: tuple[bytes, int, int]
    position: int

    @classmethod
    def parse(cls, entry: bytes) -> Namestr:
        """From an entry of 136 or 140 bytes; ValueError when its type is neither number nor text."""
        fields = _NAMESTR.unpack_from(entry)
        return cls(
            type=FieldType(fields[0]),
            length=fields[2],
            number=fields[3],
            name=text_of(fields[4]),
            label=text_of(fields[5]),
            format=(text_of(fields[6]), fields[7], fields[8]),
            justification=fields[9],
            informat=(text_of(fields[11]), fields[12], fields[13]),
            position=fields[14],
        )

    def build(self) -> bytes:
        """The entry of 140 bytes."""
        return _NAMESTR.pack(
            self.type,
            0,
            self.length,
            self.number,
            self.name.ljust(8),
            self.label.ljust(40),
            self.format[0].ljust(8),
            self.format[1],
            self.format[2],
            self.justification,
            b"\0\0",
            self.informat[0].ljust(8),
            self.informat[1],
            self.informat[2],
            self.position,
        ).ljust(NAMESTR_BYTES, b"\0")


def build_namestrs(entries: list[Namestr]) -> bytes:
    """The NAMESTR card, the entries, blanks up to a whole card, and the OBS card."""
    card = header_card("NAMESTR", b"000000" + f"{len(entries):04d}".encode("ascii") + b"0" * 20)
    body = b"".join(entry.build() for entry in entries)
    return card + body + padding(len(body)) + OBSERVATIONS_CARD


def padding(size: int) -> bytes:
    """The blanks that fill ``size`` bytes up to a whole card."""
    return b" " * (-size % CARD)


def count_records(size: int, record: int, tail: bytes) -> int:
    """How many records of ``record`` bytes stand in ``size`` bytes of data, of which ``tail`` are the last.

    Version 5 keeps no count: after the last record come blanks up to a whole card. Where a record is shorter than
    a card, an all-blank record within the last card cannot be told from these blanks and counts as padding; one
    that begins before the last card is a record for certain.
    """
    count = size // record
    certain = -(-max(size - (CARD - 1), 0) // record)
    unused = size - count * record
    while count > certain:
        start = len(tail) - unused - record
        if start < 0 or tail[start : start + record].strip(b" "):
            break
        count -= 1
        unused += record
    return count

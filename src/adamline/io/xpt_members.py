"""Finds the datasets in a SAS transport file and checks that the file is whole, without decoding any record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from adamline.errors import FileFormatError, Place
from adamline.io.dataset import Kind, Variable
from adamline.io.file_signature import describe_content
from adamline.io.ibm import NUMBER_BYTES, SHORTEST_NUMBER
from adamline.io.sas_dates import kind_of_format
from adamline.io.text_decoder import TextDecoder
from adamline.io.xpt_layout import (
    CARD,
    DESCRIPTOR_MARK,
    LIBRARY_MARK,
    MARK_BYTES,
    MEMBER_MARK,
    NAMESTR_BYTES,
    NAMESTR_MARK,
    OBSERVATIONS_MARK,
    VAX_NAMESTR_BYTES,
    VERSION_8_MARK,
    FieldType,
    Format,
    MemberHeader,
    Namestr,
    count_records,
)

_LIBRARY_BYTES: Final = 3 * CARD
_SCAN_CARDS: Final = 1 << 15


@dataclass(frozen=True)
class Member:
    """One dataset in a transport file: what its header says, and where its records stand.

    ``variables`` are in file order, ``positions`` and their ``lengths`` in bytes within a record; the
    kinds follow the formats (``DATE9.`` makes a DATE). The times are text as SAS writes them, two-digit years.
    """

    name: str
    label: str
    type: str
    version: str
    system: str
    created: str
    modified: str
    records: int
    variables: tuple[Variable, ...]
    positions: tuple[int, ...]
    lengths: tuple[int, ...]
    record_length: int
    offset: int


@dataclass(frozen=True)
class _Source:
    """An open file with its name and size, for reading parts and for messages."""

    handle: BinaryIO
    name: str
    size: int

    def read(self, offset: int, count: int, what: str) -> bytes:
        """``count`` bytes from ``offset``; FileFormatError where the file ends before."""
        if offset + count > self.size:
            raise self.fault(
                f"The file ends within {what}: it is truncated.",
                self.size,
                expected=f"{count} bytes from byte {offset}",
                found=f"{max(self.size - offset, 0)} bytes",
            )
        self.handle.seek(offset)
        return self.handle.read(count)

    def fault(self, what: str, byte: int, *, expected: str = "", found: str = "", hint: str = "") -> FileFormatError:
        """An error at a byte of this file."""
        return FileFormatError(what, place=Place(file=self.name, byte=byte), expected=expected, found=found, hint=hint)


def find_members(path: Path | str, decoder: TextDecoder) -> tuple[Member, ...]:
    """Every dataset in the file, in file order; see `adamline.io.xpt_read.read_xpt_members`."""
    file = Path(path)
    with file.open("rb") as handle:
        source = _Source(handle, str(path), file.stat().st_size)
        _check_library(source)
        members = []
        offset: int | None = _LIBRARY_BYTES
        while offset is not None and offset < source.size:
            member, offset = _read_member(source, offset, decoder)
            members.append(member)
    return tuple(members)


def _check_library(source: _Source) -> None:
    """Refuse what is not a transport file of version 5, and a size that is no whole number of cards."""
    source.handle.seek(0)
    head = source.handle.read(_LIBRARY_BYTES)
    if head.startswith(VERSION_8_MARK[:28]):
        raise source.fault(
            "The file is a SAS transport file of version 8, which is not read yet.",
            0,
            expected="version 5, the only one that agencies accept",
            hint="in SAS, copy the dataset with PROC COPY to a libref of engine XPORT",
        )
    if not head.startswith(LIBRARY_MARK):
        raise source.fault(
            "The file is no SAS transport file.",
            0,
            expected=LIBRARY_MARK.decode("ascii"),
            found=describe_content(head),
        )
    if head[CARD : CARD + 24] != b"SAS     SAS     SASLIB  ":
        raise source.fault(
            "The second card of the file is not that of a SAS library.",
            CARD,
            expected="SAS     SAS     SASLIB",
            found=describe_content(head[CARD:]),
            hint="a transfer in text mode changes line ends and blanks: copy the file again in binary mode",
        )
    if source.size % CARD:
        raise source.fault(
            "The size of the file is no multiple of 80 bytes: it is truncated, or something was added.",
            source.size - source.size % CARD,
            expected="whole cards of 80 bytes",
            found=f"{source.size} bytes, {source.size % CARD} after the last whole card",
            hint="copy the file again in binary mode",
        )


def _read_member(source: _Source, offset: int, decoder: TextDecoder) -> tuple[Member, int | None]:
    """The member whose MEMBER card stands at ``offset``, and where the next one begins (None for the last)."""
    cards = source.read(offset, 5 * CARD, "the header of a dataset")
    for number, (mark, name) in enumerate(((MEMBER_MARK, "MEMBER"), (DESCRIPTOR_MARK, "DSCRPTR"))):
        _check_mark(source, cards[number * CARD :], mark, name, offset + number * CARD)
    _check_mark(source, cards[4 * CARD :], NAMESTR_MARK, "NAMESTR", offset + 4 * CARD)
    header = MemberHeader.parse(cards)
    if header.namestr_bytes not in {NAMESTR_BYTES, VAX_NAMESTR_BYTES}:
        raise source.fault(
            "The size of a variable's entry is not one that version 5 knows.",
            offset + 74,
            expected="0140, or 0136 in files from VAX/VMS",
            found=repr(cards[74:78].decode("latin-1")),
        )
    entries, data = _read_namestrs(source, offset + 5 * CARD, cards[4 * CARD :], header.namestr_bytes)
    following = _next_member(source, data)
    end = source.size if following is None else following
    return _member(source, header, entries, (data, end), decoder), following


def _check_mark(source: _Source, card: bytes, mark: bytes, name: str, byte: int) -> None:
    if card[:MARK_BYTES] != mark:
        raise source.fault(
            f"The {name} header card is not where the layout puts it.",
            byte,
            expected=mark.decode("ascii"),
            found=repr(card[:MARK_BYTES].decode("latin-1")),
        )


def _read_namestrs(source: _Source, offset: int, card: bytes, size: int) -> tuple[list[Namestr], int]:
    """The entries after the NAMESTR card, and the offset of the data after the OBS card."""
    digits = card[54:58]
    if not digits.isdigit() or int(digits) == 0:
        raise source.fault(
            "The NAMESTR card does not tell the number of variables.",
            offset - CARD + 54,
            expected="four digits, more than zero",
            found=repr(digits.decode("latin-1")),
        )
    count = int(digits)
    body = source.read(offset, count * size, f"the entries of {count} variables")
    end = offset + count * size + (-count * size) % CARD
    if source.read(end, CARD, "the header of a dataset")[:MARK_BYTES] != OBSERVATIONS_MARK:
        raise source.fault(
            "The number of variables disagrees with the entries that follow.",
            end,
            expected=f"the OBS header card after {count} entries of {size} bytes",
            found="something else",
        )
    entries = []
    for number in range(count):
        try:
            entries.append(Namestr.parse(body[number * size : (number + 1) * size]))
        except ValueError:
            raise source.fault(
                f"The type of variable {number + 1} is unknown.",
                offset + number * size,
                expected="1 (number) or 2 (text)",
                found=str(int.from_bytes(body[number * size : number * size + 2], "big")),
            ) from None
    return entries, end + CARD


def _next_member(source: _Source, offset: int) -> int | None:
    """Where the next MEMBER card stands, on a card's boundary and followed by a DSCRPTR card; None if there is none."""
    source.handle.seek(offset)
    wanted = np.frombuffer(MEMBER_MARK[:8], dtype=np.uint64)[0]
    while block := source.handle.read(_SCAN_CARDS * CARD):
        starts = np.ndarray(len(block) // CARD, dtype=np.uint64, buffer=block, strides=(CARD,))
        for card in np.flatnonzero(starts == wanted):
            found = offset + int(card) * CARD
            if found + 2 * CARD <= source.size:
                here = source.handle.tell()
                pair = source.read(found, 2 * CARD, "the header of a dataset")
                source.handle.seek(here)
                if pair.startswith(MEMBER_MARK) and pair[CARD:].startswith(DESCRIPTOR_MARK):
                    return found
        offset += len(block)
    return None


def _member(
    source: _Source, header: MemberHeader, entries: list[Namestr], span: tuple[int, int], decoder: TextDecoder
) -> Member:
    """The member of these entries whose data stand in the bytes of ``span``."""
    name = decoder.decode(header.name, Place(file=source.name))
    place = Place(file=source.name, dataset=name)
    record = _record_length(entries, place)
    stamp = header.stamp
    variables = tuple(_variable(entry, place, decoder) for entry in entries)
    names = [variable.name for variable in variables]
    if "" in names or len(set(names)) < len(names):
        raise FileFormatError("The names of variables are blank or not unique.", place=place, found=", ".join(names))
    return Member(
        name=name,
        label=decoder.decode(header.label, place),
        type=decoder.decode(header.type, place),
        version=decoder.decode(stamp.version, place),
        system=decoder.decode(stamp.system, place),
        created=decoder.decode(stamp.created, place),
        modified=decoder.decode(stamp.modified, place),
        records=_count(source, span, record, place),
        variables=variables,
        positions=tuple(entry.position for entry in entries),
        lengths=tuple(entry.length for entry in entries),
        record_length=record,
        offset=span[0],
    )


def _record_length(entries: list[Namestr], place: Place) -> int:
    """The length of a record; FileFormatError where the variables overlap, leave gaps or have impossible lengths."""
    expected = 0
    for entry in sorted(entries, key=lambda entry: entry.position):
        shortest, longest = (SHORTEST_NUMBER, NUMBER_BYTES) if entry.type is FieldType.NUMBER else (1, 32767)
        if not shortest <= entry.length <= longest:
            raise FileFormatError(
                f"The length of variable {entry.name.decode('latin-1')} is impossible.",
                place=place,
                expected=f"{shortest} to {longest} bytes",
                found=str(entry.length),
            )
        if entry.position != expected:
            raise FileFormatError(
                f"Variable {entry.name.decode('latin-1')} does not follow the one before it in the record.",
                place=place,
                expected=f"position {expected}",
                found=f"position {entry.position}",
            )
        expected += entry.length
    return expected


def _count(source: _Source, span: tuple[int, int], record: int, place: Place) -> int:
    """The number of records; FileFormatError where the last one is cut."""
    begin, end = span
    size = end - begin
    tail = source.read(end - min(size, CARD - 1), min(size, CARD - 1), "the data")
    records = count_records(size, record, tail)
    rest = size - records * record
    if rest >= CARD or tail[len(tail) - rest :].strip(b" "):
        raise FileFormatError(
            "The last record is cut: the file is truncated.",
            place=Place(file=place.file, dataset=place.dataset, byte=begin + records * record, record=records + 1),
            expected=f"records of {record} bytes, then less than 80 blanks",
            found=f"{rest} bytes after record {records}",
        )
    return records


def _variable(entry: Namestr, place: Place, decoder: TextDecoder) -> Variable:
    """The attributes of an entry; the kind of a number follows its format."""
    name = decoder.decode(entry.name, place)
    here = Place(file=place.file, dataset=place.dataset, variable=name)
    shown, read = (
        Format(decoder.decode(parts[0], here), parts[1], parts[2]) for parts in (entry.format, entry.informat)
    )
    kind = Kind.TEXT if entry.type is FieldType.TEXT else kind_of_format(shown.name)
    return Variable(name, kind, decoder.decode(entry.label, here), entry.length, str(shown), str(read))

"""Parses the headers of one dataset in a transport file, from its MEMBER card to its OBS card."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import Final

from adamline.io.xpt_layout import (
    CARD,
    CARD_NAMES,
    NAMESTR_BYTES,
    VAX_NAMESTR_BYTES,
    Format,
    MemberHeader,
    XptVersion,
    card_mark,
    padding,
)
from adamline.io.xpt_namestr import FormatField, LabelRecord, Namestr, label_layout, parse_labels
from adamline.io.xpt_source import XptSource

_MEMBER_CARDS: Final = 5
# A count of records has 15 columns; zeros throughout, as some writers leave them, tell none.
_COUNT: Final = slice(48, 63)
_NO_COUNT: Final = b"0" * 15
# More than a name of 32, a label of 256 and two formats of 40 bytes with their lengths take.
_LONGEST_LABEL_RECORD: Final = 512


@dataclass(frozen=True)
class MemberHeaders:
    """What the headers of a dataset say: its names and times, its variables, where their entries and the data begin.

    ``records`` is None where the OBS card does not tell it (always in version 5).
    """

    header: MemberHeader
    entries: tuple[Namestr, ...]
    begin: int
    data: int
    records: int | None

    def entry_byte(self, number: int) -> int:
        """Where the entry of a variable, counted from 0, stands in the file."""
        return self.begin + number * self.header.namestr_bytes


def read_headers(source: XptSource, offset: int, version: XptVersion) -> MemberHeaders:
    """The headers of the dataset whose MEMBER card stands at ``offset``; FileFormatError with the byte."""
    names = CARD_NAMES[version]
    source.check_card(source.read(offset, CARD, "the header of a dataset"), names.member, offset)
    cards = source.read(offset, _MEMBER_CARDS * CARD, "the header of a dataset")
    for number, name in ((1, names.descriptor), (4, names.namestr)):
        source.check_card(cards[number * CARD :], name, offset + number * CARD)
    header = MemberHeader.parse(cards, version)
    if header.namestr_bytes not in {NAMESTR_BYTES, VAX_NAMESTR_BYTES}:
        raise source.fault(
            "The size of a variable's entry is not one that transport files have.",
            offset + 74,
            expected="0140, or 0136 in files from VAX/VMS",
            found=repr(cards[74:78].decode("latin-1")),
        )
    begin = offset + _MEMBER_CARDS * CARD
    entries, end = _read_entries(source, begin, cards[4 * CARD :], header.namestr_bytes, version)
    card = source.read(end, CARD, "the header of a dataset")
    layout = label_layout(card) if version is XptVersion.V8 else None
    records: dict[bytes, LabelRecord] = {}
    if layout is not None:
        records, end = _read_labels(source, end, *layout, len(entries))
        card = source.read(end, CARD, "the header of a dataset")
    if not card.startswith(card_mark(names.observations)):
        raise source.fault(
            "The number of variables disagrees with the entries that follow."
            if layout is None
            else "The label records do not end where their number says.",
            end,
            expected=f"the {names.observations} header card after {len(entries)} entries"
            + ("" if layout is None else " and their label records"),
            found=repr(card.decode("latin-1")),
        )
    count = _read_count(source, card, end) if version is XptVersion.V8 else None
    return MemberHeaders(header, _completed(source, begin, entries, records), begin, end + CARD, count)


def _read_entries(
    source: XptSource, offset: int, card: bytes, size: int, version: XptVersion
) -> tuple[list[Namestr], int]:
    """The entries after the NAMESTR card, and where the card after them begins."""
    columns = slice(54, 58) if version is XptVersion.V5 else slice(52, 58)
    digits = card[columns]
    if not digits.isdigit():
        raise source.fault(
            "The NAMESTR card does not tell the number of variables.",
            offset - CARD + columns.start,
            expected=f"{len(digits)} digits",
            found=repr(digits.decode("latin-1")),
        )
    count = int(digits)
    body = source.read(offset, count * size, f"the entries of {count} variables")
    entries = []
    for number in range(count):
        try:
            entries.append(Namestr.parse(body[number * size : (number + 1) * size], version))
        except ValueError:
            raise source.fault(
                f"The type of variable {number + 1} is unknown.",
                offset + number * size,
                expected="1 (number) or 2 (text)",
                found=str(int.from_bytes(body[number * size : number * size + 2], "big")),
            ) from None
    return entries, offset + len(body) + len(padding(len(body)))


def _read_labels(
    source: XptSource, offset: int, count: int, width: int, variables: int
) -> tuple[dict[bytes, LabelRecord], int]:
    """The label records by the name of their variable, and where the card after them begins."""
    if not 0 < count <= variables:
        raise source.fault(
            "The LABEL card does not tell the number of label records.",
            offset + 48,
            expected=f"1 to {variables}, the number of variables",
            found=repr(source.read(offset, CARD, "the header of a dataset")[48:].decode("latin-1")),
        )
    most = min(count * _LONGEST_LABEL_RECORD, source.size - offset - CARD)
    body = source.read(offset + CARD, most, "the label records")
    try:
        records, end = parse_labels(body, count, width)
    except (struct.error, ValueError):
        raise source.fault(
            "The label records are not whole: their lengths point beyond them, or beyond the file.",
            offset + CARD,
            expected=f"{count} records of at most {_LONGEST_LABEL_RECORD} bytes on average",
            found=f"{len(body)} bytes",
        ) from None
    return {record.name: record for record in records}, offset + CARD + end + len(padding(end))


def _read_count(source: XptSource, card: bytes, offset: int) -> int | None:
    """The number of records that an OBSV8 card tells; None where its writer left it out."""
    told = card[_COUNT]
    if told == _NO_COUNT or not told.strip():
        return None
    if not told.strip().isdigit():
        raise source.fault(
            "The OBSV8 card does not tell the number of records.",
            offset + _COUNT.start,
            expected="a whole number in 15 columns, or zeros throughout",
            found=repr(told.decode("latin-1")),
        )
    return int(told)


def _completed(
    source: XptSource, offset: int, entries: list[Namestr], records: dict[bytes, LabelRecord]
) -> tuple[Namestr, ...]:
    """The entries with what their label records say; FileFormatError where one belongs to none, or one is missing."""
    strange = records.keys() - {entry.name for entry in entries}
    if strange:
        raise source.fault(
            "A label record names a variable that the dataset does not have.",
            offset,
            expected="names of the dataset's variables",
            found=", ".join(sorted(repr(name.decode("latin-1")) for name in strange)),
        )
    return tuple(_complete(source, offset, entry, records.get(entry.name)) for entry in entries)


def _complete(source: XptSource, offset: int, entry: Namestr, record: LabelRecord | None) -> Namestr:
    """The entry with what its label record says."""
    name = entry.name.decode("latin-1")
    if record is None:
        if entry.has_long_label or entry.has_long_format:
            raise source.fault(
                f"The label or a format of variable {name} is longer than its entry, and no label record has it.",
                offset,
                expected="a LABELV8 or LABELV9 record",
            )
        return entry
    return replace(
        entry,
        label=record.label or entry.label,
        format=_format(source, offset, name, record.format) or entry.format,
        informat=_format(source, offset, name, record.informat) or entry.informat,
    )


def _format(source: XptSource, offset: int, name: str, described: bytes) -> FormatField | None:
    """The format that a label record describes; None for no description."""
    if not described:
        return None
    parsed = Format.parse(described.decode("latin-1"))
    if parsed is None:
        raise source.fault(
            f"The label record of variable {name} describes what is no format.",
            offset,
            expected="a format such as MYFORMATNAME8.2",
            found=repr(described.decode("latin-1")),
        )
    return FormatField.of(parsed)

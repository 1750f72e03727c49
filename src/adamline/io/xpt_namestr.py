"""The entries that describe the variables of a transport file, with the label records of version 8, parsed and built.

Source: the two SAS technical papers that `adamline.io.xpt_layout` names; the reading of a label record follows what
SAS's own macro XPT2LOC expects (name, label, format, informat, streamed over the cards).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from adamline.io.xpt_layout import (
    CARD_NAMES,
    LIMITS,
    MARK_BYTES,
    NAMESTR_BYTES,
    FieldType,
    Format,
    XptVersion,
    card_mark,
    header_card,
    padding,
    text_of,
)

# type, hash, length, number, name, label, format (name, width, decimals), justification, filler, informat (the same),
# position; then 52 bytes (48 on VAX) that stay zero in version 5.
_NAMESTR: Final = struct.Struct(">hhhh8s40s8shhh2s8shhl")
# What version 8 puts there: the long name, and the lengths of the label and of the names of format and informat.
_LONG: Final = struct.Struct(">32sHHH")
_SHORT_LABEL: Final = LIMITS[XptVersion.V5].label
_SHORT_FORMAT: Final = LIMITS[XptVersion.V5].format


@dataclass(frozen=True)
class FormatField:
    """A format or informat as it stands in an entry: the bytes of its name, width, decimals."""

    name: bytes = b""
    width: int = 0
    decimals: int = 0

    @classmethod
    def of(cls, shown: Format) -> FormatField:
        """From a format whose name is ASCII."""
        return cls(shown.name.encode("ascii"), shown.width, shown.decimals)

    def describe(self) -> bytes:
        """As a FORMAT statement writes it, ``DATE9.``; nothing where there is none."""
        return str(Format(self.name.decode("latin-1"), self.width, self.decimals)).encode("latin-1")


@dataclass(frozen=True)
class Namestr:
    """One variable of a member as its file describes it; texts are bytes, as their encoding is not told.

    ``label_bytes``, ``format_bytes`` and ``informat_bytes`` are the lengths that version 8 announces: a label over 40
    and a format's name over 8 bytes stand in a label record.
    """

    type: FieldType
    length: int
    number: int
    name: bytes
    label: bytes
    format: FormatField
    justification: int
    informat: FormatField
    position: int
    label_bytes: int = 0
    format_bytes: int = 0
    informat_bytes: int = 0

    @classmethod
    def parse(cls, entry: bytes, version: XptVersion) -> Namestr:
        """From an entry of 136 or 140 bytes; ValueError when its type is neither number nor text."""
        fields = _NAMESTR.unpack_from(entry)
        long_name, *lengths = _LONG.unpack_from(entry, _NAMESTR.size) if version is XptVersion.V8 else (b"", 0, 0, 0)
        return cls(
            type=FieldType(fields[0]),
            length=fields[2],
            number=fields[3],
            name=text_of(long_name) or text_of(fields[4]),
            label=text_of(fields[5]),
            format=FormatField(text_of(fields[6]), fields[7], fields[8]),
            justification=fields[9],
            informat=FormatField(text_of(fields[11]), fields[12], fields[13]),
            position=fields[14],
            label_bytes=lengths[0],
            format_bytes=lengths[1],
            informat_bytes=lengths[2],
        )

    def build(self, version: XptVersion) -> bytes:
        """The entry of 140 bytes; what is too long for it is cut here and stands whole in a label record."""
        short = _NAMESTR.pack(
            self.type,
            0,
            self.length,
            self.number,
            self.name[:8].ljust(8),
            _cut_label(self.label).ljust(_SHORT_LABEL),
            self.format.name[:_SHORT_FORMAT].ljust(_SHORT_FORMAT),
            self.format.width,
            self.format.decimals,
            self.justification,
            b"\0\0",
            self.informat.name[:_SHORT_FORMAT].ljust(_SHORT_FORMAT),
            self.informat.width,
            self.informat.decimals,
            self.position,
        )
        if version is XptVersion.V8:
            lengths = (len(self.label), len(self.format.name), len(self.informat.name))
            short += _LONG.pack(self.name.ljust(32), *lengths)
        return short.ljust(NAMESTR_BYTES, b"\0")

    @property
    def has_long_format(self) -> bool:
        """Whether a name of a format is too long for the entry."""
        return max(len(self.format.name), len(self.informat.name), self.format_bytes, self.informat_bytes) > 8

    @property
    def has_long_label(self) -> bool:
        """Whether the label is too long for the entry."""
        return max(len(self.label), self.label_bytes) > _SHORT_LABEL


def _cut_label(label: bytes) -> bytes:
    """The first 40 bytes of a label; of a character of UTF-8 that would be cut, nothing."""
    end = _SHORT_LABEL
    while len(label) > end > 0 and label[end] & 0xC0 == 0x80:
        end -= 1
    return label[:end]


def build_namestrs(entries: Sequence[Namestr], version: XptVersion) -> bytes:
    """The NAMESTR card, the entries, blanks up to a whole card, and the label records, where there are any."""
    card = header_card(CARD_NAMES[version].namestr, f"{len(entries):010d}".encode("ascii") + b"0" * 20)
    body = b"".join(entry.build(version) for entry in entries)
    return card + body + padding(len(body)) + _build_labels(entries)


def _build_labels(entries: Sequence[Namestr]) -> bytes:
    """The label records of the variables that need one; LABELV9 where the name of a format is long."""
    long = [entry for entry in entries if entry.has_long_label or entry.has_long_format]
    if not long:
        return b""
    wide = any(entry.has_long_format for entry in long)
    body = b""
    for entry in long:
        texts = [entry.name, entry.label]
        if wide:
            texts += [entry.format.describe(), entry.informat.describe()]
        body += struct.pack(f">{len(texts) + 1}H", entry.number, *map(len, texts)) + b"".join(texts)
    card = header_card("LABELV9" if wide else "LABELV8", str(len(long)).encode("ascii").ljust(30))
    return card + body + padding(len(body))


@dataclass(frozen=True)
class LabelRecord:
    """What a label record says of a variable: its label and the descriptions of its format and informat, or nothing."""

    name: bytes
    label: bytes
    format: bytes = b""
    informat: bytes = b""


_LABEL_MARKS: Final = {card_mark("LABELV8"): 3, card_mark("LABELV9"): 5}
# Five columns tell the number, on the left, on the right or with zeros; after them only blanks or zeros.
_LABEL_COUNT: Final = re.compile(rb" *([0-9]{1,5}) *[ 0]*")


def label_layout(card: bytes) -> tuple[int, int] | None:
    """Of a LABELV8 or LABELV9 card: how many records follow (-1 if it does not tell), and the integers of each.

    None for another card. Writers differ in how they write the number: SAS on the left, ReadStat once as five columns.
    """
    width = _LABEL_MARKS.get(card[:MARK_BYTES])
    if width is None:
        return None
    digits = card[MARK_BYTES : MARK_BYTES + 5]
    told = _LABEL_COUNT.fullmatch(digits) is not None and not card[MARK_BYTES + 5 :].strip(b" 0")
    return (int(digits) if told else -1), width


def parse_labels(body: bytes, count: int, width: int) -> tuple[tuple[LabelRecord, ...], int]:
    """The records and where the last one ends in ``body``; struct.error or ValueError where ``body`` is too short."""
    at = 0
    records = []
    for _ in range(count):
        _, *lengths = struct.unpack_from(f">{width}H", body, at)
        ends = list(accumulate(lengths, initial=at + 2 * width))
        at = ends[-1]
        if at > len(body):
            raise ValueError("the texts of a label record end behind the last card")
        records.append(LabelRecord(*(text_of(body[begin:end]) for begin, end in pairwise(ends))))
    return tuple(records), at

"""Finds the datasets in a SAS transport file and checks that the file is whole, without decoding any record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from adamline.errors import FileFormatError, Place
from adamline.findings import Finding, Severity
from adamline.io.dataset import MISSING_SUFFIX, Kind, Variable
from adamline.io.file_signature import describe_content
from adamline.io.ibm import NUMBER_BYTES, SHORTEST_NUMBER
from adamline.io.sas_dates import kind_of_format
from adamline.io.text_decoder import TextDecoder
from adamline.io.xpt_headers import MemberHeaders, read_headers
from adamline.io.xpt_layout import (
    CARD,
    CARD_NAMES,
    LIBRARY_SYMBOLS,
    LIMITS,
    FieldType,
    Format,
    XptVersion,
    card_mark,
    count_records,
    padding,
)
from adamline.io.xpt_namestr import FormatField, Namestr
from adamline.io.xpt_positions import find_positions
from adamline.io.xpt_source import XptSource

_LIBRARY_BYTES: Final = 3 * CARD
# Some writers pad with zero bytes.
_BLANKS: Final = b" \0"


@dataclass(frozen=True)
class Member:
    """One dataset in a transport file: what its header says, and where its records stand.

    ``variables`` are in file order, ``positions`` and their ``lengths`` in bytes within a record; the
    kinds follow the formats (``DATE9.`` makes a DATE). The times are text as SAS writes them, two-digit years;
    ``version`` is SAS's own, ``layout`` that of the file; ``findings`` are what is odd about the headers and padding.
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
    layout: XptVersion
    findings: tuple[Finding, ...] = ()


def find_members(path: Path | str, decoder: TextDecoder, *, is_alone: bool = False) -> tuple[Member, ...]:
    """Every dataset in the file, in file order; see `adamline.io.xpt_read.read_xpt_members`.

    Of a file whose first dataset is known to be alone no more than its header is read.
    """
    file = Path(path)
    with file.open("rb") as handle:
        source = XptSource(handle, str(path), file.stat().st_size)
        version = _check_library(source)
        members = []
        offset: int | None = _LIBRARY_BYTES
        while offset is not None and offset < source.size:
            member, offset = _read_member(source, offset, decoder, version, is_alone=is_alone)
            members.append(member)
    return tuple(members)


def _check_library(source: XptSource) -> XptVersion:
    """The version; FileFormatError for what is no transport file, and for a size that is no whole number of cards."""
    source.handle.seek(0)
    head = source.handle.read(_LIBRARY_BYTES)
    versions = [version for version, names in CARD_NAMES.items() if head.startswith(card_mark(names.library))]
    if not versions:
        raise source.fault(
            "The file is no SAS transport file.",
            0,
            expected=card_mark(CARD_NAMES[XptVersion.V5].library).decode("ascii"),
            found=describe_content(head),
        )
    if not head[CARD:].startswith(LIBRARY_SYMBOLS):
        raise source.fault(
            "The second card of the file is not that of a SAS library.",
            CARD,
            expected=LIBRARY_SYMBOLS.decode("ascii").rstrip(),
            found=describe_content(head[CARD:]),
            hint="a transfer in text mode changes line ends and blanks: copy the file again in binary mode",
        )
    source.read(0, _LIBRARY_BYTES, "the header of the library")
    if source.size % CARD:
        raise source.fault(
            "The size of the file is no multiple of 80 bytes: it is truncated, or something was added.",
            source.size - source.size % CARD,
            expected="whole cards of 80 bytes",
            found=f"{source.size} bytes, {source.size % CARD} after the last whole card",
            hint="copy the file again in binary mode",
        )
    return versions[0]


def _read_member(
    source: XptSource, offset: int, decoder: TextDecoder, version: XptVersion, *, is_alone: bool
) -> tuple[Member, int | None]:
    """The member whose MEMBER card stands at ``offset``, and where the next one begins (None for the last)."""
    headers = read_headers(source, offset, version)
    header, entries = headers.header, headers.entries
    name = decoder.decode(header.name, Place(file=source.name, byte=offset))
    place = Place(file=source.name, byte=offset, dataset=name)
    _check_lengths(headers, place)
    length = sum(entry.length for entry in entries)
    following = None if is_alone else _following(source, headers, length, version)
    end = source.size if following is None else following
    positions = find_positions(source, headers, end, version, place)
    variables = tuple(
        _variable(entry, replace(place, byte=headers.entry_byte(number)), decoder)
        for number, entry in enumerate(entries)
    )
    _check_names([variable.name for variable in variables], place)
    records, odd = _count(source, headers, end, positions.record, place)
    if not variables:
        odd = (*odd, Finding(Severity.WARNING, "xpt.no_variables", "The dataset has no variables.", place))
    member = Member(
        name=name,
        label=decoder.decode(header.label, place),
        type=decoder.decode(header.type, place),
        version=decoder.decode(header.stamp.version, place),
        system=decoder.decode(header.stamp.system, place),
        created=decoder.decode(header.stamp.created, place),
        modified=decoder.decode(header.stamp.modified, place),
        records=records,
        variables=variables,
        positions=positions.first,
        lengths=tuple(entry.length for entry in entries),
        record_length=positions.record,
        offset=headers.data,
        layout=version,
        findings=(*((positions.finding,) if positions.finding else ()), *odd),
    )
    return member, following


def _following(source: XptSource, headers: MemberHeaders, record: int, version: XptVersion) -> int | None:
    """Where the next dataset begins, None for the last: told by the number of records, else found by its cards.

    A MEMBER card counts where it stands on a card's boundary and a DSCRPTR card follows; text may hold anything.
    """
    if headers.records is None:
        names = CARD_NAMES[version]
        return source.find_cards(headers.data, names.member, names.descriptor)
    size = headers.records * record
    end = headers.data + size + len(padding(size))
    return end if end < source.size else None


def _check_names(names: list[str], place: Place) -> None:
    """FileFormatError for names that a frame could not tell apart: blank, twice, or like a column of missings."""
    special = {name + MISSING_SUFFIX for name in names}
    if "" in names or len(set(names)) < len(names) or not special.isdisjoint(names):
        raise FileFormatError("The names of variables are blank or not unique.", place=place, found=", ".join(names))


def _check_lengths(headers: MemberHeaders, place: Place) -> None:
    """FileFormatError for a length that a variable of its type cannot have."""
    for number, entry in enumerate(headers.entries):
        low, high = (
            (SHORTEST_NUMBER, NUMBER_BYTES) if entry.type is FieldType.NUMBER else (1, LIMITS[XptVersion.V8].text)
        )
        if not low <= entry.length <= high:
            raise FileFormatError(
                f"The length of variable {entry.name.decode('latin-1')} is impossible.",
                place=replace(place, byte=headers.entry_byte(number)),
                expected=f"{low} to {high} bytes",
                found=str(entry.length),
            )


def _count(
    source: XptSource, headers: MemberHeaders, end: int, record: int, place: Place
) -> tuple[int, tuple[Finding, ...]]:
    """The number of records, and what is odd about the padding after them.

    FileFormatError where the last record is cut, or where the file has others than it says.
    """
    size = end - headers.data
    if headers.records is None or not record:
        tail = source.read(end - min(size, CARD - 1), min(size, CARD - 1), "the data")
        records = count_records(size, record, tail, _fill(headers, size, record, tail))
    else:
        records = headers.records
    rest = size - records * record
    padded = source.read(end - rest, rest, "the data") if 0 <= rest < CARD else b""
    if not 0 <= rest < CARD or padded.strip(_BLANKS):
        raise FileFormatError(
            "The last record is cut: the file is truncated."
            if headers.records is None
            else "The data do not have the length that the number of records says.",
            place=replace(
                place,
                byte=min(headers.data + records * record, end),
                record=min(records, size // record if record else 0) + 1,
            ),
            expected=f"{records} records of {record} bytes, then less than 80 blanks",
            found=f"{size} bytes",
        )
    if not padded.strip(b" "):
        return records, ()
    message = "The dataset ends in zero bytes, where SAS pads with blanks: they are taken for padding."
    return records, (Finding(Severity.WARNING, "xpt.zero_padding", message, replace(place, byte=end - rest)),)


def _fill(headers: MemberHeaders, size: int, record: int, tail: bytes) -> bytes:
    """The bytes that count as padding: blanks, and zero bytes where these cannot be a record.

    A record of zero bytes may be one of numbers that are 0, but texts have blanks; and after a piece of a record that
    is zero bytes, the records before it that are so too may be padding as well.
    """
    has_text = any(entry.type is FieldType.TEXT for entry in headers.entries)
    piece = tail[len(tail) - size % record :] if record and size % record < CARD else b"x"
    return _BLANKS if has_text or (piece and not piece.strip(b"\0")) else b" "


def _variable(entry: Namestr, place: Place, decoder: TextDecoder) -> Variable:
    """The attributes of an entry; the kind of a number follows its format."""
    name = decoder.decode(entry.name, place)
    here = replace(place, variable=name)

    def decoded(field: FormatField) -> Format:
        return Format(decoder.decode(field.name, here), field.width, field.decimals)

    shown = decoded(entry.format)
    kind = Kind.TEXT if entry.type is FieldType.TEXT else kind_of_format(shown.name)
    label = decoder.decode(entry.label, here)
    return Variable(name, kind, label, entry.length, str(shown), str(decoded(entry.informat)))

"""Spells as ISO 8601 the dates and times that SAS formats, or R, wrote in another form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from adamline.io.dataset import Kind

_MONTHS: Final = pa.array(
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], pa.large_string()
)
_DAY, _MONTH, _YEAR = r"(?P<day>[0-9]{1,2})", r"(?P<month>[0-9]{1,2})", r"(?P<year>[0-9]{4})"
_DIGITS: Final = r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
_ISO: Final = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
# DATE9., DATE11., DATETIME20.; a year of two digits depends on YEARCUTOFF= and is none.
_NAMED: Final = rf"{_DAY}[-/ ]?(?P<name>[A-Za-z]{{3}})[-/ ]?{_YEAR}"
_SECONDS: Final = r"(?P<seconds>[0-9]{2}(?:\.[0-9]{1,6})?)"
_CLOCK: Final = rf"(?P<hours>[0-9]{{1,2}}):(?P<minutes>[0-9]{{2}})(?::{_SECONDS})?"
_CLOCK_DIGITS: Final = rf"(?P<hours>[0-9]{{2}})(?P<minutes>[0-9]{{2}}){_SECONDS}"
_HALF: Final = r" ?(?P<half>[AaPp])[Mm]"
_BY: Final = "[-/.: ]"

# What only the format tells apart, by its name without the letter of its separator.
_BY_FORMAT: Final = {
    "DDMMYY": (_BY.join((_DAY, _MONTH, _YEAR)), r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})"),
    "MMDDYY": (_BY.join((_MONTH, _DAY, _YEAR)), r"(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<year>[0-9]{4})"),
    "YYMMDD": (_BY.join((_YEAR, _MONTH, _DAY)), _DIGITS),
    "B8601DA": (_DIGITS,),
    "B8601DT": (f"{_DIGITS}T{_CLOCK_DIGITS}",),
    "B8601TM": (_CLOCK_DIGITS,),
    "MDYAMPM": (f"{_BY.join((_MONTH, _DAY, _YEAR))} {_CLOCK}{_HALF}",),
    "MMSS": (f"(?P<sixtieths>[0-9]{{1,9}}):{_SECONDS}",),
}
# What can be read in one way only: named months, and, as R writes a datetime, UTC and midnight without a time.
_BY_KIND: Final = {
    Kind.DATE: (_NAMED,),
    Kind.DATETIME: (f"{_NAMED}[:T ]{_CLOCK}(?:{_HALF})?", f"{_ISO}[T ]{_CLOCK}(?P<zone>Z)", _NAMED, _ISO),
    Kind.TIME: (f"{_CLOCK}{_HALF}",),
}


@dataclass(frozen=True)
class Spelled:
    """The texts in ISO 8601; how many of them were in another form, without a time, and with the Z of UTC."""

    texts: Any
    changed: int = 0
    at_midnight: int = 0
    of_utc: int = 0


def spelled_in_iso(texts: Any, kind: Kind, format_name: str) -> Spelled:
    """Dates, datetimes or times, as a variable of this format (no width, no dot) shows them, in ISO 8601.

    ``texts`` are Arrow strings; one that is in no form of the format or the kind stays as it is, null too. A date in
    the place of a datetime is midnight, and the Z of UTC is left out: SAS's datetimes have no zone.

    >>> spelled_in_iso(pa.array(["9JAN2024", "2024-01-09", "x"]), Kind.DATE, "DATE").texts.to_pylist()
    ['2024-01-09', '2024-01-09', 'x']
    >>> spelled_in_iso(pa.array(["01/09/2024"]), Kind.DATE, "MMDDYY").texts.to_pylist()
    ['2024-01-09']
    >>> spelled_in_iso(pa.array(["09JAN2024:19:30"]), Kind.DATETIME, "DATETIME").texts.to_pylist()
    ['2024-01-09T19:30:00']
    """
    stem = format_name if format_name in _BY_FORMAT else format_name[:-1]
    found, at_midnight, of_utc = texts, 0, 0
    is_open = pc.is_valid(texts)
    for form in (*_BY_FORMAT.get(stem, ()), *_BY_KIND.get(kind, ())):
        is_so = pc.and_(is_open, pc.fill_null(pc.match_substring_regex(texts, f"^(?:{form})$"), False))
        count = pc.sum(is_so).as_py() or 0
        if not count:
            continue
        parts = re.compile(form).groupindex
        found = pc.if_else(is_so, _rebuilt(texts, form, frozenset(parts), kind), found)
        is_open = pc.and_not(is_open, is_so)
        at_midnight += count if kind is Kind.DATETIME and "hours" not in parts else 0
        of_utc += count if "zone" in parts else 0
    changed = pc.sum(pc.fill_null(pc.not_equal(found, texts), False)).as_py() or 0
    return Spelled(found, changed, at_midnight, of_utc)


def _rebuilt(texts: Any, form: str, names: frozenset[str], kind: Kind) -> Any:
    """The texts of a form from its parts; null, or anything, where a text has another form."""
    parts = pc.extract_regex(texts, f"^(?:{form})$")
    pieces = []
    if kind is not Kind.TIME:
        pieces.append(_date(parts, names))
    if kind is not Kind.DATE:
        pieces.append(_clock(parts, names))
    rebuilt = pieces[0] if len(pieces) == 1 else _joined(pieces, "T")
    # A month or an hour that does not exist: the text stays, and is refused as it is written.
    return pc.coalesce(rebuilt, texts)


def _date(parts: Any, names: frozenset[str]) -> Any:
    if "name" in names:
        place = pc.index_in(pc.utf8_upper(pc.struct_field(parts, "name")), value_set=_MONTHS)
        month = pc.add(place, 1).cast(pa.large_string())
    else:
        month = pc.struct_field(parts, "month")
    return _joined([pc.struct_field(parts, "year"), _padded(month), _padded(pc.struct_field(parts, "day"))], "-")


def _clock(parts: Any, names: frozenset[str]) -> Any:
    if "hours" in names:
        hours, minutes = pc.struct_field(parts, "hours"), pc.struct_field(parts, "minutes")
        hours = _of_24(hours, pc.struct_field(parts, "half")) if "half" in names else hours
    elif "sixtieths" in names:
        whole = pc.struct_field(parts, "sixtieths").cast(pa.int64())
        full = pc.divide(whole, 60)
        hours, minutes = full, pc.subtract(whole, pc.multiply(full, 60))
    else:
        return pa.scalar("00:00:00", pa.large_string())
    seconds = pc.struct_field(parts, "seconds")
    seconds = pc.if_else(pc.equal(seconds, ""), "00", seconds)
    return _joined([_padded(hours), _padded(minutes), seconds], ":")


def _of_24(hours: Any, half: Any) -> Any:
    """Hours of a day from those of its halves, where ``half`` (A, P) is written; null where there is no such hour."""
    clock = hours.cast(pa.int64())
    of_day = pc.add(pc.if_else(pc.equal(clock, 12), 0, clock), pc.if_else(pc.equal(pc.utf8_upper(half), "P"), 12, 0))
    is_hour = pc.and_(pc.greater_equal(clock, 1), pc.less_equal(clock, 12))
    return pc.if_else(pc.equal(half, ""), clock, pc.if_else(is_hour, of_day, None))


def _padded(field: Any) -> Any:
    return pc.utf8_lpad(field.cast(pa.large_string()), 2, "0")


def _joined(pieces: Sequence[Any], between: str) -> Any:
    kind = pa.large_string()
    return pc.binary_join_element_wise(*[piece.cast(kind) for piece in pieces], pa.scalar(between, kind))

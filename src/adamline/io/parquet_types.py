"""Carries columns of Parquet's types over to those that a dataset has, refusing what would change on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import DataError, FileFormatError, Place
from adamline.findings import Finding, Severity
from adamline.io.arrow_columns import ARROW_TYPES
from adamline.io.dataset import Kind
from adamline.io.ibm import SPECIAL_MISSINGS
from adamline.plurals import counted

_EXACT_INTEGERS: Final = 2**53
# A double keeps every decimal of so many digits.
_EXACT_DIGITS: Final = 15


def is_string(type_: Any) -> bool:
    """Whether a type is one of text, spelt out or by code."""
    inner = type_.value_type if pa.types.is_dictionary(type_) else type_
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner))


def kind_of_type(type_: Any, place: Place) -> Kind:
    """The kind that a column of this type holds; DataError where there is none."""
    is_ = pa.types
    if is_string(type_) or is_.is_null(type_):
        return Kind.TEXT
    if is_.is_integer(type_) or is_.is_floating(type_) or is_.is_decimal(type_) or is_.is_boolean(type_):
        return Kind.NUMBER
    if is_.is_date(type_):
        return Kind.DATE
    if is_.is_timestamp(type_) and type_.tz is None:
        return Kind.DATETIME
    if is_.is_time(type_) or is_.is_duration(type_):
        return Kind.TIME
    raise DataError(
        "A column has a type that no kind of variable holds.",
        place=place,
        expected="text, numbers, dates, timestamps without zone, times",
        found=str(type_),
        hint="in Python, columns= chooses others",
    )


def check_text(values: Any, place: Place, start: int) -> None:
    """FileFormatError, with the first record, where text is not UTF-8 or a code points to no text."""
    records = start
    for chunk in values.chunks:
        try:
            chunk.validate(full=True)
            if pa.types.is_dictionary(chunk.type):
                chunk.dictionary.validate(full=True)
        except pa.ArrowInvalid as error:
            raise FileFormatError(
                "A text is not UTF-8, or is not where the file says.",
                place=replace(place, record=records + _first_bad(chunk) + 1),
                found=str(error)[:200],
            ) from None
        records += len(chunk)


def _first_bad(chunk: Any) -> int:
    """The first row, from 0, that cannot be taken out of a damaged array."""
    for row in range(len(chunk)):
        try:
            chunk[row].as_py()
        except (UnicodeDecodeError, IndexError, pa.ArrowException):
            return row
    return 0


def check_letters(letters: Any, numbers: Any, place: Place, start: int) -> None:
    """FileFormatError, with the first record, where ``X.missing`` has no special missing, or X has a value too."""
    texts = letters.cast(pa.string())
    known = pc.is_in(texts, value_set=pa.array([*SPECIAL_MISSINGS, None]))
    alone = pc.or_(pc.is_null(texts), pc.is_null(numbers, nan_is_null=pa.types.is_floating(numbers.type)))
    fits = pc.and_(known, alone)
    if not pc.all(fits, min_count=0).as_py():
        row = int(pc.index(fits, False).as_py())
        raise FileFormatError(
            "A kind of missing is none, or stands beside a value.",
            place=replace(place, record=start + row + 1),
            expected="_ or A to Z where the number is missing",
            found=f"{texts[row].as_py()!r} with {numbers[row].as_py()}",
        )


def convert_column(values: Any, kind: Kind, place: Place, start: int) -> tuple[Any, Finding | None]:
    """The values in the Arrow type of their kind, ``start`` records before them; and what is said of decimals.

    A decimal becomes the nearest double, which a finding says where that is not exactly it. DataError, with the record,
    where another value would change.
    """
    if values.type == ARROW_TYPES[kind]:
        return values, None
    if pa.types.is_decimal(values.type):
        return _from_decimals(values, place, start)
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    if pa.types.is_integer(values.type) and values.type.bit_width == 64:
        _check_integers(values, place, start)
    if pa.types.is_time(values.type):
        unit = values.type.unit
        values = values.cast(pa.int32() if pa.types.is_time32(values.type) else pa.int64()).cast(pa.int64())
        values = values.cast(pa.duration(unit))
    try:
        return values.cast(ARROW_TYPES[kind]), None
    except pa.ArrowInvalid:
        back = values.cast(ARROW_TYPES[kind], safe=False).cast(values.type, safe=False)
        changed = pc.fill_null(pc.not_equal(back, values), False)
        row = int(pc.index(changed, True).as_py())
        raise _inexact(values, row, place, start, "values that microseconds hold") from None


def _check_integers(values: Any, place: Place, start: int) -> None:
    large = pc.greater(values, pa.scalar(_EXACT_INTEGERS, values.type))
    if pa.types.is_signed_integer(values.type):
        large = pc.or_(large, pc.less(values, -_EXACT_INTEGERS))
    if pc.any(large, min_count=0).as_py():
        row = int(pc.index(large, True).as_py())
        raise _inexact(values, row, place, start, "integers from -2**53 to 2**53")


def _from_decimals(values: Any, place: Place, start: int) -> tuple[Any, Finding | None]:
    """The nearest doubles, by way of text: Arrow's own cast divides, and is often one unit in the last place off."""
    texts = values.cast(pa.large_string())
    numbers = texts.cast(pa.float64())
    if values.type.precision <= _EXACT_DIGITS:
        return numbers, None
    # As texts with the same significant digits, since the two cannot be a power of ten apart.
    rounded = pc.fill_null(pc.not_equal(_digits(numbers.cast(pa.large_string())), _digits(texts)), False)
    count = int(pc.sum(rounded.cast(pa.int64()), min_count=0).as_py())
    if not count:
        return numbers, None
    row = int(pc.index(rounded, True).as_py())
    message = (
        f"{place.variable} has decimals with more digits than a number of SAS keeps, read as the nearest: "
        f"{counted(count, 'value')}, the first {texts[row].as_py()}."
    )
    return numbers, Finding(Severity.WARNING, "parquet.decimal", message, replace(place, record=start + row + 1))


def _digits(texts: Any) -> Any:
    """The significant digits of numbers as texts."""
    digits = pc.replace_substring_regex(texts, r"[eE].*$|[^0-9]", "")
    return pc.utf8_trim(digits, "0")


def _inexact(values: Any, row: int, place: Place, start: int, expected: str) -> DataError:
    here = replace(place, record=start + row + 1)
    return DataError("A value cannot be held exactly.", place=here, expected=expected, found=str(values[row].as_py()))

"""Writes columns as JSON values: an Arrow array of text for an array of values."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import DataError, Place
from adamline.io.dataset import Kind
from adamline.io.dataset_json_types import DECIMAL_FORM, DataType, JsonColumn

_TEXT: Final = pa.large_string()
_SHORT: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
# What JSON does not allow within quotes; the backslash comes first, since the others bring one.
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"'} | {
    chr(code): _SHORT.get(chr(code), f"\\u{code:04x}") for code in range(32)
}
_NEEDS_ESCAPE: Final = r'["\\\x00-\x1f]'
_DAY_MICROSECONDS: Final = 86_400_000_000


def json_tokens(values: Any, column: JsonColumn, kind: Kind, place: Place) -> Any:
    """The values of a column (as `to_arrow` gives them) as JSON; none of the tokens is null.

    Text, --DTC too, is a string, empty where missing, as in CDISC's own files; other missing values are null.
    Numbers are the shortest decimals that read back as the same doubles. DataError, with the record, for an infinite
    number, a fraction in an integer column, another number than 1 and 0 in a boolean column, and in a column of times
    one that is negative or of a day and more; in a column of floats a time is its seconds.
    """
    if kind is Kind.TEXT:
        if column.data_type is DataType.DECIMAL:
            _refuse(pc.match_substring_regex(values, DECIMAL_FORM), values, place, "A text is no decimal.", "30.25")
            return pc.fill_null(_quoted(values), "null")
        return pc.fill_null(_quoted(_escaped(values)), '""')
    if kind is Kind.TIME and column.data_type is DataType.FLOAT:
        values = pc.divide(values.cast(pa.int64()).cast(pa.float64()), 1e6)
    write = _WRITE.get(column.data_type, _number)
    return pc.fill_null(write(values, place), "null")


def join_rows(columns: list[Any], before: str, after: str) -> bytes:
    """The rows as JSON lists from the tokens of each column, with text before and after each."""
    comma, left, right, nothing = _scalars(",", f"{before}[", f"]{after}", "")
    rows = pc.binary_join_element_wise(left, pc.binary_join_element_wise(*columns, comma), right, nothing)
    # The bytes of an Arrow array stand one after the other: they are the content of the file.
    content = rows.buffers()[2]
    return bytes(content.to_pybytes()) if content is not None else b""


def _scalars(*texts: str) -> list[Any]:
    return [pa.scalar(text, _TEXT) for text in texts]


def _quoted(texts: Any) -> Any:
    quote, nothing = _scalars('"', "")
    return pc.binary_join_element_wise(quote, texts, quote, nothing)


def _escaped(texts: Any) -> Any:
    if not pc.any(pc.match_substring_regex(texts, _NEEDS_ESCAPE), min_count=0).as_py():
        return texts
    for character, escape in _ESCAPES.items():
        if pc.any(pc.match_substring(texts, character), min_count=0).as_py():
            texts = pc.replace_substring(texts, character, escape)
    return texts


def _refuse(fits: Any, values: Any, place: Place, what: str, expected: str) -> None:
    """DataError at the first value that does not fit."""
    if not pc.all(fits, min_count=0).as_py():
        row = int(pc.index(fits, False).as_py())
        here = Place(place.file, dataset=place.dataset, variable=place.variable, record=row + 1)
        raise DataError(what, place=here, expected=expected, found=str(values[row].as_py()))


def _number(values: Any, place: Place) -> Any:
    _refuse(pc.is_finite(values), values, place, "An infinite number has no decimals.", "a finite number")
    # As "-0" it would be an integer, which has no sign at zero.
    text = values.cast(_TEXT)
    return pc.if_else(pc.equal(text, "-0"), pa.scalar("-0.0", _TEXT), text)


def _integer(values: Any, place: Place) -> Any:
    whole = pc.equal(values, pc.floor(values))
    _refuse(whole, values, place, "A number is no integer, as its column says.", "whole numbers, or dataType float")
    _refuse(pc.less_equal(pc.abs(values), 2.0**53), values, place, "An integer is too large.", "at most 2**53")
    return values.cast(pa.int64()).cast(_TEXT)


def _decimal(values: Any, place: Place) -> Any:
    text = _number(values, place)
    powers = pc.fill_null(pc.match_substring(text, "e"), False)
    if pc.any(powers, min_count=0).as_py():
        # Decimals have no exponent; few numbers need one.
        plain = [format(Decimal(number), "f") for number in text.filter(powers).to_pylist()]
        text = pc.replace_with_mask(text, powers, pa.array(plain, _TEXT))
    return _quoted(text)


def _boolean(values: Any, place: Place) -> Any:
    known = pc.is_in(values, value_set=pa.array([0.0, 1.0, None]))
    _refuse(known, values, place, "A number is no boolean, as its column says.", "1 or 0")
    return pc.if_else(pc.equal(values, 1.0), *_scalars("true", "false"))


def _date(values: Any, place: Place) -> Any:
    return _quoted(values.cast(_TEXT))


def _datetime(values: Any, place: Place) -> Any:
    return _quoted(_without_zeros(pc.replace_substring(values.cast(_TEXT), " ", "T", max_replacements=1)))


def _time(values: Any, place: Place) -> Any:
    counts = values.cast(pa.int64())
    within = pc.and_(pc.greater_equal(counts, 0), pc.less(counts, _DAY_MICROSECONDS))
    expected = "00:00:00 to 23:59:59.999999, or the variable among those written in seconds"
    _refuse(within, values, place, "A time is no time of day.", expected)
    return _quoted(_without_zeros(counts.cast(pa.time64("us")).cast(_TEXT)))


def _without_zeros(texts: Any) -> Any:
    """Without the zeros at the end of six digits of a second, and their point."""
    return pc.replace_substring_regex(pc.replace_substring_regex(texts, r"0+$", ""), r"\.$", "")


_WRITE: Final[dict[DataType, Callable[[Any, Place], Any]]] = {
    DataType.INTEGER: _integer,
    DataType.DECIMAL: _decimal,
    DataType.BOOLEAN: _boolean,
    DataType.DATE: _date,
    DataType.DATETIME: _datetime,
    DataType.TIME: _time,
}

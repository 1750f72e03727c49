"""Turns the fields of a CSV column into values of a variable's kind, refusing what is not of that kind."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import FileFormatError, Place
from adamline.io.arrow_columns import ARROW_TYPES
from adamline.io.dataset import MISSING_SUFFIX, Kind, Variable
from adamline.io.number_text import A_NUMBER, NUMBER

_LETTER: Final = r"^\.[A-Za-z_]$"
_FORMS: Final = {
    Kind.NUMBER: (f"^(?:{NUMBER})$", A_NUMBER),
    Kind.DATE: (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a date such as 2024-03-05"),
    Kind.DATETIME: (
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?$",
        "a datetime such as 2024-03-05T07:30:00",
    ),
    Kind.TIME: (
        r"^(?P<sign>-?)(?P<hours>[0-9]{1,9}):(?P<minutes>[0-5][0-9])"
        r"(?::(?P<seconds>[0-5][0-9])(?:\.(?P<micros>[0-9]{1,6}))?)?$",
        "a time such as 07:30:00",
    ),
}


def parse_column(fields: Any, variable: Variable, place: Place, start: int) -> dict[str, Any]:
    """The column of a variable, and its ``X.missing`` where fields have letters; ``start`` records stand before.

    FileFormatError, with the first record, for a field that is not of the kind.
    """
    if variable.kind is Kind.TEXT:
        return {variable.name: fields}
    trimmed = pc.ascii_trim_whitespace(fields)
    is_letter = pc.match_substring_regex(trimmed, _LETTER)
    is_missing = pc.or_(is_letter, pc.is_in(trimmed, value_set=pa.array(["", "."], pa.large_string())))
    texts = pc.if_else(is_missing, None, trimmed)
    form, expected = _FORMS[variable.kind]
    wrong = pc.invert(pc.fill_null(pc.match_substring_regex(texts, form), True))
    if not pc.any(wrong, min_count=0).as_py():
        values = _PARSE[variable.kind](texts)
        wrong = pc.and_(pc.is_null(values), pc.is_valid(texts))
    if pc.any(wrong, min_count=0).as_py():
        row = int(pc.index(wrong, True).as_py())
        here = Place(place.file, dataset=place.dataset, variable=place.variable, record=start + row + 1)
        raise FileFormatError(
            f"A field is not a {variable.kind}.", place=here, expected=expected, found=repr(fields[row].as_py())[:80]
        )
    column = {variable.name: values}
    # Every block of a file has the same columns, whether or not its records hold letters.
    letters = pc.utf8_upper(pc.utf8_slice_codeunits(pc.if_else(is_letter, trimmed, None), 1))
    return column | {variable.name + MISSING_SUFFIX: letters.cast(pa.string())}


def _number(texts: Any) -> Any:
    values = texts.cast(pa.float64())
    return pc.if_else(pc.is_finite(values), values, None)


def _date(texts: Any) -> Any:
    return _moment(texts, "datetime64[D]").cast(pa.date32())


def _datetime(texts: Any) -> Any:
    return _moment(pc.replace_substring(texts, " ", "T"), "datetime64[us]").cast(ARROW_TYPES[Kind.DATETIME])


def _moment(texts: Any, unit: str) -> Any:
    """Distinct texts as NumPy's moments, null where the calendar or clock lacks them."""
    encoded = texts.dictionary_encode()
    distinct = encoded.dictionary.to_numpy(zero_copy_only=False).astype("U32")
    try:
        moments = distinct.astype(unit)
    except ValueError:
        moments = np.array([_one_moment(text, unit) for text in distinct], dtype=unit)
    return pa.array(moments).take(encoded.indices)


def _one_moment(text: str, unit: str) -> Any:
    try:
        return np.datetime64(text).astype(unit)
    except ValueError:
        return np.datetime64("NaT").astype(unit)


def _time(texts: Any) -> Any:
    parts = pc.extract_regex(texts, _FORMS[Kind.TIME][0])

    def whole(name: str, width: int = 0) -> Any:
        digits = pc.struct_field(parts, name)
        digits = pc.if_else(pc.equal(digits, ""), "0", digits)
        return pc.utf8_rpad(digits, width, "0").cast(pa.int64())

    minutes = pc.add(pc.multiply(whole("hours"), 60), whole("minutes"))
    seconds = pc.add(pc.multiply(minutes, 60), whole("seconds"))
    micros = pc.add(pc.multiply(seconds, 1_000_000), whole("micros", 6))
    negative = pc.equal(pc.struct_field(parts, "sign"), "-")
    return pc.if_else(negative, pc.negate(micros), micros).cast(ARROW_TYPES[Kind.TIME])


_PARSE: Final = {Kind.NUMBER: _number, Kind.DATE: _date, Kind.DATETIME: _datetime, Kind.TIME: _time}

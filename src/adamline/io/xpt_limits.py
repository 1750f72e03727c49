"""Refuses names, labels, formats and lengths that a SAS transport file of version 5 cannot hold."""

from __future__ import annotations

import re
from typing import Final

from adamline.errors import DataError, Place
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.ibm import NUMBER_BYTES, SHORTEST_NUMBER
from adamline.io.sas_dates import DEFAULT_FORMATS, kind_of_format
from adamline.io.xpt_layout import LONGEST_LABEL, LONGEST_NAME, LONGEST_TEXT, MOST_VARIABLES, Format

_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,7}", re.ASCII)
_WIDEST: Final = 32767


def check_dataset(dataset: Dataset, encoding: str) -> None:
    """Refuse a dataset whose name, label or number of variables breaks a limit."""
    place = Place(dataset=dataset.name)
    _check_name(dataset.name, "The name of a dataset", place)
    encode_label(dataset.label, encoding, place)
    if not 0 < len(dataset.variables) <= MOST_VARIABLES:
        raise DataError(
            "A dataset in a transport file has at least one variable and at most 9999.",
            place=place,
            found=str(len(dataset.variables)),
        )


def check_variable(variable: Variable, place: Place) -> None:
    """Refuse a variable whose name or length breaks a limit."""
    _check_name(variable.name, "The name of a variable", place)
    if variable.length is None:
        return
    low, high = (1, LONGEST_TEXT) if variable.kind is Kind.TEXT else (SHORTEST_NUMBER, NUMBER_BYTES)
    if not low <= variable.length <= high:
        raise DataError(
            f"The length of a {variable.kind} variable is out of range.",
            place=place,
            expected=f"{low} to {high} bytes",
            found=str(variable.length),
        )


def _check_name(name: str, what: str, place: Place) -> None:
    if _NAME.fullmatch(name) is None:
        raise DataError(
            f"{what} is not one that a transport file can hold.",
            place=place,
            expected=f"at most {LONGEST_NAME} of A-Z, 0-9 and _, not beginning with a digit",
            found=repr(name),
            hint=f"{name.upper()}" if _NAME.fullmatch(name.upper()) else "",
        )


def encode_label(label: str, encoding: str, place: Place) -> bytes:
    """The label in bytes; DataError for a character that the encoding lacks, and for more than 40 bytes."""
    try:
        raw = label.encode(encoding)
    except UnicodeEncodeError as error:
        raise DataError(
            f"A label has a character that {encoding} does not have.",
            place=place,
            expected=f"text in {encoding}",
            found=f"{label[error.start]!r} in {label!r}",
        ) from None
    if len(raw) > LONGEST_LABEL:
        raise DataError(
            f"A label is longer than {LONGEST_LABEL} bytes.",
            place=place,
            expected=f"at most {LONGEST_LABEL} bytes",
            found=f"{len(raw)} bytes in {label!r}",
            hint=f"the first {LONGEST_LABEL} would be {raw[:LONGEST_LABEL].decode(encoding, 'ignore')!r}",
        )
    return raw


def parse_format(variable: Variable, place: Place) -> tuple[Format, Format]:
    """The format and informat of a variable; DataError where they break a limit or contradict the variable's kind."""
    shown, read = (_one_format(text, variable, place) for text in (variable.format, variable.informat))
    if variable.kind in DEFAULT_FORMATS and kind_of_format(shown.name) is not variable.kind:
        raise DataError(
            f"A {variable.kind} variable needs a {variable.kind} format: without one it is read back as a number.",
            place=place,
            expected=f"a format such as {DEFAULT_FORMATS[variable.kind]}",
            found=variable.format or "none",
        )
    return shown, read


def _one_format(text: str, variable: Variable, place: Place) -> Format:
    parsed = Format.parse(text)
    if parsed is None or len(parsed.name) > LONGEST_NAME or parsed.width > _WIDEST:
        raise DataError(
            "A format is not one that a transport file can hold.",
            place=place,
            expected=f"a name of at most {LONGEST_NAME} characters, width and decimals, such as DATE9. or 8.2",
            found=repr(text),
        )
    if text and parsed.name.startswith("$") is not (variable.kind is Kind.TEXT):
        raise DataError(
            f"The format of a {variable.kind} variable is for the other type.",
            place=place,
            expected="a format that begins with $" if variable.kind is Kind.TEXT else "a format without $",
            found=text,
        )
    return parsed

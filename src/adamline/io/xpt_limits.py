"""Refuses names, labels, formats and lengths that a SAS transport file of the wanted version cannot hold."""

from __future__ import annotations

import re
from typing import Final

from adamline.errors import DataError, Place
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.ibm import NUMBER_BYTES, SHORTEST_NUMBER
from adamline.io.sas_dates import DEFAULT_FORMATS, kind_of_format
from adamline.io.written_names import check_written
from adamline.io.xpt_layout import LIMITS, LONGEST_DATASET_LABEL, Format, XptVersion

_NAMES: Final = {
    XptVersion.V5: re.compile(r"[A-Z_][A-Z0-9_]{0,7}", re.ASCII),
    XptVersion.V8: re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}", re.ASCII),
}
_LETTERS: Final = {XptVersion.V5: "A-Z", XptVersion.V8: "A-Z, a-z"}
_WIDEST: Final = 32767


def check_dataset(dataset: Dataset, version: XptVersion) -> None:
    """Refuse a dataset whose name, number of variables or names in other capitals break a limit."""
    place = Place(dataset=dataset.name)
    _check_name(dataset.name, "The name of a dataset", version, place)
    check_written(dataset.name, dataset.variables)
    if len(dataset.variables) > LIMITS[version].variables:
        raise DataError(
            f"A dataset in a transport file has at most {LIMITS[version].variables} variables.",
            place=place,
            found=str(len(dataset.variables)),
        )


def check_variable(variable: Variable, version: XptVersion, place: Place) -> None:
    """Refuse a variable whose name or length breaks a limit."""
    _check_name(variable.name, "The name of a variable", version, place)
    check_length(variable.kind, variable.length, version, place)


def check_length(kind: Kind, length: int | None, version: XptVersion, place: Place) -> None:
    """Refuse a length that a variable of this kind cannot have; None is one still to be chosen."""
    low, high = (1, LIMITS[version].text) if kind is Kind.TEXT else (SHORTEST_NUMBER, NUMBER_BYTES)
    if length is not None and not low <= length <= high:
        raise DataError(
            f"The length of a {kind} variable is out of range.",
            place=place,
            expected=f"{low} to {high} bytes",
            found=str(length),
        )


def _check_name(name: str, what: str, version: XptVersion, place: Place) -> None:
    known = _NAMES[version]
    if known.fullmatch(name) is None:
        raise DataError(
            f"{what} is not one that a transport file of version {version} can hold.",
            place=place,
            expected=f"at most {LIMITS[version].name} of {_LETTERS[version]}, 0-9 and _, not beginning with a digit",
            found=repr(name),
            hint=f"{name.upper()}" if known.fullmatch(name.upper()) else "",
        )


def encode_dataset_label(dataset: Dataset, encoding: str) -> bytes:
    """The label of a dataset in bytes, at most 40 in both versions; see `encode_label`."""
    return _encode_label(dataset.label, encoding, LONGEST_DATASET_LABEL, Place(dataset=dataset.name))


def encode_label(variable: Variable, encoding: str, version: XptVersion, place: Place) -> bytes:
    """The label in bytes; DataError for a character that the encoding lacks, and for too many bytes."""
    return _encode_label(variable.label, encoding, LIMITS[version].label, place)


def _encode_label(label: str, encoding: str, longest: int, place: Place) -> bytes:
    try:
        raw = label.encode(encoding)
    except UnicodeEncodeError as error:
        raise DataError(
            f"A label has a character that {encoding} does not have.",
            place=place,
            expected=f"text in {encoding}",
            found=f"{label[error.start]!r} in {label!r}",
        ) from None
    if len(raw) > longest:
        raise DataError(
            f"A label is longer than {longest} bytes.",
            place=place,
            expected=f"at most {longest} bytes",
            found=f"{len(raw)} bytes in {label!r}",
            hint=f"the first {longest} would be {raw[:longest].decode(encoding, 'ignore')!r}",
        )
    return raw


def parse_format(variable: Variable, version: XptVersion, place: Place) -> tuple[Format, Format]:
    """The format and informat of a variable; DataError where they break a limit or contradict the variable's kind."""
    shown, read = (_one_format(text, variable, version, place) for text in (variable.format, variable.informat))
    if variable.kind in DEFAULT_FORMATS and kind_of_format(shown.name) is not variable.kind:
        raise DataError(
            f"A {variable.kind} variable needs a {variable.kind} format: without one it is read back as a number.",
            place=place,
            expected=f"a format such as {DEFAULT_FORMATS[variable.kind]}",
            found=variable.format or "none",
        )
    return shown, read


def _one_format(text: str, variable: Variable, version: XptVersion, place: Place) -> Format:
    parsed, longest = Format.parse(text), LIMITS[version].format
    if parsed is None or len(parsed.name) > longest or parsed.width > _WIDEST:
        raise DataError(
            "A format is not one that a transport file can hold.",
            place=place,
            expected=f"a name of at most {longest} characters, width and decimals, such as DATE9. or 8.2",
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

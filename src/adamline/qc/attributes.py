"""Compares the attributes of matched variables, and says what each difference can change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from adamline.io.dataset import Kind, Variable
from adamline.io.sas_dates import kind_of_format
from adamline.qc.model import AttributeDifference, Concern, VariablePair
from adamline.qc.options import Attribute

# Name, width and decimals of a format such as `DATE9.`, `$CHAR20.`, `8.2`.
_FORMAT = re.compile(r"(\$?)([A-Z_]?(?:[A-Z0-9_]*[A-Z_])?)(\d*)\.?(\d*)$")


def attribute_differences(pairs: Iterable[VariablePair]) -> tuple[AttributeDifference, ...]:
    """Every attribute that differs between two variables of one type.

    A length that is not known is not compared. Formats are compared as name, width and decimals, in capitals, and
    ``F`` is the name of a format that has none. Concern: a format is about meaning where one makes a date of a
    number and the other does not, else about display, as a label is; a length is about storage; an informat about
    nothing, since it serves for reading raw data only.
    """
    return tuple(difference for pair in pairs for difference in _of_pair(pair))


def _of_pair(pair: VariablePair) -> Iterator[AttributeDifference]:
    base, compare = pair.base, pair.compare
    if base.length is not None and compare.length is not None and base.length != compare.length:
        yield AttributeDifference(pair, Attribute.LENGTH, str(base.length), str(compare.length), Concern.STORAGE)
    if _parts(base.format) != _parts(compare.format):
        concern = Concern.DISPLAY if meaning_of(base) is meaning_of(compare) else Concern.MEANING
        yield AttributeDifference(pair, Attribute.FORMAT, base.format, compare.format, concern)
    if _parts(base.informat) != _parts(compare.informat):
        yield AttributeDifference(pair, Attribute.INFORMAT, base.informat, compare.informat, Concern.NOTHING)
    if base.label.rstrip() != compare.label.rstrip():
        yield AttributeDifference(pair, Attribute.LABEL, base.label, compare.label, Concern.DISPLAY)


def _parts(format_: str) -> tuple[str, str, str, str]:
    upper = format_.strip().upper()
    found = _FORMAT.match(upper)
    if found is None:
        return "", upper, "", ""
    dollar, name, width, decimals = found.groups()
    name = "" if name == "F" else name
    return dollar, name, width.lstrip("0"), decimals.lstrip("0")


def meaning_of(variable: Variable) -> Kind:
    """What the format of a variable makes of it; NUMBER for a number that it makes no date of."""
    return Kind.TEXT if variable.kind is Kind.TEXT else kind_of_format(format_name(variable))


def format_name(variable: Variable) -> str:
    """The name of a variable's format, in capitals, without width and decimals.

    >>> format_name(Variable("ADT", Kind.DATE, format="date9."))
    'DATE'
    """
    return _parts(variable.format)[1]

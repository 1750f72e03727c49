"""Gives a finished dataset its attributes: from the spec, the standard, or where a variable was copied from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from adamline.errors import DataError, Place
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable, kind_of
from adamline.io.ibm import NUMBER_BYTES
from adamline.io.sas_dates import DEFAULT_FORMATS, kind_of_format
from adamline.spec.dataset import Attributes, DatasetSpec
from adamline.standards.labels import standard_label

_TYPES = {
    Kind.NUMBER: "float64",
    Kind.DATE: "datetime64[s]",
    Kind.DATETIME: "datetime64[us]",
    Kind.TIME: "timedelta64[us]",
}


def finished(spec: DatasetSpec, names: Sequence[str], frame: pd.DataFrame, known: Mapping[str, Variable]) -> Dataset:
    """The dataset with each variable's attributes set.

    ``known`` has what is known of variables that were copied. A label is the spec's, else that of the variable it is
    the exact copy of, else the standard's, else that of the variable it was copied from under another name.
    Raises DataError where a variable is not of the type that the spec says.
    """
    entries = spec.entries
    variables = []
    for name in names:
        attributes = entries[name].attributes if name in entries else Attributes()
        place = Place(dataset=spec.dataset, variable=name)
        _require_known_type(frame[name], place)
        kind = kind_of(frame[name])
        if attributes.type is not None and attributes.type is not kind:
            raise DataError(f"{name} is no {attributes.type}.", place=place, expected=attributes.type, found=kind)
        variable = _variable(name, kind, attributes, known.get(name))
        if kind is Kind.NUMBER and kind_of_format(variable.format.rstrip("0123456789.")) is not Kind.NUMBER:
            hint = "derive a date with `date`, or leave out the format"
            raise DataError(
                f"{name} is a number with a format of dates.", place=place, found=variable.format, hint=hint
            )
        variables.append(variable)
    return Dataset(spec.dataset, frame, tuple(variables), spec.label)


def with_kinds_of_missing(names: Sequence[str], frame: pd.DataFrame) -> list[str]:
    """The columns of the variables, each followed by that of its kinds of missing where there is one."""
    return [c for name in names for c in (name, name + MISSING_SUFFIX) if c in frame.columns]


def _variable(name: str, kind: Kind, attributes: Attributes, kept: Variable | None) -> Variable:
    kept = kept if kept and kept.kind is kind else None
    same = kept.label if kept and kept.name == name else ""
    other = kept.label if kept else ""
    variable = Variable(
        name,
        kind,
        label=attributes.label or same or standard_label(name) or other,
        length=attributes.length or (kept.length if kept else None),
        format=attributes.format or (_format_of(kept) if kept else "") or DEFAULT_FORMATS.get(kind, ""),
    )
    return variable if kind is Kind.TEXT else replace(variable, length=variable.length or NUMBER_BYTES)


def _format_of(variable: Variable) -> str:
    """The format to keep; `$20.` says no more than the length does, and would contradict a new one."""
    return "" if variable.kind is Kind.TEXT and variable.format.strip("$.0123456789") == "" else variable.format


def _require_known_type(values: pd.Series, place: Place) -> None:
    """Raise DataError for a column of a type that no variable has; a study's own function can make one."""
    expected = _TYPES.get(kind_of(values))
    dtype = values.dtype
    text = isinstance(dtype, pd.CategoricalDtype | pd.StringDtype) or dtype.kind == "O"
    if str(dtype) == expected or (expected is None and text):
        return
    raise DataError(
        f"{values.name} is of a type that no variable has.",
        place=place,
        expected="text, float64, datetime64[s] (date), datetime64[us] (datetime), timedelta64[us] (time)",
        found=str(dtype),
    )

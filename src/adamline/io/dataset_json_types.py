"""The attributes of a Dataset-JSON file: its types of columns, their kinds, and what a dataset itself does not keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from adamline.errors import DataError, Place
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.sas_dates import DEFAULT_FORMATS

# The creation of a file that does not tell it: outputs hold no clock, the same data give the same bytes.
FIXED_TIME: Final = "1960-01-01T00:00:00"
# A decimal as text; commas between thousands are in the specification.
DECIMAL_FORM: Final = r"^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?$"


class DataType(StrEnum):
    """The logical type of a column."""

    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    DATE = "date"
    TIME = "time"
    URI = "URI"


class TargetType(StrEnum):
    """What a receiving system has to make of a column."""

    INTEGER = "integer"
    DECIMAL = "decimal"


@dataclass(frozen=True)
class JsonColumn:
    """What a file says of one variable; ``length`` counts characters, and is None where the file has none."""

    item_oid: str
    name: str
    label: str
    data_type: DataType
    target: TargetType | None = None
    length: int | None = None
    display_format: str | None = None
    key_sequence: int | None = None


@dataclass(frozen=True)
class SourceSystem:
    """The system that the data come from."""

    name: str
    version: str


@dataclass(frozen=True)
class DatasetJsonHeader:
    """All that a file says beside its rows; times are ISO 8601 text, as they stand in the file.

    ``records`` is None where a file does not tell it; a writer puts in the number that it writes.
    """

    created: str
    version: str
    item_group_oid: str
    records: int | None
    name: str
    label: str
    columns: tuple[JsonColumn, ...]
    file_oid: str | None = None
    modified: str | None = None
    originator: str | None = None
    source_system: SourceSystem | None = None
    study_oid: str | None = None
    metadata_version_oid: str | None = None
    metadata_ref: str | None = None


# The table "Supported Column Data Type Combinations" of the specification, 1.1. A boolean is 1 or 0, as in SAS.
KINDS: Final = {
    (DataType.STRING, None): Kind.TEXT,
    (DataType.URI, None): Kind.TEXT,
    (DataType.DATE, None): Kind.TEXT,
    (DataType.DATETIME, None): Kind.TEXT,
    (DataType.TIME, None): Kind.TEXT,
    (DataType.INTEGER, None): Kind.NUMBER,
    (DataType.FLOAT, None): Kind.NUMBER,
    (DataType.DOUBLE, None): Kind.NUMBER,
    (DataType.BOOLEAN, None): Kind.NUMBER,
    (DataType.DECIMAL, TargetType.DECIMAL): Kind.NUMBER,
    (DataType.DATE, TargetType.INTEGER): Kind.DATE,
    (DataType.DATETIME, TargetType.INTEGER): Kind.DATETIME,
    (DataType.TIME, TargetType.INTEGER): Kind.TIME,
}
# What a variable becomes of which no header says more; its kind decides, never its values.
_TYPES: Final = {
    Kind.TEXT: (DataType.STRING, None),
    Kind.NUMBER: (DataType.FLOAT, None),
    Kind.DATE: (DataType.DATE, TargetType.INTEGER),
    Kind.DATETIME: (DataType.DATETIME, TargetType.INTEGER),
    Kind.TIME: (DataType.TIME, TargetType.INTEGER),
}


def kind_of_column(column: JsonColumn) -> Kind | None:
    """What a column holds, None for a combination of types that the specification does not have."""
    return KINDS.get((column.data_type, column.target))


def describe_columns(
    dataset: Dataset, known: Iterable[JsonColumn] = (), seconds: Collection[str] = ()
) -> tuple[JsonColumn, ...]:
    """The columns of a file for a dataset: label, format and length of text are the dataset's, the rest as known.

    The times of ``seconds`` are numbers, which their format tells a reader to be times.

    A variable that is not known has its type by its kind (numbers are float) and the OID that CDISC's examples form.
    DataError where a known column has a type for another kind.

    >>> import pandas as pd
    >>> text = Variable("SEX", Kind.TEXT, "Sex", 1)
    >>> describe_columns(Dataset("DM", pd.DataFrame({"SEX": ["F"]}), (text,)))[0].item_oid
    'IT.DM.SEX'
    """
    columns = {column.name: column for column in known}
    described = (_describe(dataset.name, variable, columns.get(variable.name)) for variable in dataset.variables)
    return tuple(_in_seconds(column) if column.name in seconds else column for column in described)


def _in_seconds(column: JsonColumn) -> JsonColumn:
    shown = column.display_format or DEFAULT_FORMATS[Kind.TIME]
    return replace(column, data_type=DataType.FLOAT, target=None, display_format=shown)


def _describe(dataset: str, variable: Variable, known: JsonColumn | None) -> JsonColumn:
    data_type, target = _TYPES[variable.kind] if known is None else (known.data_type, known.target)
    if variable.kind in DEFAULT_FORMATS and KINDS.get((data_type, target)) is Kind.NUMBER:
        # SAS numbers with a format of dates were read as dates, and are written as such.
        data_type, target = _TYPES[variable.kind]
    exact = (known is not None) and data_type is DataType.DECIMAL and variable.kind is Kind.TEXT
    if KINDS.get((data_type, target)) is not variable.kind and not exact:
        raise DataError(
            "A column has a type in the header that its variable does not have.",
            place=Place(dataset=dataset, variable=variable.name),
            expected=f"a type for a {variable.kind}",
            found=data_type + (f" with target {target}" if target else ""),
        )
    return JsonColumn(
        item_oid=known.item_oid if known else f"IT.{dataset}.{variable.name}",
        name=variable.name,
        label=variable.label,
        data_type=data_type,
        target=target,
        length=variable.length if variable.kind is Kind.TEXT else known.length if known else None,
        display_format=variable.format or None,
        key_sequence=known.key_sequence if known else None,
    )

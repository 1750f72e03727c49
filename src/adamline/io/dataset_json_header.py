"""Reads the attributes of a Dataset-JSON file: common faults are mended and reported, what is ambiguous is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from adamline.errors import FileFormatError, Place, nearest
from adamline.findings import Finding, Severity
from adamline.io.dataset import MISSING_SUFFIX, Kind
from adamline.io.dataset_json_types import (
    FIXED_TIME,
    KINDS,
    DatasetJsonHeader,
    DataType,
    JsonColumn,
    SourceSystem,
    TargetType,
    kind_of_column,
)
from adamline.io.sas_dates import kind_of_format

# In the order of the specification, which lets a reader stream the rows.
ATTRIBUTES: Final = (
    *("datasetJSONCreationDateTime", "datasetJSONVersion", "fileOID", "dbLastModifiedDateTime", "originator"),
    *("sourceSystem", "studyOID", "metaDataVersionOID", "metaDataRef", "itemGroupOID", "records", "name", "label"),
    *("columns", "rows"),
)
COLUMN_ATTRIBUTES: Final = (
    *("itemOID", "name", "label", "dataType", "targetDataType", "length", "displayFormat", "keySequence"),
)
# A fraction may have any number of digits; \Z, since $ would let a line break pass.
ISO_MOMENT: Final = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
    r"([+-]([01][0-9]|2[0-3]):[0-5][0-9]|Z)?\Z"
)
_VERSION: Final = re.compile(r"1\.1(\.(0|[1-9][0-9]*))?\Z")
_Term = TypeVar("_Term", DataType, TargetType)
_DIGITS: Final = re.compile(r"[0-9]{1,18}\Z")


def parse_header(members: Mapping[str, Any], path: str) -> tuple[DatasetJsonHeader, tuple[Finding, ...]]:
    """The header from the members of the file's object, in their order; and what was found wrong with them.

    Mended: an attribute that lacks (but ``columns``, and of a column ``name`` and ``dataType``), a whole number
    written as text, null for text; unknown attributes are left out. FileFormatError for what has no single reading:
    a value of another type, a name twice, a type that the specification does not have.
    """
    if "columns" not in members and {"clinicalData", "referenceData"} & set(members):
        raise FileFormatError(
            "The file has the structure of Dataset-JSON 1.0.",
            place=Place(file=path),
            expected="Dataset-JSON 1.1: one dataset, with columns and rows",
            found=f"version {members.get('datasetJSONVersion')}",
            hint="convert it with the program that made it",
        )
    reader = _Reader(path)
    header = reader.header(members)
    reader.check_order(tuple(members), ATTRIBUTES, Place(file=path))
    return header, tuple(reader.findings)


@dataclass
class _Reader:
    """Takes values out of the parsed JSON, noting what it had to mend."""

    path: str
    findings: list[Finding] = field(default_factory=list)

    def header(self, members: Mapping[str, Any]) -> DatasetJsonHeader:
        """All attributes but the rows."""
        here = Place(file=self.path)
        self._unknown(members, ATTRIBUTES, here)
        columns = members.get("columns")
        if not isinstance(columns, list) or not columns:
            raise FileFormatError(
                "The file does not describe its columns.", place=here, expected="a list, columns", found=_show(columns)
            )
        name = self._required(members, "name", Path(self.path).name.partition(".")[0].upper() or "DATASET", here)
        created = self._moment(members, "datasetJSONCreationDateTime", here)
        version = self._required(members, "datasetJSONVersion", "1.1.0", here)
        if not _VERSION.match(version):
            self.note("version", f"The version is {version}: it is read as 1.1.", here)
        if created is None:
            self.note("attribute", "There is no datasetJSONCreationDateTime.", here)
        modified = self._moment(members, "dbLastModifiedDateTime", here)
        return DatasetJsonHeader(
            created=created or modified or FIXED_TIME,
            version=version if _VERSION.match(version) else "1.1.0",
            item_group_oid=self._required(members, "itemGroupOID", f"IG.{name}", here),
            records=self._records(members, here),
            name=name,
            label=self._required(members, "label", "", here),
            columns=self._columns(columns, name),
            file_oid=self._text(members, "fileOID", here),
            modified=modified,
            originator=self._text(members, "originator", here),
            source_system=self._source(members, here),
            study_oid=self._text(members, "studyOID", here),
            metadata_version_oid=self._text(members, "metaDataVersionOID", here),
            metadata_ref=self._text(members, "metaDataRef", here),
        )

    def check_order(self, found: Sequence[str], known: Sequence[str], place: Place) -> None:
        """Note attributes in another order than the specification's."""
        places = [known.index(key) for key in found if key in known]
        if places != sorted(places):
            self.note("order", "The attributes are in another order than the specification's.", place)

    def note(self, check: str, message: str, place: Place, severity: Severity = Severity.WARNING) -> None:
        """Keep a finding."""
        self.findings.append(Finding(severity, f"dataset_json.{check}", message, place))

    def _columns(self, columns: list[Any], dataset: str) -> tuple[JsonColumn, ...]:
        described = tuple(self._column(item, number, dataset) for number, item in enumerate(columns, start=1))
        names = [column.name for column in described]
        if len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise FileFormatError(
                "The file has a column twice.", place=Place(file=self.path, dataset=dataset), found=", ".join(twice)
            )
        if letters := {name + MISSING_SUFFIX for name in names} & set(names):
            raise FileFormatError(
                "A column has the name that a dataset keeps for the kinds of missing of another.",
                place=Place(file=self.path, dataset=dataset, variable=min(letters)),
            )
        return described

    def _column(self, item: Any, number: int, dataset: str) -> JsonColumn:
        here = Place(file=self.path, dataset=dataset, variable=f"number {number}")
        if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not item["name"]:
            raise FileFormatError("A column has no name.", place=here, found=_show(item))
        name = item["name"]
        here = replace(here, variable=name)
        self._unknown(item, COLUMN_ATTRIBUTES, here)
        column = JsonColumn(
            item_oid=self._required(item, "itemOID", f"IT.{dataset}.{name}", here),
            name=name,
            label=self._required(item, "label", "", here),
            data_type=_member(DataType, item.get("dataType"), "dataType", here),
            target=None if (target := item.get("targetDataType")) is None else _target(target, here),
            length=self._count(item, "length", here),
            display_format=self._text(item, "displayFormat", here) or None,
            key_sequence=self._count(item, "keySequence", here),
        )
        return self._typed(column, here)

    def _typed(self, column: JsonColumn, here: Place) -> JsonColumn:
        """The column with a combination of types that the specification has."""
        numeric = column.data_type in (DataType.INTEGER, DataType.FLOAT, DataType.DOUBLE)
        if column.data_type is DataType.DECIMAL and column.target is None:
            self.note("target", "A decimal has no targetDataType: it is read as decimal.", here)
            return replace(column, target=TargetType.DECIMAL)
        if numeric and column.target is not None:
            self.note("target", f"A {column.data_type} needs no targetDataType.", here, Severity.NOTE)
            column = replace(column, target=None)
        if kind_of_column(column) is None:
            raise FileFormatError(
                "The types of a column cannot be combined.",
                place=here,
                expected=", ".join(f"{data} to {target}" for data, target in KINDS if target),
                found=f"dataType {column.data_type}, targetDataType {column.target}",
            )
        if kind_of_column(column) in (Kind.DATE, Kind.DATETIME, Kind.TIME) and column.display_format is None:
            self.note("display_format", f"A numeric {column.data_type} has no displayFormat.", here, Severity.NOTE)
        kind = kind_of_format(format_name(column.display_format or ""))
        if numeric and kind is not Kind.NUMBER:
            message = f"Numbers with displayFormat {column.display_format} are read as SAS {kind}s."
            self.note("date_numbers", message, here, Severity.NOTE)
        return column

    def _unknown(self, items: Mapping[str, Any], known: Sequence[str], here: Place) -> None:
        for key in items:
            if key not in known:
                self.note("unknown", f"The attribute {key[:80]!r} is not in the specification: it is left out.", here)

    def _required(self, items: Mapping[str, Any], key: str, default: str, here: Place) -> str:
        value = self._text(items, key, here)
        if value is None or (not value and default):
            shown = f"taken as {default}" if default else "left empty"
            self.note("attribute", f"There is no {key}: it is {shown}.", here)
            return default
        return value

    def _text(self, items: Mapping[str, Any], key: str, here: Place) -> str | None:
        value = items.get(key)
        if value is None and key in items:
            self.note("null", f"The {key} is null.", here, Severity.NOTE)
        if value is None or isinstance(value, str):
            return value
        raise FileFormatError(f"The {key} is not text.", place=here, found=_show(value))

    def _moment(self, items: Mapping[str, Any], key: str, here: Place) -> str | None:
        value = self._text(items, key, here)
        if value is not None and not ISO_MOMENT.match(value):
            self.note("moment", f"The {key} {value[:40]!r} is no ISO 8601 datetime: it is left out.", here)
            return None
        return value

    def _records(self, items: Mapping[str, Any], here: Place) -> int | None:
        value = items.get("records")
        number = self._whole(value, "records", here)
        if number is None:
            self.note("attribute", "There is no number of records.", here)
        return number

    def _count(self, items: Mapping[str, Any], key: str, here: Place) -> int | None:
        number = self._whole(items.get(key), key, here)
        if number == 0:
            self.note("count", f"The {key} is 0: it is left out.", here)
        return number or None

    def _whole(self, value: Any, key: str, here: Place) -> int | None:
        if value is None:
            return None
        if (isinstance(value, str) and _DIGITS.match(value)) or (isinstance(value, float) and value.is_integer()):
            self.note("whole_number", f"The {key} is {value!r}, not an integer.", here)
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise FileFormatError(f"The {key} is not a whole number.", place=here, found=_show(value))
        return value

    def _source(self, items: Mapping[str, Any], here: Place) -> SourceSystem | None:
        value = items.get("sourceSystem")
        if value is None:
            return None
        if not isinstance(value, dict):
            raise FileFormatError("The sourceSystem has no name and version.", place=here, found=_show(value))
        self._unknown(value, ("name", "version"), here)
        return SourceSystem(self._required(value, "name", "", here), self._required(value, "version", "", here))


def format_name(text: str) -> str:
    """The name of a SAS format, without width and decimals.

    >>> format_name("E8601DA10."), format_name("8.2")
    ('E8601DA', '')
    """
    return re.sub(r"[0-9]*\.?[0-9]*\Z", "", text.strip())


def _target(value: Any, here: Place) -> TargetType:
    return _member(TargetType, value, "targetDataType", here)


def _member(kinds: type[_Term], value: Any, key: str, here: Place) -> _Term:
    if not isinstance(value, str) or value not in tuple(kinds):
        hint = nearest(value, kinds) if isinstance(value, str) else ""
        raise FileFormatError(f"The {key} of a column is unknown.", place=here, found=_show(value), hint=hint)
    return kinds(value)


def _show(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:80]

"""Turns the values of a Dataset-JSON column into an Arrow array, mending and counting what other writers do wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import DataError, FileFormatError, Place
from adamline.findings import Finding, Severity
from adamline.io.arrow_columns import ARROW_TYPES
from adamline.io.csv_values import parse_column
from adamline.io.dataset import Kind, Variable
from adamline.io.dataset_json_types import DECIMAL_FORM, KINDS, DataType, JsonColumn
from adamline.io.sas_dates import DEFAULT_FORMATS, from_sas
from adamline.plurals import counted

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# The end of a day, as ISO 8601 and SAS have it.
_MIDNIGHT: Final = r"24:00(:00(\.0{1,6})?)?"
_MOMENTS: Final = {
    Kind.DATE: f"^{_DAY}$",
    Kind.DATETIME: f"^{_DAY}T({_CLOCK}|{_MIDNIGHT})$",
    Kind.TIME: f"^({_CLOCK}|{_MIDNIGHT})$",
}
_EXAMPLES: Final = {Kind.DATE: "2024-03-05", Kind.DATETIME: "2024-03-05T07:30:00", Kind.TIME: "07:30:00"}
_MESSAGES: Final = {
    "blank_number": "blank text for a missing value",
    "text_number": "numbers written as text",
    "number_text": "texts written as numbers",
    "number_decimal": "decimals written as numbers, not as text",
    "number_boolean": "1 and 0 for true and false",
    "fraction": "fractions in a column of integers",
    "padded": "blanks around numbers or dates",
    "end_of_day": "24:00 for the end of a day",
}
_DAY_LENGTH: Final[Any] = pa.scalar(86_400_000_000, pa.duration("us"))
# A double keeps every decimal of so many digits.
_EXACT_DIGITS: Final = 15


@dataclass
class JsonField:
    """A column that is read: where it stands in a row, what it becomes, and how often it had to be mended."""

    position: int
    column: JsonColumn
    variable: Variable
    place: Place
    mended: dict[str, tuple[int, int]] = field(default_factory=dict)

    def array(self, values: Sequence[Any], start: int) -> Any:
        """The values as an array of the variable's kind; ``start`` records stand before them.

        FileFormatError, with variable and record, for a value that is not of the column's type.
        """
        types = set(map(type, values)) - {type(None)}
        if self.variable.kind is Kind.TEXT:
            return self._texts(values, types, start)
        if self.column.data_type is DataType.BOOLEAN:
            return self._booleans(values, types, start)
        if self.column.data_type is DataType.DECIMAL:
            return self._decimals(values, types, start)
        if self.column.data_type in (DataType.DATE, DataType.DATETIME, DataType.TIME):
            return self._moments(values, types, start)
        numbers = self._numbers(values, types, start)
        return numbers if self.variable.kind is Kind.NUMBER else self._sas_dates(numbers)

    @property
    def holds_sas_dates(self) -> bool:
        """Whether the values are numbers that a format makes dates."""
        return self.variable.kind in DEFAULT_FORMATS and KINDS.get((self.column.data_type, None)) is Kind.NUMBER

    def as_number(self) -> JsonField:
        """The field with its numbers as they are, and counts of its own."""
        return JsonField(self.position, self.column, replace(self.variable, kind=Kind.NUMBER), self.place)

    def findings(self) -> list[Finding]:
        """What was mended, each fault once."""
        return [
            Finding(
                Severity.NOTE if check == "blank_number" else Severity.WARNING,
                f"dataset_json.{check}",
                f"{self.variable.name} has {_MESSAGES[check]}: {counted(count, 'value')}.",
                replace(self.place, record=first),
            )
            for check, (count, first) in self.mended.items()
        ]

    def _mend(self, check: str, rows: Sequence[int], start: int) -> None:
        if rows:
            count, first = self.mended.get(check, (0, start + rows[0] + 1))
            self.mended[check] = count + len(rows), first

    def _refuse(self, value: Any, row: int, expected: str, hint: str = "") -> NoReturn:
        raise FileFormatError(
            f"A value is not of its column's type, {self.column.data_type}.",
            place=replace(self.place, record=row + 1),
            expected=expected,
            found=repr(value)[:80],
            hint=hint,
        )

    def _check(self, values: Sequence[Any], start: int, fits: Callable[[Any], bool], expected: str) -> None:
        """Refuse the first value that does not fit."""
        wrong = next((row for row, value in enumerate(values) if value is not None and not fits(value)), None)
        if wrong is not None:
            self._refuse(values[wrong], start + wrong, expected)

    def _texts(self, values: Sequence[Any], types: set[type], start: int) -> Any:
        if not types <= {str}:
            self._check(
                values, start, lambda value: type(value) in (str, int, float) and _finite(value), "text or null"
            )
            self._mend("number_text", _where(values, int, float), start)
            values = [value if value is None or type(value) is str else repr(value) for value in values]
        return pa.array(values, pa.large_string())

    def _booleans(self, values: Sequence[Any], types: set[type], start: int) -> Any:
        if not types <= {bool}:
            self._check(values, start, lambda value: type(value) is bool or value in (0, 1), "true, false or null")
            self._mend("number_boolean", _where(values, int, float), start)
        return pa.array([None if value is None else float(value) for value in values], pa.float64())

    def _numbers(self, values: Sequence[Any], types: set[type], start: int) -> Any:
        if not types <= {int, float}:
            values = self._without_padding(values, start)
            self._check(values, start, _is_number, "a number or null")
            self._mend("blank_number", [row for row, value in enumerate(values) if value == ""], start)
            self._mend("text_number", [row for row in _where(values, str) if values[row] != ""], start)
            values = [_number(value) if type(value) is str else value for value in values]
        try:
            numbers = pa.array(values, pa.float64())
        except (pa.ArrowInvalid, OverflowError):
            self._check(values, start, _is_exact, "an integer that a double holds exactly, such as those up to 2**53")
            numbers = pa.array([None if value is None else float(value) for value in values], pa.float64())
        finite = pc.fill_null(pc.is_finite(numbers), True)
        if not pc.all(finite, min_count=0).as_py():
            self._refuse(values[row := pc.index(finite, False).as_py()], start + row, "a number under 1.8e308")
        if self.column.data_type is DataType.INTEGER:
            whole = pc.fill_null(pc.equal(numbers, pc.floor(numbers)), True).to_numpy(zero_copy_only=False)
            self._mend("fraction", np.flatnonzero(~whole).tolist(), start)
        return numbers

    def _decimals(self, values: Sequence[Any], types: set[type], start: int) -> Any:
        if not types <= {str}:
            self._check(values, start, lambda value: type(value) in (str, int, float) and _finite(value), "a decimal")
            self._mend("number_decimal", _where(values, int, float), start)
            values = [value if value is None or type(value) is str else _plain(value) for value in values]
        texts = pa.array(self._without_blank(self._without_padding(values, start), start), pa.large_string())
        self._match(texts, DECIMAL_FORM, start, 'a decimal as text, such as "30.25"')
        texts = pc.replace_substring(texts, ",", "")
        numbers = texts.cast(pa.float64())
        digits = pc.utf8_length(pc.replace_substring_regex(texts, r"[+.-]", ""))
        long = np.flatnonzero(pc.fill_null(pc.greater(digits, _EXACT_DIGITS), False).to_numpy(zero_copy_only=False))
        for row in long.tolist():
            text, number = texts[row].as_py(), numbers[row].as_py()
            if not np.isfinite(number) or Decimal(text) != Decimal(repr(number)):
                raise DataError(
                    "A decimal has more digits than a double keeps.",
                    place=replace(self.place, record=start + row + 1),
                    found=text[:80],
                    hint="in Python, decimals_as_text=True reads decimals as text, exactly",
                )
        return numbers

    def _moments(self, values: Sequence[Any], types: set[type], start: int) -> Any:
        kind = self.variable.kind
        expected = f"{kind} as text in full, such as {_EXAMPLES[kind]}"
        self._check(values, start, lambda value: type(value) is str, expected) if not types <= {str} else None
        texts = pa.array(self._without_blank(self._without_padding(values, start), start), pa.large_string())
        self._match(texts, _MOMENTS[kind], start, expected)
        midnight = pc.match_substring_regex(texts, "(^|T)24:")
        self._mend("end_of_day", _rows(midnight), start)
        if kind is not Kind.DATETIME:
            return parse_column(texts, self.variable, self.place, start)[self.variable.name]
        # 00:00 of the next day.
        texts = pc.replace_substring(texts, "T24:", "T00:")
        moments = parse_column(texts, self.variable, self.place, start)[self.variable.name]
        return pc.if_else(midnight, pc.add(moments, _DAY_LENGTH), moments)

    def _sas_dates(self, numbers: Any) -> Any:
        """Numbers with a date format of SAS, all of which can be held as dates: they count from 1960."""
        dated, _ = from_sas(numbers.to_numpy(zero_copy_only=False), self.variable.kind)
        return pa.array(dated).cast(ARROW_TYPES[self.variable.kind])

    def _without_padding(self, values: Sequence[Any], start: int) -> Sequence[Any]:
        """The values, texts without the blanks around them."""
        padded = [row for row, value in enumerate(values) if type(value) is str and value != value.strip(" ")]
        if not padded:
            return values
        self._mend("padded", padded, start)
        return [value.strip(" ") if type(value) is str else value for value in values]

    def _without_blank(self, values: Sequence[Any], start: int) -> Sequence[Any]:
        if "" not in values:
            return values
        self._mend("blank_number", [row for row, value in enumerate(values) if value == ""], start)
        return [value or None for value in values]

    def _match(self, texts: Any, form: str, start: int, expected: str) -> None:
        fits = pc.fill_null(pc.match_substring_regex(texts, form), True)
        if not pc.all(fits, min_count=0).as_py():
            row = int(pc.index(fits, False).as_py())
            self._refuse(texts[row].as_py(), start + row, expected)


def _rows(mask: Any) -> list[int]:
    """The rows where it is true."""
    rows: list[int] = np.flatnonzero(pc.fill_null(mask, False).to_numpy(zero_copy_only=False)).tolist()
    return rows


def _where(values: Sequence[Any], *types: type) -> list[int]:
    return [row for row, value in enumerate(values) if type(value) in types]


def _finite(value: Any) -> bool:
    return type(value) is not float or abs(value) < float("inf")


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) or (type(value) is str and (not value or _NUMBER.match(value) is not None))


def _number(text: str) -> float | int | None:
    """A number from its text; an integer stays one, so that it is checked for exactness."""
    if not text:
        return None
    return int(text) if text.lstrip("-").isdigit() and len(text) < 400 else float(text)


def _is_exact(value: float) -> bool:
    try:
        return type(value) is float or int(float(value)) == value
    except OverflowError:
        return False


def _plain(value: float) -> str:
    """A number without an exponent."""
    return format(Decimal(repr(value)), "f")

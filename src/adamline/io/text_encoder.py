"""Encodes text columns of a frame as fields of a fixed width, padded with blanks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import DataError, Place
from adamline.io.dataset import Dataset, Kind, Variable, category_codes
from adamline.io.text_decoder import check_encoding

Bytes = npt.NDArray[np.uint8]
# Fields of distinct values are looked up in a table while it is small; long texts would make it larger than the data.
_LARGEST_TABLE: Final = 1 << 26


@dataclass(frozen=True)
class EncodedText:
    """A text column in the bytes of its encoding: ``values``, picked by ``codes`` (-1 missing) where there are codes.

    ``values`` is an Arrow array of binaries that no longer end in blanks; ``trimmed`` tells that some did.
    """

    values: Any
    codes: npt.NDArray[np.integer[Any]] | None
    trimmed: bool

    @property
    def longest(self) -> int:
        """The bytes of the longest value; 0 when all are missing."""
        return int(self._lengths().max(initial=0))

    def first_longer(self, width: int) -> tuple[int, bytes] | None:
        """Row and value of the first one longer than ``width`` bytes; None when all fit."""
        longer = self._lengths() > width
        if not longer.any():
            return None
        row = int(np.argmax(longer if self.codes is None else np.append(longer, False)[self.codes]))
        return row, self.values[row if self.codes is None else int(self.codes[row])].as_py()

    def fields(self, width: int) -> FieldSource:
        """What gives the fields of any rows; no used value may be longer than ``width``."""
        if self.codes is None:
            return FieldSource(self.values, None, None, width)
        if len(self.values) * width > _LARGEST_TABLE:
            return FieldSource(self.values.take(pa.array(self.codes, mask=self.codes < 0)), None, None, width)
        table = np.full((len(self.values) + 1, width), ord(" "), dtype=np.uint8)
        fits = pc.if_else(pc.less_equal(pc.binary_length(self.values), width), self.values, b"")
        if len(self.values):
            table[:-1] = _padded(fits, width)
        return FieldSource(None, table.view(f"V{width}").ravel(), self.codes, width)

    def _lengths(self) -> npt.NDArray[np.int64]:
        """The length of every value, zero for missing ones and for categories that no row uses."""
        lengths = np.asarray(pc.fill_null(pc.binary_length(self.values), 0).to_numpy(zero_copy_only=False), np.int64)
        if self.codes is not None:
            used = np.zeros(len(lengths) + 1, dtype=np.bool_)
            used[self.codes] = True
            lengths = np.where(used[:-1], lengths, 0)
        return lengths


@dataclass(frozen=True)
class FieldSource:
    """Fields of a fixed width: looked up in a table by code, or padded from the values themselves."""

    _values: Any
    _table: npt.NDArray[np.void] | None
    _codes: npt.NDArray[np.integer[Any]] | None
    width: int

    def rows(self, start: int, stop: int) -> npt.NDArray[np.void]:
        """The fields of these rows, one item of ``width`` bytes each."""
        if self._table is not None and self._codes is not None:
            return self._table.take(self._codes[start:stop])
        padded = _padded(self._values.slice(start, stop - start), self.width)
        return padded.view(f"V{self.width}").ravel()


def _one_array(values: Any) -> Any:
    """The values without chunks."""
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _padded(values: Any, width: int) -> Bytes:
    """Binaries, none longer than ``width``, padded with blanks; null gives blanks."""
    if not len(values):
        return np.empty((0, width), dtype=np.uint8)
    # The kernel pads bytes; it takes the type of strings, whose content it does not look at.
    strings = pc.fill_null(_one_array(values).view(pa.large_string()), "")
    data = pc.ascii_rpad(strings, width, padding=" ").buffers()[2]
    return np.frombuffer(data, dtype=np.uint8, count=len(values) * width).reshape(len(values), width)


def encode_text(column: pd.Series[Any], encoding: str, place: Place) -> EncodedText:
    """The column in bytes of ``encoding``.

    Takes ``str``, ``object`` and ``category`` of text, and a column of any type that is missing throughout. Missing
    and empty text are the same; trailing blanks are no part of a value, as in SAS. DataError for other types, for
    mixed objects, and for a character that the encoding lacks (with the record).
    """
    if not isinstance(column.dtype, pd.StringDtype) and column.isna().all():
        return EncodedText(pa.nulls(len(column), pa.large_binary()), None, False)
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = category_codes(column)
        strings, trimmed = _trimmed(_one_array(_strings(column.cat.categories.to_series(), place)))
        return EncodedText(_encoded(strings, codes, encoding, place), codes, trimmed)
    strings, trimmed = _trimmed(_strings(column, place))
    if pc.all(pc.string_is_ascii(strings), min_count=0).as_py():
        return EncodedText(strings.cast(pa.large_binary()), None, trimmed)
    distinct = _one_array(strings).dictionary_encode()
    codes = distinct.indices.fill_null(-1).to_numpy()
    return EncodedText(_encoded(distinct.dictionary, codes, encoding, place), codes, trimmed)


def longest_values(dataset: Dataset, *, encoding: str = "ascii") -> dict[str, int]:
    """The bytes of the longest value of each text variable, at least 1.

    The largest over a study's datasets is the length that a variable should have in all of them, so that they can
    be set together without cutting; pass it to ``write_xpt(lengths=...)``.
    """
    check_encoding(encoding)
    return {
        variable.name: max(1, encode_text(dataset.frame[variable.name], encoding, _place(dataset, variable)).longest)
        for variable in dataset.variables
        if variable.kind is Kind.TEXT
    }


def _place(dataset: Dataset, variable: Variable) -> Place:
    return Place(dataset=dataset.name, variable=variable.name)


def _strings(column: pd.Series[Any], place: Place) -> Any:
    """The column as one Arrow array of strings; DataError where it does not hold text."""
    kind = "string" if isinstance(column.dtype, pd.StringDtype) else pd.api.types.infer_dtype(column, skipna=True)
    if kind == "empty":
        return pa.nulls(len(column), pa.large_string())
    if kind != "string":
        raise DataError(
            "A text variable has a column that does not hold text.",
            place=place,
            expected="text (str, object or category of text)",
            found=f"{kind} values (dtype {column.dtype})",
            hint="set the variable's kind to what it holds, or turn the values into text",
        )
    try:
        strings = pa.array(column, from_pandas=True)
    except UnicodeEncodeError as error:
        raise DataError(
            "A text holds half of a surrogate pair, which is no character.", place=place, found=repr(error.object)
        ) from None
    return strings.cast(pa.large_string())


def _trimmed(strings: Any) -> tuple[Any, bool]:
    """The strings without trailing blanks, and whether there were any."""
    if not pc.any(pc.ends_with(strings, " "), min_count=0).as_py():
        return strings, False
    return pc.ascii_rtrim(strings, characters=" "), True


def _encoded(strings: Any, codes: npt.NDArray[np.integer[Any]], encoding: str, place: Place) -> Any:
    """Distinct strings in bytes of ``encoding``; only those beyond ASCII go through Python."""
    beyond = np.flatnonzero(~pc.fill_null(pc.string_is_ascii(strings), True).to_numpy(zero_copy_only=False))
    values = strings.view(pa.large_binary())
    if not len(beyond):
        return values
    replaced = []
    for position in beyond:
        text = strings[int(position)].as_py()
        rows = np.flatnonzero(codes == position)
        try:
            replaced.append(text.encode(encoding))
        except UnicodeEncodeError as error:
            if not len(rows):
                replaced.append(b"")
                continue
            raise DataError(
                f"A text has a character that {encoding} does not have.",
                place=Place(dataset=place.dataset, variable=place.variable, record=int(rows[0]) + 1),
                expected=f"text in {encoding}",
                found=f"{text[error.start]!r} (U+{ord(text[error.start]):04X}) in {text!r}",
                hint="replace the character, or write in another encoding; agencies expect ASCII",
            ) from None
    mask = np.zeros(len(strings), dtype=np.bool_)
    mask[beyond] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(replaced, pa.large_binary()))

"""Carries the columns of a dataset over to Arrow and back, after checking that each holds what its kind says."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adamline.errors import DataError, Place
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.fixed_width import STRING
from adamline.io.ibm import SPECIAL_MISSINGS
from adamline.io.number_encoder import sas_numbers
from adamline.io.sas_dates import numpy_type
from adamline.io.text_type import TextType

ARROW_TYPES: Final[dict[Kind, Any]] = {
    Kind.TEXT: pa.large_string(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us"),
    # Not time64: SAS times may be negative, and longer than a day.
    Kind.TIME: pa.duration("us"),
}
LETTERS: Final[Any] = pa.dictionary(pa.int8(), pa.string())
# Text by code, as a categorical is in memory.
CODED_TEXT: Final[Any] = pa.dictionary(pa.int32(), pa.large_string())


def special_variables(dataset: Dataset) -> frozenset[str]:
    """The variables with special missings in some record."""
    found = (
        variable.name
        for variable in dataset.variables
        if variable.name + MISSING_SUFFIX in dataset.frame.columns
        and dataset.frame[variable.name + MISSING_SUFFIX].notna().any()
    )
    return frozenset(found)


def to_arrow(dataset: Dataset, special: Collection[str], *, coded: bool = False) -> Any:
    """The dataset as an Arrow table of `ARROW_TYPES`, with a column ``X.missing`` after each X of ``special``.

    With ``coded`` text has the type `CODED_TEXT`, for which categoricals need not be spelt out. Empty text is null;
    trailing blanks stay. DataError for a column that does not hold its kind, for an integer over 2**53, and for a date
    that SAS's calendar lacks, as in `sas_numbers`.
    """
    arrays: dict[str, Any] = {}
    for variable in dataset.variables:
        place = Place(dataset=dataset.name, variable=variable.name)
        column = dataset.frame[variable.name]
        if variable.kind is Kind.TEXT:
            arrays[variable.name] = _coded_text(column, place) if coded else text_array(column, place)
            continue
        numbers = sas_numbers(dataset.frame, variable, place)
        arrays[variable.name] = (
            pa.array(numbers.values, from_pandas=True) if variable.kind is Kind.NUMBER else _dates(column, variable)
        )
        if variable.name in special:
            codes = np.full(len(column), -1, np.int8) if numbers.missing is None else numbers.missing
            arrays[variable.name + MISSING_SUFFIX] = pa.DictionaryArray.from_arrays(
                pa.array(codes, mask=codes < 0), pa.array(list(SPECIAL_MISSINGS))
            )
    return pa.table(arrays)


def text_array(column: pd.Series[Any], place: Place) -> Any:
    """A text column as Arrow strings, null where missing or empty; DataError where it does not hold text."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = text_array(column.cat.categories.to_series(), place)
        return categories.take(pa.array(column.cat.codes, mask=column.cat.codes.to_numpy() < 0))
    kind = "string" if isinstance(column.dtype, pd.StringDtype) else pd.api.types.infer_dtype(column, skipna=True)
    if kind == "empty" or (kind != "string" and column.isna().all()):
        return pa.nulls(len(column), pa.large_string())
    if kind != "string":
        raise DataError(
            "A text variable has a column that does not hold text.",
            place=place,
            expected="text (str, object or category of text)",
            found=f"{kind} values (dtype {column.dtype})",
        )
    try:
        strings = pa.array(column, from_pandas=True)
    except UnicodeEncodeError as error:
        raise DataError(
            "A text holds half of a surrogate pair, which is no character.", place=place, found=repr(error.object)
        ) from None
    return _without_empty(_one(strings).cast(pa.large_string()))


def _coded_text(column: pd.Series[Any], place: Place) -> Any:
    """A text column by code, null where missing or empty."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return _one(text_array(column, place)).dictionary_encode().cast(CODED_TEXT)
    codes, texts = column.cat.codes.to_numpy(), text_array(column.cat.categories.to_series(), place)
    blank = np.append(texts.is_null().to_numpy(zero_copy_only=False), True)
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=blank[codes]), texts.fill_null(""))


def _dates(column: pd.Series[Any], variable: Variable) -> Any:
    if column.isna().all():
        return pa.nulls(len(column), ARROW_TYPES[variable.kind])
    values = column.to_numpy().astype(numpy_type(variable.kind))
    return pa.array(values).cast(ARROW_TYPES[variable.kind])


def _one(values: Any) -> Any:
    """The values without chunks; of none, which not every Arrow can combine where they are coded, nothing."""
    if not isinstance(values, pa.ChunkedArray):
        return values
    return values.combine_chunks() if values.num_chunks else pa.nulls(0, values.type)


def _without_empty(strings: Any) -> Any:
    empty = pc.equal(strings, "")
    return pc.if_else(empty, None, strings) if pc.any(empty, min_count=0).as_py() else strings


def from_arrow(table: Any, variables: tuple[Variable, ...], text: TextType) -> pd.DataFrame:
    """The frame of a table whose columns have `ARROW_TYPES` (text may be a dictionary).

    ``X.missing`` columns come along where they hold a letter.
    """
    columns: dict[str, Any] = {}
    for variable in variables:
        values = table.column(variable.name)
        columns[variable.name] = text_column(values, text) if variable.kind is Kind.TEXT else _plain(values, variable)
        letters = variable.name + MISSING_SUFFIX
        if letters in table.column_names and table.column(letters).null_count < len(table):
            columns[letters] = _letters(table.column(letters))
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)), copy=False)


def text_column(values: Any, text: TextType) -> Any:
    """Arrow strings as pandas strings, or as a categorical with sorted categories, none of them unused."""
    if text is TextType.STR:
        return STRING.__from_arrow__(_without_empty(values.cast(pa.large_string())))
    strings = _one(values)
    encoded = strings if pa.types.is_dictionary(strings.type) else strings.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    distinct = _without_empty(encoded.dictionary.cast(pa.large_string()))
    known = pc.sort_indices(distinct).to_numpy()[: len(distinct) - distinct.null_count]
    known = known[np.bincount(codes + 1, minlength=len(distinct) + 1)[1:][known] > 0]
    rank = np.full(len(distinct) + 1, -1, dtype=np.int32)
    rank[known] = np.arange(len(known))
    categories = pd.Index(STRING.__from_arrow__(distinct.take(pa.array(known))))
    return pd.Categorical.from_codes(rank[codes], dtype=pd.CategoricalDtype(categories), validate=False)


def _plain(values: Any, variable: Variable) -> Any:
    if variable.kind is Kind.NUMBER:
        return values.to_numpy().astype(np.float64, copy=False)
    if variable.kind is Kind.DATE:
        values = values.cast(pa.timestamp("s"))
    return values.to_numpy().astype(numpy_type(variable.kind), copy=False)


def _letters(values: Any) -> Any:
    found = _one(values.cast(pa.string()))
    codes = pc.index_in(found, value_set=pa.array(list(SPECIAL_MISSINGS))).fill_null(-1)
    letters = pd.Index(list(SPECIAL_MISSINGS))
    return pd.Categorical.from_codes(codes.to_numpy(zero_copy_only=False).astype(np.int8), letters)

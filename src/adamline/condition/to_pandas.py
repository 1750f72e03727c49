"""Selects the rows of a DataFrame for which a condition is true."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, assert_never, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adamline.condition.kinds import KIND_OF_LITERAL, ValueKind, mismatch
from adamline.condition.parse import parse_condition
from adamline.condition.tree import (
    And,
    Comparison,
    Condition,
    Date,
    In,
    IsMissing,
    Literal,
    Not,
    Operator,
    Or,
    VariableRef,
)
from adamline.errors import ConditionError, Place, nearest

Rows: TypeAlias = npt.NDArray[np.bool_]
_COMPARE: Mapping[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQ: operator.eq,
    Operator.NE: operator.ne,
    Operator.LT: operator.lt,
    Operator.LE: operator.le,
    Operator.GT: operator.gt,
    Operator.GE: operator.ge,
}
_COMPARE_TEXT = {
    Operator.EQ: pc.equal,
    Operator.NE: pc.not_equal,
    Operator.LT: pc.less,
    Operator.LE: pc.less_equal,
    Operator.GT: pc.greater,
    Operator.GE: pc.greater_equal,
}


@dataclass(frozen=True)
class _Plain:
    """A column of numbers, dates or times, row by row."""

    kind: ValueKind
    array: Any
    missing: Rows

    fits_all: ClassVar[bool] = False


@dataclass(frozen=True)
class _Coded:
    """A text column: its distinct values without trailing blanks (Arrow), and a code for each row, -1 for missing."""

    distinct: Any
    codes: npt.NDArray[Any]
    kind: ClassVar[ValueKind] = ValueKind.TEXT

    def spread(self, of_distinct: npt.NDArray[Any], otherwise: Any) -> npt.NDArray[Any]:
        """What holds for each distinct text, taken to the rows; ``otherwise`` where the code is -1."""
        # A code of -1 wraps round to the last entry.
        return np.append(of_distinct, otherwise).take(self.codes, mode="wrap")

    @property
    def missing(self) -> Rows:
        """The rows without text, or with nothing but blanks."""
        return self.spread(_flags(pc.equal(self.distinct, "")), True)

    @property
    def fits_all(self) -> bool:
        """Whether there is no text at all: pandas makes such a column of any variable that is all missing."""
        return bool(self.missing.all())


_Column: TypeAlias = _Plain | _Coded


def selected(frame: pd.DataFrame, condition: Condition | str | None) -> Rows:
    """The rows for which the condition is true, as booleans in the order of the rows; None selects all.

    Three-valued as in SQL: a comparison or list with a missing value is unknown, so is NOT of it, and unknown
    selects nothing. Blank text is missing. Text is compared exactly, case included, but for trailing blanks, and
    ordered by bytes; numbers are compared exactly; a date is its midnight. The index plays no part.

    Raises ConditionError for a variable that the frame does not have and for a comparison between different kinds.
    A text column without any value fits every kind, and is missing.

    >>> frame = pd.DataFrame({"PARAMCD": ["ALT", "ALT", "AST"], "AVAL": [31.0, None, 25.0]})
    >>> selected(frame, "PARAMCD = 'ALT' and AVAL > 30").tolist()
    [True, False, False]
    >>> selected(frame, "not (AVAL > 30)").tolist()
    [False, False, True]
    """
    return Selection(frame).rows(condition)


class Selection:
    """Selects rows of one frame, by as many conditions as wanted: each column is made ready once for all of them.

    The frame must not change meanwhile.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._columns: dict[str, _Column] = {}

    def rows(self, condition: Condition | str | None) -> Rows:
        """The rows for which the condition is true, as `selected` has them."""
        if condition is None:
            return np.ones(len(self._frame), dtype=bool)
        return self._rows(parse_condition(condition) if isinstance(condition, str) else condition, wanted=True)

    def _rows(self, condition: Condition, *, wanted: bool) -> Rows:
        """The rows where the condition is true (``wanted``) or where it is false.

        Asking for the false rows below a NOT, rather than for all but the true ones, is all that three-valued
        logic takes: rows that are neither never appear.
        """
        match condition:
            case Not(term=term):
                return self._rows(term, wanted=not wanted)
            case And(terms=terms) | Or(terms=terms):
                join = np.logical_and if isinstance(condition, And) == wanted else np.logical_or
                result = self._rows(terms[0], wanted=wanted)
                for term in terms[1:]:
                    join(result, self._rows(term, wanted=wanted), out=result)
                return result
            case IsMissing(variable=variable):
                missing = self._column(variable).missing
                return missing.copy() if wanted else ~missing
            case In(variable=variable, values=values):
                return self._in(variable, values, wanted)
            case Comparison(left=left, operator=compare, right=right):
                return self._compared(left, compare if wanted else compare.negated, right)
        assert_never(condition)

    def _in(self, variable: VariableRef, values: tuple[Literal, ...], wanted: bool) -> Rows:
        found = np.zeros(len(self._frame), dtype=bool)
        for value in values:
            found |= self._compared(variable, Operator.EQ, value)
        return found if wanted else ~(found | self._column(variable).missing)

    def _compared(self, left: VariableRef, compare: Operator, right: VariableRef | Literal) -> Rows:
        column = self._column(left)
        if isinstance(right, VariableRef):
            other = self._column(right)
            if column.kind is not other.kind and not (column.fits_all or other.fits_all):
                raise mismatch(left, column.kind, right, other.kind)
            return _compare_columns(column, compare, other)
        kind = KIND_OF_LITERAL[type(right)]
        if column.kind is kind:
            return _compare_value(column, compare, right)
        if column.fits_all:
            return np.zeros(len(self._frame), dtype=bool)
        raise mismatch(left, column.kind, right, kind)

    def _column(self, variable: VariableRef) -> _Column:
        name = variable.name
        if name not in self._columns:
            if name not in self._frame.columns:
                raise ConditionError(
                    f"There is no variable {name}.",
                    place=Place(variable=name),
                    hint=nearest(name, map(str, self._frame.columns)),
                )
            column = self._frame[name]
            if isinstance(column, pd.DataFrame):
                raise ConditionError(f"The frame has several columns {name}.", place=Place(variable=name))
            self._columns[name] = _ready(name, column)
        return self._columns[name]


def _ready(name: str, column: pd.Series[Any]) -> _Column:
    """The column with its kind, by its dtype."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _text(name, cast(pd.Categorical, column.array).codes, column.cat.categories.array)
    if isinstance(dtype, pd.StringDtype) or pd.api.types.is_object_dtype(dtype):
        return _text(name, *pd.factorize(column.array))
    missing = column.isna().to_numpy()
    if isinstance(dtype, np.dtype) and dtype.kind in "mM":
        # The array of pandas, not NumPy's, compares different units without overflow.
        return _Plain(ValueKind.DATE if dtype.kind == "M" else ValueKind.TIME, column.array, missing)
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype):
        return _Plain(ValueKind.NUMBER, column.to_numpy(dtype=np.float64, na_value=np.nan), missing)
    raise _unusable(name, str(dtype))


def _text(name: str, codes: npt.NDArray[Any], distinct: Any) -> _Coded:
    """A text column from its codes and distinct values, which lose their trailing blanks."""
    if not isinstance(distinct.dtype, pd.StringDtype):
        distinct = np.asarray(distinct, dtype=object)
        held = pd.api.types.infer_dtype(distinct, skipna=False)
        if held not in ("string", "empty"):
            raise _unusable(name, held)
    texts = pa.array(distinct, type=pa.large_string())
    if isinstance(texts, pa.ChunkedArray):  # as an empty or a joined column of pandas may give
        texts = texts.combine_chunks()
    return _Coded(pc.utf8_rtrim(texts, characters=" "), codes)


def _compare_value(column: _Column, compare: Operator, literal: Literal) -> Rows:
    """A column compared with one value of its kind."""
    if isinstance(column, _Coded):
        table = _COMPARE_TEXT[compare](column.distinct, literal.value)
        return column.spread(_flags(pc.and_(table, pc.not_equal(column.distinct, ""))), False)
    value = pd.Timestamp(literal.value) if isinstance(literal, Date) else literal.value
    return _known(_COMPARE[compare](column.array, value), compare, column.missing)


def _compare_columns(one: _Column, compare: Operator, other: _Column) -> Rows:
    """Two columns compared, row by row; of different kinds only if one holds nothing, and then nothing is known."""
    missing = one.missing | other.missing
    if isinstance(one, _Plain) and isinstance(other, _Plain):
        return _known(_COMPARE[compare](one.array, other.array), compare, missing)
    if isinstance(one, _Coded) and isinstance(other, _Coded):
        first, second = _ranks(one.distinct, other.distinct)
        rows: Rows = _COMPARE[compare](one.spread(first, -1), other.spread(second, -1))
        return rows & ~missing
    return np.zeros(len(missing), dtype=bool)


def _ranks(one: Any, other: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The places of the texts of both arrays in their common order by bytes."""
    both = pa.concat_arrays([one, other]).dictionary_encode()
    ranks = np.empty(len(both.dictionary), dtype=np.int64)
    ranks[pc.sort_indices(both.dictionary).to_numpy()] = np.arange(len(ranks))
    placed = ranks[both.indices.to_numpy()]
    return placed[: len(one)], placed[len(one) :]


def _flags(result: Any) -> Rows:
    """Booleans of Arrow as booleans of NumPy."""
    return np.asarray(result, dtype=bool)


def _known(result: Any, compare: Operator, missing: Rows) -> Rows:
    """The result without the rows that are unknown; NaN and NaT are true only in <>."""
    rows: Rows = np.asarray(result, dtype=bool)
    return rows & ~missing if compare is Operator.NE else rows


def _unusable(name: str, found: str) -> ConditionError:
    return ConditionError(
        f"{name} holds values that a condition cannot compare.",
        place=Place(variable=name),
        expected="text, numbers, dates, datetimes or times, each without a time zone",
        found=found,
    )

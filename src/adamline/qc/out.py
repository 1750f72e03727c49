"""The data set OUT= of PROC COMPARE: matched records with their differences, as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.sas_dates import from_sas
from adamline.qc.columns import ORDINARY, as_arrow, is_text, numbers_of, text_of
from adamline.qc.differences import percent_of
from adamline.qc.model import Bools, Comparison, Ints, VariableComparison, VariablePair

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
_EQUAL = np.int8(ord("E") - ord("A") + 2)  # .E, as the codes of kinds of missing have it
_LETTERS = np.array(["_", None, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"], dtype=object)
_OWN = ("_TYPE_", "_OBS_")


class RowType(IntEnum):
    """_TYPE_ of a record, in the order in which those of a match come."""

    BASE = 0
    COMPARE = 1
    DIF = 2
    PERCENT = 3


@dataclass(frozen=True, eq=False)
class _Rows:
    """The records of OUT=: type, row of the base and of the comparison (-1 for none), pair (-1), and ``_OBS_``."""

    type: Ints
    base: Ints
    compare: Ints
    pair: Ints
    obs: Ints

    def of(self, *types: RowType) -> Bools:
        """Which records are of one of these types."""
        return np.isin(self.type, types)


def out_dataset(
    comparison: Comparison,
    *,
    outbase: bool = False,
    outcomp: bool = False,
    outdif: bool = False,
    outpercent: bool = False,
    outall: bool = False,
    outnoequal: bool = False,
) -> Dataset:
    """The data set that OUT= writes, in the order of the keys.

    Variables: ``_TYPE_``, ``_OBS_``, those of BY and ID, the compared ones (one that VAR repeats, once). Records of a
    match: BASE, COMPARE, DIF, PERCENT, as asked for; DIF alone where nothing is. ``_OBS_`` is the number of the record
    in its dataset, for DIF and PERCENT the number of the match. An unmatched record has a BASE or COMPARE record only.

    - A number's DIF is y - x, its PERCENT 100 (y - x) / x; both are ``.E`` where the values are judged equal.
    - Text has a mark for each position in both, ``.`` where the two are equal there, ``X`` where not.
    - Where DIF or PERCENT are among the records, dates, datetimes and times are SAS numbers without format.
    - ``outnoequal`` leaves out the matches whose compared values are all judged equal.

    Source: Base SAS Procedures Guide, COMPARE procedure, "Output Data Set (OUT=)".

    >>> import pandas as pd
    >>> from adamline.qc import compare
    >>> found = compare(pd.DataFrame({"AVAL": [85.0, 92.0]}), pd.DataFrame({"AVAL": [84.0, 92.0]}))
    >>> out_dataset(found, outnoequal=True).frame["AVAL"].tolist()
    [-1.0]
    """
    asked = {
        RowType.BASE: outbase or outall,
        RowType.COMPARE: outcomp or outall,
        RowType.PERCENT: outpercent or outall,
    }
    asked[RowType.DIF] = outdif or outall or not any(asked.values())
    rows = _rows(comparison, [kind for kind in RowType if asked[kind]], outnoequal=outnoequal)
    names = np.array([kind.name for kind in RowType], dtype=object)
    columns: dict[str, Any] = {
        "_TYPE_": pd.Series(names[rows.type], dtype=_TEXT),
        "_OBS_": rows.obs.astype(np.float64),
    }
    variables = [Variable("_TYPE_", Kind.TEXT, length=8), Variable("_OBS_", Kind.NUMBER, length=8)]
    with_differences = asked[RowType.DIF] or asked[RowType.PERCENT]
    for pair, entry in _variables(comparison):
        if is_text(pair.base):
            variable = replace(pair.base, length=_length(pair))
            columns[variable.name] = _text_column(comparison, pair, entry, rows)
        else:
            variable, made = _number_columns(comparison, pair, entry, rows, keep_kind=not (with_differences and entry))
            columns |= made
        variables.append(variable)
    return Dataset("OUT", pd.DataFrame(columns, index=range(len(rows.type))), tuple(variables))


def _variables(comparison: Comparison) -> Iterator[tuple[VariablePair, VariableComparison | None]]:
    """BY and ID variables without, compared ones with their comparison; each name once."""
    given = set(_OWN)
    matching = (*comparison.observations.by, *comparison.observations.keys)
    found = {pair.base.name: pair for pair in matching}
    # An ID variable that the comparison does not have is written all the same.
    ids = [found.get(name) or _alone(comparison.base[name]) for name in comparison.variables.id]
    every = [
        *((pair, None) for pair in (*comparison.observations.by, *ids)),
        *((entry.pair, entry) for entry in comparison.compared),
    ]
    for pair, entry in every:
        if pair.base.name not in given:
            given.add(pair.base.name)
            yield pair, entry


def _alone(variable: Variable) -> VariablePair:
    return VariablePair(variable, replace(variable, name=""))


def _rows(comparison: Comparison, types: list[RowType], *, outnoequal: bool) -> _Rows:
    records = comparison.observations
    base, compare = records.base_sequence, records.compare_sequence
    matched = (base >= 0) & (compare >= 0)
    pair = np.where(matched, np.searchsorted(records.base_rows, base), -1)
    match = np.cumsum(matched)
    kept = np.ones(len(base), dtype=bool)
    if outnoequal:
        is_unequal = np.zeros(records.n_common + 1, dtype=bool)  # the last answers for no pair
        is_unequal[records.unequal] = True
        kept = is_unequal[pair] | ~matched
    there = {RowType.BASE: base >= 0, RowType.COMPARE: compare >= 0}
    places = [np.flatnonzero(kept & there.get(kind, matched)) for kind in types]
    type_ = np.repeat([int(kind) for kind in types], [len(at) for at in places]).astype(np.int64)
    place = np.concatenate(places)
    order = np.lexsort((type_, place))
    type_, place = type_[order], place[order]
    number = np.choose(np.minimum(type_, RowType.DIF), [base[place] + 1, compare[place] + 1, match[place]])
    return _Rows(type_, base[place], compare[place], pair[place], number)


def _both(rows: _Rows) -> tuple[Ints, Ints, Bools]:
    """Rows of the base and of the comparison to read, row 0 for none; and which records show the comparison's."""
    return np.maximum(rows.base, 0), np.maximum(rows.compare, 0), rows.of(RowType.COMPARE)


def _number_columns(
    comparison: Comparison, pair: VariablePair, entry: VariableComparison | None, rows: _Rows, *, keep_kind: bool
) -> tuple[Variable, dict[str, Any]]:
    base_at, compare_at, shows_compare = _both(rows)
    shown, kinds = np.full(len(rows.type), np.nan), np.full(len(rows.type), ORDINARY, dtype=np.int8)
    ours = numbers_of(comparison.base, pair.base, base_at[~shows_compare])
    shown[~shows_compare], kinds[~shows_compare] = ours.floats, ours.kinds_of_missing()
    if pair.compare.name:
        theirs = numbers_of(comparison.compare, pair.compare, compare_at[shows_compare])
        shown[shows_compare], kinds[shows_compare] = theirs.floats, theirs.kinds_of_missing()
    if entry is not None:
        changed = rows.of(RowType.DIF, RowType.PERCENT)
        x = numbers_of(comparison.base, pair.base, base_at[changed]).floats
        y = numbers_of(comparison.compare, pair.compare, compare_at[changed]).floats
        with np.errstate(invalid="ignore", over="ignore"):
            result = np.where(rows.type[changed] == RowType.DIF, y - x, percent_of(x, y))
        equal = ~_is_unequal(comparison, entry)[rows.pair[changed]]
        shown[changed] = np.where(equal, np.nan, result)
        kinds[changed] = np.where(equal, _EQUAL, ORDINARY)
    return _held(pair.base, shown, kinds, keep_kind=keep_kind)


def _held(
    variable: Variable, shown: NDArray[np.float64], kinds: NDArray[np.int8], *, keep_kind: bool
) -> tuple[Variable, dict[str, Any]]:
    """SAS numbers as a column of the variable's kind, and the companion with the kinds of missing if there are any."""
    if variable.kind is not Kind.NUMBER:
        dates, lost = from_sas(shown, variable.kind)
        if keep_kind and not lost.any():
            return variable, {variable.name: dates}
        variable = replace(variable, kind=Kind.NUMBER, format="", informat="")
    made: dict[str, Any] = {variable.name: shown}
    special = np.isnan(shown) & (kinds != ORDINARY)
    if special.any():
        letters = pd.Series(_LETTERS[kinds], dtype=_TEXT).where(special)
        made[variable.name + MISSING_SUFFIX] = letters.astype("category")
    return variable, made


def _text_column(comparison: Comparison, pair: VariablePair, entry: VariableComparison | None, rows: _Rows) -> Any:
    base_at, compare_at, shows_compare = _both(rows)
    shown = np.full(len(rows.type), None, dtype=object)
    shown[~shows_compare] = _strings(comparison.base, pair.base, base_at[~shows_compare])
    if pair.compare.name:
        shown[shows_compare] = _strings(comparison.compare, pair.compare, compare_at[shows_compare])
    if entry is not None:
        changed = np.flatnonzero(rows.of(RowType.DIF, RowType.PERCENT))
        width = _length(pair) or _longest(comparison, pair)
        shown[changed] = "." * width
        unequal = changed[_is_unequal(comparison, entry)[rows.pair[changed]]]
        x = _strings(comparison.base, pair.base, rows.base[unequal])
        y = _strings(comparison.compare, pair.compare, rows.compare[unequal])
        shown[unequal] = _marks(x, y, width)
    return pd.Series(shown, dtype=_TEXT).array


def _is_unequal(comparison: Comparison, entry: VariableComparison) -> Bools:
    unequal = np.zeros(comparison.observations.n_common + 1, dtype=bool)
    unequal[entry.unequal] = True
    return unequal


def _strings(dataset: Dataset, variable: Variable, rows: Ints) -> NDArray[np.object_]:
    texts: NDArray[np.object_] = as_arrow(text_of(dataset, variable, rows)).to_numpy()
    return texts


def _length(pair: VariablePair) -> int | None:
    known = [variable.length for variable in (pair.base, pair.compare) if variable.length is not None]
    return max(known, default=None)


def _longest(comparison: Comparison, pair: VariablePair) -> int:
    """The number of characters of the longest value, where no length is known."""
    sides = ((comparison.base, pair.base), (comparison.compare, pair.compare))
    longest = (pc.max(pc.utf8_length(as_arrow(text_of(dataset, variable)))).as_py() for dataset, variable in sides)
    return max(1, *(length or 0 for length in longest))


def _marks(x: NDArray[np.object_], y: NDArray[np.object_], width: int) -> NDArray[np.object_]:
    """One mark for each position: a blank stands after the end of a text."""
    one, other = (_characters(texts, width) for texts in (x, y))
    marks = np.where(one == other, np.uint8(ord(".")), np.uint8(ord("X")))
    written: NDArray[np.object_] = np.ascontiguousarray(marks).view(f"S{width}").ravel().astype("U").astype(object)
    return written


def _characters(texts: NDArray[np.object_], width: int) -> NDArray[np.uint32]:
    fixed = np.where(pd.isna(texts), "", texts).astype(f"U{width}")
    characters = fixed.view(np.uint32).reshape(len(texts), width)
    return np.where(characters == 0, np.uint32(ord(" ")), characters)

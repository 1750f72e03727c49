"""The terms of one query in a table of the study, and which of them a record has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, Ints, codes_of, require
from adamline.derive._table_values import table_numbers
from adamline.derive._tallies import keys_at
from adamline.errors import DataError, Place, nearest
from adamline.io.dataset import Kind, kind_of
from adamline.plurals import said_of

PREFIX, SOURCE, TERM, CODE, SCOPE = "PREFIX", "SRCVAR", "TERMCHAR", "TERMNUM", "SCOPE"
NAME, ID = "GRPNAME", "GRPID"
# A term that is narrow is so also where it is listed as broad.
_SCOPES = {"NARROW": 0, "BROAD": 1, "": 2}
_NO_SCOPE = 3


@dataclass(frozen=True)
class Terms:
    """The terms of a query that a variable has: each with its row of the table, the place of its scope, if in both."""

    source: str
    is_number: bool
    row_of: Mapping[object, int]
    scope_of: Mapping[object, int]
    both: Set[object]

    def key_of(self, value: object) -> object:
        """A value as terms are compared: text whatever its case and blanks around it."""
        return value if self.is_number else str(value).strip().casefold()


def terms_of(table: pd.DataFrame, prefix: str, by: Sequence[str], column: str) -> list[Terms]:
    """The terms of the query ``prefix``, for each variable that they are of, in the order of ``by``.

    Raises DataError for a query that the table does not have, or that it names twice, for a row without a term or with
    a term and a code, a variable that is none of ``by``, a scope that is none, and for two values of ``column`` of one
    term in one scope.
    """
    require(table, PREFIX, SOURCE, column)
    if not {TERM, CODE} & set(table.columns):
        raise DataError(f"The table has neither {TERM} nor {CODE}.", expected="the terms, or their codes")
    rows = np.flatnonzero((table[PREFIX] == prefix).to_numpy(dtype=bool, na_value=False))
    if not len(rows):
        known = sorted(table[PREFIX].dropna().unique())
        what = f"The table has no query {prefix}. There are {', '.join(known) or 'none'}."
        raise DataError(what, place=Place(variable=PREFIX), hint=nearest(prefix, known))
    for name in (NAME, ID):
        if name in table.columns and len(found := table[name].iloc[rows].fillna("").unique()) > 1:
            what = f"The query {prefix} has several values of {name}."
            texts = [str(value) or "missing" for value in found]
            raise DataError(what, place=Place(variable=name), found=", ".join(texts), expected="one")
    strangers = sorted(set(table[SOURCE].iloc[rows].fillna("no variable")) - set(by))
    if strangers:
        what = f"Terms of {prefix} are of {', '.join(strangers)}, which `by` does not name."
        raise DataError(what, place=Place(variable=SOURCE), expected=", ".join(by), hint="add it to `by`")
    sources = table[SOURCE].iloc[rows].to_numpy(dtype=object)
    return [_terms(table, prefix, name, rows[sources == name], column) for name in by if name in sources]


def _terms(table: pd.DataFrame, prefix: str, source: str, rows: Ints, column: str) -> Terms:
    """The terms of one variable, each with its row: that of the narrow one where it is in both scopes."""
    is_number, keys = _keys(table.iloc[rows], prefix, source)
    row_of: dict[object, int] = {}
    scope_of: dict[object, int] = {}
    both: set[object] = set()
    of = Terms(source, is_number, row_of, scope_of, both)
    for key, row, scope in zip(map(of.key_of, keys), rows.tolist(), _scopes(table.iloc[rows], prefix), strict=True):
        before = scope_of.get(key, _NO_SCOPE)
        if scope == before and _differ(table[column], row, row_of[key]):
            what = f"The table has two values of {column} for a term of {prefix}."
            raise DataError(what, place=Place(variable=source), found=str(key), expected="one")
        if before not in (_NO_SCOPE, scope):
            both.add(key)
        if scope < before:
            row_of[key], scope_of[key] = row, scope
    return of


def _keys(of_query: pd.DataFrame, prefix: str, source: str) -> tuple[bool, Sequence[object]]:
    """Whether the terms are codes, and the terms."""
    texts, codes = (_column(of_query, name) for name in (TERM, CODE))
    if (texts.notna() == codes.notna()).any():
        what = f"A row of {prefix} has no term, or a term and a code."
        raise DataError(what, place=Place(variable=source), expected=f"{TERM} or {CODE}")
    if texts.notna().any() and codes.notna().any():
        what = f"Terms of {prefix} are texts and codes of the same {source}."
        raise DataError(what, place=Place(variable=source), expected=f"{TERM} for text, {CODE} for numbers")
    is_number = bool(codes.notna().any())
    return is_number, table_numbers(codes).tolist() if is_number else list(texts)


def _scopes(of_query: pd.DataFrame, prefix: str) -> list[int]:
    """The place of each row's scope."""
    texts = [str(text).strip().upper() for text in _column(of_query, SCOPE).fillna("")]
    strangers = sorted(set(texts) - set(_SCOPES))
    if strangers:
        what = f"A row of {prefix} has a scope that is none."
        raise DataError(
            what, place=Place(variable=SCOPE), found=", ".join(strangers), expected="BROAD, NARROW, or none"
        )
    return [_SCOPES[text] for text in texts]


def _column(of_query: pd.DataFrame, name: str) -> pd.Series:
    return of_query[name] if name in of_query.columns else pd.Series(None, of_query.index, dtype="str")


def _differ(values: pd.Series, one: int, other: int) -> bool:
    first, second = values.iloc[one], values.iloc[other]
    return bool(first != second) if pd.notna(first) and pd.notna(second) else bool(pd.notna(first) != pd.notna(second))


def levels_of(frame: pd.DataFrame, terms: Terms) -> tuple[Ints, list[object]]:
    """The code of each record's value, -1 for missing, and the values as terms are compared.

    Raises DataError where the terms are codes and the variable is text, or the other way round.
    """
    require(frame, terms.source)
    values = frame[terms.source]
    if values.isna().all():
        return np.full(len(values), NO_RECORD, dtype=np.int64), []
    expected = Kind.NUMBER if terms.is_number else Kind.TEXT
    if kind_of(values) is not expected:
        what = f"{terms.source} is no {expected}, as the terms of the table are."
        hint = f"the table has numbers in {CODE}, text in {TERM}"
        raise DataError(what, place=Place(variable=terms.source), found=str(kind_of(values)), hint=hint)
    codes, levels = codes_of(values)
    return codes, [terms.key_of(level) for level in levels]


def rows_of(frame: pd.DataFrame, terms: Sequence[Terms], values: pd.Series) -> Ints:
    """The row of the table that each record is of, -1 without one: of a narrow term before that of a broad one.

    Raises DataError where two variables of a record are of rows of one scope that have different ``values``.
    """
    rows = np.full(len(frame), NO_RECORD, dtype=np.int64)
    scopes = np.full(len(frame), _NO_SCOPE, dtype=np.int64)
    same, _ = codes_of(values)
    for of in terms:
        codes, levels = levels_of(frame, of)
        row = np.array([*(of.row_of.get(level, NO_RECORD) for level in levels), NO_RECORD], dtype=np.int64)[codes]
        scope = np.array([*(of.scope_of.get(level, _NO_SCOPE) for level in levels), _NO_SCOPE], dtype=np.int64)[codes]
        clash = (scope == scopes) & (scope < _NO_SCOPE) & (same[row] != same[rows])
        if clash.any():
            what = f"{{count}} records are of two values of {values.name}, by two of their variables."
            place = Place(variable=of.source, keys="; ".join(keys_at(frame, np.flatnonzero(clash))))
            hint = "give their terms one value, or scopes that differ"
            raise DataError(said_of(int(clash.sum()), what), place=place, expected="one value in one scope", hint=hint)
        rows, scopes = np.where(scope < scopes, row, rows), np.minimum(scope, scopes)
    return rows

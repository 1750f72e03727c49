"""Codes of keys in both datasets at once: equal keys have equal codes, in SAS's order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from adamline.io.dataset import Dataset
from adamline.qc.columns import KINDS_OF_MISSING, Numbers, Text, as_arrow, is_text, numbers_of, text_of
from adamline.qc.model import Bools, Floats, Ints, VariablePair

# Products of the numbers of levels stay below this, so that codes of several keys fit one integer.
_LARGEST = 1 << 62
# A table of so many numbers stays in the processor's cache.
_MOST_WHOLE = 1 << 16


@dataclass(frozen=True, eq=False)
class KeyCodes:
    """A code for each row of the base and of the comparison, from 0 to below ``size``; and which keys are missing."""

    base: Ints
    compare: Ints
    size: int
    base_missing: Bools
    compare_missing: Bools

    def dense(self) -> KeyCodes:
        """The same order in as few codes as there are keys."""
        if len(self.base) == len(self.compare) and np.array_equal(self.base, self.compare):
            codes, size = _dense(self.base)
            return KeyCodes(codes, codes, size, self.base_missing, self.compare_missing)
        codes, size = _dense(np.concatenate([self.base, self.compare]))
        n = len(self.base)
        return KeyCodes(codes[:n], codes[n:], size, self.base_missing, self.compare_missing)

    def joined(self, inner: KeyCodes) -> KeyCodes:
        """The codes of these keys and, within them, of the inner ones."""
        outer, inner = self, inner
        if outer.size * inner.size >= _LARGEST:
            outer, inner = outer.dense(), inner.dense()
        return KeyCodes(
            outer.base * inner.size + inner.base,
            outer.compare * inner.size + inner.compare,
            outer.size * inner.size,
            outer.base_missing | inner.base_missing,
            outer.compare_missing | inner.compare_missing,
        )


def key_codes(
    base: Dataset, compare: Dataset, keys: Iterable[VariablePair], descending: frozenset[str] = frozenset()
) -> KeyCodes:
    """Codes of all keys together; without keys all rows have code 0.

    Numbers are equal when they are exactly the same, text but for trailing blanks; a missing key equals one of the same
    kind. The order is SAS's: missing first, text by its bytes, the last key fastest.
    """
    n, m = len(base.frame), len(compare.frame)
    total = KeyCodes(np.zeros(n, np.int64), np.zeros(m, np.int64), 1, np.zeros(n, bool), np.zeros(m, bool))
    for pair in keys:
        codes = _codes(base, compare, pair)
        if pair.base.name.upper() in descending:
            last = codes.size - 1
            codes = KeyCodes(
                last - codes.base, last - codes.compare, codes.size, codes.base_missing, codes.compare_missing
            )
        total = total.joined(codes)
    return total


def _codes(base: Dataset, compare: Dataset, pair: VariablePair) -> KeyCodes:
    if is_text(pair.base):
        return _text_codes(text_of(base, pair.base), text_of(compare, pair.compare))
    return _number_codes(numbers_of(base, pair.base), numbers_of(compare, pair.compare))


def _number_codes(base: Numbers, compare: Numbers) -> KeyCodes:
    n = len(base.floats)
    values = np.concatenate([base.floats, compare.floats])
    if base.exact is None and compare.exact is None and (found := _whole_codes(values)) is not None:
        no = np.zeros(len(values), dtype=bool)
        return KeyCodes(found[0][:n], found[0][n:], found[1] + KINDS_OF_MISSING, no[:n], no[n:])
    ranked: NDArray[np.generic] = values
    if base.exact is not None and compare.exact is not None and base.exact.dtype == compare.exact.dtype:
        ranked = np.concatenate([base.exact, compare.exact])
    codes, levels = pd.factorize(ranked)
    order = np.argsort(levels)
    rank = np.empty(len(levels) + 1, dtype=np.int64)
    rank[order] = np.arange(len(levels)) + KINDS_OF_MISSING
    result = rank[codes]
    missing = np.isnan(values)
    if missing.any():
        result[missing] = np.concatenate([base.kinds_of_missing(), compare.kinds_of_missing()])[missing]
    return KeyCodes(result[:n], result[n:], len(levels) + KINDS_OF_MISSING, missing[:n], missing[n:])


def _whole_codes(values: Floats) -> tuple[Ints, int] | None:
    """Codes of numbers that are all whole, not negative and small, as sequence numbers are, and how many differ.

    Each is looked up in a table of all numbers up to the largest. None for others, for no numbers, and where one is
    missing.
    """
    if not len(values) or not (values.min() >= 0 and values.max() < min(len(values), _MOST_WHOLE)):
        return None
    whole = values.astype(np.int64)
    if not (whole == values).all():
        return None
    is_there = np.zeros(int(whole.max()) + 1, dtype=bool)
    is_there[whole] = True
    return (np.cumsum(is_there) - 1 + KINDS_OF_MISSING)[whole], int(np.count_nonzero(is_there))


def _text_codes(base: Text, compare: Text) -> KeyCodes:
    base_codes, base_levels = _encoded(base)
    compare_codes, compare_levels = _encoded(compare)
    trimmed = pc.utf8_rtrim(pa.chunked_array([base_levels, compare_levels]).combine_chunks(), " ")
    encoded = pc.dictionary_encode(trimmed)
    levels = encoded.dictionary
    # Blank text is missing: the empty text sorts first, and takes the place of a missing one.
    has_blank = bool(pc.any(pc.equal(levels, "")).as_py())
    rank = np.empty(len(levels), dtype=np.int64)
    rank[pc.sort_indices(levels).to_numpy()] = np.arange(len(levels)) + (0 if has_blank else 1)
    place = rank[encoded.indices.to_numpy()]
    tables = np.append(place[: len(base_levels)], 0), np.append(place[len(base_levels) :], 0)
    ours, theirs = tables[0][base_codes], tables[1][compare_codes]
    return KeyCodes(ours, theirs, len(levels) + 1, ours == 0, theirs == 0)


def _encoded(text: Text) -> tuple[NDArray[np.integer], pa.Array]:
    """Codes, -1 for a missing one, and the levels they stand for."""
    if isinstance(text, pd.Categorical):
        return np.asarray(text.codes), pa.array(text.categories, type=pa.large_string(), from_pandas=True)
    encoded = as_arrow(text).combine_chunks().dictionary_encode()
    return pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False), encoded.dictionary


def _dense(codes: Ints) -> tuple[Ints, int]:
    """Codes renumbered without gaps, in the same order."""
    if len(codes) == 0:
        return codes, 0
    if bool((codes[1:] >= codes[:-1]).all()):
        steps = np.concatenate([[0], np.cumsum(codes[1:] != codes[:-1])]).astype(np.int64)
        return steps, int(steps[-1]) + 1
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    steps = np.concatenate([[0], np.cumsum(ordered[1:] != ordered[:-1])]).astype(np.int64)
    result = np.empty_like(steps)
    result[order] = steps
    return result, int(steps[-1]) + 1

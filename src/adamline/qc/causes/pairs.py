"""Pairs of values of one variable, base against compare, in the shape that the rules read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.io.dataset import Dataset, Kind, Variable, kind_of
from adamline.qc.columns import KINDS_OF_MISSING, ORDINARY, Text, is_text, numbers_of, text_of
from adamline.qc.model import Bools, Comparison, Floats, Ints, VariableComparison

Texts = NDArray[np.object_]

# As many pairs of unrelated values are looked at to see what chance does.
CHANCE_PAIRS = 10_000
# Fewer equal records than this say too little about the variable.
_ENOUGH_EQUAL = 50
_REDRAWS = 6
_SEED = 20240229


@dataclass(frozen=True, eq=False)
class Values:
    """Values of one side: SAS numbers (NaN where there is none) and, of a text variable, text without trailing blanks.

    The numbers of a text variable are those that its text spells. ``kinds`` are the kinds of missing, of numbers only.
    ``same`` are numbers that are the same for the same text, where they are known.
    """

    numbers: Floats
    texts: Texts | None
    kinds: NDArray[np.int8]
    same: Ints | None = None

    @property
    def missing(self) -> Bools:
        """Which values are missing: blank text, or no number."""
        found: Bools = np.isnan(self.numbers) if self.texts is None else self.texts == ""
        return found

    def __getitem__(self, at: Any) -> Values:
        """The values at these places."""
        texts, same = (None if part is None else part[at] for part in (self.texts, self.same))
        return Values(self.numbers[at], texts, self.kinds[at], same)

    def codes(self) -> tuple[Ints, int]:
        """Codes that are the same for the same value and the same kind of missing, and a number above them all."""
        if self.texts is not None:
            codes, levels = pd.factorize(self.texts if self.same is None else self.same)
            return codes.astype(np.int64), len(levels) + 1
        found, known = pd.factorize(pd.Series(self.numbers))
        missing = len(known) + self.kinds.astype(np.int64)
        return np.where(found < 0, missing, found).astype(np.int64), len(known) + KINDS_OF_MISSING


@dataclass(frozen=True, eq=False)
class ValuePairs:
    """Values of the base and beside each that of the comparison."""

    variable: Variable
    base: Values
    compare: Values

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.base.numbers)

    def __getitem__(self, at: Any) -> ValuePairs:
        """The pairs at these places."""
        return ValuePairs(self.variable, self.base[at], self.compare[at])

    @property
    def is_text(self) -> bool:
        """Whether the variable is text."""
        return self.base.texts is not None

    @property
    def is_number(self) -> bool:
        """Whether values are plain numbers, or text that may spell them."""
        return self.variable.kind in (Kind.NUMBER, Kind.TEXT)

    def texts(self) -> list[tuple[str, str]]:
        """The two texts of each pair; none unless the variable is text."""
        if self.base.texts is None or self.compare.texts is None:
            return []
        return list(zip(self.base.texts.tolist(), self.compare.texts.tolist(), strict=True))

    def distinct(self) -> tuple[ValuePairs, Ints]:
        """Each pair of values once, and for every record which of them it has."""
        (x, _), (y, size) = self.base.codes(), self.compare.codes()
        _, first, which = np.unique(x * size + y, return_index=True, return_inverse=True)
        return self[first], which

    def differing(self) -> Bools:
        """Which pairs are of two different values."""
        both = joined(self.base, self.compare).codes()[0]
        n = len(self)
        found: Bools = both[:n] != both[n:]
        return found


def joined(*parts: Values) -> Values:
    """All values of all parts, one part after the other."""
    if len(parts) == 1:
        return parts[0]
    texts = [part.texts for part in parts if part.texts is not None]
    return Values(
        np.concatenate([part.numbers for part in parts]),
        np.concatenate(texts) if texts else None,
        np.concatenate([part.kinds for part in parts]),
    )


def pairs_of(base: Iterable[Any], compare: Iterable[Any], name: str = "X") -> ValuePairs:
    """Pairs of given values, for examples and tests.

    >>> pairs_of(["1.5", "a "], ["2", "b"]).base.numbers.tolist()
    [1.5, nan]
    """
    sides = []
    for given in (base, compare):
        column = pd.Series(given)
        variable = Variable(name, kind_of(column))
        rows = np.arange(len(column), dtype=np.int64)
        sides.append((variable, _values(Dataset(name, pd.DataFrame({name: column}), (variable,)), variable, rows)))
    return ValuePairs(sides[0][0], sides[0][1], sides[1][1])


def unequal_pairs(comparison: Comparison, entry: VariableComparison) -> ValuePairs:
    """The unequal values of one variable, a pair for each, in the order of ``entry.unequal``."""
    return records_of(comparison, entry, entry.unequal)


def records_of(comparison: Comparison, entry: VariableComparison, at: Ints) -> ValuePairs:
    """The values of one variable in these pairs of records."""
    observations = comparison.observations
    base = _values(comparison.base, entry.pair.base, observations.base_rows[at])
    compare = _values(comparison.compare, entry.pair.compare, observations.compare_rows[at])
    return ValuePairs(entry.pair.base, base, compare)


def missing_of(comparison: Comparison, entry: VariableComparison, at: Ints) -> tuple[Bools, Bools]:
    """Which values of one variable are missing in these pairs of records, in the base and in the comparison."""
    rows = comparison.observations
    return (
        _missing(comparison.base, entry.pair.base, rows.base_rows[at]),
        _missing(comparison.compare, entry.pair.compare, rows.compare_rows[at]),
    )


def chance_pairs(comparison: Comparison, entry: VariableComparison) -> list[ValuePairs]:
    """Pairs of different values that have nothing to do with one another, in one or two draws.

    Both are values of records drawn at random from those that are equal, the second drawn again until it differs.
    Where hardly any record is equal, a draw has two of the base, another two of the comparison, never one of each:
    there the cause itself would look like chance, and so it may within the side that has both its old and new values.
    The draws are the same at every call.
    """
    observations = comparison.observations
    generator = np.random.default_rng(_SEED)
    is_equal = np.ones(observations.n_common, dtype=bool)
    is_equal[entry.unequal] = False
    equal = np.flatnonzero(is_equal)
    of_base = comparison.base, entry.pair.base, observations.base_rows
    of_compare = comparison.compare, entry.pair.compare, observations.compare_rows
    has_equal = len(equal) >= _ENOUGH_EQUAL
    sources = [(*of_base[:2], of_base[2][equal])] if has_equal else [of_base, of_compare]
    return [_drawn(*source, CHANCE_PAIRS // len(sources), generator) for source in sources]


def all_pairs(parts: Sequence[ValuePairs]) -> ValuePairs:
    """The pairs of all parts together."""
    return ValuePairs(
        parts[0].variable, joined(*(part.base for part in parts)), joined(*(part.compare for part in parts))
    )


def _drawn(dataset: Dataset, variable: Variable, rows: Ints, count: int, generator: np.random.Generator) -> ValuePairs:
    if not len(rows):
        nothing = _values(dataset, variable, rows)
        return ValuePairs(variable, nothing, nothing)
    pool = _values(dataset, variable, generator.choice(rows, size=count * (_REDRAWS + 1)))
    codes, _ = pool.codes()
    second = np.arange(count, 2 * count)
    for draw in range(1, _REDRAWS):
        same = codes[second] == codes[:count]
        second[same] = np.flatnonzero(same) + (draw + 1) * count
    pairs = ValuePairs(variable, pool[:count], pool[second])
    return pairs[codes[second] != codes[:count]]


def _values(dataset: Dataset, variable: Variable, rows: Ints) -> Values:
    if not is_text(variable):
        found = numbers_of(dataset, variable, rows)
        kinds = np.where(np.isnan(found.floats), found.kinds_of_missing(), 0).astype(np.int8)
        return Values(found.floats, None, kinds)
    codes, levels = _levels_of(text_of(dataset, variable, rows))
    # The last place stands for a missing text, whose code is -1.
    plain = [*_trimmed(levels), ""]
    texts = np.array(plain, dtype=object)
    first = dict(zip(reversed(plain), range(len(plain) - 1, -1, -1), strict=True))
    same = np.array([first[text] for text in plain], dtype=np.int64)
    numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(dtype=np.float64)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    return Values(numbers[codes], texts[codes], np.full(len(codes), ORDINARY, dtype=np.int8), same[codes])


def _missing(dataset: Dataset, variable: Variable, rows: Ints) -> Bools:
    if not is_text(variable):
        return np.isnan(numbers_of(dataset, variable, rows).floats)
    codes, levels = _levels_of(text_of(dataset, variable, rows))
    blank = np.array([*(text == "" for text in _trimmed(levels)), True])
    found: Bools = blank[codes]
    return found


def _trimmed(levels: Iterable[Any]) -> list[str]:
    """Texts without trailing blanks."""
    return [str(level).rstrip(" ") for level in np.asarray(levels, dtype=object).tolist()]


def _levels_of(text: Text) -> tuple[NDArray[np.integer[Any]], Iterable[Any]]:
    """The number of each text among the different ones, -1 where it is missing, and these."""
    if isinstance(text, pd.Categorical) and len(text.categories) <= len(text):
        return text.codes, text.categories
    return pd.factorize(np.asarray(text, dtype=object))

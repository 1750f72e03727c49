"""Describes a dataset's file: attributes, counts of values and first records, in the memory of one part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.findings import Finding
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Kind, Variable
from adamline.io.files import ReadOptions, format_of, iter_dataset
from adamline.io.ibm import SPECIAL_MISSINGS
from adamline.io.text_type import TextType

_CHUNK_ROWS: Final = 100_000
# Distinct values are counted up to so many; beyond, a variable has "more".
MOST_LEVELS: Final = 10_000


@dataclass(frozen=True)
class Level:
    """A value as text, and in how many records it stands."""

    value: str
    count: int


@dataclass(frozen=True)
class VariableSummary:
    """One variable: its attributes and what its values are.

    ``missing`` counts ordinary missings, ``special`` the special ones by letter. ``distinct`` is None where there
    are more than `MOST_LEVELS` values, and ``levels``, the most frequent ones, are empty then. ``minimum`` and
    ``maximum`` are texts, empty where there is no value; text is ordered by its characters' numbers.
    """

    variable: Variable
    missing: int
    special: tuple[Level, ...]
    distinct: int | None
    levels: tuple[Level, ...]
    minimum: str
    maximum: str


@dataclass(frozen=True)
class Description:
    """A dataset's file: where it is, what it holds, its first records as texts ('' where missing, `.A` special).

    ``findings`` are what reading found odd or mended.
    """

    file: str
    format: str
    name: str
    label: str
    records: int
    variables: tuple[VariableSummary, ...]
    first: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...] = ()
    # Of the whole file, where some records are selected.
    all_records: int | None = None


def describe_dataset(
    path: Path | str,
    *,
    rows: int = 10,
    levels: int = 5,
    columns: Iterable[str] | None = None,
    keep: Callable[[pd.DataFrame], pd.Series | npt.NDArray[np.bool_]] | None = None,
    options: ReadOptions | None = None,
) -> Description:
    r"""What is in a file of any format: attributes, counts of every variable's values, the first ``rows`` records.

    ``levels`` is how many values a variable lists, the most frequent first, ties in the order of the values.
    ``columns`` are the variables to describe, in this order; ``keep`` selects records of a part of the file (as
    `adamline.condition.to_pandas.selected` does). The file is read once, part by part. Errors are those of
    `read_dataset`, and DataError for a variable that the file does not have.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "dm.csv").write_text("SEX\nF\nM\nF\n")
    ...     describe_dataset(Path(folder) / "dm.csv").variables[0].levels
    (Level(value='F', count=2), Level(value='M', count=1))
    """
    tallies: list[_Tally] = []
    first: list[tuple[str, ...]] = []
    records = 0
    findings: list[Finding] = []
    part: Dataset | None = None
    # Text by code: a long value that stands in every record is in memory once.
    kind, report = TextType.CATEGORY, findings.append
    wanted = None if columns is None else tuple(columns)
    # A condition may be on other variables than those to describe.
    read = wanted if keep is None else None
    every = 0
    for part in iter_dataset(path, _CHUNK_ROWS, columns=read, text=kind, options=options, report=report):
        every += len(part.frame)
        shown = part if wanted is None else part.select(wanted)
        if keep is not None:
            shown = shown.with_frame(shown.frame[np.asarray(keep(part.frame))])
        tallies = tallies or [_Tally(variable) for variable in shown.variables]
        for tally in tallies:
            tally.add(shown.frame)
        if len(first) < rows and shown.variables:
            first += _texts(shown, rows - len(first))
        records += len(shown.frame)
    assert part is not None  # noqa: S101 - iter_dataset gives at least one part
    summaries = tuple(tally.summary(levels) for tally in tallies)
    about = (str(path), format_of(path), part.name, part.label, records)
    return Description(*about, summaries, tuple(first), tuple(findings), None if keep is None else every)


def _texts(part: Dataset, rows: int) -> list[tuple[str, ...]]:
    """The first records as texts."""
    columns = []
    for variable in part.variables:
        values = part.frame[variable.name].iloc[:rows]
        letters = part.frame.get(variable.name + MISSING_SUFFIX)
        marks = [None] * len(values) if letters is None else list(letters.iloc[:rows])
        columns.append(
            [
                f".{mark}" if pd.notna(mark) else value_text(value, variable.kind)
                for value, mark in zip(values, marks, strict=True)
            ]
        )
    return list(zip(*columns, strict=True))


def value_text(value: Any, kind: Kind) -> str:
    """A value as a reader expects it: ISO dates, shortest decimals, '' where missing.

    >>> value_text(39.0, Kind.NUMBER), value_text(pd.Timestamp("2024-03-05"), Kind.DATE)
    ('39', '2024-03-05')
    """
    if pd.isna(value):
        return ""
    if kind is Kind.NUMBER:
        return repr(float(value)).removesuffix(".0")
    if kind is Kind.DATE:
        return str(value)[:10]
    if kind is Kind.DATETIME:
        return str(pd.Timestamp(value).isoformat())
    return _clock(pd.Timedelta(value)) if kind is Kind.TIME else str(value)


def _clock(time: pd.Timedelta) -> str:
    micros = time // pd.Timedelta(microseconds=1)
    seconds, fraction = divmod(abs(micros), 1_000_000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return ("-" if micros < 0 else "") + text + (f".{fraction:06d}" if fraction else "")


@dataclass
class _Tally:
    """The counts of one variable in the making."""

    variable: Variable
    missing: int = 0
    letters: Counter[str] = field(default_factory=Counter)
    counts: pd.Series[int] = field(default_factory=lambda: pd.Series(dtype="int64"))
    is_whole: bool = True
    lowest: Any = None
    highest: Any = None

    def add(self, frame: pd.DataFrame) -> None:
        """Count the values of a part."""
        values = frame[self.variable.name]
        special = frame.get(self.variable.name + MISSING_SUFFIX)
        if special is not None:
            self.letters.update({str(letter): int(n) for letter, n in special.value_counts().items() if n})
        self.missing += int(values.isna().sum()) - (0 if special is None else int(special.notna().sum()))
        here = values.value_counts(sort=False)
        here = here[here > 0]  # a category that no selected record has
        if not len(here):
            return
        if isinstance(here.index.dtype, pd.CategoricalDtype):
            here.index = here.index.astype(object)
        keys = here.index
        low, high = min(keys), max(keys)
        self.lowest = low if self.lowest is None else min(self.lowest, low)
        self.highest = high if self.highest is None else max(self.highest, high)
        if self.is_whole:
            self.counts = here if not len(self.counts) else self.counts.add(here, fill_value=0)
            self.is_whole = len(self.counts) <= MOST_LEVELS
            self.counts = self.counts if self.is_whole else self.counts.iloc[:0]

    def summary(self, levels: int) -> VariableSummary:
        """What was counted."""
        kind = self.variable.kind
        counts = self.counts.astype(np.int64).sort_index().sort_values(ascending=False, kind="stable")
        top = counts.iloc[:levels] if self.is_whole else counts.iloc[:0]
        special = tuple(Level(f".{x}", self.letters[x]) for x in SPECIAL_MISSINGS if x in self.letters)
        return VariableSummary(
            self.variable,
            self.missing,
            special,
            len(counts) if self.is_whole else None,
            tuple(Level(value_text(value, kind), int(count)) for value, count in top.items()),
            value_text(self.lowest, kind),
            value_text(self.highest, kind),
        )

"""Tests of treatments against one of them: what a spec may say of a test, and how its p-values are stored and shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from adamline.errors import nearest
from adamline.results.ard import Analysis
from adamline.results.check_warnings import NO_TEST
from adamline.stats.display import p_value_texts
from adamline.tlf.kinds._columns import ColumnOptions
from adamline.tlf.kinds._options import OptionsModel
from adamline.tlf.layout import Row

Ints = npt.NDArray[np.int64]

# The text and the result of a cell that shows nothing.
BLANK = ("", "")
# P-values stand beside other statistics in the results; their names cannot be those of others.
PValueName = Annotated[str, Field(pattern=r"^p_[A-Za-z0-9_]+$")]


class TestOptions(OptionsModel):
    """A test of each treatment against one of the columns; a kind adds which methods it has, and their options.

    ``as`` is the name under which the p-values are stored, and ``label`` that of their row.
    """

    against: str
    name: PValueName = Field(alias="as")
    label: str | None = None

    @property
    def row_label(self) -> str:
        """The label of the row of p-values: the given one, else it says against which treatment they are."""
        return self.label or f"p-value vs {self.against}"


def check_tests(tests: Sequence[TestOptions], columns: ColumnOptions) -> None:
    """ValueError for a test against a treatment without a column, or against the only one, and for two of one name."""
    if tests and len(columns.order) < 2:
        raise ValueError(f"tests: there is no column but {columns.order[0]} to compare")
    for test in tests:
        if test.against not in columns.order:
            raise ValueError(f"tests: no column shows {test.against}; {nearest(test.against, columns.order)}")
    names = [test.name for test in tests]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"tests: two are stored as {twice[0]}; give each a name of its own")


def pairs_against(blocks: int, treatments: Sequence[str], against: str) -> Ints:
    """The cells that a test compares: a row for each block and treatment but the reference, in order.

    A block has a cell for each treatment, whose code is block * treatments + treatment. The first column holds the
    codes of the treatments, the second those of the reference.

    >>> pairs_against(2, ["Placebo", "Low", "High"], "Placebo").tolist()
    [[1, 0], [2, 0], [4, 3], [5, 3]]
    """
    reference = treatments.index(against)
    others = np.delete(np.arange(len(treatments)), reference)
    start = np.arange(blocks)[:, np.newaxis] * len(treatments)
    return np.stack(np.broadcast_arrays(start + others, start + reference), axis=2).reshape(-1, 2)


def p_value_results(test: TestOptions, p: npt.ArrayLike, n: npt.ArrayLike, least: int) -> pd.DataFrame:
    """A result for each p-value, without what tells which method, groups and records it is of.

    ``n`` has the two numbers of values or subjects behind each p-value. Where one of them is below ``least`` there is
    no test: the p-value is missing, shown as "NE", and the result carries a note; so too where the method gives none.

    >>> test = TestOptions(against="Placebo", name="p_wilcoxon")
    >>> p_value_results(test, [0.0285, 0.5], [[9, 8], [1, 8]], least=2)[["stat_text", "warning"]].to_numpy().tolist()
    [['0.029', ''], ['NE', 'no test: n of 1 and 8']]
    """
    counts = np.asarray(n, dtype=np.int64).reshape(-1, 2)
    few = (counts < least).any(axis=1)
    values = np.where(few, np.nan, np.asarray(p, dtype=np.float64))
    warnings = np.where(np.isnan(values), f"{NO_TEST}: nothing differs", "").astype(object)
    warnings[few] = [f"{NO_TEST}: n of {first} and {second}" for first, second in counts[few]]
    return pd.DataFrame(
        {
            "analysis": Analysis.TEST.value,
            "stat_name": test.name,
            "stat_label": test.row_label,
            "stat": values,
            "stat_text": p_value_texts(values),
            "warning": warnings,
        }
    )


def stored_cells(results: pd.DataFrame, by: Sequence[str]) -> dict[tuple[str, ...], tuple[str, str]]:
    """The displayed text and the id of each result, by the levels that the columns ``by`` of the results have."""
    keys = zip(*(results[column] for column in by), strict=True)
    return dict(zip(keys, zip(results["stat_text"], results["result"], strict=True), strict=True))


def p_value_row(test: TestOptions, cells: Iterable[tuple[str, str]], group: tuple[str, ...], block: str) -> Row:
    """The row of a test: text and result of each column of numbers, `BLANK` where there is none (the reference)."""
    texts, ids = zip(("", ""), *cells, strict=True)
    return Row((test.row_label, *texts[1:]), indent=len(group), group=group, block=block, results=tuple(ids))

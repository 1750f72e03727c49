"""Summary statistics of compared numbers: the table STATS and the data set OUTSTATS= of PROC COMPARE."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.io.dataset import Dataset, Kind, Variable
from adamline.qc.columns import is_text, numbers_of
from adamline.qc.differences import percent_of
from adamline.qc.model import Comparison, Floats, Ints, VariableComparison

MOMENTS = ("N", "MEAN", "STD", "MAX", "MIN", "STDERR", "T", "PROBT")
_COLUMNS = ("_BASE_", "_COMP_", "_DIF_", "_PCTDIF_")
_NOTHING = np.zeros(0, dtype=np.int64)


def outstats_dataset(comparison: Comparison, *, every: bool = False) -> Dataset:
    """The statistics of each compared numeric variable that has unequal values; ``every``, of all (ALLSTATS).

    Variables: those of BY, then ``_VAR_``, ``_TYPE_``, ``_WITH_`` and a column each for the base's values (``_BASE_``),
    the comparison's (``_COMP_``), their differences (``_DIF_``) and percent differences (``_PCTDIF_``), over all
    matched records that have them. Rows for each BY group and variable:

    - N, MEAN, STD (n - 1), MAX, MIN, STDERR, T and PROBT (mean against 0, two-sided) of each column's values;
    - NDIF: the number of unequal values in ``_BASE_``, its percent of the matched records in ``_COMP_``;
    - DIFMEANS: the difference of the two means as percent of the base's, of the comparison's, and as it is;
    - ``R,RSQ``: the correlation over the records that have both values in ``_BASE_``, its square in ``_COMP_``.

    What cannot be computed, for want of values or of variation, is missing. Dates are SAS numbers. Source: Base SAS
    Procedures Guide, COMPARE procedure, "Table of Summary Statistics" and OUTSTATS=.

    >>> from adamline.qc.comparison import compare
    >>> found = compare(pd.DataFrame({"AVAL": [80.0, 92.0]}), pd.DataFrame({"AVAL": [84.0, 92.0]}))
    >>> table = outstats_dataset(found).frame
    >>> table.loc[table["_TYPE_"] == "MEAN", ["_BASE_", "_COMP_", "_DIF_"]].to_numpy().tolist()
    [[86.0, 88.0, 2.0]]
    """
    chosen = [x for x in comparison.compared if not is_text(x.pair.base) and (every or x.n_unequal)]
    groups = _group_of_pair(comparison)
    count = 1 if comparison.groups is None else len(comparison.groups)
    tables = [_of_variable(comparison, entry, groups, count) for entry in chosen]
    by = tuple(pair.base for pair in comparison.observations.by)
    names = ("_VAR_", "_TYPE_", "_WITH_")
    if not tables:
        empty = {name: pd.Series(dtype="str") for name in names} | {
            name: pd.Series(dtype="float64") for name in _COLUMNS
        }
        tables = [pd.DataFrame({"group": _NOTHING, **empty})]
    # Groups stay together, and in each the order of the variables.
    frame = pd.concat(tables, ignore_index=True).sort_values("group", kind="stable", ignore_index=True)
    group = frame.pop("group").to_numpy()
    if comparison.groups is not None:
        values = {v.name: comparison.groups[v.name].array.take(group) for v in by}
        frame = pd.concat([pd.DataFrame(values, index=frame.index), frame], axis=1)
    variables = (
        *by,
        *(Variable(name, Kind.TEXT) for name in names),
        *(Variable(name, Kind.NUMBER) for name in _COLUMNS),
    )
    return Dataset("OUTSTATS", frame, variables)


def _group_of_pair(comparison: Comparison) -> Ints:
    """The BY group of each pair of records."""
    pairs = comparison.observations
    return pairs.group_of_pair if pairs.group_of_pair is not None else np.zeros(pairs.n_common, dtype=np.int64)


def _of_variable(comparison: Comparison, entry: VariableComparison, groups: Ints, count: int) -> pd.DataFrame:
    pairs = comparison.observations
    x = numbers_of(comparison.base, entry.pair.base, pairs.base_rows).floats
    y = numbers_of(comparison.compare, entry.pair.compare, pairs.compare_rows).floats
    with np.errstate(all="ignore"):
        columns = [_moments(values, groups, count) for values in (x, y, y - x, percent_of(x, y))]
        rows = list(_rows(columns, entry, groups, count, _correlation(x, y, groups, count)))
    names = [name for name, _ in rows]
    table = pd.DataFrame(
        {
            "group": np.repeat(np.arange(count), len(rows)),
            "_VAR_": pd.Series(entry.pair.base.name, index=range(count * len(rows)), dtype="str"),
            "_TYPE_": pd.Series(names * count, dtype="str"),
            "_WITH_": pd.Series(entry.pair.compare.name, index=range(count * len(rows)), dtype="str"),
        }
    )
    cells = np.stack([figures for _, figures in rows], axis=1)  # group, statistic, column
    for place, name in enumerate(_COLUMNS):
        table[name] = cells[:, :, place].ravel()
    return table


def _rows(
    columns: list[dict[str, Floats]], entry: VariableComparison, groups: Ints, count: int, r: Floats
) -> Iterator[tuple[str, Floats]]:
    """The name of each statistic and its figures, groups by columns."""
    for name in MOMENTS:
        yield name, np.stack([column[name] for column in columns], axis=1)
    nothing = np.full(count, np.nan)
    n_unequal = np.bincount(groups[entry.unequal], minlength=count).astype(np.float64)
    n_pairs = np.bincount(groups, minlength=count)
    yield "NDIF", np.stack([n_unequal, 100 * n_unequal / n_pairs, nothing, nothing], axis=1)
    base, compare = columns[0]["MEAN"], columns[1]["MEAN"]
    step = compare - base
    yield "DIFMEANS", np.stack([_share(step, base), _share(step, compare), step, nothing], axis=1)
    yield "R,RSQ", np.stack([r, r**2, nothing, nothing], axis=1)


def _share(step: Floats, mean: Floats) -> Floats:
    return np.where(mean == 0, np.nan, 100 * step / mean)


def _moments(values: Floats, groups: Ints, count: int) -> dict[str, Floats]:
    from scipy.special import stdtr  # most comparisons ask for no statistics

    known = ~np.isnan(values)
    numbers, codes = values[known], groups[known]
    n = np.bincount(codes, minlength=count).astype(np.float64)
    mean = _means(numbers, codes, n)
    left = numbers - mean[codes]
    squares = np.bincount(codes, weights=left**2, minlength=count)
    std = np.where(n > 1, np.sqrt(squares / (n - 1)), np.nan)
    stderr = std / np.sqrt(n)
    t = np.where(stderr > 0, mean / stderr, np.nan)
    lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(lowest, codes, numbers)
    np.maximum.at(highest, codes, numbers)
    return {
        "N": n,
        "MEAN": mean,
        "STD": std,
        "MAX": np.where(n > 0, highest, np.nan),
        "MIN": np.where(n > 0, lowest, np.nan),
        "STDERR": stderr,
        "T": t,
        "PROBT": 2 * stdtr(np.where(n > 1, n - 1, np.nan), -np.abs(t)),
    }


def _means(numbers: Floats, codes: Ints, n: Floats) -> Floats:
    """Means of groups in two passes, the second for what the first has rounded off."""
    mean = np.bincount(codes, weights=numbers, minlength=len(n)) / n
    corrected: Floats = mean + np.bincount(codes, weights=numbers - mean[codes], minlength=len(n)) / n
    return corrected


def _correlation(x: Floats, y: Floats, groups: Ints, count: int) -> Floats:
    known = ~(np.isnan(x) | np.isnan(y))
    codes = groups[known]
    n = np.bincount(codes, minlength=count).astype(np.float64)
    x, y = x[known] - _means(x[known], codes, n)[codes], y[known] - _means(y[known], codes, n)[codes]
    xx, yy, xy = (np.bincount(codes, weights=w, minlength=count) for w in (x * x, y * y, x * y))
    return np.where((xx > 0) & (yy > 0), np.clip(xy / (np.sqrt(xx) * np.sqrt(yy)), -1, 1), np.nan)

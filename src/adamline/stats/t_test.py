"""Compare means by Student's t as PROC TTEST does: of one group, of pairs, and of two groups, pooled or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, checked_level
from adamline.stats._ranks import checked_codes, checked_null, checked_pairs, checked_to_square
from adamline.stats._same_records import check_same_records
from adamline.stats._scipy import chdtri, stdtr, stdtrit
from adamline.stats._two_variances import folded_f, pooled_sd, separate
from adamline.stats.descriptive import describe_groups

ONE_SAMPLE = "PROC TTEST, one-sample t test"
PAIRED = "PROC TTEST, paired t test"
TWO_SAMPLE = "PROC TTEST, two-sample t test"

NO_SPREAD = "all values are equal: no test"


@dataclass(frozen=True)
class MeanTest:
    """The mean of one set of numbers, or of differences of pairs, and its test; limits of the SD are equal-tailed."""

    n: int
    n_missing: int
    mean: float
    sd: float
    se: float
    minimum: float
    maximum: float
    lower: float
    upper: float
    sd_lower: float
    sd_upper: float
    df: float
    t: float
    p: float
    null: float
    level: float
    method: str = ONE_SAMPLE
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class DifferenceTest:
    """The test of a difference of two means by one method."""

    se: float
    lower: float
    upper: float
    df: float
    t: float
    p: float
    method: str


@dataclass(frozen=True)
class TwoSampleT:
    """Two groups: ``first`` and ``second`` alone, and the mean of the first minus that of the second by two methods."""

    first: MeanTest
    second: MeanTest
    difference: float
    pooled: DifferenceTest
    satterthwaite: DifferenceTest
    pooled_sd: float
    pooled_sd_lower: float
    pooled_sd_upper: float
    f: float
    f_num_df: float
    f_den_df: float
    f_p: float
    null: float
    level: float
    n_missing: int
    method: str = TWO_SAMPLE
    warnings: tuple[str, ...] = ()


def t_test_groups(
    values: npt.ArrayLike, groups: npt.ArrayLike, count: int, *, null: float = 0.0, level: float = 0.95
) -> pd.DataFrame:
    """The test of the mean of each group against ``null``: a row for each code 0 to ``count - 1``.

    ``groups`` has a code for each value; a negative code leaves the value out, and so does a missing value (NaN).
    Columns: ``n``, ``n_missing``, ``mean``, ``sd`` (divisor n - 1), ``se``, ``minimum``, ``maximum``; ``lower`` and
    ``upper``, two-sided limits of the mean at confidence ``level``; ``sd_lower`` and ``sd_upper``, equal-tailed limits
    of the SD; ``df``, ``t`` and its two-sided ``p``. Without values all else is missing; with one value so are the SD
    and what follows from it; with an SD of 0, t and p.

    DataError for values that are infinite or no numbers, for lengths that differ, for codes of no group, and for a
    level outside 0 to 1. Source: SAS PROC TTEST, H0=, ALPHA=, CI=EQUAL.

    >>> tested = t_test_groups([1.0, 3.0, 4.0, 2.0, 2.0], [0, 0, 0, 1, 1], 2, null=2)
    >>> tested[["n", "mean", "sd", "lower", "upper", "t", "p"]].round(4)
       n    mean      sd   lower   upper       t       p
    0  3  2.6667  1.5275 -1.1279  6.4612  0.7559  0.5286
    1  2  2.0000  0.0000  2.0000  2.0000     NaN     NaN
    """
    _check(null, level)
    check_same_records(values=values, groups=groups)
    numbers = checked_to_square(values)
    described = describe_groups(numbers, checked_codes(groups, len(numbers)), count, level)
    n = described["n"].to_numpy()
    sd, se = described["sd"].to_numpy(), described["se"].to_numpy()
    df = np.where(n > 0, n - 1, np.nan)
    table = described[["n", "n_missing", "mean", "sd", "se", "minimum", "maximum", "lower", "upper"]].copy()
    table["sd_lower"], table["sd_upper"] = _limits_of_sd(sd, df, level)
    t, p = _tested(table["mean"].to_numpy() - null, se, df)
    return table.assign(df=df, t=t, p=p)


def t_test(values: npt.ArrayLike, *, null: float = 0.0, level: float = 0.95) -> MeanTest:
    """The test of the mean of one set of numbers; the rules are those of `t_test_groups`.

    >>> round(t_test([1.0, 3.0, 4.0], null=2).p, 4)
    0.5286
    """
    numbers = checked_to_square(values)
    row = t_test_groups(numbers, np.zeros(len(numbers), dtype=np.int64), 1, null=null, level=level).iloc[0]
    return _mean_test(row, null, level, ONE_SAMPLE)


def t_test_paired(first: npt.ArrayLike, second: npt.ArrayLike, *, null: float = 0.0, level: float = 0.95) -> MeanTest:
    """The test of the mean of ``first`` minus ``second``, pair by pair; a pair with a missing value is left out.

    The rules are those of `t_test_groups`. DataError also where the two have not one length.

    >>> found = t_test_paired([120, 124, 130], [128, 131, 131])
    >>> round(found.mean, 4), found.df, round(found.p, 4)
    (-5.3333, 2.0, 0.1348)
    """
    check_same_records(first=first, second=second)
    before, after = checked_to_square(first, "first values"), checked_to_square(second, "second values")
    if len(before) != len(after):
        raise DataError("Pairs must be two columns of one length.", found=f"{len(before)} and {len(after)}")
    codes = np.zeros(len(before), dtype=np.int64)
    return _mean_test(t_test_groups(before - after, codes, 1, null=null, level=level).iloc[0], null, level, PAIRED)


def t_test_pairs(
    values: npt.ArrayLike, groups: npt.ArrayLike, pairs: npt.ArrayLike, *, null: float = 0.0, level: float = 0.95
) -> pd.DataFrame:
    """The two-sample t tests of many pairs of groups: a row for each pair.

    ``groups`` has a code for each value, ``pairs`` two group codes a row; missing values and negative codes are left
    out. Columns: ``n1``, ``n2``, ``mean1``, ``mean2``, ``sd1``, ``sd2``; ``difference``, the mean of the first group
    minus that of the second; ``pooled_sd`` with its equal-tailed limits ``pooled_sd_lower`` and ``pooled_sd_upper``;
    for equal variances ``pooled_se``, ``pooled_lower``, ``pooled_upper`` (limits of the difference), ``pooled_df``,
    ``pooled_t`` and two-sided ``pooled_p``, all against a difference of ``null``; the same for unequal variances, named
    ``satterthwaite_``; and ``f``, the larger variance divided by the smaller, with ``f_num_df``, ``f_den_df`` and the
    doubled tail ``f_p``, at most 1.

    A group with one value adds nothing to the pooled variance, and the figures for unequal variances and F are missing.
    Where both variances are 0 there is no t and no p; where one is 0 there is no F. DataError as in `t_test_groups`,
    and for pairs that are not two different codes of 0 or more. Source: SAS PROC TTEST, CLASS.

    >>> tested = t_test_pairs([1.0, 3.0, 4.0, 5.0, 9.0], [0, 0, 0, 1, 1], [(0, 1)])
    >>> tested[["difference", "pooled_t", "pooled_p", "satterthwaite_df", "satterthwaite_p"]].round(4)
       difference  pooled_t  pooled_p  satterthwaite_df  satterthwaite_p
    0     -4.3333   -2.3102     0.104            1.4002           0.2375
    """
    _check(null, level)
    check_same_records(values=values, groups=groups)
    numbers = checked_to_square(values)
    codes, members = checked_codes(groups, len(numbers)), checked_pairs(pairs)
    count = int(max(codes.max(initial=-1), members.max(initial=-1))) + 1
    alone = t_test_groups(numbers, codes, count, level=level)
    first, second = (alone.iloc[members[:, side]].reset_index(drop=True) for side in (0, 1))
    n1, n2 = first["n"].to_numpy(dtype=np.float64), second["n"].to_numpy(dtype=np.float64)
    sd1, sd2 = first["sd"].to_numpy(), second["sd"].to_numpy()
    difference = (first["mean"] - second["mean"]).to_numpy()
    table = pd.DataFrame({"n1": first["n"], "n2": second["n"], "mean1": first["mean"], "mean2": second["mean"]})
    table = table.assign(sd1=sd1, sd2=sd2, difference=difference)
    pooled, df = pooled_sd(n1, n2, sd1, sd2)
    lower, upper = _limits_of_sd(pooled, df, level)
    table = table.assign(pooled_sd=pooled, pooled_sd_lower=lower, pooled_sd_upper=upper)
    with np.errstate(divide="ignore"):
        se = pooled * np.sqrt(1 / np.where(n1 > 0, n1, np.nan) + 1 / np.where(n2 > 0, n2, np.nan))
    separate_se, separate_df = separate(n1, n2, sd1, sd2)
    return table.assign(
        **_difference("pooled", difference, se, df, null, level),
        **_difference("satterthwaite", difference, separate_se, separate_df, null, level),
        **folded_f(n1, n2, sd1, sd2),
    )


def t_test_two_sample(
    first: npt.ArrayLike, second: npt.ArrayLike, *, null: float = 0.0, level: float = 0.95
) -> TwoSampleT:
    """The t tests of two sets of numbers, first minus second; the rules are those of `t_test_pairs`.

    >>> found = t_test_two_sample([1.0, 3.0, 4.0], [5.0, 9.0])
    >>> round(found.pooled.p, 4), round(found.satterthwaite.p, 4), round(found.f, 4)
    (0.104, 0.2375, 3.4286)
    """
    samples = [checked_to_square(sample, "values of a group") for sample in (first, second)]
    numbers, codes = np.concatenate(samples), np.repeat([0, 1], [sample.size for sample in samples])
    alone = t_test_groups(numbers, codes, 2, level=level)
    row = t_test_pairs(numbers, codes, [(0, 1)], null=null, level=level).iloc[0]
    tests = [_mean_test(alone.iloc[side], 0.0, level, ONE_SAMPLE) for side in (0, 1)]
    figures = {name: float(row[name]) for name in row.index if name.startswith(("pooled_sd", "f"))}
    return TwoSampleT(
        first=tests[0],
        second=tests[1],
        difference=float(row["difference"]),
        pooled=_difference_test(row, "pooled", "Pooled"),
        satterthwaite=_difference_test(row, "satterthwaite", "Satterthwaite"),
        null=null,
        level=level,
        n_missing=tests[0].n_missing + tests[1].n_missing,
        method=TWO_SAMPLE,
        warnings=_two_sample_warnings(row),
        **figures,
    )


def _check(null: float, level: float) -> None:
    checked_level(level)
    checked_null(null)


def _limits_of_sd(sd: Floats, df: Floats, level: float) -> tuple[Floats, Floats]:
    """Equal-tailed limits from the chi-square distribution of df s**2 / sigma**2."""
    freedom = np.where(df > 0, df, np.nan)
    tail = (1 - level) / 2
    return sd * np.sqrt(freedom / chdtri(freedom, tail)), sd * np.sqrt(freedom / chdtri(freedom, 1 - tail))


def _tested(distance: Floats, se: Floats, df: Floats) -> tuple[Floats, Floats]:
    """The t statistic and its two-sided p; missing where there is no SE, or one of 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where((se > 0) & (df > 0), distance / se, np.nan)
    return t, 2 * stdtr(np.where(df > 0, df, np.nan), -np.abs(t))


def _difference(name: str, difference: Floats, se: Floats, df: Floats, null: float, level: float) -> dict[str, Floats]:
    t, p = _tested(difference - null, se, df)
    reach = stdtrit(np.where(df > 0, df, np.nan), 0.5 + level / 2) * se
    columns = {"se": se, "lower": difference - reach, "upper": difference + reach, "df": df, "t": t, "p": p}
    return {f"{name}_{column}": values for column, values in columns.items()}


def _mean_test(row: pd.Series, null: float, level: float, method: str) -> MeanTest:
    n, n_missing = int(row["n"]), int(row["n_missing"])
    figures = {str(name): float(value) for name, value in row.items() if name not in ("n", "n_missing")}
    warnings = (
        ("no values",)
        if n == 0
        else ("one value: no SD, no test",)
        if n == 1
        else (NO_SPREAD,)
        if row["sd"] == 0
        else ()
    )
    return MeanTest(n=n, n_missing=n_missing, null=null, level=level, method=method, warnings=warnings, **figures)


def _difference_test(row: pd.Series, name: str, method: str) -> DifferenceTest:
    figures = {column: float(row[f"{name}_{column}"]) for column in ("se", "lower", "upper", "df", "t", "p")}
    return DifferenceTest(method=method, **figures)


def _two_sample_warnings(row: pd.Series) -> tuple[str, ...]:
    n1, n2 = row["n1"], row["n2"]
    if 0 in (n1, n2):
        return ("a group without values: no test",)
    if n1 + n2 < 3:
        return ("one value in each group: no test",)
    if row["pooled_sd"] == 0:
        return ("no value differs from its group's mean: no test",)
    if 1 in (n1, n2):
        return ("a group with one value: no test for unequal variances",)
    return ("a group's values are all equal: no F test",) if np.isnan(row["f"]) else ()

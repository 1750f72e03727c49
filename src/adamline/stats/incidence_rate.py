"""Incidence rates, events per person-time, with exact limits; their differences and ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, as_numbers, checked_level, codes_explained, is_number
from adamline.stats._counts import checked_counts, checked_quantile
from adamline.stats._ranks import checked_codes
from adamline.stats._same_records import check_same_records
from adamline.stats._scipy import betainc, betaincinv, chdtri

METHOD = "events per person-time, exact Poisson limits (chi-square, Garwood)"
RATIO_METHOD = "rate ratio, exact conditional limits (binomial, Clopper-Pearson)"
DIFFERENCE_METHOD = "rate difference, Wald limits"

# Times and `per` beyond these are no data, and their quotients and squares might be no doubles.
_LEAST_TIME, _MOST_TIME = 1e-100, 1e100


@dataclass(frozen=True)
class IncidenceRate:
    """One rate with its limits; NaN where there are none."""

    events: int
    time: float
    estimate: float
    se: float
    lower: float
    upper: float
    level: float
    per: float
    method: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RateComparison:
    """Two rates: the first over the second, and the first less the second, each with its limits."""

    events1: int
    time1: float
    events2: int
    time2: float
    ratio: float
    ratio_lower: float
    ratio_upper: float
    p: float
    difference: float
    difference_se: float
    difference_lower: float
    difference_upper: float
    level: float
    per: float
    method: str
    warnings: tuple[str, ...] = ()


def incidence_rates(events: npt.ArrayLike, time: npt.ArrayLike, *, per: float, level: float = 0.95) -> pd.DataFrame:
    """The incidence rates of many groups: a row for each pair of ``events`` and ``time``.

    ``time`` is the person-time at risk, in any unit; ``per`` is the person-time that a rate is given for, in the same
    unit: with years, 100 gives events per 100 patient-years; with days, 36525 does. Columns: ``estimate``, the rate;
    ``se``, its standard error sqrt(events) per time; ``lower`` and ``upper``, the exact two-sided limits at confidence
    ``level``: chi-square quantiles of 2x and 2x + 2 degrees of freedom, halved, per time. Of no events the lower limit
    is 0. Where the time is 0 all is missing.

    DataError for events that are not whole numbers of 0 or more, for times that are negative, missing or infinite, for
    events without time, for lengths that differ, for a ``per`` that is not above 0, for a time or a ``per`` outside
    1e-100 to 1e100, for a level outside 0 to 1.
    Source: Garwood, Biometrika 1936;28:437.

    >>> incidence_rates([12, 0], [310.4, 25.0], per=100).round(4)
       estimate     se   lower    upper
    0     3.866  1.116  1.9976   6.7531
    1     0.000  0.000  0.0000  14.7555
    """
    x, t = _checked_events(events, time)
    checked_level(level)
    scale = _checked_per(per)
    lower, upper = _count_limits(x, (1 - level) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {
            name: np.where(t > 0, count / t * scale, np.nan)
            for name, count in (("estimate", x), ("se", np.sqrt(x)), ("lower", lower), ("upper", upper))
        }
    return pd.DataFrame(columns)


def incidence_rate(events: int, time: float, *, per: float, level: float = 0.95) -> IncidenceRate:
    """The incidence rate of one group; the rules are those of `incidence_rates`.

    >>> round(incidence_rate(12, 310.4, per=100).upper, 4)
    6.7531
    """
    row = incidence_rates([events], [time], per=per, level=level).iloc[0]
    return IncidenceRate(
        events=int(events),
        time=float(time),
        level=level,
        per=float(per),
        method=METHOD,
        warnings=("no person-time: no rate",) if time == 0 else (),
        **{str(name): float(value) for name, value in row.items()},
    )


def subject_incidence_rates(
    has_event: npt.ArrayLike, time: npt.ArrayLike, groups: npt.ArrayLike, *, per: float, level: float = 0.95
) -> pd.DataFrame:
    """Exposure-adjusted incidence rates from a row for each subject: a row for each group.

    ``has_event`` is 1 (or true) for subjects with the event, else 0; ``time`` is a subject's time at risk: to the first
    event, or to the end of observation for those without; ``groups`` has a code from 0 for each subject, and a negative
    one leaves the subject out; so does a missing event flag or time. Columns: ``n``, subjects that count; ``n_missing``
    those left out for a missing value; ``events``; ``time``, the sum; then those of `incidence_rates`. There is a row
    for each code from 0 to the largest, with no subjects too.

    DataError for an event flag that is not 0 or 1, a negative or infinite time, events without time in a group, columns
    of unequal length, and as in `incidence_rates`.

    >>> subject_incidence_rates([1, 0, 0, 1], [0.5, 2.0, 1.5, 1.0], [0, 0, 1, 1], per=100)[["n", "events", "estimate"]]
       n  events  estimate
    0  2     1.0      40.0
    1  2     1.0      40.0
    """
    flags, times, codes = _checked_subjects(has_event, time, groups)
    is_member = codes >= 0
    count = int(codes.max(initial=-1)) + 1
    is_present = is_member & ~np.isnan(flags) & ~np.isnan(times)
    # Sorted by time, so that the last digit of a sum does not depend on the order of the rows.
    chosen = np.flatnonzero(is_present)[np.argsort(times[is_present])]
    where = codes[chosen]
    frame = pd.DataFrame(
        {
            "n": np.bincount(where, minlength=count),
            "n_missing": np.bincount(codes[is_member & ~is_present], minlength=count),
            "events": np.bincount(where, flags[chosen], minlength=count),
            "time": np.bincount(where, times[chosen], minlength=count),
        }
    )
    return frame.join(incidence_rates(frame["events"], frame["time"], per=per, level=level))


def rate_comparisons(
    events1: npt.ArrayLike,
    time1: npt.ArrayLike,
    events2: npt.ArrayLike,
    time2: npt.ArrayLike,
    *,
    per: float,
    level: float = 0.95,
) -> pd.DataFrame:
    """The ratio and difference of many pairs of rates: a row for each pair.

    Columns: ``ratio``, the first rate over the second, with ``ratio_lower`` and ``ratio_upper``: given the sum of the
    events those of the first group are binomial, and the limits are Clopper and Pearson's of their share, as odds,
    times time2 / time1; ``p``, twice the smaller binomial tail if both rates are equal, at most 1; ``difference``, the
    first rate less the second, per ``per``; ``difference_se``; ``difference_lower`` and ``difference_upper``, Wald's.

    Without events in the second group ratio and upper limit are missing; without any events so is the lower limit, p is
    1, and the limits of the difference have no width. Without time in a group all is missing. Errors and ``per`` are as
    in `incidence_rates`. Source: Przyborowski and Wilenski, Biometrika 1940;31:313.

    >>> found = rate_comparisons([12], [310.4], [25], [298.7], per=100)
    >>> found[["ratio", "ratio_lower", "ratio_upper", "p"]].round(4)
        ratio  ratio_lower  ratio_upper       p
    0  0.4619       0.2114       0.9541  0.0355
    """
    check_same_records(events1=events1, time1=time1, events2=events2, time2=time2)
    x1, t1 = _checked_events(events1, time1)
    x2, t2 = _checked_events(events2, time2)
    if x1.shape != x2.shape:
        raise DataError("Both groups must be columns of one length.", found=f"{x1.shape} and {x2.shape}")
    z, scale = checked_quantile(level), _checked_per(per)
    with np.errstate(invalid="ignore", divide="ignore"):
        has_both = (t1 > 0) & (t2 > 0)
        tail = (1 - level) / 2
        columns = {
            "ratio": np.where(x2 > 0, x1 / x2 * (t2 / t1), np.nan),
            "ratio_lower": np.where(x1 + x2 > 0, _lower_odds(x1, x2, tail) * (t2 / t1), np.nan),
            "ratio_upper": np.where(x2 > 0, t2 / t1 / _lower_odds(x2, x1, tail), np.nan),
            "p": _equal_rates_p(x1, x2, t1 / (t1 + t2)),
        }
        difference = (x1 / t1 - x2 / t2) * scale
        se = np.sqrt(x1 / t1**2 + x2 / t2**2) * scale
        columns |= {"difference": difference, "difference_se": se}
        columns |= {"difference_lower": difference - z * se, "difference_upper": difference + z * se}
    return pd.DataFrame({name: np.where(has_both, column, np.nan) for name, column in columns.items()})


def rate_comparison(
    events1: int, time1: float, events2: int, time2: float, *, per: float, level: float = 0.95
) -> RateComparison:
    """The ratio and difference of two rates; the rules are those of `rate_comparisons`.

    >>> round(rate_comparison(12, 310.4, 25, 298.7, per=100).difference, 4)
    -4.5036
    """
    row = rate_comparisons([events1], [time1], [events2], [time2], per=per, level=level).iloc[0]
    return RateComparison(
        events1=int(events1),
        time1=float(time1),
        events2=int(events2),
        time2=float(time2),
        level=level,
        per=float(per),
        method=f"{RATIO_METHOD}; {DIFFERENCE_METHOD}",
        warnings=_warnings(events1, time1, events2, time2),
        **{str(name): float(value) for name, value in row.items()},
    )


def _warnings(events1: int, time1: float, events2: int, time2: float) -> tuple[str, ...]:
    if 0 in (time1, time2):
        return ("a group without person-time: no comparison",)
    if events1 == events2 == 0:
        return ("no events: no ratio, and the limits of the difference have no width",)
    return ("no events in the second group: no ratio and no upper limit of it",) if events2 == 0 else ()


def _count_limits(x: Floats, tail: float) -> tuple[Floats, Floats]:
    """Exact limits of the mean of a Poisson count."""
    lower = np.where(x > 0, chdtri(2 * np.maximum(x, 1), 1 - tail) / 2, 0.0)
    upper: Floats = chdtri(2 * x + 2, tail) / 2
    return lower, upper


def _lower_odds(x: Floats, other: Floats, tail: float) -> Floats:
    """The odds at Clopper and Pearson's lower limit of x of x + other; 0 where x is 0.

    The share and its complement are quantiles of their own, so that odds far from 1 keep their digits.
    """
    share = betaincinv(np.maximum(x, 1), other + 1, tail)
    rest = betaincinv(other + 1, np.maximum(x, 1), 1 - tail)
    return np.where(x > 0, share / rest, 0.0)


def _equal_rates_p(x1: Floats, x2: Floats, share: Floats) -> Floats:
    """Twice the smaller tail of a binomial count x1 of x1 + x2 with this share, at most 1."""
    at_least = np.where(x1 > 0, betainc(np.maximum(x1, 1), x2 + 1, share), 1.0)
    at_most = np.where(x2 > 0, betainc(np.maximum(x2, 1), x1 + 1, 1 - share), 1.0)
    p: Floats = np.minimum(2 * np.minimum(at_least, at_most), 1.0)
    return p


def _checked_events(events: npt.ArrayLike, time: npt.ArrayLike) -> tuple[Floats, Floats]:
    check_same_records(events=events, time=time)
    x, t = checked_counts(events, "A number of events"), as_numbers(time, "A person-time")
    if x.shape != t.shape or x.ndim != 1:
        raise DataError("Events and person-times must be two columns of one length.", found=f"{x.shape} and {t.shape}")
    if not (np.isfinite(t) & (t >= 0)).all():
        wrong = t[~(np.isfinite(t) & (t >= 0))]
        raise DataError("A person-time must be a finite number, 0 or more.", found=repr(float(wrong[0])))
    if ((x > 0) & (t == 0)).any():
        raise DataError("There are events without person-time.", hint="a subject is at risk up to the event")
    if ((t > 0) & ((t < _LEAST_TIME) | (t > _MOST_TIME))).any():
        raise DataError("A person-time is too small or too large.", expected=f"{_LEAST_TIME:g} to {_MOST_TIME:g}")
    return x, t


def _checked_subjects(
    has_event: npt.ArrayLike, time: npt.ArrayLike, groups: npt.ArrayLike
) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    check_same_records(has_event=has_event, time=time, groups=groups)
    flags, times = as_numbers(has_event, "An event flag"), as_numbers(time, "A time")
    with codes_explained():
        codes = as_numbers(groups, "A group code")
    if not flags.shape == times.shape == codes.shape or flags.ndim != 1:
        raise DataError(
            "Event flags, times and groups must be three columns of one length.",
            found=f"{flags.shape}, {times.shape}, {codes.shape}",
        )
    if not (np.isnan(flags) | (flags == 0) | (flags == 1)).all():
        wrong = flags[~(np.isnan(flags) | (flags == 0) | (flags == 1))]
        raise DataError("An event flag must be 0 or 1.", found=repr(float(wrong[0])))
    with np.errstate(invalid="ignore"):
        bad = (times < 0) | np.isinf(times)
        if bad.any():
            raise DataError("A time at risk must be a finite number, 0 or more.", found=repr(float(times[bad][0])))
    return flags, times, checked_codes(codes, len(codes))


def _checked_per(per: float) -> float:
    if is_number(per) and _LEAST_TIME <= per <= _MOST_TIME:
        return float(per)
    expected = f"{_LEAST_TIME:g} to {_MOST_TIME:g}"
    raise DataError(
        "The person-time that rates are given for must be above 0.", expected=expected, found=repr(per), hint="per=100"
    )

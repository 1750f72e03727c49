"""Estimate survival by group by the product-limit (Kaplan-Meier) method as PROC LIFETEST does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Bools, Floats, Ints, as_count, as_list, is_number
from adamline.stats._same_records import check_same_records
from adamline.stats._survival_scale import checked_conftype, distances, limits
from adamline.stats._times import checked_times

METHOD = "PROC LIFETEST, product-limit method"

# A product of a few thousand fractions is exact to about 1e-12: nearer to the share than this is equal to it.
_EQUAL = 1e-9


@dataclass(frozen=True)
class SurvivalQuantile:
    """The time beyond which ``100 - percent`` % survive; NaN where it is not reached."""

    percent: float
    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class KaplanMeier:
    """Product-limit estimates of one group; ``curve`` has the columns of `kaplan_meier_groups`, less the group."""

    n: int
    n_event: int
    n_censored: int
    n_missing: int
    quartiles: tuple[SurvivalQuantile, ...]
    conftype: str
    level: float
    curve: pd.DataFrame = field(compare=False, repr=False)
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def kaplan_meier_groups(
    times: npt.ArrayLike,
    events: npt.ArrayLike,
    groups: npt.ArrayLike,
    count: int,
    *,
    conftype: str = "loglog",
    level: float = 0.95,
) -> pd.DataFrame:
    """Survival of each group 0 to ``count - 1``: its start at time 0, then a row for each of its distinct times.

    ``events`` is 1 where the event was seen and 0 where the time is censored; ``groups`` has a code for each time. A
    record with a missing time or event, or with a negative code, is left out. Columns: ``group``, ``time``; ``n_risk``,
    the number with this time or a later one; ``n_event`` and ``n_censored`` at this time, events coming first where
    both are; ``n_failed``, the events up to it; ``n_left``, those that remain after its events; ``survival``,
    ``failure`` and ``se`` (Greenwood); ``lower`` and ``upper``, pointwise limits at confidence ``level`` on the scale
    CONFTYPE=. Limits are 1 before the first event, and missing where survival is 0. A group without records has no row.

    DataError for negative or infinite times, events other than 0 and 1, lengths that differ, codes of no group, an
    unknown ``conftype`` and a level outside 0 to 1. Source: SAS PROC LIFETEST, METHOD=KM, OUTSURV=, CONFTYPE=.

    >>> curve = kaplan_meier_groups([2, 3, 3, 5], [1, 1, 0, 1], [0, 0, 0, 0], count=1)
    >>> curve[["time", "n_risk", "n_event", "survival", "se", "lower", "upper"]].round(4)
       time  n_risk  n_event  survival      se   lower   upper
    0   0.0       4        0      1.00  0.0000  1.0000  1.0000
    1   2.0       4        1      0.75  0.2165  0.1279  0.9605
    2   3.0       3        1      0.50  0.2500  0.0578  0.8449
    3   5.0       1        1      0.00  0.0000     NaN     NaN
    """
    curve = _curves(times, events, groups, count)
    curve["lower"], curve["upper"] = limits(curve["survival"].to_numpy(), curve["se"].to_numpy(), conftype, level)
    return curve


def kaplan_meier_at(
    times: npt.ArrayLike,
    events: npt.ArrayLike,
    groups: npt.ArrayLike,
    count: int,
    at: Sequence[float],
    *,
    conftype: str = "loglog",
    level: float = 0.95,
) -> pd.DataFrame:
    """Survival of each group at each time of ``at``: a row for each, groups in order.

    Columns: ``group``, ``at``; ``n_risk``, the number with this time or a later one; ``time``, the last event time not
    after it, 0 before the first, whose ``n_failed``, ``n_left``, ``survival``, ``failure``, ``se``, ``lower`` and
    ``upper`` stand beside it as LIFETEST prints them with TIMELIST=. Beyond the last time of a group the estimates are
    missing unless its survival is 0; of a group without records all but ``n_risk`` is missing. Else as
    `kaplan_meier_groups`; DataError also where ``at`` has negative or infinite times.

    >>> found = kaplan_meier_at([2, 3, 3, 5], [1, 1, 0, 1], [0] * 4, count=1, at=[1, 4])
    >>> found[["at", "n_risk", "time", "n_left", "survival"]]
        at  n_risk  time  n_left  survival
    0  1.0       4   0.0     4.0       1.0
    1  4.0       1   3.0     2.0       0.5
    """
    curve = kaplan_meier_groups(times, events, groups, count, conftype=conftype, level=level)
    asked, _, _, _ = checked_times(at, np.zeros(len(as_list(at, "The times to look at"))))
    distinct, places = np.unique(np.concatenate([curve["time"], asked]), return_inverse=True)
    each = np.repeat(np.arange(count), len(asked))
    # One whole number for group and time; that of a start lies before time 0.
    start = (curve["group"].diff() != 0).to_numpy()
    width = len(distinct) + 1
    keys = curve["group"].to_numpy() * width + np.where(start, 0, places[: len(curve)] + 1)
    queries = each * width + np.tile(places[len(curve) :] + 1, count)
    before, until = np.searchsorted(keys, queries, "left") - 1, np.searchsorted(keys, queries, "right") - 1
    kept = (curve["n_event"].to_numpy() > 0) | start
    until = np.maximum.accumulate(np.where(kept, np.arange(len(curve)), -1))[until] if len(curve) else until
    known = np.isin(each, curve["group"])
    gone = curve[["n_event", "n_censored"]].sum(axis=1).to_numpy()
    n_risk = np.zeros(len(queries), dtype=np.int64)
    n_risk[known] = (curve["n_risk"].to_numpy() - gone)[before[known]]
    found = pd.DataFrame({"group": each, "at": np.tile(asked, count), "n_risk": n_risk})
    names = ["time", "n_failed", "n_left", "survival", "failure", "se", "lower", "upper"]
    values = np.full((len(queries), len(names)), np.nan)
    values[known] = curve[names].to_numpy()[until[known]]
    is_beyond = (n_risk == 0) & (values[:, names.index("survival")] > 0)
    values[np.ix_(is_beyond, range(3, len(names)))] = np.nan
    return found.assign(**dict(zip(names, values.T, strict=True)))


def kaplan_meier_quantiles(
    times: npt.ArrayLike,
    events: npt.ArrayLike,
    groups: npt.ArrayLike,
    count: int,
    percents: Sequence[float] = (25, 50, 75),
    *,
    conftype: str = "loglog",
    level: float = 0.95,
) -> pd.DataFrame:
    """Times by which ``percents`` of each group have failed: a row for each, groups in order.

    Columns: ``group``, ``percent``; ``estimate``, the first event time with survival below 1 - p, or the mean of two
    event times where survival is 1 - p from the one to the other (to 1e-9); ``lower`` and ``upper`` by Brookmeyer and
    Crowley on the scale CONFTYPE=: the first event time whose survival does not lie above 1 - p by more than its limits
    allow, and the event time after the last that does not lie below it, the upper limit being no part of the interval.
    Missing where not reached; an event time with survival 0 has no limits, so it is never an upper limit.

    Else as `kaplan_meier_groups`; DataError also for a percent that is not between 0 and 100.
    Source: SAS PROC LIFETEST, table Quartiles; Brookmeyer and Crowley (1982), Biometrics 38.

    >>> kaplan_meier_quantiles([2, 3, 3, 5], [1, 1, 0, 1], [0] * 4, count=1)
       group  percent  estimate  lower  upper
    0      0     25.0       2.5    2.0    NaN
    1      0     50.0       4.0    2.0    NaN
    2      0     75.0       5.0    2.0    NaN
    """
    for percent in as_list(percents, "The percents"):
        if not (is_number(percent) and 0 < percent < 100):
            raise DataError("A percentile of survival must lie between 0 and 100.", found=str(percent))
    curve = _curves(times, events, groups, count)
    curve = curve[curve["n_event"] > 0]
    rows = [_quantiles(curve, count, percent, conftype, level) for percent in percents]
    found = pd.concat(rows)
    return found.sort_values("group", kind="stable", ignore_index=True)


def kaplan_meier(
    times: npt.ArrayLike, events: npt.ArrayLike, *, conftype: str = "loglog", level: float = 0.95
) -> KaplanMeier:
    """Survival of one group with its quartiles; the rules are those of `kaplan_meier_groups`.

    >>> found = kaplan_meier([2, 3, 3, 5], [1, 1, 0, 1])
    >>> found.n_event, found.quartiles[1].estimate
    (3, 4.0)
    """
    _, flags, _, present = checked_times(times, events)
    group = np.zeros(flags.shape, dtype=np.int64)
    curve = kaplan_meier_groups(times, events, group, 1, conftype=conftype, level=level).drop(columns="group")
    quartiles = kaplan_meier_quantiles(times, events, group, 1, conftype=conftype, level=level).drop(columns="group")
    n, n_event = int(present.sum()), int((present & flags).sum())
    return KaplanMeier(
        n=n,
        n_event=n_event,
        n_censored=n - n_event,
        n_missing=int((~present).sum()),
        quartiles=tuple(SurvivalQuantile(*row) for row in quartiles.itertuples(index=False)),
        conftype=checked_conftype(conftype),
        level=level,
        curve=curve,
        warnings=("no records",) if n == 0 else ("no events: survival is 1 throughout",) if n_event == 0 else (),
    )


def _curves(times: npt.ArrayLike, events: npt.ArrayLike, groups: npt.ArrayLike, count: int) -> pd.DataFrame:
    """The columns of `kaplan_meier_groups` up to ``se``."""
    count = as_count(count, "The number of groups")
    check_same_records(times=times, events=events, groups=groups)
    numbers, flags, (codes,), present = checked_times(times, events, groups)
    if codes.size and codes.max() >= count:
        raise DataError("A group code names no group.", expected=f"less than {count}", found=str(codes.max()))
    # Each group starts at time 0 by a record that is neither event nor censored, before any other of time 0.
    starts = np.unique(codes[present])
    group = np.concatenate([starts, codes[present]])
    time = np.concatenate([np.full(len(starts), -1.0), numbers[present]])
    event = np.concatenate([np.zeros(len(starts), dtype=np.bool_), flags[present]])
    order = np.lexsort((time, group))
    group, time, event = group[order], time[order], event[order]
    first = np.flatnonzero((np.diff(group, prepend=-1) != 0) | (np.diff(time, prepend=-1.0) != 0))
    is_start = time[first] < 0
    n_event = np.add.reduceat(event.astype(np.int64), first) if len(first) else np.zeros(0, dtype=np.int64)
    size = np.diff(first, append=len(time)) - is_start
    group, time = group[first], np.maximum(time[first], 0.0)
    total = np.bincount(group, size, count).astype(np.int64)
    n_risk = total[group] - _running(np.add, size, group, count).astype(np.int64) + size
    n_failed = _running(np.add, n_event, group, count).astype(np.int64)
    with np.errstate(divide="ignore"):
        survival = _running(np.multiply, 1 - n_event / n_risk, group, count)
        hazard = np.where(n_event < n_risk, n_event / (n_risk * (n_risk - n_event)), 0.0)
    se = survival * np.sqrt(_running(np.add, hazard, group, count))
    return pd.DataFrame(
        {
            "group": group,
            "time": time,
            "n_risk": n_risk,
            "n_event": n_event,
            "n_censored": size - n_event,
            "n_failed": n_failed,
            "n_left": n_risk - n_event,
            "survival": survival,
            "failure": 1 - survival,
            "se": se,
        }
    )


def _running(ufunc: np.ufunc, values: npt.NDArray[np.generic], group: Ints, count: int) -> Floats:
    """Running sums or products within each group; groups stand together, in order."""
    n = np.bincount(group, minlength=count)
    place = np.arange(len(group)) - (np.cumsum(n) - n)[group]
    table = np.full((count, int(n.max(initial=0))), float(ufunc.identity or 0))
    table[group, place] = values
    ran: Floats = ufunc.accumulate(table, axis=1)[group, place]
    return ran


def _quantiles(curve: pd.DataFrame, count: int, percent: float, conftype: str, level: float) -> pd.DataFrame:
    """One percentile of each group from the rows of its event times."""
    group, time = curve["group"].to_numpy(), curve["time"].to_numpy()
    survival, se = curve["survival"].to_numpy(), curve["se"].to_numpy()
    share = 1 - percent / 100
    distance = distances(survival, se, share, conftype, level)
    is_above, is_below = distance > 1, distance < -1
    reached, passed = survival <= share + _EQUAL, survival < share - _EQUAL
    n = np.bincount(group, minlength=count)
    ends = np.cumsum(n)
    first_reached, first_passed = (_first(each, group, count, ends) for each in (reached, passed))
    after_last = _after_last((survival > 0) & ~is_below, group, count, ends)
    # The row after the last that is not below counts only where it has limits.
    is_limit = (after_last < ends) & (np.append(survival, 0.0)[after_last] > 0)
    padded = np.append(time, np.nan)
    estimate = (_at(padded, first_reached, ends) + _at(padded, first_passed, ends)) / 2
    return pd.DataFrame(
        {
            "group": np.arange(count),
            "percent": float(percent),
            "estimate": estimate,
            "lower": _at(padded, _first(~is_above, group, count, ends), ends),
            "upper": np.where(is_limit, padded[after_last], np.nan),
        }
    )


def _first(chosen: Bools, group: Ints, count: int, ends: Ints) -> Ints:
    """The first chosen row of each group, or the end of the group."""
    found = ends.copy()
    rows = np.flatnonzero(chosen)
    np.minimum.at(found, group[rows], rows)
    return found


def _after_last(chosen: Bools, group: Ints, count: int, ends: Ints) -> Ints:
    """The row after the last chosen one of each group, or the first of the group."""
    found = np.append(0, ends[:-1]) if count else ends.copy()
    rows = np.flatnonzero(chosen)
    np.maximum.at(found, group[rows], rows + 1)
    return found


def _at(padded: Floats, rows: Ints, ends: Ints) -> Floats:
    """The values of rows, missing at the end of a group."""
    return np.where(rows < ends, padded[rows], np.nan)

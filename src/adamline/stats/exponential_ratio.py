"""Compare the hazards of groups, taken as constant, by the likelihood ratio test that PROC LIFETEST prints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._arrays import as_labels
from adamline.stats._same_records import check_same_records
from adamline.stats._scipy import chdtrc, xlogy
from adamline.stats._times import checked_times

METHOD = "PROC LIFETEST, -2Log(LR), exponential times"


@dataclass(frozen=True)
class ExponentialRatio:
    """The test of one hazard in all groups."""

    n: int
    n_missing: int
    n_event: int
    chi_square: float
    df: int
    p: float
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def exponential_ratio(times: npt.ArrayLike, events: npt.ArrayLike, groups: npt.ArrayLike) -> ExponentialRatio:
    """The likelihood ratio test of one constant hazard in all groups.

    Chi-square is 2 (sum of d log(d / T) over groups - D log(D / S)), with d events in a total time T of a group, D and
    S those of all, and one degree of freedom less than there are groups. ``events`` is 1 where the event was seen and 0
    where the time is censored, ``groups`` are labels; a record with a missing part is left out. Without an event, with
    one group, or where a group has an event in no time at all, chi-square and p are missing.

    DataError for negative or infinite times, events other than 0 and 1, and lengths that differ.
    Source: SAS PROC LIFETEST, STRATA, -2Log(LR).

    >>> found = exponential_ratio([2, 3, 5, 4, 6, 7], [1, 1, 1, 1, 0, 1], ["A", "A", "A", "B", "B", "B"])
    >>> round(found.chi_square, 4), found.df
    (1.0799, 1)
    """
    check_same_records(times=times, events=events, groups=groups)
    codes, labels = pd.factorize(as_labels(groups, "The groups"), sort=True)
    time, event, (group,), present = checked_times(times, events, codes)
    n = np.bincount(group[present], minlength=len(labels))
    d = np.bincount(group[present], event[present], len(labels))
    # In order, so that the sums do not depend on that of the records.
    order = np.argsort(time[present], kind="stable")
    total = np.bincount(group[present][order], time[present][order], len(labels))
    df = int((n > 0).sum()) - 1
    warnings: tuple[str, ...] = ()
    if df < 1 or d.sum() == 0:
        warnings = ("no test: it needs two groups and an event",)
    elif ((d > 0) & (total == 0)).any():
        warnings = ("no test: a group has an event at time 0 and no time under observation",)
    chi_square = np.nan
    if not warnings:
        with np.errstate(divide="ignore", invalid="ignore"):
            own = np.where(d > 0, xlogy(d, d / total), 0.0)
        chi_square = max(0.0, 2 * float(own.sum() - xlogy(d.sum(), d.sum() / total.sum())))
    return ExponentialRatio(
        n=int(present.sum()),
        n_missing=int((~present).sum()),
        n_event=int(d.sum()),
        chi_square=chi_square,
        df=max(df, 0),
        p=float(chdtrc(df, chi_square)) if not warnings else np.nan,
        warnings=warnings,
    )

"""Confidence limits of a binomial proportion as PROC FREQ computes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Floats, checked_level
from adamline.stats._choices import as_option
from adamline.stats._counts import checked_counts
from adamline.stats._same_records import check_same_records
from adamline.stats._scipy import betaincinv, expit, ndtri
from adamline.stats._searched_limits import blaker_lower, likelihood_ratio_lower, mid_p_lower


class ProportionMethod(StrEnum):
    """Types of limits, by the words of the CL= option of BINOMIAL."""

    WALD = "WALD"
    WALD_CORRECTED = "WALD(CORRECT)"
    WILSON = "WILSON"
    WILSON_CORRECTED = "WILSON(CORRECT)"
    CLOPPER_PEARSON = "CLOPPERPEARSON"
    AGRESTI_COULL = "AGRESTICOULL"
    JEFFREYS = "JEFFREYS"
    LOGIT = "LOGIT"
    LIKELIHOOD_RATIO = "LIKELIHOODRATIO"
    MID_P = "MIDP"
    BLAKER = "BLAKER"


# Other names that PROC FREQ takes.
SPELLINGS = {
    "EXACT": ProportionMethod.CLOPPER_PEARSON,
    "SCORE": ProportionMethod.WILSON,
    "AC": ProportionMethod.AGRESTI_COULL,
    "LR": ProportionMethod.LIKELIHOOD_RATIO,
}


@dataclass(frozen=True)
class ProportionLimits:
    """A proportion with its limits; NaN where there are none."""

    events: int
    n: int
    estimate: float
    se: float
    lower: float
    upper: float
    level: float
    method: str
    warnings: tuple[str, ...] = ()


def proportion_limits_groups(
    events: npt.ArrayLike, totals: npt.ArrayLike, method: str, *, level: float = 0.95
) -> pd.DataFrame:
    """Limits of many proportions: a row for each pair of ``events`` and ``totals``.

    Columns: ``estimate``; ``se``, the asymptotic standard error sqrt(p (1 - p) / n), whatever the method; ``lower``
    and ``upper``, two-sided at confidence ``level``. Limits of Wald and Agresti-Coull that would lie outside 0 to 1
    are 0 or 1. Of 0 of n the lower limit is 0, and of n of n the upper limit is 1, but for two methods: Jeffreys, whose
    limits are quantiles of a beta distribution (a lower limit just above 0), and logit, which has none. With a total
    of 0 all is missing.

    DataError for events that are not whole numbers from 0 to their total, for lengths that differ, for a level outside
    0 to 1, for a method that is none. Source: SAS PROC FREQ, TABLES / BINOMIAL(CL=).

    >>> proportion_limits_groups([36, 0], [154, 20], ProportionMethod.WILSON).round(4)
       estimate      se   lower   upper
    0    0.2338  0.0341  0.1739  0.3066
    1    0.0000  0.0000  0.0000  0.1611
    """
    x, n = checked_events(events, totals)
    checked_level(level)
    kind = as_option(ProportionMethod, method, "limits", SPELLINGS)
    estimate, se = proportion_with_se(x, n)
    lower, upper = limits_of_counts(x, n, kind, level)
    return pd.DataFrame({"estimate": estimate, "se": se, "lower": lower, "upper": upper})


def proportion_limits(events: int, total: int, method: str, *, level: float = 0.95) -> ProportionLimits:
    """Limits of one proportion; the rules are those of `proportion_limits_groups`.

    >>> round(proportion_limits(0, 20, ProportionMethod.CLOPPER_PEARSON).upper, 4)
    0.1684
    """
    kind = as_option(ProportionMethod, method, "limits", SPELLINGS)
    row = proportion_limits_groups([events], [total], kind, level=level).iloc[0]
    return ProportionLimits(
        events=int(events),
        n=int(total),
        estimate=float(row["estimate"]),
        se=float(row["se"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        level=level,
        method=f"PROC FREQ, BINOMIAL(CL={kind.value})",
        warnings=_warnings(int(events), int(total), kind),
    )


def proportion_with_se(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """The proportion and its asymptotic standard error; both missing of none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.where(n > 0, x / n, np.nan)
        # Products of counts, so that the error of 0 of n and of n of n is 0 exactly.
        return estimate, np.where(n > 0, np.sqrt(x * (n - x) / n) / n, np.nan)


def limits_of_counts(x: Floats, n: Floats, method: ProportionMethod, level: float) -> tuple[Floats, Floats]:
    """The limits alone, of counts that are known to be good.

    The upper limit of x of n is 1 less the lower limit of n - x of n: both sides are one computation.
    """
    both = _lower_limits(np.concatenate([x, n - x]), np.concatenate([n, n]), method, level)
    lower, of_rest = both[: len(x)], both[len(x) :]
    return np.where(n > 0, lower, np.nan), np.where(n > 0, 1 - of_rest, np.nan)


def _lower_limits(x: Floats, n: Floats, method: ProportionMethod, level: float) -> Floats:
    z, tail = float(ndtri(0.5 + level / 2)), (1 - level) / 2
    rest = n - x
    with np.errstate(invalid="ignore", divide="ignore"):
        match method:
            case ProportionMethod.WALD | ProportionMethod.WALD_CORRECTED:
                correction = 0.5 / n if method is ProportionMethod.WALD_CORRECTED else 0.0
                return _at_least_0(x / n - z * np.sqrt(x * rest / n) / n - correction)
            case ProportionMethod.WILSON:
                # The root of (p - x/n)**2 = z**2 p (1 - p) / n, by the form that does not cancel near 0.
                return 2 * x**2 / (n * (2 * x + z**2 + z * np.sqrt(z**2 + 4 * x * rest / n)))
            case ProportionMethod.WILSON_CORRECTED:
                inside = z**2 - 2 - 1 / n + 4 * x * (rest + 1) / n
                root = (2 * x + z**2 - 1 - z * np.sqrt(np.maximum(inside, 0))) / (2 * (n + z**2))
                return np.where(x == 0, 0.0, _at_least_0(root))
            case ProportionMethod.AGRESTI_COULL:
                total = n + z**2
                centre = (x + z**2 / 2) / total
                return _at_least_0(centre - z * np.sqrt(centre * (1 - centre) / total))
            case ProportionMethod.CLOPPER_PEARSON:
                return np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), rest + 1, tail))
            case ProportionMethod.JEFFREYS:
                quantile: Floats = betaincinv(x + 0.5, rest + 0.5, tail)
                return quantile
            case ProportionMethod.LOGIT:
                limit = expit(np.log(x / rest) - z * np.sqrt(n / (x * rest)))
                return np.where((x == 0) | (rest == 0), np.nan, limit)
            case ProportionMethod.LIKELIHOOD_RATIO:
                return likelihood_ratio_lower(x, n, z)
            case ProportionMethod.MID_P:
                return mid_p_lower(x, n, tail)
            case ProportionMethod.BLAKER:
                return blaker_lower(x, n, 1 - level)


def _at_least_0(limit: Floats) -> Floats:
    return np.maximum(limit, 0.0)


def checked_events(events: npt.ArrayLike, totals: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Both columns as floats; DataError unless each number of events is a whole one from 0 to its total."""
    check_same_records(events=events, totals=totals)
    x, n = checked_counts(events, "A number of events"), checked_counts(totals, "A total")
    if x.shape != n.shape or x.ndim != 1:
        raise DataError("Events and totals must be two columns of one length.", found=f"{x.shape} and {n.shape}")
    if (x > n).any():
        at = int(np.flatnonzero(x > n)[0])
        raise DataError("There are more events than the total.", found=f"{x[at]:.0f} of {n[at]:.0f}")
    return x, n


def _warnings(events: int, total: int, method: ProportionMethod) -> tuple[str, ...]:
    if total == 0:
        return ("a total of 0: no proportion",)
    if 0 < events < total:
        return ()
    if method is ProportionMethod.LOGIT:
        return ("no events, or nothing but events: no logit limits",)
    if method is ProportionMethod.WALD:
        return ("no events, or nothing but events: Wald limits have no width",)
    return ()

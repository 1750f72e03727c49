"""Compare survival between groups by the log-rank and Wilcoxon tests, stratified or not, as PROC LIFETEST does."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.errors import DataError
from adamline.stats._arrays import Bools, Floats, Ints, as_codes, as_labels
from adamline.stats._choices import as_choice
from adamline.stats._same_records import check_same_records
from adamline.stats._scipy import chdtrc
from adamline.stats._times import checked_times

METHODS = {"logrank": "PROC LIFETEST, log-rank test", "wilcoxon": "PROC LIFETEST, Wilcoxon (Gehan) test"}

# An eigenvalue of the covariance below this share of the largest is 0.
_SINGULAR = 1e-10
_TESTS = "tests of survival"


@dataclass(frozen=True)
class LogRank:
    """The test of all groups together; ``groups`` has a row for each: n, observed, expected, statistic."""

    n: int
    n_missing: int
    n_event: int
    chi_square: float
    df: int
    p: float
    groups: pd.DataFrame = field(compare=False, repr=False)
    covariance: Floats = field(compare=False, repr=False)
    n_strata: int = 1
    method: str = METHODS["logrank"]
    warnings: tuple[str, ...] = ()


def log_rank_pairs(
    times: npt.ArrayLike,
    events: npt.ArrayLike,
    groups: npt.ArrayLike,
    pairs: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
    test: str = "logrank",
) -> pd.DataFrame:
    """The test of many pairs of groups, each from the records of its two groups alone: a row for each pair.

    ``events`` is 1 where the event was seen and 0 where the time is censored. ``groups`` and ``strata`` have a code for
    each time, ``pairs`` two group codes a row. A record with a missing time or event, or with a negative code, is left
    out. Columns: ``n1``, ``n2``; ``observed1``, ``expected1``, events of the first group and those expected if nothing
    differs; ``statistic``, the sum over strata and event times of w (observed - expected) of the first group, and its
    ``variance`` (hypergeometric); ``chi_square`` with 1 degree of freedom and its ``p``. The weight w is 1 for
    ``logrank`` and the number at risk in the stratum for ``wilcoxon``. Records censored at an event time are at risk.

    Where the variance is 0 (no event, a group without records, no time with both groups at risk) chi-square and p are
    missing. DataError for negative or infinite times, events other than 0 and 1, lengths that differ, pairs that are
    not two different codes of 0 or more, and an unknown test. Source: SAS PROC LIFETEST, STRATA / GROUP= TEST=.

    >>> tested = log_rank_pairs([2, 3, 5, 4, 6, 7], [1, 1, 1, 1, 0, 1], [0, 0, 0, 1, 1, 1], [(0, 1)])
    >>> tested[["n1", "observed1", "expected1", "variance", "chi_square", "p"]].round(4)
       n1  observed1  expected1  variance  chi_square       p
    0   3          3     1.4833    0.8997      2.5567  0.1098
    """
    members = as_codes(pairs, "A group code")
    if members.ndim != 2 or members.shape[1] != 2:
        raise DataError("Pairs must have two group codes a row.", expected="(k, 2)", found=str(members.shape))
    wrong = (members < 0).any(axis=1) | (members[:, 0] == members[:, 1])
    if wrong.any():
        found = str(members[wrong][0].tolist())
        raise DataError("A pair must be two different groups.", expected="two codes of 0 or more", found=found)
    check_same_records(times=times, events=events, groups=groups, strata=strata)
    time, event, group, stratum = _present(times, events, groups, strata)
    # The records of each pair, one pair after the other: a group that is in more than one pair is gathered for each.
    pair, side, record = np.nonzero(members[:, :, np.newaxis] == group)
    block = pair * (stratum.max(initial=0) + 1) + stratum[record]
    at, observed, expected, score, cell = _scores(time[record], event[record], side, 2, block, test)
    which = at // (stratum.max(initial=0) + 1)
    sums = [
        np.bincount(which, each, len(members)) for each in (observed[:, 0], expected[:, 0], score[:, 0], cell[:, 0, 0])
    ]
    n = np.bincount(2 * pair + side, minlength=2 * len(members)).reshape(-1, 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        chi_square = np.where(sums[3] > 0, sums[2] ** 2 / sums[3], np.nan)
    return pd.DataFrame(
        {
            "n1": n[:, 0],
            "n2": n[:, 1],
            "observed1": sums[0].astype(np.int64),
            "expected1": sums[1],
            "statistic": sums[2],
            "variance": sums[3],
            "chi_square": chi_square,
            "p": chdtrc(1, chi_square),
        }
    )


def log_rank(
    times: npt.ArrayLike,
    events: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
    test: str = "logrank",
) -> LogRank:
    """The test of all groups together; ``groups`` and ``strata`` are labels, and a missing one leaves the record out.

    Chi-square is u' V- u with u the statistics of the groups, V their covariance and V- a generalised inverse; its
    degrees of freedom are the rank of V, one less than the number of groups unless a group cannot be told from others.
    The columns of ``groups`` are ``group``, ``n``, ``observed``, ``expected`` (without weights) and ``statistic``; the
    rules are those of `log_rank_pairs`.

    >>> found = log_rank([2, 3, 5, 4, 6, 7], [1, 1, 1, 1, 0, 1], ["A", "A", "A", "B", "B", "B"])
    >>> round(found.chi_square, 4), found.df, round(found.p, 4)
    (2.5567, 1, 0.1098)
    """
    check_same_records(times=times, events=events, groups=groups, strata=strata)
    codes, labels = pd.factorize(as_labels(groups, "The groups"), sort=True)
    blocks = None if strata is None else pd.factorize(as_labels(strata, "The strata"), sort=True)[0]
    time, event, group, stratum = _present(times, events, codes, blocks)
    count = len(labels)
    _, observed, expected, score, cell = _scores(time, event, group, count, stratum, test)
    statistic, covariance = score.sum(axis=0), cell.sum(axis=0)
    chi_square, df = _quadratic(statistic, covariance)
    n = np.bincount(group, minlength=count)
    table = {
        "group": labels,
        "n": n,
        "observed": observed.sum(axis=0).astype(np.int64),
        "expected": expected.sum(axis=0),
    }
    warnings = ("no test: no event with two groups at risk",) if df == 0 else ()
    if 0 < df < count - 1:
        warnings = (f"{count} groups, but {df} degrees of freedom: the events do not tell all groups apart",)
    return LogRank(
        n=len(time),
        n_missing=len(codes) - len(time),
        n_event=int(event.sum()),
        chi_square=chi_square,
        df=df,
        p=float(chdtrc(df, chi_square)) if df else np.nan,
        groups=pd.DataFrame(table | {"statistic": statistic}),
        covariance=covariance,
        n_strata=len(np.unique(stratum)),
        method=METHODS[as_choice(METHODS, test, _TESTS)] + ("" if strata is None else ", stratified"),
        warnings=warnings,
    )


def _present(
    times: npt.ArrayLike, events: npt.ArrayLike, groups: npt.ArrayLike, strata: npt.ArrayLike | None
) -> tuple[Floats, Bools, Ints, Ints]:
    """The records that have everything; without strata all are of stratum 0."""
    blocks = np.zeros(np.shape(groups), dtype=np.int64) if strata is None else strata
    time, event, (group, stratum), present = checked_times(times, events, groups, blocks)
    return time[present], event[present], group[present], stratum[present]


def _scores(
    time: Floats, event: Bools, group: Ints, count: int, block: Ints, test: str
) -> tuple[Ints, Floats, Floats, Floats, Floats]:
    """For each block and event time: the block, and by group observed, expected, w (observed - expected), covariance.

    The covariance of groups g and h is w**2 d (n - d) / (n - 1) (p_g [g = h] - p_g p_h), with d events among n at risk
    and p the shares of the groups in n (the multivariate hypergeometric distribution).
    """
    name = as_choice(METHODS, test, _TESTS)
    order = np.lexsort((time, block))
    time, event, group, block = time[order], event[order], group[order], block[order]
    # A row is a block and a time.
    starts = (np.diff(block, prepend=-1) != 0) | (np.diff(time, prepend=-1.0) != 0)
    row = np.cumsum(starts) - 1
    rows = int(starts.sum())
    here, observed = np.zeros((rows, count)), np.zeros((rows, count))
    np.add.at(here, (row, group), 1.0)
    np.add.at(observed, (row, group), event.astype(np.float64))
    # Later rows of the block are at risk: sums from the end, less those of the blocks that follow.
    block = block[starts]
    after = np.cumsum(here[::-1], axis=0)[::-1]
    follows = np.searchsorted(block, block, "right")
    at_risk = after - np.vstack([after, np.zeros((1, count))])[follows]
    seen = observed.sum(axis=1) > 0
    block, observed, at_risk = block[seen], observed[seen], at_risk[seen]
    d, n = observed.sum(axis=1, keepdims=True), at_risk.sum(axis=1, keepdims=True)
    share = at_risk / n
    expected = d * share
    weight = np.ones_like(n) if name == "logrank" else n
    spread = weight**2 * d * (n - d) / np.maximum(n - 1, 1)
    between = share[:, :, np.newaxis] * (np.eye(count) - share[:, np.newaxis, :])
    return block, observed, expected, weight * (observed - expected), spread[:, :, np.newaxis] * between


def _quadratic(statistic: Floats, covariance: Floats) -> tuple[float, int]:
    """The quadratic form u' V- u and the rank of V; missing and 0 where V is 0."""
    if not covariance.any():
        return np.nan, 0
    values, vectors = np.linalg.eigh(covariance)
    kept = values > _SINGULAR * values[-1]
    return float(np.sum((statistic @ vectors[:, kept]) ** 2 / values[kept])), int(kept.sum())

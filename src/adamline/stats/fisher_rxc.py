"""Test the independence of rows and columns of r x c tables by the exact test of Fisher, Freeman and Halton."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adamline.stats._counts import checked_tables
from adamline.stats._given_tables import Given, table_of
from adamline.stats._scipy import gammaln
from adamline.stats._table_network import Work, network_of_tables
from adamline.stats._table_sum import sum_up_to
from adamline.stats._tables2x2 import one

METHOD = "PROC FREQ, Fisher's exact test (Freeman-Halton)"

# A table counts as no more likely than the observed one up to this: rounding must not part tables of one probability.
_TOLERANCE = 1e-7
# Steps of the default budget: about 5 s on one core.
BUDGET = 90_000_000


@dataclass(frozen=True)
class FisherFreemanHalton:
    """The exact test of one r x c table."""

    n: int
    p: float
    p_table: float
    work: int
    method: str = METHOD
    warnings: tuple[str, ...] = ()


def fisher_rxc(table: Given, *, budget: int = BUDGET) -> FisherFreemanHalton:
    """The exact test of one r x c table of counts.

    ``p`` is the sum of the probabilities of all tables with the same totals that are no more likely than the observed
    one (to a relative 1e-7), ``p_table`` the probability of the observed table; ``work`` the steps that it took. Empty
    rows and columns are left out. If fewer than two rows or columns remain no other table is possible: p is 1, with a
    warning, where SAS gives no test. For 2 x 2 tables the two-sided p of `fisher_exact` is the same.

    The work grows fast with the total and the size of the table. DataError, before memory runs out, when it would take
    more than ``budget`` steps; also for bad counts. Source: SAS PROC FREQ, TABLES / FISHER or EXACT FISHER; the network
    of Mehta and Patel (1983).

    >>> made = fisher_rxc([[3, 0, 2], [1, 4, 0], [0, 2, 5]])
    >>> round(made.p, 6), round(made.p_table, 6)
    (0.008896, 0.000257)
    """
    counts = checked_tables(one(table_of(table)), 3)[0]
    filled = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    n = int(filled.sum())
    if min(filled.shape) < 2:
        return FisherFreemanHalton(
            n, 1.0, 1.0, 0, warnings=("fewer than 2 rows or columns: no other table is possible",)
        )
    # Few rows make few nodes.
    filled = filled.T if filled.shape[0] > filled.shape[1] else filled
    rows = np.sort(filled.sum(axis=1)).astype(np.int64)
    columns = np.sort(filled.sum(axis=0)).astype(np.int64)[::-1]
    log_factorial = gammaln(np.arange(n + 2) + 1.0)
    observed = float(
        log_factorial[rows].sum()
        + log_factorial[columns].sum()
        - log_factorial[n]
        - log_factorial[filled.astype(np.int64)].sum()
    )
    work = Work(budget, n, filled.shape)
    stages = network_of_tables(rows, columns, log_factorial, work)
    p = sum_up_to(stages, observed + np.log1p(_TOLERANCE), work)
    return FisherFreemanHalton(n, min(p, 1.0), float(np.exp(observed)), work.done)

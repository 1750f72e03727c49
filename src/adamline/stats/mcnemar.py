"""McNemar's test of paired yes-or-no answers as PROC FREQ prints it under AGREE and EXACT MCNEM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from adamline.stats._given_tables import Given, pairs_of
from adamline.stats._scipy import betainc, chdtrc
from adamline.stats._tables2x2 import cells_of, figures, one


@dataclass(frozen=True)
class McNemar:
    """The test of one 2 x 2 table of pairs; NaN where there is none."""

    n: int
    n_discordant: int
    chi_square: float
    df: int
    p: float
    p_exact: float
    method: str = "PROC FREQ, AGREE, McNemar's test; EXACT MCNEM"
    warnings: tuple[str, ...] = ()


def mcnemar_tables(tables: npt.ArrayLike) -> pd.DataFrame:
    """McNemar's test of many 2 x 2 tables of pairs, (k, 2, 2): a row for each table.

    Columns: ``n``; ``n_discordant``, n12 + n21; ``chi_square``, (n12 - n21)**2 / (n12 + n21) without a continuity
    correction; ``df``, 1; ``p``; ``p_exact``, twice the binomial tail of the smaller of n12 and n21 with probability
    1/2, at most 1. With no discordant pair there is no test: chi-square and both p are missing.

    DataError for tables of another shape and bad counts. Source: SAS PROC FREQ, TABLES / AGREE and EXACT MCNEM.

    >>> mcnemar_tables([[[794, 150], [86, 570]]]).round(6)
          n  n_discordant  chi_square  df         p   p_exact
    0  1600           236   17.355932   1  0.000031  0.000037
    """
    a, b, c, d = cells_of(tables)
    discordant, smaller = b + c, np.minimum(b, c)
    some = discordant > 0
    chi = np.where(some, (b - c) ** 2 / np.where(some, discordant, 1.0), np.nan)
    # P(X <= x) of n with probability 1/2 is betainc(n - x, x + 1, 1/2); n - x is at least 1.
    tail = betainc(np.maximum(discordant - smaller, 1.0), smaller + 1, 0.5)
    return pd.DataFrame(
        {
            "n": (a + b + c + d).astype(np.int64),
            "n_discordant": discordant.astype(np.int64),
            "chi_square": chi,
            "df": 1,
            "p": chdtrc(1.0, chi),
            "p_exact": np.where(some, np.minimum(2 * tail, 1.0), np.nan),
        }
    )


def mcnemar(table: Given) -> McNemar:
    """McNemar's test of one 2 x 2 table of pairs; the rules are those of `mcnemar_tables`.

    ``table`` may be what `cross_tables` makes; DataError where its rows and columns do not have the same labels.

    >>> round(mcnemar([[794, 150], [86, 570]]).chi_square, 4)
    17.3559
    """
    found = figures(mcnemar_tables(one(pairs_of(table))))
    return McNemar(
        n=int(found["n"]),
        n_discordant=int(found["n_discordant"]),
        chi_square=found["chi_square"],
        df=1,
        p=found["p"],
        p_exact=found["p_exact"],
        warnings=() if found["n_discordant"] else ("no discordant pair: no test",),
    )

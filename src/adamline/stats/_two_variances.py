"""Two variances: pooled into one, kept apart with the degrees of freedom of Satterthwaite, compared by the folded F."""

from __future__ import annotations

import numpy as np

from adamline.stats._arrays import Floats
from adamline.stats._scipy import fdtrc


def pooled_sd(n1: Floats, n2: Floats, sd1: Floats, sd2: Floats) -> tuple[Floats, Floats]:
    """The common SD and its degrees of freedom."""
    df = np.where((n1 > 0) & (n2 > 0), n1 + n2 - 2, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Not by squares: those of small SDs would vanish.
        part1, part2 = (np.where(n > 1, np.sqrt((n - 1) / df) * sd, 0.0) for n, sd in ((n1, sd1), (n2, sd2)))
        return np.where(df > 0, np.hypot(part1, part2), np.nan), df


def separate(n1: Floats, n2: Floats, sd1: Floats, sd2: Floats) -> tuple[Floats, Floats]:
    """The SE of the difference with two variances, and the degrees of freedom of Satterthwaite."""
    with np.errstate(invalid="ignore", divide="ignore"):
        se1, se2 = sd1 / np.sqrt(n1), sd2 / np.sqrt(n2)
        # As shares of the larger one: the squares of small SDs would vanish.
        share1, share2 = ((se / np.maximum(se1, se2)) ** 2 for se in (se1, se2))
        return np.hypot(se1, se2), (share1 + share2) ** 2 / (share1**2 / (n1 - 1) + share2**2 / (n2 - 1))


def folded_f(n1: Floats, n2: Floats, sd1: Floats, sd2: Floats) -> dict[str, Floats]:
    """The larger variance over the smaller; missing where one is 0 or missing."""
    is_first = sd1 >= sd2
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        f = np.where(is_first, sd1 / sd2, sd2 / sd1) ** 2
    f = np.where(np.isfinite(f), f, np.nan)
    df1, df2 = np.where(is_first, n1 - 1, n2 - 1), np.where(is_first, n2 - 1, n1 - 1)
    # The doubled tail of a ratio near 1 may pass 1 where the degrees of freedom differ.
    p = np.minimum(2 * fdtrc(np.maximum(df1, 1), np.maximum(df2, 1), f), 1.0)
    known = ~np.isnan(f)
    return {"f": f, "f_num_df": np.where(known, df1, np.nan), "f_den_df": np.where(known, df2, np.nan), "f_p": p}

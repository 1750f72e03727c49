"""Limits of quantification that stand in the text of a result, as `<10`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from adamline.derive._codes import Bools, Floats, codes_of, require

_LIMIT = r"^\s*([<>])=?\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*$"

# What looks like a limit: a sign of comparison first.
_LIKE_A_LIMIT = r"^\s*(?:[<>≤≥]|=[<>])"


@dataclass(frozen=True)
class Limits:
    """The limit of each record's result, missing where it is none; and whether the result lies below or above it."""

    number: Floats
    is_lower: Bools
    is_upper: Bools


def limits_of(frame: pd.DataFrame, text: str) -> Limits:
    """What stands behind `<`, `<=`, `>` or `>=`; any other text is no limit.

    >>> limits_of(pd.DataFrame({"LBSTRESC": ["<10", ">= 2.5", "10", "< ten"]}), "LBSTRESC").number.tolist()
    [10.0, 2.5, nan, nan]
    """
    require(frame, text)
    codes, levels = codes_of(frame[text])
    parts = pd.Series(levels, dtype="str").str.extract(_LIMIT)
    # One more place at the end answers for the code -1 of a missing text.
    number = np.append(parts[1].astype(float).to_numpy(), np.nan)
    is_lower, is_upper = (np.append((parts[0] == sign).to_numpy(dtype=bool), False) for sign in "<>")
    return Limits(number[codes], is_lower[codes], is_upper[codes])


def unread_limits(frame: pd.DataFrame, text: str) -> Bools:
    """The records whose text begins as a limit and is not read as one.

    >>> unread_limits(pd.DataFrame({"LBSTRESC": ["<10", "<1,000", "≥ 5", "10"]}), "LBSTRESC").tolist()
    [False, True, True, False]
    """
    codes, levels = codes_of(frame[text])
    texts = pd.Series(levels, dtype="str")
    is_unread = texts.str.contains(_LIKE_A_LIMIT) & ~texts.str.contains(_LIMIT.replace("(", "(?:"))
    return np.append(is_unread.to_numpy(dtype=bool), False)[codes]

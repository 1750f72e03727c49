"""Masks: the text that stands for a statistic before there are data, with the decimals that it will have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args, get_origin

from adamline.analyses.display import Display
from adamline.analyses.leaf import LeafOptions
from adamline.analyses.summary import Options as Summary
from adamline.analyses.summary_statistics import OWN_DECIMALS, statistic

# Statistics that are counts, and per cents, whatever the analysis.
_COUNT = re.compile(r"n|N|n_\w+|events|censored|at_risk(_\w+)?|df")
_PERCENT = re.compile(r"pct|\w+_pct|rate_[\d_]+(_lower|_upper)?")
_P_VALUE = re.compile(r"p|p_[a-z]\w*")
# Test statistics have decimals of their own.
_OWN = {"chi_square": 4, "t": 2, "m": 1, "s": 1}
_SPREAD = re.compile(r"(\w+_)?(sd|se)(_lower|_upper)?")


def mask_of(name: str, leaf: LeafOptions, display: Display, decimals: int) -> str:
    """The mask of a statistic of a row: `xx` for a count, `xx.x` for a number, `x.xxx` for a p-value.

    ``decimals`` are those of the data, where the row does not say how many. Means and limits have one more, SD and SE
    two, as `summary` has them; where an analysis has decimals of its own, these.

    >>> from adamline.analyses.summary import Options
    >>> leaf = Options(of=("AVAL",))
    >>> [mask_of(name, leaf, Display(), 1) for name in ("n", "mean", "sd", "minimum")]
    ['xx', 'xx.xx', 'xx.xxx', 'xx.x']
    """
    rule = leaf.display or display
    if _P_VALUE.fullmatch(name) and not isinstance(leaf, Summary):
        return f"x.{'x' * rule.p.decimals}"
    own = getattr(leaf, "decimals", None)
    if isinstance(own, Mapping) and name in own:
        return numbers(int(own[name]) if own[name] != "shortest" else decimals)
    of_data = own if isinstance(own, int) else decimals
    if isinstance(leaf, Summary):
        known = statistic(name, leaf.pctldef)
        return numbers(OWN_DECIMALS.get(name, 0 if known.more is None else of_data + known.more))
    if _COUNT.fullmatch(name):
        return numbers(0)
    if _PERCENT.fullmatch(name) or (own is None and hasattr(leaf, "responder")):
        return numbers(rule.percent.decimals)
    if name in _OWN:
        return numbers(_OWN[name])
    if _says_outright(leaf):
        return numbers(of_data + name.startswith("ratio"))
    return numbers(of_data + (2 if _SPREAD.fullmatch(name) else 1))


def numbers(decimals: int) -> str:
    """A number with so many decimals.

    >>> numbers(0), numbers(2)
    ('xx', 'xx.xx')
    """
    return f"xx.{'x' * decimals}" if decimals else "xx"


def _says_outright(leaf: LeafOptions) -> bool:
    """Whether ``decimals`` of the analysis are those of its numbers, and not of the data behind them.

    Where they are of the data, an option may give those of a statistic by name.
    """
    field = type(leaf).model_fields.get("decimals")
    return field is not None and not any(get_origin(kind) is Mapping for kind in get_args(field.annotation))

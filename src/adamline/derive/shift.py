"""SHIFTy: from which category at baseline to which category a record has moved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Column, New, Where, derivation
from adamline.derive._codes import NO_RECORD, codes_of, require, text_from_codes
from adamline.derive._tallies import among, counted
from adamline.derive._two_variables import require_two
from adamline.findings import Severity, Tally


def check_shift(
    frame: pd.DataFrame,
    *,
    variable: New = "SHIFT1",
    from_: Column = "BNRIND",
    to: Column = "ANRIND",
    missing: str | None = None,
    where: Where = None,
) -> Iterator[Tally]:
    """Records with one of the two categories alone, where no word stands for the other."""
    if missing is not None:
        return  # the word stands for what is missing, and says so
    has_from, has_to = (frame[name].notna().to_numpy() for name in (from_, to))
    for one, other, rows in ((from_, to, has_from & ~has_to), (to, from_, has_to & ~has_from)):
        message = f"{{count}} records have {one} and no {other}, and so no shift"
        yield from counted(frame, among(frame, rows, where), "no shift", message, severity=Severity.NOTE)


@derivation(
    define="{from_}, the text ' to ', and {to}[, '{missing}' standing for a missing one][, on the records where "
    "{where}, missing on all others].[missing=: Missing where either is missing.]",
    check=check_shift,
)
def derive_shift(
    frame: pd.DataFrame,
    *,
    variable: New = "SHIFT1",
    from_: Column = "BNRIND",
    to: Column = "ANRIND",
    missing: str | None = None,
    where: Where = None,
) -> pd.DataFrame:
    """Shift (ADaMIG 3.3.4): the text of ``from_``, " to ", the text of ``to``, as `NORMAL to HIGH`.

    Where one is missing the shift is missing, or, with ``missing``, that word stands for it (also where both are). It
    is missing on records that ``where`` does not select. Raises DataError for an unknown variable.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"BNRIND": ["NORMAL", None], "ANRIND": ["HIGH", "LOW"]})
    >>> derive_shift(adlb).SHIFT1.tolist()
    ['NORMAL to HIGH', nan]
    >>> derive_shift(adlb, missing="NULL").SHIFT1.tolist()
    ['NORMAL to HIGH', 'NULL to LOW']
    """
    require_two(variable, from_=from_, to=to)
    require(frame, from_, to)
    (before, befores), (after, afters) = codes_of(frame[from_]), codes_of(frame[to])
    kept = selected(frame, where) & ((missing is not None) | ((before >= 0) & (after >= 0)))
    # A missing category is the last of its levels.
    pair = (before % (len(befores) + 1)) * (len(afters) + 1) + after % (len(afters) + 1)
    used = np.flatnonzero(np.bincount(pair[kept], minlength=(len(befores) + 1) * (len(afters) + 1)))
    texts = [f"{one} to {other}" for one in (*befores, missing) for other in (*afters, missing)]
    # Two pairs may read alike, as where a category is the word for a missing one.
    levels = list(dict.fromkeys(texts[code] for code in used))
    level_of = np.full(len(texts), NO_RECORD, dtype=np.int64)
    level_of[used] = [levels.index(texts[code]) for code in used]
    return frame.assign(**{variable: text_from_codes(np.where(kept, level_of[pair], NO_RECORD), levels)})

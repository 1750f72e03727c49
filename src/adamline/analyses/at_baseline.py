"""At baseline: the levels of a grouping at which no change can be shown, since baseline is recorded there."""

from __future__ import annotations

import numpy as np

from adamline.analyses.cells import coded
from adamline.analyses.records import Records

# Changes have no meaning at baseline, and their cells stay blank there.
CHANGES = frozenset({"CHG", "PCHG"})
_FLAG = "ABLFL"


def levels_at_baseline(records: Records, by: str) -> tuple[str, ...]:
    """The levels with a baseline record (ABLFL = Y) where no other has a change; none where the records do not say.

    A change of a baseline record is 0 by its meaning. A level where another record has a change, or a baseline record
    one that is not 0, is none of them: what the data have is shown.
    """
    changes = [name for name in sorted(CHANGES) if records.has(name) and records.is_number(name)]
    if not changes or not records.has(_FLAG):
        return ()
    values = coded(records, by)
    flags = coded(records, _FLAG)
    flagged = np.append(flags.texts == "Y", False)[flags.codes]
    values_of = [records.column(name).to_numpy(dtype=np.float64) for name in changes]
    changed = np.logical_or.reduce([~np.isnan(each) & ~(flagged & (each == 0)) for each in values_of])
    codes = values.codes
    found = np.setdiff1d(codes[flagged & (codes >= 0)], codes[changed & (codes >= 0)])
    return tuple(str(values.texts[code]) for code in found)

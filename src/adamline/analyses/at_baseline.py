"""At baseline: the levels of a grouping at which no change can be shown, since baseline is recorded there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from adamline.analyses.cells import Level, coded
from adamline.analyses.records import Records
from adamline.errors import Place
from adamline.findings import Finding, Severity

# Changes have no meaning at baseline, and their cells stay blank there.
CHANGES = frozenset({"CHG", "PCHG"})
_FLAG = "ABLFL"
# The levels that a message names.
_SHOWN = 5


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


def check_baseline(records: Records, by: str, baseline: str | None, levels: Sequence[Level]) -> Iterator[Finding]:
    """A WARNING for a level that the spec names as baseline and no record has, so that it blanks no change."""
    names = [level.name for level in levels]
    if baseline is not None and names and baseline not in names:
        more = len(names) - _SHOWN
        there = ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        message = f"no record has {by} {baseline}, and changes are blank nowhere; there are {there}"
        yield Finding(Severity.WARNING, "no baseline level", message, Place(dataset=records.dataset.name, variable=by))

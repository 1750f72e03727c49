"""Checks that flags have the values of flags."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from adamline.derive._codes import codes_of
from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of

# Those of ADaM (ADaMIG 3.1.4), and of SDTM, whose codelist NY copies have.
_VALUES = frozenset({"Y", "N", "U", "NA"})


def check_flag_values(frame: pd.DataFrame, names: Collection[str]) -> Iterator[tuple[str, Tally]]:
    """Records whose flag is neither Y nor N, nor U or NA, by its value, with the name of the flag.

    Flags are those of ``names`` that end in FL: what asks for `SAFFL = 'Y'` does not find YES or y.

    >>> adsl = pd.DataFrame({"SAFFL": ["Y", "yes", None]})
    >>> [tally.finding().message for _, tally in check_flag_values(adsl, ["SAFFL"])]
    ['1 record has SAFFL neither Y nor N: yes']
    """
    for name in names:
        if not name.endswith("FL") or name not in frame.columns or kind_of(frame[name]) is not Kind.TEXT:
            continue
        codes, levels = codes_of(frame[name])
        count = np.bincount(codes + 1, minlength=len(levels) + 1)[1:]
        kinds = {str(level): int(n) for level, n in zip(levels, count, strict=True) if n and str(level) not in _VALUES}
        if kinds:
            message = f"{{count}} records have {name} neither Y nor N: {{kinds}}"
            yield name, Tally(Severity.WARNING, "value of a flag", message, NOWHERE, kinds)

"""The records of a dataset in the order of its keys, each key once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import require, rows_and_repeats
from adamline.derive._named_records import keys_of
from adamline.errors import DataError, Place
from adamline.plurals import said_of


def sorted_by_keys(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """The frame sorted by its keys, bytes for text and missing first as in SAS, with a fresh index.

    Raises DataError, with keys, where two records have the same: a dataset's keys tell its records apart.

    >>> import pandas as pd
    >>> sorted_by_keys(pd.DataFrame({"USUBJID": ["02", "01"], "AVISITN": [0.0, None]}), ["USUBJID", "AVISITN"])
      USUBJID  AVISITN
    0      01      NaN
    1      02      0.0
    """
    require(frame, *keys)
    rows, repeats = rows_and_repeats(frame, keys)
    if repeats.any():
        raise DataError(
            said_of(int(repeats.sum()), "{count} records repeat the keys of another."),
            place=Place(keys=keys_of(frame, rows[1:][repeats], keys)),
            expected="one record per " + ", ".join(keys),
            hint="add a variable to `keys`, or select the records",
        )
    in_order = np.array_equal(rows, np.arange(len(rows)))
    return (frame if in_order else frame.take(rows)).reset_index(drop=True)

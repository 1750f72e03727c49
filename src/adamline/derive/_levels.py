"""What each text of a column becomes, worked out once for each text that there is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from adamline.derive._codes import Ints, codes_of, require
from adamline.errors import DataError, Place
from adamline.io.dataset import Kind, kind_of


def levels_of_text(frame: pd.DataFrame, name: str) -> tuple[Ints, Sequence[str]]:
    """The code of each record, -1 for missing, and the texts; DataError where the variable holds anything else.

    >>> codes, texts = levels_of_text(pd.DataFrame({"CMTRT": ["ASPIRIN", None, "ASPIRIN"]}), "CMTRT")
    >>> codes.tolist(), list(texts)
    ([0, -1, 0], ['ASPIRIN'])
    """
    require(frame, name)
    values = frame[name]
    if values.isna().all():
        return np.full(len(values), -1, dtype=np.int64), []
    if kind_of(values) is not Kind.TEXT:
        raise DataError(f"{name} is no text.", place=Place(variable=name), found=str(kind_of(values)))
    codes, levels = codes_of(values)
    return codes, [str(level) for level in levels]

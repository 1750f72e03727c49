"""Adds records that are copies of others, with some variables set anew."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.contract import Values, Where, derivation
from adamline.derive._codes import require
from adamline.derive._new_records import with_new_records


@derivation(
    define="A copy of each record[ where {where}], with {set_}.",
    copies=True,
    loses_nothing="each record that is selected is copied whole, and the condition is counted as any `where`",
)
def add_copied_records(frame: pd.DataFrame, *, where: Where, set_: Values) -> pd.DataFrame:
    """The frame, and after it a copy of each record that ``where`` selects, with the variables of ``set_`` set.

    All other values are carried over, such as LBSEQ, which leads back to the source. Values are text, or read as
    numbers where the variable is one. Raises DataError for an unknown variable, for a value of the wrong type, and for
    a variable that is a date or a time.

    >>> import pandas as pd
    >>> adlb = pd.DataFrame({"AVISIT": ["Week 2", "Week 4"], "AENTMTFL": [None, "Y"], "LBSEQ": [1.0, 2.0]})
    >>> add_copied_records(adlb, where="AENTMTFL = 'Y'", set_={"AVISIT": "End of Treatment"})
                 AVISIT AENTMTFL  LBSEQ
    0            Week 2      NaN    1.0
    1            Week 4        Y    2.0
    2  End of Treatment        Y    2.0
    """
    require(frame, *set_)
    rows = np.flatnonzero(selected(frame, where))
    copied = dict.fromkeys([name for name in map(str, frame.columns) if name not in set_], rows)
    return with_new_records(frame, count=len(rows), gathered=copied, values={}, set_=set_)

"""Subject-level variables on each record: those of ADSL, by USUBJID."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from adamline.derive._codes import NO_RECORD, gather, group_codes, require, rows_by_key
from adamline.errors import DataError, Place
from adamline.io.dataset import MISSING_SUFFIX

USUBJID = "USUBJID"


def derive_subject_variables(frame: pd.DataFrame, *, subject: pd.DataFrame, new: Mapping[str, str]) -> pd.DataFrame:
    """Records of subjects that ``subject`` has, with its variables; the records of all others are left out.

    ``new`` maps the name here to the name in ``subject`` (`{"TRTP": "TRT01P"}`). One record is never made several:
    raises DataError where ``subject`` has a USUBJID twice, and for an unknown variable.

    >>> import pandas as pd
    >>> adsl = pd.DataFrame({"USUBJID": ["01"], "TRT01P": ["Placebo"]})
    >>> lb = pd.DataFrame({"USUBJID": ["01", "99"], "LBSEQ": [1.0, 1.0]})
    >>> derive_subject_variables(lb, subject=adsl, new={"TRTP": "TRT01P"})
      USUBJID  LBSEQ     TRTP
    0      01    1.0  Placebo
    """
    require(subject, USUBJID, *new.values())
    group, size = group_codes(subject, [USUBJID])
    twice = np.flatnonzero(np.bincount(group, minlength=size)[group] > 1)
    if len(twice):
        keys = ", ".join(map(str, subject[USUBJID].iloc[twice[:5]].unique()))
        raise DataError("The subject-level dataset has a subject twice.", place=Place(variable=USUBJID, keys=keys))
    rows = rows_by_key(frame, subject, np.arange(len(subject)), [USUBJID])
    known = rows != NO_RECORD
    if not known.all():
        frame, rows = frame[known], rows[known]
    columns = {here: gather(subject[there], rows) for here, there in new.items()}
    kinds = {h + MISSING_SUFFIX: t + MISSING_SUFFIX for h, t in new.items() if t + MISSING_SUFFIX in subject.columns}
    columns |= {here: gather(subject[there], rows) for here, there in kinds.items()}
    # `assign` would copy each of the new columns.
    every: dict[Any, Any] = {**dict[Any, Any](frame.items()), **columns}
    return pd.DataFrame(every, index=frame.index, copy=False)

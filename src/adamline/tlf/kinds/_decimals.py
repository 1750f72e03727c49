"""Whether the decimals that the spec gives parameters show the values of an output as they are."""

from __future__ import annotations

import numpy as np

from adamline.errors import NOWHERE, Place
from adamline.findings import Finding
from adamline.results.check_decimals import check_decimals
from adamline.tlf.kinds._data import AnalysisData
from adamline.tlf.kinds._records import Records


def decimals_findings(
    data: AnalysisData, records: Records, variables: tuple[str, ...], place: Place = NOWHERE
) -> tuple[Finding, ...]:
    """What `check_decimals` finds of these variables with the decimals of each record's PARAMCD.

    DataError where a parameter has no decimals.
    """
    codes = records.frame["PARAMCD"].astype(object).to_numpy()
    shown = records.frame["PARAMCD"].map({code: data.decimals(code) for code in dict.fromkeys(codes)})
    return tuple(
        finding
        for name in variables
        for finding in check_decimals(
            records.frame[name].to_numpy(dtype=np.float64), shown.to_numpy(dtype=np.int64), codes, name, place
        )
    )

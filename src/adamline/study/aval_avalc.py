"""Checks that AVAL and AVALC of a parameter are one to one where both are given."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of

PARAMCD, AVAL, AVALC = "PARAMCD", "AVAL", "AVALC"


def check_aval_avalc(frame: pd.DataFrame) -> Iterator[Tally]:
    """Records whose AVAL has another AVALC elsewhere in the parameter, or the other way round (ADaMIG 3.3.4).

    Records with one of the two alone are not looked at, nor is a dataset without the three variables.

    >>> adrs = pd.DataFrame({"PARAMCD": "SRI4", "AVAL": [1.0, 0, 1], "AVALC": ["Y", "N", "N"]})
    >>> [tally.finding().message for tally in check_aval_avalc(adrs)]
    ['3 records of SRI4 have AVAL and AVALC that are not one to one: 0 is N; 1 is N; 1 is Y']
    """
    if not {PARAMCD, AVAL, AVALC} <= set(frame.columns) or kind_of(frame[AVAL]) is not Kind.NUMBER:
        return
    both = frame.loc[frame[AVAL].notna() & frame[AVALC].notna(), [PARAMCD, AVAL, AVALC]]
    pairs = both.groupby([PARAMCD, AVAL, AVALC], observed=True).size().reset_index(name="count")
    broken = pairs.duplicated([PARAMCD, AVAL], keep=False) | pairs.duplicated([PARAMCD, AVALC], keep=False)
    for name, of_parameter in pairs[broken].groupby(PARAMCD, observed=True):
        texts = [f"{value:.15g} is {text}" for value, text in zip(of_parameter[AVAL], of_parameter[AVALC], strict=True)]
        message = f"{{count}} records of {name} have AVAL and AVALC that are not one to one: {{kinds}}"
        kinds = dict(zip(texts, map(int, of_parameter["count"]), strict=True))
        yield Tally(Severity.WARNING, "AVAL and AVALC", message, NOWHERE, kinds)

"""Checks that AVAL and AVALC of a parameter are one to one where both are given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pandas as pd

from adamline.errors import NOWHERE
from adamline.findings import Severity, Tally
from adamline.io.dataset import Kind, kind_of

PARAMCD, AVAL, AVALC = "PARAMCD", "AVAL", "AVALC"
_IS = " is "


def check_aval_avalc(frame: pd.DataFrame) -> Iterator[Tally]:
    """Records whose AVAL has another AVALC elsewhere in the parameter, or the other way round (ADaMIG 3.3.4).

    Records with one of the two alone are not looked at, nor is a dataset without the three variables.

    >>> adrs = pd.DataFrame({"PARAMCD": "SRI4", "AVAL": [1.0, 0, 1], "AVALC": ["Y", "N", "N"]})
    >>> [tally.finding().message for tally in check_aval_avalc(adrs)]
    ['3 records of SRI4 have AVAL and AVALC not one to one: 0 is N; 1 is N; 1 is Y']
    """
    if not {PARAMCD, AVAL, AVALC} <= set(frame.columns) or kind_of(frame[AVAL]) is not Kind.NUMBER:
        return
    both = frame.loc[frame[AVAL].notna() & frame[AVALC].notna(), [PARAMCD, AVAL, AVALC]]
    pairs = both.groupby([PARAMCD, AVAL, AVALC], observed=True).size().reset_index(name="count")
    for name, of_parameter in pairs.groupby(PARAMCD, observed=True):
        kinds: Counter[str] = Counter()
        for value, text, count in zip(of_parameter[AVAL], of_parameter[AVALC], of_parameter["count"], strict=True):
            # To the digits that a transport file keeps.
            kinds[f"{value:.14g}{_IS}{text}"] += int(count)
        message = f"{{count}} records of {name} have AVAL and AVALC not one to one: {{kinds}}"
        yield Tally(Severity.WARNING, "AVAL and AVALC", message, NOWHERE, kinds, _not_one_to_one)


def _not_one_to_one(kinds: Mapping[str, int]) -> Mapping[str, int]:
    """The pairs of which a part is in another pair too."""
    pairs = [kind.split(_IS, 1) for kind in kinds]
    values, texts = (Counter(pair[part] for pair in pairs) for part in (0, 1))
    is_broken = [values[value] > 1 or texts[text] > 1 for value, text in pairs]
    return {kind: kinds[kind] for kind, broken in zip(kinds, is_broken, strict=True) if broken}

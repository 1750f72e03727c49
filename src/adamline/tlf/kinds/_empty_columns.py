"""Columns without a subject: the footnote that names them."""

from __future__ import annotations

import pandas as pd

from adamline.results.ard import Around


def empty_column_notes(results: pd.DataFrame) -> tuple[str, ...]:
    """The footnote that names the columns without a subject; none where each has one.

    A planned treatment stands on the page before anybody has it, and where no subject of the population had it.

    >>> results = pd.DataFrame({"analysis": ["columns"], "variable_level": ["High"], "stat": [0.0]})
    >>> empty_column_notes(results)
    ('N=0: no subject is in High.',)
    """
    counts = results[results["analysis"] == Around.COLUMNS]
    empty = counts["variable_level"][counts["stat"] == 0]
    return (f"N=0: no subject is in {', '.join(empty)}.",) if len(empty) else ()

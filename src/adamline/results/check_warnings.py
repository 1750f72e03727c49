"""Findings of the warnings that results carry."""

from __future__ import annotations

import pandas as pd

from adamline.errors import Place
from adamline.findings import Finding, Severity

_SHOWN = 3
# Expected wherever groups are small, and shown on the page as NA and NE: worth a note, no reason to stop a strict run.
ONE_VALUE = "one value only"
NO_TEST = "no test"
NO_SUBJECT = "a column without a subject"
JOINED = "a line is joined over a visit without a point"
_NOTES = frozenset({ONE_VALUE, NO_TEST, NO_SUBJECT, JOINED})
# A p-value that was asked for and is not there.
TOO_LARGE = "too large for an exact test"


def check_warnings(results: pd.DataFrame, place: Place) -> tuple[Finding, ...]:
    """One finding at ``place`` for each sort of warning among the results of one output.

    A single value of a group, which has no SD, a test without enough values, a planned treatment that nobody has
    and a line that the spec joins over a gap are notes; all others are warnings.

    Warnings that differ only behind their colon are of one sort; the finding says how many results carry it, and what
    the first ones say and are. Results without a column of warnings (a listing's) have none.

    >>> results = pd.DataFrame({"result": ["T-1.0001", "T-1.0002"], "warning": ["", "one value only"]})
    >>> check_warnings(results, Place(file="t-1.yaml"))[0].message
    'one value only (T-1.0002)'
    """
    if "warning" not in results.columns:
        return ()
    warned = results[results["warning"] != ""]
    if warned.empty:
        return ()
    sorts = warned["warning"].str.partition(": ")[0]
    return tuple(
        Finding(Severity.NOTE if sort in _NOTES else Severity.WARNING, "results", _message(str(sort), rows), place)
        for sort, rows in warned.groupby(sorts, sort=False)
    )


def _message(sort: str, rows: pd.DataFrame) -> str:
    details = [str(text).partition(": ")[2] for text in rows["warning"].unique()]
    text = f"{sort}: {_first(details)}" if any(details) else sort
    count = f"{len(rows)} results: " if len(rows) > _SHOWN else ""
    return f"{text} ({count}{_first(list(rows['result']))})"


def _first(texts: list[str]) -> str:
    return ", ".join([*texts[:_SHOWN], *(["..."] if len(texts) > _SHOWN else [])])

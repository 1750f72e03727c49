"""Warnings of results become findings: one for each sort, counted."""

from __future__ import annotations

import pandas as pd

from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.results.ard import with_ids
from adamline.results.check_warnings import check_warnings

PLACE = Place(file="t-1.yaml", line=1)


def test_warnings_are_counted_by_their_sort() -> None:
    texts = ["", "few: 1", "one value only", "few: 2", "", "few: 2", "few: 1", "lost: 7 (X)"]
    results = with_ids(
        pd.DataFrame({"warning": texts, "stat_name": [f"s{n}" for n in range(1, 9)], "analysis": "x"}), "T-1"
    )
    assert check_warnings(results, PLACE) == tuple(
        Finding(severity, "results", message, PLACE)
        for severity, message in [
            (Severity.WARNING, "few: 1, 2 (4 results: T-1/x/s2, T-1/x/s4, T-1/x/s6, ...)"),
            (Severity.NOTE, "one value only (T-1/x/s3)"),
            (Severity.WARNING, "lost: 7 (X) (T-1/x/s8)"),
        ]
    )


def test_nothing_to_warn_of() -> None:
    assert (
        check_warnings(with_ids(pd.DataFrame({"stat": [1.0], "analysis": "x", "stat_name": "n"}), "T-1"), PLACE) == ()
    )
    assert check_warnings(pd.DataFrame({"result": ["L-1/0001"]}), PLACE) == ()

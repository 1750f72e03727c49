"""Labels of the standard: those that are printed, and those whose number stands in the name."""

from __future__ import annotations

import pytest

from adamline.standards.labels import standard_label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("USUBJID", "Unique Subject Identifier"),
        ("TRT01P", "Planned Treatment for Period 01"),
        ("TRT02AN", "Actual Treatment for Period 02 (N)"),
        ("ANL01FL", "Analysis Flag 01"),
        ("A1LO", "Analysis Range 1 Lower Limit"),
        ("R2A1LO", "Ratio to Analysis Range 1 Lower Limit"),
        ("SHIFT2", "Shift 2"),
        ("SHIFT1N", "Shift 1 (N)"),
        ("CRIT1", "Analysis Criterion 1"),
        ("CRIT9FL", "Criterion 9 Evaluation Result Flag"),
        ("CRIT1FN", "Criterion 1 Evaluation Result Flag (N)"),
        ("AVALCAT1", "Analysis Value Category 1"),
        ("AVALCA1N", "Analysis Value Category 1 (N)"),
        ("BASECAT2", "Baseline Category 2"),
        ("BASECA2N", "Baseline Category 2 (N)"),
        ("AP02SDT", "Period 02 Start Date"),
        ("TR01EDT", "Date of Last Exposure in Period 01"),
        ("TREM02FL", "Treatment Emergent Period 02 Flag"),
        ("TRTEM1FL", "Treatment Emergent Analysis 1 Flag"),
        ("STRAT2R", "Strat Factor 2 Value Used for Rand"),
        ("STRAT2RN", "Strat Factor 2 Value Used for Rand (N)"),
        ("DTHCGR1", "Cause of Death Group 1"),
        ("RACEGR1N", "Pooled Race Group 1 (N)"),
    ],
)
def test_labels(name: str, label: str) -> None:
    assert standard_label(name) == label


@pytest.mark.parametrize(
    "name",
    [
        "",
        "TRT01",
        "TRT01X",
        "TRTXXP",
        "TRT01PX",
        "ANLXXFL",
        "ANL1FL",
        "AHI",
        "A12LO",
        "BLO",
        "CRIT",
        "CRIT12",
        "SHIFTN",
    ],
)
def test_no_label_for_a_name_that_only_looks_like_one(name: str) -> None:
    assert standard_label(name) is None


def test_every_label_fits_a_transport_file() -> None:
    from adamline.standards.labels import _LABELS

    assert all(0 < len(label) <= 40 for label in _LABELS.values())

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.qc import compare
from adamline.qc.causes import find_causes

N_SUBJECTS, N_REPEATS = 30, 3


def records() -> pd.DataFrame:
    """Three records of one test at one visit, each with its own value."""
    n = N_SUBJECTS * 4 * N_REPEATS
    row = np.arange(n)
    return pd.DataFrame(
        {
            "USUBJID": [f"{i // (4 * N_REPEATS):03d}" for i in row],
            "VSTESTCD": np.where(row // (2 * N_REPEATS) % 2, "SYSBP", "DIABP"),
            "VISIT": np.where(row // N_REPEATS % 2, "WEEK 2", "WEEK 0"),
            "VSSEQ": row.astype(float),
            "VSSTRESN": 60.0 + (row * 37) % 101,
            "FLAG": np.where(row % N_REPEATS == 0, "Y", ""),
        }
    )


def exchanged(frame: pd.DataFrame, name: str, groups: list[int]) -> pd.DataFrame:
    """The first two records of each group with their values exchanged."""
    first = np.array(groups) * N_REPEATS
    values = frame[name].to_numpy(copy=True)
    values[first], values[first + 1] = values[first + 1], values[first]
    return frame.assign(**{name: values})


def sentences(base: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    return [str(cause) for cause in find_causes(compare(base, other))]


def test_values_exchanged_within_ties() -> None:
    base = records()
    found = sentences(base, exchanged(base, "VSSTRESN", [3, 17, 50, 88]))
    assert found == [
        "VSSTRESN: 8 of 8 differences: values exchanged among records that tie in USUBJID, VSTESTCD, VISIT"
    ]


def test_a_flag_moved_to_another_record_of_the_tie() -> None:
    base = records()
    found = sentences(base, exchanged(base, "FLAG", [3, 17, 50, 88]))
    assert found == ["FLAG: 8 of 8 differences: values exchanged among records that tie in USUBJID, VSTESTCD, VISIT"]


def test_values_exchanged_between_subjects_are_no_tie() -> None:
    base = records()
    rows = np.array([4, 40, 100, 160, 220, 280])
    values = base["VSSTRESN"].to_numpy(copy=True)
    values[rows] = np.roll(values[rows], 1)
    assert sentences(base, base.assign(VSSTRESN=values)) == []


def test_a_flag_changed_at_random_is_no_tie() -> None:
    base = records()
    rows = np.array([4, 41, 100, 162, 221, 285])
    values = base["FLAG"].to_numpy(copy=True)
    values[rows] = np.where(values[rows] == "Y", "", "Y")
    assert sentences(base, base.assign(FLAG=values)) == []


def test_a_flag_changed_all_over_one_subject_is_no_tie() -> None:
    base = records()
    rows = np.array([60, 64, 66, 71])  # two flags fewer and two more, of four tests and visits
    values = base["FLAG"].to_numpy(copy=True)
    values[rows] = np.where(values[rows] == "Y", "", "Y")
    assert sentences(base, base.assign(FLAG=values)) == [
        "FLAG: 4 of 4 differences: all within one subject: USUBJID = '005'"
    ]

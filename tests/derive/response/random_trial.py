"""Random scores of 10,000 subjects, as records of a study and as plain values for a second implementation.

Scores are whole numbers here (PGA in hundredths), so that no rounding is shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

SUBJECTS, WEEKS = 10_000, (0, 4, 8, 12)
WEIGHTS = (8, 4, 4, 2, 2, 1)
ITEMS = [f"ITEM{number}" for number in range(len(WEIGHTS))]
SYSTEMS = [f"BILAG{number}" for number in range(9)]
TARGET = {0: 1, 4: 29, 8: 57, 12: 85}
IDS = [f"{number:05}" for number in range(SUBJECTS)]
MISSING = -1


@dataclass(frozen=True)
class Subject:
    """What is known of one subject; None is missing, `came` says for each week on which study day."""

    items: dict[int, list[int | None]]
    grades: dict[int, list[str | None]]
    pga: dict[int, int | None]
    came: dict[int, int | None]
    treated: bool
    stopped: int | None
    rescued: int | None


@dataclass(frozen=True)
class Trial:
    """Random scores: arrays over subject, week and item or system; -1 is missing."""

    items: np.ndarray
    grades: np.ndarray
    pga: np.ndarray
    came: np.ndarray
    treated: np.ndarray
    stopped: np.ndarray
    rescued: np.ndarray


def random_trial(seed: int) -> Trial:
    rng = np.random.default_rng(seed)
    weeks = len(WEEKS)

    def gone(share: float, *shape: int) -> np.ndarray:
        return rng.random((SUBJECTS, *shape)) < share

    came = np.array([TARGET[week] for week in WEEKS]) + rng.integers(-5, 6, (SUBJECTS, weeks))
    came[:, 1:][gone(0.12, weeks - 1)] = MISSING
    away = (came == MISSING)[:, :, None]
    items = (rng.random((SUBJECTS, weeks, len(WEIGHTS))) < [[0.6], [0.3], [0.25], [0.2]]) * np.array(WEIGHTS)
    items[gone(0.01, weeks, len(WEIGHTS)) | away] = MISSING
    first = rng.choice(5, (SUBJECTS, 1, 9), p=[0.05, 0.2, 0.25, 0.25, 0.25])
    drawn = rng.choice(5, (SUBJECTS, weeks, 9), p=[0.04, 0.26, 0.3, 0.3, 0.1])
    grades = np.where(gone(0.85, weeks, 9), first, drawn)
    grades[gone(0.01, weeks, 9) | away] = MISSING
    pga = rng.integers(0, 30, (SUBJECTS, 1)) * 10 + rng.integers(-10, 5, (SUBJECTS, weeks)) * 10
    pga = np.clip(pga + np.where(gone(0.2, weeks), rng.integers(-3, 4, (SUBJECTS, weeks)), 0), 0, 300)
    pga[gone(0.03, weeks) | away[:, :, 0]] = MISSING
    days = rng.integers(1, 100, (2, SUBJECTS))
    stopped, rescued = np.where(gone(0.6), MISSING, days[0]), np.where(gone(0.8), MISSING, days[1])
    # Some are away for good, and have no record at all, not even at baseline; some of these were never treated.
    lost = gone(0.02)
    for scores in (items, grades, pga, came):
        scores[lost] = MISSING
    return Trial(items, grades, pga, came, ~(lost & gone(0.5)), stopped, rescued)


def subjects_of(trial: Trial) -> list[Subject]:
    def known(value: int) -> int | None:
        return None if value == MISSING else value

    def by_week(values: list) -> dict[int, list]:
        return dict(zip(WEEKS, values, strict=True))

    columns = (trial.items, trial.grades, trial.pga, trial.came, trial.treated, trial.stopped, trial.rescued)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        Subject(
            by_week([[known(value) for value in week] for week in items]),
            by_week([[None if grade == MISSING else "ABCDE"[grade] for grade in week] for week in grades]),
            by_week([known(value) for value in pga]),
            by_week([known(value) for value in came]),
            treated,
            known(stopped),
            known(rescued),
        )
        for items, grades, pga, came, treated, stopped, rescued in rows
    ]


def records_of(trial: Trial, rng: np.random.Generator) -> pd.DataFrame:
    """The same as records in a random order; a missing score has a record without a value, or none."""
    scores = np.concatenate([trial.items, trial.grades, trial.pga[:, :, None]], axis=2)
    subject, week, place = np.nonzero((trial.came != MISSING)[:, :, None] & np.ones_like(scores, dtype=bool))
    score = scores[subject, week, place]
    code = np.array([*ITEMS, *SYSTEMS, "PGA"])[place]
    is_grade, is_missing = (place >= len(ITEMS)) & (code != "PGA"), score == MISSING
    aval = np.where(is_grade | is_missing, np.nan, np.where(code == "PGA", score / 100, score))
    frame = pd.DataFrame(
        {
            "USUBJID": pd.Series(subject).map("{:05}".format),
            "PARAMCD": pd.Categorical(code),
            "AVISIT": pd.Series(np.array([f"Week {w}" for w in WEEKS])[week], dtype="str"),
            "AVISITN": np.array(WEEKS, dtype=float)[week],
            "ADY": trial.came[subject, week].astype(float),
            "AVAL": aval,
            "AVALC": pd.Series(np.where(is_grade & ~is_missing, np.array([*"ABCDE"], dtype=object)[score % 5], None)),
            "ABLFL": pd.Series(np.where(week == 0, "Y", None)).astype("category"),
            "ANL01FL": "Y",
        }
    )
    frame = frame.assign(ADT=on_day(frame["ADY"].to_numpy()))
    frame = frame[~is_missing | (rng.random(len(frame)) < 0.5)]
    return frame.iloc[rng.permutation(len(frame))]


def on_day(days: np.ndarray) -> np.ndarray:
    start = np.datetime64("2016-05-01", "s")
    return np.where(days == MISSING, np.datetime64("NaT"), start + (days.astype(int) - 1) * np.timedelta64(86400, "s"))


def made_of(trial: Trial, respond: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """What the chain of derivations makes of the trial."""
    weeks = [f"Week {week}" for week in WEEKS[1:]]
    target = [str(TARGET[week]) for week in WEEKS[1:]]
    windows = pd.DataFrame({"AVISIT": weeks, "AVISITN": [w[5:] for w in weeks], "AWTARGET": target}, dtype="str")
    start = np.where(trial.treated, np.datetime64("2016-05-01", "s"), np.datetime64("NaT"))
    adsl = pd.DataFrame({"USUBJID": IDS, "ITTFL": "Y", "TRTSDT": start})
    adsl = adsl.assign(DCDT=on_day(trial.stopped), RESCDT=on_day(trial.rescued))
    records = records_of(trial, np.random.default_rng(1))
    return respond(records, adsl, windows, items=ITEMS, systems=SYSTEMS, visits=weeks)


def answers_of(made: pd.DataFrame, parameter: str) -> dict[tuple[str, int], tuple[str | None, ...]]:
    """AVALC, DTYPE and reason of a response by subject and week; a second one for a visit is an error."""
    of = made[(made["PARAMCD"] == parameter) & (made["AVISITN"] > 0)]
    keys = list(zip(of["USUBJID"], of["AVISITN"].astype(int), strict=True))
    assert len(set(keys)) == len(keys)
    told = of[["AVALC", "DTYPE", "RESPREAS"]].astype(object)
    return dict(zip(keys, told.where(told.notna(), None).itertuples(index=False, name=None), strict=True))

"""Calibrates the time since onset of lupus of the default trial's patients, as an analysis reads its partial dates."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from adamline.simulate.jahh.calibrate.baseline import BASELINE
from adamline.simulate.jahh.calibrate.moments import settle_moments
from adamline.simulate.jahh.calibrate.printed import read_printed
from adamline.simulate.jahh.columns import MONTH, YEAR
from adamline.simulate.jahh.design import ARMS
from adamline.simulate.jahh.history import History
from adamline.simulate.jahh.streams import Ints
from adamline.simulate.jahh.subjects import Subjects

_YEAR: Final = 365.25
_SHORTEST: Final = 0.6
_YOUNGEST_ONSET: Final = 8
# The middle of a year is June 30, of a month the 15th (specs/jahh/adsl.yaml).
_TO_JUNE: Final = 5
_DAY_OF_JUNE, _DAY_OF_MONTH = 30, 15


def calibrate_history(subjects: Subjects, history: History) -> History:
    """The history with onsets, in each arm, of the printed mean and SD; how much of a date is known does not change."""
    printed = read_printed()
    onset = history.onset.copy()
    consent = subjects.consent - subjects.day_one
    for arm in range(len(ARMS)):
        members = np.flatnonzero(subjects.arm == arm)
        mean, sd = printed.mean_and_sd("ONSET", BASELINE, arm)
        day_one, length = subjects.day_one[members], history.onset_length[members]
        onset[members] = -settle_moments(
            -onset[members],
            mean,
            sd,
            1 / _YEAR,
            low=_days(_SHORTEST) - consent[members],
            high=_days(1) * (subjects.age[members] - _YOUNGEST_ONSET) - consent[members],
            seen=lambda days, day_one=day_one, length=length: days_since(day_one, days, length),  # type: ignore[misc]
        )
    return replace(history, onset=onset)


def days_since(day_one: Ints, days: Ints, length: Ints) -> Ints:
    """Days from an onset, of which a length is known, to randomisation; the middle of a partial date, never after it.

    >>> day = (np.array(["2016-04-02"], dtype="datetime64[D]") - np.datetime64("1970-01-01")).astype(np.int64)
    >>> [int(days_since(day, np.array([40]), np.array([length]))[0]) for length in (4, 7, 10)]
    [0, 47, 40]
    """
    date = (day_one - days).astype("datetime64[D]")
    june = date.astype("datetime64[Y]").astype("datetime64[M]") + _TO_JUNE
    middle = np.where(
        length == YEAR,
        june.astype("datetime64[D]") + (_DAY_OF_JUNE - 1),
        date.astype("datetime64[M]").astype("datetime64[D]") + (_DAY_OF_MONTH - 1),
    )
    analysed = np.where(np.isin(length, (YEAR, MONTH)), middle, date).astype(np.int64)
    return np.asarray(day_one - np.minimum(analysed, day_one))


def _days(years: float) -> int:
    return round(years * _YEAR)

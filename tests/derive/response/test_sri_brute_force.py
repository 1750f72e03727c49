"""SRI-4, SRI-5, SRI-6 of 10,000 random subjects against a second implementation: plain Python, subject by subject.

Written from the definition of Dörner et al. 2022 and of docs/methods/sri.md.
"""

from __future__ import annotations

from collections import Counter

import pytest
from tests.derive.response.random_trial import (
    IDS,
    TARGET,
    WEEKS,
    Subject,
    answers_of,
    made_of,
    random_trial,
    subjects_of,
)


def sledai_is_met(subject: Subject, week: int, points: int) -> bool | None:
    before, now = subject.items[0], subject.items[week]
    if None in before or None in now:
        return None
    return sum(before) - sum(now) >= points


def bilag_is_met(subject: Subject, week: int) -> bool | None:
    new_a = new_b = unknown = 0
    for before, now in zip(subject.grades[0], subject.grades[week], strict=True):
        if before is None or now is None:
            unknown += 1
        elif now == "A" and before != "A":
            new_a += 1
        elif now == "B" and before in "CDE":
            new_b += 1
    if new_a or new_b >= 2:
        return False
    return None if unknown else True


def pga_is_met(subject: Subject, week: int) -> bool | None:
    before, now = subject.pga[0], subject.pga[week]
    if before is None or now is None:
        return None
    return now - before < 30


def response(subject: Subject, week: int, points: int) -> tuple[str, str | None, str | None]:
    """AVALC, DTYPE, and the reason, of the index with a fall of so many points."""
    met = [sledai_is_met(subject, week, points), bilag_is_met(subject, week), pga_is_met(subject, week)]
    for component, reason in zip(met, ("FAILED SLEDAI", "FAILED BILAG", "FAILED PGA"), strict=True):
        if component is False:
            return "N", None, reason
    came, rescued, stopped = subject.came[week], subject.rescued, subject.stopped
    if came is not None and met != [None, None, None] and rescued is not None and rescued <= came:
        return "N", None, "RESCUE"
    if met == [True, True, True]:
        return "Y", None, None
    if subject.treated and rescued is not None and rescued <= TARGET[week]:
        return "N", "NRI", "RESCUE"
    if came is None and stopped is not None and (not subject.treated or stopped < TARGET[week]):
        return "N", "NRI", "DISCONTINUED"
    return "N", "NRI", "MISSING"


@pytest.fixture(scope="module")
def trial():
    return random_trial(20220424)


@pytest.fixture(scope="module")
def made(trial, respond):
    return made_of(trial, respond)


@pytest.mark.parametrize("points", [4, 5, 6])
def test_ten_thousand_random_subjects(points, trial, made):
    expected = {
        (name, week): response(subject, week, points)
        for name, subject in zip(IDS, subjects_of(trial), strict=True)
        for week in WEEKS[1:]
    }
    assert answers_of(made, f"SRI{points}") == expected
    reasons = Counter(expected.values())
    assert len(reasons) == 8 and min(reasons.values()) > 100, reasons  # every outcome was there to be got wrong

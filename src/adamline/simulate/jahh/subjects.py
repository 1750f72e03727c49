"""Who is in the trial: sites, demographics, arm and the day of randomisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from adamline.simulate.jahh.design import ARMS, COUNTRIES, FIRST_RANDOMISED, LAST_RANDOMISED, NO_ARM
from adamline.simulate.jahh.streams import Bools, Ints, chance, one_of

_FAILURES_OF_SCREENED = 0.15
_SITES_OF_COUNTRY = 6
SEXES = ("F", "M")
RACES = (
    "WHITE",
    "BLACK OR AFRICAN AMERICAN",
    "ASIAN",
    "AMERICAN INDIAN OR ALASKA NATIVE",
    "NOT REPORTED",
)
ETHNICITIES = ("NOT HISPANIC OR LATINO", "HISPANIC OR LATINO", "NOT REPORTED")
# A row a region (assumed).
_RACES = np.array(
    [
        [0.58, 0.32, 0.05, 0.03, 0.02],
        [0.93, 0.03, 0.02, 0.00, 0.02],
        [0.00, 0.00, 1.00, 0.00, 0.00],
        [0.60, 0.03, 0.01, 0.36, 0.00],
    ]
)
_ETHNICITIES = np.array([[0.74, 0.24, 0.02], [0.90, 0.05, 0.05], [1.00, 0.00, 0.00], [0.03, 0.96, 0.01]])
_AGE, _AGE_SPREAD, _YOUNGEST, _OLDEST = 44.4, 12.1, 18, 79
_FEMALE = 0.937


@dataclass(frozen=True)
class Subjects:
    """Everyone screened, in the order of USUBJID.

    Days of a calendar count from 1970-01-01. ``day_one`` is the day of randomisation (of who failed screening, the
    day on which it would have been); all other days of the simulation are counted from it, itself 0.
    """

    site: Ints
    number: Ints
    country: Ints
    arm: Ints
    day_one: Ints
    consent: Ints
    age: Ints
    sex: Ints
    race: Ints
    ethnicity: Ints

    def __len__(self) -> int:
        """How many were screened."""
        return len(self.site)

    @property
    def randomised(self) -> Bools:
        """Who has an arm."""
        return np.asarray(self.arm != NO_ARM)

    @property
    def region(self) -> Ints:
        """The place of the region in REGIONS."""
        regions: Ints = np.array([country.region for country in COUNTRIES])[self.country]
        return regions


def simulate_subjects(rng: np.random.Generator, count: int) -> Subjects:
    """``count`` randomised subjects, and those who failed screening."""
    failed = round(count * _FAILURES_OF_SCREENED / (1 - _FAILURES_OF_SCREENED))
    total = count + failed
    arm = np.append(_blocks(rng, count), np.full(failed, NO_ARM))
    day_one = np.append(_randomisation_days(rng, count), rng.integers(*_period(), failed, endpoint=True))
    consent = day_one - rng.integers(9, 29, total)
    number = np.empty(total, dtype=np.int64)
    number[np.lexsort((day_one, consent))] = np.arange(1, total + 1)
    shares = np.array([[country.share for country in COUNTRIES]])
    country = one_of(rng, shares, np.zeros(total, dtype=np.int64))
    site = 100 + 10 * country + rng.integers(1, _SITES_OF_COUNTRY, total, endpoint=True)
    region = np.array([entry.region for entry in COUNTRIES])[country]
    age = np.clip(np.rint(_AGE + _AGE_SPREAD * rng.standard_normal(total)), _YOUNGEST, _OLDEST).astype(np.int64)
    sex = chance(rng, 1 - _FEMALE, total).astype(np.int64)
    race, ethnicity = one_of(rng, _RACES, region), one_of(rng, _ETHNICITIES, region)
    order = np.lexsort((number, site))
    columns = (site, number, country, arm, day_one, consent, age, sex, race, ethnicity)
    return Subjects(*(column[order] for column in columns))


def _period() -> tuple[int, int]:
    start = date(1970, 1, 1)
    return (FIRST_RANDOMISED - start).days, (LAST_RANDOMISED - start).days


def _randomisation_days(rng: np.random.Generator, count: int) -> Ints:
    """Days in order; the first and the last of the trial are among them."""
    days = np.sort(rng.integers(*_period(), count, endpoint=True))
    days[[0, -1]] = _period()
    return days


def _blocks(rng: np.random.Generator, count: int) -> Ints:
    """Arms in permuted blocks of two subjects an arm; the last block may be cut short, its arms still balanced."""
    arms = len(ARMS)
    place = np.arange(count)
    block = place // (2 * arms)
    order = np.lexsort((rng.random(count), block))
    return (place % arms)[order]

"""RS: SLEDAI-2K, BILAG-2004 and the Physician's Global Assessment, one record a score."""

from __future__ import annotations

from typing import Final

import numpy as np

from adamline.io.dataset import Dataset
from adamline.simulate.jahh.columns import Column, build_dataset, flags, last_of, sequence, words
from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.design import BILAG, GRADES, SLEDAI
from adamline.simulate.jahh.scores import Scores
from adamline.simulate.jahh.streams import Ints
from adamline.standards.rounding import format_shortest

_CATEGORIES: Final = ("BILAG-2004", "PGA", "SLEDAI-2K")
# One test a column: the nine systems, the global assessment, the items, the total; their codes are in this order.
_CODES: Final = (
    *(f"BILG01A{place}" for place in range(1, len(BILAG) + 1)),
    "PGA0101",
    *(f"SLED01{place:02d}" for place in range(1, len(SLEDAI) + 2)),
)
_NAMES: Final = (
    *(f"BILG01-{system.name}" for system in BILAG),
    "PGA01-Physician's Global Assessment",
    *(f"SLED01-{item.name}" for item in SLEDAI),
    "SLED01-Total Score",
)
_CATEGORY = np.repeat([0, 1, 2], [len(BILAG), 1, len(SLEDAI) + 1])
_PGA, _TOTAL = len(BILAG), len(_CODES) - 1
_IS_GRADE = np.arange(len(_CODES)) < _PGA
_IS_ITEM = (np.arange(len(_CODES)) > _PGA) & (np.arange(len(_CODES)) < _TOTAL)
_WEIGHT = np.ones(len(_CODES), dtype=np.int64)
_WEIGHT[_IS_ITEM] = [item.weight for item in SLEDAI]
_HIGHEST: Final = 105
_REASONS_NOT_DONE: Final = ("NOT ASSESSED", "INVESTIGATOR OVERSIGHT")


def build_rs(context: Context) -> Dataset:
    """One record a score, sorted by subject, test and visit; a score not done has a record without a result."""
    trial, scores = context.trial, context.trial.scores
    test, row, score = _long(scores, trial.visits.subject[scores.visit])
    visit = scores.visit[row]
    subject, day = trial.visits.subject[visit], trial.visits.day[visit]
    done = score >= 0
    before = done & context.before_dose(subject, day)
    return build_dataset(
        "RS",
        {
            "DOMAIN": "RS",
            "USUBJID": context.usubjid(subject),
            "RSSEQ": sequence(subject),
            "RSTESTCD": words(test, _CODES),
            "RSTEST": words(test, _NAMES),
            "RSCAT": words(_CATEGORY[test], _CATEGORIES),
            **_result_columns(test, score),
            "RSSTAT": words(np.where(done, -1, 0), ["NOT DONE"]),
            "RSREASND": words(np.where(done, -1, day % len(_REASONS_NOT_DONE)), _REASONS_NOT_DONE),
            "RSEVAL": "INVESTIGATOR",
            "RSLOBXFL": flags(last_of(subject * len(_CODES) + test, before)),
            **context.visit_columns(visit),
            "EPOCH": context.epoch(subject, day),
            "RSDTC": context.dates(subject, day),
            "RSDY": context.days(subject, day),
        },
    )


def _long(scores: Scores, subject: Ints) -> tuple[Ints, Ints, Ints]:
    """Test, row of Scores and score of each record, by subject, test and visit; -1 is a score not done."""
    wide = np.column_stack([scores.grades, scores.pga, scores.items, scores.form_total])
    row, test = (place.ravel() for place in np.indices(wide.shape))
    order = np.lexsort((row, test, subject[row]))
    return test[order], row[order], wide.ravel()[order]


def _result_columns(test: Ints, score: Ints) -> dict[str, Column]:
    """Results as collected, and as numbers: an item's weight, the global assessment on 0 to 3."""
    grade, item, pga = _IS_GRADE[test], _IS_ITEM[test], test == _PGA
    done = score >= 0
    points = score * _WEIGHT[test]
    numbers = [str(number) for number in range(_HIGHEST + 1)]
    collected = [*numbers, *GRADES, "ABSENT", "PRESENT"]
    shift = np.select([grade, item], [len(numbers), len(numbers) + len(GRADES)], 0)
    scale = np.arange(101) * 3 / 100
    standard = [*numbers, *GRADES, *format_shortest(scale).tolist()]
    standard_shift = np.select([grade, pga], [len(numbers), len(numbers) + len(GRADES)], 0)
    number = np.where(pga, score * 3 / 100, points)
    return {
        "RSORRES": words(np.where(done, score + shift, -1), collected),
        "RSORRESU": words(np.where(done & pga, 0, -1), ["mm"]),
        "RSSTRESC": words(np.where(done, points + standard_shift, -1), standard),
        "RSSTRESN": np.where(done & ~grade, number, np.nan),
    }

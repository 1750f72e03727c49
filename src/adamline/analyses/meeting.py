"""Meeting: which records of a count are counted, by conditions that a subject meets, or never does, in its records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from adamline.analyses.cells import Cells, Ints
from adamline.condition.parse import parse_condition

Mask = npt.NDArray[np.bool_]


def who_has_each(cells: Cells, subject: Ints, conditions: Sequence[str]) -> Mask:
    """Whether the subject of each place has, in the same cell, a record of each condition: one, or several records."""
    kept = np.ones(len(cells.record), dtype=bool)
    for condition in conditions:
        kept &= _of_same_subject(cells, subject, _is_met(cells, condition))
    return kept


def counted_places(cells: Cells, subject: Ints, meets: Sequence[str], never: Sequence[str]) -> Mask:
    """Whether each place is counted: a record that meets a condition, of a subject who meets each, and never others."""
    kept = who_has_each(cells, subject, meets)
    if meets:
        kept &= np.logical_or.reduce([_is_met(cells, condition) for condition in meets])
    for condition in never:
        kept &= ~_of_same_subject(cells, subject, _is_met(cells, condition))
    return kept


def _is_met(cells: Cells, condition: str) -> Mask:
    records = cells.records
    rows = records.whole.rows(parse_condition(condition))
    return (rows if records.places is None else rows[records.places])[cells.record]


def _of_same_subject(cells: Cells, subject: Ints, rows: Mask) -> Mask:
    """Whether the subject of each place has one of the ``rows`` in the same cell."""
    key = cells.code * (int(subject.max(initial=0)) + 1) + subject
    return np.isin(key, key[rows])


def met_condition(meets: Sequence[str]) -> str:
    """The condition of the records that are counted by what they meet; of several any."""
    texts = [str(parse_condition(condition)) for condition in meets]
    if len(texts) < 2:
        return f"({texts[0]})" if texts and " or " in texts[0] else "".join(texts)
    return "(" + " or ".join(f"({text})" for text in texts) + ")"


def said_of_subjects(meets: Sequence[str], never: Sequence[str], having: Sequence[str]) -> str:
    """Which subjects count, in words; nothing where records alone decide."""
    said = [
        *([f"with a record of each of {'; '.join(meets)}"] if len(meets) > 1 else []),
        *([f"without a record of {'; '.join(never)}"] if never else []),
        *([f"among those with a record of each of {'; '.join(having)}"] if having else []),
    ]
    return ", ".join(said)

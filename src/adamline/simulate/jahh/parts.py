"""The trial in parts of neighbouring subjects, so that the work on a domain needs the memory of a part at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Final, TypeVar, cast

import numpy as np

from adamline.simulate.jahh.context import Context
from adamline.simulate.jahh.values import Values

_SUBJECTS: Final = 2_500
Block = TypeVar("Block")


def context_parts(context: Context) -> Iterator[Context]:
    """The context itself, or those of `_SUBJECTS` subjects each; no record is in two of them."""
    total = len(context.trial.subjects)
    if total <= _SUBJECTS:
        yield context
        return
    for first in range(0, total, _SUBJECTS):
        yield _context_of(context, first, min(first + _SUBJECTS, total))


def _context_of(context: Context, first: int, stop: int) -> Context:
    return Context(
        trial=_values_of(context.trial, first, stop),
        usubjids=context.usubjids[first:stop],
        subjids=context.subjids[first:stop],
        treatment_end=context.treatment_end[first:stop],
        last_contact=context.last_contact[first:stop],
    )


def _values_of(values: Values, first: int, stop: int) -> Values:
    """The values of subjects ``first`` to ``stop``, whose places, and those of their visits, begin at 0."""
    of_visit = values.visits.subject
    start, end = np.searchsorted(of_visit, [first, stop]).tolist()

    def of_subjects(block: Block) -> Block:
        return _cut(block, first, stop)

    def of_subject(block: Block, subject: Any) -> Block:
        """Records that name their subject, in the order of subjects."""
        return _cut(block, *np.searchsorted(subject, [first, stop]).tolist(), subject=first)

    def of_visits(block: Block, visit: Any) -> Block:
        """Records that name their visit, in the order of subjects."""
        return _cut(block, *np.searchsorted(of_visit[visit], [first, stop]).tolist(), visit=start)

    history = values.history
    return replace(
        values,
        subjects=of_subjects(values.subjects),
        course=of_subjects(values.course),
        steroids=of_subjects(values.steroids),
        strata=of_subjects(values.strata),
        visits=_cut(values.visits, start, end, subject=first),
        vital_signs=_cut(values.vital_signs, start, end),
        laboratory=of_visits(values.laboratory, values.laboratory.visit),
        safety=of_visits(values.safety, values.safety.visit),
        scores=of_visits(values.scores, values.scores.visit),
        adverse_events=of_subject(values.adverse_events, values.adverse_events.subject),
        history=replace(
            history,
            onset=history.onset[first:stop],
            onset_length=history.onset_length[first:stop],
            conditions=of_subject(history.conditions, history.conditions.subject),
        ),
    )


def _cut(block: Block, start: int, stop: int, **less: int) -> Block:
    """Every array of a dataclass from ``start`` to ``stop``; from those named, a number is taken away."""
    arrays = {field.name: getattr(block, field.name)[start:stop] for field in fields(cast(Any, block))}
    return cast(Block, replace(cast(Any, block), **arrays | {name: arrays[name] - by for name, by in less.items()}))

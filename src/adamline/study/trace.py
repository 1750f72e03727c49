"""Trace: the records of one subject before and after each step of a dataset, for whom a value has to be explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adamline.errors import AdamlineError, nearest
from adamline.io.dataset import Dataset, kind_of
from adamline.io.show import value_text
from adamline.io.show_text import aligned
from adamline.plurals import counted
from adamline.study.build import build_dataset
from adamline.study.call import Call
from adamline.study.partition import why_whole
from adamline.study.plan import DatasetPlan
from adamline.study.sources import SUBJECT, Sources
from adamline.study.study import Study


class _Reached(Exception):  # noqa: N818 - it ends a trace, and is no fault
    """The step that a trace goes up to."""


def trace_dataset(
    study: Study,
    plan: DatasetPlan,
    sources: Sources,
    subject: str,
    until: str | None = None,
    report: Callable[[str], object] = print,
) -> None:
    """Report each step of a dataset with the records of a subject: what it reads, and what it makes, before and after.

    The dataset is made from the records of that subject alone, or of all where a step looks at all subjects. It goes up
    to the variable ``until``, or to the end. Nothing is written. Raises AdamlineError for a variable that no step
    makes, and for a subject without a record in the source; the errors of derivations come as in a run, after the steps
    before them.
    """
    made = list(dict.fromkeys(call.target for call in plan.steps if call.target))
    if until is not None and until not in made:
        what = f"No step of {plan.spec.dataset} makes {until}."
        raise AdamlineError(what, place=plan.place, hint=nearest(until, made))
    inputs = _inputs(study, plan, sources, subject)
    main = inputs[plan.spec.source.domain]
    if SUBJECT in main.frame.columns and not main.frame[SUBJECT].eq(subject).any():
        known = sources.subjects(plan.spec.source.domain)
        names = [str(name) for runs in known.values() for name in runs.subjects]
        what = f"{plan.spec.source.domain} has no record of subject {subject}."
        raise AdamlineError(what, place=plan.place, hint=nearest(subject, names))

    def watch(step: str, call: Call | None, before: pd.DataFrame, after: pd.DataFrame) -> None:
        if call is None:
            report(f"{step}: {_count(before, subject)} -> {_count(after, subject)}")
            return
        if not call.only_places:  # a copy of the source onto itself changes nothing
            report(f"\n{step}  ({call.place.file}, line {call.place.line})")
            report(_table(plan, call, before, after, subject))
        if until is not None and call.target == until and not _again(plan, call):
            raise _Reached

    with suppress(_Reached):
        build_dataset(plan, inputs, {name: study.tables[name] for name in plan.tables}, watch)


def _again(plan: DatasetPlan, call: Call) -> bool:
    """Whether a later step makes the variable once more, for added records."""
    return any(other.target == call.target for other in plan.steps[plan.steps.index(call) + 1 :])


def _inputs(study: Study, plan: DatasetPlan, sources: Sources, subject: str) -> Mapping[str, Dataset]:
    """What the dataset reads, of the subject alone where no step looks at others."""
    is_whole = bool(why_whole(plan, study.supplemented))
    found = {}
    for name, variables in plan.reads.items():
        by_file = {} if is_whole else sources.subjects(name)
        only = {path: runs.of(subject) for path, runs in by_file.items()}
        found[name], _ = sources.read(name, variables, only)
    return found


def _count(frame: pd.DataFrame, subject: str) -> str:
    return counted(len(_of(frame, subject)), "record")


def _of(frame: pd.DataFrame, subject: str) -> pd.DataFrame:
    return frame[frame[SUBJECT].eq(subject).to_numpy()] if SUBJECT in frame.columns else frame


def _table(plan: DatasetPlan, call: Call, before: pd.DataFrame, after: pd.DataFrame, subject: str) -> str:
    """The subject's records with keys, what the step reads, and what it makes.

    Of a step that adds records the new ones, and those before that it changes, as it gives the first dose its date.
    """
    rows = _of(after, subject)
    if not call.target:
        rows = rows[_is_new_or_changed(_of(before, subject), rows)]
        needs = [name for name in rows.columns if rows[name].notna().any()]
    else:
        needs = [name for name in call.needs if name != call.target]
    names = [name for name in dict.fromkeys([*plan.spec.keys, *needs]) if name in after.columns]
    names = [name for name in names if name not in (SUBJECT, call.target)]
    columns = {name: _texts(rows[name]) for name in names}
    if call.target:
        if call.target in before.columns:
            columns[f"{call.target} before"] = _texts(_of(before, subject)[call.target])
        columns[call.target] = _texts(rows[call.target])
    if not len(rows):
        return "  no record of the subject" if call.target else "  no record of the subject is added or changed"
    return aligned([tuple(columns), *zip(*columns.values(), strict=True)])


def _is_new_or_changed(before: pd.DataFrame, after: pd.DataFrame) -> NDArray[np.bool_]:
    """Of records after a step those behind the ones of before, and of these each with another value."""
    result = np.ones(len(after), dtype=bool)
    names = [name for name in before.columns if name in after.columns]  # those of the source may have gone
    pairs = [(before[name].astype(object), after[name].iloc[: len(before)].astype(object)) for name in names]
    same = [(old.to_numpy() == new.to_numpy()) | (old.isna().to_numpy() & new.isna().to_numpy()) for old, new in pairs]
    result[: len(before)] = ~np.logical_and.reduce(same)
    return result


def _texts(values: pd.Series) -> list[str]:
    kind = kind_of(values)
    return [value_text(value, kind) for value in values]

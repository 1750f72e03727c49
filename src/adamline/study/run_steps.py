"""Runs the steps of a plan on the records of its dataset, and logs what each did to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from adamline.derive._named_records import naming_variables
from adamline.io.dataset import MISSING_SUFFIX, Dataset
from adamline.spec.dataset import (
    dataset_variables,
    given_variables,
)
from adamline.study.added import (
    Added,
    as_placed,
    taking_part,
    with_kept,
    with_parameter_variables,
    with_subject_variables,
)
from adamline.study.attributes import with_kinds_of_missing
from adamline.study.building import Building
from adamline.study.call import Call
from adamline.study.narrowed import with_part
from adamline.study.plan import DatasetPlan

# The variables of the records so far, by name: a step is given those that it reads, and moves no other.
Columns = dict[str, pd.Series]


def run_steps(
    plan: DatasetPlan,
    building: Building,
    inputs: Mapping[str, Dataset],
    frames: Mapping[str, pd.DataFrame],
    *,
    late: Collection[str],
) -> None:
    """Run the calls of the plan one by one, but those that make ``late``, and keep the attributes of what they copy.

    ``frames`` has the other datasets and tables by name.
    """
    columns, index = _columns(building.frame), building.frame.index
    needs = [call.needs for call in plan.steps]
    for number, call in enumerate(plan.steps):
        if call.target in late:
            continue
        if not call.target:
            building.frame = _framed(columns, columns, index)
            _add_records(plan, number, building, inputs, frames, needs[number:])
            columns, index = _columns(building.frame), building.frame.index
            continue
        seen = _framed(columns, _columns_seen(call, needs[number], columns), index)
        part = taking_part(seen, call.target, building.added)
        given = seen if part is None else seen[part]
        made = call.run(given, frames)
        building.found(call.tallies(given, made, frames), call.place)
        if part is not None:
            made = with_part(seen, made, part, _target_columns(call))
        if call.only_added:
            there = _framed(columns, [c for c in _target_columns(call) if c in columns], index)
            made = with_kept(there, made, call.target, building.added[-1].rows.start)
        before = dict(columns) if building.watch else {}
        _put_target(call, columns, made)
        again = " for added records" if call.only_added else ""
        missing = int(columns[call.target].isna().sum())
        building.log(f"{call.target}: {call.derivation.name}{again}", len(seen), len(seen), missing, "missing")
        if building.watch:
            building.watch(
                building.steps[-1].step, call, _framed(before, before, index), _framed(columns, columns, index)
            )
        _keep_attributes(call, building, inputs)
    building.frame = _framed(columns, columns, index)


def _columns(frame: pd.DataFrame) -> Columns:
    return {str(name): column for name, column in frame.items()}


def _framed(columns: Columns, names: Iterable[str], index: pd.Index) -> pd.DataFrame:
    """A frame of these columns, which are shared and not copied."""
    return pd.DataFrame({name: columns[name] for name in names}, index=index, copy=False)


def _columns_seen(call: Call, needs: Iterable[str], columns: Columns) -> list[str]:
    """What a step reads, and what findings name its records by: with all variables each step would move them all.

    A program of the study is given all, whatever it says that it needs.
    """
    if call.derivation.is_program:
        return list(columns)
    needed = {"USUBJID", "PARAMCD", *needs, *naming_variables(columns)}
    needed |= {name + MISSING_SUFFIX for name in needed}
    return [name for name in columns if name in needed]


def _target_columns(call: Call) -> tuple[str, str]:
    return call.target, call.target + MISSING_SUFFIX


def _add_records(
    plan: DatasetPlan,
    number: int,
    building: Building,
    inputs: Mapping[str, Dataset],
    frames: Mapping[str, pd.DataFrame],
    needs: Iterable[Iterable[str]],
) -> None:
    """Run the step that adds records, and give them what their entry, their subject and their parameter say."""
    call = plan.steps[number]
    # What only earlier steps needed is not carried into the new records: large data are copied here.
    before = building.frame[_columns_still_needed(plan, needs, building.frame)]
    frame = call.run(before, frames)
    building.found(call.tallies(before, frame, frames), call.place)
    added = Added(call.derivation.name, call.place, slice(len(before), len(frame)), call.placing)
    frame = as_placed(frame, added)
    frame = _with_given(plan, call, len(before), frame, inputs)
    building.added.append(added)
    building.become(f"records: {call.derivation.name}", frame, len(frame) - len(before), "added", call)


def _put_target(call: Call, columns: Columns, made: pd.DataFrame) -> None:
    """Put the variable that was made, and its kinds of missing where it is a copy, and nothing else, to the others."""
    target, kinds = _target_columns(call)
    has_kinds = call.keeps and not call.source and call.keeps + MISSING_SUFFIX in columns
    columns[target] = made[target]
    if has_kinds:
        columns[kinds] = made[kinds]
    else:
        columns.pop(kinds, None)


def _with_given(
    plan: DatasetPlan, call: Call, before: int, frame: pd.DataFrame, inputs: Mapping[str, Dataset]
) -> pd.DataFrame:
    """Added records belong to a subject and to a parameter, and have what those give."""
    spec = plan.spec
    for name, renamed in spec.subject.items():
        new = {here: there for here, there in renamed if here != "USUBJID"}
        frame = with_subject_variables(frame, before, inputs[name].frame, new)
    set_here = call.arguments.get("set_", ())
    return with_parameter_variables(frame, before, spec.parameters, given_variables(spec), set_here)


def _columns_still_needed(plan: DatasetPlan, needs: Iterable[Iterable[str]], frame: pd.DataFrame) -> list[str]:
    needed = {"USUBJID", *dataset_variables(plan.spec), *(name for of_step in needs for name in of_step)}
    return with_kinds_of_missing([name for name in frame.columns if name in needed], frame)


def _keep_attributes(call: Call, building: Building, inputs: Mapping[str, Dataset]) -> None:
    """A copied variable has the attributes of what it is copied from; any other has none but its spec's."""
    source = {v.name: v for v in inputs[call.source].variables} if call.source else building.known
    kept = source.get(call.keeps)
    if kept:
        building.known[call.target] = kept
    else:
        building.known.pop(call.target, None)

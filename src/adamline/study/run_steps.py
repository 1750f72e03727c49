"""Runs the steps of a plan on the records of its dataset, and logs what each did to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from adamline.derive._named_records import naming_variables
from adamline.io.dataset import MISSING_SUFFIX, Dataset
from adamline.spec.dataset import (
    dataset_variables,
)
from adamline.study.added import (
    Added,
    as_placed,
    taking_part,
    with_kept,
)
from adamline.study.belonging import Belonging
from adamline.study.building import Building
from adamline.study.call import Call
from adamline.study.columns import Columns
from adamline.study.narrowed import with_part
from adamline.study.plan import DatasetPlan
from adamline.study.steps import Step


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
    columns = Columns(building.frame, Belonging(plan.spec, frames))
    needs = [call.needs for call in plan.steps]
    for number, call in enumerate(plan.steps):
        if call.target in late:
            continue
        before = columns.whole() if building.watch else None
        if call.target:
            step = _make_variable(call, columns, building, frames)
            _keep_attributes(call, building, inputs)
        else:
            columns.keep(_columns_still_needed(plan, needs[number:], columns))
            step = _add_records(call, columns, building, frames)
        building.steps.append(step)
        if building.watch and before is not None:
            building.watch(step.step, call, before, columns.whole())
    building.frame = columns.whole()


def _make_variable(call: Call, columns: Columns, building: Building, frames: Mapping[str, pd.DataFrame]) -> Step:
    """Run a step that makes a variable."""
    seen = columns.frame(_columns_seen(call, columns))
    part = taking_part(seen, call.target, building.added)
    given = seen if part is None else seen[part]
    made = call.run(given, frames)
    building.found(call.tallies(given, made, frames), call.place)
    if part is not None:
        made = with_part(seen, made, part, _target_columns(call))
    if call.only_added:
        there = columns.frame(name for name in _target_columns(call) if name in columns)
        made = with_kept(there, made, call.target, building.added[-1].rows.start)
    _put_target(call, columns, made)
    again = " for added records" if call.only_added else ""
    missing = int(columns[call.target].isna().sum())
    return Step(f"{call.target}: {call.derivation.name}{again}", len(seen), len(seen), missing, "missing")


def _add_records(call: Call, columns: Columns, building: Building, frames: Mapping[str, pd.DataFrame]) -> Step:
    """Run a step that adds records, which have what their entry, their subject and their parameter say."""
    derivation, before = call.derivation, len(columns)
    # A copy has all that its record has, and what a program of the study gives is to be seen.
    is_whole = derivation.contract.copies or derivation.is_program
    seen = columns.whole() if is_whole else columns.frame(_columns_seen(call, columns))
    made = call.run(seen, frames)
    building.found(call.tallies(seen, made, frames), call.place)
    added = Added(derivation.name, call.place, slice(before, len(made)), call.placing)
    building.added.append(added)
    columns.add(as_placed(made, added), call.arguments.get("set_", ()), is_whole=is_whole)
    return Step(f"records: {derivation.name}", before, len(columns), len(columns) - before, "added")


def _columns_seen(call: Call, columns: Columns) -> list[str]:
    """What a step reads and gives, and what findings name its records by: with all variables each would move them all.

    A program of the study is given all, whatever it says that it needs.
    """
    if call.derivation.is_program:
        return list(columns)
    gives = () if call.target else call.derivation.contract.gives(call.arguments)
    needed = {"USUBJID", "PARAMCD", *call.needs, *gives, *naming_variables(columns)}
    needed |= {name + MISSING_SUFFIX for name in needed}
    return [name for name in columns if name in needed]


def _target_columns(call: Call) -> tuple[str, str]:
    return call.target, call.target + MISSING_SUFFIX


def _put_target(call: Call, columns: Columns, made: pd.DataFrame) -> None:
    """Put the variable that was made, and its kinds of missing where it is a copy, and nothing else, to the others."""
    target, kinds = _target_columns(call)
    has_kinds = call.keeps and not call.source and call.keeps + MISSING_SUFFIX in columns
    columns.put(target, made[target])
    if has_kinds:
        columns.put(kinds, made[kinds])
    else:
        columns.drop(kinds)


def _columns_still_needed(plan: DatasetPlan, needs: Iterable[Iterable[str]], columns: Columns) -> set[str]:
    """What the dataset has and this and later steps read: all else is left behind before records are added."""
    needed = {"USUBJID", *dataset_variables(plan.spec), *(name for of_step in needs for name in of_step)}
    return {name for name in columns if name.removesuffix(MISSING_SUFFIX) in needed}


def _keep_attributes(call: Call, building: Building, inputs: Mapping[str, Dataset]) -> None:
    """A copied variable has the attributes of what it is copied from; any other has none but its spec's."""
    source = {v.name: v for v in inputs[call.source].variables} if call.source else building.known
    kept = source.get(call.keeps)
    if kept:
        building.known[call.target] = kept
    else:
        building.known.pop(call.target, None)

"""Builds one dataset: runs its plan on the data, and logs what each step did to the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.derive._asked import check_condition, check_values
from adamline.derive._key_order import sorted_by_keys
from adamline.derive._tallies import keys_at
from adamline.derive.parameter_variables import (
    check_parameter_variables,
    check_rows,
    check_units,
    derive_parameter_variables,
    parameter_columns,
)
from adamline.derive.subject_variables import derive_subject_variables
from adamline.errors import NOWHERE, AdamlineError, Place
from adamline.findings import Severity, Tally
from adamline.io.dataset import Dataset
from adamline.spec.dataset import (
    dataset_variables,
    given_variables,
    matched_variables,
    subject_variables,
)
from adamline.study.attributes import finished, with_kinds_of_missing
from adamline.study.aval_avalc import check_aval_avalc
from adamline.study.building import Building, Watch
from adamline.study.flag_values import check_flag_values
from adamline.study.number_pairs import check_number_pairs
from adamline.study.parameter_records import check_parameter_attributes, check_parameter_records
from adamline.study.plan import DatasetPlan
from adamline.study.run_steps import run_steps
from adamline.study.steps import Step


def build_dataset(
    plan: DatasetPlan,
    inputs: Mapping[str, Dataset],
    tables: Mapping[str, pd.DataFrame],
    watch: Watch | None = None,
) -> tuple[Dataset, Building]:
    """The dataset of ``plan``, and its log.

    ``inputs`` are the datasets that the plan reads, ``tables`` the study's tables, by name; ``watch`` is shown each
    step. Raises the errors of the derivations, with the spec's line; DataError where records repeat a key.
    """
    spec, early = plan.spec, _early(plan)
    building = _start(plan, inputs, watch)
    frames = {**{name: dataset.frame for name, dataset in inputs.items()}, **tables}
    run_steps(plan, building, inputs, frames, late=set(subject_variables(spec)) - early)
    building.found(check_aval_avalc(building.frame), plan.place_of("variables", "AVALC"))
    names = dataset_variables(spec)
    for name, tally in (*check_number_pairs(building.frame, names), *check_flag_values(building.frame, names)):
        building.found([tally], plan.place_of_variable(name))
    for of_parameters in (check_parameter_records, check_parameter_attributes):
        building.found(of_parameters(plan.spec, building.frame), plan.place_of("parameters"))
    try:
        # Work variables and those of the source alone are left behind before the records are moved.
        frame = sorted_by_keys(building.frame[with_kinds_of_missing(names, building.frame)], spec.keys)
    except AdamlineError as error:
        raise error.at(plan.place_of("keys")) from error
    building.become("sorted by " + ", ".join(spec.keys), frame)
    frame = _late_subject_variables(plan, frame, early, inputs)
    try:
        return finished(spec, names, frame[with_kinds_of_missing(names, frame)], building.known), building
    except AdamlineError as error:
        raise error.at(plan.place_of_variable(error.place.variable)) from error


def _start(plan: DatasetPlan, inputs: Mapping[str, Dataset], watch: Watch | None) -> Building:
    """The records of the source, with the variables of their parameters and subjects."""
    spec, source = plan.spec, inputs[plan.spec.source.domain]
    building = Building(source.frame, {v.name: v for v in source.variables}, watch=watch)
    building.steps.append(Step(f"read {source.name}", len(source.frame), len(source.frame)))
    if spec.source.where:
        what = "are left out by `where` of the source"
        place = plan.place_of("source", "where")
        building.found(check_condition(source.frame, spec.source.where, what, severity=Severity.NOTE), place)
        try:
            keep = selected(source.frame, spec.source.where)
        except AdamlineError as error:
            raise error.at(place) from error
        building.found(check_values(source.frame, spec.source.where, "where"), place)
        kept = source.frame if keep.all() else source.frame[keep]
        building.become(f"where {spec.source.where}", kept, len(source.frame) - len(kept), "dropped")
    if spec.source.records == "none":
        building.become("no record of it is one", building.frame.iloc[:0])
    nameless = int(building.frame["USUBJID"].isna().sum()) if "USUBJID" in building.frame.columns else 0
    message = f"{{count}} records of {source.name} have no USUBJID."
    building.tally(Severity.WARNING, "no USUBJID", message, plan.place, {"": nameless})
    # A variable that the subject or the parameter gives is theirs, also where the source has one of that name.
    given_here = {*subject_variables(spec), *given_variables(spec)} - {"USUBJID", *matched_variables(spec)}
    hidden = with_kinds_of_missing([c for c in building.frame.columns if c in given_here], building.frame)
    building.frame = building.frame.drop(columns=hidden)
    if spec.parameters:
        try:
            _add_parameters(plan, building)
        except AdamlineError as error:
            raise error.at(plan.place_of("parameters")) from error
        for name in given_variables(spec):
            building.known.pop(name, None)  # a length of the source says nothing of the parameters here
    early = _early(plan)
    for name, renamed in spec.subject.items():
        _add_subjects(
            building,
            inputs[name],
            {here: there for here, there in renamed if here in early},
            plan.place_of("subject", name),
        )
        building.known |= {here: inputs[name][there] for here, there in renamed}
    return building


def _early(plan: DatasetPlan) -> frozenset[str]:
    """Variables that are there before the first step: those that a step computes with, and the keys."""
    return frozenset({n for call in plan.steps if not call.only_places for n in call.needs} | set(plan.spec.keys))


def _add_subjects(building: Building, subject: Dataset, new: Mapping[str, str], place: Place) -> None:
    frame = derive_subject_variables(building.frame, subject=subject.frame, new=new)
    without = len(building.frame) - len(frame)
    keys: tuple[str, ...] = ()
    if without:
        is_left = ~building.frame["USUBJID"].isin(subject.frame["USUBJID"].unique()).to_numpy()
        keys = keys_at(building.frame, np.flatnonzero(is_left))
    building.become(f"subjects of {subject.name}", frame, without, "without a subject")
    message = f"{{count}} records are of no subject of {subject.name} and are left out."
    building.found([Tally(Severity.NOTE, "no subject", message, NOWHERE, {"": without}, keys=keys)], place)


def _late_subject_variables(
    plan: DatasetPlan, frame: pd.DataFrame, early: frozenset[str], inputs: Mapping[str, Dataset]
) -> pd.DataFrame:
    """Subject variables that no step needed: they come last, so that large data carry them through nothing."""
    for name, renamed in plan.spec.subject.items():
        late = {here: there for here, there in renamed if here not in early}
        frame = derive_subject_variables(frame, subject=inputs[name].frame, new=late)
    return frame


def _add_parameters(plan: DatasetPlan, building: Building) -> None:
    spec = plan.spec
    match, give = matched_variables(spec), given_variables(spec)
    if not match:  # there are no records to match
        building.frame = building.frame.assign(**parameter_columns(spec.parameters, give).iloc[:0])
        return
    frame, left = derive_parameter_variables(building.frame, parameters=spec.parameters, match=match, give=give)
    told_apart = {name: severity for name, severity in plan.told_apart.items() if name in frame.columns}
    checked = check_parameter_variables(frame, parameters=spec.parameters, told_apart=told_apart)
    building.found(checked, plan.place_of("parameters"))
    building.found([check_rows(frame, parameters=spec.parameters, match=match)], plan.place_of("parameters"))
    unit = f"{spec.source.domain[:2]}STRESU"
    if unit in told_apart:
        building.found(check_units(frame, variable=unit, unit=plan.units), plan.place_of("parameters"))
    frame = frame.drop(columns=[name for name in told_apart if name not in plan.reads[spec.source.domain]])
    building.become("parameters by " + ", ".join(match), frame, len(left), "without a parameter")
    kinds = left[match].astype(object).value_counts(dropna=False)
    counts = {_listed(kind): int(count) for kind, count in zip(kinds.index.tolist(), kinds, strict=True)}
    message = "{count} records match no parameter and are left out: {kinds}"
    building.tally(Severity.WARNING, "unmapped parameter", message, plan.place_of("parameters"), counts)


def _listed(values: Sequence[Any]) -> str:
    return ", ".join("missing" if pd.isna(value) else str(value) for value in values)

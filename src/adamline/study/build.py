"""Builds one dataset: runs its plan on the data, and logs what each step did to the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from adamline.condition.to_pandas import selected
from adamline.derive._key_order import sorted_by_keys
from adamline.derive.parameter_variables import derive_parameter_variables
from adamline.derive.subject_variables import derive_subject_variables
from adamline.errors import AdamlineError, Place
from adamline.findings import Finding, Severity
from adamline.io.dataset import MISSING_SUFFIX, Dataset, Variable
from adamline.study.attributes import finished, with_kinds_of_missing
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan, dataset_variables, given, matched


@dataclass(frozen=True)
class Step:
    """What one step did: its name as the spec has it, the records before and after, and what else it says."""

    step: str
    rows_in: int
    rows_out: int
    note: str = ""


@dataclass
class Building:
    """A dataset in the making: its records so far, what is known of its variables, and the log."""

    frame: pd.DataFrame
    known: dict[str, Variable]
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def become(self, step: str, frame: pd.DataFrame, note: str = "") -> None:
        """Go on with ``frame``, and log it."""
        self.steps.append(Step(step, len(self.frame), len(frame), note))
        self.frame = frame


def build_dataset(
    plan: DatasetPlan, inputs: Mapping[str, Dataset], tables: Mapping[str, pd.DataFrame]
) -> tuple[Dataset, Building]:
    """The dataset of ``plan``, and its log.

    ``inputs`` are the datasets that the plan reads, ``tables`` the study's tables, by name. Raises the errors of the
    derivations, with the spec's line; DataError where records repeat a key.
    """
    building = _start(plan, inputs)
    _run_steps(plan, building, inputs, tables)
    spec = plan.spec
    names = dataset_variables(spec)
    try:
        # Work variables and those of the source alone are left behind before the records are moved.
        frame = sorted_by_keys(building.frame[with_kinds_of_missing(names, building.frame)], spec.keys)
    except AdamlineError as error:
        raise type(error)(
            error.what,
            place=Place(plan.place.file, plan.place.line, dataset=spec.dataset, keys=error.place.keys),
            expected=error.expected,
            hint=error.hint,
        ) from error
    building.become("sorted by " + ", ".join(spec.keys), frame)
    frame = _late_subject_variables(plan, frame, inputs)
    return finished(spec, names, frame[with_kinds_of_missing(names, frame)], building.known), building


def _start(plan: DatasetPlan, inputs: Mapping[str, Dataset]) -> Building:
    """The records of the source, with the variables of their parameters and subjects."""
    spec, source = plan.spec, inputs[plan.spec.source.domain]
    building = Building(source.frame, {v.name: v for v in source.variables})
    building.steps.append(Step(f"read {source.name}", len(source.frame), len(source.frame)))
    if spec.source.where:
        keep = selected(source.frame, spec.source.where)
        if not keep.all():
            building.become(f"where {spec.source.where}", source.frame[keep], f"{int((~keep).sum())} dropped")
    if spec.parameters:
        _add_parameters(plan, building)
    needed = {name for call in plan.steps for name in call.needs}
    for name, renamed in spec.subject.items():
        subject = inputs[name]
        early = {here: there for here, there in renamed if here in needed}
        frame = derive_subject_variables(building.frame, subject=subject.frame, new=early)
        building.known |= {here: subject[there] for here, there in renamed}
        building.become(f"subjects of {name}", frame, f"{len(building.frame) - len(frame)} without a subject")
    return building


def _late_subject_variables(plan: DatasetPlan, frame: pd.DataFrame, inputs: Mapping[str, Dataset]) -> pd.DataFrame:
    """Subject variables that no step needed: they come last, so that large data carry them through nothing."""
    for name, renamed in plan.spec.subject.items():
        late = {here: there for here, there in renamed if here not in frame.columns}
        frame = derive_subject_variables(frame, subject=inputs[name].frame, new=late)
    return frame


def _run_steps(
    plan: DatasetPlan, building: Building, inputs: Mapping[str, Dataset], tables: Mapping[str, pd.DataFrame]
) -> None:
    """Run the calls of the plan one by one, and keep the attributes of what they copy."""
    frames = {**{name: dataset.frame for name, dataset in inputs.items()}, **tables}
    for number, call in enumerate(plan.steps):
        if call.target:
            frame = _without_stale_kinds(call, call.run(building.frame, frames))
            missing = int(frame[call.target].isna().sum())
            building.become(f"{call.target}: {call.derivation.name}", frame, f"{missing} missing" if missing else "")
            _keep_attributes(call, building, inputs)
        else:
            # What only earlier steps needed is not carried into the new records: large data are copied here.
            frame = building.frame[_columns_still_needed(plan, number, building.frame)]
            frame = call.run(frame, frames)
            added = len(frame) - len(building.frame)
            building.become(f"records: {call.derivation.name}", frame, f"{added} added")


def _without_stale_kinds(call: Call, frame: pd.DataFrame) -> pd.DataFrame:
    """The kinds of missing of a variable go when it is made anew from one that has none."""
    kept = call.keeps + MISSING_SUFFIX
    stale = call.target + MISSING_SUFFIX
    has_own = bool(call.keeps) and not call.source and kept in frame.columns
    return frame if has_own or stale not in frame.columns else frame.drop(columns=stale)


def _columns_still_needed(plan: DatasetPlan, number: int, frame: pd.DataFrame) -> list[str]:
    needed = {"USUBJID", *dataset_variables(plan.spec), *(name for call in plan.steps[number:] for name in call.needs)}
    return with_kinds_of_missing([name for name in frame.columns if name in needed], frame)


def _keep_attributes(call: Call, building: Building, inputs: Mapping[str, Dataset]) -> None:
    """A copied variable has the attributes of what it is copied from; any other has none but its spec's."""
    source = {v.name: v for v in inputs[call.source].variables} if call.source else building.known
    kept = source.get(call.keeps)
    if kept:
        building.known[call.target] = kept
    else:
        building.known.pop(call.target, None)


def _add_parameters(plan: DatasetPlan, building: Building) -> None:
    spec = plan.spec
    columns = list(dict.fromkeys(name for row in spec.parameters for name in row))
    match, give = [c for c in columns if matched(c)], [c for c in columns if given(c)]
    frame, left = derive_parameter_variables(building.frame, parameters=spec.parameters, match=match, give=give)
    building.become("parameters by " + ", ".join(match), frame, f"{len(left)} without a parameter")
    if len(left):
        kinds = left[match].astype(object).drop_duplicates().to_numpy().tolist()
        shown = "; ".join(", ".join(map(str, kind)) for kind in kinds[:10])
        message = f"{len(left)} records match no parameter and are left out: {shown}"
        place = Place(plan.place.file, plan.place.line, dataset=spec.dataset)
        building.findings.append(Finding(Severity.WARNING, "unmapped parameter", message, place))

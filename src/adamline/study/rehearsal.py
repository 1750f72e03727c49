"""Rehearses a study: its steps are run on no records, which shows what they make, and what cannot be run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache

import numpy as np
import pandas as pd

from adamline.condition.kinds import ValueKind
from adamline.derive.missing import derive_missing
from adamline.errors import AdamlineError
from adamline.findings import Tally
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.io.xpt_layout import XptVersion
from adamline.io.xpt_limits import check_variable, encode_label, parse_format
from adamline.spec.dataset import Attributes, DatasetSpec, dataset_variables, subject_variables
from adamline.study.build import build_dataset
from adamline.study.call import Call
from adamline.study.inputs import Input
from adamline.study.kinds import KIND_OF_VALUE, kind_by_name, known_kind
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study

_KINDS = {
    ValueKind.TEXT: Kind.TEXT,
    ValueKind.NUMBER: Kind.NUMBER,
    ValueKind.DATE: Kind.DATE,
    ValueKind.TIME: Kind.TIME,
}
_XPT = "xpt"


@dataclass(frozen=True)
class Rehearsal:
    """Each dataset of a study, by name, without records, and what of the specs could not be run on none."""

    made: Mapping[str, Dataset]
    faults: tuple[AdamlineError, ...]


def rehearse(study: Study, inputs: Mapping[str, Input] | None = None, only: Collection[str] | None = None) -> Rehearsal:
    """Run the steps of a study, or of some of its datasets, on no records.

    What fails without data is a fault of specs or tables, so every such fault is found at once, each with its line:
    arguments that do not go together, tables without the columns or with overlapping rows, variables of another type
    than a step takes, attributes that a file cannot have. A step that fails is left out, and the next see its variable
    as of no type that is known.

    Of ``inputs`` the labels, kinds and lengths of copied variables are taken; of what is not among them a kind is that
    of SDTMIG, or what the name says. Programs of the study are not run: their variables have the type of their entry.
    """
    plans = {plan.spec.dataset: plan for plan in study.datasets}
    made: dict[str, Dataset] = {}
    faults: list[AdamlineError] = []
    for plan in (plan for plan in study.datasets if only is None or plan.spec.dataset in only):
        given = {
            name: _with_all(made[name], variables)
            if name in made
            else _without_records(plans, name, variables, inputs or {})
            for name, variables in plan.reads.items()
        }
        tables = {name: study.tables[name] for name in plan.tables if name in study.tables}
        dataset, found = _made(plans, plan, given, tables)
        faults += found
        if dataset is not None:
            faults += _misnamed(plan, dataset)
            faults += _unwritable(plan, dataset, study.spec.adam_encoding) if _XPT in study.spec.adam_files else []
        made[plan.spec.dataset] = dataset or _unmade(plans, plan)
    return Rehearsal(made, tuple({str(fault): fault for fault in faults}.values()))


@dataclass(frozen=True)
class _Tried(Call):
    """A call whose faults are kept instead of raised; what it should make is then there without a value."""

    kind: Kind | None = None
    faults: list[AdamlineError] = field(default_factory=list)

    def run(self, frame: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """The frame after the call, or after nothing where it cannot be made."""
        try:
            if not self.derivation.is_program and (self.table is None or self.table in frames):
                made = super().run(frame, frames)
                self.check_arguments()
                return self._typed(frame, made)
        except AdamlineError as error:
            self.faults.append(error)
        return frame.assign(**{self.target: _nothing(self.kind)}) if self.target else frame.copy()

    def _typed(self, frame: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
        """What is copied of a variable whose type is not known has the type that its entry says."""
        is_open = self.keeps in frame.columns and frame[self.keeps].dtype == object
        return made.assign(**{self.target: _nothing(self.kind)}) if self.target and is_open else made

    def tallies(self, frame: pd.DataFrame, made: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> list[Tally]:
        """Nothing: there are no records to speak of."""
        return []


def _made(
    plans: Mapping[str, DatasetPlan],
    plan: DatasetPlan,
    given: Mapping[str, Dataset],
    tables: Mapping[str, pd.DataFrame],
) -> tuple[Dataset | None, list[AdamlineError]]:
    """The dataset without records, None where there is nothing to start from; the faults of steps and attributes."""
    faults: list[AdamlineError] = []
    tried = tuple(_tried(plans, plan, call, faults) for call in plan.steps)
    loaded = replace(plan, steps=tried, spec=_without_faults(plan))
    while True:
        try:
            return build_dataset(loaded, given, tables)[0], faults
        except AdamlineError as error:
            faults.append(error)
            without = _without_attributes(loaded, error.place.variable)
            if without is None:  # what the steps start from has a fault
                return None, faults
            loaded = without


def _tried(plans: Mapping[str, DatasetPlan], plan: DatasetPlan, call: Call, faults: list[AdamlineError]) -> _Tried:
    kind = _kind(plans, plan.spec.dataset, call.target) if call.target else None
    return _Tried(**{each.name: getattr(call, each.name) for each in fields(call)}, kind=kind, faults=faults)


def _without_faults(plan: DatasetPlan) -> DatasetSpec:
    """The spec without entries that could not be bound, and without keys that nothing makes: that is said already."""
    made = {call.target for call in plan.steps}
    variables = {name: entry for name, entry in plan.spec.variables.items() if name in made}
    there = {*variables, *subject_variables(plan.spec)}
    keys = tuple(key for key in plan.spec.keys if key in there)
    return plan.spec.model_copy(update={"variables": variables, "keys": keys})


def _without_attributes(plan: DatasetPlan, name: str) -> DatasetPlan | None:
    """The plan whose entry of a variable says nothing of its type; None where it says nothing already."""
    entry = plan.spec.variables.get(name)
    bare = Attributes(label=entry.attributes.label) if entry else None
    if entry is None or entry.attributes == bare:
        return None
    entries = {**plan.spec.variables, name: entry.model_copy(update={"attributes": bare})}
    return replace(plan, spec=plan.spec.model_copy(update={"variables": entries}))


def _unmade(plans: Mapping[str, DatasetPlan], plan: DatasetPlan) -> Dataset:
    """The dataset as far as the spec alone tells."""
    kinds = {name: _kind(plans, plan.spec.dataset, name) for name in dataset_variables(plan.spec)}
    frame = pd.DataFrame({name: _nothing(kind) for name, kind in kinds.items()})
    return Dataset(plan.spec.dataset, frame, tuple(Variable(name, kind or Kind.TEXT) for name, kind in kinds.items()))


def _misnamed(plan: DatasetPlan, made: Dataset) -> list[AdamlineError]:
    """Variables of another type than ADaM gives to one of their name."""
    names = [variable.name for variable in made.variables]
    taken = subject_variables(plan.spec)  # their own dataset has them so
    faults = []
    for variable in (variable for variable in made.variables if variable.name not in taken):
        kind = kind_by_name(variable.name, names)
        is_known = made.frame[variable.name].dtype != object
        if kind is not None and is_known and kind is not KIND_OF_VALUE[variable.kind]:
            faults.append(
                AdamlineError(
                    f"{variable.name} is {KIND_OF_VALUE[variable.kind]}.",
                    place=plan.place_of_variable(variable.name),
                    expected=f"{kind}, as ADaM has a variable of this name",
                    hint="`type: number`, or another name" if kind is ValueKind.NUMBER else "another name",
                )
            )
    return faults


def _unwritable(plan: DatasetPlan, made: Dataset, encoding: str) -> list[AdamlineError]:
    """What a transport file cannot hold of the attributes of a dataset."""
    return list(_refused(plan, made.variables, encoding))


def _refused(plan: DatasetPlan, variables: Iterable[Variable], encoding: str) -> Iterator[AdamlineError]:
    for variable in variables:
        place = plan.place_of_variable(variable.name)
        try:
            check_variable(variable, XptVersion.V5, place)
            parse_format(variable, XptVersion.V5, place)
            encode_label(variable, encoding, XptVersion.V5, place)
        except AdamlineError as error:
            yield error


def _with_all(dataset: Dataset, variables: Iterable[str]) -> Dataset:
    """The dataset with variables that are read of it and that it does not have: that is said already."""
    lacking = [name for name in variables if name not in dataset.frame.columns]
    frame = dataset.frame.assign(**{name: _nothing(None) for name in lacking})
    return replace(dataset, frame=frame, variables=(*dataset.variables, *(Variable(n, Kind.TEXT) for n in lacking)))


def _without_records(
    plans: Mapping[str, DatasetPlan], name: str, variables: Iterable[str], inputs: Mapping[str, Input]
) -> Dataset:
    """A dataset that is read, with no records."""
    known = _known(inputs[name]) if name in inputs else {}
    kinds = {variable: _kind(plans, name, variable) for variable in variables if variable not in known}
    frame = pd.DataFrame(
        {variable: _nothing(known[variable].kind if variable in known else kinds[variable]) for variable in variables}
    )
    attributes = (known.get(variable) or Variable(variable, kinds[variable] or Kind.TEXT) for variable in variables)
    return Dataset(name, frame, tuple(attributes))


def _known(given: Input) -> dict[str, Variable]:
    """The variables of the files of a dataset, and of its SUPP--."""
    read = [part.read(rows=np.arange(0)) for part in given.parts]
    return {variable.name: variable for dataset in reversed(read) for variable in dataset.variables}


def _kind(plans: Mapping[str, DatasetPlan], name: str, variable: str) -> Kind | None:
    kind = known_kind(plans, name, variable)
    is_datetime = kind is ValueKind.DATE and variable.endswith("DTM")
    return Kind.DATETIME if is_datetime else _KINDS[kind] if kind else None


@cache
def _nothing(kind: Kind | None) -> pd.Series:
    """A column without records; of objects, which may be anything, where its kind is not known."""
    if kind is None:
        return pd.Series([], dtype=object)
    return derive_missing(pd.DataFrame(index=range(0)), variable="X", kind=kind.value)["X"]

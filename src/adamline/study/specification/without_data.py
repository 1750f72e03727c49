"""The attributes of a study's variables, told by a run on no records, so that they are those of any run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from adamline.condition.kinds import ValueKind
from adamline.derive.missing import derive_missing
from adamline.io.dataset import Dataset, Kind, Variable
from adamline.study.build import build_dataset
from adamline.study.call import Call
from adamline.study.functions import find_derivation
from adamline.study.inputs import Input
from adamline.study.kinds import known_kind
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study

_KINDS = {
    ValueKind.TEXT: Kind.TEXT,
    ValueKind.NUMBER: Kind.NUMBER,
    ValueKind.DATE: Kind.DATE,
    ValueKind.TIME: Kind.TIME,
}


def variables_without_data(study: Study, inputs: Mapping[str, Input] | None = None) -> dict[str, Dataset]:
    """Each dataset of the study, by name, with the attributes that a run gives its variables, and no records.

    Of ``inputs`` the labels, kinds and lengths of copied variables are taken; of what is not among them a kind is that
    of SDTMIG, or what the name says. A program that was only read makes no variable: its type is that of its entry.
    """
    plans = {plan.spec.dataset: plan for plan in study.datasets}
    made: dict[str, Dataset] = {}
    for plan in study.datasets:
        given = {
            name: made[name] if name in made else _without_records(plans, name, variables, inputs or {})
            for name, variables in plan.reads.items()
        }
        loaded = replace(plan, steps=tuple(_stand_in(plans, plan, call) for call in plan.steps if _is_run(call)))
        made[plan.spec.dataset] = build_dataset(loaded, given, {name: study.tables[name] for name in plan.tables})[0]
    return made


def _is_run(call: Call) -> bool:
    return bool(call.target) or call.derivation.code is None


def _stand_in(plans: Mapping[str, DatasetPlan], plan: DatasetPlan, call: Call) -> Call:
    """The call, or where its program was only read one that makes a variable of the same type."""
    if call.derivation.code is None:
        return call
    kind = known_kind(plans, plan.spec.dataset, call.target)
    missing = find_derivation("missing", "derive", plan.file.path.parent)
    return replace(
        call, derivation=missing, arguments={"variable": call.target, "kind": str(_KINDS[kind] if kind else Kind.TEXT)}
    )


def _without_records(
    plans: Mapping[str, DatasetPlan], name: str, variables: Iterable[str], inputs: Mapping[str, Input]
) -> Dataset:
    """A dataset that is read, with no records."""
    known = _known(inputs[name]) if name in inputs else {}
    attributes = [known.get(variable) or Variable(variable, _kind(plans, name, variable)) for variable in variables]
    frame = pd.DataFrame({variable.name: _nothing(variable) for variable in attributes})
    return Dataset(name, frame, tuple(attributes))


def _known(given: Input) -> dict[str, Variable]:
    """The variables of the files of a dataset, and of its SUPP--."""
    read = [part.read(rows=np.arange(0)) for part in given.parts]
    return {variable.name: variable for dataset in reversed(read) for variable in dataset.variables}


def _kind(plans: Mapping[str, DatasetPlan], name: str, variable: str) -> Kind:
    kind = known_kind(plans, name, variable)
    is_datetime = kind is ValueKind.DATE and variable.endswith("DTM")
    return Kind.DATETIME if is_datetime else _KINDS[kind] if kind else Kind.TEXT


def _nothing(variable: Variable) -> pd.Series:
    return derive_missing(pd.DataFrame(index=range(0)), variable="X", kind=variable.kind.value)["X"]

"""Kinds of variables that are known without data: by the spec, by SDTMIG, by the names of ADaMIG."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from adamline.condition.kinds import ValueKind
from adamline.contract import Role
from adamline.io.dataset import Kind
from adamline.spec.dataset import is_given
from adamline.standards.sdtm_variables import sdtm_type
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan

# Kinds of the variables of datasets whose files are at hand, by the dataset's name.
Kinds = Mapping[str, Mapping[str, Kind]]
KIND_OF_VALUE = {
    Kind.TEXT: ValueKind.TEXT,
    Kind.NUMBER: ValueKind.NUMBER,
    Kind.DATE: ValueKind.DATE,
    Kind.DATETIME: ValueKind.DATE,
    Kind.TIME: ValueKind.TIME,
}
# ADaMIG 1.3, 3.1.2 and 3.3.4: variables whose kind their name says.
_NAMES = {
    "AVAL": ValueKind.NUMBER,
    "BASE": ValueKind.NUMBER,
    "CHG": ValueKind.NUMBER,
    "PCHG": ValueKind.NUMBER,
    "AVALC": ValueKind.TEXT,
    "BASEC": ValueKind.TEXT,
}
_ENDS = ((r"\w+FL", ValueKind.TEXT), (r"(A|AST|AEN|TR\w*[SE])DTM?", ValueKind.DATE), (r"ADY|AVISITN", ValueKind.NUMBER))


def known_kind(
    plans: Mapping[str, DatasetPlan], dataset: str, variable: str, given: Kinds | None = None
) -> ValueKind | None:
    """The kind of a variable of a dataset that the study makes or reads; None where only the data can tell.

    ``given`` are the kinds of what is at hand of datasets that the study is supplied with.
    """
    seen: set[tuple[str, str]] = set()
    # A variable that is taken as it is has the kind of where it is taken from; a study with faults may go in a circle.
    while dataset in plans and (dataset, variable) not in seen:
        seen.add((dataset, variable))
        found = _of_plan(plans[dataset], variable)
        if not isinstance(found, tuple):
            return found
        dataset, variable = found
    if given and variable in given.get(dataset, {}):
        return KIND_OF_VALUE[given[dataset][variable]]
    of_sdtm = sdtm_type(dataset, variable)
    return KIND_OF_VALUE[Kind(of_sdtm)] if of_sdtm else None


def _of_plan(plan: DatasetPlan, variable: str) -> ValueKind | tuple[str, str] | None:
    """The kind by the spec of a dataset, or the dataset and variable that it is taken from."""
    spec = plan.spec
    for subject, renamed in spec.subject.items():
        for new, old in renamed:
            if new == variable:
                return subject, old
    if is_given(variable) and any(variable in row for row in spec.parameters):
        return ValueKind.NUMBER if variable.endswith("N") else ValueKind.TEXT
    entry = spec.entries.get(variable)
    if entry is None:
        return spec.source.domain, variable
    if entry.attributes.type is not None:
        return KIND_OF_VALUE[entry.attributes.type]
    call = next((call for call in plan.steps if call.target == variable), None)
    if call is None or not call.keeps:
        return _kind_made(call) if call else None
    return (spec.source.domain if call.keeps == variable else spec.dataset), call.keeps


def _kind_made(call: Call) -> ValueKind | None:
    """What the derivation makes where the entry gives no type."""
    for parameter in call.derivation.contract.parameters:
        if parameter.role is Role.KIND:
            made = call.arguments.get(parameter.name, parameter.default)
            return KIND_OF_VALUE[Kind(made)] if made in tuple(Kind) else None
    return kind_by_name(call.target)


def kind_by_name(name: str, names: Collection[str] = ()) -> ValueKind | None:
    """The kind that ADaM gives to a variable of this name, where it gives one.

    A name with an N behind one of ``names`` is the number of its text (ADaMIG 3.1.3).
    """
    by_end = (kind for pattern, kind in _ENDS if re.fullmatch(pattern, name))
    is_number = name.endswith("N") and name[:-1] in names
    return _NAMES.get(name) or next(by_end, ValueKind.NUMBER if is_number else None)

"""What each step of a plan does, in sentences: the variables it makes, the records it adds and what they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adamline.contract import Role
from adamline.spec.dataset import PARAMCD, dataset_variables, given_variables, subject_variables
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan

USUBJID = "USUBJID"
_OF_PARAMETERS = (Role.PARAMETER_TEXT, Role.PARAMETER_WHERE)
# Arguments that name variables which added records have from the records they are made of.
_CARRIED = ("by", "latest", "copied", "common")


@dataclass(frozen=True)
class Added:
    """The variables of the records that a step adds, by where their values come from.

    ``carried`` are those of the records that they are made of, ``given`` are as the sentence says, ``set_`` constants;
    ``of_parameter`` and ``of_subject`` are looked up; ``missing`` were made before, or are copies from the source, and
    have no value here; ``later`` are derived after the step, for these records as for all others.
    """

    carried: tuple[str, ...]
    given: tuple[str, ...]
    set_: tuple[str, ...]
    of_parameter: tuple[str, ...]
    of_subject: tuple[str, ...]
    missing: tuple[str, ...]
    later: tuple[str, ...]


def sentence_of(plan: DatasetPlan, call: Call) -> str:
    """The define sentences of a call; what each parameter has for itself is named by its column of `parameters`."""
    written = _written(plan, call)
    arguments = dict(call.arguments)
    for parameter in call.derivation.contract.parameters:
        column = written.get(parameter.spec_name)
        if parameter.role in _OF_PARAMETERS and isinstance(column, str):
            arguments[parameter.name] = f"column `{column}` of the parameters"
    sentence = call.derivation.contract.sentence(arguments)
    return sentence if sentence.endswith(".") else f"{sentence}."


def _written(plan: DatasetPlan, call: Call) -> Mapping[str, Any]:
    """The arguments of a call as the spec writes them."""
    if call.target:
        return plan.spec.entries[call.target].arguments
    number = [step for step in plan.steps if not step.target].index(call)
    return plan.spec.records[number].arguments


def origin_of(plan: DatasetPlan, variable: str) -> str:
    """Where a variable of the dataset comes from: another dataset's variable that it is the copy of, or `Derived`."""
    for subject, renamed in plan.spec.subject.items():
        for here, there in renamed:
            if here == variable:
                return f"{subject}.{there}"
    if variable in given_variables(plan.spec):
        return "Parameters"
    call = next(call for call in plan.steps if call.target == variable)
    return f"{plan.spec.source.domain}.{variable}" if call.only_places else "Derived"


def values_of(plan: DatasetPlan, variable: str) -> str:
    """The values that a variable can have, as far as the spec lists them: here, in the parameters or in a table."""
    if variable in given_variables(plan.spec):
        return "see Parameters"
    call = next((call for call in plan.steps if call.target == variable), None)
    if call is None:
        return ""
    roles = {parameter.role: parameter.name for parameter in call.derivation.contract.parameters}
    cases = call.arguments[roles[Role.CASES]] if Role.CASES in roles else ()
    if cases and not any(case.from_ for case in cases):
        values = [case.value for case in cases]
        return ", ".join(dict.fromkeys(value for value in values if value))
    is_column = roles.get(Role.TABLE) == "table"
    return f"see {call.table}" if is_column else ""


def segments(plan: DatasetPlan) -> Iterator[tuple[list[Call], Call | None]]:
    """The calls that make variables, up to each that adds records, and that one; the last calls with None."""
    made: list[Call] = []
    for call in plan.steps:
        if call.target:
            made.append(call)
        else:
            yield made, call
            made = []
    yield made, None


def added_by(plan: DatasetPlan, step: Call) -> Added:
    """What the records that a step adds have; of the variables of the dataset and its work variables."""
    spec, placing = plan.spec, step.placing
    known = list(dict.fromkeys([*dataset_variables(spec), *spec.entries]))
    set_ = tuple(step.arguments.get("set_") or ())
    of_subject = {name for name in subject_variables(spec) if name != USUBJID}
    of_parameter = {name for name in given_variables(spec) if name != PARAMCD}
    copied = {USUBJID, PARAMCD, *(placing.copies or ())} if copies_records(step) else set()
    own = [name for argument in _CARRIED for name in _names(step, argument)]
    carried = list(dict.fromkeys([*(name for name in known if name in copied), *own]))
    gives = [name for name in step.derivation.contract.gives(step.arguments) if name in known]
    given = [name for name in gives if name not in (*set_, *carried)]
    there = {*carried, *given, *set_, *of_subject, *of_parameter}
    of_source = {call.target for call in plan.steps if call.only_places and not copies_records(step)}
    at = plan.steps.index(step)
    later = {call.target for call in plan.steps[at:]}
    before = {call.target for call in plan.steps[:at] if call.target} - later
    missing = (placing.missing | before | of_source) - there
    return Added(
        tuple(name for name in carried if name not in set_),
        tuple(given),
        set_,
        tuple(name for name in known if name in of_parameter and name not in set_),
        tuple(name for name in known if name in of_subject),
        tuple(name for name in known if name in missing),
        tuple(name for name in spec.entries if name not in there | missing),
    )


def copies_records(step: Call) -> bool:
    """Whether the records that a step adds are copies, which have all variables of the source too."""
    return step.derivation.contract.copies


def _names(step: Call, argument: str) -> tuple[str, ...]:
    parameter = next((p for p in step.derivation.contract.parameters if p.name == argument), None)
    return tuple(step.arguments.get(argument, parameter.default)) if parameter else ()

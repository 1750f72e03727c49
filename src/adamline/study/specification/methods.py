"""What each step of a plan does, in sentences: the variables it makes, the records it adds and what they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adamline.contract import Role
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan, dataset_variables, given_variables, subject_variables

PARAMCD = "PARAMCD"
_OF_PARAMETERS = (Role.PARAMETER_TEXT, Role.PARAMETER_WHERE)
# Arguments that name variables which added records have from the records they are made of.
_CARRIED = ("by", "latest", "copied", "common")
# Variables that a derivation gives its added records, beside those that its arguments name.
GIVEN = {
    "average": ("AVAL",),
    "basetype_records": (),
    "carried_forward": ("AVISIT", "AVISITN"),
    "composite": ("PARAMCD", "AVAL"),
    "copied_records": (),
    "differential": ("PARAMCD", "AVAL"),
    "expected_records": ("PARAMCD", "AVISIT", "AVISITN"),
    "response.bilag": ("PARAMCD", "AVAL", "AVALC"),
    "response.nri": ("PARAMCD", "AVISIT", "AVISITN", "AVAL", "AVALC", "DTYPE"),
    "response.pga": ("PARAMCD", "AVAL", "AVALC"),
    "response.sledai": ("PARAMCD", "AVAL"),
    "response.sledai_reduction": ("PARAMCD", "AVAL", "AVALC"),
    "response.sri": ("PARAMCD", "AVAL", "AVALC"),
}


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
    if Role.CASES in roles and not call.arguments.get("otherwise_from"):
        values = [case.value for case in call.arguments[roles[Role.CASES]]]
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
    at = plan.steps.index(step)
    before = [call.target for call in plan.steps[:at] if call.target]
    copied = [call.target for call in plan.steps[at:] if call.only_places and not carries_all(step)]
    later = [call.target for call in plan.steps[at:] if call.target and call.target not in copied]
    set_ = tuple(step.arguments.get("set_") or ())
    of_subject = {name for name in subject_variables(plan.spec) if name != "USUBJID"}
    of_parameter = {name for name in given_variables(plan.spec) if name != PARAMCD}
    carried = [name for name in carried_by(step, before) if name not in set_]
    given = [name for name in given_by(step) if name not in (*set_, *carried)]
    there = {*carried, *given, *set_, *of_subject, *of_parameter}
    known = list(dict.fromkeys([*dataset_variables(plan.spec), *plan.spec.entries]))
    return Added(
        tuple(carried),
        tuple(given),
        set_,
        tuple(name for name in known if name in of_parameter and name not in set_),
        tuple(name for name in known if name in of_subject),
        tuple(name for name in known if name in (*before, *copied) and name not in there),
        tuple(name for name in later if name not in {*of_subject, *of_parameter}),
    )


def carries_all(step: Call) -> bool:
    """Whether added records have all variables of those that they are copies of, also what is of the source alone."""
    copies = step.derivation.contract.copies and step.copies is None
    return copies or step.derivation.name == "basetype_records"


def carried_by(step: Call, before: list[str]) -> list[str]:
    """The variables that added records have from those they are made of; ``before`` are made when the step runs."""
    if carries_all(step):
        return list(before)
    if step.derivation.contract.copies:
        return list(dict.fromkeys(["USUBJID", *(step.copies or ()), *step.needs]))
    return list(dict.fromkeys(name for argument in _CARRIED for name in _names(step, argument)))


def _names(step: Call, argument: str) -> tuple[str, ...]:
    parameter = next((p for p in step.derivation.contract.parameters if p.name == argument), None)
    return tuple(step.arguments.get(argument, parameter.default)) if parameter else ()


def given_by(step: Call) -> tuple[str, ...]:
    """The variables that a step gives its added records by its own rule."""
    reason = next((p for p in step.derivation.contract.parameters if p.name == "reason"), None)
    own = GIVEN.get(step.derivation.name, ())
    return (*own, str(step.arguments.get("reason", reason.default))) if reason else own

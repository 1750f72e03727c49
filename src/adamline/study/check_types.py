"""Finds conditions of a study that compare a variable with a value of another kind, before there are data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from adamline.condition.kinds import ValueKind, mismatches
from adamline.condition.parse import parse_condition
from adamline.contract import Role
from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.study.call import Call
from adamline.study.kinds import Kinds, known_kind
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study

KindOf = Callable[[str], ValueKind | None]


def check_types(study: Study, given: Kinds | None = None) -> list[Finding]:
    """An ERROR for each comparison that a run would refuse, where both kinds are known from spec and standard.

    ``given`` are the kinds of the variables of supplied datasets, where their files are at hand.
    """
    plans = {plan.spec.dataset: plan for plan in study.datasets}
    found = []
    for text, kind_of, place in _conditions(study, plans, given or {}):
        for error in mismatches(parse_condition(text), kind_of):
            message = f"{error.what} Expected: {error.expected}."
            found.append(Finding(Severity.ERROR, "types of a condition", message, place))
    return list(dict.fromkeys(found))


def _conditions(study: Study, plans: Mapping[str, DatasetPlan], given: Kinds) -> Iterator[tuple[str, KindOf, Place]]:
    """Every condition of the study: its text, what is known of its variables, its place."""

    def kinds(dataset: str, but: str = "") -> KindOf:
        # ``but`` is the variable that is made, whose name means the source's here.
        return lambda variable: None if variable == but else known_kind(plans, dataset, variable, given)

    for plan in plans.values():
        source = plan.spec.source
        if source.where:
            yield source.where, kinds(source.domain), plan.place_of("source", "where")
        for call in plan.steps:
            own = kinds(plan.spec.dataset, but=call.target)
            for text, other in _of_call(call):
                yield text, kinds(other) if other else own, call.place
    for output in study.outputs:
        for dataset, where, place in output.conditions:
            yield where, kinds(dataset), place


def _of_call(call: Call) -> Iterator[tuple[str, str | None]]:
    """The texts of a call's conditions, each with the other dataset that it is on, if any."""
    for parameter in call.derivation.contract.parameters:
        value = call.arguments.get(parameter.name)
        if parameter.role is Role.WHERE and value:
            yield value, None
        if parameter.role is Role.SOURCE_WHERE and value and call.source:
            yield value, call.source
        if parameter.role is Role.DATED_SOURCES and value:
            yield from ((row.where, str(row.source)) for row in value if row.where)
        if parameter.role is Role.CASES and value:
            yield from ((case.when, None) for case in value if case.when)
        if parameter.role is Role.PARAMETER_WHERE and value:
            yield from ((text, None) for text in value.values())

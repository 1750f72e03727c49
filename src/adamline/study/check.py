"""Checks a study without data: what its specs leave open, and where SAS would select other records."""

from __future__ import annotations

from adamline.condition.parse import parse_condition
from adamline.condition.sas_differences import sas_differences
from adamline.contract import Role
from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study

# Variables that SDTM and ADaM never leave missing.
_NEVER_MISSING = frozenset({"STUDYID", "DOMAIN", "USUBJID", "PARAM", "PARAMCD", "ITTFL", "SAFFL"})


def check_study(study: Study) -> list[Finding]:
    """Findings on the conditions of a study that could be opened, which is free of faults otherwise."""
    return [finding for plan in study.datasets for finding in _conditions(plan)]


def _conditions(plan: DatasetPlan) -> list[Finding]:
    return [
        Finding(Severity.WARNING, "differs in SAS", sentence, place)
        for text, place in _written(plan)
        for sentence in sas_differences(parse_condition(text), _may_be_missing)
    ]


def _written(plan: DatasetPlan) -> list[tuple[str, Place]]:
    """Every condition of a dataset's spec with its place."""
    found = [(plan.spec.source.where, plan.place)] if plan.spec.source.where else []
    for call in plan.steps:
        for parameter in call.derivation.contract.parameters:
            value = call.arguments.get(parameter.name)
            if parameter.role in (Role.WHERE, Role.SOURCE_WHERE) and value:
                found.append((value, call.place))
            if parameter.role is Role.CASES and value:
                found += [(case.when, call.place) for case in value if case.when]
    return found


def _may_be_missing(variable: str) -> bool:
    return variable not in _NEVER_MISSING and not variable.endswith(("TESTCD", "SEQ", "VISITNUM"))

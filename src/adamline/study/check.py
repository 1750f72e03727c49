"""Checks a study without data: what its specs leave open, and where SAS would select other records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from adamline.condition.parse import parse_condition
from adamline.condition.sas_differences import sas_differences
from adamline.condition.tree import Condition, IsMissing, variables_of
from adamline.contract import Case, Role
from adamline.errors import AdamlineError, Place
from adamline.findings import Finding, Severity
from adamline.study.check_levels import check_levels
from adamline.study.check_parameters import check_parameters
from adamline.study.check_queries import check_queries
from adamline.study.check_types import check_types
from adamline.study.check_variables import check_variables
from adamline.study.kinds import Kinds
from adamline.study.parameter_rows import idle_columns
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study

# Variables that SDTM and ADaM never leave missing.
_NEVER_MISSING = frozenset({"STUDYID", "DOMAIN", "USUBJID", "PARAM", "PARAMCD", "ITTFL", "SAFFL"})


def check_study(study: Study, given: Kinds | None = None) -> list[Finding]:
    """What can be said of a study without its records, as far as it could be planned: worst first.

    Conditions that compare different kinds, attributes of parameters that outputs show and nobody gives, variables that
    SDTMIG does not have, supplied datasets, work variables and columns of parameters that nothing reads, arguments that
    do not fit one another, tables of queries, conditions by which SAS selects other records. ``given`` are the kinds of
    the variables of supplied datasets, where their files are at hand.
    """
    found = [*check_types(study, given), *check_parameters(study), *check_variables(study), *check_levels(study)]
    found += [*check_queries(study), *_unread(study)]
    found += [
        finding for plan in study.datasets for finding in (*_conditions(plan), *_arguments(plan), *_idle_work(plan))
    ]
    found += _idle_columns(study)
    return sorted(found, key=lambda finding: -finding.severity)


def _unread(study: Study) -> list[Finding]:
    """A WARNING for each dataset that is listed as supplied, and that no dataset or output reads."""
    return [
        Finding(Severity.WARNING, "supplied and not read", f"{name} is supplied, and nothing reads it.", place)
        for name, place in study.supplied.items()
        if name not in study.reads_supplied
    ]


def _arguments(plan: DatasetPlan) -> list[Finding]:
    """What derivations say of their arguments alone, as of a unit that the criteria of a grade do not have."""
    found = []
    for call in plan.calls:
        with suppress(AdamlineError):  # what a step refuses, its rehearsal says
            found += [finding for tally in call.check_arguments() if (finding := tally.finding())]
    return found


def _idle_work(plan: DatasetPlan) -> list[Finding]:
    """A WARNING for each work variable that no step reads: it is in no dataset, and makes nothing."""
    read = {name for call in plan.steps for name in call.needs if name != call.target}
    read |= {name for entry in plan.spec.records for name in (*entry.derived, *(entry.copies or ()))}
    message = "{} is a work variable, and nothing reads it."
    return [
        Finding(Severity.WARNING, "work not read", message.format(name), plan.place_of_variable(name))
        for name in plan.spec.work
        if name not in read
    ]


def _idle_columns(study: Study) -> list[Finding]:
    """A WARNING for each column of parameters that no step names and no output shows."""
    shown = {attribute for output in study.outputs for attribute in output.options.shown_attributes}
    message = "{} is a column of `parameters`, and no step and no output uses it."
    return [
        Finding(Severity.WARNING, "column not used", message.format(name), plan.place_of("parameters", number))
        for plan in study.datasets
        for name, number, meant in idle_columns(plan.spec, plan.calls)
        if name not in shown and not meant  # which is a fault
    ]


def _conditions(plan: DatasetPlan) -> list[Finding]:
    return [
        Finding(Severity.WARNING, "differs in SAS", sentence, place)
        for condition, place, guarded in _written(plan)
        for sentence in sas_differences(condition, partial(_may_be_missing, guarded))
    ]


def _written(plan: DatasetPlan) -> Iterator[tuple[Condition, Place, frozenset[str]]]:
    """Every condition of a dataset's spec, its place, and the variables that cannot be missing where it is asked."""
    if plan.spec.source.where:
        yield parse_condition(plan.spec.source.where), plan.place_of("source", "where"), frozenset()
    for call in plan.calls:
        for parameter in call.derivation.contract.parameters:
            value = call.arguments.get(parameter.name)
            if parameter.role in (Role.WHERE, Role.SOURCE_WHERE, Role.PARAMETER_VALUES_WHERE) and value:
                yield parse_condition(value), call.place, frozenset()
            if parameter.role is Role.DATED_SOURCES and value:
                yield from ((parse_condition(row.where), call.place, frozenset()) for row in value if row.where)
            if parameter.role is Role.CASES and value:
                yield from ((condition, call.place, guarded) for condition, guarded in _cases(value))


def _cases(cases: Sequence[Case]) -> Iterator[tuple[Condition, frozenset[str]]]:
    """Each row's condition; below a row `X is missing`, X is not."""
    guarded: frozenset[str] = frozenset()
    for case in cases:
        if case.when:
            condition = parse_condition(case.when)
            yield condition, guarded
            if isinstance(condition, IsMissing):
                guarded |= set(variables_of(condition))


def _may_be_missing(guarded: frozenset[str], variable: str) -> bool:
    return variable not in _NEVER_MISSING | guarded and not variable.endswith(("TESTCD", "SEQ"))

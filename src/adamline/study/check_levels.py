"""Finds values that a table lists for a variable and that nothing in the specs can make, before there are data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adamline.analyses.rows import By
from adamline.analyses.table_options import Options, placed_datasets
from adamline.contract import Case, Role
from adamline.errors import nearest
from adamline.findings import Finding, Severity
from adamline.io.yaml_text import Route
from adamline.study.call import Call
from adamline.study.outputs import OutputPlan
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study

PARAMCD = "PARAMCD"


def check_levels(study: Study) -> list[Finding]:
    """A WARNING for each value that rows or columns of a table list, or name as baseline, and the variable cannot have.

    Known are the values of variables whose rows stand in the spec: of `case_when`, `constant`, and of the study's
    tables, also where the subject or a copy gives them. PARAMCD is looked at elsewhere.
    """
    plans = {plan.spec.dataset: plan for plan in study.datasets}
    return [finding for output in study.outputs for finding in _of_output(study, plans, output)]


def _of_output(study: Study, plans: Mapping[str, DatasetPlan], output: OutputPlan) -> Iterator[Finding]:
    for route, dataset, variable, values in _listed(output):
        known = _values_of(study, plans, dataset, variable) if variable != PARAMCD else None
        for value in values:
            if known and value not in known:
                says = f"{output.name} {'names' if route[-1] == 'baseline' else 'lists'} {value}"
                message = f"{says}, which {variable} of {dataset} cannot be: {nearest(value, known)}"
                yield Finding(Severity.WARNING, "unknown value", message, output.file.place(route))


def _listed(output: OutputPlan) -> Iterator[tuple[Route, str, str, tuple[str, ...]]]:
    """Where an output lists values of a variable: the place, the dataset, the variable, the values."""
    options = output.options
    if not isinstance(options, Options):
        return
    records = options.records or options.population
    if records is None:
        return
    columns = options.columns
    if columns is not None:
        of_one = tuple(name for name in columns.order if name not in columns.pooled and name != columns.total)
        yield ("columns", "order"), records.dataset, columns.by, of_one
    for route, dataset, node in placed_datasets(options.rows, records.dataset):
        if isinstance(node, By):
            yield (*route, "show"), dataset, node.by, tuple(node.show or ())
            yield (*route, "baseline"), dataset, node.by, tuple(filter(None, [node.baseline]))


def _values_of(study: Study, plans: Mapping[str, DatasetPlan], dataset: str, variable: str) -> set[str] | None:
    """The values that a variable can have, None where only the data tell."""
    seen: set[tuple[str, str]] = set()
    set_here: set[str] = set()
    while dataset in plans and (dataset, variable) not in seen:
        seen.add((dataset, variable))
        spec = plans[dataset].spec
        calls = [call for call in plans[dataset].calls if call.target == variable]
        set_here |= {
            str(values[variable])
            for call in plans[dataset].calls
            if not call.target and variable in (values := _set_by(call))
        }
        if calls and not calls[0].only_places:
            call = calls[0]
            made = _made(study, call)
            if made is not None:
                return made | set_here
            if call.derivation.name != "copy" or call.arguments.get("where") is not None:
                return None
            variable = str(call.arguments["from_"])
            continue
        source = next((name for name, new in spec.subject.items() if variable in dict(new)), None)
        dataset, variable = (source, dict(spec.subject[source])[variable]) if source else (spec.source.domain, variable)
    return None


def _made(study: Study, call: Call) -> set[str] | None:
    """The values that a derivation can make, None where the spec does not list them."""
    if call.derivation.is_program:
        return None
    table = study.tables.get(call.table or "")
    if call.derivation.name in ("windows", "lookup") and table is not None:
        return set(table[call.target].dropna()) if call.target in table.columns else None
    for parameter in call.derivation.contract.parameters:
        value = call.arguments.get(parameter.name)
        if parameter.role is Role.CASES and value:
            cases = [case for case in value if isinstance(case, Case)]
            return None if any(case.from_ for case in cases) else {str(c.value) for c in cases if c.value is not None}
    return {str(call.arguments["value"])} if call.derivation.name == "constant" else None


def _set_by(call: Call) -> Mapping[str, Any]:
    values = call.arguments.get("set_")
    return values if isinstance(values, Mapping) else {}

"""Finds attributes of parameters that an output shows, such as their decimals, and that the spec does not give."""

from __future__ import annotations

from collections.abc import Iterator

from adamline.errors import nearest
from adamline.findings import Finding, Severity
from adamline.study.outputs import OutputPlan
from adamline.study.study import Study


def check_parameters(study: Study) -> list[Finding]:
    """An ERROR for each parameter that an output names and no dataset of it has, or has without what it shows.

    A WARNING where the output shows all parameters of its records, which may not have that one.
    """
    return [finding for output in study.outputs for finding in _of_output(study, output)]


def _of_output(study: Study, output: OutputPlan) -> Iterator[Finding]:
    specs = [plan.spec for plan in study.datasets if plan.spec.dataset in output.datasets]
    rows = {str(row["PARAMCD"]): row for spec in specs for row in spec.parameters}
    sources = output.options.placed_sources
    of_records = {source.dataset for route, source in sources.items() if route != ("population",)}
    if not rows or of_records & study.supplied.keys():
        return  # datasets of their source's parameters, and supplied ones, which only the data tell
    named = {code for codes in output.options.shown_attributes.values() for code in codes or ()}
    for code in sorted(named - rows.keys()):
        message = f"{output.name} shows {code}, which `parameters` does not list: {nearest(code, rows)}"
        yield Finding(Severity.ERROR, "unknown parameter", message, output.place)
    for attribute, codes in output.options.shown_attributes.items():
        lacking = [code for code in codes or rows if code in rows and not rows[code].get(attribute)]
        if lacking:
            severity = Severity.ERROR if codes else Severity.WARNING
            message = f"{output.name} shows {attribute} of parameters that have none: {', '.join(lacking)}"
            yield Finding(severity, f"no {attribute}", message, output.place)

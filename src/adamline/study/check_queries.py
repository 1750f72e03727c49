"""Checks tables of terms without data: their faults, and queries that no variable of the dataset is of."""

from __future__ import annotations

from collections.abc import Iterator

from adamline.derive.query import check_terms, queries_in
from adamline.errors import AdamlineError
from adamline.findings import Finding, Severity
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study


def check_queries(study: Study) -> list[Finding]:
    """An ERROR where a table of terms contradicts itself or lacks a query, a WARNING for a query without a variable."""
    return [finding for plan in study.datasets for finding in _of_dataset(study, plan)]


def _of_dataset(study: Study, plan: DatasetPlan) -> Iterator[Finding]:
    of_table: dict[str, list[Call]] = {}
    for call in plan.calls:
        if call.derivation.name == "query" and call.table:
            of_table.setdefault(call.table, []).append(call)
    for name, calls in of_table.items():
        told = set()
        for call in calls:
            given = {parameter.name: parameter.default for parameter in call.derivation.contract.parameters}
            given |= call.arguments
            try:
                told.add(check_terms(call.target, study.tables[name], given["by"], given["prefix"], given["column"]))
            except AdamlineError as error:
                told.add(call.target[:-3])
                message = f"{name}: {error.what}" + (f" Found: {error.found}." if error.found else "")
                yield Finding(Severity.ERROR, "table of queries", message, call.place)
        for prefix in queries_in(study.tables[name]):
            if prefix not in told:
                message = f"{name} has the query {prefix}, of which {plan.spec.dataset} has no variable: {prefix}NAM"
                yield Finding(Severity.WARNING, "query without a variable", message, calls[0].place)

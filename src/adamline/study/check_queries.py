"""Checks tables of terms without data: their faults, and queries that no variable of the dataset is of."""

from __future__ import annotations

from typing import Any

import pandas as pd

from adamline.derive.query import check_terms, queries_in, query_of
from adamline.errors import AdamlineError
from adamline.findings import Finding, Severity
from adamline.study.call import Call
from adamline.study.plan import DatasetPlan
from adamline.study.study import Study


def check_queries(study: Study) -> list[Finding]:
    """An ERROR where a table of terms contradicts itself or lacks a query, a WARNING for a query without a variable.

    A query whose terms are of another dataset's variables alone, as those of medications, is for that dataset.
    """
    of_dataset = {plan.spec.dataset: _by_table(plan) for plan in study.datasets}
    everywhere = [(name, call) for tables in of_dataset.values() for name, calls in tables.items() for call in calls]
    found = []
    for dataset, tables in of_dataset.items():
        for name, calls in tables.items():
            table = study.tables[name]
            found += [finding for call in calls if (finding := _fault(name, table, call))]
            own, elsewhere = set(map(_query, calls)), {_query(call) for other, call in everywhere if other == name}
            sources = {source for call in calls for source in _given(call)["by"]}
            for prefix, has_terms_of in queries_in(table).items():
                if prefix not in own and (prefix not in elsewhere or has_terms_of & sources):
                    message = f"{name} has the query {prefix}, of which {dataset} has no variable: {prefix}NAM"
                    found.append(Finding(Severity.WARNING, "query without a variable", message, calls[0].place))
    return found


def _by_table(plan: DatasetPlan) -> dict[str, list[Call]]:
    """The queries of a dataset, by the table of their terms."""
    of_table: dict[str, list[Call]] = {}
    for call in plan.calls:
        if call.derivation.name == "query" and call.table:
            of_table.setdefault(call.table, []).append(call)
    return of_table


def _given(call: Call) -> dict[str, Any]:
    defaults = {parameter.name: parameter.default for parameter in call.derivation.contract.parameters}
    return {**defaults, **call.arguments}


def _query(call: Call) -> str:
    """The query that a variable is of; none where its name says none."""
    given = _given(call)
    try:
        return query_of(call.target, given["prefix"], given["column"])[0]
    except AdamlineError:
        return ""


def _fault(name: str, table: pd.DataFrame, call: Call) -> Finding | None:
    given = _given(call)
    try:
        check_terms(call.target, table, given["by"], given["prefix"], given["column"])
    except AdamlineError as error:
        message = f"{name}: {error.what}" + (f" Found: {error.found}." if error.found else "")
        return Finding(Severity.ERROR, "table of queries", message, call.place)
    return None

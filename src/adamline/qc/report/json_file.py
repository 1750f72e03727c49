"""Writes a report as JSON: every count and every unequal value, in a stable order."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from adamline.errors import AdamlineError
from adamline.io.dataset import Variable
from adamline.qc.model import Comparison, Ints, Observation, VariableComparison
from adamline.qc.options import CompareOptions
from adamline.qc.report.report import Report
from adamline.qc.report.summaries import method_text
from adamline.qc.report.value_table import ValueTable, differing, key_names, key_texts, value_blocks
from adamline.qc.statistics import outstats_dataset
from adamline.qc.sysinfo import CompareError, SysInfo
from adamline.qc.value_text import Texts

# Raised when a key is renamed or changes its meaning; new keys do not raise it.
VERSION = 1
COULD_NOT_COMPARE = "COULD NOT COMPARE"


def render_json(report: Report) -> Iterator[str]:
    """The report as JSON, in parts that make one text; nothing in it is capped.

    Lists hold flat objects, so that a JSON engine reads each as a table. Flags are 0 or 1; record numbers count from
    1, as SAS's do; values are text as `exact_texts` spells them; a number that is not known is null. The keys are
    described in the guide's page on comparisons. The unequal values come last, a block at a time, since there may be
    millions.
    """
    yield _dumped(_content(report)).removesuffix("\n}\n") + ',\n "differences": ['
    before = "\n  "
    for table in value_blocks(report):
        rows = [json.dumps(row, ensure_ascii=False, allow_nan=False) for row in _of_variable(table, key_names(report))]
        yield before + ",\n  ".join(rows)
        before = ",\n  "
    yield "\n ]\n}\n"


def error_json(error: AdamlineError) -> str:
    """JSON for a comparison that could not be done: its verdict, SYSINFO and the error."""
    sysinfo = error.sysinfo if isinstance(error, CompareError) else SysInfo.ERROR
    return _dumped({"version": VERSION, "verdict": COULD_NOT_COMPARE, **_sysinfo(sysinfo), "error": str(error)})


def _dumped(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _content(report: Report) -> dict[str, Any]:
    comparison = report.comparison
    return {
        "version": VERSION,
        "verdict": report.verdict.value,
        **_sysinfo(comparison.sysinfo),
        "requirements": [
            {"demand": one.demand.value, "met": int(one.met), "text": one.text} for one in report.requirements
        ],
        "datasets": [
            {"side": side, "name": x.name, "label": x.label, "variables": x.n_variables, "records": x.n_records}
            for side, x in (("base", comparison.base_summary), ("compare", comparison.compare_summary))
        ],
        "options": _options(comparison.options, comparison),
        "variables": _variables(comparison),
        "observations": _observations(comparison),
        "values": _values(report),
        "attributes": [
            {
                "variable": x.pair.base.name,
                "attribute": x.attribute.value,
                "base": x.base,
                "compare": x.compare,
                "can_change": x.concern.value,
            }
            for x in comparison.variables.attribute_differences
        ],
        "one_sided_variables": [*_one_sided("base", comparison.variables.base_only)]
        + [*_one_sided("compare", comparison.variables.compare_only)],
        "records": [*_records(report)],
        "compared": [_compared(report, place, entry) for place, entry in enumerate(comparison.compared)],
        "statistics": [*_statistics(comparison)],
        "groups": [*_groups(comparison)],
        "causes": [
            {"variable": x.variable, "kind": x.kind.value, "explained": x.explained, "total": x.total, "text": x.text}
            for x in report.causes
        ],
        "accepted": [*_accepted(report)],
        "notes": [
            {"severity": x.severity.name, "check": x.check, "where": str(x.place), "message": x.message}
            for x in comparison.findings
        ],
    }


def _sysinfo(code: SysInfo) -> dict[str, Any]:
    return {"sysinfo": int(code), "sysinfo_bits": {bit.name: int(bit in code) for bit in SysInfo}}


def _options(options: CompareOptions, comparison: Comparison) -> dict[str, Any]:
    found = comparison.variables
    return {
        "by": " ".join(found.by),
        "id": " ".join(pair.base.name for pair in comparison.observations.keys),
        "id_proposed": int(comparison.observations.is_proposed),
        "var": " ".join(found.var),
        "with": " ".join(found.with_),
        "exclude": " ".join(found.excluded),
        "method": method_text(comparison.compared),
        "delta": options.delta,
        "nomissbase": int(options.nomissbase),
        "nomisscomp": int(options.nomisscomp),
        "attributes": " ".join(sorted(options.attributes)),
    }


def _variables(comparison: Comparison) -> dict[str, Any]:
    found = comparison.variables
    return {
        "common": len(found.common),
        "base_only": len(found.base_only),
        "compare_only": len(found.compare_only),
        "conflicting_types": len(found.conflicting),
        "differing_attributes": found.n_differing,
        "by": len(found.by),
        "id": len(comparison.observations.keys),
        "var": len(found.var),
        "with": len(found.with_),
        "excluded": len(found.excluded),
        "left_out": len(found.left_out),
    }


def _observations(comparison: Comparison) -> dict[str, Any]:
    found = comparison.observations
    places = ("first", "first_unequal", "last_unequal", "last_match", "last")
    return {
        "read_base": found.n_base,
        "read_compare": found.n_compare,
        "common": found.n_common,
        "base_only": len(found.base_only),
        "compare_only": len(found.compare_only),
        "base_duplicates": len(found.base_duplicates),
        "compare_duplicates": len(found.compare_duplicates),
        "base_missing_keys": len(found.base_missing_keys),
        "compare_missing_keys": len(found.compare_missing_keys),
        "some_unequal": found.n_unequal,
        "all_equal": found.n_equal,
        "base_sorted": int(found.is_base_sorted),
        "compare_sorted": int(found.is_compare_sorted),
        **{name: number for place in places for name, number in _numbers(place, getattr(found, place))},
    }


def _numbers(name: str, at: Observation) -> Iterator[tuple[str, int | None]]:
    yield f"{name}_base", None if at.base is None else at.base + 1
    yield f"{name}_compare", None if at.compare is None else at.compare + 1


def _values(report: Report) -> dict[str, Any]:
    found = report.comparison.values_summary
    return {
        "variables_compared": found.n_compared,
        "variables_all_equal": found.n_all_equal,
        "variables_some_unequal": found.n_some_unequal,
        "variables_missing_differences": found.n_with_missing,
        "unequal": found.n_values_unequal,
        "equal_by_criterion_only": found.n_values_within,
        "accepted": 0 if report.acceptance is None else report.acceptance.n_accepted,
        "max_difference": _number(found.max_difference),
    }


def _one_sided(side: str, variables: Sequence[Variable]) -> Iterator[dict[str, Any]]:
    for variable in variables:
        yield {"side": side, "variable": variable.name, "kind": variable.kind.value, "label": variable.label}


def _records(report: Report) -> Iterator[dict[str, Any]]:
    """Unmatched records, duplicates and missing keys, each with its keys."""
    found = report.comparison.observations
    lists = (
        ("base", "unmatched", found.base_only),
        ("compare", "unmatched", found.compare_only),
        ("base", "duplicate", found.base_duplicates),
        ("compare", "duplicate", found.compare_duplicates),
        ("base", "missing key", found.base_missing_keys),
        ("compare", "missing key", found.compare_missing_keys),
    )
    for side, what, rows in lists:
        keys = _joined_keys(report, rows, of_compare=side == "compare")
        for row, key in zip(rows.tolist(), keys, strict=True):
            yield {"side": side, "what": what, "obs": row + 1, "keys": key}


def _joined_keys(report: Report, rows: Ints, *, of_compare: bool = False) -> list[str]:
    return _joined(key_names(report), key_texts(report, rows, of_compare=of_compare), len(rows))


def _joined(names: Sequence[str], texts: Sequence[Texts], count: int) -> list[str]:
    """The keys of each record in one text, such as ``USUBJID=01, AVISITN=2``; empty without keys."""
    if not names:
        return [""] * count
    named = [[f"{name}={text}" for text in column] for name, column in zip(names, texts, strict=True)]
    return [", ".join(parts) for parts in zip(*named, strict=True)]


def _compared(report: Report, place: int, entry: VariableComparison) -> dict[str, Any]:
    return {
        "variable": entry.name,
        "kind": entry.kind.value,
        "method": entry.method.value,
        "criterion": entry.criterion,
        "unequal": entry.n_unequal,
        "accepted": int(report.accepted_mask(place).sum()),
        "missing_differences": entry.n_missing,
        "equal_by_criterion_only": entry.n_within,
        "max_difference": _number(entry.max_difference),
    }


def _of_variable(table: ValueTable, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    columns = (
        (table.base_rows + 1).tolist(),
        (table.compare_rows + 1).tolist(),
        _joined(names, table.keys, len(table.pairs)),
        table.base.tolist(),
        table.compare.tolist(),
        _plain(table.difference),
        _plain(table.percent),
        table.is_accepted.tolist(),
    )
    for base_obs, compare_obs, keys, base, compare, difference, percent, accepted in zip(*columns, strict=True):
        yield {
            "variable": table.entry.name,
            "base_obs": base_obs,
            "compare_obs": compare_obs,
            "keys": keys,
            "base": base,
            "compare": compare,
            "difference": difference,
            "percent": percent,
            "differs_at": differing(base, compare)[0].start + 1 if table.is_text else None,
            "accepted": int(accepted),
        }


def _statistics(comparison: Comparison) -> Iterator[dict[str, Any]]:
    frame = outstats_dataset(comparison).frame
    names = [{"_COMP_": "compare", "_PCTDIF_": "percent"}.get(name, name.strip("_").lower()) for name in frame.columns]
    columns = [_plain(frame[name].to_numpy()) for name in frame.columns]
    for row in zip(*columns, strict=True):
        yield dict(zip(names, row, strict=True))


def _groups(comparison: Comparison) -> Iterator[dict[str, Any]]:
    if comparison.groups is not None:
        names = [str(name) for name in comparison.groups.columns]
        columns = [_plain(comparison.groups[name].to_numpy()) for name in names]
        for row in zip(*columns, strict=True):
            yield dict(zip(names, row, strict=True))


def _accepted(report: Report) -> Iterator[dict[str, Any]]:
    for one in () if report.acceptance is None else report.acceptance.differences:
        entry = one.accepted
        yield {
            "line": entry.line,
            "keys": ", ".join(entry.keys),
            "variable": entry.variable,
            "base": entry.base,
            "compare": entry.compare,
            "standing": one.standing.value,
            "text": one.text,
            "reason": entry.reason,
            "person": entry.person,
            "date": entry.date,
        }


def _plain(values: Any) -> list[Any]:
    """The values as JSON takes them: numbers, null where there is none, else text."""
    return [_scalar(value) for value in np.asarray(values).tolist()]


def _scalar(value: Any) -> Any:
    if isinstance(value, int | float):
        return _number(value)
    return "" if value is None else str(value)


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value

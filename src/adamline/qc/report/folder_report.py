"""Reports of two folders: one row a dataset, and what changed between them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adamline.qc.report.content import Cell, Column, Fact, Linked, Section, Table, columns
from adamline.qc.report.text import sections_text

if TYPE_CHECKING:
    from adamline.qc.folders import Change, FolderRow

VERSION = 1


def folder_status(rows: Sequence[FolderRow]) -> int:
    """The worst status of all datasets."""
    return max(row.status for row in rows)


def folder_verdict(rows: Sequence[FolderRow]) -> str:
    """PASS where every dataset passes, with exceptions where one does so; else FAIL, or that some was not compared.

    A dataset without records passes where that is allowed.
    """
    status = folder_status(rows)
    if status:
        return "FAIL" if status == 1 else "COULD NOT COMPARE"
    return "PASS WITH EXCEPTIONS" if any(row.outcome == "PASS WITH EXCEPTIONS" for row in rows) else "PASS"


def folder_sections(rows: Sequence[FolderRow], suffix: str = "") -> tuple[Section, ...]:
    """The verdicts, the changes, and why datasets do not pass; with a suffix, names link to their reports."""
    facts = tuple(
        Fact(name, str(sum(row.status == status for row in rows)))
        for status, name in enumerate(("Datasets equal", "Datasets different or missing", "Datasets not compared"))
    )
    heads = (
        *columns(["Dataset", "Verdict"], ["SYSINFO", "Base", "Compare", "Variables", "Unequal values"]),
        Column("Causes"),
    )
    table = Table("", heads, tuple(_verdict_row(row, suffix) for row in rows))
    compared = [row for row in rows if row.verdict is not None]
    names = ("added", "removed", "changed")
    heads = columns(["Dataset"], [f"{what} {name}" for what in ("Subjects", "Records") for name in names])
    changes = Table("", heads, tuple((row.dataset, *_change(row.subjects), *_change(row.records)) for row in compared))
    problems = Table(
        "", columns(["Dataset", "Reason"]), tuple((row.dataset, row.problem) for row in rows if row.problem)
    )
    sections = (Section("Datasets", facts, (table,)), Section("Changes from base to compare", tables=(changes,)))
    return (*sections, Section("Why not equal", tables=(problems,))) if problems.rows else sections


def folder_text(headline: str, rows: Sequence[FolderRow]) -> str:
    """The report as text, the verdict on the first line."""
    return sections_text(f"{folder_verdict(rows)}: {headline}", folder_sections(rows))


def folder_json(rows: Sequence[FolderRow]) -> str:
    """The report as JSON: the verdict, and a flat object for each dataset."""
    content = {
        "version": VERSION,
        "verdict": folder_verdict(rows),
        "status": folder_status(rows),
        "datasets": [_json_row(row) for row in rows],
        "causes": [{"dataset": row.dataset, "text": cause} for row in rows for cause in row.causes],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _json_row(row: FolderRow) -> dict[str, Any]:
    content: dict[str, Any] = {
        "dataset": row.dataset,
        "verdict": row.outcome,
        "status": row.status,
        "sysinfo": int(row.sysinfo),
        "base_records": row.n_base,
        "compare_records": row.n_compare,
        "variables": row.n_variables,
        "unequal": row.n_unequal,
    }
    for name, change in (("records", row.records), ("subjects", row.subjects)):
        for what in ("added", "removed", "changed"):
            content[f"{name}_{what}"] = None if change is None else getattr(change, what)
    return {**content, "problem": row.problem}


def _verdict_row(row: FolderRow, suffix: str) -> tuple[Cell, ...]:
    is_compared = row.verdict is not None
    name: Cell = Linked(row.dataset, report_name(row.dataset, suffix)) if suffix and is_compared else row.dataset
    counts = (int(row.sysinfo), row.n_base, row.n_compare, row.n_variables, row.n_unequal)
    figures = [str(count) if is_compared else "" for count in counts]
    return (name, row.outcome, *figures, "; ".join(row.causes))


def report_name(dataset: str, suffix: str) -> str:
    """The name of the file with the report of one dataset."""
    return f"{dataset.lower()}{suffix}"


def _change(change: Change | None) -> tuple[str, str, str]:
    return ("", "", "") if change is None else (str(change.added), str(change.removed), str(change.changed))

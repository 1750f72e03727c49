"""Criteria: tables of conditions with their source, each written out as rows of counts where an output names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from adamline.errors import AdamlineError, nearest
from adamline.io.yaml_text import Route, YamlFile
from adamline.spec.criteria_file import read_table
from adamline.spec.queries import query_rows

# The folder beside templates, and the columns that a file must have; NEVER may stand beside MEETS, and UNIT.
_FOLDER = "criteria"
_COLUMNS = ("GROUP", "WHERE", "LEVEL", "LABEL", "MEETS")
# What is said of the criteria; all else a row says is said of each count.
_OWN = ("criteria", "levels", "label", "empty")
_WRITTEN_OUT = ("criteria", "queries")


def with_criteria(file: YamlFile, folders: Sequence[Path]) -> tuple[YamlFile, list[AdamlineError]]:
    """The file with each row `{criteria: name}` or `{queries: name}` written out, and a fault for each that cannot be.

    A row becomes a heading (its ``label``) over the groups of ``criteria/name.csv`` in the first folder that has
    it: each GROUP over a count of subjects for each of its lines. WHERE selects the records at hand, of which the
    subjects are the denominator; MEETS those that count, NEVER what no record of a counted subject is; UNIT the unit of
    the values, in all spellings that are known, with `;` between. ``levels`` names those LEVELs that are shown, where
    not all are. A group without a record is left out, unless the row says `empty: keep`. Further keys are options of
    each count.

    A listing that names ``criteria`` lists those of its records that meet one of the lines (of ``levels``); all of its
    records that a line selects must be in its unit.
    """
    content = file.content
    if isinstance(content, Mapping) and "criteria" in content and content.get("kind") == "listing":
        return _of_listing(file, content, folders)
    if not isinstance(content, Mapping) or not isinstance(content.get("rows"), list):
        return file, []
    faults: list[AdamlineError] = []
    rows = [_written_out(row, ("rows", n), file, folders, faults) for n, row in enumerate(content["rows"])]
    return replace(file, content={**content, "rows": rows}), faults


def _of_listing(
    file: YamlFile, content: Mapping[str, Any], folders: Sequence[Path]
) -> tuple[YamlFile, list[AdamlineError]]:
    """A listing whose ``criteria`` select, of its records, those that meet one of the lines."""
    try:
        lines = _chosen(str(content["criteria"]), content.get("levels") or (), folders)
        if any(line.get("NEVER") for line in lines):
            raise AdamlineError("Criteria of what never is select no records to list.", expected="MEETS alone")
    except AdamlineError as error:
        error.place = file.place(("criteria",))
        return file, [error]
    met = " or ".join(f"({line['WHERE']}) and ({line['MEETS']})" for line in lines)
    records = dict(content.get("records") or {})
    at_hand = f"({records['where']}) and " if records.get("where") else ""
    units = {(line["WHERE"], line["UNIT"]): None for line in lines if line.get("UNIT")}
    # Of all records at hand: one in another unit can meet no criterion for that alone.
    said = [{"where": f"{at_hand}({where})", "unit": _units(unit)} for where, unit in units]
    rest = {key: part for key, part in content.items() if key not in ("criteria", "levels")}
    records["where"] = f"{at_hand}({met})" if at_hand else met
    return replace(file, content={**rest, "records": records, **({"units": said} if said else {})}), []


def _written_out(row: Any, route: Route, file: YamlFile, folders: Sequence[Path], faults: list[AdamlineError]) -> Any:
    if not isinstance(row, Mapping):
        return row
    named = next((word for word in _WRITTEN_OUT if word in row), None)
    if named is None:
        if not isinstance(row.get("rows"), list):
            return row
        inside = [_written_out(each, (*route, "rows", n), file, folders, faults) for n, each in enumerate(row["rows"])]
        return {**row, "rows": inside}
    try:
        return query_rows(row, folders) if named == "queries" else criteria_rows(row, folders)
    except AdamlineError as error:
        error.place = file.place((*route, named))
        faults.append(error)
        return row


def criteria_rows(row: Mapping[str, Any], folders: Sequence[Path]) -> dict[str, Any]:
    """The heading that a row `{criteria: name}` stands for; AdamlineError for a name or levels that there are not."""
    name = str(row["criteria"])
    options = {key: part for key, part in row.items() if key not in _OWN}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in _chosen(name, row.get("levels") or (), folders):
        groups.setdefault((line["GROUP"], line["WHERE"]), []).append({**options, **_count(name, line)})
    empty = row.get("empty", "drop")
    headings = [
        {"label": group, "where": where, "empty": empty, "rows": rows} for (group, where), rows in groups.items()
    ]
    return {"label": row.get("label") or "", "rows": headings}


def _chosen(name: str, levels: Sequence[object], folders: Sequence[Path]) -> list[dict[str, str]]:
    """The lines of criteria of these levels, or all; AdamlineError for a level that there is not."""
    lines = read_criteria(name, folders)
    asked = [str(level) for level in levels]
    known = dict.fromkeys(line["LEVEL"] for line in lines)
    for level in asked:
        if level not in known:
            raise AdamlineError(f"The criteria {name} have no level {level}.", hint=nearest(level, known))
    return [line for line in lines if not asked or line["LEVEL"] in asked]


def _count(name: str, line: Mapping[str, str]) -> dict[str, Any]:
    """A count of the subjects who meet the criterion of a line."""
    said = {key: line[column] for key, column in (("meets", "MEETS"), ("never", "NEVER")) if line.get(column)}
    unit = {"unit": _units(line["UNIT"])} if line.get("UNIT") else {}
    called = " ".join([name, line["GROUP"], line["LABEL"]]).replace("/", " per ")
    return {"count": "subjects", "as": called, "label": line["LABEL"], "denominator": "values", **said, **unit}


def _units(text: str) -> list[str]:
    """The spellings of a unit."""
    return [spelling.strip() for spelling in text.split(";")]


def read_criteria(name: str, folders: Sequence[Path]) -> list[dict[str, str]]:
    """The lines of a file of criteria; AdamlineError where there is none, or a column is missing."""
    return read_table(_FOLDER, name, folders, _COLUMNS)

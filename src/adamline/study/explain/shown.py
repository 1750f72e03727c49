"""Shows an explanation: as text for the terminal, as JSON, as CSV."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from adamline.io.dataset import kind_of
from adamline.io.printable import printable
from adamline.io.show import value_text
from adamline.io.show_text import aligned
from adamline.plurals import counted, said_of
from adamline.results.selection import SUBJECT, Limit, Selection
from adamline.study.explain.explain import Behind, Explanation, Statistic
from adamline.study.explain.sources import Source

FIRST = 10
# The place of a record in its file, from 1.
_PLACE = "record"
# Longer lists of names are cut.
_NAMES = 8


def as_text(explanation: Explanation, first: int = FIRST) -> str:
    """The explanation for a reader at a terminal; of records the ``first`` ones."""
    return "\n".join([*_head(explanation), *_statistics(explanation), *_records(explanation, first)]) + "\n"


def _head(explanation: Explanation) -> Iterator[str]:
    yield explanation.title
    cell = explanation.cell
    if cell is not None:
        yield f"{cell.row}  |  {cell.column}  |  {' '.join(cell.text.split()) or '(blank)'}"
    yield from (f"WARNING: {note}" for note in explanation.notes)
    yield ""


def _statistics(explanation: Explanation) -> Iterator[str]:
    shown = [each for each in explanation.statistics if each.name]
    if shown:
        rows = [("Statistic", "Shown", "Value", "Method", "Options")]
        rows += [(each.name, each.text, _number(each.value), each.method, each.options) for each in shown]
        yield aligned(_without_blank(rows))
    for each in explanation.statistics:
        yield f"id {each.result}"
        if each.warning:
            yield f"   warning: {each.warning}"


def _without_blank(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The columns that have a text below their head."""
    kept = [n for n in range(len(rows[0])) if any(row[n] for row in rows[1:])]
    return [tuple(row[n] for n in kept) for row in rows]


def _records(explanation: Explanation, first: int) -> Iterator[str]:
    if not explanation.behind:
        yield "\nNo records are behind it: it is a text of the spec or of the page."
    for each in explanation.behind:
        yield "\n" + _count(each)
        if each.selection.where:
            yield f"  where {each.selection.where}"
        yield from (f"  {said_of_limit(limit)}" for limit in each.selection.limits)
        yield from _by_column(each)
        yield from _table(each.records, each.rows + 1, first)
        # Of what numbers are a part of, the reader asks who it is.
        is_whole = not each.statistics or each.statistics == ("N",)
        for source in each.sources:
            yield from _source(source, first, in_short=is_whole or source.depth > 0)


def _count(each: Behind) -> str:
    records = f"{counted(len(each.rows), 'record')} of {counted(each.subjects, 'subject')} in {each.selection.dataset}"
    names = ", ".join(each.statistics)
    if not each.part_of:
        return f"{names}: {records}" if names else records
    out_of = f"what {', '.join(each.part_of)} {'are' if len(each.part_of) > 1 else 'is'} out of"
    return f"{', and '.join(filter(None, [names, out_of]))}: {records}"


def said_of_limit(limit: Limit) -> str:
    """A limit as a sentence says it.

    >>> from adamline.results.selection import Kind
    >>> said_of_limit(Limit(Kind.WITHOUT, "ADAE", "AESER = 'Y'"))
    "of subjects without a record of ADAE where AESER = 'Y'"
    """
    where = f" where {limit.where}" if limit.where else ""
    if limit.by:
        tie = f", of equal ones the first of {', '.join(limit.order)}" if limit.tie else ""
        return f"with the highest {limit.by} of the subject's records of {limit.dataset}{where}{tie}"
    return f"of subjects {limit.kind.value} a record of {limit.dataset}{where}"


def _by_column(behind: Behind) -> Iterator[str]:
    if not behind.columns:
        return
    for level, part in behind.records.groupby(behind.columns, sort=True, observed=True):
        subjects = f" of {counted(part[SUBJECT].nunique(), 'subject')}" if SUBJECT in part else ""
        yield f"  {behind.columns} {level}: {counted(len(part), 'record')}{subjects}"


def _table(frame: pd.DataFrame, places: Any, first: int, indent: str = "  ") -> Iterator[str]:
    """The first records; what is the same in all of several stands above them."""
    if not len(frame):
        return
    texts = _texts(frame.head(first))
    same = {}
    if len(frame) > 1:
        for name in frame.columns:
            distinct = frame[name].astype(object).unique()
            if len(distinct) == 1:
                same[name] = "(missing)" if pd.isna(distinct[0]) else texts[name][0]
    if same:
        given = [f"{name} {text}" for name, text in same.items() if text != "(missing)"]
        lacking = [name for name, text in same.items() if text == "(missing)"]
        parts = [*given, *([f"{', '.join(lacking)} missing"] if lacking else [])]
        yield f"{indent}in all: {'; '.join(parts)}"
    names = [name for name in frame.columns if name not in same] or [SUBJECT]
    rows = [(_PLACE, *names), *zip(map(str, places), *(texts[name] for name in names), strict=False)]
    yield "\n".join(indent + line for line in aligned(rows, right=(0,)).split("\n"))
    if len(frame) > first:
        yield f"{indent}... and {len(frame) - first} more: --first N, --csv or --json"


def _source(source: Source, first: int, *, in_short: bool) -> Iterator[str]:
    """The records of a source, or in short how many there are."""
    indent = "  " * (source.depth + 1)
    if not source.dataset:
        yield from _derived(source, indent, in_short=in_short)
        return
    if source.why:
        yield f"{indent}from {source.dataset}: its file is not there; name its folder with --sdtm"
        return
    yield f"{indent}from {source.dataset} by {_cut(source.by)}: {counted(len(source.records), 'record')}"
    if source.missing:
        yield f"{indent}  WARNING: " + said_of(source.missing, "{count} records have none there")
    if not in_short:
        yield from _table(source.records.drop(columns="_row"), source.records["_row"], first, f"{indent}  ")


def _cut(text: str) -> str:
    """A list without its middle, where it is long."""
    names = text.split(", ")
    return text if len(names) <= _NAMES else f"{names[0]}, {names[1]}, {names[2]}, ... {names[-1]}"


def _derived(source: Source, indent: str, *, in_short: bool) -> Iterator[str]:
    """Which step derived records, and its rule."""
    which = indent + (f"{source.by}: " if source.by else "")
    if not source.steps:
        said = "{count} records have no record of SDTM of their own: a step of the dataset derived them"
        yield which + said_of(source.of, said)
        return
    names = " or ".join(map(str, source.steps))
    yield which + said_of(source.of, "{count} records, derived by ") + names
    if not in_short:
        for step in source.steps:
            yield from textwrap.wrap(step.rule, 110, initial_indent=f"{indent}  ", subsequent_indent=f"{indent}  ")


def _texts(frame: pd.DataFrame) -> dict[str, list[str]]:
    return {str(name): [value_text(value, kind_of(frame[name])) for value in frame[name]] for name in frame.columns}


def _number(value: float) -> str:
    return "" if math.isnan(value) else repr(value).removesuffix(".0")


def as_json(explanation: Explanation) -> str:
    """The whole explanation as JSON, with all records."""
    cell = explanation.cell
    content = {
        "output": explanation.output,
        "title": explanation.title,
        "cell": None if cell is None else {"row": cell.row, "column": cell.column, "text": cell.text},
        "statistics": [_statistic_json(each) for each in explanation.statistics],
        "behind": [_behind_json(each) for each in explanation.behind],
        "notes": list(explanation.notes),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return printable(text, keep="\n", spell=lambda character: json.dumps(character)[1:-1]) + "\n"


def _statistic_json(each: Statistic) -> Mapping[str, object]:
    value = None if math.isnan(each.value) else each.value
    return {
        "result": each.result,
        "name": each.name,
        "label": each.label,
        "value": value,
        "text": each.text,
        "method": each.method,
        "options": each.options,
        "warning": each.warning,
    }


def _behind_json(each: Behind) -> Mapping[str, object]:
    return {
        "statistics": list(each.statistics),
        "part_of": list(each.part_of),
        **_selection_json(each.selection),
        "subjects": each.subjects,
        "records": _rows(each.records.assign(**{_PLACE: each.rows + 1})),
        "sources": [
            {
                "dataset": source.dataset,
                "by": source.by,
                "of": source.of,
                "missing": source.missing,
                "why": source.why,
                "steps": [{"step": str(step), "rule": step.rule} for step in source.steps],
                "records": _rows(source.records.rename(columns={"_row": _PLACE})),
            }
            for source in each.sources
        ],
    }


def _selection_json(selection: Selection) -> Mapping[str, object]:
    return {"dataset": selection.dataset, "where": selection.where, "whom": list(map(str, selection.limits))}


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    columns = {str(name): _values(frame[name]) for name in frame.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _values(column: pd.Series) -> list[object]:
    """Numbers as they are, all else as text, what is missing as null."""
    kind = kind_of(column)
    if kind.value == "number":
        return [None if math.isnan(v) else int(v) if float(v).is_integer() else v for v in map(float, column)]
    return [None if pd.isna(value) else value_text(value, kind) for value in column]


def as_csv(explanation: Explanation) -> str:
    """All records as CSV, a line each: what they are behind, their dataset, their place there, their variables.

    The records of a domain stand behind those of the ADaM dataset that they are the source of.
    """
    parts = []
    for each in explanation.behind:
        heads = {"statistics": " ".join(each.statistics), "part_of": " ".join(each.part_of), "role": "records"}
        parts.append(_csv_part(each.records.assign(**{_PLACE: each.rows + 1}), each.selection.dataset, heads))
        for source in each.sources:
            if len(source.records):
                heads = {**heads, "role": "source"}
                parts.append(_csv_part(source.records.rename(columns={"_row": _PLACE}), source.dataset, heads))
    names = ["statistics", "part_of", "role", "dataset", _PLACE]
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
    rest = [name for name in whole.columns if name not in names]
    return str(whole[[*names, *rest]].to_csv(index=False, lineterminator="\n", na_rep=""))


def _csv_part(frame: pd.DataFrame, dataset: str, heads: Mapping[str, str]) -> pd.DataFrame:
    texts = pd.DataFrame(_texts(frame), dtype=object)
    return texts.assign(dataset=dataset, **heads)

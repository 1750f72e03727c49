"""Entries that are of the subject: `AGE, SEX: subject` takes them from the subject-level dataset, in their place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adamline.errors import AdamlineError
from adamline.io.yaml_text import Route, YamlFile

SUBJECT, COPY = "subject", "copy"
_VARIABLES = "variables"


def with_subject_entries(file: YamlFile) -> tuple[YamlFile, list[AdamlineError]]:
    """The file with each such variable under `subject`, and a plain copy in its place; and what names no dataset.

    `subject: ADSL` is the dataset alone, where all its variables have their place so. One that `subject` lists besides,
    as one of another name ({TRTP: TRT01P}), is there once.
    """
    if not isinstance(file.content, dict):
        return file, []
    content, written, entries = dict(file.content), file.content.get(SUBJECT), file.content.get(_VARIABLES)
    if isinstance(written, str):
        content[SUBJECT] = written = {written: []}
    if not isinstance(entries, dict) or SUBJECT not in entries.values():
        return replace(file, content=content), []
    named = [str(name) for name, entry in entries.items() if entry == SUBJECT]
    content[_VARIABLES] = {name: COPY if name in named else entry for name, entry in entries.items()}
    if not isinstance(written, dict) or len(written) != 1:
        what = f"{', '.join(named)}: the spec names no dataset that has variables of the subject."
        place = file.place((_VARIABLES, named[0]))
        return replace(file, content=content), [AdamlineError(what, place=place, hint="write `subject: ADSL`")]
    ((dataset, listed),) = written.items()
    there = list(listed) if isinstance(listed, list) else [listed] if listed else []
    more = [name for name in named if name not in map(_new_name, there)]
    content[SUBJECT] = {dataset: [*there, *more]}
    routes: dict[Route, Route] = {(SUBJECT, dataset, len(there) + n): (_VARIABLES, name) for n, name in enumerate(more)}
    lines = {new: file.lines[old] for new, old in routes.items() if old in file.lines}
    return replace(file, content=content, lines={**file.lines, **lines}), []


def _new_name(item: Any) -> Any:
    return next(iter(item)) if isinstance(item, dict) and item else item

"""`subject: {ADSL: all}`: every variable of the subject-level dataset, or all but some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adamline.errors import AdamlineError, nearest
from adamline.io.yaml_text import YamlFile

ALL, EXCEPT = "all", "except"


def with_all_of_subject(files: Mapping[str, YamlFile]) -> tuple[dict[str, YamlFile], list[AdamlineError]]:
    """The files of a study's datasets with `all` under `subject` written out, and what cannot be.

    `ADSL: all`, or in a list `[all, {except: [AGE, SEX]}, {TRTP: TRT01P}]`. The variables are those of the other
    dataset's own spec, in its order: those that it has of a subject, then its `variables`.
    """
    every = [content for file in files.values() if isinstance(content := file.content, dict)]
    # What is no name of a dataset is a fault that is told elsewhere.
    contents = {name: content for content in every if isinstance(name := content.get("dataset"), str)}
    made: dict[str, YamlFile] = {}
    faults: list[AdamlineError] = []
    for key, file in files.items():
        subject = file.content.get("subject") if isinstance(file.content, dict) else None
        written = subject if isinstance(subject, dict) else {}
        new = {
            name: _listed(file, name, listed, contents, faults) for name, listed in written.items() if _has_all(listed)
        }
        made[key] = replace(file, content={**file.content, "subject": {**written, **new}}) if new else file
    return made, faults


def _has_all(listed: Any) -> bool:
    return listed == ALL or (isinstance(listed, list) and ALL in listed)


def _listed(
    file: YamlFile, name: str, listed: Any, contents: Mapping[Any, dict[str, Any]], faults: list[AdamlineError]
) -> list[Any]:
    place = file.place(("subject", name))
    items = [item for item in listed if item != ALL] if isinstance(listed, list) else []
    left_out = [word for item in items if isinstance(item, dict) and EXCEPT in item for word in item[EXCEPT] or ()]
    others = [item for item in items if not (isinstance(item, dict) and EXCEPT in item)]
    if name not in contents:
        what = f"Not all variables of {name} are known: the study does not make it."
        faults.append(AdamlineError(what, place=place, expected="a list of its variables"))
        return others
    there = _variables(contents[name])
    for word in left_out:
        if word not in there:
            what = f"{name} has no variable {word} to leave out."
            faults.append(AdamlineError(what, place=place, hint=nearest(str(word), there)))
    return [*(variable for variable in there if variable not in left_out), *others]


def _variables(content: dict[str, Any]) -> list[str]:
    subject, variables = content.get("subject"), content.get("variables")
    of_subject = [
        next(iter(item)) if isinstance(item, dict) else item
        for listed in (subject.values() if isinstance(subject, dict) else ())
        for item in (listed if isinstance(listed, list) else ())
    ]
    return list(dict.fromkeys([*of_subject, *(variables if isinstance(variables, dict) else ())]))

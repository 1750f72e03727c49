"""Templates of outputs: a YAML file that many outputs share, and what one of them says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adamline.errors import AdamlineError, SpecError, nearest
from adamline.io.yaml_text import Route, YamlFile, read_yaml

# What a template says of itself; the rest is what it says of an output.
_ABOUT = ("catalogue", "about", "needs", "options")


@dataclass(frozen=True)
class Template:
    """A template: its name, a line on what it is, a line on what it needs, its options with their meaning."""

    name: str
    about: str
    needs: str
    options: Mapping[str, str]
    file: YamlFile


def read_templates(folders: Iterable[Path]) -> dict[str, Template]:
    """All templates of folders, by name; where two have one name, that of the earlier folder.

    Raises SpecError for a file that is not YAML, or does not say what it is and what it needs.
    """
    found: dict[str, Template] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        template = _template(read_yaml(path))
        found.setdefault(template.name, template)
    return found


def _template(file: YamlFile) -> Template:
    content = file.content if isinstance(file.content, Mapping) else {}
    lacking = [name for name in ("catalogue", "about", "needs") if not isinstance(content.get(name), str)]
    if lacking:
        what = f"A template does not say {', '.join(lacking)}."
        expected = "catalogue: its name, about: a line on what it is, needs: a line on the data it needs"
        raise SpecError([AdamlineError(what, place=file.place(()), expected=expected)])
    options = content.get("options") or {}
    rest = {name: part for name, part in content.items() if name not in _ABOUT}
    return Template(content["catalogue"], content["about"], content["needs"], options, replace(file, content=rest))


def with_template(
    own: YamlFile, templates: Mapping[str, Template], defaults: Mapping[str, Any] | None = None
) -> tuple[YamlFile, list[AdamlineError]]:
    """What an output's file says over the template it names, and over the ``defaults`` of the study's tables.

    A mapping goes over a mapping key by key; anything else, lists too, replaces what the template says; a key without
    a value takes it away. The lines of faults are those of the file that says it. A fault where there is no such
    template.
    """
    content = own.content if isinstance(own.content, Mapping) else {}
    name = content.get("template")
    below: Mapping[str, Any] = {}
    lines: dict[Route, int] = {}
    files: dict[Route, str] = {}
    if name is not None:
        place = own.place(("template",))
        if not isinstance(name, str):
            what = "The template is a list or a mapping."
            return own, [AdamlineError(what, place=place, expected="the name of one template")]
        if name not in templates:
            what = f"There is no template {name}."
            return own, [AdamlineError(what, place=place, hint=nearest(name, templates))]
        file = templates[name].file
        below, lines = file.content, dict(file.lines)
        files = dict.fromkeys(lines, f"{file.path.name} (template of {own.path.name})")
    mine = {key: part for key, part in content.items() if key != "template"}
    if mine.get("kind", below.get("kind")) == "table":
        below = merged(below, defaults or {})
    # What stands below a part that is replaced as a whole has no line any more.
    whole = {route for route in own.lines if not (_is_mapping(mine, route) and _is_mapping(below, route))}
    lines = {route: line for route, line in lines.items() if not any(route[:n] in whole for n in range(len(route) + 1))}
    for route, line in own.lines.items():
        lines[route] = line
        files[route] = own.path.name
    return replace(own, content=merged(below, mine), lines=lines, files=files), []


def _is_mapping(content: Any, route: Route) -> bool:
    """Whether there is a mapping at a route."""
    for step in route:
        content = content.get(step) if isinstance(content, Mapping) else None
    return isinstance(content, Mapping)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """One mapping over another, key by key; a key without a value takes it away.

    >>> merged({"columns": {"by": "TRTA", "total": "Total"}, "title": "A"}, {"columns": {"total": None}, "title": "B"})
    {'columns': {'by': 'TRTA'}, 'title': 'B'}
    """
    made = dict(below)
    for key, part in above.items():
        if part is None:
            made.pop(key, None)
        elif isinstance(part, Mapping) and isinstance(made.get(key), Mapping):
            made[key] = merged(made[key], part)
        else:
            made[key] = part
    return made


def catalogue_folders(study: Path, named: Sequence[str], bundled: Path) -> tuple[Path, ...]:
    """Where templates are looked for, first to last: the study's own, those it names, those of adamline."""
    return (study / "catalogue", *((study / name).resolve() for name in named), bundled)

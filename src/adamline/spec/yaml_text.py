"""Reads a YAML file as text, lists and mappings, each with the line it stands on, and refuses what could mislead.

Every scalar stays the text that was written (`NO`, `010`, `12:30`) until the model of the spec types it; only an
absent value is None. Duplicate keys, anchors, aliases, tags and several documents are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from adamline.errors import AdamlineError, Place, SpecError

# Text, None, list or dict of the same; a spec is never deep, and a deep one would exhaust the stack.
Plain = Any
MAX_DEPTH = 20
MAX_BYTES = 10_000_000

Route = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlFile:
    """What a file says, and the line of each part of it by its route (`("variables", "ABLFL", "derive")`)."""

    path: Path
    content: Plain
    lines: Mapping[Route, int]
    # The file that a part stands in, where it is another one: that of a template.
    files: Mapping[Route, str] = field(default_factory=dict)

    def place(self, route: Route, **more: Any) -> Place:
        """Where the part at ``route`` stands; the nearest part around it when it has no line of its own."""
        while route and route not in self.lines:
            route = route[:-1]
        return Place(file=self.files.get(route, self.path.name), line=self.lines.get(route), **more)


def read_yaml(path: Path) -> YamlFile:
    """Read a YAML file.

    Raises SpecError with every fault of the file: text that is not YAML or not UTF-8, a key twice in one mapping,
    an anchor, alias or tag, a second document.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        fault = AdamlineError("The spec file cannot be read.", place=Place(str(path)), found=str(error))
        raise SpecError([fault]) from error
    if len(data) > MAX_BYTES:
        raise SpecError(
            [AdamlineError("The spec file is too large.", place=Place(path.name), expected="at most 10 MB")]
        )
    builder = _Builder(path)
    try:
        builder.build(data.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SpecError([_not_yaml(path, error)]) from error
    if builder.faults:
        raise SpecError(builder.faults)
    return YamlFile(path, builder.content, builder.lines)


def _not_yaml(path: Path, error: yaml.YAMLError | UnicodeDecodeError) -> AdamlineError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    place = Place(path.name, line=mark.line + 1 if mark else None)
    return AdamlineError(
        "The file is not YAML.", place=place, found=problem, hint="text with `: ` or ` #` needs quotes"
    )


class _Builder:
    """Builds plain values from the events of the parser, which still know anchors, aliases and duplicate keys."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content: Plain = None
        self.lines: dict[Route, int] = {}
        self.faults: list[AdamlineError] = []

    def build(self, text: str) -> None:
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fault("The file has a second YAML document.", event, "one document a file, without `---`")
                    return
                self.content = self.value(next(self.events), ())

    def fault(self, what: str, event: Any, expected: str) -> None:
        place = Place(self.path.name, line=event.start_mark.line + 1)
        self.faults.append(AdamlineError(what, place=place, expected=expected))

    def value(self, event: Any, route: Route) -> Plain:
        self.lines[route] = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self.fault("Anchors (&) and aliases (*) are not used in specs.", event, "the text written out, or quoted")
            if isinstance(event, yaml.AliasEvent):
                return None
        if getattr(event, "tag", None) is not None:
            self.fault("Tags (!) are not used in specs.", event, "the text alone, or quoted")
        if len(route) > MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem=f"deeper than {MAX_DEPTH} levels", problem_mark=event.start_mark)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(route)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(route)
        plain = event.implicit[0]
        return None if plain and event.value == "" else event.value

    def mapping(self, route: Route) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.value(event, (*route, "<key>"))
            if not isinstance(key, str):
                self.fault("A key is not a plain text.", event, "a name")
                key = f"<key at line {event.start_mark.line + 1}>"
            if key in found:
                first = self.lines[(*route, key)]
                self.fault(f"{key} stands twice in one mapping (first on line {first}).", event, "each key once")
            found[key] = self.value(next(self.events), (*route, key))
            self.lines[(*route, key)] = event.start_mark.line + 1
        return found

    def sequence(self, route: Route) -> list[Plain]:
        found: list[Plain] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event, (*route, len(found))))
        return found

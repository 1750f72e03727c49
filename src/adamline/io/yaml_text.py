"""Reads a YAML file as text, lists and mappings, each with the line it stands on, and refuses what could mislead.

It reads all YAML of adamline: specs, tables, configurations, attributes beside data. Every scalar stays the text that
was written (`NO`, `010`, `12:30`) until a model types it; only an absent value is None. Duplicate keys, anchors,
aliases, tags and several documents are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from adamline.errors import AdamlineError, Place, SpecError

# Text, None, list or dict of the same; what people write is never deep, and a deep file would exhaust the stack.
Plain = Any
MAX_DEPTH = 20
MAX_BYTES = 10_000_000
MAX_FAULTS = 50

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

    Raises SpecError with every fault of the file: text that is not YAML or not UTF-8, a tab where blanks indent, a key
    twice in one mapping, an anchor, alias or tag, a second document, more than `MAX_DEPTH` levels or `MAX_BYTES` bytes.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        fault = AdamlineError("The file cannot be read.", place=Place(str(path)), found=str(error))
        raise SpecError([fault]) from error
    if len(data) > MAX_BYTES:
        raise SpecError(
            [AdamlineError("The file is too large for YAML.", place=Place(path.name), expected="at most 10 MB")]
        )
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise SpecError([_not_utf_8(path, data, error)]) from error
    builder = _Builder(path)
    try:
        builder.build(text)
    except _EnoughError:
        pass
    except yaml.YAMLError as error:
        # What was found before the parser stopped is a fault as well.
        raise SpecError([*builder.faults, _not_yaml(path, text, error)]) from error
    if builder.faults:
        raise SpecError(builder.faults)
    return YamlFile(path, builder.content, builder.lines)


def _not_yaml(path: Path, text: str, error: yaml.YAMLError) -> AdamlineError:
    """The error of the parser, or of the tab that confused it."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if mark is None:
        at = min(getattr(error, "position", 0), len(text))
        line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
        return AdamlineError("The file is not YAML.", place=Place(path.name, line, column), found=problem)
    tab = _tab_near(text, mark)
    if tab is not None:
        what, hint = "A tab stands where YAML takes only blanks.", "indent with blanks; a tab in a text needs quotes"
        return AdamlineError(what, place=Place(path.name, *tab), found=problem, hint=hint)
    place = Place(path.name, mark.line + 1, mark.column + 1)
    return AdamlineError(
        "The file is not YAML.", place=place, found=problem, hint="text with `: `, ` #` or braces needs quotes"
    )


def _tab_near(text: str, mark: yaml.Mark) -> tuple[int, int] | None:
    """Line and column of a tab where the parser stopped, or in the indentation there or one line above."""
    lines = text.splitlines()
    for number in (mark.line, mark.line - 1):
        line = lines[number] if 0 <= number < len(lines) else ""
        indentation = line[: len(line) - len(line.lstrip(" \t-?"))]
        at = mark.column if number == mark.line and line[mark.column : mark.column + 1] == "\t" else -1
        at = indentation.find("\t") if "\t" in indentation else at
        if at >= 0:
            return number + 1, at + 1
    return None


def _not_utf_8(path: Path, data: bytes, error: UnicodeDecodeError) -> AdamlineError:
    before = data[: error.start].decode("utf-8-sig")
    place = Place(path.name, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    found = f"byte 0x{data[error.start]:02X}"
    return AdamlineError("The file is not UTF-8.", place=place, found=found, hint="save it as UTF-8")


class _EnoughError(Exception):
    """So many faults that more would not be read."""


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
        if len(self.faults) >= MAX_FAULTS:
            raise _EnoughError

    def value(self, event: Any, route: Route) -> Plain:
        self.lines[route] = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self.fault("Anchors (&) and aliases (*) are not read.", event, "the text written out, or quoted")
            if isinstance(event, yaml.AliasEvent):
                return None
        if getattr(event, "tag", None) is not None:
            self.fault("Tags (!) are not read.", event, "the text alone, or quoted")
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

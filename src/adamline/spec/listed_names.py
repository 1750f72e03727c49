"""Entries of several variables: `AGE, SEX, RACE: copy` is an entry of each, in their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adamline.errors import AdamlineError
from adamline.io.yaml_text import Route, YamlFile

BLOCKS = ("work", "variables")


def with_listed_names(file: YamlFile) -> tuple[YamlFile, list[AdamlineError]]:
    """The file with an entry for each name of a key that lists several, all on its line; and names that are twice."""
    if not isinstance(file.content, dict):
        return file, []
    content, lines = dict(file.content), dict(file.lines)
    below = _by_entry(file)
    faults: list[AdamlineError] = []
    for block in BLOCKS:
        entries = content.get(block)
        if not isinstance(entries, dict) or not any("," in str(key) for key in entries):
            continue
        made: dict[str, Any] = {}
        for key, name in _names(entries):
            if name in made:
                what = f"{name} stands twice in `{block}`."
                faults.append(AdamlineError(what, place=file.place((block, key)), expected="one entry"))
            if name not in made or key == name:  # an entry of its own says more than a list
                made[name] = entries[key]
            lines |= {(block, name, *route[2:]): line for route, line in below.get((block, key), ())}
        content[block] = made
    return replace(file, content=content, lines=lines), faults


def _names(entries: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each key with each of its names."""
    for key in entries:
        for name in key.split(","):
            yield key, name.strip()


def _by_entry(file: YamlFile) -> dict[Route, list[tuple[Route, int]]]:
    """The lines of each entry of a block, and of all within it, by the names of both."""
    lines: dict[Route, list[tuple[Route, int]]] = {}
    for route, line in file.lines.items():
        lines.setdefault(route[:2], []).append((route, line))
    return lines

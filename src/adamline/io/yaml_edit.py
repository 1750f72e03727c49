"""Edits values of a YAML text where they stand, so that comments and layout of all else stay as they were."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from adamline.errors import AdamlineError
from adamline.io.yaml_text import Route

# A value to write: a text, or a list of texts.
Written = str | Sequence[str]
# What may stand without quotes, in a list of brackets too: it begins with nothing that YAML reads as more than text.
_PLAIN = re.compile(r"[\w(/<≥≤µ][^\x00-\x1f#:,\[\]{}\"'&*!|>%@`]*")


def edited(text: str, changes: Mapping[Route, Written], after: Sequence[str] = ()) -> str:
    r"""The text with other values at these routes; each is the place of a text, of a list, or of nothing yet.

    A list of as many items as before has the items that differ edited, and any other is written anew. What is not there
    yet is put into its mapping: at the top of the file below the last of the keys ``after`` that is there, in a mapping
    within at its end. AdamlineError where the text cannot be edited so that it then says what is asked.

    >>> text = "title: [A, B]  # as in the plan\npopulation: {label: All}\n"
    >>> print(edited(text, {("title",): ["A", "C: D"], ("population", "label"): "Some"}), end="")
    title: [A, "C: D"]  # as in the plan
    population: {label: Some}
    """
    for route, value in changes.items():
        made = _with_value(text, route, value, after)
        if _value_at(made, route) != (value if isinstance(value, str) else list(value)):
            raise AdamlineError(f"{'.'.join(map(str, route))} cannot be edited in the file.", hint="edit it by hand")
        text = made
    return text


def scalar(text: str) -> str:
    """A text as YAML writes it: plain where that is read as the same text, else in double quotes.

    >>> scalar("Table 14.10"), scalar("A, B"), scalar("")
    ('Table 14.10', '"A, B"', '""')
    """
    plain = _PLAIN.fullmatch(text) and text == text.strip()
    return text if plain else json.dumps(text, ensure_ascii=False)


def flow(value: Written) -> str:
    """A text, or a list in brackets."""
    return scalar(value) if isinstance(value, str) else f"[{', '.join(map(scalar, value))}]"


def _compose(text: str) -> Any:
    # The loader in Python: its marks are places in the text as it is.
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _value_at(text: str, route: Route) -> Any:
    node = _at(_compose(text), route)
    if isinstance(node, yaml.SequenceNode):
        return [item.value for item in node.value]
    return node.value if node is not None else None


def _at(node: Any, route: Route) -> Any:
    """The node at a route, None where there is none."""
    for step in route:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node


def _with_value(text: str, route: Route, value: Written, after: Sequence[str]) -> str:
    root = _compose(text)
    node = _at(root, route)
    if node is None:
        return _with_new(text, root, route, value, after)
    if isinstance(value, str):
        return _spliced(text, node, _like(node, value))
    if isinstance(node, yaml.SequenceNode) and len(node.value) == len(value):
        for item, new in reversed(list(zip(node.value, value, strict=True))):
            if item.value != new:
                text = _spliced(text, item, _like(item, new))
        return text
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        items = f"\n{' ' * node.start_mark.column}".join(f"- {scalar(item)}" for item in value)
        return text[: node.start_mark.index] + items + text[_end(node.value[-1], text) :]
    return _spliced(text, node, flow(value))


def _like(node: Any, value: str) -> str:
    """The value in quotes, where the one before it was."""
    return json.dumps(value, ensure_ascii=False) if getattr(node, "style", None) in ("'", '"') else scalar(value)


def _spliced(text: str, node: Any, written: str) -> str:
    start = node.start_mark.index
    # A value that is nothing begins right behind its colon.
    space = " " if start and text[start - 1] == ":" else ""
    return text[:start] + space + written + text[_end(node, text) :]


def _end(node: Any, text: str) -> int:
    """Where a node ends, without the lines behind it that YAML counts to a block."""
    end: int = node.end_mark.index
    return end if text[end - 1 : end] not in ("\n", " ") else len(text[:end].rstrip())


def _with_new(text: str, root: Any, route: Route, value: Written, after: Sequence[str]) -> str:
    """The text with a key that it did not have; keys around it that are missing too are written with it."""
    depth = next(n for n in range(len(route) - 1, -1, -1) if _at(root, route[:n]) is not None)
    parent = _at(root, route[:depth])
    written = flow(value)
    for step in reversed(route[depth + 1 :]):
        written = f"{{{step}: {written}}}"
    entry = f"{route[depth]}: {written}"
    if not isinstance(parent, yaml.MappingNode):
        raise AdamlineError(f"{'.'.join(map(str, route))} has no place in the file.", hint="edit it by hand")
    if parent.flow_style:
        end = parent.end_mark.index - 1
        return f"{text[:end]}{', ' if parent.value else ''}{entry}{text[end:]}"
    found = [pair for pair in parent.value if depth == 0 and pair[0].value in after]
    key, last = found[-1] if found else parent.value[-1]
    at = text.find("\n", _last(last, text))
    line = f"{' ' * key.start_mark.column}{entry}\n"
    return f"{text}\n{line}" if at < 0 else text[: at + 1] + line + text[at + 1 :]


def _last(node: Any, text: str) -> int:
    """Where the last text of a node ends, whose comment on the same line belongs to it."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return _last(node.value[-1][1], text)
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _last(node.value[-1], text)
    return _end(node, text)

"""Turns what a dataset knows of its variables into plain text items for files that keep them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adamline.errors import FileFormatError, Place, nearest
from adamline.io.dataset import Dataset, Kind, Variable

_TEXTS: Final = ("label", "format", "informat", "codelist")
_ITEMS: Final = ("name", "kind", "length", *_TEXTS)


@dataclass(frozen=True)
class Attributes:
    """A dataset's name, label and variables, without its records."""

    name: str
    label: str
    variables: tuple[Variable, ...]


def list_attributes(dataset: Dataset | Attributes) -> dict[str, Any]:
    """Name, label and variables as mappings, lists and texts; what is empty is left out.

    >>> import pandas as pd
    >>> list_attributes(Dataset("ADLB", pd.DataFrame({"AVAL": [1.0]}), (Variable("AVAL", Kind.NUMBER, "Value"),)))
    {'name': 'ADLB', 'label': '', 'variables': [{'name': 'AVAL', 'kind': 'number', 'label': 'Value'}]}
    """
    return {"name": dataset.name, "label": dataset.label, "variables": [_items(v) for v in dataset.variables]}


def _items(variable: Variable) -> dict[str, Any]:
    items: dict[str, Any] = {"name": variable.name, "kind": str(variable.kind)}
    if variable.label:
        items["label"] = variable.label
    if variable.length is not None:
        items["length"] = variable.length
    return items | {key: getattr(variable, key) for key in _TEXTS[1:] if getattr(variable, key)}


def parse_attributes(content: object, place: Place) -> Attributes:
    """What `list_attributes` made, or a person wrote in its form; lengths may be text.

    Only ``name`` is needed of a variable; its kind is text where none is given. FileFormatError for anything that
    is not of the form.
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("variables"), Sequence):
        raise FileFormatError(
            "The attributes do not have their form.", place=place, expected="name, label and a list of variables"
        )
    unknown = sorted(set(map(str, content)) - {"name", "label", "variables"})
    if unknown:
        raise FileFormatError("The attributes have an unknown item.", place=place, found=", ".join(unknown))
    variables = tuple(_variable(item, place) for item in content["variables"])
    return Attributes(_text(content, "name", place), _text(content, "label", place), variables)


def _variable(item: object, place: Place) -> Variable:
    if not isinstance(item, Mapping) or not isinstance(item.get("name"), str) or not item["name"]:
        raise FileFormatError("A variable has no name.", place=place, found=repr(item)[:80])
    here = Place(file=place.file, dataset=place.dataset, variable=item["name"])
    for key in item:
        if key not in _ITEMS:
            raise FileFormatError(
                f"A variable has an unknown item {key!r}.", place=here, hint=nearest(str(key), _ITEMS)
            )
    kind = str(item.get("kind", Kind.TEXT))
    if kind not in tuple(Kind):
        raise FileFormatError("The kind of a variable is unknown.", place=here, found=kind, hint=nearest(kind, Kind))
    length = str(item.get("length", ""))
    if length and not (length.isascii() and length.isdigit()):
        raise FileFormatError("The length of a variable is not a whole number.", place=here, found=length)
    texts = {key: _text(item, key, here) for key in _TEXTS}
    return Variable(item["name"], Kind(kind), length=int(length) if length else None, **texts)


def _text(items: Mapping[str, object], key: str, place: Place) -> str:
    value = items.get(key, "")
    if not isinstance(value, str):
        raise FileFormatError(f"The item {key} is not text.", place=place, found=repr(value)[:80])
    return value

"""Types what a YAML file says by a model, and turns each fault of the model into an error with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adamline.errors import AdamlineError, nearest
from adamline.io.yaml_text import Route, YamlFile
from adamline.spec.types import NAME, ListedTwiceError

Model = TypeVar("Model", bound=BaseModel)
# Parts of a model that have no key of their own in the file.
_UNWRITTEN = ("arguments", "attributes")
# What pydantic says of the length of a list.
_COUNTED = re.compile(r"\w+ should have (at (?:least|most) \d+ items?) after validation, not \d+")


def typed(
    file: YamlFile, model: type[Model], context: Mapping[str, object] | None = None
) -> tuple[Model | None, list[AdamlineError]]:
    """The content of ``file`` as ``model``, or None and a fault for each thing that does not fit.

    ``context`` is what the model's validators want to know beside the content.
    """
    try:
        return model.model_validate(file.content, context=context), []
    except ValidationError as error:
        return None, [_fault(file, model, detail) for detail in error.errors()]


def _fault(file: YamlFile, model: type[BaseModel], detail: ErrorDetails) -> AdamlineError:
    route: Route = tuple(part for part in detail["loc"] if part not in _UNWRITTEN)
    kind = detail["type"]
    # Which of several types does not fit is a part of the model's route, and not of the file's.
    written = [part for number, part in enumerate(route, start=1) if route[:number] in file.lines]
    name = ".".join(map(str, [*written, *(route[-1:] if kind == "missing" else ())])) or file.path.name
    place = file.place(route)
    if kind == "missing":
        return AdamlineError(f"`{name}` is missing.", place=place, expected="a value for it")
    if kind == "extra_forbidden":
        known = [field.alias or key for key, field in model.model_fields.items()] if len(route) == 1 else []
        hint = nearest(str(route[-1]), known) if known else "check its spelling and indentation"
        return AdamlineError(f"`{name}` is not known here.", place=place, hint=hint)
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, ListedTwiceError):
        place = file.place((*written, error.at))
    cause = getattr(error, "__cause__", None)
    if isinstance(cause, AdamlineError):  # of a condition, which says itself what is wrong with it
        return cause.at(place)
    return AdamlineError(f"`{name}` does not fit.", place=place, expected=_expected(detail), found=_found(detail))


def _expected(detail: ErrorDetails) -> str:
    """What pydantic expects, in words of a spec."""
    if detail["type"] == "string_pattern_mismatch" and detail.get("ctx", {}).get("pattern") == NAME:
        return "a name of at most 8 characters: a letter, then letters, digits or underscores, in capitals"
    return without_preamble(detail["msg"])


def without_preamble(message: str) -> str:
    """What pydantic says without the words before it.

    >>> without_preamble("Input should be 'first' or 'last'")
    "'first' or 'last'"
    >>> without_preamble("Tuple should have at least 1 item after validation, not 0")
    'at least 1 item'
    """
    message = _COUNTED.sub(r"\1", message).replace("a valid tuple", "a list")
    for words in ("Value error, ", "Input should be ", "String should have "):
        message = message.removeprefix(words)
    return message


def _found(detail: ErrorDetails) -> str:
    """The value as it is written; nothing of a list or a mapping, which the line shows."""
    return "" if isinstance(detail["input"], list | dict | tuple) else str(detail["input"])

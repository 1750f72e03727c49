"""Types what a YAML file says by a model, and turns each fault of the model into an error with its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adamline.errors import AdamlineError, nearest
from adamline.io.yaml_text import Route, YamlFile

Model = TypeVar("Model", bound=BaseModel)
# Parts of a model that have no key of their own in the file.
_UNWRITTEN = ("arguments", "attributes")


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
    found = detail["input"] if isinstance(detail["input"], str) else type(detail["input"]).__name__
    message = detail["msg"].removeprefix("Value error, ")
    return AdamlineError(f"`{name}` does not fit.", place=place, expected=message, found=str(found))

"""Parts of JSON Schemas: of models and types as the specs write them, put together into the schema of a file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

JsonSchema = dict[str, Any]
DEFS = "#/$defs/"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
# Texts that YAML reads as something else, such as `NO` and `010`: the specs read all scalars as text.
_TEXT = ["string", "number", "boolean"]


class _Reader(GenerateJsonSchema):
    """Makes schemas of what the specs take: numbers are numbers, texts may look like something else to YAML."""

    ignored_warning_kinds: ClassVar[set[Any]] = {"skipped-choice", "non-serializable-default"}  # type: ignore[misc]

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A text without a pattern may look like a number or a truth value."""
        made = super().str_schema(schema)
        return made if "pattern" in made else {**made, "type": _TEXT}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """A mapping by names has no key that is none."""
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        """Without the description, which not every version of pydantic gives."""
        made = super().dataclass_schema(schema)
        made.pop("description", None)
        return made

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        """Another dataset or a table, which a spec names."""
        return {"type": "string"}


def of_model(model: type[BaseModel], defs: JsonSchema) -> JsonSchema:
    """The schema of a model, its parts put under ``defs``."""
    made = _kept(model.model_json_schema(schema_generator=_Reader, mode="validation"), defs)
    # A model that holds itself is one of its own parts.
    return defs[made["$ref"].removeprefix(DEFS)] if "$ref" in made else made


def of_type(annotation: Any, defs: JsonSchema) -> JsonSchema:
    """The schema of a type, its parts put under ``defs``."""
    return _kept(TypeAdapter(annotation).json_schema(schema_generator=_Reader, mode="validation"), defs)


def _kept(made: JsonSchema, defs: JsonSchema) -> JsonSchema:
    defs |= made.pop("$defs", {})
    return made


def first_line(function: Callable[..., Any]) -> str:
    """The sentence that a function says of itself."""
    return (inspect.getdoc(function) or "").partition("\n")[0]


def whole_schema(title: str, made: JsonSchema, defs: JsonSchema) -> JsonSchema:
    """The schema of a file, with the parts that it needs."""
    body = _untitled(made)
    parts = {name: _untitled(part) for name, part in defs.items()}
    needed: dict[str, None] = {}
    waiting = list(_refs(body))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = None
            waiting += _refs(parts[name])
    return {"$schema": _DRAFT, "title": title, **body, "$defs": {name: parts[name] for name in sorted(needed)}}


def _untitled(part: Any) -> Any:
    """Without the titles that pydantic makes of names, which say nothing more."""
    if isinstance(part, Mapping):
        plain = {name: _untitled(inside) for name, inside in part.items()}
        return {name: inside for name, inside in plain.items() if name != "title" or not isinstance(inside, str)}
    return [_untitled(inside) for inside in part] if isinstance(part, list | tuple) else part


def _refs(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].removeprefix(DEFS)
        for inside in part.values():
            yield from _refs(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from _refs(inside)

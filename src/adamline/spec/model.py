"""The model that each part of a spec is: frozen, without unknown keys, its numbers read as people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from adamline.io.number_text import number_of, whole_number_of


def _from_text(read: Callable[[str], float]) -> Callable[[Any], Any]:
    def reader(value: Any) -> Any:
        return read(value) if isinstance(value, str) else value

    return reader


_READERS = {"int": _from_text(whole_number_of), "float": _from_text(number_of)}
# Parts of a schema that hold values, which can look like schemas.
_NO_SCHEMA = ("metadata", "serialization", "default", "expected", "cls", "config")


def with_plain_numbers(schema: Any) -> Any:
    """A schema of pydantic in which every number that comes as text is read by `adamline.io.number_text`."""
    if isinstance(schema, list | tuple):
        return type(schema)(with_plain_numbers(part) for part in schema)
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("type")
    if kind in ("int", "float"):
        reader = {"type": "no-info", "function": _READERS[kind]}
        return {"type": "function-before", "function": reader, "schema": schema}
    if kind == "function-before" and schema["function"].get("function") in _READERS.values():
        return schema  # a part that has been through here
    return {key: _part_with_plain_numbers(key, part) for key, part in schema.items()}


def _part_with_plain_numbers(key: str, part: Any) -> Any:
    if key in _NO_SCHEMA:
        return part
    if key == "fields" and isinstance(part, dict):  # by name, which can be that of anything
        return {name: with_plain_numbers(field) for name, field in part.items()}
    return with_plain_numbers(part)


class SpecModel(BaseModel):
    """The base of all models of YAML files.

    A number of a spec is text when it arrives (`adamline.io.yaml_text`), and pydantic's own reader would take ``1_0``,
    ``nan`` and ``inf``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The model's schema with the reader of numbers put before each number."""
        schema: CoreSchema = with_plain_numbers(handler(source))
        return schema


class PlainNumbers:
    """Put into an ``Annotated`` type, it makes its numbers those that people write."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The type's schema with the reader of numbers put before each number."""
        schema: CoreSchema = with_plain_numbers(handler(source))
        return schema

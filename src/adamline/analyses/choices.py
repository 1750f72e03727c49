"""Choices: options that are words of SAS, taken in any case and spelling."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic_core import core_schema

_Kind = TypeVar("_Kind", bound=StrEnum)


class _AnyCase:
    """Validates a choice by its word, whatever its case."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        kinds = {word.upper(): word for word in map(str, source)}

        def known(value: Any) -> Any:
            return kinds.get(value.replace(" ", "").upper(), value) if isinstance(value, str) else value

        return core_schema.no_info_before_validator_function(known, handler(source))


# `wilson` or `WILSON` for a method whose word is WILSON.
Choice = Annotated[_Kind, _AnyCase()]

"""Choices: options that are words of SAS, taken in any case and spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic_core import core_schema

_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True)
class Spelled:
    """Validates a choice by its word or its own name, whatever its case; ``also`` are other words of SAS for it."""

    also: Mapping[str, StrEnum] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        kinds = {_plain(word): member for word, member in self.also.items()}
        kinds |= {_plain(member.name): member for member in source}
        kinds |= {_plain(member.value): member for member in source}

        def known(value: Any) -> Any:
            return kinds.get(_plain(value), value) if isinstance(value, str) else value

        return core_schema.no_info_before_validator_function(known, handler(source))


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]", "", word).upper()


# `wilson` or `WILSON` for a method whose word is WILSON.
Choice = Annotated[_Kind, Spelled()]

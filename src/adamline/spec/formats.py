"""The formats of an output's document as a spec lists them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field


class Format(StrEnum):
    """A format by its name, which is also the ending of its files."""

    DOCX = "docx"
    RTF = "rtf"
    HTML = "html"
    PDF = "pdf"
    CSV = "csv"


def _as_list(written: object) -> object:
    return [written] if isinstance(written, str) else written


def _distinct(formats: tuple[Format, ...]) -> tuple[Format, ...]:
    twice = sorted({name for name in formats if formats.count(name) > 1})
    if twice:
        raise ValueError(f"each format once, and not again {', '.join(twice)}")
    return formats


# One format or a list of them.
Formats = Annotated[
    tuple[Format, ...],
    BeforeValidator(_as_list, json_schema_input_type=Format | tuple[Format, ...]),
    AfterValidator(_distinct),
    Field(min_length=1),
]

"""The formats of an output's document as a spec lists them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from adamline.spec.types import as_list, each_once


class Format(StrEnum):
    """A format by its name, which is also the ending of its files."""

    DOCX = "docx"
    RTF = "rtf"
    HTML = "html"
    PDF = "pdf"
    CSV = "csv"


# One format or a list of them.
Formats = Annotated[
    tuple[Format, ...],
    BeforeValidator(as_list, json_schema_input_type=Format | tuple[Format, ...]),
    AfterValidator(each_once),
    Field(min_length=1),
]

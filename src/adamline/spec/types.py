"""Types of the words in a spec: names as ADaM allows them, conditions that can be read, lists of what differs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from adamline.condition.parse import parse_condition
from adamline.errors import ConditionError

_Item = TypeVar("_Item")


class ListedTwiceError(ValueError):
    """Items of a list are there before; ``at`` is where the first of them stands again."""

    def __init__(self, items: Sequence[object]) -> None:
        again = [number for number, item in enumerate(items) if item in items[:number]]
        twice = sorted({str(items[number]) for number in again})
        super().__init__(f"each once; listed twice: {', '.join(twice)}")
        self.at = again[0]


def each_once(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    """The items; ListedTwiceError where one is listed twice."""
    if any(items.count(item) > 1 for item in items):
        raise ListedTwiceError(items)
    return items


def as_list(written: Any) -> Any:
    """A list for a single text, which a spec may write in its place."""
    return [written] if isinstance(written, str) else written


def is_variable_name(text: str) -> bool:
    """Whether a text can be the name of a variable."""
    return re.match(NAME, text) is not None


def _readable(text: str) -> str:
    try:
        parse_condition(text)
    except ConditionError as error:
        # pydantic collects ValueErrors, and with them the place of each fault.
        raise ValueError(str(error)) from error
    return text


# ADaMIG 3.1.1: at most 8 characters, a letter first, then letters, digits and underscores; upper case.
NAME = r"^[A-Z][A-Z0-9_]{0,7}$"
# Marks the type of a variable's name, by which the variables that a spec names are found.
VARIABLE = "variable"
VariableName = Annotated[str, StringConstraints(pattern=NAME), VARIABLE]
DatasetName = Annotated[str, StringConstraints(pattern=NAME)]
ConditionText = Annotated[str, AfterValidator(_readable)]
# A list of which each item is different, which may be empty; and one that may not.
_UNIQUE = Field(json_schema_extra={"uniqueItems": True})
EachOnce = Annotated[tuple[_Item, ...], AfterValidator(each_once), _UNIQUE]
# The least length goes first: behind a validator the schema would have it as that of a text.
Distinct = Annotated[tuple[_Item, ...], Field(min_length=1), AfterValidator(each_once), _UNIQUE]
# The same, or a single text.
AsList = BeforeValidator(as_list, json_schema_input_type=str | tuple[str, ...])
OneOrMore = Annotated[tuple[_Item, ...], AsList, AfterValidator(each_once), Field(min_length=1)]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]

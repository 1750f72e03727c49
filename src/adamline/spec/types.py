"""Types of the words in a spec: names as ADaM allows them, and conditions that can be read."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from adamline.condition.parse import parse_condition
from adamline.errors import ConditionError


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
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]

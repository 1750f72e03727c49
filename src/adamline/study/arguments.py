"""Types the arguments of a spec's entry as the signature of its function says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Annotated, Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from adamline.condition.parse import parse_condition
from adamline.condition.tree import Condition
from adamline.contract import Parameter, Role, order_of
from adamline.errors import AdamlineError, ConditionError, DerivationError, FormulaError, Place, nearest
from adamline.formula.parse import parse_formula
from adamline.spec.model import PlainNumbers
from adamline.spec.typed import without_preamble

# Roles whose argument a spec gives by name, and the run replaces by a frame.
FRAMES = (Role.SOURCE, Role.TABLE)
_NAMES = (Role.COLUMN, Role.SOURCE_COLUMN, Role.KEY, Role.PARAMETER)
_CONDITIONS = (Role.WHERE, Role.SOURCE_WHERE, Role.PARAMETER_VALUES_WHERE)

# Faults of a name in a row of an argument, as pydantic calls them.
_OF_A_NAME = {"missing": "is missing", "unexpected_keyword_argument": "is not known here"}


def typed_argument(parameter: Parameter, text: Any, place: Place) -> tuple[Any, AdamlineError | None]:
    """The value of an argument that stands as text, lists and mappings in a spec, or what is wrong with it."""
    if parameter.role in FRAMES:
        if isinstance(text, str):
            return text, None
        return None, _misfit(parameter, text, place, meaning(parameter))
    if isinstance(text, str) and _is_list(parameter):
        text = [text]  # one name need not be written as a list
    try:
        value: Any = _adapter(parameter.annotation).validate_python(text)
        _check_words(parameter, value, place)
    except ValidationError as error:
        told = "; ".join(dict.fromkeys(map(_told, error.errors())))
        return None, _misfit(parameter, text, place, f"{meaning(parameter)} ({told})" if parameter.role else told)
    except (ConditionError, FormulaError) as error:
        return None, error
    except DerivationError as error:
        return None, AdamlineError(error.what, place=place, expected=error.expected)
    return value, None


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    """What reads values of a type, which takes long to make; many arguments are of one type."""
    return TypeAdapter(Annotated[annotation, PlainNumbers()])


def _told(detail: ErrorDetails) -> str:
    """What pydantic says of a part of an argument."""
    if detail["type"] in _OF_A_NAME:
        return f"`{detail['loc'][-1]}` {_OF_A_NAME[detail['type']]}"
    return without_preamble(detail["msg"])


def of_parameters(
    parameter: Parameter, column: Any, rows: Sequence[Mapping[str, str | None]], place: Place
) -> tuple[Any, AdamlineError | None]:
    """What stands in a column of the dataset's parameters, by PARAMCD."""
    known = list(dict.fromkeys(name for row in rows for name in row))
    if column not in known:
        found, hint = str(column), nearest(str(column), known)
        what = f"`{parameter.spec_name}` names no column of `parameters`."
        return None, AdamlineError(what, place=place, expected=meaning(parameter), found=found, hint=hint)
    texts: dict[str, str] = {}
    for code, text in ((str(row["PARAMCD"]), row.get(column)) for row in rows):
        if text is not None and texts.setdefault(code, text) != text:
            what, found = f"{code} has several `{column}` in `parameters`.", f"{texts[code]}, {text}"
            return None, AdamlineError(what, place=place, expected="one for each PARAMCD", found=found)
    try:
        for text in texts.values() if parameter.role is Role.PARAMETER_WHERE else ():
            parse_condition(text, place=place)
    except ConditionError as error:
        return None, error
    return texts, None


def _check_words(parameter: Parameter, value: Any, place: Place) -> None:
    if parameter.role in _CONDITIONS and value is not None:
        parse_condition(value, place=place)
    if parameter.role in (Role.ORDER, Role.SOURCE_ORDER):
        _check_distinct(parameter, [order_of(item)[0] for item in value])
    if parameter.role in (Role.FORMULA, Role.PARAMETER_VALUES_FORMULA):
        parse_formula(value, place=place)
    if parameter.role is Role.DATED_SOURCES:
        for condition in filter(None, [row.where for row in value]):
            parse_condition(condition, place=place)
    if parameter.role in _NAMES and not isinstance(value, str):
        _check_distinct(parameter, value or ())
    if isinstance(value, Mapping) and "" in value.values():
        name = next(name for name, text in value.items() if text == "")
        what = f"`{parameter.spec_name}` gives {name} no value."
        raise DerivationError(what, expected="a value; what is to be missing is left out")
    if parameter.role is Role.CASES:
        if any(case.from_ == "" for case in value):
            raise DerivationError(f"A row of `{parameter.spec_name}` has `from` and names no variable.")
        _check_cases([None if case.when is None else parse_condition(case.when, place=place) for case in value])


def _check_distinct(parameter: Parameter, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(list(names)).items() if count > 1]
    if twice:
        raise DerivationError(f"`{parameter.spec_name}` names {', '.join(twice)} twice.", expected="each name once")


def _check_cases(conditions: Sequence[Condition | None]) -> None:
    """Raise DerivationError for a row that no record can come to."""
    for number, condition in enumerate(conditions[1:], start=2):
        if None in conditions[: number - 1]:
            what = f"Row {number} is of no record: a row without `when` holds for all that are left."
            raise DerivationError(what, expected="a row without `when` last, and one of them")
        if condition in conditions[: number - 1]:
            what = f"Row {number} is of no record: it has the condition of an earlier row."
            raise DerivationError(what, expected="a condition once; the first row that holds decides")


def with_frames(role: Role | None, value: Any, frames: Mapping[str, pd.DataFrame]) -> Any:
    """The value of an argument with the datasets and tables that it names."""
    if role in FRAMES:
        return frames[value]
    if role is Role.DATED_SOURCES:
        return [replace(row, source=frames[row.source]) for row in value]
    return value


def _is_list(parameter: Parameter) -> bool:
    return "Sequence[str]" in str(parameter.annotation)


def _misfit(parameter: Parameter, text: Any, place: Place, expected: str) -> AdamlineError:
    return AdamlineError(f"`{parameter.spec_name}` does not fit.", place=place, expected=expected, found=str(text))


def meaning(parameter: Parameter) -> str:
    """What an argument is, in words of an error."""
    return parameter.role.value if parameter.role else "a value"

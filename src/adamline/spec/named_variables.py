"""Finds the variables that a part of a spec names, by the types of its options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from adamline.io.yaml_text import Route
from adamline.spec.types import VARIABLE, is_variable_name


def named_variables(options: BaseModel, route: Route = ()) -> Iterator[tuple[Route, str]]:
    """Each variable that the options name in fields of the type `VariableName`, with where it stands.

    Neither defaults nor the options of a part that is a model of its own.

    >>> from adamline.spec.model import SpecModel
    >>> from adamline.spec.types import VariableName
    >>> class Test(SpecModel):
    ...     of: VariableName
    ...     strata: tuple[VariableName, ...] = ()
    ...     label: str = ""
    >>> list(named_variables(Test(of="CHG", strata=("SEX",), label="AGE"), ("rows", 0)))
    [(('rows', 0, 'of'), 'CHG'), (('rows', 0, 'strata', 0), 'SEX')]
    """
    for name, field in type(options).model_fields.items():
        if name not in options.model_fields_set:
            continue
        kind: Any = field.annotation
        for metadata in field.metadata:
            kind = Annotated[kind, metadata]
        for inside, variable in dict(_of_value(kind, getattr(options, name))).items():
            yield (*route, field.alias or name, *inside), variable


def _of_value(kind: Any, value: Any) -> Iterator[tuple[Route, str]]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated and VARIABLE in arguments[1:]:
        if isinstance(value, str) and is_variable_name(value):  # a union may take other words in its place
            yield (), value
    elif origin is Annotated:
        yield from _of_value(arguments[0], value)
    elif origin is Mapping and isinstance(value, Mapping):
        for key, part in value.items():
            yield from (((key,), found) for _, found in _of_value(arguments[0], key))
            yield from (((key, *inside), found) for inside, found in _of_value(arguments[1], part))
    elif origin is tuple and isinstance(value, tuple):
        each = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        for number, (one, part) in enumerate(zip(each, value, strict=True)):
            yield from (((number, *inside), found) for inside, found in _of_value(one, part))
    elif not isinstance(kind, type):
        for one in arguments:  # a union
            yield from _of_value(one, value)

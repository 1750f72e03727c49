"""Texts of a spec with a study's variables in them: Jinja that can show what it is given and do nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adamline.errors import AdamlineError, nearest
from adamline.io.yaml_text import Plain, Route, YamlFile

# What makes a text one with something to be filled in; all others stand as they are written.
_MARKS = ("{{", "{%", "{#")
_LITERAL = "braces that are to be shown are written as {{ '{{' }}"
_FILTERS = ("upper", "lower", "capitalize", "title", "trim", "replace", "default")
_MISSING = re.compile(r"'([^']*)' is undefined")
_LONGEST_SHOWN = 80


class _Environment(ImmutableSandboxedEnvironment):
    """Shows variables, with a few filters; it calls nothing and computes nothing."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self) -> None:
        super().__init__(autoescape=False, keep_trailing_newline=True, undefined=jinja2.StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing is called."""
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Nothing is computed: a text times a large number would fill memory."""
        raise SecurityError(f"{operator} is not for texts; ~ joins them")


_ENVIRONMENT = _Environment()


def filled_in(text: str, variables: Mapping[str, str]) -> str:
    """A text with the values of variables where it names them; a value is text, whatever it holds.

    >>> filled_in("Effect of {{ drug }} on {{ '{{' }}", {"drug": "{{ x }}"})
    'Effect of {{ x }} on {{'

    Raises AdamlineError for braces that are not closed, a variable that is not there, and for all that is no text.
    """
    if not any(mark in text for mark in _MARKS):
        return text
    try:
        return _ENVIRONMENT.from_string(text).render(variables)
    except (jinja2.TemplateError, TypeError, ValueError, RecursionError) as error:
        raise _fault(text, str(error), variables) from error


def _fault(text: str, found: str, variables: Mapping[str, str]) -> AdamlineError:
    shown = repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + " ...")
    missing = _MISSING.fullmatch(found)
    if missing:
        what = f"A text names a variable that there is not: {missing[1]}."
        hint = f"{nearest(missing[1], variables)}, or give it under `variables` in study.yaml"
        return AdamlineError(what, expected=", ".join(sorted(variables)), found=shown, hint=hint)
    what = "A text has braces that cannot be filled in."
    return AdamlineError(what, expected="{{ and the name of a variable }}", found=f"{shown}: {found}", hint=_LITERAL)


def with_variables(file: YamlFile, variables: Mapping[str, str]) -> tuple[YamlFile, list[AdamlineError]]:
    """The file with all its texts filled in, keys of mappings left as they are, and a fault for each that cannot be."""
    faults: list[AdamlineError] = []

    def filled(content: Plain, route: Route) -> Plain:
        if isinstance(content, Mapping):
            return {key: filled(part, (*route, key)) for key, part in content.items()}
        if isinstance(content, list):
            return [filled(part, (*route, number)) for number, part in enumerate(content)]
        if not isinstance(content, str):
            return content
        try:
            return filled_in(content, variables)
        except AdamlineError as error:
            faults.append(error.at(file.place(route)))
            return content

    return replace(file, content=filled(file.content, ())), faults

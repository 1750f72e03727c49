"""Texts of a spec with a study's variables in them: Jinja that can show what it is given and do nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from adamline.errors import AdamlineError, nearest
from adamline.io.yaml_text import Plain, Route, YamlFile

# What makes a text one with something to be filled in; all others stand as they are written.
_MARKS = ("{{", "{%", "{#")
_LITERAL = "braces that are to be shown are written as {{ '{{' }}"
_MISSING = re.compile(r"'([^']*)' is undefined")
_LONGEST_SHOWN = 80
# The name of a variable in braces, and words of Jinja that are none.
_NAMED = re.compile(r"\{\{ *([A-Za-z_]+) *\}\}")
_WORDS = {"true", "false", "none", "and", "or", "not", "in", "is", "if", "else", "self"}


def filled_in(text: str, variables: Mapping[str, str]) -> str:
    """A text with the values of variables where it names them; a value is text, whatever it holds.

    >>> filled_in("Effect of {{ drug }} on {{ '{{' }}", {"drug": "{{ x }}"})
    'Effect of {{ x }} on {{'

    Raises AdamlineError for braces that are not closed, a variable that is not there, and for all that is no text.
    """
    if not any(mark in text for mark in _MARKS):
        return text
    plain = _plainly_filled_in(text, variables)
    if plain is not None:
        return plain
    # It takes as long to load as a study to open.
    from jinja2 import TemplateError

    from adamline.spec.text_environment import ENVIRONMENT

    try:
        return ENVIRONMENT.from_string(text).render(variables)
    except (TemplateError, TypeError, ValueError, RecursionError) as error:
        raise _fault(text, str(error), variables) from error


def _plainly_filled_in(text: str, variables: Mapping[str, str]) -> str | None:
    """The text, as Jinja would give it, where its braces have names of variables and nothing else; else None."""
    literals, names = _NAMED.split(text)[::2], _NAMED.findall(text)
    is_plain = not any(mark in literal for literal in literals for mark in (*_MARKS, "\r"))
    if not is_plain or any(name not in variables or name.lower() in _WORDS for name in names):
        return None
    return _NAMED.sub(lambda found: variables[found[1]], text)


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

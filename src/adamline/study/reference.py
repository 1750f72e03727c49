"""The reference of derivations: of each its arguments, rule, example and method, as its function and contract say."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from adamline.contract import Case, Parameter, Role
from adamline.errors import AdamlineError, nearest
from adamline.study.functions import Derivation, Programs, Verb, find_derivation, known_names

_PLAIN = {int: "a whole number", float: "a number", str: "a text", bool: "yes or no"}
_VERBS: tuple[tuple[Verb, str], ...] = (("derive", "Variables"), ("add", "Added records"))


def all_derivations(folder: Path | None = None) -> dict[Verb, list[Derivation]]:
    """The derivations of adamline, and the programs of the study in ``folder``, which are only read."""
    where = folder or Path("none")
    return {
        verb: [find_derivation(n, verb, where, Programs.READ) for n in known_names(verb, where)] for verb, _ in _VERBS
    }


def derivation_named(name: str, folder: Path | None = None) -> tuple[Verb, Derivation]:
    """A derivation by the name that specs call it by; AdamlineError, with the nearest, for another name."""
    known = {found.name: (verb, found) for verb, of_verb in all_derivations(folder).items() for found in of_verb}
    if name not in known:
        hint = nearest(name, known)
        raise AdamlineError(f"There is no derivation `{name}`.", hint=hint or "`adamline derivations` lists them")
    return known[name]


def reference_page() -> str:
    """All derivations of adamline, in Markdown."""
    parts = []
    for (_, title), (verb, of_verb) in zip(_VERBS, all_derivations().items(), strict=True):
        parts += [f"## {title}", *(reference_of(verb, found) for found in of_verb)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def reference_of(verb: Verb, derivation: Derivation) -> str:
    """All that is said of one derivation, in Markdown."""
    first, rule, example = _said(derivation)
    asked = [p for p in derivation.contract.parameters if p.role not in (Role.NEW, Role.KIND)]
    parts = [f"### {derivation.name}", first, f"```yaml\n{_entry(verb, derivation.name, asked)}\n```"]
    if asked:
        parts.append(_table(asked))
    if any(p.role is Role.KIND for p in derivation.contract.parameters):
        parts.append("The entry's `type` says what it makes.")
    parts += [rule, f"```pycon\n{example}\n```" if example else "", f"Method: {method_of(derivation)}"]
    return "\n\n".join(part for part in parts if part)


def summary_lines(folder: Path | None = None) -> Iterator[str]:
    """A line for each derivation: its name, and what it makes."""
    for (_, title), of_verb in zip(_VERBS, all_derivations(folder).values(), strict=True):
        yield f"{title}:"
        for found in of_verb:
            yield f"  {found.name:<28}{_said(found)[0]}"


def _said(derivation: Derivation) -> tuple[str, str, str]:
    """The first sentence of a docstring, the rest of it, and its example; a program that was read has its sentence."""
    if derivation.code is not None:
        return method_of(derivation), "", ""
    text = (inspect.getdoc(derivation.function) or "").replace("``", "`")
    text = re.sub(r"`(from|set)_`", r"`\1`", text)
    text, example = text[: text.find(">>>")], text[text.find(">>>") :] if ">>>" in text else ""
    first, _, rest = text.partition("\n\n")
    return " ".join(first.split()), rest.strip(), example.strip()


def _entry(verb: Verb, name: str, asked: Sequence[Parameter]) -> str:
    """The shortest entry of a spec that calls it."""
    needed = "".join(f", {p.spec_name}: ..." for p in asked if p.required)
    if name == "copy":
        needed = ""  # a plain copy is of the variable's own name
    if verb == "add":
        return f"- {{add: {name}{needed}}}"
    return f"VARIABLE: {{derive: {name}{needed}}}" if needed else f"VARIABLE: {name}"


def _table(asked: Sequence[Parameter]) -> str:
    rows = [f"| `{p.spec_name}` | {_meaning(p)} | {_default(p)} |" for p in asked]
    return "\n".join(["| argument | is | default |", "| --- | --- | --- |", *rows])


def _meaning(parameter: Parameter) -> str:
    if parameter.role is not None:
        return parameter.role.value + (", or a list of them" if _is_list(parameter) else "")
    kinds = [kind for kind in (parameter.annotation, *get_args(parameter.annotation)) if kind is not type(None)]
    words = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
    if words:
        return " or ".join(f"`{word}`" for word in words)
    bare = [get_args(kind)[0] if get_origin(kind) is Annotated else kind for kind in kinds]
    plain = [_PLAIN[kind] for kind in bare if kind in _PLAIN]
    return "a list of texts" if _is_list(parameter) else plain[0] if plain else "a value"


def _is_list(parameter: Parameter) -> bool:
    return "Sequence[str]" in str(parameter.annotation)


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "to be given"
    value: Any = parameter.default
    if value is None or (not isinstance(value, str | int | float) and not len(value)):
        return "none"
    return f"`{', '.join(map(str, value)) if isinstance(value, list | tuple) else value}`"


def method_of(derivation: Derivation) -> str:
    """The method with the defaults, and the names of arguments that have none."""
    named: dict[str, Any] = {p.name: _placeholder(p) for p in derivation.contract.parameters if p.required}
    return derivation.contract.sentence(named)


def _placeholder(parameter: Parameter) -> Any:
    words = re.findall(r"`(\w+)`", _meaning(parameter)) if parameter.role is None else []
    if words:
        return words[0]
    if parameter.role is Role.DATED_SOURCES:
        return [f"<{parameter.spec_name}>"]
    return [Case("...", "...")] if parameter.role is Role.CASES else f"<{parameter.spec_name}>"

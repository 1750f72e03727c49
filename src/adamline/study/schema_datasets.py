"""The JSON Schema of the spec of a dataset: its entries name derivations, each with its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from adamline.contract import Contract, Parameter, Role, Where
from adamline.spec.all_of_subject import ALL, EXCEPT
from adamline.spec.dataset import SOURCE, Attributes, DatasetSpec
from adamline.spec.listed_names import BLOCKS
from adamline.spec.subject_entries import SUBJECT
from adamline.study.functions import Verb, built_in_names, find_derivation
from adamline.study.narrowed import condition_of
from adamline.study.schema_parts import DEFS, JsonSchema, first_line, of_model, of_type, whole_schema

_NAMED = (Role.SOURCE, Role.TABLE, Role.PARAMETER_TEXT, Role.PARAMETER_WHERE)
_NAME = "[A-Z][A-Z0-9_]{0,7}"
_LISTS = (Role.COLUMN, Role.KEY, Role.ORDER, Role.SOURCE_COLUMN, Role.SOURCE_ORDER, Role.PARAMETER)


def dataset_schema() -> JsonSchema:
    """The schema of a dataset's file."""
    defs: JsonSchema = {}
    made = of_model(DatasetSpec, defs)
    for block in BLOCKS:  # a key may list several names
        inside = made["properties"][block]
        names = inside.pop("patternProperties")
        inside["patternProperties"] = {rf"^{_NAME}(, *{_NAME})*$": next(iter(names.values()))}
    made["properties"]["subject"] = _subject(made["properties"]["subject"])
    attributes = of_model(Attributes, defs)["properties"]
    defs["Entry"] = _calls("derive", attributes, defs)
    defs["RecordsEntry"] = _calls("add", _of_records(made, defs), defs)
    return whole_schema("A dataset of a study", made, defs)


def _subject(part: JsonSchema) -> JsonSchema:
    """The variables of the subject: a list, `all`, or a list with `all` and what is left out; or the dataset alone."""
    ((name, listed),) = part["patternProperties"].items()
    but = {
        "type": "object",
        "properties": {EXCEPT: {"type": "array"}},
        "required": [EXCEPT],
        "additionalProperties": False,
    }
    listed = {**listed, "items": {"anyOf": [{"const": ALL}, but, listed["items"]]}}
    several = {**part, "patternProperties": {name: {"anyOf": [{"const": ALL}, listed]}}}
    return {"anyOf": [{"type": "string", "pattern": name}, several]}


def _of_records(made: JsonSchema, defs: JsonSchema) -> JsonSchema:
    """What an entry of added records may say beside the function's arguments."""
    own = dict(defs.get("RecordsEntry", {}).get("properties", {}))
    own["missing"] = {"anyOf": [{"const": SOURCE}, own["missing"]]}  # one word need not be written as a list
    return {name: part for name, part in own.items() if name not in ("add", "arguments")}


def _calls(verb: Verb, beside: JsonSchema, defs: JsonSchema) -> JsonSchema:
    """An entry that names a function and its arguments, or for a variable the function alone."""
    names = built_in_names(verb)
    choices = []
    for name in names:
        found = find_derivation(name, verb, Path())
        contract, about = found.contract, first_line(found.function)
        arguments = {p.spec_name: p for p in contract.parameters if p.role not in (Role.NEW, Role.KIND)}
        if verb == "derive" and (condition := condition_of(contract)):
            arguments[condition] = Parameter(condition, Role.WHERE, Where, None)
        key = f"{verb}.{name}"
        defs[key] = {
            "type": "object",
            "description": about,
            "properties": {
                verb: {"const": name, "description": about},
                **beside,
                **{argument: _argument(parameter, defs) for argument, parameter in arguments.items()},
            },
            "required": [verb, *_needed(contract, name)],
            "additionalProperties": False,
        }
        choices.append({"$ref": f"{DEFS}{key}"})
    program = {
        "type": "object",
        "description": "A function of the study's own `programs/`, with its arguments.",
        "properties": {verb: {"type": "string", "pattern": r"^programs\."}},
        "required": [verb],
    }
    alone = (
        {"anyOf": [{"enum": [*names, SUBJECT]}, {"type": "string", "pattern": r"^programs\."}]}
        if verb == "derive"
        else None
    )
    return {"anyOf": [*([alone] if alone else []), *choices, program]}


def _needed(contract: Contract, name: str) -> list[str]:
    """Arguments that an entry must name; a plain copy is of the variable's own name."""
    needed = [p.spec_name for p in contract.parameters if p.required and p.role not in (Role.NEW, Role.KIND)]
    return [argument for argument in needed if (name, argument) != ("copy", "from")]


def _argument(parameter: Parameter, defs: JsonSchema) -> JsonSchema:
    said = (
        {}
        if parameter.role is None
        else {"description": f"{parameter.role.value[:1].upper()}{parameter.role.value[1:]}."}
    )
    if parameter.role in _NAMED:
        return {"type": "string", **said}
    made = of_type(parameter.annotation, defs)
    if parameter.role in _LISTS and made.get("type") == "array":
        made = {"anyOf": [{"type": "string"}, made]}  # one name need not be written as a list
    default = parameter.default
    shown = {} if parameter.required or default is None or isinstance(default, Mapping) else {"default": default}
    return {**made, **said, **shown}

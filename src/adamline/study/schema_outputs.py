"""The JSON Schemas of outputs and of their templates: rows name analyses, each with its options."""

from __future__ import annotations

from collections.abc import Mapping

from adamline.analyses.rows import Blank, By, Heading
from adamline.analyses.words import find_word, known_words
from adamline.study.outputs import known_kinds, options_of
from adamline.study.schema_parts import DEFS, JsonSchema, first_line, of_model, whole_schema

_LEVELS: JsonSchema = {
    "type": "array",
    "items": {"type": ["string", "number"]},
    "description": "The levels that are shown.",
}


def output_schema() -> JsonSchema:
    """The schema of an output's file."""
    kinds, defs = _kinds()
    of_template = _by_template(
        kinds,
        defs,
        {"template": {"type": "string", "description": "A template by name; `adamline templates` lists them."}},
        about="An output by a template, and what it says otherwise; a key without a value takes it away.",
    )
    choices = [{"$ref": f"{DEFS}kind.{kind}"} for kind in kinds]
    return whole_schema(
        "An output of a study", {"anyOf": [*choices, {**of_template, "required": ["output", "template"]}]}, defs
    )


def template_schema() -> JsonSchema:
    """The schema of a template's file."""
    kinds, defs = _kinds()
    about = "A template of outputs: what it says of itself, and what its outputs say if they do not say otherwise."
    itself = {name: {"type": "string"} for name in ("catalogue", "about", "needs")}
    options = {"type": "object", "additionalProperties": {"type": "string"}}
    made = _by_template(kinds, defs, {**itself, "options": options}, about=about)
    made["properties"].pop("output")
    return whole_schema("A template of outputs", {**made, "required": [*itself, "kind"]}, defs)


def _kinds() -> tuple[dict[str, JsonSchema], JsonSchema]:
    """The schema of each kind of output, and the parts of all."""
    defs: JsonSchema = {}
    kinds = {kind: of_model(options_of(kind), defs) for kind in known_kinds()}
    rows = _rows(defs)
    for kind, made in kinds.items():
        made["properties"]["kind"] = {"const": kind}
        if "rows" in made["properties"]:
            made["properties"]["rows"] = rows
        defs[f"kind.{kind}"] = made
    kinds["listing"]["properties"] |= {
        "criteria": {"type": "string", "description": "A file of criteria by name; records that meet one are listed."},
        "levels": _LEVELS,
    }
    # What all tables of a study say (`tables` of study.yaml) need not stand in each.
    table = kinds["table"]["properties"]
    table["columns"] = _over(table["columns"], defs)
    return kinds, defs


def _by_template(kinds: Mapping[str, JsonSchema], defs: JsonSchema, own: JsonSchema, about: str) -> JsonSchema:
    over = {name: _over(_any_of(parts), defs) for name, parts in _parts(kinds).items()}
    return {
        "type": "object",
        "description": about,
        "properties": {**over, "kind": {"enum": list(kinds)}, **own},
        "additionalProperties": False,
    }


def _parts(kinds: Mapping[str, JsonSchema]) -> dict[str, list[JsonSchema]]:
    """What the kinds say of each key: `columns` is another thing in a table than in a listing."""
    found: dict[str, list[JsonSchema]] = {}
    for made in kinds.values():
        for name, part in made["properties"].items():
            said = found.setdefault(name, [])
            said += [] if part in said else [part]
    return found


def _any_of(parts: list[JsonSchema]) -> JsonSchema:
    """A schema that fits what fits one of these."""
    if len(parts) == 1:
        return parts[0]
    choices: list[JsonSchema] = []
    for choice in (choice for part in parts for choice in part.get("anyOf", [_bare(part)])):
        choices += [] if choice in choices else [choice]
    return {"anyOf": choices}


def _bare(part: JsonSchema) -> JsonSchema:
    return {name: said for name, said in part.items() if name not in {"description", "default"}}


def _over(part: JsonSchema, defs: JsonSchema) -> JsonSchema:
    """The schema of what is said over a part of a template: some of a mapping, or nothing in place of the part."""
    said: JsonSchema = {name: part[name] for name in ("description", "default") if name in part}
    choices = part.get("anyOf", [part])
    return {**said, "anyOf": [*(_some(choice, defs) for choice in choices), {"type": "null"}]}


def _some(part: JsonSchema, defs: JsonSchema) -> JsonSchema:
    """A mapping of which nothing is required, and each value may be left out; all else as it is."""
    values = part.get("additionalProperties")
    if isinstance(values, dict):
        return {**part, "additionalProperties": _any_of([values, {"type": "null"}])}
    name = part.get("$ref", "").removeprefix(DEFS)
    if defs.get(name, {}).get("type") != "object":
        return part
    key = f"some.{name}"
    if key not in defs:
        defs[key] = {}  # a part may hold itself
        inside = {name: _over(part, defs) for name, part in defs[name].get("properties", {}).items()}
        defs[key] = {**{k: v for k, v in defs[name].items() if k != "required"}, "properties": inside}
    return {"$ref": f"{DEFS}{key}"}


def _rows(defs: JsonSchema) -> JsonSchema:
    """The tree of rows of a table: groupings, headings, blank rows, and each word with its options."""
    words = {name: word for name in known_words() if (word := find_word(name)) is not None}
    for model in (By, Heading, Blank):
        defs[model.__name__] = of_model(model, defs)
    for name, word in words.items():
        made = of_model(word.options, defs)
        about = first_line(word.analyse)
        main = made["properties"].pop(word.main)
        made["properties"] = {
            name: {**main, "description": about},
            **made["properties"],
            "compare": {"$ref": f"{DEFS}rows"},
        }
        made["required"] = [name, *(part for part in made.get("required", ()) if part != word.main)]
        defs[f"row.{name}"] = {**made, "description": about}
    defs["Criteria"] = _criteria(defs["row.count"])
    defs["Queries"] = _queries(defs["row.count"])
    # A row of the study's own: one of its keys names a program.
    program: JsonSchema = {"type": "object", "not": {"propertyNames": {"not": {"pattern": r"^programs\."}}}}
    node: list[JsonSchema] = [
        {"$ref": f"{DEFS}{name}"}
        for name in ("By", "Heading", "Blank", "Criteria", "Queries", *(f"row.{name}" for name in words))
    ]
    defs["rows"] = {"type": "array", "minItems": 1, "items": {"anyOf": [*node, program]}}
    for model in (By, Heading):
        defs[model.__name__]["properties"]["rows"] = {"$ref": f"{DEFS}rows"}
    return {"$ref": f"{DEFS}rows"}


def _criteria(count: JsonSchema) -> JsonSchema:
    """The schema of a row that names a file of criteria: each is counted, with options of a count."""
    own: JsonSchema = {
        "criteria": {"type": "string", "description": "A file of criteria by name; each becomes a count of subjects."},
        "levels": _LEVELS,
        "empty": {"enum": ["drop", "keep"], "description": "Whether a group without a record is shown."},
    }
    options = {key: part for key, part in count["properties"].items() if key not in ("count", "as", "meets", "never")}
    return {**count, "properties": {**options, **own}, "required": ["criteria"], "description": "Subjects by criteria."}


def _queries(count: JsonSchema) -> JsonSchema:
    """The schema of a row that names a file of queries: each is counted over its terms, with options of a count."""
    text: JsonSchema = {"type": "string"}
    own: JsonSchema = {
        "queries": {**text, "description": "A file of terms of queries by name; each becomes counts of subjects."},
        "scope": {
            "anyOf": [text, {"type": "array", "items": text}],
            "description": "The scopes of terms that count, such as NARROW.",
        },
        "by": {**text, "description": "The variable that has the terms."},
        "terms": {"type": "boolean", "description": "Whether the terms stand below their query."},
        "empty": {"enum": ["drop", "keep"], "description": "Whether a query of which nobody has a term is shown."},
    }
    options = {key: part for key, part in count["properties"].items() if key not in ("count", "as", "meets", "never")}
    return {**count, "properties": {**options, **own}, "required": ["queries"], "description": "Subjects by query."}

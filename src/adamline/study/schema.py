"""Schema: JSON Schemas of the files of a study, from the models that read them, for editors to complete and check."""

from __future__ import annotations

import json
from pathlib import Path

from adamline.io.atomic import replace_file
from adamline.spec.study import StudySpec
from adamline.study.schema_datasets import dataset_schema
from adamline.study.schema_outputs import output_schema, template_schema
from adamline.study.schema_parts import JsonSchema, of_model, whole_schema


def schemas() -> dict[str, JsonSchema]:
    """The schema of each kind of file, by name: `study`, `dataset`, `output` (of ``tlf/``), `template` (a catalogue's).

    They are what an editor with a YAML language server takes: names of options, derivations, their arguments and words
    of rows, with their meaning. What the schema allows the specs may still refuse (`adamline check`): conditions that
    cannot be read, variables that are not there. Programs of a study may take any arguments.
    """
    return {"study": _study(), "dataset": dataset_schema(), "output": output_schema(), "template": template_schema()}


def write_schemas(folder: Path) -> list[Path]:
    """Write each schema to a file of its name (`dataset.json`) in ``folder``; the files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, schema in schemas().items():
        files.append(folder / f"{name}.json")
        with replace_file(files[-1]) as file:
            file.write((json.dumps(schema, indent=1, ensure_ascii=False) + "\n").encode())
    return files


def _study() -> JsonSchema:
    defs: JsonSchema = {}
    return whole_schema("A study: study.yaml", of_model(StudySpec, defs), defs)

"""The texts of a study that its outputs show, and the variables that may stand in them and in those of an output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from adamline.errors import AdamlineError
from adamline.io.yaml_text import Plain, Route, YamlFile
from adamline.spec.study import OWN_VARIABLES, StudySpec
from adamline.spec.text_template import filled_in


@dataclass(frozen=True)
class PageTexts:
    """What a study says around the body of one output: the study line, and the texts of footnotes by name."""

    study: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


def study_variables(study: StudySpec) -> dict[str, str]:
    """The variables that all texts of a study may name, with their values."""
    own = {"study": study.study, "title": study.title, "data_cutoff": study.data_cutoff.isoformat()}
    return {**study.variables, **own}


def output_variables(study: Mapping[str, str], content: Plain) -> dict[str, str]:
    """Those that texts of one output may name: the study's, and the output's name, number and population.

    >>> output_variables({}, {"output": "T-14-1-2", "population": {"label": "Safety Population"}})
    {'output': 'T-14-1-2', 'number': '14.1.2', 'population': 'Safety Population'}
    """
    said = content if isinstance(content, Mapping) else {}
    name = str(said.get("output") or "")
    variables = {**study, "output": name, "number": re.sub("^[A-Za-z]+[-._]", "", name).replace("-", ".")}
    population = said.get("population")
    label = population.get("label") if isinstance(population, Mapping) else None
    try:
        shown = filled_in(label, variables) if isinstance(label, str) else ""
    except AdamlineError:  # told with the line of the label
        shown = ""
    return {**variables, "population": shown}


def with_label(study: StudySpec, file: YamlFile) -> tuple[StudySpec, list[AdamlineError]]:
    """The study with its label filled in, and a fault for each of its texts that cannot be."""
    variables = study_variables(study)
    # What a text of an output may name too; whether there is something behind it shows with the output.
    usual = {name: name for name in OWN_VARIABLES} | variables
    texts: list[tuple[Route, str, Mapping[str, str]]] = [
        (("label",), study.label, variables),
        (("study_line",), study.study_line, usual),
        *((("footnotes", name), text, usual) for name, text in study.footnotes.items()),
    ]
    faults = []
    for route, text, known in texts:
        try:
            filled_in(text, known)
        except AdamlineError as error:
            faults.append(error.at(file.place(route)))
    if faults:
        return study, faults
    return study.model_copy(update={"label": filled_in(study.label, variables)}), []


def page_texts(study: StudySpec, named: Iterable[str], variables: Mapping[str, str]) -> PageTexts:
    """The study line and the footnotes that an output names, as far as the study has them, filled in for it.

    One that cannot be filled in stands as it is written: `with_label` has told of it.
    """

    def shown(text: str) -> str:
        try:
            return filled_in(text, variables)
        except AdamlineError:
            return text

    notes = {name: shown(study.footnotes[name]) for name in named if name in study.footnotes}
    return PageTexts(shown(study.study_line), notes)

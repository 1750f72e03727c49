"""Binds the file of an output to its kind: the options it writes, the data it reads."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from textwrap import shorten
from types import ModuleType
from typing import Any

import pandas as pd

import adamline.tlf.kinds
from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawing import Drawings
from adamline.analyses.options import OutputOptions, Source
from adamline.analyses.unmet import unmet
from adamline.analyses.words import Programs as Analyses
from adamline.condition.parse import parse_condition
from adamline.condition.tree import variables_of
from adamline.errors import AdamlineError, ConditionError, Place, nearest
from adamline.findings import Finding, Severity
from adamline.io.yaml_text import YamlFile
from adamline.spec.criteria import with_criteria
from adamline.spec.study import StudySpec
from adamline.spec.study_texts import PageTexts, output_variables, page_texts, study_variables
from adamline.spec.template import Template, with_template
from adamline.spec.text_template import with_variables
from adamline.spec.typed import typed
from adamline.study.analysis_programs import read_analysis, study_analysis
from adamline.study.drawings import find_drawing
from adamline.study.functions import Programs
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.layout import Layout

# The check of findings on the conditions of an output.
CHECK = "condition"


@dataclass(frozen=True)
class OutputPlan:
    """One output: its kind by name, its options, the file they stand in, the study's programs, its template's file.

    ``texts`` are what the study says on its pages.

    A kind is two modules: `analyses.<kind>` makes the results, `tlf.kinds.<kind>` lays them out.
    """

    kind: str
    options: OutputOptions
    file: YamlFile
    programs: Analyses
    drawings: Drawings
    template: Path | None = None
    texts: PageTexts = field(default_factory=PageTexts)

    @property
    def place(self) -> Place:
        """The line that names the output."""
        return self.file.place(("output",))

    @property
    def program(self) -> str:
        """The file that says how it is made, in the folder of the study."""
        return f"{self.file.path.parent.name}/{self.file.path.name}"

    @cached_property
    def conditions(self) -> tuple[tuple[str, str, Place], ...]:
        """Every condition of the output: the dataset that it selects from, its text, its line."""
        placed = self.options.placed_conditions.items()
        return tuple((dataset, where, self.file.place(route)) for route, (dataset, where) in placed)

    @cached_property
    def variables(self) -> tuple[tuple[str, tuple[str, ...], Place], ...]:
        """Every variable that the output names, in conditions too: its name, datasets of which one has it, its line."""
        conditions = tuple(
            (name, (dataset,), place)
            for dataset, where, place in self.conditions
            for name in variables_of(parse_condition(where))
        )
        placed = self.options.placed_variables.items()
        return (*conditions, *((name, datasets, self.file.place(route)) for route, (name, datasets) in placed))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The datasets that it reads, with their conditions."""
        return self.options.sources

    @property
    def placed_sources(self) -> tuple[tuple[Source, Place], ...]:
        """The datasets that it reads, each with its line."""
        return tuple((source, self.file.place(route)) for route, source in self.options.placed_sources.items())

    @property
    def placed_footnotes(self) -> tuple[tuple[str, Place], ...]:
        """The footnotes of the study that it names, each with its line."""
        return tuple((note, self.file.place(route)) for route, note in self.options.placed_footnotes)

    @property
    def results(self) -> tuple[str, ...]:
        """The outputs whose stored results it reads."""
        return tuple(filter(None, [getattr(self.options, "results", None)]))

    @property
    def has_programs(self) -> bool:
        """Whether programs of the study make a part of it."""
        return self.options.has_programs

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of the datasets that it reads."""
        return tuple(dict.fromkeys(source.dataset for source in self.sources))

    @property
    def name(self) -> str:
        """The output's id, which is also the name of its files."""
        return self.options.output

    def analyse(self, data: AnalysisData) -> Made:
        """The results of the output, and what its check of who is counted has to say; errors name their line."""
        with self._lines():
            made: Made = _analyses(self.kind).analyse(data, self.options, self.programs)
        return made

    def check_conditions(self, data: AnalysisData) -> None:
        """Raise the error of a condition that does not fit the dataset it selects from, with its line in the spec."""
        for route, source in self.options.placed_sources.items():
            try:
                data.whole(source.dataset).rows(source.where)
            except ConditionError as error:
                raise error.at(self.file.place((*route, "where"))) from error

    def unmet_conditions(self, data: AnalysisData) -> Iterator[Finding]:
        """A NOTE for each value of a condition that no record has, and where a dataset gives no record at all.

        A WARNING for a population of nobody. That nothing meets the condition of a row is what its count says.
        """
        for route, (dataset, where) in self.options.placed_conditions.items():
            for said in unmet(data.whole(dataset), where):
                yield Finding(Severity.NOTE, CHECK, said, Place(dataset=dataset), route=route)
        for route, source in self.options.placed_sources.items():
            if data.whole(source.dataset).rows(source.where).any():
                continue
            of, place = f", {shorten(source.where, 200)}" if source.where else "", Place(dataset=source.dataset)
            if route == ("population",):
                yield Finding(Severity.WARNING, CHECK, f"nobody is in the population{of}", place, route=route)
            else:
                yield Finding(Severity.NOTE, CHECK, f"no record is selected{of}", place, route=route)

    def lay_out(self, results: pd.DataFrame, page: PageContext) -> Layout:
        """The layout of the output, from its results; errors name their line."""
        with self._lines():
            module = importlib.import_module(f"adamline.tlf.kinds.{self.kind}")
            drawings = {"drawings": self.drawings} if self.kind == "drawing" else {}
            layout: Layout = module.lay_out(results, self.options, page, **drawings)
        return layout

    @contextmanager
    def _lines(self) -> Iterator[None]:
        """Turn the route of an error, where it knows one, into the line of the spec or of its template."""
        try:
            yield
        except AdamlineError as error:
            if not error.route:
                raise
            if error.place.file == self.name:  # a layout knows the output's name, not the spec that it comes from
                error.place = replace(error.place, file="")
            raise error.at(self.file.place(error.route)) from error


def unknown_variables(output: OutputPlan, there: Mapping[str, Collection[str]]) -> list[AdamlineError]:
    """A fault for each variable that an output names, and that none of its datasets has, of those that are known.

    ``there`` are the variables of each dataset of which it is known what it has.
    """
    faults = []
    for name, datasets, place in output.variables:
        if all(dataset in there and name not in there[dataset] for dataset in datasets):
            known = dict.fromkeys(variable for dataset in datasets for variable in there[dataset])
            what = f"{' or '.join(dict.fromkeys(datasets))} has no variable {name}."
            faults.append(AdamlineError(what, place=place, hint=nearest(name, known)))
    return faults


@dataclass(frozen=True)
class Given:
    """What a study gives all its outputs: its folder and those of templates, what it says itself, and programs."""

    folder: Path
    catalogue: tuple[Path, ...]
    templates: Mapping[str, Template]
    study: StudySpec
    programs: Programs


def bind_output(written: YamlFile, given: Given) -> tuple[OutputPlan | None, list[AdamlineError]]:
    """The output that a file describes, or None and every fault: an unknown kind, options that do not fit."""
    file, faults = with_template(written, given.templates, given.study.tables)
    variables = output_variables(study_variables(given.study), file.content)
    if not faults:
        file, faults = with_variables(file, variables)
    if not faults:
        file, faults = with_criteria(file, given.catalogue)
    if faults:
        return None, faults
    name = _mapping(file).get("kind")
    kinds = known_kinds()
    if name not in kinds:
        what = f"There is no kind of output `{name}`." if name else "`kind` is missing."
        return None, [AdamlineError(what, place=file.place(("kind",)), hint=nearest(str(name), kinds))]
    find = study_analysis if given.programs is Programs.RUN else read_analysis
    module = partial(find, folder=given.folder)
    drawings = partial(find_drawing, folder=given.folder, programs=given.programs)
    options, faults = typed(file, options_of(str(name)), {"programs": module, "drawings": drawings})
    if options is None:
        return None, faults
    template = given.templates.get(str(_mapping(written).get("template")))
    texts = page_texts(given.study, options.named_footnotes, variables)
    path = template.file.path if template else None
    return OutputPlan(str(name), options, file, module, drawings, path, texts), []


def _mapping(file: YamlFile) -> Mapping[str, Any]:
    return file.content if isinstance(file.content, Mapping) else {}


def _analyses(kind: str) -> ModuleType:
    return importlib.import_module(f"adamline.analyses.{kind}")


def options_of(kind: str) -> type[OutputOptions]:
    """The options of a kind of output."""
    options: type[OutputOptions] = _analyses(kind).Options
    return options


def known_kinds() -> list[str]:
    """Names of the kinds of output that there are."""
    return [info.name for info in pkgutil.iter_modules(adamline.tlf.kinds.__path__) if not info.name.startswith("_")]

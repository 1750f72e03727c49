"""A study opened: its specs read, bound and planned, or all that is wrong with them said at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from adamline._resources import resource_folder
from adamline.condition.parse import parse_condition
from adamline.condition.tree import variables_of
from adamline.errors import AdamlineError, Place, SpecError, nearest
from adamline.spec.dataset import dataset_variables
from adamline.spec.docx_form import DocxForm
from adamline.spec.dry_run import AS_WRITTEN, DryRun
from adamline.spec.load import StudyFiles, load_study
from adamline.spec.study import StudySpec
from adamline.spec.template import Template, catalogue_folders, read_templates
from adamline.study.functions import Programs
from adamline.study.keys import hash_of_code
from adamline.study.plan import DatasetPlan, plan_dataset
from adamline.study.subject_keys import known_to_specs, subject_key_faults
from adamline.study.supplied_names import not_made, supplied_faults
from adamline.study.tables import read_table
from adamline.study.unchanged import states_of_specs

if TYPE_CHECKING:
    from adamline.study.outputs import OutputPlan


@dataclass(frozen=True)
class Study:
    """A study ready to run: datasets in the order of need, outputs in that of the package, tables by file name.

    ``supplied`` are the datasets that it may read and does not make, each with its line; ``label_at`` is the line of
    what the pages are labelled from, ``formats_at`` that of the formats of outputs. ``code`` is the hash of the
    code that was at hand when it was opened, ``specs`` the states of its files then (`states_of_specs`).
    """

    folder: Path
    spec: StudySpec
    datasets: tuple[DatasetPlan, ...]
    outputs: tuple[OutputPlan, ...]
    tables: Mapping[str, pd.DataFrame]
    supplied: Mapping[str, Place]
    label_at: Place
    formats_at: Place
    code: str
    specs: Mapping[Path, tuple[int, int]]

    @property
    def dataset_names(self) -> tuple[str, ...]:
        """Names of the datasets that the study makes."""
        return tuple(plan.spec.dataset for plan in self.datasets)

    def form_of(self, output: OutputPlan) -> DocxForm:
        """The form of an output's Word document: its own, else that of the study."""
        return output.options.docx or self.spec.docx

    @property
    def domains(self) -> dict[str, tuple[str, ...]]:
        """Domains of SDTM that the study reads, and the variables it needs of each."""
        needed = {name: tuple(found) for name, found in self._needed().items() if name not in self.supplied}
        return dict(sorted(needed.items()))

    @property
    def reads_supplied(self) -> dict[str, tuple[str, ...]]:
        """Supplied datasets that the study reads, and the variables it needs of each, as far as its specs tell."""
        needed = {name: found for name, found in self._needed().items() if name in self.supplied}
        for output in self.outputs:
            for source in output.sources:
                if source.dataset in self.supplied:
                    needed.setdefault(source.dataset, {})
        for variable, dataset, _ in self._asked_of_supplied:
            needed[dataset][variable] = None
        return {name: tuple(needed[name]) for name in self.supplied if name in needed}

    @property
    def _asked_of_supplied(self) -> list[tuple[str, str, Place]]:
        """Variables that an output names and one supplied dataset alone can have, with that dataset and the line."""
        made = {plan.spec.dataset: dataset_variables(plan.spec) for plan in self.datasets}
        asked = []
        for variable, datasets, place in (named for output in self.outputs for named in output.variables):
            supplied = [dataset for dataset in dict.fromkeys(datasets) if dataset in self.supplied]
            if len(supplied) == 1 and not any(variable in made.get(dataset, ()) for dataset in datasets):
                asked.append((variable, supplied[0], place))
        return asked

    def _needed(self) -> dict[str, dict[str, None]]:
        """The variables that the study's datasets need of what it does not make."""
        needed: dict[str, dict[str, None]] = {}
        for plan in self.datasets:
            for name, variables in plan.reads.items():
                if name not in self.dataset_names:
                    needed.setdefault(name, {}).update(dict.fromkeys(variables))
        label = self.spec.label_from
        if label is not None:
            needed.setdefault(label.source, {}).update(dict.fromkeys(self.label_variables))
        return needed

    @property
    def label_variables(self) -> tuple[str, ...]:
        """The variables from which the pages are labelled."""
        label = self.spec.label_from
        if label is None:
            return ()
        return (label.variable, *(variables_of(parse_condition(label.where)) if label.where else ()))

    @property
    def supplemented(self) -> frozenset[str]:
        """The domains whose SUPP-- is merged into them, for every dataset that reads them."""
        return frozenset(plan.spec.source.domain for plan in self.datasets if plan.spec.source.supp)

    def made_where_read(self, dataset: str, source: str) -> tuple[str, ...]:
        """Variables that a dataset makes, where this is the source of its records: one of them may be meant."""
        plans = (plan for plan in self.datasets if (plan.spec.dataset, plan.spec.source.domain) == (dataset, source))
        return tuple(name for plan in plans for name in (*dataset_variables(plan.spec), *plan.spec.work))

    def place_reading(self, name: str, variable: str) -> Place:
        """The first line of a spec that reads this variable of a dataset."""
        of_plans = (
            plan.place_reading(name, variable) for plan in self.datasets if variable in plan.reads.get(name, ())
        )
        of_outputs = (place for asked, of, place in self._asked_of_supplied if (asked, of) == (variable, name))
        return next(itertools.chain(of_plans, of_outputs), self.label_at)

    def place_naming(self, domain: str) -> Place:
        """The first line of a spec that names a domain of SDTM."""
        return next((plan.place_naming(domain) for plan in self.datasets if domain in plan.reads), self.label_at)


def open_study(folder: Path, programs: Programs = Programs.RUN, dry_run: DryRun = AS_WRITTEN) -> Study:
    """Read and plan the study in ``folder``; ``programs`` says whether its own that it names are executed for that.

    A study whose programs were only read can be looked at, not run. Raises SpecError with every fault of every file:
    what cannot be read or typed, unknown derivations and arguments, circles, variables that no dataset of the study
    has, tables and results that are not there, names that would share a file.
    """
    study, faults = read_study(folder, programs, dry_run)
    if faults:
        raise SpecError(faults)
    return study


def read_study(
    folder: Path, programs: Programs = Programs.RUN, dry_run: DryRun = AS_WRITTEN
) -> tuple[Study, list[AdamlineError]]:
    """The study in ``folder`` as far as it can be planned, and every fault of every file; see `open_study`.

    A study with faults can be checked further, and not run. Raises SpecError where study.yaml itself cannot be read.
    """
    code, before = hash_of_code(folder), states_of_specs(folder, ())
    files, faults = load_study(folder, dry_run)
    specs = {**states_of_specs(folder, files.study.catalogue), **before}
    plans: dict[str, DatasetPlan] = {}
    for name, file in files.datasets.items():
        plan, more = plan_dataset(file, folder, programs)
        faults += more
        if plan:
            plans[name] = plan
    supplied = {name: files.file.place(("supplied", n)) for n, name in enumerate(files.study.supplied)}
    label_at, formats_at = (files.file.place((key,)) for key in ("label_from", "formats"))
    faults += supplied_faults(files, plans, supplied)
    outputs = _outputs(files, programs, faults)
    tables = _tables(plans.values(), folder, faults)
    faults += [*_unknown_variables(plans), *subject_key_faults(plans.values(), known_to_specs(plans))]
    ordered: list[DatasetPlan] = []
    try:
        ordered = _in_order(plans)
    except AdamlineError as error:
        faults.append(error)
        ordered = list(plans.values())
    at = (label_at, formats_at)
    return Study(folder, files.study, tuple(ordered), tuple(outputs), tables, supplied, *at, code, specs), faults


def _outputs(files: StudyFiles, programs: Programs, faults: list[AdamlineError]) -> list[OutputPlan]:
    outputs: list[OutputPlan] = []
    templates: dict[str, Template] = {}
    bundled = resource_folder("specs") / "catalogue"
    folders = catalogue_folders(files.folder, files.study.catalogue, bundled)
    try:
        # Those that are bundled have no faults, and are many: they are read for outputs alone.
        templates = read_templates(folder for folder in folders if files.outputs or folder != bundled)
    except SpecError as error:
        faults += error.faults
    if not files.outputs:
        return []
    # What binds outputs loads what makes and shows results.
    from adamline.study.outputs import Given, bind_output, unknown_variables

    given = Given(files.folder, folders, templates, files.study, programs)
    not_read: list[object] = []
    for file in files.outputs:
        output, more = bind_output(file, given)
        faults += more
        if output:
            outputs.append(output)
        elif isinstance(file.content, Mapping):
            not_read.append(file.content.get("output"))
    names = [output.name for output in outputs]
    faults += _shared_files(outputs, files)
    made = {name: dataset_variables(found.spec) for name, found in files.datasets.items()}
    for number, output in enumerate(outputs):
        # What a supplied dataset has only its file tells.
        faults += unknown_variables(output, made)
        # A dataset whose file has faults may be the one that is meant.
        all_read = len(files.datasets) == len(files.study.datasets)
        for source, place in output.placed_sources if all_read else ():
            if source.dataset not in (*files.datasets, *files.study.supplied):
                faults.append(not_made(source.dataset, files, place))
        for note, place in output.placed_footnotes:
            if note not in files.study.footnotes:
                hint = nearest(note, files.study.footnotes)
                faults.append(AdamlineError(f"The study has no footnote {note}.", place=place, hint=hint))
        for result in output.results:
            # That of a file with faults may be the one that is meant.
            if result not in (*names[:number], *not_read):
                hint = nearest(result, names[:number])
                what = f"There is no output {result} before this one."
                faults.append(AdamlineError(what, place=output.file.place(("results",)), hint=hint))
    return outputs


def _shared_files(outputs: Iterable[OutputPlan], files: StudyFiles) -> list[AdamlineError]:
    """Outputs whose files, or name, would be those of another or of a dataset: names of files are in lower case."""
    taken = {name.lower(): f"supplied dataset {name}, whose name it is" for name in files.study.supplied}
    taken |= {name.lower(): f"dataset {name} ({found.file.path.name})" for name, found in files.datasets.items()}
    faults = []
    for output in outputs:
        name = output.name.lower()
        if name in taken:
            what = f"Output {output.name} would have the files of another."
            hint = "give it another name; capitals alone do not tell files apart"
            faults.append(AdamlineError(what, place=output.place, found=taken[name], hint=hint))
        taken.setdefault(name, f"output {output.name} ({output.place.file})")
    return faults


def _tables(plans: Iterable[DatasetPlan], folder: Path, faults: list[AdamlineError]) -> dict[str, pd.DataFrame]:
    tables: dict[str, pd.DataFrame] = {}
    places = {call.table: call.place for plan in reversed(list(plans)) for call in reversed(plan.steps) if call.table}
    for name, place in places.items():
        try:
            tables[name] = read_table(folder, name, place)
        except SpecError as error:
            faults.extend(error.faults)
    return tables


def _unknown_variables(plans: Mapping[str, DatasetPlan]) -> list[AdamlineError]:
    """Variables that are read of a dataset of the study which does not have them."""
    faults = []
    for plan in plans.values():
        for name, variables in plan.reads.items():
            if name in plans:
                there = dataset_variables(plans[name].spec)
                faults += [
                    AdamlineError(
                        f"{name} has no variable {variable}.",
                        place=plan.place_reading(name, variable),
                        hint=nearest(variable, there),
                    )
                    for variable in variables
                    if variable not in there
                ]
    return faults


def _in_order(plans: Mapping[str, DatasetPlan]) -> list[DatasetPlan]:
    ordered: dict[str, DatasetPlan] = {}

    def add(name: str, chain: tuple[str, ...]) -> None:
        if name in chain:
            cycle = " reads ".join([*chain[chain.index(name) :], name])
            raise AdamlineError("Datasets read each other in a circle.", place=plans[name].place, found=cycle)
        if name not in ordered and name in plans:
            for other in plans[name].reads:
                add(other, (*chain, name))
            ordered[name] = plans[name]

    for name in plans:
        add(name, ())
    return list(ordered.values())

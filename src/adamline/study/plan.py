"""The plan of a dataset: its derivations in the order of need, each made once, added records as barriers between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adamline.condition.parse import parse_condition
from adamline.condition.tree import variables_of
from adamline.errors import AdamlineError, Place, nearest
from adamline.findings import Severity
from adamline.io.yaml_text import YamlFile
from adamline.spec.dataset import (
    DatasetSpec,
    RecordsEntry,
    given_variables,
    is_given,
    matched_variables,
    subject_variables,
)
from adamline.spec.load import DatasetFile
from adamline.standards.labels import standard_label
from adamline.study.call import Call, Written, bind
from adamline.study.functions import Programs
from adamline.study.parameter_rows import misspelt_columns, parameter_faults
from adamline.study.placed_steps import made_before, placed_steps

# What tells results of one test apart, by the end of its name: PARAM identifies a result (ADaMIG 3.3.4).
_TELLS_APART = {"CAT": Severity.WARNING, "SPEC": Severity.WARNING, "METHOD": Severity.NOTE}
_UNIT = "STRESU"


@dataclass(frozen=True)
class DatasetPlan:
    """What is run for one dataset: the calls in order, and the variables that it reads of each other dataset."""

    spec: DatasetSpec
    file: YamlFile
    steps: tuple[Call, ...]
    reads: Mapping[str, tuple[str, ...]]

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls, each once: without those that make a variable again for added records."""
        return tuple(call for call in self.steps if not call.only_added)

    @property
    def place(self) -> Place:
        """Where the dataset is specified."""
        return self.place_of("dataset")

    def place_of(self, *route: str | int) -> Place:
        """Where a part of its spec stands."""
        return self.file.place(route, dataset=self.spec.dataset)

    def place_of_variable(self, name: str) -> Place:
        """Where the spec says how the dataset comes to a variable: its entry, else the subject or the parameters."""
        block = next((block for block in ("variables", "work") if name in getattr(self.spec, block)), None)
        if block is not None:
            return replace(self.place_of(block, name), variable=name)
        subject = next((source for source, new in self.spec.subject.items() if name in dict(new)), None)
        route = ("subject", subject) if subject else ("parameters",) if is_given(name) else ("dataset",)
        return replace(self.place_of(*route), variable=name)

    def place_reading(self, name: str, variable: str) -> Place:
        """The first line of the spec that reads this variable of a dataset."""
        spec, made = self.spec, set[str]()
        is_source = name == spec.source.domain
        if is_source and spec.source.where and variable in variables_of(parse_condition(spec.source.where)):
            return self.place_of("source", "where")
        if is_source and variable in matched_variables(spec):
            return self.place_of("parameters")
        for call in self.steps:
            if (is_source and variable in call.needs and variable not in made) or (
                variable in call.sources.get(name, ())
            ):
                return call.place
            made.add(call.target)
        return self.place_of("subject", name) if name in spec.subject else self.place

    def place_naming(self, name: str) -> Place:
        """The first line of the spec that names another dataset."""
        if name == self.spec.source.domain:
            return self.place_of("source", "domain")
        if name in self.spec.subject:
            return self.place_of("subject", name)
        return next((call.place for call in self.steps if name in call.sources), self.place)

    @property
    def tables(self) -> tuple[str, ...]:
        """File names of the study's tables that it reads."""
        return tuple(dict.fromkeys(call.table for call in self.steps if call.table))

    @property
    def units(self) -> dict[str, str]:
        """The unit of each PARAMCD, as the steps that take one as `unit` have it."""
        given = [call.arguments.get("unit") for call in self.steps]
        return {code: text for unit in given if isinstance(unit, Mapping) for code, text in unit.items()}

    @property
    def has_programs(self) -> bool:
        """Whether programs of the study make a part of it."""
        return any(call.derivation.is_program for call in self.steps)

    @property
    def told_apart(self) -> dict[str, Severity]:
        """Variables that the source may have, and in which the records of one parameter are not to differ unsaid.

        The unit is one of them where no step looks at it.
        """
        if not self.spec.parameters:
            return {}
        domain = self.spec.source.domain[:2]
        looked_at = {name for call in self.steps if not call.only_places for name in call.needs}
        unit = {} if f"{domain}{_UNIT}" in looked_at else {_UNIT: Severity.WARNING}
        return {f"{domain}{end}": severity for end, severity in (_TELLS_APART | unit).items()}


def plan_dataset(
    file: DatasetFile, folder: Path, programs: Programs = Programs.RUN
) -> tuple[DatasetPlan | None, list[AdamlineError]]:
    """The plan of a dataset, and every fault: entries that cannot be bound, cycles, keys not in the dataset.

    Variables are sorted by need, ties in the order of the spec. Each entry of `records` runs when the variables it
    reads or copies are there; what no later one needs is derived after the last; what its records are to have
    derived and is there already, again for them. Entries with faults are left out; there is no plan where variables
    need each other in a circle.
    """
    spec = file.spec
    variables, records, faults = _bound(file, folder, programs)
    faults += [*_key_faults(file), *parameter_faults(file)]
    faults += misspelt_columns(file, [*variables.values(), *(call for _, call in records)])
    try:
        ordered = _ordered(spec, variables, records)
    except AdamlineError as error:
        return None, [*faults, error]
    written = {number: entry for number, (entry, _) in enumerate(ordered) if entry}
    steps, more = placed_steps(spec, [call for _, call in ordered], written)
    return DatasetPlan(spec, file.file, steps, _reads(spec, steps)), [*faults, *more]


def _bound(
    file: DatasetFile, folder: Path, programs: Programs
) -> tuple[dict[str, Call], list[tuple[RecordsEntry, Call]], list[AdamlineError]]:
    spec, faults = file.spec, []
    variables: dict[str, Call] = {}
    for block, entries in (("work", spec.work), ("variables", spec.variables)):
        for name, entry in entries.items():
            place = file.file.place((block, name), dataset=spec.dataset, variable=name)
            if name in variables:
                faults.append(AdamlineError(f"{name} is both a work variable and a variable.", place=place))
            written = Written(
                entry.derive, "derive", name, entry.arguments, entry.attributes.type, place, spec.parameters
            )
            call, more = bind(written, folder, programs)
            faults += more
            if call:
                variables[name] = call
                if block == "variables" and not (call.keeps or entry.attributes.label or standard_label(name)):
                    what = f"{name} has no label."
                    faults.append(AdamlineError(what, place=place, expected="`label`, since it is not a copy"))
    records = []
    for number, added in enumerate(spec.records):
        place = file.file.place(("records", number), dataset=spec.dataset)
        written = Written(added.add, "add", "", added.arguments, None, place, spec.parameters)
        call, more = bind(written, folder, programs)
        faults += more
        if call:
            records.append((added, call))
    return variables, records, [*faults, *_made_twice(file, variables)]


def _made_twice(file: DatasetFile, variables: Mapping[str, Call]) -> list[AdamlineError]:
    """Variables that the subject or a parameter gives, and an entry makes from something else."""
    given_here = [*subject_variables(file.spec), *given_variables(file.spec)]
    return [
        AdamlineError(
            f"{name} is given by `subject` or `parameters`, and made here as well.",
            place=variables[name].place,
            hint="leave out one, or `copy` it to give it a place",
        )
        for name in dict.fromkeys(given_here)
        if name in variables and name not in variables[name].needs
    ]


def _key_faults(file: DatasetFile) -> list[AdamlineError]:
    spec = file.spec
    there = [*spec.variables, *subject_variables(spec)]
    place = file.file.place(("keys",), dataset=spec.dataset)
    missing = [key for key in spec.keys if key not in there]
    return [
        AdamlineError(f"The key {key} is no variable of the dataset.", place=place, hint=nearest(key, there))
        for key in missing
    ]


def _ordered(
    spec: DatasetSpec, variables: Mapping[str, Call], records: Iterable[tuple[RecordsEntry, Call]]
) -> list[tuple[RecordsEntry | None, Call]]:
    """The calls in the order of need, those of added records with their entry."""
    steps: dict[str, tuple[RecordsEntry | None, Call]] = {}

    def make(name: str, chain: tuple[str, ...]) -> None:
        if name in chain:
            cycle = " needs ".join([*chain[chain.index(name) :], name])
            raise AdamlineError(
                "Variables need each other in a circle.",
                place=variables[name].place,
                found=cycle,
                hint="a variable may read only what can be made before it",
            )
        if name in steps or name not in variables:
            return
        for need in variables[name].needs:
            if need != name:  # its own name means the variable of the source
                make(need, (*chain, name))
        steps[name] = None, variables[name]

    for number, (entry, call) in enumerate(records):
        for name in made_before(spec, entry, call):
            make(name, ())
        steps[f"records {number}"] = entry, call
    for name in variables:
        make(name, ())
    return list(steps.values())


def _reads(spec: DatasetSpec, steps: Iterable[Call]) -> dict[str, tuple[str, ...]]:
    """Variables that are read of each other dataset, the main source first."""
    joined = {*subject_variables(spec), *given_variables(spec)}
    made: set[str] = set()
    main: dict[str, None] = dict.fromkeys(["USUBJID"])
    if spec.source.where:
        main |= dict.fromkeys(variables_of(parse_condition(spec.source.where)))
    main |= dict.fromkeys(matched_variables(spec))
    reads: dict[str, dict[str, None]] = {spec.source.domain: main}
    for call in steps:
        main |= dict.fromkeys(name for name in call.needs if name not in made and name not in joined)
        made.add(call.target)
        for name, variables in call.sources.items():
            reads.setdefault(name, {}).update(dict.fromkeys(variables))
    for name, renamed in spec.subject.items():
        reads.setdefault(name, {}).update(dict.fromkeys(["USUBJID", *(old for _, old in renamed)]))
    return {name: tuple(variables) for name, variables in reads.items()}

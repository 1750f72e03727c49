"""Binds the file of an output to its kind: the options it writes, the data it reads."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

import adamline.tlf.kinds
from adamline.condition.to_pandas import selected
from adamline.errors import AdamlineError, ConditionError, Place, nearest
from adamline.io.dataset import Dataset
from adamline.io.yaml_text import YamlFile
from adamline.spec.typed import typed
from adamline.tlf.kinds._options import OutputOptions, Source


@dataclass(frozen=True)
class OutputPlan:
    """One output: its kind (a module with `analyse` and `lay_out`), its options, and what it reads by name.

    ``places`` are those of the conditions of its ``sources``.
    """

    kind: ModuleType
    options: OutputOptions
    place: Place
    sources: tuple[Source, ...]
    places: tuple[Place, ...]
    results: tuple[str, ...]

    @property
    def datasets(self) -> tuple[str, ...]:
        """Names of the datasets that it reads."""
        return tuple(dict.fromkeys(source.dataset for source in self.sources))

    @property
    def name(self) -> str:
        """The output's id, which is also the name of its files."""
        return self.options.output

    def check_conditions(self, datasets: Mapping[str, Dataset]) -> None:
        """Raise the error of a condition that does not fit the dataset it selects from, with its line in the spec."""
        for source, place in zip(self.sources, self.places, strict=True):
            try:
                selected(datasets[source.dataset].frame, source.where)
            except ConditionError as error:
                raise error.at(place) from error


def bind_output(file: YamlFile) -> tuple[OutputPlan | None, list[AdamlineError]]:
    """The output that a file describes, or None and every fault: an unknown kind, options that do not fit."""
    content = file.content if isinstance(file.content, Mapping) else {}
    name = content.get("kind")
    kinds = known_kinds()
    if name not in kinds:
        what = f"There is no kind of output `{name}`." if name else "`kind` is missing."
        return None, [AdamlineError(what, place=file.place(("kind",)), hint=nearest(str(name), kinds))]
    kind = importlib.import_module(f"adamline.tlf.kinds.{name}")
    options, faults = typed(file, kind.Options)
    if options is None:
        return None, faults
    parts = {name: getattr(options, name) for name in type(options).model_fields}
    sources = {name: part for name, part in parts.items() if isinstance(part, Source)}
    places = tuple(file.place((name, "where")) for name in sources)
    results = tuple(filter(None, [getattr(options, "results", None)]))
    place = file.place(("output",))
    return OutputPlan(kind, options, place, tuple(sources.values()), places, results), []


def known_kinds() -> list[str]:
    """Names of the kinds of output that there are."""
    return [info.name for info in pkgutil.iter_modules(adamline.tlf.kinds.__path__) if not info.name.startswith("_")]

"""Options that outputs and analyses share, as a spec writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from adamline.analyses.empty_text import EMPTY_TEXT
from adamline.condition.parse import parse_condition
from adamline.condition.tree import variables_of
from adamline.io.yaml_text import Route
from adamline.spec.docx_form import DocxForm
from adamline.spec.formats import Formats
from adamline.spec.model import SpecModel
from adamline.spec.named_variables import named_variables
from adamline.spec.page import PageSpec
from adamline.spec.types import AsList, ConditionText, DatasetName, each_once


def labelled(levels: object) -> object:
    """Each level with itself as its label, for a list of levels, which a spec may write in place of their labels.

    ValueError where one is listed twice or is no text, and where the list has none.
    """
    if not isinstance(levels, list | tuple):
        return levels
    if not levels or not all(isinstance(level, str) for level in levels):
        raise ValueError("one level at least, each a text")
    return {level: level for level in each_once(tuple(levels))}


Lines = Annotated[tuple[str, ...], AsList]


class OptionsModel(SpecModel):
    """Base of every part of an output's options."""


class Source(OptionsModel):
    """A dataset and the condition that selects from it."""

    dataset: DatasetName = Field(alias="from")
    where: ConditionText | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of its condition."""
        return variables_of(parse_condition(self.where)) if self.where else ()


class Population(Source):
    """The subjects of an output: the dataset with one record a subject, the condition, and its name in the heading."""

    label: str = ""


class OutputOptions(OptionsModel):
    """What each output's spec may say, whatever its kind.

    ``footnotes`` are names of the study's footnotes; their texts come with the page. ``page`` is what differs from the
    study's paper and type, ``formats`` are those of its documents and ``docx`` the form of its Word document, in place
    of the study's.
    """

    output: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    kind: str
    title: Annotated[Lines, Field(min_length=1)]
    population: Population | None = None
    footnotes: Annotated[Lines, AfterValidator(each_once)] = ()
    empty: str = EMPTY_TEXT
    page: PageSpec = PageSpec()
    formats: Formats | None = None
    docx: DocxForm | None = None

    @property
    def named_footnotes(self) -> tuple[str, ...]:
        """The footnotes of the study that it names, those that belong to a place of the page last."""
        return tuple(note for _, note in self.placed_footnotes)

    @property
    def placed_footnotes(self) -> tuple[tuple[Route, str], ...]:
        """The footnotes that it names, each with where it stands in its spec."""
        notes = enumerate(getattr(self, "notes", ()))
        listed = ((("footnotes", number), name) for number, name in enumerate(self.footnotes))
        return (*listed, *((("notes", number, "note"), note.note) for number, note in notes))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The datasets that it reads, the population's first."""
        return tuple(self.placed_sources.values())

    @property
    def selecting(self) -> tuple[Source, ...]:
        """The datasets with the conditions that select from all their records, not from those selected already."""
        return self.sources

    @property
    def identities(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The variables that are to name one of all records of a dataset, with its name."""
        return ()

    @property
    def placed_sources(self) -> Mapping[Route, Source]:
        """The datasets that it reads, the population's first, by where they stand in its spec."""
        records: Source | None = getattr(self, "records", None)
        named = {("population",): self.population, ("records",): records}
        return {route: source for route, source in named.items() if source is not None}

    @property
    def placed_conditions(self) -> Mapping[Route, tuple[str, str]]:
        """Every condition, with the dataset that it selects from, by where it stands in the spec."""
        placed = self.placed_sources.items()
        return {(*route, "where"): (source.dataset, source.where) for route, source in placed if source.where}

    @property
    def placed_variables(self) -> Mapping[Route, tuple[str, tuple[str, ...]]]:
        """Every variable that it names outside conditions, and the datasets of which one has it, by where it stands."""
        records: Source | None = getattr(self, "records", None)
        return {} if records is None else {at: (name, (records.dataset,)) for at, name in named_variables(self)}

    @property
    def has_programs(self) -> bool:
        """Whether programs of the study make a part of it."""
        return False

    @property
    def shown_attributes(self) -> Mapping[str, tuple[str, ...]]:
        """Attributes of parameters that the output needs, each with its PARAMCDs; with none it is all of them."""
        return {}

"""Profile: what was recorded of each chosen subject, from several datasets, as the texts to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from adamline.analyses.anchors import NotedOptions
from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.lines import Line
from adamline.analyses.listed_records import in_order, record_conditions, require_one_each
from adamline.analyses.listing import Texts, column_texts
from adamline.analyses.options import OptionsModel, Source
from adamline.analyses.records import SUBJECT, Records, require_columns, select_records, select_subjects
from adamline.analyses.words import Programs
from adamline.condition.tree import Comparison, Operator, Text, VariableRef
from adamline.errors import Place, faults_at
from adamline.findings import Finding
from adamline.io.dataset import Kind
from adamline.io.yaml_text import Route
from adamline.results.ard import listing_ids
from adamline.results.check_control import check_control
from adamline.spec.named_variables import named_variables
from adamline.spec.types import EachOnce, VariableName

SECTION, HEADING = "section", "heading"
Places = Annotated[int, Field(ge=0, le=15)] | Literal["parameter"]


class ProfileColumn(OptionsModel):
    """One column, which all sections share: its heading and share of the width."""

    heading: str
    width: float = Field(default=1.0, gt=0)


class Section(OptionsModel):
    """What one dataset has of a subject: a row for each record.

    ``cells`` are patterns of variables (`{AEDECOD}| ({AETERM})`; what follows a bar is left out where a variable is
    missing), from the first column on; ``identify_by`` tells the records of a subject apart. They are in the order of
    ``sort_by``, then of these. ``empty`` is said of a subject without records; ``decimals`` are those of numbers.
    """

    label: str
    records: Source
    cells: Annotated[tuple[str, ...], Field(min_length=1)]
    identify_by: EachOnce[VariableName] = ()
    sort_by: EachOnce[VariableName] = ()
    decimals: Mapping[VariableName, Places] = {}
    empty: str = "None"

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its patterns."""
        return tuple(Line("", cell) for cell in self.cells)

    @property
    def identity(self) -> tuple[str, ...]:
        """The variables that name one record."""
        return (SUBJECT, *self.identify_by)

    @property
    def shown(self) -> tuple[str, ...]:
        """The variables of its patterns."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.statistics))


class Options(NotedOptions):
    """Options of a profile: the subjects (``population``), each on pages of its own, and the ``sections`` of each.

    ``heading`` is a pattern of the population's variables, ``decimals`` those of its numbers. Subjects are in the order
    of ``sort_by``, then of USUBJID.
    """

    heading: str = f"Subject {{{SUBJECT}}}"
    decimals: Mapping[VariableName, Places] = {}
    sort_by: EachOnce[VariableName] = ()
    columns: Annotated[tuple[ProfileColumn, ...], Field(min_length=1)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fit(self) -> Options:
        if self.population is None:
            raise ValueError("population: a profile is of subjects; name the dataset with a record each")
        for section in self.sections:
            if len(section.cells) > len(self.columns):
                raise ValueError(f"sections: {section.label} has more cells than there are columns")
        return self

    @property
    def identities(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What names one record of each section's dataset."""
        return tuple((section.records.dataset, section.identity) for section in self.sections)

    @property
    def placed_sources(self) -> Mapping[Route, Source]:
        """The datasets that it reads, those of the sections too."""
        placed = dict(super().placed_sources)
        for number, section in enumerate(self.sections):
            placed["sections", number, "records"] = section.records
        return placed

    @property
    def placed_variables(self) -> Mapping[Route, tuple[str, tuple[str, ...]]]:
        """Every variable that it names outside conditions, those of patterns too."""
        assert self.population is not None  # noqa: S101 - a profile has one
        people = (self.population.dataset,)
        placed: dict[Route, tuple[str, tuple[str, ...]]] = {at: (name, people) for at, name in named_variables(self)}
        placed |= {("heading", name): (name, people) for name in Line("", self.heading).statistics}
        for number, section in enumerate(self.sections):
            at, of = ("sections", number), (section.records.dataset,)
            placed |= {route: (name, of) for route, name in named_variables(section, at)}
            placed |= {(*at, "cells", name): (name, of) for name in section.shown}
        return placed

    @property
    def shown_attributes(self) -> Mapping[str, tuple[str, ...]]:
        """Decimals, of the parameter of each record."""
        asked = [*self.decimals.values(), *(each for section in self.sections for each in section.decimals.values())]
        return {"decimals": ()} if "parameter" in asked else {}


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """A row for each record of each section, subject by subject: its id, dataset, condition, heading, section, cells.

    A section of which a subject has no record has one row that says so. Missing values are blank and come first in the
    order, as in SAS; a text is in the order of its ADaM partner, as in a listing. A control character in a text is set
    as a space, with a finding. The order of the datasets does not matter. DataError for a population with two records
    of a subject, for records that ``identify_by`` does not tell apart, and for variables that are not there.
    """
    assert options.population is not None  # noqa: S101 - a profile has one
    with faults_at(("population",)):
        people = select_subjects(data, options.population)
        require_columns(people, options.sort_by)
    frame = in_order(people, tuple(dict.fromkeys((*options.sort_by, SUBJECT))))
    findings: list[Finding] = []
    heading = Line("", options.heading)
    with faults_at(("heading",)):
        headings = _filled(data, people, frame, heading, options.decimals, findings)
    subjects = pd.Index(frame[SUBJECT].astype(object))
    parts = [_of_section(data, options, number, subjects, findings) for number in range(len(options.sections))]
    made = pd.concat(parts, ignore_index=True).sort_values(["_subject", "_section", "_row"], ignore_index=True)
    of = made["_subject"].to_numpy(dtype=np.int64)
    results = pd.DataFrame(
        {
            "result": listing_ids(options.output, len(made)),
            "output": options.output,
            "dataset": made["dataset"],
            "where": made["where"],
            SUBJECT: subjects.to_numpy(dtype=object)[of],
            HEADING: headings[of],
            SECTION: np.array([section.label for section in options.sections], dtype=object)[made["_section"]],
            **{name: made[name] for name in cell_names(options)},
        },
        index=made.index,
    )
    return Made(results, tuple(dict.fromkeys(findings)))


def cell_names(options: Options) -> list[str]:
    """The names of the cells in the results, from left to right."""
    return [f"cell{number}" for number in range(1, len(options.columns) + 1)]


def _of_section(
    data: AnalysisData, options: Options, number: int, subjects: pd.Index, findings: list[Finding]
) -> pd.DataFrame:
    """The rows of one section, of all subjects."""
    section, at = options.sections[number], ("sections", number)
    with faults_at((*at, "records")):
        records = select_records(data, section.records, options.population)
    identity = section.identity
    with faults_at(at):
        require_columns(records, (*identity, *section.sort_by, *section.shown))
        if not records.whole.is_named_by(identity):
            hint = "name more under identify_by"
            require_one_each(records.dataset, records.dataset.frame, identity, "profile", hint)
    frame = in_order(records, tuple(dict.fromkeys((*section.sort_by, *identity))))
    with faults_at(at):
        cells = [_filled(data, records, frame, line, section.decimals, findings) for line in section.lines]
        where = record_conditions(records, frame, identity)
    codes = subjects.get_indexer(pd.Index(frame[SUBJECT].astype(object)))
    without = np.setdiff1d(np.arange(len(subjects)), codes)
    names = cell_names(options)
    blank = np.full(len(frame), "", dtype=object)
    made = pd.DataFrame(
        {
            "_subject": codes,
            "_row": np.arange(len(frame)),
            "where": where,
            **{name: cells[place] if place < len(cells) else blank for place, name in enumerate(names)},
        }
    )
    nobody = [str(Comparison(VariableRef(SUBJECT), Operator.EQ, Text(str(subject)))) for subject in subjects[without]]
    texts = {name: section.empty if name == names[0] else "" for name in names}
    lacking = pd.DataFrame({"_subject": without, "_row": 0, "where": nobody, **texts})
    filled = [part for part in (made, lacking) if len(part)]
    whole = pd.concat(filled, ignore_index=True) if filled else made
    return whole.assign(_section=number, dataset=records.dataset.name)


def _filled(
    data: AnalysisData,
    records: Records,
    frame: pd.DataFrame,
    line: Line,
    decimals: Mapping[str, Places],
    findings: list[Finding],
) -> Texts:
    """A pattern with the texts of each record."""
    if not line.statistics:
        return np.full(len(frame), line.pattern, dtype=object)
    texts = {}
    for name in line.statistics:
        require_columns(records, (name,))
        texts[name] = column_texts(data, records, frame, name, decimals.get(name))
        if records.dataset[name].kind is Kind.TEXT:
            findings += check_control(frame[name], frame[SUBJECT], name, Place(dataset=records.dataset.name))
    rows = zip(*texts.values(), strict=True)
    return np.array([line.fill(dict(zip(texts, row, strict=True))) for row in rows], dtype=object)

"""The list of a study's outputs: number, titles, population, footnotes, template, and who makes and checks each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from adamline.analyses.figure_options import StoredOptions
from adamline.io.sheets import write_sheets
from adamline.io.yaml_text import read_yaml
from adamline.study.outputs import OutputPlan
from adamline.study.study import Study
from adamline.study.tracking import COLUMNS, read_tracking


class Column(StrEnum):
    """The columns of the list, by their heads."""

    OUTPUT = "Output"
    NUMBER = "Number"
    TITLE = "Title"
    POPULATION = "Population"
    FOOTNOTES = "Footnotes"
    KIND = "Kind"
    TEMPLATE = "Template"
    DATASETS = "Datasets"
    FILE = "File"
    PROGRAMMER = "Programmer"
    QC_PROGRAMMER = "QC programmer"
    QC_LEVEL = "QC level"
    DELIVERABLE = "Deliverable"


# What is told by the specs as a whole, and cannot be edited in a list.
TOLD = (Column.KIND, Column.TEMPLATE, Column.DATASETS, Column.FILE)
# The columns of `tracking.csv` by those of the list.
TRACKED = dict(
    zip((Column.PROGRAMMER, Column.QC_PROGRAMMER, Column.QC_LEVEL, Column.DELIVERABLE), COLUMNS, strict=True)
)
OUTPUTS, FOOTNOTES = "Outputs", "Footnotes"
FOOTNOTE_COLUMNS = ("Name", "Text")
_WORDS = ("Table", "Figure", "Listing")
_NUMBERED = re.compile(rf"({'|'.join(_WORDS)}) (\S+)")


@dataclass(frozen=True)
class Numbered:
    """The titles of an output: the word and number of the first line, where it has no more, and the other lines."""

    word: str
    number: str
    titles: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines, as the spec has them."""
        return (f"{self.word} {self.number}", *self.titles) if self.number else self.titles


def numbered(titles: tuple[str, ...], kind: str) -> Numbered:
    """The titles with their number apart; without one where the first line is no number.

    >>> numbered(("Table 14.10", "Deaths"), "table")
    Numbered(word='Table', number='14.10', titles=('Deaths',))
    """
    found = _NUMBERED.fullmatch(titles[0])
    return Numbered(found[1], found[2], titles[1:]) if found else Numbered(word_of(kind), "", titles)


def word_of(kind: str) -> str:
    """What an output of a kind is called before its number."""
    return {"table": "Table", "listing": "Listing"}.get(kind, "Figure")


def list_of_outputs(study: Study) -> list[dict[Column, str]]:
    """A row for each output, in the order of the package."""
    tracking = read_tracking(study.folder)
    return [
        {**_row(study, output), **{head: tracking.get(output.name, {}).get(name, "") for head, name in TRACKED.items()}}
        for output in study.outputs
    ]


def _row(study: Study, output: OutputPlan) -> dict[Column, str]:
    titles = titles_of(output)
    return {
        Column.OUTPUT: output.name,
        Column.NUMBER: titles.number,
        Column.TITLE: "\n".join(titles.titles),
        Column.POPULATION: population_of(study, output),
        Column.FOOTNOTES: ", ".join(output.options.footnotes),
        Column.KIND: output.kind,
        Column.TEMPLATE: output.template.stem if output.template else "",
        Column.DATASETS: ", ".join(output.datasets or output.results),
        Column.FILE: f"tlf/{output.file.path.name}",
    }


def titles_of(output: OutputPlan) -> Numbered:
    """The titles of an output as its file writes them, with the study's variables, else as its template does."""
    written = read_yaml(output.file.path).content.get("title")
    lines = (written,) if isinstance(written, str) else tuple(written or ())
    return numbered(lines or output.options.title, output.kind)


def population_of(study: Study, output: OutputPlan) -> str:
    """The name of an output's population, as its file writes it; of a figure of results, that of the table."""
    written = read_yaml(output.file.path).content.get("population")
    if isinstance(written, dict) and written.get("label"):
        return str(written["label"])
    if isinstance(output.options, StoredOptions):
        tables = (each for each in study.outputs if each.name == output.options.results)
        return next((population_of(study, table) for table in tables), "")
    return output.options.population.label if output.options.population else ""


def write_list(study: Study, handle: BinaryIO) -> None:
    """Write the list as a workbook: a sheet of outputs, and one of the study's footnotes, which outputs name."""
    rows = [[*Column], *([row[column] for column in Column] for row in list_of_outputs(study))]
    footnotes = [[*FOOTNOTE_COLUMNS], *(list(pair) for pair in study.spec.footnotes.items())]
    write_sheets({OUTPUTS: [[str(cell) for cell in row] for row in rows], FOOTNOTES: footnotes}, handle)


def lines_of(rows: Iterable[dict[Column, str]]) -> Iterator[str]:
    """The list in lines, for the terminal."""
    for row in rows:
        title = row[Column.TITLE].replace("\n", ", ")
        who = ", ".join(filter(None, (row[column] for column in TRACKED)))
        yield f"  {row[Column.OUTPUT]:<16}{row[Column.NUMBER]:<12}{title}{f' [{who}]' if who else ''}"

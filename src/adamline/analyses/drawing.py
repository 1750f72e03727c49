"""Drawing: stored results of a table that a program of the study draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from adamline.analyses.data import AnalysisData, Made
from adamline.analyses.drawn_results import drawn_results, labels_of, lacking, of_levels, require_stored, stored_table
from adamline.analyses.figure_options import StoredOptions
from adamline.analyses.words import Programs
from adamline.results.ard import with_ids
from adamline.spec.types import OneOrMore

# Finds the functions of a program that draws by its stem; None where there is none.
Drawings = Callable[[str], SimpleNamespace | None]


class Options(StoredOptions):
    """Options of a figure that a program of the study draws (``draw``, such as `programs.tornado`).

    It draws the rows ``analysis`` of the table (`results`), by default all, of these ``statistics``, by default all.
    ``values`` are what the program takes beside them.
    """

    draw: Annotated[str, Field(pattern=r"^programs\.[a-z][a-z0-9_]*$")]
    analysis: OneOrMore[str] | None = None
    statistics: OneOrMore[str] | None = None
    values: Mapping[str, str] = {}

    @field_validator("draw")
    @classmethod
    def _is_there(cls, name: str, info: ValidationInfo) -> str:
        find: Drawings | None = (info.context or {}).get("drawings")
        if find is not None and find(name.partition(".")[2]) is None:
            raise ValueError(f"there is no {name} with the functions draw and words")
        return name

    @property
    def has_programs(self) -> bool:
        """A program draws it."""
        return True


def analyse(data: AnalysisData, options: Options, programs: Programs | None = None) -> Made:
    """The stored results that the figure draws, and ``same_as`` the id that each has in the table.

    DataError for what is not stored (`drawn_results`).
    """
    stored = stored_table(data, options)
    numbers = of_levels(stored, options)
    if len(numbers):
        require_stored(numbers["analysis"], options.analysis or (), options)
        require_stored(numbers["stat_name"], options.statistics or (), options)
    if options.analysis is not None:
        numbers = numbers[numbers["analysis"].isin(options.analysis)]
    if options.statistics is not None:
        numbers = numbers[numbers["stat_name"].isin(options.statistics)]
    absent = lacking([("", "no result to draw")] if numbers["stat"].notna().sum() == 0 else [])
    return Made(with_ids(drawn_results(stored, [labels_of(stored, options), numbers], [absent]), options.output))

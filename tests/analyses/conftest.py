"""What tests of analyses share: one row of a table, run on a DataFrame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from adamline.analyses.cells import Group, place_records
from adamline.analyses.frames import column_group, records_of
from adamline.analyses.leaf import Given
from adamline.analyses.words import find_word

Row = dict[str, Any]
Analysed = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def analysed() -> Analysed:
    """The results of a row: ``frame`` in columns by TRTP, of the subjects of ``population`` where there is one.

    ``by`` is a grouping of rows above it.
    """

    def run(
        row: Row, frame: pd.DataFrame, population: pd.DataFrame | None = None, by: str | None = None
    ) -> pd.DataFrame:
        word = find_word(next(iter(row)))
        assert word is not None
        records = records_of(frame)
        people = None if population is None else records_of(population, "ADSL")
        group = Group("TRTP", column_group(records if people is None else people, "TRTP").levels)
        subjects = None if people is None else place_records(people, [group])
        above = [] if by is None else [column_group(records, by)]
        made = word.analyse(Given(place_records(records, [*above, group]), subjects), word.options.model_validate(row))
        return made.reset_index(drop=True)

    return run


@pytest.fixture(scope="session")
def numbers(analysed: Analysed) -> Callable[..., dict[tuple[str, str], float]]:
    """The raw values of a row, by the column they stand in and the name of the statistic."""

    def run(row: Row, frame: pd.DataFrame, population: pd.DataFrame | None = None) -> dict[tuple[str, str], float]:
        made = analysed(row, frame, population)
        return {(one["group1_level"], one["stat_name"]): one["stat"] for one in made.to_dict("records")}

    return run

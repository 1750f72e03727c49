"""Whom the columns of an output count: the population and the records put to the one check of that."""

from __future__ import annotations

import pandas as pd

from adamline.errors import NOWHERE, Place
from adamline.findings import Finding, Severity
from adamline.results.check_counted import Placed, check_counted, require_counted
from adamline.tlf.kinds._columns import ColumnOptions, HeaderN
from adamline.tlf.kinds._data import AnalysisData
from adamline.tlf.kinds._options import Population
from adamline.tlf.kinds._records import SUBJECT, Records, require_columns, select_subjects

HINT = (
    "columns: by and population_by must name the same treatment (planned or actual) in both datasets; "
    "where subjects change treatment, header_n: records counts those in the table"
)


def counted_findings(
    data: AnalysisData, records: Records, columns: ColumnOptions, population: Population | None, place: Place = NOWHERE
) -> tuple[Finding, ...]:
    """What `check_counted` finds of the records that an output shows; nothing where it has no population.

    Where the header does not count the population, only subjects of it who are in no column are found, and only where
    the population knows their treatment. DataError for a treatment that is due and not in the population.
    """
    if population is None:
        return ()
    subjects = select_subjects(data, population)
    by = columns.population_by or columns.by
    counts = columns.header_n is HeaderN.POPULATION
    if not counts and by not in subjects.frame.columns:
        return ()
    require_columns(subjects, (by,))
    shown = records.frame if counts else records.frame.iloc[:0]
    return check_counted(
        _placed(subjects, subjects.frame, by), _placed(records, shown, columns.by), columns.order, place
    )


def require_counted_subjects(
    data: AnalysisData, records: Records, columns: ColumnOptions, population: Population | None
) -> None:
    """DataError, with the subjects' names, for subjects in a column whose N does not count them."""
    require_counted(counted_findings(data, records, columns, population), HINT)


def _placed(records: Records, frame: pd.DataFrame, by: str) -> Placed:
    return Placed(records.dataset.name, by, frame[SUBJECT], frame[by])


def warnings_of(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that stop nothing: an error is raised by the analysis itself."""
    return tuple(finding for finding in findings if finding.severity is not Severity.ERROR)

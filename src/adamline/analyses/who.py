"""Who is counted: the columns of a table put to the one check of that, and what no column shows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.analyses.cells import Cells, Ints, coded
from adamline.analyses.columns import ColumnOptions, HeaderN
from adamline.analyses.records import SUBJECT, Records
from adamline.analyses.whole import Coded
from adamline.errors import Place
from adamline.findings import Finding, Severity
from adamline.plurals import said_of
from adamline.results.check_counted import Placed, check_counted, require_counted

_HINT = (
    "columns: by and population_by must name the same treatment (planned or actual) in both datasets; "
    "where subjects change treatment, header_n: records counts those in the table"
)
_SHOWN = 5


def check_who(columns: ColumnOptions | None, subjects: Records | None, shown: Cells) -> tuple[Finding, ...]:
    """What is to be said of the subjects whom the cells of one analysis count; nothing where there are no columns.

    A warning for subjects of the population in no column, and for records whose treatment no column shows. DataError,
    with their names, for subjects in a column whose N does not count them. Where the header does not count the
    population, only subjects of it who are in no column are found, and only where it knows their treatment.
    """
    if columns is None:
        return ()
    found = _not_listed(columns, shown)
    if subjects is not None:
        by = columns.group(subjects, subjects.dataset.name).variable
        counts = columns.header_n is HeaderN.POPULATION
        if counts or subjects.has(by):
            of_population = _placed(subjects, by, np.arange(subjects.count))
            places = pd.unique(shown.record) if counts else np.empty(0, dtype=np.int64)
            of_records = _placed(shown.records, shown.groups[-1].variable, places)
            found += check_counted(of_population, of_records, columns.treatments)
    require_counted(found, _HINT)
    return tuple(found)


def _placed(records: Records, by: str, places: Ints) -> Placed:
    """Each subject and column of the records at these places, once."""
    subject, column = coded(records, SUBJECT), coded(records, by)
    # A code of -1, for missing, is the last entry.
    count = len(column.texts) + 1
    pairs = pd.unique(subject.wide[places] % (len(subject.texts) + 1) * count + column.wide[places] % count)
    return Placed(records.dataset.name, by, _texts(subject, pairs // count), _texts(column, pairs % count))


def _texts(values: Coded, codes: Ints) -> pd.Series:
    return pd.Series(np.append(values.texts, "")[codes], dtype=object)


def _not_listed(columns: ColumnOptions, shown: Cells) -> list[Finding]:
    """A warning that counts the records whose treatment no column shows."""
    variable = shown.groups[-1].variable
    values = coded(shown.records, variable)
    is_listed = np.array([*(text in columns.treatments for text in values.texts), False], dtype=bool)
    outside = values.codes[~is_listed[values.codes]]
    if not len(outside):
        return []
    names = [str(np.append(values.texts, "missing")[code]) for code in np.unique(outside)]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    left_out = f"{{count}} records are left out, since their {variable} has no column"
    message = f"{said_of(len(outside), left_out)}: {', '.join(names[:_SHOWN])}{more}"
    return [Finding(Severity.WARNING, "columns", message, Place(dataset=shown.records.dataset.name, variable=variable))]

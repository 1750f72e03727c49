"""Strata: the records and subjects of each stratum, for analyses that take them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from adamline.analyses.cells import Ints, coded
from adamline.analyses.leaf import Given
from adamline.analyses.overall import stratum_codes
from adamline.analyses.records import SUBJECT, require_columns
from adamline.errors import DataError, Place


@dataclass(frozen=True)
class Strata:
    """What an analysis is given, stratum by stratum; ``left_out`` counts the subjects without a stratum."""

    parts: tuple[Given, ...]
    left_out: int


def strata_of(given: Given, names: Sequence[str], denominator: str) -> Strata:
    """The records and subjects of each combination of the variables ``names`` that a subject has.

    A subject's stratum is what the population says; without a population, what its records say. Where per cents are of
    subjects with ``values``, the records may say it in place of a population that lacks the variables. DataError for
    variables that are not there.
    """
    cells, subjects = given.cells, given.subjects
    require_columns(cells.records, (SUBJECT,))
    own = coded(cells.records, SUBJECT)
    if subjects is not None and all(map(subjects.records.has, names)):
        of_subject = stratum_codes(subjects.records, names)
        people = pd.Index(subjects.records.column(SUBJECT), dtype=object)
        row = people.get_indexer(pd.Index(own.texts, dtype=object))
        of_record = np.append(np.append(of_subject, -1)[row], -1)[own.codes]
        left_out = int((of_subject < 0).sum())
    else:
        if subjects is not None and denominator != "values":
            lacking = next(name for name in names if not subjects.records.has(name))
            raise DataError(
                f"The population has no {lacking}, by which to count it in strata.",
                place=Place(dataset=subjects.records.dataset.name),
                hint="add it to the population's dataset, or take `denominator: values`",
            )
        require_columns(cells.records, tuple(names))
        of_record, of_subject = stratum_codes(cells.records, names), None
        left_out = len(np.unique(own.codes[cells.record[of_record[cells.record] < 0]]))
    known = of_record if of_subject is None else of_subject
    return Strata(tuple(_part(given, of_record, of_subject, code) for code in np.unique(known[known >= 0])), left_out)


def _part(given: Given, of_record: Ints, of_subject: Ints | None, code: int) -> Given:
    cells, subjects = given.cells, given.subjects
    if subjects is not None:
        subjects = None if of_subject is None else subjects.only(of_subject[subjects.record] == code)
    return replace(given, cells=cells.only(of_record[cells.record] == code), subjects=subjects)

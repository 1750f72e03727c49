"""Cross tables: subjects of each block of rows by stratum, column and category, and the scores of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from adamline.analyses.cells import Group, Ints, Level, coded
from adamline.analyses.choices import Choice
from adamline.analyses.leaf import Floats, Given
from adamline.analyses.levels import check_levels, ordered_levels
from adamline.analyses.overall import OverallOptions, samples_of, stratum_codes
from adamline.analyses.records import SUBJECT, Records, require_columns
from adamline.errors import DataError, Place
from adamline.findings import Finding
from adamline.spec.types import Distinct
from adamline.stats.cmh import ScoreType


class CrossOptions(OverallOptions):
    """Options of a test of a category by all columns: ``levels`` are the categories in order, else those of the data.

    Those of the data are in the order of the ADaM partner (AESEV by AESEVN), else of their text.
    ``scores`` are SCORES= of PROC FREQ: with TABLE numbers are their own scores, all else has 1, 2, 3 ... in its order.
    With ``worst: levels`` a subject counts once, in the last of its categories.
    """

    levels: Distinct[str] | None = None
    worst: Literal["levels"] | None = None
    scores: Choice[ScoreType] = ScoreType.TABLE

    @property
    def said_of_worst(self) -> str:
        """That a subject counts once, in words."""
        return ", each subject once in the last of the levels" if self.worst else ""


@dataclass(frozen=True)
class Cross:
    """Different subjects, (blocks, strata, columns of one treatment, categories); scores where labels are numbers."""

    counts: Ints
    column_scores: Floats | None
    category_scores: Floats | None


def cross_counts(
    given: Given, of: str, strata: Sequence[str] = (), levels: Sequence[str] | None = None, *, worst: bool = False
) -> Cross:
    """The subjects of each block by stratum, column and category.

    A subject counts once in each category of a block, or in the ``worst`` of them, the last; records without a
    category, or without a stratum, are left out.
    DataError for variables that are not there, and for values that are none of ``levels``.
    """
    records = given.cells.records
    require_columns(records, (SUBJECT, of, *strata))
    samples = samples_of(given)
    group = _categories(records, of, levels)
    values = coded(records, of)
    known = pd.Index(group.names, dtype=object).get_indexer(pd.Index(values.texts, dtype=object))
    category = np.append(known, -1)[values.codes][samples.place]
    _, stratum = np.unique(stratum_codes(records, strata), return_inverse=True)
    has_stratum = (stratum_codes(records, strata) >= 0)[samples.place]
    columns, column = np.unique(samples.column, return_inverse=True)
    shape = (given.blocks, int(stratum.max(initial=0)) + 1, max(1, len(columns)), max(1, group.size))
    kept = (category >= 0) & has_stratum
    index = np.ravel_multi_index(
        (samples.block[kept], stratum[samples.place][kept], column[kept], category[kept]), shape
    ).astype(np.int64)
    subject = coded(records, SUBJECT).wide[samples.place][kept]
    many = int(subject.max(initial=0)) + 1
    if worst:
        # In the order of categories the last record of each subject and cell is that of the worst.
        order = np.argsort(index, kind="stable")
        cell = pd.Series(index[order] // max(1, group.size) * many + subject[order])
        index, subject = (each[order][~cell.duplicated(keep="last").to_numpy()] for each in (index, subject))
    different = pd.unique(index * many + subject) // many
    counts = np.bincount(different, minlength=int(np.prod(shape))).reshape(shape)
    by = given.cells.groups[-1]
    present = tuple(by.levels[number] for number in columns)
    return Cross(counts, _scores(records, Group(by.variable, present)), _scores(records, group))


def check_scored(given: Given, of: str, options: CrossOptions) -> tuple[Finding, ...]:
    """A warning where no ``levels`` are given, and the categories have a partner that gives no order."""
    return () if options.levels is not None else check_levels(given.cells.records, of)


def _categories(records: Records, of: str, levels: Sequence[str] | None) -> Group:
    found = Group(of, ordered_levels(records, of))
    if levels is None:
        return found
    unknown = [level.name for level in found.levels if level.name not in levels]
    if unknown:
        raise DataError(
            f"{of} has values that are none of the levels.",
            place=Place(dataset=records.dataset.name, variable=of),
            expected=", ".join(levels),
            found=", ".join(unknown[:5]),
        )
    return Group(of, tuple(map(Level.of, levels)))


def _scores(records: Records, group: Group) -> Floats | None:
    """The numbers that the levels are; none where they are texts, or fewer than two."""
    if group.size < 2 or not records.is_number(group.variable):
        return None
    return np.array([float(level.members[0]) for level in group.levels], dtype=np.float64)

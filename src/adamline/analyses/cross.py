"""Cross tables: subjects of each block of rows by stratum, column and category."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from adamline.analyses.cells import Ints, coded
from adamline.analyses.frames import column_group
from adamline.analyses.leaf import Given
from adamline.analyses.overall import samples_of, stratum_codes
from adamline.analyses.records import SUBJECT, require_columns


def cross_counts(given: Given, of: str, strata: Sequence[str] = ()) -> Ints:
    """Different subjects: an array of blocks x strata x columns of one treatment x categories, in order.

    A subject counts once in each category of a block; records without a category, or without a stratum, are left out.
    DataError for variables that are not there.
    """
    records = given.cells.records
    require_columns(records, (SUBJECT, of, *strata))
    samples = samples_of(given)
    levels = [level.name for level in column_group(records, of).levels]
    values = coded(records, of)
    known = pd.Index(levels, dtype=object).get_indexer(pd.Index(values.texts, dtype=object))
    category = np.append(known, -1)[values.codes][samples.place]
    _, stratum = np.unique(stratum_codes(records, strata), return_inverse=True)
    has_stratum = (stratum_codes(records, strata) >= 0)[samples.place]
    columns, column = np.unique(samples.column, return_inverse=True)
    shape = (given.blocks, int(stratum.max(initial=0)) + 1, max(1, len(columns)), max(1, len(levels)))
    kept = (category >= 0) & has_stratum
    index = np.ravel_multi_index(
        (samples.block[kept], stratum[samples.place][kept], column[kept], category[kept]), shape
    ).astype(np.int64)
    subject = coded(records, SUBJECT).codes[samples.place][kept]
    many = int(subject.max(initial=0)) + 1
    different = pd.unique(index * many + subject) // many
    return np.bincount(different, minlength=int(np.prod(shape))).reshape(shape)

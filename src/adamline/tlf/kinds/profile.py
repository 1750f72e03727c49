"""Profile: the layout of what was recorded of each subject, who has pages of their own."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from adamline.analyses.profile import HEADING, SECTION, Options, cell_names
from adamline.analyses.records import SUBJECT
from adamline.tlf.kinds._data import PageContext, page_of
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row
from adamline.tlf.table.notes import with_notes


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the profile: the subject, its sections, and a row for each record, which names its result."""
    names = cell_names(options)
    texts = zip(*(results[name] for name in names), strict=True)
    of = zip(results[SUBJECT], results[HEADING], results[SECTION], results["result"], strict=True)
    datasets = dict.fromkeys(source.dataset for source in options.sources)
    plain = replace(
        page_of(options, page, ", ".join(datasets)),
        columns=tuple(Column(column.width) for column in options.columns),
        header=(tuple(HeaderCell(column.heading, align=Align.LEFT) for column in options.columns),),
        rows=tuple(
            Row(cells, indent=2, group=(heading, section), page=subject, results=(result,) * len(names))
            for cells, (subject, heading, section, result) in zip(texts, of, strict=True)
        ),
    )
    return with_notes(plain, options.notes, page.notes, options.marks)

"""Listing: the layout of selected records, keys shown once on each page."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from adamline.analyses.listing import Options
from adamline.tlf.kinds._data import PageContext, page_of
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row
from adamline.tlf.table.notes import with_notes


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the listing: a row for each record, each cell naming the record's result."""
    names = [column.variable for column in options.columns]
    # Records with the same keys stand together; whole subjects would leave pages half empty. Where the keys name one
    # record each, those that share all but the last key do.
    together = len(options.keys) if options.identify_by else len(options.keys) - 1
    texts = zip(*(results[name] for name in names), strict=True)
    aligns = [
        Align(column.align) if column.align else Align.LEFT if column.decimals is None else Align.DECIMAL
        for column in options.columns
    ]
    heads = [
        HeaderCell(column.heading, align=Align.LEFT if align is Align.LEFT else Align.CENTER)
        for column, align in zip(options.columns, aligns, strict=True)
    ]
    plain = replace(
        page_of(options, page, options.records.dataset),
        columns=tuple(
            Column(column.width, align, column.new_panel) for column, align in zip(options.columns, aligns, strict=True)
        ),
        header=(tuple(heads),),
        rows=tuple(
            Row(cells, block="\n".join(cells[:together]), results=(result,) * len(names))
            for cells, result in zip(texts, results["result"], strict=True)
        ),
        repeat_keys=len(options.keys),
    )
    return with_notes(plain, options.notes, page.notes, options.marks)

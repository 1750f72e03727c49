"""Listing: the layout of selected records, keys shown once on each page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from adamline.analyses.listed_parts import ListingColumn
from adamline.analyses.listing import Options
from adamline.tlf.kinds._data import PageContext, page_of
from adamline.tlf.layout import Align, Column, HeaderCell, Layout, Row
from adamline.tlf.table.notes import with_notes


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of the listing: a row for each record, each cell naming the record's result."""
    # Records with the same keys stand together; whole subjects would leave pages half empty. Where the keys name one
    # record each, those that share all but the last key do.
    together = options.key_columns if options.identify_by else options.key_columns - 1
    texts = zip(*(_cells(results, column) for column in options.columns), strict=True)
    ids = results["result"].to_numpy(dtype=object)
    aligns = list(map(align_of, options.columns))
    heads = [
        HeaderCell(column.heading, align=Align.LEFT if align is Align.LEFT else Align.CENTER)
        for column, align in zip(options.columns, aligns, strict=True)
    ]
    layout = page_of(options, page, options.records.dataset)
    plain = replace(
        layout,
        columns=tuple(
            Column(column.width, align, column.new_panel) for column, align in zip(options.columns, aligns, strict=True)
        ),
        header=(tuple(heads),),
        rows=tuple(
            Row(
                cells,
                group=banners,
                block="\n".join(cells[:together]),
                page="\n".join(banners),
                results=(result,) * len(cells),
            )
            for cells, banners, result in zip(texts, _banners(results, options), ids, strict=True)
        ),
        footnotes=(*layout.footnotes, *dict.fromkeys(flag.footnote for flag in options.flags)),
        repeat_keys=options.key_columns,
    )
    return with_notes(plain, options.notes, page.notes, options.marks)


def align_of(column: ListingColumn) -> Align:
    """How a column stands: as its options say, else numbers with decimals at the point, and the others left."""
    if column.align:
        return Align(column.align)
    return Align.LEFT if column.decimals is None or column.others else Align.DECIMAL


def _cells(results: pd.DataFrame, column: ListingColumn) -> Iterable[str]:
    """The texts of a column: of several variables each in its place, blank where all are missing."""
    if not column.others:
        return results[column.variable].to_numpy(dtype=object)
    parts = [results[name].to_numpy(dtype=object) for name in column.shown]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + column.separator + part
    some = np.logical_or.reduce([part != "" for part in parts])
    return tuple(np.where(some, joined, ""))


def _banners(results: pd.DataFrame, options: Options) -> list[tuple[str, ...]]:
    """The lines over each row: a line for each variable that pages are divided by."""
    if not options.page_by:
        return [()] * len(results)
    lines = [(by.heading + ": ") + results[by.variable].astype(object) for by in options.page_by]
    return list(zip(*lines, strict=True))

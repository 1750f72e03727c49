"""Table: the layout of a tree of rows in columns, from stored results."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from adamline.analyses.rows import leaves
from adamline.analyses.table_options import Options
from adamline.results.ard import Around
from adamline.tlf.kinds._data import PageContext, page_of
from adamline.tlf.kinds._empty_columns import empty_column_notes
from adamline.tlf.layout import Align, Column, Layout
from adamline.tlf.table.body import Body
from adamline.tlf.table.columns import data_columns, table_header
from adamline.tlf.table.notes import with_notes
from adamline.tlf.table.unshown import unshown_analyses, unshown_columns

# The share of a column of row labels where none is given.
_USUAL_WIDTH = 2.0


def lay_out(results: pd.DataFrame, options: Options, page: PageContext) -> Layout:
    """The layout of a table: its header, and a row for each category and statistic that it shows."""
    layout = page_of(options, page, ", ".join(dict.fromkeys(source.dataset for source in options.sources)))
    columns = data_columns(options)
    lines = {name: line for leaf in leaves(options.rows) for name, line in leaf.options.known_lines().items()}
    header = table_header(results, options, columns, lines)
    rows = Body(results, options, columns).rows()
    fits = len(options.stub) == 1 and options.stub[0].width is None
    stub = [Column(column.width or _USUAL_WIDTH, fits=fits) for column in options.stub]
    numbers = [Column(column.width, Align.DECIMAL, column.starts_panel) for column in columns]
    made = results["stat_text"][results["analysis"] == Around.NOTES]
    footnotes = (*layout.footnotes, *dict.fromkeys(made), *empty_column_notes(results))
    whole = replace(
        layout,
        columns=(*stub, *numbers),
        header=header,
        rows=rows,
        fixed_columns=len(stub),
        footnotes=footnotes,
        findings=(
            *unshown_analyses(leaves(options.rows), rows, results),
            *unshown_columns(options.columns, columns, rows),
        ),
    )
    return with_notes(whole, options.notes, page.notes, options.marks)

"""Records of a profile before there are data: placeholders for the variables of each section's patterns."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from adamline.analyses.lines import Line
from adamline.analyses.listed_parts import ListingColumn
from adamline.analyses.profile import HEADING, SECTION, Options, Places, cell_names
from adamline.analyses.records import SUBJECT
from adamline.results.ard import listing_ids
from adamline.tlf.shell.listing import placeholder


def profile_records(options: Options) -> pd.DataFrame:
    """A profile of one subject as texts, a record a section, with a placeholder for each variable."""
    names = cell_names(options)
    heading = _masked(Line("", options.heading), options.decimals)
    rows = []
    for section in options.sections:
        cells = [_masked(line, section.decimals) for line in section.lines]
        rows.append(["xxxx", heading, section.label, *cells, *[""] * (len(names) - len(cells))])
    made = pd.DataFrame(rows, columns=[SUBJECT, HEADING, SECTION, *names])
    ids = listing_ids(options.output, len(made))
    return pd.DataFrame({"result": ids, "output": options.output, "dataset": "", "where": ""}).join(made)


def _masked(line: Line, decimals: Mapping[str, Places]) -> str:
    columns = {name: ListingColumn(variable=name, heading="", decimals=decimals.get(name)) for name in line.statistics}
    return line.fill({name: placeholder(column, name) for name, column in columns.items()})

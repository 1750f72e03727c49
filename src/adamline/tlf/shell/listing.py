"""Records of a listing before there are data: placeholders by the kind of each variable."""

from __future__ import annotations

import re

import pandas as pd

from adamline.analyses.listed_parts import ListingColumn
from adamline.analyses.listing import Options
from adamline.results.ard import listing_ids
from adamline.tlf.shell.masks import numbers

# Records shown: two of one key and one of another, so that it is seen what is repeated.
RECORDS = 3
# By their names, as ADaM and SDTM give them; dates and times as a listing shows them.
_KINDS = (
    (re.compile(r"\w*DTC"), "YYYY-MM-DD"),
    (re.compile(r"\w*DTM"), "DDMONYYYY:hh:mm:ss"),
    (re.compile(r"\w*DT"), "DDMONYYYY"),
    (re.compile(r"\w*TM"), "hh:mm:ss"),
    (re.compile(r"\w*FL"), "x"),
    (re.compile(r"AGE|VISITNUM|\w*(DY|SEQ|DUR[DMYN]?|VISITN|PARAMN|GR\dN|TOXGRN)"), numbers(0)),
    (re.compile(r"AVAL|BASE|CHG|PCHG|A[1-9]?N?R?(LO|HI)|\w*(STRESN|NRLO|NRHI)|R2\w+"), numbers(1)),
)
_TEXT = "xxxx"


def listing_records(options: Options) -> pd.DataFrame:
    """Records of a listing as texts, a placeholder in each cell; the first two have the same first key."""
    columns = {name: [placeholder(column, name)] * RECORDS for column in options.columns for name in column.shown}
    columns |= {by.variable: [_TEXT] * RECORDS for by in options.page_by}
    first = columns[options.keys[0]]
    columns[options.keys[0]] = [f"{text}-{max(1, number)}" for number, text in enumerate(first)]
    ids = listing_ids(options.output, RECORDS)
    return pd.DataFrame({"result": ids, "output": options.output, "dataset": "", "where": "", **columns})


def placeholder(column: ListingColumn, variable: str) -> str:
    """What stands for a value of a variable in a column: by its decimals, else by the variable's name.

    >>> [placeholder(ListingColumn(variable=name, heading=""), name) for name in ("ASTDT", "AGE", "AEDECOD")]
    ['DDMONYYYY', 'xx', 'xxxx']
    """
    if isinstance(column.decimals, int):
        return numbers(column.decimals)
    if column.decimals is not None:
        return numbers(1)
    found = (text for kind, text in _KINDS if kind.fullmatch(variable))
    return next(found, _TEXT)

"""SMQzzNAM, CQzzNAM and their kin: the query of a table of terms that a record's term is in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from adamline.contract import Columns, EntryKind, New, Table, derivation
from adamline.derive._query_terms import NAME, PREFIX, SOURCE, levels_of, rows_of, terms_of
from adamline.derive._table_values import table_values_at
from adamline.derive._tallies import counted, keys_at, text_of
from adamline.errors import NOWHERE, DerivationError, Place
from adamline.findings import Severity, Tally, where_unused

# What a variable of a query ends in, and the column of the table that it has.
COLUMNS = {"NAM": NAME, "CD": "GRPID", "SC": "SCOPE", "SCN": "SCOPEN"}
_VARIABLE = re.compile(r"([A-Z]{1,4}[0-9]{2})(NAM|CD|SCN|SC)")


def check_query(
    frame: pd.DataFrame,
    made: pd.DataFrame,
    *,
    variable: New,
    table: Table,
    by: Columns = ("AEDECOD",),
    prefix: str | None = None,
    column: str | None = None,
    kind: EntryKind = "text",
) -> Iterator[Tally]:
    """Of the name of a query: terms that no record has, terms that are broad and narrow, records without a term."""
    prefix, column = query_of(variable, prefix, column)
    if column != NAME:
        return
    note = Severity.NOTE
    for of in terms_of(table, prefix, by, column):
        codes, levels = levels_of(frame, of)
        count = np.bincount(codes + 1, minlength=len(levels) + 1)[1:]
        used = dict.fromkeys(of.row_of, 0)
        for level, n in zip(levels, count, strict=True):
            if level in used:
                used[level] += int(n)
        terms = {f"{of.source} {text_of(key)}": n for key, n in used.items()}
        message = f"{{count}} terms of {prefix} are in no record: {{kinds}}"
        yield Tally(note, "unused term", message, NOWHERE, terms, where_unused)
        is_both = np.array([*(level in of.both for level in levels), False])[codes]
        message = f"{{count}} records have a term of {prefix} that is broad and narrow, and count as narrow"
        yield from counted(frame, is_both, "both scopes", message, severity=note, by="")
        rows = np.flatnonzero(codes < 0)
        if len(rows):
            message = f"{{count}} records have no {of.source}, and so no term of {prefix} by it"
            yield Tally(note, "no term", message, NOWHERE, {"": len(rows)}, keys=keys_at(frame, rows))


@derivation(
    define="[column!=:Column {column}][column=:The column that {variable} ends in (NAM GRPNAME, CD GRPID, SC SCOPE, "
    "SCN SCOPEN)] of the table {table}, in the row of the query [prefix!=:{prefix}][prefix=:that {variable} begins "
    "with] that has the record's term: TERMCHAR (whatever the case of letters, and blanks around it) or the code "
    "TERMNUM of the variable SRCVAR, one of {by}. Of several rows a narrow one (SCOPE) is before a broad one. Missing "
    "where no row has the term.",
    check=check_query,
)
def derive_query(
    frame: pd.DataFrame,
    *,
    variable: New,
    table: Table,
    by: Columns = ("AEDECOD",),
    prefix: str | None = None,
    column: str | None = None,
    kind: EntryKind = "text",
) -> pd.DataFrame:
    """Variable of a standardised or customised query (OCCDS 1.0: SMQzzNAM, SMQzzCD, SMQzzSC, SMQzzSCN, CQzzNAM).

    ``table`` has a row for each term of each query: PREFIX (SMQ01, CQ02), GRPNAME, GRPID, SCOPE (BROAD, NARROW or
    none), SCOPEN, SRCVAR (the variable that has the term, one of ``by``: AEDECOD, AELLT, AEPTCD), and TERMCHAR, the
    term, or TERMNUM, its code. SMQ01NAM has GRPNAME of the query SMQ01, SMQ01CD its GRPID, SMQ01SC and SMQ01SCN the
    scope of the record's term; ``prefix`` and ``column`` say both of a variable of another name, as of a category.

    Case of letters, and blanks around a term, do not count. A term that is narrow and broad is narrow; so is a record
    whose preferred term is broad and whose lowest level term is narrow. Missing where no term is in the query.
    `check_query` counts terms that no record has. Raises DerivationError for a name that is no query's; DataError for
    a query or a column that the table does not have, for rows that contradict (two names of a query, a scope that is
    none, two values for a term), and where text is compared with codes.

    >>> import pandas as pd
    >>> adae = pd.DataFrame({"AEDECOD": ["Rash", "HEADACHE", "Skin irritation"]})
    >>> terms = [("SMQ01", "Rashes", "NARROW", "RASH"), ("SMQ01", "Rashes", "BROAD", "SKIN IRRITATION")]
    >>> table = pd.DataFrame(terms, columns=["PREFIX", "GRPNAME", "SCOPE", "TERMCHAR"]).assign(SRCVAR="AEDECOD")
    >>> derive_query(adae, variable="SMQ01SC", table=table).SMQ01SC.tolist()
    ['NARROW', nan, 'BROAD']
    """
    prefix, column = query_of(variable, prefix, column)
    rows = rows_of(frame, terms_of(table, prefix, by, column), table[column])
    return frame.assign(**{variable: table_values_at(table[column], rows, kind)})


def query_of(variable: str, prefix: str | None = None, column: str | None = None) -> tuple[str, str]:
    """The query that a variable is of, and the column of the table that it has.

    >>> query_of("SMQ01SCN"), query_of("SDG02CAT", "SDG02", "CATEGORY")
    (('SMQ01', 'SCOPEN'), ('SDG02', 'CATEGORY'))
    """
    found = _VARIABLE.fullmatch(variable)
    if found is None and not (prefix and column):
        what = f"{variable} is no name of a query's variable."
        expected = "SMQ01NAM, SMQ01CD, SMQ01SC, SMQ01SCN, or `prefix` and `column`"
        raise DerivationError(what, place=Place(variable=variable), expected=expected)
    return prefix or (found[1] if found else ""), column or (COLUMNS[found[2]] if found else "")


def check_terms(variable: str, table: pd.DataFrame, by: Sequence[str], prefix: str | None, column: str | None) -> None:
    """Raise an AdamlineError of the name of a query's variable, or of the table's rows of it, without data."""
    found, column = query_of(variable, prefix, column)
    terms_of(table, found, by, column)


def queries_in(table: pd.DataFrame) -> dict[str, set[str]]:
    """The queries that a table has terms of, and the variables that have these."""
    if PREFIX not in table.columns or SOURCE not in table.columns:
        return {}
    sources = table[[PREFIX, SOURCE]].dropna().groupby(PREFIX, sort=True)[SOURCE]
    return {str(prefix): set(values) for prefix, values in sources}

"""Queries: a study's table of terms of queries, written out as rows of counts where an output names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from adamline.errors import AdamlineError, nearest
from adamline.spec.criteria_file import read_table

_COLUMNS = ("QUERY", "TERM", "SCOPE")
# What is said of the queries; all else a row says is said of each count.
_OWN = ("queries", "scope", "by", "label", "empty", "terms")


def query_rows(row: Mapping[str, Any], folders: Sequence[Path]) -> dict[str, Any]:
    """The heading that a row `{queries: name}` stands for: each query over its terms, both as counts.

    ``queries/name.csv`` has a line for each term: QUERY, TERM and SCOPE (NARROW, BROAD). ``scope`` names those that
    count, by default all; ``by`` is the variable that has the terms (AEDECOD), whose case of letters is that of the
    table or upper case. ``terms: false`` leaves the terms out. A query of which nobody has a term is left out, with a
    note, unless the row says `empty: keep`. Further keys are options of each count of terms.
    AdamlineError for a name or a scope that there is not.
    """
    name = str(row["queries"])
    lines = read_table("queries", name, folders, _COLUMNS)
    known = dict.fromkeys(line["SCOPE"] for line in lines)
    given = row.get("scope") or ()
    scopes = [given] if isinstance(given, str) else [str(scope) for scope in given]
    for scope in scopes:
        if scope not in known:
            raise AdamlineError(f"The queries {name} have no scope {scope}.", hint=nearest(scope, known))
    terms: dict[str, dict[str, None]] = {}
    for line in lines:
        if not scopes or line["SCOPE"] in scopes:
            terms.setdefault(line["QUERY"], {})[line["TERM"]] = None
    return {"label": row.get("label") or "", "rows": [_of_query(row, query, list(of)) for query, of in terms.items()]}


def _of_query(row: Mapping[str, Any], query: str, terms: list[str]) -> dict[str, Any]:
    by = str(row.get("by", "AEDECOD"))
    options = {key: part for key, part in row.items() if key not in _OWN}
    spellings = dict.fromkeys(text for term in terms for text in (term, term.upper()))
    texts = ", ".join("'" + text.replace("'", "''") + "'" for text in spellings)
    name = f"query {query}".replace("/", " per ")
    any_term = {"count": "subjects", "as": name, "label": query}
    of_terms = {"sort": "frequency", **options, "count": by, "as": f"{name} terms", "label": "", "indent": 1}
    rows = [any_term, of_terms] if row.get("terms", True) else [any_term]
    return {"label": "", "where": f"{by} in ({texts})", "empty": row.get("empty", "drop"), "rows": rows}

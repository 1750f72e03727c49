"""Queries written out as rows: each over its terms, by scope, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline.errors import AdamlineError
from adamline.spec.queries import query_rows

TEXT = """# Made up
QUERY,TERM,SCOPE
Rash,Erythema,NARROW
Rash,Pruritus,BROAD
Fall/injury,Baker's cyst,NARROW
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "mine.csv").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_each_query_stands_over_its_terms(folder: Path) -> None:
    made = query_rows({"queries": "mine", "at_least": {"n": 2}}, [folder])
    rash, fall = made["rows"]
    assert rash["where"] == "AEDECOD in ('Erythema', 'ERYTHEMA', 'Pruritus', 'PRURITUS')"
    assert rash["rows"] == [
        {"count": "subjects", "as": "query Rash", "label": "Rash"},
        {
            "sort": "frequency",
            "at_least": {"n": 2},
            "count": "AEDECOD",
            "as": "query Rash terms",
            "label": "",
            "indent": 1,
        },
    ]
    assert fall["where"] == "AEDECOD in ('Baker''s cyst', 'BAKER''S CYST')"
    assert (fall["empty"], fall["rows"][0]["as"]) == ("drop", "query Fall per injury")


def test_scopes_and_terms(folder: Path) -> None:
    made = query_rows({"queries": "mine", "scope": "NARROW", "terms": False, "by": "AELLT"}, [folder])
    assert [row["where"].count(" in (") and len(row["rows"]) for row in made["rows"]] == [1, 1]
    assert made["rows"][0]["where"] == "AELLT in ('Erythema', 'ERYTHEMA')"
    with pytest.raises(AdamlineError, match="have no scope WIDE"):
        query_rows({"queries": "mine", "scope": "WIDE"}, [folder])
    with pytest.raises(AdamlineError, match="There are no queries theirs"):
        query_rows({"queries": "theirs"}, [folder])
    (folder / "queries" / "bad.csv").write_text("QUERY,TERM\na,b\n", encoding="utf-8")
    with pytest.raises(AdamlineError, match="Queries lack SCOPE"):
        query_rows({"queries": "bad"}, [folder])

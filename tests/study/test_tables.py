"""Tables of a study: text throughout, and what is no table."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline.errors import Place, SpecError
from adamline.study.tables import read_table


def test_text_stays_as_written(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("- {VISITNUM: 010, AVISIT: NO}\n- {VISITNUM: 1_0}\n")
    table = read_table(tmp_path, "t.yaml", Place())
    assert table.fillna("").to_dict("list") == {"VISITNUM": ["010", "1_0"], "AVISIT": ["NO", ""]}


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        ("a: 1", "A table is a list of rows", None),
        ("- a\n- b", "A table is a list of rows", None),
        ("- {A: 1}\n- {A: [1, 2]}", "A of a row has parts", 2),
        ("- {A: {B: 1}}", "A of a row has parts", 1),
        ("- {A: 1, A: 2}", "A stands twice", 1),
        ("- &x {A: 1}\n- *x", "Anchors", 1),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: str, message: str, line: int | None) -> None:
    (tmp_path / "t.yaml").write_text(content)
    with pytest.raises(SpecError) as caught:
        read_table(tmp_path, "t.yaml", Place())
    assert message in caught.value.faults[0].what
    assert caught.value.faults[0].place.line == line

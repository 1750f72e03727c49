"""Criteria written out as rows: groups, levels, options of each count, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from adamline.errors import AdamlineError
from adamline.io.yaml_text import read_yaml
from adamline.spec.criteria import criteria_rows, with_criteria

TEXT = """# A source
GROUP,WHERE,LEVEL,LABEL,MEETS,NEVER
High,PARAMCD = 'K',1,>5,AVAL > 5,
High,PARAMCD = 'K',2,>6,AVAL > 6,
"Low, all",PARAMCD = 'K',1,Never 3,,AVAL >= 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "criteria").mkdir()
    (tmp_path / "criteria" / "mine.csv").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_each_group_is_a_heading_over_its_counts(folder: Path) -> None:
    made = criteria_rows({"criteria": "mine", "label": "Potassium", "statistics": ["n_N_pct"]}, [folder])
    assert made["label"] == "Potassium"
    assert [(each["label"], each["where"], len(each["rows"])) for each in made["rows"]] == [
        ("High", "PARAMCD = 'K'", 2),
        ("Low, all", "PARAMCD = 'K'", 1),
    ]
    assert made["rows"][0]["rows"][1] == {
        "statistics": ["n_N_pct"],
        "count": "subjects",
        "as": "mine High >6",
        "label": ">6",
        "denominator": "values",
        "meets": "AVAL > 6",
    }
    assert made["rows"][1]["rows"][0]["never"] == "AVAL >= 3" and "meets" not in made["rows"][1]["rows"][0]


def test_the_spellings_of_a_unit(folder: Path) -> None:
    text = "GROUP,WHERE,LEVEL,LABEL,MEETS,UNIT\n"
    text += "High,PARAMCD = 'K',1,>5,AVAL > 5,mmol/L; mEq/L\nLow,PARAMCD = 'K',1,<3,AVAL < 3,\n"
    (folder / "criteria" / "units.csv").write_text(text, encoding="utf-8")
    high, low = (each["rows"][0] for each in criteria_rows({"criteria": "units"}, [folder])["rows"])
    assert high["unit"] == ["mmol/L", "mEq/L"] and "unit" not in low


def test_a_listing_says_the_unit_of_all_its_records_that_a_line_selects(folder: Path) -> None:
    text = "GROUP,WHERE,LEVEL,LABEL,MEETS,UNIT\n"
    text += "High,PARAMCD = 'K',1,>5,AVAL > 5,mmol/L; mEq/L\nHigh,PARAMCD = 'K',2,>6,AVAL > 6,mmol/L; mEq/L\n"
    (folder / "criteria" / "units.csv").write_text(text + "Low,PARAMCD = 'NA',1,<3,AVAL < 3,\n", encoding="utf-8")
    path = folder / "l-1.yaml"
    path.write_text("kind: listing\ncriteria: units\nrecords: {from: ADLB, where: \"SAFFL = 'Y'\"}\n", encoding="utf-8")
    made, faults = with_criteria(read_yaml(path), [folder])
    assert not faults
    assert made.content["units"] == [{"where": "(SAFFL = 'Y') and (PARAMCD = 'K')", "unit": ["mmol/L", "mEq/L"]}]


def test_levels_that_are_shown(folder: Path) -> None:
    made = criteria_rows({"criteria": "mine", "levels": [2]}, [folder])
    assert [row["label"] for each in made["rows"] for row in each["rows"]] == [">6"]
    with pytest.raises(AdamlineError, match="The criteria mine have no level 3"):
        criteria_rows({"criteria": "mine", "levels": [3]}, [folder])


def test_the_first_folder_that_has_them(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = tmp_path_factory.mktemp("study")
    assert len(criteria_rows({"criteria": "mine"}, [first, folder])["rows"]) == 2
    (first / "criteria").mkdir()
    (first / "criteria" / "mine.csv").write_text("\n".join(TEXT.splitlines()[:3]), encoding="utf-8")
    assert len(criteria_rows({"criteria": "mine"}, [first, folder])["rows"]) == 1


def test_a_fault_names_the_line_of_the_row(folder: Path) -> None:
    path = folder / "t.yaml"
    path.write_text("rows:\n  - label: A\n    rows:\n      - {criteria: mime}\n", encoding="utf-8")
    _, faults = with_criteria(read_yaml(path), [folder])
    assert [str(fault.what) for fault in faults] == ["There are no criteria mime."]
    assert faults[0].place.line == 4 and "mine" in str(faults[0])


def test_a_file_without_a_column(folder: Path) -> None:
    (folder / "criteria" / "bad.csv").write_text("GROUP,LABEL\nA,B\n", encoding="utf-8")
    with pytest.raises(AdamlineError, match="Criteria lack WHERE, LEVEL, MEETS"):
        criteria_rows({"criteria": "bad"}, [folder])

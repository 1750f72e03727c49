"""Values of flags that no condition on Y finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from adamline.findings import Severity
from adamline.study.flag_values import check_flag_values
from adamline.study.run import run_study
from adamline.study.study import open_study

Edit = Callable[[str, str, str], None]


@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_values_of_flags(kind: str) -> None:
    frame = pd.DataFrame(
        {"SAFFL": ["Y", "N", None], "DTHFL": ["U", "NA", "y"], "ANL01FL": ["YES", "YES", "No"], "SEX": ["F", "M", "U"]}
    ).astype(kind)
    found = [(name, one.message) for name, tally in check_flag_values(frame, list(frame)) if (one := tally.finding())]
    assert found == [
        ("DTHFL", "1 record has DTHFL neither Y nor N: y"),
        ("ANL01FL", "3 records have ANL01FL neither Y nor N: YES (2); No (1)"),
    ]
    assert list(check_flag_values(frame.iloc[:1].assign(SAFFL=[None]), ["SAFFL", "OTHERFL"])) == []


def test_the_line_of_the_flag(study: Path, sdtm: Path, tmp_path: Path, edit: Edit) -> None:
    edit("study.yaml", "outputs: [t-1]", "outputs: []")
    edit("adsl.yaml", "[{value: Y}]", "[{value: yes}]")
    _, findings = run_study(open_study(study), sdtm, tmp_path / "out")
    (found,) = (one for one in findings if one.check == "value of a flag")
    assert found.severity is Severity.WARNING and found.place.variable == "ITTFL" and found.place.line == 11
    assert found.message == "3 records have ITTFL neither Y nor N: yes"

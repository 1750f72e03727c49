"""Values that a condition names and no record has."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.analyses.unmet import unmet
from adamline.analyses.whole import Whole
from adamline.io.dataset import Dataset, Kind, Variable

VARIABLES = (
    Variable("SEX", Kind.TEXT),
    Variable("AVISITN", Kind.NUMBER),
    Variable("DTHFL", Kind.TEXT),
    Variable("ADT", Kind.DATE),
)
FRAME = pd.DataFrame(
    {
        "SEX": ["F", "M  ", "", None],
        "AVISITN": [2.0, 10.0, None, 0.5],
        "DTHFL": [None, None, "", None],
        "ADT": pd.to_datetime(["2014-01-02", None, None, None]),
    }
)
MANY = pd.DataFrame({"SEX": list("ABCDEFG")})


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("SEX = 'F' and AVISITN in (2, 0.5)", []),
        ("SEX = 'M'", []),
        ("SEX <> 'FF'", ["no record has SEX 'FF'; there are 'F', 'M'"]),
        (
            "not (AVISITN = 1 or SEX = 'm')",
            ["no record has AVISITN 1; there are 0.5, 2, 10", "no record has SEX 'm'; there are 'F', 'M'"],
        ),
        ("SEX = 'X' or SEX in ('Y', 'F', 'X')", ["no record has SEX 'X', 'Y'; there are 'F', 'M'"]),
        ("DTHFL = 'Y'", ["no record has DTHFL 'Y'; all are missing"]),
        ("AVISITN > 100 and ADT = date '2020-01-01' and SEX is not missing and AVISITN = AVISITN", []),
    ],
)
def test_values_that_no_record_has_are_named_with_those_that_there_are(where: str, said: list[str]) -> None:
    assert list(unmet(Whole(Dataset("ADXX", FRAME, VARIABLES)), where)) == said


def test_of_many_values_the_first_are_named() -> None:
    whole = Whole(Dataset("ADXX", MANY, VARIABLES[:1]))
    asked = ", ".join(f"'{letter}'" for letter in "UVWXYZ")
    assert list(unmet(whole, f"SEX in ({asked})")) == [
        "no record has SEX 'U', 'V', 'W', 'X', 'Y' and 1 more; there are 'A', 'B', 'C', 'D', 'E' and 2 more"
    ]

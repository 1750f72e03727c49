"""A profile shows what each dataset has of a subject, on pages of their own."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError
from tests.tlf.kinds.drawing import dataset

from adamline.analyses.data import AnalysisData
from adamline.analyses.profile import Options, analyse
from adamline.condition.to_pandas import selected
from adamline.errors import DataError
from adamline.tlf.kinds._data import PageContext
from adamline.tlf.kinds.profile import lay_out
from adamline.tlf.layout import Layout
from adamline.tlf.paginate import paginate
from adamline.tlf.shell.profile import profile_records

ADSL = pd.DataFrame(
    {
        "USUBJID": ["S-2", "S-1", "S-3"],
        "TRT01A": ["Drug", "Placebo", "Drug"],
        "AGE": [61.0, 70, 55],
        "SAFFL": list("YYN"),
    }
)
ADAE = pd.DataFrame(
    [
        ("S-1", 2.0, 9.0, "Rash", "itching rash"),
        ("S-1", 1.0, 3.0, "Pain", ""),
        ("S-3", 1.0, 1.0, "Fall", "fell"),
    ],
    columns=["USUBJID", "AESEQ", "ASTDY", "AEDECOD", "AETERM"],
)
SPEC: dict[str, Any] = {
    "output": "L-1",
    "kind": "profile",
    "title": "Profiles",
    "population": {"from": "ADSL", "where": "SAFFL = 'Y'"},
    "heading": "{USUBJID}, {AGE} years",
    "decimals": {"AGE": 0},
    "columns": [{"heading": "Day"}, {"heading": "What"}],
    "sections": [
        {"label": "Treatment", "records": {"from": "ADSL"}, "cells": ["1", "{TRT01A}"]},
        {
            "label": "Events",
            "records": {"from": "ADAE"},
            "cells": ["{ASTDY}", "{AEDECOD}| ({AETERM})"],
            "identify_by": ["AESEQ"],
            "sort_by": ["ASTDY"],
        },
    ],
}


def made(adae: pd.DataFrame = ADAE, **changes: Any) -> tuple[pd.DataFrame, Layout]:
    options = Options.model_validate({**SPEC, **changes})
    data = AnalysisData({"ADSL": dataset("ADSL", ADSL), "ADAE": dataset("ADAE", adae)}, {})
    results = analyse(data, options).results
    return results, lay_out(results, options, PageContext())


def test_sections_of_each_subject_in_order() -> None:
    _, layout = made()
    assert [(row.page, row.group, row.cells) for row in layout.rows] == [
        ("S-1", ("S-1, 70 years", "Treatment"), ("1", "Placebo")),
        ("S-1", ("S-1, 70 years", "Events"), ("3", "Pain")),
        ("S-1", ("S-1, 70 years", "Events"), ("9", "Rash (itching rash)")),
        ("S-2", ("S-2, 61 years", "Treatment"), ("1", "Drug")),
        ("S-2", ("S-2, 61 years", "Events"), ("None", "")),
    ]
    assert len(paginate(layout).pages) == 2


def test_the_order_of_records_does_not_matter_and_conditions_select_them() -> None:
    results, _ = made()
    pd.testing.assert_frame_equal(made(ADAE[::-1].reset_index(drop=True))[0], results)
    of_events = results[results["section"] == "Events"]
    counts = [int(selected(ADAE, text).sum()) for text in of_events["where"]]
    assert counts == [1, 1, 0]


def test_records_that_are_not_told_apart_are_refused() -> None:
    sections = [SPEC["sections"][0], {**SPEC["sections"][1], "identify_by": []}]
    with pytest.raises(DataError, match="do not name one record"):
        made(sections=sections)
    with pytest.raises(DataError, match="no variable AEDEC"):
        made(sections=[{**SPEC["sections"][1], "cells": ["{AEDEC}"]}])


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValidationError, match="more cells than there are columns"):
        made(columns=[{"heading": "Day"}])
    with pytest.raises(ValidationError, match="a profile is of subjects"):
        Options.model_validate({name: part for name, part in SPEC.items() if name != "population"})


def test_a_shell_has_each_section() -> None:
    options = Options.model_validate(SPEC)
    layout = lay_out(profile_records(options), options, PageContext())
    assert [row.group[1] for row in layout.rows] == ["Treatment", "Events"]
    assert layout.rows[1].cells == ("xx", "xxxx (xxxx)")

"""Tests of derive.tmf."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.tmf import check_tmf, derive_tmf
from adamline.errors import DataError


def test_the_highest_part_that_was_imputed(derives):
    derives(
        derive_tmf,
        """
        EXSTDTC             ASTDTM     | ASTTMF
        2014-03-05T10:30:00 2014-03-05 | .
        2014-03-05T10:30    2014-03-05 | S
        2014-03-05T10       2014-03-05 | M
        2014-03-05T10:-:15  2014-03-05 | M
        2014-03-05T-:30     2014-03-05 | H
        '2014-03-05'        2014-03-05 | H
        '2014-03'           2014-03-05 | H
        .                   2014-03-05 | H
        '2014-03-05'        .          | .
        """,
        variable="ASTTMF",
        from_="EXSTDTC",
        datetime="ASTDTM",
    )


def test_a_datetime_is_needed(table):
    with pytest.raises(DataError, match="ASTDTM is not a date"):
        derive_tmf(table("EXSTDTC ASTDTM\n2014 x"), variable="ASTTMF", from_="EXSTDTC", datetime="ASTDTM")


def test_a_datetime_that_cannot_be_of_its_text_is_a_warning():
    ex = pd.DataFrame({"USUBJID": "01", "EXSEQ": [1.0, 2, 3, 4]})
    ex["EXSTDTC"] = ["2014-03-05T10:30", "2014-03-05T10:30", "2014-03-05T24:00", "2014-03-05T25:00"]
    times = ["2014-03-05T10:30:59.5", "2014-03-05T10:31:00", "2014-03-06T00:00:00", "2014-03-06T01:00:00"]
    ex["ASTDTM"] = pd.to_datetime(pd.Series(times), format="ISO8601").astype("datetime64[us]")
    arguments = {"variable": "ASTTMF", "from_": "EXSTDTC", "datetime": "ASTDTM"}
    assert derive_tmf(ex, **arguments)["ASTTMF"].astype(object).fillna(".").tolist() == ["S", "S", ".", "H"]
    (tally,) = check_tmf(ex, **arguments)
    assert tally.finding().message.startswith("1 value of ASTDTM is none that its EXSTDTC can be")
    assert tally.finding().place.keys == "USUBJID=01, EXSEQ=2, ASTDTM=2014-03-05T10:31:00, EXSTDTC=2014-03-05T10:30"

"""Whether any record of some parameters meets a condition, as a record of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from adamline.derive.any import add_any, check_any

ADEX = """
    USUBJID PARAMCD AVAL AVALC ASTDT      UNIT
    01      ADJ     0    N     2020-01-01 mg
    01      ADJ     1    Y     2020-01-15 mg
    01      ADJ     .    .     2020-01-29 mg
    02      ADJ     0    N     2020-01-02 mg
    02      ADJ     0    N     2020-01-16 mg
    03      ADJ     0    N     2020-01-03 mg
    03      ADJ     .    .     2020-01-17 mg
    04      DUR     9    .     2020-01-03 days
    """


def test_yes_no_and_open(table, plain):
    """One Y decides; without one a missing value leaves it open; who has no record of the parameter has none."""
    adex = table(ADEX)
    added = add_any(adex, parameter="ANYADJ", of=["ADJ"], when="AVALC = 'Y'", common=["UNIT", "ASTDT"]).iloc[
        len(adex) :
    ]
    assert plain(added["USUBJID"]) == ["01", "02", "03"]
    assert plain(added["AVALC"]) == ["Y", "N", None]
    assert plain(added["AVAL"]) == [1, 0, None]
    assert plain(added["UNIT"]) == ["mg"] * 3
    assert added["ASTDT"].isna().all()  # the records differ
    (tally,) = check_any(adex, parameter="ANYADJ", of=["ADJ"], when="AVALC = 'Y'")
    message = "1 record of ANYADJ has no answer, since a missing value leaves `when` open"
    assert (tally.finding().message, tally.finding().place.keys) == (message, "USUBJID=03")


def test_a_condition_that_says_what_missing_means_is_never_open(table, plain):
    adex = table(ADEX)
    added = add_any(adex, parameter="X", of=["ADJ"], when="AVALC is missing").iloc[len(adex) :]
    assert plain(added["AVALC"]) == ["Y", "N", "Y"]
    added = add_any(adex, parameter="X", of=["ADJ"], when="AVALC = 'Y'", where="AVALC is not missing").iloc[len(adex) :]
    assert plain(added["AVALC"]) == ["Y", "N", "N"]
    assert len(add_any(adex, parameter="X", of=["NONE"], when="AVAL > 0")) == len(adex)


@pytest.mark.parametrize("seed", range(10))
def test_as_a_loop_over_subjects_has_it(seed, plain):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"USUBJID": random.choice(list("abcd"), 20), "PARAMCD": random.choice(["P", "Q"], 20)})
    frame = frame.assign(AVAL=random.choice([1.0, 2, 3, np.nan], 20), AVALC=pd.Series([None] * 20, dtype="str"))
    added = add_any(frame, parameter="X", of=["P"], when="AVAL > 2").iloc[20:]
    expected = {}
    for subject, of in frame[frame["PARAMCD"] == "P"].groupby("USUBJID"):
        answer = None if of["AVAL"].isna().any() else "N"
        expected[subject] = "Y" if (of["AVAL"] > 2).any() else answer
    assert dict(zip(added["USUBJID"], plain(added["AVALC"]), strict=True)) == expected

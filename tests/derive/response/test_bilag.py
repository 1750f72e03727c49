"""Tests of derive.response.bilag."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.response.bilag import add_bilag
from adamline.errors import DataError, DerivationError

SYSTEMS = ["MUCO", "MUSC", "RENAL"]


def graded(before: str, now: str) -> pd.DataFrame:
    """Records of one visit: a letter a system, `-` for a missing grade, a blank for no record."""
    rows = [(s, a, b) for s, a, b in zip(SYSTEMS, now, before, strict=True) if a != " "]
    frame = pd.DataFrame(rows, columns=["PARAMCD", "AVALC", "BASEC"]).replace({"-": None}).astype("str")
    return frame.assign(USUBJID="01", AVAL=float("nan"))


@pytest.mark.parametrize(
    ("before", "now", "new_a", "new_b", "answer"),
    [
        ("CCC", "CCC", 0, 0, "Y"),
        ("CCC", "BCC", 0, 1, "Y"),  # one new B is allowed
        ("CCC", "BBC", 0, 2, "N"),
        ("DEC", "BBC", 0, 2, "N"),  # from D or E as from C
        ("AAA", "BBB", 0, 0, "Y"),  # A to B is improvement
        ("AAC", "BBB", 0, 1, "Y"),
        ("BBB", "BBB", 0, 0, "Y"),  # not new
        ("BCC", "ACC", 1, 0, "N"),
        ("EDC", "AAA", 3, 0, "N"),
        ("AAA", "AAA", 0, 0, "Y"),
        ("CCC", "ABC", 1, 1, "N"),
        ("CC-", "CCC", None, None, None),  # not graded at baseline
        ("CCC", "CC-", None, None, None),  # nor now
        ("CCC", "CC ", None, None, None),  # nor recorded
        ("CCC", "AC-", None, None, "N"),  # but what is graded fails already
        ("CC-", "BBB", None, None, "N"),
        ("CC-", "BCB", None, None, None),  # one new B, and perhaps a second
        ("CCA", "BC-", None, None, None),
        ("---", "AAA", None, None, None),
    ],
)
def test_new_a_and_new_b(before, now, new_a, new_b, answer):
    made = add_bilag(graded(before, now), systems=SYSTEMS, by=["USUBJID"], latest=[])
    new = made[made["PARAMCD"].str.startswith("BIL")].set_index("PARAMCD")
    expected = {"BILNEWA": new_a, "BILNEWB": new_b, "BILNOWR": None if answer is None else float(answer == "Y")}
    assert new["AVAL"].to_dict() == {name: value for name, value in expected.items() if value is not None}
    assert new["AVALC"].dropna().to_dict() == ({} if answer is None else {"BILNOWR": answer})


def test_records_of_a_visit(adds, table):
    """The latest date of the visit's grades; records that `where` does not select do not count."""
    adrs = table("""
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC BASEC
        02      MUCO    'Week 4' 4       2016-05-03 30  Y       .    B     C
        02      MUSC    'Week 4' 4       2016-05-04 31  Y       .    A     C
        01      MUCO    'Week 4' 4       2016-04-29 29  Y       .    B     C
        01      MUSC    'Week 4' 4       .          .   Y       .    B     B
        01      MUCO    'Week 4' 4       2016-04-20 20  .       .    A     C
        01      MUCO    'Week 0' 0       2016-04-01 1   Y       .    C     C
        """)
    text = """
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC
        01      NEWA    'Week 4' 4       2016-04-29 29  Y       0    .
        02      NEWA    'Week 4' 4       2016-05-04 31  Y       1    .
        01      NEWB    'Week 4' 4       2016-04-29 29  Y       1    .
        02      NEWB    'Week 4' 4       2016-05-04 31  Y       1    .
        01      NOWR    'Week 4' 4       2016-04-29 29  Y       0    N
        02      NOWR    'Week 4' 4       2016-05-04 31  Y       0    N
        """
    adds(
        add_bilag,
        adrs,
        text,
        systems=SYSTEMS[:2],
        new_a="NEWA",
        new_b="NEWB",
        parameter="NOWR",
        allowed_b=0,
        where="ANL01FL = 'Y' and AVISITN > 0",
        set_={"ANL01FL": "Y"},
    )


@pytest.mark.parametrize(
    ("before", "now", "variable", "found"), [("CCC", "CFC", "AVALC", "F"), ("cCC", "CCC", "BASEC", "c")]
)
def test_another_grade_is_an_error_that_names_the_record(before, now, variable, found):
    with pytest.raises(DataError, match=f"1 record has an unknown {variable}") as error:
        add_bilag(graded(before, now), systems=SYSTEMS, by=["USUBJID"], latest=[])
    assert error.value.place.variable == variable and error.value.found == repr(found)
    assert error.value.place.keys == f"USUBJID=01, PARAMCD={'MUSC' if variable == 'AVALC' else 'MUCO'}"


def test_a_grade_on_a_record_that_does_not_count_is_none_of_its_business():
    frame = graded("CCC", "CCF").assign(ANL01FL=["Y", "Y", None])
    made = add_bilag(frame, systems=SYSTEMS, where="ANL01FL = 'Y'", by=["USUBJID"], latest=[])
    assert len(made) == 3


def test_two_counted_records_of_a_system_are_an_error():
    frame = graded("CCC", "CCC")
    with pytest.raises(DerivationError, match="1 key has several records"):
        add_bilag(pd.concat([frame, frame.iloc[:1]]), systems=SYSTEMS, by=["USUBJID"], latest=[])

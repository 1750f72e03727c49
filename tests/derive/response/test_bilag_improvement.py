"""Tests of derive.response.bilag_improvement."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.response.bilag_improvement import add_bilag_improvement, check_bilag_improvement
from adamline.errors import DataError, DerivationError
from adamline.findings import Severity

SYSTEMS = ["MUCO", "MUSC", "RENAL"]


def graded(before: str, now: str) -> pd.DataFrame:
    """Records of one visit: a letter a system, `-` for a missing grade, a blank for no record."""
    rows = [(s, a, b) for s, a, b in zip(SYSTEMS, now, before, strict=True) if a != " "]
    frame = pd.DataFrame(rows, columns=["PARAMCD", "AVALC", "BASEC"]).replace({"-": None}).astype("str")
    return frame.assign(USUBJID="01", AVAL=float("nan"))


@pytest.mark.parametrize(
    ("before", "now", "active", "improved"),
    [
        ("ACC", "BCC", "Y", "Y"),
        ("ACC", "CCC", "Y", "Y"),
        ("ACC", "DCC", "Y", "Y"),
        ("ACC", "ACC", "Y", "N"),
        ("BCC", "CCC", "Y", "Y"),
        ("BCC", "DCC", "Y", "Y"),
        ("BCC", "BCC", "Y", "N"),
        ("BCC", "ACC", "Y", "N"),
        ("ABC", "BBC", "Y", "N"),  # the B has not improved
        ("ABC", "ACC", "Y", "N"),  # nor the A here
        ("ABB", "BCD", "Y", "Y"),
        ("ACC", "BBB", "Y", "Y"),  # what is new is another component's
        ("CCC", "CCC", "N", "Y"),  # nothing to improve
        ("CDE", "AAA", "N", "Y"),
        ("BC-", "CCC", "Y", None),  # not graded at baseline: it may have been A
        ("BCC", "CC-", "Y", None),
        ("BCC", "CC ", "Y", None),
        ("BBC", "-CC", "Y", None),
        ("BB-", "BCC", "Y", "N"),  # but what is graded fails already
        ("BBC", "B-C", "Y", "N"),
        ("CC-", "CCC", None, None),
        ("CCC", "CC-", None, None),
        ("CCB", "CC-", None, None),
        ("---", "AAA", None, None),
    ],
)
def test_every_a_and_b_of_baseline(before, now, active, improved, plain):
    made = add_bilag_improvement(graded(before, now), systems=SYSTEMS, by=["USUBJID"], latest=[])
    new = made[made["PARAMCD"].str.startswith("BIL")].set_index("PARAMCD")
    expected = {"BILAB": active, "BILIMPR": improved}
    assert new["AVALC"].to_dict() == {name: value for name, value in expected.items() if value is not None}
    assert plain(new["AVAL"]) == [float(answer == "Y") for answer in new["AVALC"]]


def counted(before: str, now: str) -> dict[str, tuple[Severity, int]]:
    tallies = check_bilag_improvement(graded(before, now), systems=SYSTEMS, by=["USUBJID"], latest=[])
    return {tally.check: (tally.severity, sum(tally.kinds.values())) for tally in tallies if tally.finding()}


def test_what_is_counted():
    """Nobody is a responder, or none, without a word for want of an A or B; E after A or B is a fault of the data."""
    assert counted("ACC", "BCC") == {}
    assert counted("CCD", "CCC") == {"nothing to improve": (Severity.NOTE, 1)}
    assert counted("ABC", "EEE") == {"grade E after A or B": (Severity.WARNING, 2)}
    assert counted("BBC", "BC-") == {}  # it is N whatever the other
    assert counted("BBC", "CC-") == {"open visit": (Severity.NOTE, 1)}


def test_records_of_a_visit(adds, table):
    """The latest date of the visit's grades; records that `where` does not select do not count."""
    adrs = table("""
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC BASEC
        02      MUCO    'Week 4' 4       2016-05-03 30  Y       .    B     A
        02      MUSC    'Week 4' 4       2016-05-04 31  Y       .    B     C
        01      MUCO    'Week 4' 4       2016-04-29 29  Y       .    B     B
        01      MUSC    'Week 4' 4       .          .   Y       .    D     A
        01      MUCO    'Week 4' 4       2016-04-20 20  .       .    C     B
        01      MUCO    'Week 0' 0       2016-04-01 1   Y       .    B     B
        """)
    text = """
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC
        01      ANY     'Week 4' 4       2016-04-29 29  Y       1    Y
        02      ANY     'Week 4' 4       2016-05-04 31  Y       1    Y
        01      BETTER  'Week 4' 4       2016-04-29 29  Y       0    N
        02      BETTER  'Week 4' 4       2016-05-04 31  Y       1    Y
        """
    adds(
        add_bilag_improvement,
        adrs,
        text,
        systems=SYSTEMS[:2],
        active="ANY",
        parameter="BETTER",
        where="ANL01FL = 'Y' and AVISITN > 0",
        set_={"ANL01FL": "Y"},
    )


def test_errors():
    with pytest.raises(DataError, match="1 record has an unknown AVALC") as error:
        add_bilag_improvement(graded("CCC", "CFC"), systems=SYSTEMS, by=["USUBJID"], latest=[])
    assert error.value.place.keys == "USUBJID=01, PARAMCD=MUSC"
    twice = pd.concat([graded("CCC", "CCC")] * 2)
    with pytest.raises(DerivationError, match="3 keys have several records"):
        add_bilag_improvement(twice, systems=SYSTEMS, by=["USUBJID"], latest=[])

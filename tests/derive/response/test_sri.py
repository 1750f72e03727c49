"""Tests of derive.response.sri."""

from __future__ import annotations

import pandas as pd
import pytest

from adamline.derive.response.sri import add_sri
from adamline.errors import DataError, DerivationError

COMPONENTS = {"SLED4": "FAILED SLEDAI", "BILNOWR": "FAILED BILAG", "PGANOWR": "FAILED PGA"}


def of(answers: str, rescue: str | None = None, adt: str | None = "2016-05-01") -> pd.DataFrame:
    """Records of one visit: Y or N for each component in turn, `-` for a missing AVALC, a blank for no record."""
    rows = [(code, answer) for code, answer in zip(COMPONENTS, answers, strict=True) if answer != " "]
    frame = pd.DataFrame(rows, columns=["PARAMCD", "AVALC"]).replace({"-": None}).astype("str")
    dates = {"RESCDT": pd.Timestamp(rescue).as_unit("s"), "ADT": pd.Timestamp(adt).as_unit("s")}
    return frame.assign(USUBJID="01", AVAL=float("nan"), RESPREAS=None, **dates)


BEFORE, SAME_DAY, AFTER = "2016-04-30", "2016-05-01", "2016-05-02"


@pytest.mark.parametrize(
    ("answers", "rescue", "answer", "reason"),
    [
        ("YYY", None, "Y", None),
        ("YYY", AFTER, "Y", None),
        ("YYY", SAME_DAY, "N", "RESCUE"),
        ("YYY", BEFORE, "N", "RESCUE"),
        ("NYY", None, "N", "FAILED SLEDAI"),
        ("YNY", None, "N", "FAILED BILAG"),
        ("YYN", None, "N", "FAILED PGA"),
        ("NNN", BEFORE, "N", "FAILED SLEDAI"),  # the first that fails, and before rescue
        ("YNN", None, "N", "FAILED BILAG"),
        ("YY ", None, None, None),
        ("YY-", None, None, None),
        ("  Y", AFTER, None, None),
        ("YY ", BEFORE, "N", "RESCUE"),
        ("N  ", None, "N", "FAILED SLEDAI"),
        ("--N", BEFORE, "N", "FAILED PGA"),
        ("---", None, None, None),
    ],
)
def test_the_answer_and_its_reason(answers, rescue, answer, reason, plain):
    frame = of(answers, rescue)
    new = add_sri(frame, components=COMPONENTS, rescue="RESCDT", by=["USUBJID"], latest=[]).iloc[len(frame) :]
    assert plain(new["AVALC"]) == ([] if answer is None else [answer])
    assert plain(new["AVAL"]) == ([] if answer is None else [float(answer == "Y")])
    assert plain(new["RESPREAS"]) == ([] if answer is None else [reason])


def test_without_a_date_of_the_visit_there_is_no_rescue():
    frame = of("YYY", BEFORE, None)
    made = add_sri(frame, components=COMPONENTS, rescue="RESCDT", by=["USUBJID"], latest=[])
    assert made["AVALC"].iloc[-1] == "Y"


def test_the_order_written_gives_the_reason():
    turned = dict(reversed(COMPONENTS.items()))
    assert add_sri(of("NNN"), components=turned, by=["USUBJID"], latest=[])["RESPREAS"].iloc[-1] == "FAILED PGA"


def test_records_of_a_visit(adds, table):
    """The rescue is compared with the latest date of the visit; without all components there is no record."""
    adrs = table("""
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC RESCDT     WHY DTYPE
        02      SLED4   'Week 4' 4       2016-05-01 29  Y       1    Y     .          .   .
        02      PGANOWR 'Week 4' 4       2016-05-01 29  Y       0    N     .          .   .
        01      PGANOWR 'Week 4' 4       2016-05-02 30  Y       1    Y     2016-05-02 .   .
        01      SLED4   'Week 4' 4       2016-05-01 29  Y       1    Y     2016-05-02 .   .
        01      PGANOWR 'Week 4' 4       2016-04-20 20  .       0    N     2016-05-02 .   .
        01      SLED4   'Week 0' 0       2016-04-03 1   Y       1    Y     2016-05-02 .   .
        01      PGA     'Week 8' 8       2016-06-03 60  Y       1    .     2016-05-02 .   .
        """)
    text = """
        USUBJID PARAMCD AVISIT   AVISITN ADT        ADY ANL01FL AVAL AVALC WHY
        01      SRI5    'Week 4' 4       2016-05-02 30  Y       0    N     MEDICATION
        02      SRI5    'Week 4' 4       2016-05-01 29  Y       0    N     PGA
        """
    adds(
        add_sri,
        adrs.assign(WHY=adrs["WHY"].astype("str")),
        text,
        components={"SLED4": "SLEDAI", "PGANOWR": "PGA"},
        parameter="SRI5",
        rescue="RESCDT",
        rescue_reason="MEDICATION",
        reason="WHY",
        where="ANL01FL = 'Y'",
        set_={"ANL01FL": "Y"},
    )


def test_errors():
    with pytest.raises(DataError, match="unknown AVALC") as error:
        add_sri(of("YyY"), components=COMPONENTS, by=["USUBJID"], latest=[])
    assert error.value.place.keys == "USUBJID=01, PARAMCD=BILNOWR"
    with pytest.raises(DerivationError, match="1 key has several records"):
        add_sri(pd.concat([of("YYY"), of("Y  ")]), components=COMPONENTS, by=["USUBJID"], latest=[])
    with pytest.raises(DataError, match="AVALC is not a date"):
        add_sri(of("YYY"), components=COMPONENTS, rescue="AVALC", by=["USUBJID"], latest=[])

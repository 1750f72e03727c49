"""Censor rules of progression-free survival in trials by RECIST, said with rows of dates, against results by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from adamline.contract import DatedSource
from adamline.derive.coalesce import derive_coalesce
from adamline.derive.duration import derive_duration
from adamline.derive.pick_at import derive_pick_at
from adamline.derive.previous import derive_previous
from adamline.derive.time_to_event import add_time_to_event

# Assessed every 8 weeks; two missed ones in a row are more than 126 days. Each is randomised on 1 January 2020.
ADSL = """
USUBJID NACTDT     DTHDT      | ADT        CNSR EVNTDESC
01      .          .          | 2020-04-22 0    Progression
02      .          .          | 2020-02-26 4    Missed
03      .          .          | 2020-10-01 1    Assessed
04      .          2020-10-01 | 2020-02-26 4    Missed
05      2020-03-10 .          | 2020-02-26 2    Therapy
06      .          2020-10-01 | 2020-02-26 0    Progression
07      .          2020-02-01 | 2020-02-01 0    Death
08      .          2020-10-01 | 2020-01-01 4    Missed
09      2020-04-22 .          | 2020-04-22 0    Progression
10      .          .          | 2020-02-26 4    Missed
11      2020-01-20 .          | 2020-01-01 2    Therapy
12      .          .          | 2020-01-01 3    None
13      2020-03-10 2020-05-01 | 2020-02-26 2    Therapy
"""
ADRS = """
USUBJID ADT        AVALC
01      2020-02-26 SD
01      2020-04-22 PD
02      2020-02-26 SD
02      2020-09-01 PD
03      2020-02-26 SD
03      2020-09-01 SD
03      2020-10-01 SD
04      2020-02-26 SD
05      2020-02-26 SD
05      2020-04-22 PD
06      2020-02-26 PD
09      2020-02-26 SD
09      2020-04-22 PD
10      2020-02-26 SD
10      2020-09-01 PD
10      2020-10-01 PD
13      2020-02-26 SD
"""


def test_two_missed_assessments_and_a_new_therapy_censor_at_the_last_assessment_before(table, plain):
    """The date that ends what counts is a variable, of ADSL or ADRS, and its row `stops`."""
    adrs = table(ADRS).assign(RANDDT=np.datetime64("2020-01-01", "s"))
    adrs = derive_previous(adrs, variable="BEFORE", from_="ADT", order=["ADT"], by=["USUBJID"])
    adrs = derive_coalesce(adrs, variable="LASTDT", from_=["BEFORE", "RANDDT"])
    adrs = derive_duration(adrs, variable="GAP", from_="LASTDT", to="ADT", plus=0)
    expected = table(ADSL.replace("|", ""))
    adsl = expected[["USUBJID", "NACTDT", "DTHDT"]].assign(RANDDT=np.datetime64("2020-01-01", "s"))
    for name, at in (("LSTNACT", "NACTDT"), ("LSTDTH", "DTHDT")):
        last = {"source": adrs, "from_": "ADT", "at": at, "date": "ADT", "rule": "on_or_before"}
        adsl = derive_coalesce(derive_pick_at(adsl, variable="X", **last), variable=name, from_=["X", "RANDDT"])
    adsl = derive_duration(adsl, variable="GAP", from_="LSTDTH", to="DTHDT", plus=0)
    made = add_time_to_event(
        pd.DataFrame(columns=["USUBJID", "PARAMCD", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC"]),
        parameter="PFS",
        subjects=adsl,
        start="RANDDT",
        events=[
            DatedSource(adrs, "ADT", "AVALC = 'PD'", EVNTDESC="Progression"),
            DatedSource(adsl, "DTHDT", EVNTDESC="Death"),
        ],
        censors=[
            DatedSource(adsl, "LSTNACT", "NACTDT is not missing", stops=True, CNSR=2, EVNTDESC="Therapy"),
            DatedSource(adrs, "LASTDT", "AVALC = 'PD' and GAP > 126", stops=True, CNSR=4, EVNTDESC="Missed"),
            DatedSource(adsl, "LSTDTH", "GAP > 126", stops=True, CNSR=4, EVNTDESC="Missed"),
            DatedSource(adsl, "RANDDT", CNSR=3, EVNTDESC="None"),
            DatedSource(adrs, "ADT", EVNTDESC="Assessed"),
        ],
    )
    for name in ("USUBJID", "ADT", "CNSR", "EVNTDESC"):
        assert plain(made[name]) == plain(expected[name]), name

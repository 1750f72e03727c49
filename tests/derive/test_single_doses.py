"""One record for every dose: against published results, a loop over all doses, and what is refused or counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.derive.pick_at import derive_pick_at
from adamline.derive.single_doses import add_single_doses, check_single_doses
from adamline.errors import DataError, DerivationError
from adamline.standards.frequencies import read_frequencies


def intervals(text: str, kind: str = "datetime64[s]") -> pd.DataFrame:
    """Records of subject, frequency, start and end; ``_`` in a frequency is a blank."""
    rows = [line.split() for line in text.strip().splitlines()]
    frame = pd.DataFrame(rows, columns=["USUBJID", "EXDOSFRQ", "ASTDT", "AENDT"], dtype="str").replace(".", None)
    frame["EXDOSFRQ"] = frame["EXDOSFRQ"].str.replace("_", " ")
    dates = {name: pd.to_datetime(frame[name]).astype(kind) for name in ("ASTDT", "AENDT")}
    return frame.assign(**dates, ADT=pd.Series(pd.NaT, index=frame.index, dtype=kind), DOSENO=np.nan)


def doses(frame: pd.DataFrame, **more: Any) -> list[str]:
    """Subject and date of each dose."""
    made = add_single_doses(frame, date="ADT", **more).sort_values(["USUBJID", "ADT"])
    form = "%F" if frame["ADT"].dtype == "datetime64[s]" else "%FT%R"
    return (made["USUBJID"] + " " + made["ADT"].dt.strftime(form).fillna(".")).tolist()


def test_as_admiral_publishes_it_for_dates():
    """Tests 1 and 2 of admiral's test-create_single_dose_dataset.R (Apache 2.0)."""
    frame = intervals("""
        P01 Q2D               2021-01-01 2021-01-07
        P02 Q3D               2021-01-08 2021-01-14
        P03 EVERY_2_WEEKS     2021-01-15 2021-01-29
        P04 ONCE              2021-02-02 2021-02-02
        P05 2_TIMES_PER_YEAR  2021-01-01 2021-07-01
        P06 2_TIMES_PER_YEAR  2021-01-01 2021-12-31
        P07 4_TIMES_PER_MONTH 2021-02-01 2021-03-01
        P08 4_TIMES_PER_MONTH 2021-01-01 2021-01-20
        P09 5_TIMES_PER_WEEK  2021-01-15 2021-01-17
        P10 5_TIMES_PER_WEEK  2021-01-15 2021-01-21
        """)
    published = """
        P01 2021-01-01 2021-01-03 2021-01-05 2021-01-07
        P02 2021-01-08 2021-01-11 2021-01-14
        P03 2021-01-15 2021-01-29
        P04 2021-02-02
        P05 2021-01-01
        P06 2021-01-01 2021-07-02
        P07 2021-02-01 2021-02-08 2021-02-16 2021-02-23
        P08 2021-01-01 2021-01-08 2021-01-16
        P09 2021-01-15 2021-01-16 2021-01-17
        P10 2021-01-15 2021-01-16 2021-01-17 2021-01-19 2021-01-20
        """
    rows = [line.split() for line in published.strip().splitlines()]
    assert doses(frame) == [f"{subject} {day}" for subject, *days in rows for day in days]
    # With datetimes each is at the time of the start.
    hours = {
        name: (frame[name] + pd.Timedelta(hours=10)).astype("datetime64[us]") for name in ("ASTDT", "AENDT", "ADT")
    }
    assert doses(frame.assign(**hours)) == [f"{subject} {day}T10:00" for subject, *days in rows for day in days]


def test_as_admiral_publishes_it_for_datetimes_and_nominal_times():
    """Tests 10 and 11 of the same: 8:00 to 20:00 twice a day, and hours from the first dose."""
    frame = intervals("P01 BID 2021-01-01T08:00 2021-01-03T20:00\nP01 BID 2021-01-04T08:00 2021-01-06T20:00", "<M8[us]")
    times = [f"P01 2021-01-{day:02}T{hour}:00" for day in range(1, 7) for hour in ("08", "20")]
    assert doses(frame) == times
    daily = intervals("P01 QD 2021-01-01T08:00 2021-01-07T08:00\nP01 QD 2021-01-08T08:00 2021-01-14T08:00", "<M8[us]")
    made = add_single_doses(daily.assign(NFRLT=[0.0, 168.0]), date="ADT", nominal="NFRLT", number="DOSENO")
    made = made.sort_values("ADT")
    assert made["NFRLT"].tolist() == [24.0 * day for day in range(14)]
    assert made["DOSENO"].tolist() == [1.0, 2, 3, 4, 5, 6, 7] * 2


def test_twice_a_day_of_dates_is_twice_the_day():
    assert doses(intervals("01 BID 2021-01-01 2021-01-02\n02 Q36H 2021-01-01 2021-01-05")) == [
        *("01 2021-01-01", "01 2021-01-01", "01 2021-01-02", "01 2021-01-02"),
        *("02 2021-01-01", "02 2021-01-02", "02 2021-01-04", "02 2021-01-05"),
    ]


@pytest.mark.parametrize("kind", ["datetime64[s]", "datetime64[us]"])
@pytest.mark.parametrize("word", sorted(word for word, one in read_frequencies().items() if one.doses))
def test_every_frequency_as_a_loop_over_its_doses_has_it(word, kind):
    known, start = read_frequencies()[word], pd.Timestamp("2021-01-31 07:30" if "us" in kind else "2021-01-31")
    for end in (start, start + pd.Timedelta(days=1), start + pd.Timedelta(days=400)):
        expected, nth = [], 0
        while True:
            seconds = nth * known.seconds / known.doses
            if known.seconds >= 604_800 or "us" not in kind:
                seconds = seconds // 86_400 * 86_400
            at = start + pd.Timedelta(seconds=int(seconds))
            if at > end or (nth and not known.seconds):
                break
            expected.append(at)
            nth += 1
        frame = intervals(f"01 {word.replace(' ', '_')} {start.isoformat()} {end.isoformat()}", kind)
        assert add_single_doses(frame, date="ADT")["ADT"].tolist() == expected


def test_what_tells_no_schedule():
    frame = intervals("""
        01 PRN     2021-01-01 2021-01-05
        02 .       2021-01-01 .
        03 UNKNOWN .          2021-01-05
        04 QD      2021-01-01 2021-01-02
        """)
    with pytest.raises(DataError, match="3 records have no schedule in EXDOSFRQ") as caught:
        doses(frame)
    assert "USUBJID=01, EXDOSFRQ=PRN" in caught.value.place.keys
    assert doses(frame, unscheduled="missing") == ["01 .", "02 .", "03 .", "04 2021-01-01", "04 2021-01-02"]
    first = ["01 2021-01-01", "02 2021-01-01", "03 .", "04 2021-01-01", "04 2021-01-02"]
    assert doses(frame, unscheduled="start") == first
    assert doses(frame, where="EXDOSFRQ = 'QD'") == ["01 .", "02 .", "03 .", "04 2021-01-01", "04 2021-01-02"]
    tallies = check_single_doses(frame, date="ADT", unscheduled="start")
    found = {finding.check: finding.message for tally in tallies if (finding := tally.finding())}
    message = "2 records are one dose at ASTDT, since EXDOSFRQ tells no schedule: PRN; no EXDOSFRQ"
    assert found["no schedule"] == message
    assert found["no interval"] == "1 record has no ADT, since ASTDT or AENDT is missing: UNKNOWN"


def test_intervals_that_are_none():
    frame = intervals("""
        01 QD   2021-01-02 2021-01-01
        02 QD   2021-01-01 .
        03 QD   .          2021-01-01
        04 ONCE 2021-01-01 .
        05 ONCE 2021-01-01 2021-01-09
        """)
    assert doses(frame) == ["01 .", "02 .", "03 .", "04 2021-01-01", "05 2021-01-01"]
    found = {finding.check: finding for tally in check_single_doses(frame, date="ADT") if (finding := tally.finding())}
    assert found["end before start"].message == "1 record has AENDT before ASTDT, and no ADT: QD"
    assert found["no interval"].message == "2 records have no ADT, since ASTDT or AENDT is missing: QD"
    assert found["one dose in an interval"].message == "1 record is one dose at ASTDT, and its AENDT is later: ONCE"


def test_what_is_refused():
    frame = intervals("01 QD 2021-01-01 2021-01-02")
    for given, message in (
        (frame.assign(EXDOSFRQ="BIDD"), "1 record has an unknown EXDOSFRQ"),
        (frame.assign(AENDT=frame["AENDT"].astype("datetime64[us]")), "ASTDT and AENDT are not both dates"),
        (frame.assign(AENDT=pd.Timestamp("9999-12-31").as_unit("s")), "1 record has more than 100,000 doses"),
        (frame.assign(ADT=frame["ASTDT"]), "ADT has values before its records are added"),
    ):
        with pytest.raises(DataError, match=message):
            doses(given)
    with pytest.raises(DataError, match="unknown") as caught:
        doses(frame.assign(EXDOSFRQ="BIDD"))
    assert caught.value.hint == "did you mean BID?"


def test_a_variable_has_one_meaning():
    """A date that is also the number of the dose became that number in the copies."""
    frame = intervals("01 BID 2021-01-01 2021-01-01")
    for given in ({"number": "ADT"}, {"number": "DOSENO", "nominal": "DOSENO"}):
        with pytest.raises(DerivationError, match="two meanings"):
            add_single_doses(frame, date="ADT", **given)


def test_a_frequency_is_read_in_any_case_and_other_variables_are_carried_over():
    frame = intervals("01 bid 2021-01-01 2021-01-01").assign(EXDOSE=54.0, EXTRT=pd.Categorical(["A"]))
    made = add_single_doses(frame, date="ADT", number="DOSENO")
    assert made["DOSENO"].tolist() == [1, 2]
    assert made[["EXDOSE", "EXTRT", "AENDT"]].drop_duplicates().shape == (1, 3)


def test_the_last_dose_before_an_event():
    """The event is on the second day of two weeks: the dose of the day, or of the day before it."""
    ex = add_single_doses(intervals("01 QOD 2021-01-01 2021-01-31\n01 QD 2021-02-01 2021-02-10"), date="ADT")
    ae = pd.DataFrame(
        {"USUBJID": "01", "ASTDT": pd.to_datetime(["2020-12-31", "2021-01-15", "2021-01-16", "2021-03-01"])}
    )
    ae = ae.astype({"ASTDT": "datetime64[s]"})
    last = {"source": ex, "from_": "ADT", "at": "ASTDT", "date": "ADT", "variable": "LDOSEDT"}
    made = derive_pick_at(ae, rule="on_or_before", **last)["LDOSEDT"].dt.strftime("%F").fillna(".").tolist()
    assert made == [".", "2021-01-15", "2021-01-15", "2021-02-10"]
    made = derive_pick_at(ae, rule="before", **last)["LDOSEDT"].dt.strftime("%F").fillna(".").tolist()
    assert made == [".", "2021-01-13", "2021-01-15", "2021-02-10"]

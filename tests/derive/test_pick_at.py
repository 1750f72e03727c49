"""The record of another dataset that a date leads to, by each rule, and against a loop over all records."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adamline.derive.pick_at import check_pick_at, check_pick_at_arguments, derive_pick_at
from adamline.errors import DataError, DerivationError
from adamline.findings import Severity

RULES = ["on_or_before", "before", "on_or_after", "after", "nearest", "within"]


@pytest.fixture
def ex(table):
    return table("""
        USUBJID EXSTDT     EXENDT     EXSTDTC    EXENDTC    EXSEQ DOSE
        01      2020-01-02 2020-01-15 2020-01-02 2020-01-15 1     54
        01      2020-01-16 2020-01-31 2020-01-16 2020-01-31 2     81
        01      2020-02-10 .          2020-02-10 .          3     27
        02      2020-01-05 2020-01-10 2020-01-05 2020-01-10 1     54
        """)


@pytest.fixture
def ae(table):
    return table("""
        USUBJID ASTDT      on_or_before before on_or_after after skip open
        01      2020-01-01 .            .      54          54    .    .
        01      2020-01-02 54           .      54          81    54   54
        01      2020-01-15 54           54     81          81    54   54
        01      2020-01-16 81           54     81          27    81   81
        01      2020-02-05 81           81     27          27    .    .
        01      2020-02-10 27           81     27          .     .    27
        01      2020-03-01 27           27     .           .     .    27
        01      .          .            .      .           .     .    .
        02      2020-01-10 54           54     .           .     54   54
        03      2020-01-10 .            .      .           .     .    .
        """)


def doses(frame: pd.DataFrame, source: pd.DataFrame, rule: Any, date: str = "EXSTDT", **more: Any) -> pd.Series:
    given = {"variable": "LDOSE", "from_": "DOSE", "at": "ASTDT", "date": date, "rule": rule, **more}
    return derive_pick_at(frame, source=source, **given)["LDOSE"]


def said(frame: pd.DataFrame, source: pd.DataFrame, rule: Any, **more: Any) -> dict[str, str]:
    """What the check says, by its name."""
    given = {"variable": "X", "from_": "DOSE", "at": "ASTDT", "date": "EXSTDT", "rule": rule, **more}
    made = derive_pick_at(frame, source=source, **given)
    found = [tally.finding() for tally in check_pick_at(frame, made, source=source, **given)]
    return {f"{one.severity.name} {one.check}": f"{one.message} [{one.place.keys}]" for one in found if one}


@pytest.mark.parametrize("date", ["EXSTDT", "EXSTDTC"])
@pytest.mark.parametrize("rule", ["on_or_before", "before", "on_or_after", "after"])
def test_the_one_before_and_the_one_after(rule, date, ae, ex):
    pd.testing.assert_series_equal(doses(ae, ex, rule, date), ae[rule], check_names=False)


@pytest.mark.parametrize("end", ["EXENDT", "EXENDTC"])
@pytest.mark.parametrize("no_end", ["skip", "open"])
def test_the_one_around(no_end, end, ae, ex):
    found = doses(ae, ex, "within", end=end, no_end=no_end)
    pd.testing.assert_series_equal(found, ae[no_end], check_names=False)


def test_an_end_of_which_nothing_is_said_is_passed_over_with_a_warning(ae, ex):
    assert doses(ae, ex, "within", end="EXENDT").equals(doses(ae, ex, "within", end="EXENDT", no_end="skip"))
    message = "1 record of the source has no EXENDT, and is passed over"
    warning = f"{message} (`no_end: open` or `no_end: skip` decides) [USUBJID=01, EXSEQ=3, EXENDT=missing]"
    assert said(ae, ex, "within", end="EXENDT")["WARNING source record without a date"] == warning
    note = said(ae, ex, "within", end="EXENDT", no_end="skip")["NOTE source record without a date"]
    assert note == f"{message} [USUBJID=01, EXSEQ=3, EXENDT=missing]"
    assert not any("source record" in name for name in said(ae, ex, "within", end="EXENDT", no_end="open"))


def test_a_partial_end_is_not_open(ae, ex):
    partial = ex.assign(EXENDTC=ex["EXENDTC"].fillna("2020"))
    found = doses(ae, partial, "within", end="EXENDTC", no_end="open")
    pd.testing.assert_series_equal(found, ae["skip"], check_names=False)


def test_the_nearest(table, ex):
    ae = table("USUBJID ASTDT\n01 2020-01-01\n01 2020-01-08\n01 2020-01-10\n01 2020-03-01")
    assert doses(ae, ex, "nearest").tolist() == [54, 54, 81, 27]
    even = table("USUBJID ASTDT\n01 2020-01-09")
    assert [doses(even, ex, "nearest", ties=ties).item() for ties in ("earlier", "later")] == [54, 81]
    with pytest.raises(DerivationError, match="1 record is as near to a record of the source before") as caught:
        doses(even, ex, "nearest")
    assert caught.value.place.keys == "USUBJID=01, ASTDT=2020-01-09"
    assert caught.value.hint == "give `ties: earlier` or `ties: later`"


def test_a_date_in_two_intervals_needs_a_rule(table):
    """The last day of one dose is the first of the next."""
    ex = table("""
        USUBJID EXSTDT     EXENDT     DOSE
        01      2020-01-02 2020-01-15 54
        01      2020-01-15 2020-01-31 81
        """)
    ae = table("USUBJID ASTDT\n01 2020-01-14\n01 2020-01-15")
    with pytest.raises(DerivationError, match="1 record is in the intervals of several") as caught:
        doses(ae, ex, "within", end="EXENDT")
    assert caught.value.place.keys == "USUBJID=01, ASTDT=2020-01-15"
    assert doses(ae, ex, "within", end="EXENDT", ties="earlier").tolist() == [54, 54]
    assert doses(ae, ex, "within", end="EXENDT", ties="later").tolist() == [54, 81]


def test_two_of_one_date_need_an_order(table, ex):
    twice = pd.concat([ex, ex.assign(DOSE=99.0, EXSEQ=9.0)])
    ae = table("USUBJID ASTDT\n02 2020-01-07")
    for rule in ("on_or_before", "nearest", "within"):
        more = {"end": "EXENDT"} if rule == "within" else {}
        with pytest.raises(DerivationError, match="1 record has several records of the source of one EXSTDT"):
            doses(ae, twice, rule, **more)
        assert doses(ae, twice, rule, order=["EXSEQ"], **more).tolist() == [99]
        assert doses(ae, twice, rule, order=["EXSEQ desc"], **more).tolist() == [54]
        assert doses(ae, twice, rule, where="EXSEQ < 9", **more).tolist() == [54]


def test_only_an_interval_that_has_the_date_ties(table):
    """Of three that begin together one ends before the event: the other two tie, wherever it stands."""
    ex = table("""
        USUBJID EXSTDT     EXENDT     DOSE
        01      2020-01-02 2020-01-20 1
        01      2020-01-02 2020-01-05 2
        01      2020-01-02 2020-01-20 3
        """)
    ae = table("USUBJID ASTDT\n01 2020-01-10")
    with pytest.raises(DerivationError, match="several records of the source of one EXSTDT"):
        doses(ae, ex, "within", end="EXENDT")
    assert doses(ae, ex.iloc[:2], "within", end="EXENDT").tolist() == [1]


def test_of_datetimes(table):
    ex = table("USUBJID EXSTDTC DOSE\n01 2020-01-02T08:00 54\n01 2020-01-09T08:00 81\n01 2020-01-10 27")
    ae = pd.DataFrame({"USUBJID": "01", "ASTDT": pd.to_datetime(["2020-01-09T07:59", "2020-01-09T08:00"])})
    ae = ae.astype({"ASTDT": "datetime64[us]"})
    assert doses(ae, ex, "on_or_before", "EXSTDTC").tolist() == [54, 81]
    assert doses(ae, ex, "before", "EXSTDTC").tolist() == [54, 54]
    assert doses(ae, ex, "after", "EXSTDTC").isna().tolist() == [False, True]  # a day without a time is no datetime
    warning = said(ae, ex, "before", date="EXSTDTC")["WARNING source record without a date"]
    assert warning.startswith("1 record of the source is passed over: EXSTDTC is partial, or no date")


def test_what_is_counted(table):
    ex = table("""
        USUBJID EXSTDT     EXENDT     EXSEQ DOSE
        01      2020-01-02 2020-01-01 1     54
        01      .          2020-01-05 2     54
        01      2020-01-07 2020-01-08 3     .
        09      .          .          1     .
        """)
    ae = table("USUBJID ASTDT\n01 .\n01 2020-01-05\n01 2020-01-08\n02 2020-01-05")
    found = said(ae, ex, "within", end="EXENDT", no_end="skip")
    assert found["WARNING end before start"].startswith("1 record of the source has EXENDT before EXSTDT")
    assert found["NOTE source record without a date"].endswith("[USUBJID=01, EXSEQ=2, EXSTDT=missing]")  # not of 09
    assert found["NOTE no date"].startswith("1 record has no ASTDT, and so no record of the source")
    fits = "2 records have records of the source, and none whose interval has ASTDT that has DOSE"
    assert found["NOTE no record by date"].startswith(fits)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("ties", ["earlier", "later", None])
@pytest.mark.parametrize("rule", RULES)
def test_as_a_loop_over_all_records_has_it(seed, rule, ties):
    """Overlapping intervals, some of no day; subjects without records, missing dates and ends, records of one date."""
    if ties and rule not in ("nearest", "within"):
        return
    random = np.random.default_rng(seed)

    def days(size: int) -> pd.Series:
        made = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 25, size), "D"))
        return made.where(random.random(size) > 0.1).astype("datetime64[s]")

    frame = pd.DataFrame({"USUBJID": random.choice(list("abcd"), 30), "ASTDT": days(30)})
    size = int(random.integers(0, 40 if seed % 2 else 8))
    source = pd.DataFrame(
        {"USUBJID": random.choice(list("abc"), size), "EXSTDT": days(size), "DOSE": np.arange(size) * 1.0}
    )
    source["EXENDT"] = source["EXSTDT"] + pd.to_timedelta(random.integers(-1, 12, size), "D")
    source["EXENDT"] = source["EXENDT"].where(random.random(size) > 0.2).astype("datetime64[s]")
    more: dict[str, Any] = {"end": "EXENDT", "no_end": "open"} if rule == "within" else {}
    expected = [_looked_for(row, source, rule, ties) for row in frame.itertuples()]
    for part in range(len(frame)):  # each alone, so that one refusal does not hide the others
        one = frame.iloc[[part]]
        if expected[part] == "even":
            with pytest.raises(DerivationError, match=r"as near to|intervals of several"):
                doses(one, source, rule, order=["DOSE"], ties=ties, **more)
        else:
            assert doses(one, source, rule, order=["DOSE"], ties=ties, **more).fillna(-1).tolist() == [expected[part]]
    if "even" not in expected:
        shuffled = source.sample(frac=1, random_state=seed)
        assert doses(frame, shuffled, rule, order=["DOSE"], ties=ties, **more).fillna(-1).tolist() == expected


def _looked_for(row: Any, source: pd.DataFrame, rule: str, ties: str | None) -> Any:
    """The greatest DOSE of the one date that is meant, -1 without one, "even" where two dates are."""
    fitting: dict[int, float] = {}
    for other in source.itertuples():
        if other.USUBJID != row.USUBJID or pd.isna(row.ASTDT) or pd.isna(other.EXSTDT):
            continue
        days = (row.ASTDT - other.EXSTDT).days
        ended = not pd.isna(other.EXENDT) and other.EXENDT < row.ASTDT
        if {
            "on_or_before": days >= 0,
            "before": days > 0,
            "on_or_after": days <= 0,
            "after": days < 0,
            "nearest": True,
            "within": days >= 0 and not ended,
        }[rule]:
            fitting[days] = max(other.DOSE, fitting.get(days, -1.0))
    if not fitting:
        return -1.0
    if rule == "nearest":
        best = [days for days in fitting if abs(days) == min(map(abs, fitting))]
    elif rule == "within":
        best = list(fitting)
    else:
        best = [max(fitting) if "after" in rule else min(fitting)]
    if len(best) > 1 and ties is None:
        return "even"
    return fitting[max(best) if ties == "earlier" else min(best)]  # the more days between, the earlier


def test_a_long_interval_before_many_short_ones_is_found_as_fast():
    """Chronic treatment, and a hundred thousand doses of a day: a step back at a time would take hours."""
    size = 100_000
    start = pd.Timestamp("1700-01-01") + pd.to_timedelta(np.arange(size), "D")
    ex = pd.DataFrame({"USUBJID": "01", "EXSTDT": start, "EXENDT": start, "DOSE": np.arange(size) * 1.0})
    ex.loc[0, "EXENDT"] = pd.Timestamp("2100-01-01")
    ex = ex.astype({"EXSTDT": "datetime64[us]", "EXENDT": "datetime64[us]"})
    ae = pd.DataFrame({"USUBJID": "01", "ASTDT": ex["EXSTDT"] + pd.Timedelta(hours=1)})
    begun = time.process_time()
    assert (doses(ae, ex, "within", end="EXENDT", ties="later") == 0).all()
    assert time.process_time() - begun < 5


def test_what_does_not_fit(ae, ex):
    for rule, more, message in (
        ("within", {}, "Rule within needs `end`"),
        ("before", {"end": "EXENDT"}, "Rule before has no `end`"),
        ("nearest", {"no_end": "open"}, "Rule nearest has no `no_end`"),
        ("after", {"ties": "later"}, "Rule after has no `ties`"),
    ):
        with pytest.raises(DerivationError, match=message):
            doses(ae, ex, rule, **more)
        (said_before,) = check_pick_at_arguments(
            variable="X", from_="DOSE", at="ASTDT", date="EXSTDT", rule=rule, **more
        )
        assert said_before.severity is Severity.ERROR and message in said_before.message
    with pytest.raises(DataError, match="ASTDT and EXSTDT are not both dates, or both datetimes"):
        doses(ae, ex.assign(EXSTDT=ex["EXSTDT"].astype("datetime64[us]")), "before")
    with pytest.raises(DataError, match="DOSE is not a date"):
        doses(ae, ex, "before", "DOSE")
    with pytest.raises(DataError, match="USUBJID is not a date"):
        doses(ae, ex, "before", "USUBJID")

"""time_to_event: the first event, or the censoring, of each subject, with its tie rules, reasons and findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.contract import DatedSource, contract_of
from adamline.derive.time_to_event import add_time_to_event
from adamline.errors import DataError, DerivationError

COLUMNS = [
    "USUBJID", "PARAMCD", "STARTDT", "STARTDTF", "ADT", "ADTF", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC", "SRCDOM",
    "SRCVAR", "SRCSEQ",
]  # fmt: skip
EMPTY = pd.DataFrame(columns=COLUMNS)
ADSL = """
USUBJID TRTSDT     NACTDT     LSTDT
01      2020-01-01 .          2020-06-01
02      2020-01-01 2020-03-01 2020-06-01
03      2020-01-01 .          .
04      .          .          2020-06-01
"""
ADAE = """
USUBJID AESEQ ASTDT      AEDECOD
01      1     2020-02-10 RASH
01      2     2020-02-01 COUGH
02      1     2020-04-01 RASH
04      1     2020-02-01 RASH
"""


def rows(made: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    shown = made.assign(ADT=made["ADT"].dt.strftime("%m-%d"))[list(names)].astype(object)
    return [tuple(None if pd.isna(value) else value for value in row) for row in shown.to_numpy()]


def findings(**arguments: Any) -> dict[str, str]:
    found = contract_of(add_time_to_event)
    assert found
    tallies = found.tallies(EMPTY, add_time_to_event(EMPTY, **arguments), arguments)
    return {finding.check: finding.message for tally in tallies if (finding := tally.finding())}


def arguments_of(table: Any, **other: Any) -> dict[str, Any]:
    adsl = table(ADSL)
    return {
        "subjects": adsl,
        "start": "TRTSDT",
        "parameter": "TTAE",
        "events": [DatedSource(table(ADAE), "ASTDT", seq="AESEQ", EVNTDESC="Event", SRCDOM="ADAE")],
        "censors": [DatedSource(adsl, "LSTDT", EVNTDESC="End", SRCDOM="ADSL")],
        **other,
    }


def test_the_first_event_or_else_the_last_censoring(table):
    made = add_time_to_event(EMPTY, **arguments_of(table))
    assert rows(made, "USUBJID", "ADT", "AVAL", "CNSR", "EVNTDESC", "SRCDOM", "SRCVAR", "SRCSEQ") == [
        ("01", "02-01", 32, 0, "Event", "ADAE", "ASTDT", 2),
        ("02", "04-01", 92, 0, "Event", "ADAE", "ASTDT", 1),
    ]
    assert made["STARTDT"].eq(pd.Timestamp("2020-01-01")).all()
    censored = add_time_to_event(EMPTY, **arguments_of(table, events=[]))
    assert rows(censored, "USUBJID", "ADT", "AVAL", "CNSR", "EVNTDESC", "SRCDOM", "SRCVAR", "SRCSEQ") == [
        ("01", "06-01", 153, 1, "End", "ADSL", "LSTDT", None),
        ("02", "06-01", 153, 1, "End", "ADSL", "LSTDT", None),
    ]


def test_who_has_no_record_is_counted(table):
    """Subject 04 has no start, 03 neither an event nor a censor."""
    found = findings(**arguments_of(table))
    assert found["no start"] == "1 subject has no TRTSDT, and no record"
    assert found["no event and no censor"] == (
        "1 record is not made, since the subject has no date of an event or a censor: TTAE"
    )


# Days of the event, of a new therapy that stops, of a second event, of the last contact: what each pair of orders and
# ties gives, by hand. The outcome is the day and the row it is of.
TRUTH = [
    # event, other, stop, last -> day, CNSR, EVNTDESC
    ((10, None, None, 30), (10, 0, "Event")),
    ((None, 12, None, 30), (12, 0, "Other")),
    ((10, 12, None, 30), (10, 0, "Event")),
    ((12, 10, None, 30), (10, 0, "Other")),
    ((10, 10, None, 30), (10, 0, "Event")),  # of events of one day that named first
    ((None, None, None, 30), (30, 1, "Last")),
    ((30, None, None, 30), (30, 0, "Event")),  # an event is before a censor
    ((31, None, None, 30), (31, 0, "Event")),  # and counts after the last contact too
    ((None, None, 20, 30), (20, 2, "Therapy")),
    ((10, None, 20, 30), (10, 0, "Event")),
    ((20, None, 20, 30), (20, 0, "Event")),  # of one day the event
    ((21, None, 20, 30), (20, 2, "Therapy")),  # what is after the therapy does not count
    ((21, 19, 20, 30), (19, 0, "Other")),
    ((21, 20, 20, 30), (20, 0, "Other")),
    ((None, None, 20, 10), (20, 2, "Therapy")),  # a stop is taken also after the last contact
    ((None, None, None, None), None),
]


@pytest.mark.parametrize(("days", "expected"), TRUTH)
def test_truth_table_of_events_stops_and_ties(days, expected):
    start = pd.Timestamp("2020-01-01")
    dates = [pd.NaT if day is None else start + pd.Timedelta(days=day - 1) for day in days]
    adsl = pd.DataFrame({"USUBJID": ["01"], "START": [start], **dict(zip("ABCD", [[d] for d in dates], strict=True))})
    adsl = adsl.astype(dict.fromkeys("ABCD", "datetime64[s]"))
    made = add_time_to_event(
        EMPTY,
        parameter="PFS",
        subjects=adsl,
        start="START",
        events=[DatedSource(adsl, "A", EVNTDESC="Event"), DatedSource(adsl, "B", EVNTDESC="Other")],
        censors=[
            DatedSource(adsl, "D", EVNTDESC="Last"),
            DatedSource(adsl, "C", EVNTDESC="Therapy", CNSR=2, stops=True),
        ],
    )
    assert rows(made, "AVAL", "CNSR", "EVNTDESC") == ([] if expected is None else [expected])


def test_ties_may_be_an_error(table):
    adae = table(ADAE)
    events = [DatedSource(adae, "ASTDT", "AEDECOD = 'COUGH'"), DatedSource(adae, "ASTDT", "AESEQ = 2")]
    given = arguments_of(table, events=events)
    assert len(add_time_to_event(EMPTY, **given)) == 2
    assert "several of one date" in findings(**given)
    with pytest.raises(DerivationError, match=r"(?s)of one date.*01.*2020-02-01"):
        add_time_to_event(EMPTY, **given, ties="error")
    # What does not count ties with nothing: subject 04 has no start.
    both = [DatedSource(adae, "ASTDT", "USUBJID = '04'")] * 2
    add_time_to_event(EMPTY, **arguments_of(table, events=both), ties="error")


def test_of_records_of_one_day_seq_decides_and_an_imputed_date_comes_last(table):
    adae = table("""
    USUBJID AESEQ ASTDT      ASTDTF
    01      3     2020-02-01 .
    01      2     2020-02-01 D
    01      4     2020-02-01 .
    """)
    given = arguments_of(table, censors=[])
    (by_seq,) = rows(
        add_time_to_event(EMPTY, **{**given, "events": [DatedSource(adae, "ASTDT", seq="AESEQ", dtf="ASTDTF")]}),
        "SRCSEQ", "ADTF",
    )  # fmt: skip
    assert by_seq == (2, "D")
    (known,) = rows(add_time_to_event(EMPTY, **{**given, "events": [DatedSource(adae, "ASTDT", dtf="ASTDTF")]}), "ADTF")
    assert known == (None,)
    last = {**given, "events": [], "censors": [DatedSource(adae, "ASTDT", seq="AESEQ")]}
    assert rows(add_time_to_event(EMPTY, **last), "SRCSEQ", "CNSR") == [(4, 1)]


@pytest.mark.parametrize(
    ("before_start", "expected", "message"),
    [
        ("kept", ("12-31", 0), "1 record has a date before TRTSDT, and AVAL counts backwards"),
        ("start", ("01-01", 1), "1 record has a date before TRTSDT, and ADT is TRTSDT"),
        ("not counted", ("06-01", 153), "1 record of ADAE.ASTDT is before TRTSDT, and is not counted"),
    ],
)
def test_a_date_before_the_start(before_start, expected, message, table):
    adae = table("USUBJID ASTDT\n01 2019-12-31")
    events = [DatedSource(adae, "ASTDT", SRCDOM="ADAE")]
    given = arguments_of(table, events=events, before_start=before_start, subjects_where="USUBJID = '01'")
    assert rows(add_time_to_event(EMPTY, **given), "ADT", "AVAL") == [expected]
    assert findings(**given)["before the start"] == message


@pytest.mark.parametrize(("unit", "days"), [("days", 1), ("weeks", 7), ("months", 30.4375), ("years", 365.25)])
@pytest.mark.parametrize("plus", [0, 1])
def test_units(unit, days, plus, table):
    made = add_time_to_event(EMPTY, **arguments_of(table), unit=unit, plus=plus)
    np.testing.assert_allclose(made["AVAL"], [(31 + plus) / days, (91 + plus) / days], rtol=1e-15)


def test_a_parameter_of_each_term(table):
    """COUGH comes to subject 01 alone, on 1 February; who has no such event is censored."""
    events = [DatedSource(table(ADAE), "ASTDT", each="AEDECOD", EVNTDESC="Event")]
    given = arguments_of(table, parameter=None, each={"TTCOUGH": "COUGH", "TTRASH": "RASH"}, events=events)
    assert rows(add_time_to_event(EMPTY, **given), "PARAMCD", "USUBJID", "ADT", "CNSR") == [
        ("TTCOUGH", "01", "02-01", 0),
        ("TTCOUGH", "02", "06-01", 1),
        ("TTRASH", "01", "02-10", 0),
        ("TTRASH", "02", "04-01", 0),
    ]
    assert "of no parameter" not in findings(**given)
    given["each"] = {"TTCOUGH": "COUGH"}
    assert "not counted: RASH" in findings(**given)["of no parameter"]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"parameter": None}, "The parameter is not said"),
        ({"each": {"TT1": "RASH"}}, "The parameter is said twice"),
        ({"parameter": None, "each": {"TT1": "RASH"}}, "`each` says nothing alone"),
        ({"events": [DatedSource("ADAE", "ASTDT", each="AEDECOD")]}, "`each` says nothing alone"),
        ({"events": [DatedSource("ADAE", "ASTDT", CNSR=1)]}, r"(?s)A row of `events` is none.*found: *CNSR 1"),
        ({"events": [DatedSource("ADAE", "ASTDT", stops=True)]}, r"(?s)A row of `events` is none.*found: *stops"),
        ({"censors": [DatedSource("ADSL", "LSTDT", CNSR=0)]}, "has the CNSR of an event"),
    ],
)
def test_what_cannot_be_meant_is_refused(other, message, table):
    """By a run, and before there are data."""
    found = contract_of(add_time_to_event)
    assert found
    assert found.check_arguments
    given = arguments_of(table, **other)
    with pytest.raises(DerivationError, match=message):
        found.check_arguments(**{name: value for name, value in given.items() if name != "subjects"})
    adae, adsl = table(ADAE), table(ADSL)
    for name, source in (("events", adae), ("censors", adsl)):
        given[name] = [replace(row, source=source) for row in given[name]]
    with pytest.raises(DerivationError, match=message):
        add_time_to_event(EMPTY, **given)


def test_what_is_made_cannot_be_set(table):
    """CNSR 0 of everybody made events of censorings."""
    with pytest.raises(DerivationError, match="CNSR is made for the records"):
        add_time_to_event(EMPTY, **arguments_of(table), set_={"CNSR": "0"})


def test_an_event_of_nobody_is_counted(table):
    """A subject that is written otherwise would be censored; one that `subjects_where` leaves out is no finding."""
    adae = table("USUBJID ASTDT\n001 2020-02-01\n02 2020-02-01")
    given = arguments_of(table, events=[DatedSource(adae, "ASTDT", SRCDOM="ADAE")], subjects_where="USUBJID = '01'")
    assert findings(**given)["of nobody"] == ("1 record of ADAE.ASTDT is of nobody in `subjects`, and is not counted")
    assert "of nobody" not in findings(**arguments_of(table, subjects_where="USUBJID = '01'"))


def test_the_texts_of_each_are_those_of_a_text(table):
    """Number 1 is not the text 1: each event would be of no parameter, and everybody censored."""
    events = [DatedSource(table(ADAE), "ASTDT", each="AESEQ")]
    with pytest.raises(DataError, match="AESEQ is no text"):
        add_time_to_event(EMPTY, **arguments_of(table, events=events, parameter=None, each={"TT1": "1"}))


def test_faults_of_data_and_names(table):
    adsl = table(ADSL)
    with pytest.raises(DerivationError, match="several records"):
        add_time_to_event(EMPTY, **arguments_of(table, subjects=pd.concat([adsl, adsl])))
    with pytest.raises(DataError, match="no variable ASTD"):
        add_time_to_event(EMPTY, **arguments_of(table, events=[DatedSource(table(ADAE), "ASTD")]))
    with pytest.raises(DataError, match="AEDECOD is not a date"):
        add_time_to_event(EMPTY, **arguments_of(table, events=[DatedSource(table(ADAE), "AEDECOD")]))
    twice = {"parameter": None, "each": {"TT1": "RASH", "TT2": "RASH"}}
    with pytest.raises(DerivationError, match="Two parameters have one text"):
        add_time_to_event(
            EMPTY, **arguments_of(table, events=[DatedSource(table(ADAE), "ASTDT", each="AEDECOD")], **twice)
        )


def test_an_undated_event_that_is_chosen_is_a_warning(table):
    """Without `where` a missing date says that there is no event: DTHDT of who lives."""
    adae = table("USUBJID AESEQ ASTDT\n01 1 .\n01 2 2020-02-01")
    of_all, chosen = DatedSource(adae, "ASTDT", SRCDOM="ADAE"), DatedSource(adae, "ASTDT", "AESEQ = 1", SRCDOM="ADAE")
    found = contract_of(add_time_to_event)
    assert found
    for row, severity in ((of_all, "NOTE"), (chosen, "WARNING")):
        given = arguments_of(table, events=[row])
        tallies = found.tallies(EMPTY, EMPTY, given)
        assert [t.severity.name for t in tallies if t.check == "record without a date"] == [severity, "NOTE"]


START = dt.date(2020, 1, 1)
DAY = st.one_of(st.none(), st.integers(-2, 6))
RECORD = st.tuples(st.sampled_from(["01", "02", "03"]), DAY, st.sampled_from(["A", "B"]))


def by_hand(
    starts: dict[str, int | None],
    events: list[list[tuple[str, int | None, str]]],
    censors: list[tuple[bool, list[tuple[str, int | None, str]]]],
    term: str | None,
    before_start: str,
) -> dict[str, tuple[int, bool, int]]:
    """The rule read again, one subject at a time: the day, whether it is an event, the row that it is of."""
    outcome = {}
    for subject, start in starts.items():
        if start is None:
            continue

        def days(records: list[tuple[str, int | None, str]], of_term: bool, who: str = subject, began: int = start):
            found = []
            for other, day, text in records:
                if other != who or day is None or (of_term and term is not None and text != term):
                    continue
                if day < began and before_start == "not counted":
                    continue
                found.append(day)
            return found

        first = None
        for number, records in enumerate(events):
            for day in days(records, True):
                if first is None or day < first[0]:
                    first = (day, True, number)
        for number, (stops, records) in enumerate(censors):
            for day in days(records, False) if stops else []:
                if first is None or day < first[0]:
                    first = (day, False, number)
        if first is None:
            for number, (stops, records) in enumerate(censors):
                for day in days(records, False) if not stops else []:
                    if first is None or day > first[0]:
                        first = (day, False, number)
        if first is not None:
            day = max(first[0], start) if before_start == "start" else first[0]
            outcome[subject] = (day, first[1], first[2])
    return outcome


def as_frame(records: list[tuple[str, int | None, str]]) -> pd.DataFrame:
    moments = [None if day is None else START + dt.timedelta(days=day) for _, day, _ in records]
    return pd.DataFrame(
        {
            "USUBJID": pd.Series([who for who, _, _ in records], dtype="str"),
            "DT": pd.to_datetime(pd.Series(moments, dtype="object")).astype("datetime64[s]"),
            "TERM": pd.Series([text for _, _, text in records], dtype="str"),
        }
    )


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.fixed_dictionaries(dict.fromkeys(("01", "02"), DAY)),
    st.lists(st.lists(RECORD, max_size=4), min_size=1, max_size=3),
    st.lists(st.tuples(st.booleans(), st.lists(RECORD, max_size=4)), max_size=3),
    st.sampled_from([None, "A"]),
    st.sampled_from(["kept", "start", "not counted"]),
)
def test_equals_the_rule_read_one_subject_at_a_time(starts, events, censors, term, before_start):
    subjects = as_frame([(who, day, "") for who, day in starts.items()])
    each: dict[str, Any] = {"parameter": "TTE"} if term is None else {"each": {"TTE": term}}
    column = None if term is None else "TERM"
    made = add_time_to_event(
        EMPTY,
        subjects=subjects,
        start="DT",
        events=[DatedSource(as_frame(r), "DT", each=column, EVNTDESC=f"True {n}") for n, r in enumerate(events)],
        censors=[
            DatedSource(as_frame(r), "DT", stops=stops, EVNTDESC=f"False {n}") for n, (stops, r) in enumerate(censors)
        ],
        before_start=before_start,
        plus=0,
        **each,
    )
    expected = by_hand(starts, events, censors, term, before_start)
    found = {
        who: (int((adt.date() - START).days), description == f"True {description[-1]}", int(description[-1]))
        for who, adt, description in zip(made["USUBJID"], made["ADT"], made["EVNTDESC"], strict=True)
    }
    assert found == expected
    for who, cnsr, aval in zip(made["USUBJID"], made["CNSR"], made["AVAL"], strict=True):
        day, is_event, _ = expected[who]
        assert (cnsr, aval) == (0 if is_event else 1, day - starts[who])

"""Tests of derive.trtemfl: the truth tables of its page, the rule read record by record, and what is counted."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import _table

from adamline.derive.trtemfl import check_trtemfl, derive_trtemfl
from adamline.errors import DataError, DerivationError

PAGE = (Path(__file__).parents[2] / "docs/methods/trtemfl.md").read_text(encoding="utf-8")
ALWAYS: dict[str, dict[str, Any]] = {
    "dates": {},
    "worse in one record": {"severity": "ASEVN", "initial": "AEISEVN"},
    "recorded again": {"severity": "ASEVN", "event": ["AEGRPID"]},
    "times": {},
    "periods": {"start": "APERSDT", "severity": "ASEVN", "event": ["AEDECOD"]},
}


def rows_of(title: str) -> list[list[str]]:
    part = PAGE.partition(f"## Truth table: {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return cells_of(lines[: next((n for n, line in enumerate(lines) if n > 2 and "---" in line), len(lines) + 1) - 1])


def cells_of(lines: list[str]) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in [lines[0], *lines[2:]]]


def truth_table(title: str) -> tuple[pd.DataFrame, dict[str, list[str | None]]]:
    """The events of a table of the page, and the flags that it has under each heading of arguments."""
    head, *rows = rows_of(title)
    given = [name for name in head if re.fullmatch(r"[A-Z]+", name)]
    lines = [" ".join(row[head.index(name)] for name in given) for row in rows]
    frame = _table("\n".join([" ".join(given), *lines])).assign(USUBJID="01")
    frame = with_times(frame)
    for name, value in (("TRTSDT", "2024-03-10"), ("TRTEDT", "2024-03-31")):
        if name not in frame:
            frame[name] = pd.Series(pd.Timestamp(value), index=frame.index, dtype="datetime64[s]")
    flagged = {
        name: [None if row[place] == "." else row[place] for row in rows]
        for place, name in enumerate(head)
        if place > head.index(given[-1])
    }
    return frame, flagged


def with_times(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        **{name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in frame.filter(like="DTM")}
    )


CASES = [(title, heading) for title in ALWAYS for heading in truth_table(title)[1]]


@pytest.mark.parametrize(("title", "heading"), CASES, ids=[f"{title}, {heading}" for title, heading in CASES])
def test_the_truth_tables_of_the_page(title: str, heading: str, plain: Any) -> None:
    frame, flagged = truth_table(title)
    arguments = {} if heading in ("(none)", "by day") else yaml.safe_load(f"{{{heading}}}")
    arguments = {"from_" if name == "from" else name: value for name, value in arguments.items()}
    if title == "times":
        frame = frame.assign(**{name[:-1]: frame[name].astype("datetime64[s]").dt.normalize() for name in TIMES})
    made = derive_trtemfl(frame, **ALWAYS[title], **arguments)
    assert plain(made["TRTEMFL"]) == flagged[heading]


TIMES = ["ASTDTM", "AENDTM", "TRTSDTM"]


def test_times_of_which_one_is_missing(plain: Any) -> None:
    part = PAGE.partition("of which one may be missing:")[2].partition("\n## ")[0]
    head, *rows = cells_of([line for line in part.splitlines() if line.startswith("|")])
    frame = with_times(_table("\n".join(" ".join(row[:4]) for row in (head, *rows))))
    frame = frame.assign(USUBJID="01", TRTEDT=pd.NaT, AENDT=pd.NaT)
    made = derive_trtemfl(frame, times=["ASTDTM", "TRTSDTM"])
    assert plain(made["TRTEMFL"]) == [None if row[4] == "." else row[4] for row in rows]


def test_times_are_two_datetimes(table):
    adae = table("USUBJID ASTDT AENDT TRTSDT TRTEDT\n01 2024-03-12 . 2024-03-10 .")
    with pytest.raises(DerivationError, match="`times` are not two"):
        derive_trtemfl(adae, times=["ASTDT"])
    with pytest.raises(DataError, match="ASTDT has no time"):
        derive_trtemfl(adae, times=["ASTDT", "TRTSDT"])


def test_the_page_has_each_default() -> None:
    said = dict(re.findall(r"\| `(\w+)`(?:: [^|]*)? \| `?(\w+)`?", PAGE))
    parameters = derive_trtemfl.__kwdefaults__
    for name, default in parameters.items():
        if name in said and said[name] != "none":
            shown = {"undated": "emergent", "ungraded": "emergent"}.get(name, default)
            assert said[name] == shown, name
    assert {"days_after", "undated", "severity", "initial", "event", "against", "ended", "later", "ungraded"} <= set(
        said
    )


def read_one(events: list[dict[str, Any]], one: dict[str, Any], rule: dict[str, Any]) -> bool:
    """The rule of the page for one record, in the words of the page; days are whole numbers, None is missing."""
    start, end, dose = one["start"], one["end"], one["dose"]
    if dose is None or (end is not None and end < dose):
        return False
    if start is None:
        return rule["undated"] != "missing"

    def worse(severity: float | None, than: float | None) -> bool:
        return rule["ungraded"] != "missing" if severity is None or than is None else severity > than

    if start < dose:
        return rule["initial"] and worse(one["severity"], one["initial"])
    if rule["days_after"] is not None and one["last"] is not None and start > one["last"] + rule["days_after"]:
        return False
    if not rule["event"] or one["event"] is None:
        return True
    same = [
        e for e in events if (e["subject"], e["event"]) == (one["subject"], one["event"]) and e["start"] is not None
    ]
    before = [e for e in same if e["start"] < dose]
    if rule["ended"] == "ignored":
        before = [e for e in before if e["end"] is None or e["end"] >= dose]
    if not before:
        return True

    def than(record: dict[str, Any]) -> float | None:
        pool = before
        if rule["against"] == "previous":
            pool = [e for e in same if e["start"] < record["start"]]
        if rule["against"] != "worst":
            latest = max(e["start"] for e in pool)
            pool = [e for e in pool if e["start"] == latest]
        return max((e["severity"] for e in pool if e["severity"] is not None), default=None)

    if rule["later"] == "emergent":
        earlier = [e for e in same if e["dose"] == dose and dose <= e["start"] <= start]
        return any(worse(e["severity"], than(e)) for e in earlier)
    return worse(one["severity"], than(one))


DAY = st.one_of(st.none(), st.integers(0, 6))
EVENT = st.fixed_dictionaries(
    {
        "subject": st.sampled_from("12"),
        "event": st.sampled_from([None, "A", "B"]),
        "start": DAY,
        "end": DAY,
        "dose": st.sampled_from([None, 3, 3, 3, 5]),
        "last": st.sampled_from([None, 4]),
        "severity": st.sampled_from([None, 1, 2, 3]),
        "initial": st.sampled_from([None, 1, 2, 3]),
    }
)
RULES = [
    dict(
        zip(["days_after", "undated", "initial", "event", "against", "ended", "later", "ungraded"], choice, strict=True)
    )
    for choice in itertools.product(
        [None, 1],
        [None, "missing"],
        [False, True],
        [False, True],
        ["last", "worst", "previous"],
        ["counts", "ignored"],
        ["compared", "emergent"],
        [None, "missing"],
    )
]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(EVENT, max_size=9), st.sampled_from(RULES))
def test_agrees_with_a_reading_of_the_rule_record_by_record(events: list[dict[str, Any]], rule: dict[str, Any]) -> None:
    frame = pd.DataFrame(
        {
            "USUBJID": pd.Series([e["subject"] for e in events], dtype="str"),
            "AEGRPID": pd.Series([e["event"] for e in events], dtype="str"),
            **{name: dates([e[key] for e in events]) for name, key in DATES.items()},
            "ASEVN": np.array([e["severity"] for e in events], dtype=np.float64),
            "AEISEVN": np.array([e["initial"] for e in events], dtype=np.float64),
        }
    )
    compares = rule["initial"] or rule["event"]
    of_event = {"against", "ended", "later"} if not rule["event"] else set()
    idle = of_event | (set() if compares else {"ungraded"})
    arguments = {
        **{name: value for name, value in rule.items() if name not in idle},
        "severity": "ASEVN" if compares else None,
        "initial": "AEISEVN" if rule["initial"] else None,
        "event": ["AEGRPID"] if rule["event"] else [],
    }
    made = derive_trtemfl(frame, **arguments)["TRTEMFL"].notna().tolist()
    assert made == [bool(read_one(events, one, rule)) for one in events]


DATES = {"ASTDT": "start", "AENDT": "end", "TRTSDT": "dose", "TRTEDT": "last"}


def dates(days: list[int | None]) -> pd.Series:
    found = [None if day is None else pd.Timestamp("2024-03-01") + pd.Timedelta(days=day) for day in days]
    return pd.Series(found, dtype="datetime64[s]")


def found(frame: pd.DataFrame, **arguments: Any) -> list[tuple[str, str, str]]:
    made = derive_trtemfl(frame, **arguments)
    findings = [tally.finding() for tally in check_trtemfl(frame, made, **arguments)]
    return [(f.severity.name, f.message, f.place.keys) for f in findings if f]


def test_what_is_decided_in_doubt_is_counted(table):
    adae = table("""
        USUBJID AEGRPID ASTDT      AENDT      TRTSDT     TRTEDT     AEISEVN ASEVN
        01      A       .          .          2024-03-10 2024-03-31 1       1
        02      A       .          2024-03-01 2024-03-10 2024-03-31 1       1
        03      A       2024-03-01 .          2024-03-10 2024-03-31 .       1
        04      A       2024-03-12 2024-03-09 2024-03-10 2024-03-31 1       1
        05      A       2024-03-12 .          .          .          1       1
        06      .       2024-03-12 .          2024-03-10 .          1       1
        """)
    arguments = {"days_after": 30, "severity": "ASEVN", "initial": "AEISEVN", "event": ["AEGRPID"]}
    notes = [
        ("NOTE", "1 record is not flagged in TRTEMFL: TRTSDT is missing", "USUBJID=05"),
        ("NOTE", "1 record is flagged without a last day: TRTEDT is missing", "USUBJID=06"),
        ("NOTE", "1 record has no AEGRPID, and is compared with none", "USUBJID=06"),
    ]
    contradicts = (
        "WARNING",
        "1 record is not flagged in TRTEMFL, since AENDT is before TRTSDT, though ASTDT is not",
        "USUBJID=04",
    )
    says = "; say `{0}: emergent` or `{0}: missing`"
    undated = "1 record is flagged in TRTEMFL: ASTDT is missing"
    ungraded = "1 record is flagged in TRTEMFL: there are no two severities to compare"
    assert sorted(found(adae, **arguments)) == sorted(
        [
            *notes,
            contradicts,
            ("WARNING", undated + says.format("undated"), "USUBJID=01"),
            ("WARNING", ungraded + says.format("ungraded"), "USUBJID=03"),
        ]
    )
    said = found(adae, **arguments, undated="emergent", ungraded="emergent")
    assert {("NOTE", undated, "USUBJID=01"), ("NOTE", ungraded, "USUBJID=03")} < set(said)
    said = found(adae, **arguments, undated="missing", ungraded="missing")
    texts = [text.replace("is flagged in", "is not flagged in") for text in (undated, ungraded)]
    assert {("NOTE", texts[0], "USUBJID=01"), ("NOTE", texts[1], "USUBJID=03")} < set(said)


@pytest.mark.parametrize("against", ["worst", "last", "previous"])
def test_a_severity_missing_among_several_is_told(table, against):
    adae = table("""
        USUBJID AEGRPID ASTDT      AENDT TRTSDT     TRTEDT     ASEVN
        01      A       2024-03-01 .     2024-03-10 2024-03-31 .
        01      A       2024-03-01 .     2024-03-10 2024-03-31 1
        01      A       2024-03-12 .     2024-03-10 2024-03-31 2
        02      A       2024-03-01 .     2024-03-10 2024-03-31 1
        02      A       2024-03-12 .     2024-03-10 2024-03-31 2
        """)
    told = "1 record is flagged in TRTEMFL, being worse than all but those without ASEVN"
    arguments = {"severity": "ASEVN", "event": ["AEGRPID"], "against": against}
    assert found(adae, **arguments) == [("WARNING", told, "USUBJID=01")]
    assert found(adae, **arguments, ungraded="missing") == [("WARNING", told, "USUBJID=01")]


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_events_of_one_term_in_another_case_are_told(table, dtype):
    adae = table("""
        USUBJID AEDECOD     ASTDT      AENDT TRTSDT     TRTEDT     ASEVN
        01      Headache    2024-03-01 .     2024-03-10 2024-03-31 2
        01      'HEADACHE ' 2024-03-12 .     2024-03-10 2024-03-31 2
        02      Headache    2024-03-12 .     2024-03-10 2024-03-31 2
        02      .           2024-03-12 .     2024-03-10 2024-03-31 2
        """)
    adae = adae.astype({"AEDECOD": dtype})
    told = "1 record would change in TRTEMFL, if letters' case and blanks of AEDECOD did not tell events apart"
    assert found(adae, severity="ASEVN", event=["AEDECOD"])[1:] == [("WARNING", told, "USUBJID=01")]
    same = adae.assign(AEDECOD=["Headache", "Headache", None, None]).astype({"AEDECOD": dtype})
    assert [severity for severity, _, _ in found(same, severity="ASEVN", event=["AEDECOD"])] == ["NOTE"]


def test_a_start_shortly_before_the_dose_is_told(table):
    adae = table("""
        USUBJID ASTDTM           AENDTM TRTSDTM          TRTEDT
        01      2024-03-10T00:00 .      2024-03-10T10:30 2024-03-31
        02      2024-03-10T10:29 .      2024-03-10T10:30 2024-03-31
        """)
    adae = with_times(adae)
    early = "1 record has ASTDTM on the day of TRTSDTM, before its time"
    hint = ", at 00:00:00; if that is imputed, `not_before: TRTSDTM` moves it to the dose"
    assert found(adae, from_="ASTDTM", to="AENDTM", start="TRTSDTM") == [
        ("NOTE", early, "USUBJID=02"),
        ("WARNING", early + hint, "USUBJID=01"),
    ]


def test_times_beside_the_dates_are_told_by_their_names(table):
    adae = table("""
        USUBJID ASTDT      ASTDTM           AENDT TRTSDT     TRTSDTM          TRTEDT
        01      2024-03-10 2024-03-10T00:00 .     2024-03-10 2024-03-10T10:30 2024-03-31
        02      2024-03-10 2024-03-09T23:00 .     2024-03-10 2024-03-10T10:30 2024-03-31
        03      2024-03-12 2024-03-12T11:00 .     2024-03-10 2024-03-11T10:30 2024-03-31
        """)
    early = "1 record has ASTDTM on the day of TRTSDTM, before its time, at 00:00:00; if that is imputed, "
    assert found(with_times(adae), times=["ASTDTM", "TRTSDTM"]) == [
        ("WARNING", early + "`not_before: TRTSDTM` moves it to the dose", "USUBJID=01"),
        ("WARNING", "1 record has ASTDTM on another day than ASTDT, and it decides nothing", "USUBJID=02"),
        ("WARNING", "1 record has TRTSDTM on another day than TRTSDT, and it decides nothing", "USUBJID=03"),
    ]


def test_a_severity_needs_another_to_be_compared_with(table):
    adae = table("USUBJID ASTDT AENDT TRTSDT TRTEDT ASEVN\n01 2024-03-12 . 2024-03-10 . 1")
    with pytest.raises(DerivationError, match="`severity` is compared with nothing"):
        derive_trtemfl(adae, severity="ASEVN")


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ({"event": ["USUBJID"]}, "severity"),
        ({"initial": "ASEVN"}, "severity"),
        ({"ungraded": "missing"}, "severity"),
        ({"against": "worst"}, "event"),
        ({"ended": "ignored"}, "event"),
        ({"later": "emergent"}, "event"),
        ({"end": "APEREDT"}, "days_after"),
    ],
)
def test_an_argument_that_decides_nothing_is_an_error(table, arguments, needed):
    adae = table("USUBJID ASTDT AENDT TRTSDT TRTEDT ASEVN\n01 2024-03-12 . 2024-03-10 . 1")
    with pytest.raises(DerivationError, match=f"`{next(iter(arguments))}` decides nothing without `{needed}`"):
        derive_trtemfl(adae, **arguments)


def test_a_severity_in_words_is_an_error(table):
    adae = table("USUBJID AEGRPID ASTDT AENDT TRTSDT TRTEDT AESEV\n01 A 2024-03-12 . 2024-03-10 . MILD")
    with pytest.raises(DataError, match="AESEV is not a number"):
        derive_trtemfl(adae, severity="AESEV", event=["AEGRPID"])


def test_many_records_of_one_event_are_no_pairs():
    """Every record of a subject is of one event: as many comparisons as records, not as their pairs."""
    size = 200_000
    day = pd.Series(np.datetime64("2024-03-01") + (np.arange(size) % 40).astype("timedelta64[D]")).astype(
        "datetime64[s]"
    )
    frame = pd.DataFrame({"USUBJID": "01", "AEGRPID": "A", "ASTDT": day, "ASEVN": np.arange(size) % 3 + 1.0})
    for name, value in (("AENDT", None), ("TRTSDT", "2024-03-10"), ("TRTEDT", "2024-03-31")):
        frame[name] = pd.Series(pd.Timestamp(value), index=frame.index, dtype="datetime64[s]")
    made = derive_trtemfl(frame, severity="ASEVN", event=["AEGRPID"])
    # The last records before the first dose are of 9 March, of all severities.
    assert made["TRTEMFL"].isna().all()

"""Safety of the reference study, from simulated SDTM to tables, against a second program that shares no code.

It reads the transport files with pyreadstat and goes through them record by record, from the words of the study's
footnotes: treatment-emergent, partial dates, baseline, grades of CTCAE v4.03.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean, median
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from adamline.io.xpt_read import read_xpt
from adamline.results.csv_file import read_results

ARMS = ("Placebo", "Baricitinib 2 mg", "Baricitinib 4 mg")
FOLLOW_UP = dt.timedelta(30)
# NCI CTCAE v4.03: grades 2, 3, 4 by these limits; grade 1 by the limit of the normal range.
BELOW = {
    "HGB": (100, 80, None), "WBC": (3, 2, 1), "NEUT": (1.5, 1, 0.5), "LYM": (0.8, 0.5, 0.2), "PLAT": (75, 50, 25)
}  # fmt: skip
TIMES = {"ALT": (3, 5, 20), "AST": (3, 5, 20), "BILI": (1.5, 3, 10), "CK": (2.5, 5, 10)}
CHOLESTEROL = (7.75, 10.34, 12.92)

Record = dict[str, Any]


def records(sdtm: Path, domain: str) -> list[Record]:
    """The records of a domain, blank text and missing numbers as None."""
    frame, _ = pyreadstat.read_xport(sdtm / f"{domain}.xpt")
    rows = frame.to_dict("records")
    return [{name: None if value == "" or pd.isna(value) else value for name, value in row.items()} for row in rows]


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text and len(text) >= 10 else None


def possible(text: str | None) -> tuple[dt.date, dt.date]:
    """The first and the last day that a partial date can be."""
    if text is None:
        return dt.date.min, dt.date.max
    year, month, of_month = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    last_month = month or 12
    first = dt.date(year, month or 1, of_month or 1)
    return first, dt.date(year, last_month, of_month or calendar.monthrange(year, last_month)[1])


@pytest.fixture(scope="module")
def treated(sdtm: Path) -> dict[str, Record]:
    """Arm, first and last dose of who was treated; a last dose that is not known whole is the end of treatment."""
    found = {
        row["USUBJID"]: {"arm": row["ACTARM"], "start": day(row["RFXSTDTC"]), "sex": row["SEX"]}
        for row in records(sdtm, "dm")
        if row["RFXSTDTC"]
    }
    for row in records(sdtm, "ds"):
        if row["USUBJID"] in found and row["DSSCAT"] == "STUDY TREATMENT":
            found[row["USUBJID"]]["end"] = day(row["DSSTDTC"])
    for row in records(sdtm, "ex"):  # sorted: the last record decides
        found[row["USUBJID"]]["dose"] = day(row["EXENDTC"])
    for subject in found.values():
        subject["end"] = subject["dose"] or subject["end"]
    return found


@pytest.fixture(scope="module")
def emergent(sdtm: Path, treated: dict[str, Record]) -> list[Record]:
    """Events that begin, or can have begun, from the first dose to 30 days after the last."""
    found = []
    for row in records(sdtm, "ae"):
        subject = treated[row["USUBJID"]]
        first, last = possible(row["AESTDTC"])
        start = max(first, subject["start"]) if last >= subject["start"] else first
        ended = day(row["AEENDTC"])
        if ended and first <= ended < start:  # it was over before the first dose
            start = first
        if subject["start"] <= start <= subject["end"] + FOLLOW_UP:
            found.append({**row, "arm": subject["arm"], "start": start})
    return found


def shown(out: Path, output: str, **levels: str) -> pd.DataFrame:
    """Results with these values."""
    results = read_results(out / "results" / f"{output}.csv")
    return results[(results[list(levels)] == pd.Series(levels)).all(axis=1)]


def only(results: pd.DataFrame) -> Any:
    assert len(results) == 1, results
    return results["stat"].iloc[0]


def test_events_are_emergent_where_they_can_be(out, emergent):
    adae = read_xpt(out / "adam" / "adae.xpt").frame
    flagged = adae[adae["TRTEMFL"] == "Y"].set_index(["USUBJID", "AESEQ"])
    assert set(flagged.index) == {(row["USUBJID"], row["AESEQ"]) for row in emergent}
    for row in emergent:
        made = flagged.loc[row["USUBJID"], row["AESEQ"]]
        assert made["ASTDT"].date() == row["start"]
        part = {None: "Y", 4: "M", 7: "D", 10: None}[row["AESTDTC"] and len(row["AESTDTC"])]
        assert part == (None if pd.isna(made["ASTDTF"]) else made["ASTDTF"])
    assert 0 < len(adae) - len(flagged) < 100
    assert (adae["AENDT"].isna() | (adae["AENDT"] >= adae["ASTDT"])).all()


def test_the_first_and_the_worst_event_of_a_patient_are_flagged_once(out, emergent):
    adae = read_xpt(out / "adam" / "adae.xpt").frame
    of_subject, of_term = defaultdict(list), defaultdict(list)
    for row in emergent:
        key = (row["start"], row["AESEQ"])
        of_subject[row["USUBJID"]].append((key, row))
        of_term[row["USUBJID"], row["AEDECOD"]].append(key)
    first = {(name, min(key for key, _ in rows)[1]) for name, rows in of_subject.items()}
    assert set(adae[adae["AOCCFL"] == "Y"].set_index(["USUBJID", "AESEQ"]).index) == first
    first = {(name, min(keys)[1]) for (name, _), keys in of_term.items()}
    assert set(adae[adae["AOCCPFL"] == "Y"].set_index(["USUBJID", "AESEQ"]).index) == first
    order = ["SEVERE", "MODERATE", "MILD"]
    worst = {
        (name, min((order.index(row["AESEV"]), *key) for key, row in rows)[2]) for name, rows in of_subject.items()
    }
    assert set(adae[adae["AOCCIFL"] == "Y"].set_index(["USUBJID", "AESEQ"]).index) == worst


@pytest.mark.parametrize(
    ("analysis", "chosen"),
    [
        ("count subjects", lambda row: True),
        ("related", lambda row: row["AEREL"] == "RELATED"),
        ("serious", lambda row: row["AESER"] == "Y"),
        ("severe", lambda row: row["AESEV"] == "SEVERE"),
        ("withdrawn", lambda row: row["AEACN"] == "DRUG WITHDRAWN"),
        ("infection", lambda row: row["AESOC"] == "Infections and infestations"),
    ],
)
def test_overview_of_events(analysis, chosen, out, emergent):
    for arm in ARMS:
        here = [row for row in emergent if row["arm"] == arm and chosen(row)]
        results = shown(out, "t-14-3-1-1", analysis=analysis, group1_level=arm)
        assert only(results[results["stat_name"] == "n"]) == len({row["USUBJID"] for row in here})
        assert only(results[results["stat_name"] == "events"]) == len(here)


def test_events_by_term(out, emergent):
    for output, rows in (
        ("t-14-3-1-2", emergent),
        ("t-14-3-1-3", [row for row in emergent if row["AESER"] == "Y"]),
    ):
        patients = {(row["arm"], row["AEBODSYS"], row["AEDECOD"], row["USUBJID"]) for row in rows}
        expected = Counter(key[:3] for key in patients)
        results = shown(out, output, variable="AEDECOD", stat_name="n")
        found = {
            (row.group1_level, row.group2_level, row.variable_level): int(row.stat)
            for row in results.itertuples()
            if row.stat and row.analysis.startswith("count")
        }
        assert found == expected


def grade(row: Record, value: float, base: float) -> int:
    code = row["LBTESTCD"]
    if code in BELOW:
        return max(
            [1 if value < row["LBSTNRLO"] else 0]
            + [number for number, limit in zip((2, 3, 4), BELOW[code], strict=True) if limit and value < limit]
        )
    high = row["LBSTNRHI"]
    if code == "CREAT":  # also by the baseline
        limits = [max(value / high, 0), value / base]
        found = [1 if value > high or value > base else 0]
        found += [number for number, times in ((2, 1.5), (3, 3)) if any(ratio > times for ratio in limits)]
        return max([*found, 4 if value > 6 * high else 0])
    limits = CHOLESTEROL if code == "CHOL" else [times * high for times in TIMES[code]]
    return max([1 if value > high else 0] + [n for n, limit in zip((2, 3, 4), limits, strict=True) if value > limit])


@pytest.fixture(scope="module")
def laboratory(
    sdtm: Path, treated: dict[str, Record]
) -> dict[tuple[str, str], list[tuple[dt.date, float, float, Record]]]:
    """The safety results of each treated patient and test in order; below a limit, half of it."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in records(sdtm, "lb"):
        text = row["LBSTRESC"]
        if row["USUBJID"] in treated and row["LBCAT"] in ("HEMATOLOGY", "CHEMISTRY") and text:
            value = float(text[1:]) / 2 if text.startswith("<") else float(text)
            found[row["USUBJID"], row["LBTESTCD"]].append((day(row["LBDTC"]), row["LBDTC"], row["LBSEQ"], value, row))
    return {key: sorted(rows, key=lambda row: row[:3]) for key, rows in found.items()}


def test_grades_and_the_worst_of_them(out, laboratory, treated):
    adlbs = read_xpt(out / "adam" / "adlbs.xpt").frame
    made = adlbs.set_index(["USUBJID", "LBSEQ"])[["AVAL", "BASE", "ATOXGR", "BTOXGR", "ONTRTFL", "ANL02FL"]]
    shifts: Counter[tuple[str, str, int, int]] = Counter()
    for (name, code), rows in laboratory.items():
        subject = treated[name]
        before = [row for row in rows if row[0] <= subject["start"]]
        base = before[-1][3]
        at_base = grade(before[-1][4], base, base)
        worst = None
        for date, _, number, value, row in rows:
            record = made.loc[name, number]
            now = grade(row, value, base)
            assert (record["AVAL"], record["BASE"], record["ATOXGR"]) == (value, base, str(now)), (name, number)
            assert record["BTOXGR"] == str(at_base)
            if subject["start"] < date <= subject["end"] + FOLLOW_UP:
                assert record["ONTRTFL"] == "Y"
                worst = max(now, worst or 0)
            else:
                assert pd.isna(record["ONTRTFL"])
        if worst is not None:
            shifts[subject["arm"], code, at_base, worst] += 1
    results = shown(out, "t-14-3-4-3", variable="ATOXGR", stat_name="n")
    found = {
        (row.group1_level, row.group2_level, int(row.group3_level), int(row.variable_level)): int(row.stat)
        for row in results.itertuples()
        if row.stat and row.variable_level.isdigit()
    }
    assert found == shifts


def test_medians_of_the_laboratory_by_visit(out, laboratory, treated):
    """Of week 12, days 71 to 98: the value closest to day 85, the later of two as close."""
    for code in ("CHOL", "CK", "NEUT"):
        values: dict[str, list[float]] = {arm: [] for arm in ARMS}
        for (name, test), rows in laboratory.items():
            subject = treated[name]
            timed = [((date - subject["start"]).days + 1, row) for date, *row in rows]
            window = [(abs(at - 85), -at, place, row) for place, (at, row) in enumerate(timed) if 71 <= at <= 98]
            window = [each for each in window if each[3][3]["VISITNUM"] != 91]
            if test == code and window:
                closest = min(each[:2] for each in window)
                values[subject["arm"]].append([each[3][2] for each in window if each[:2] == closest][-1])
        for arm, numbers in values.items():
            results = shown(out, "t-14-3-4-1", group1_level=arm, group2_level=code, group3_level="Week 12")
            results = results[results["variable"] == "AVAL"]
            assert only(results[results["stat_name"] == "n"]) == len(numbers)
            assert only(results[results["stat_name"] == "median"]) == pytest.approx(median(numbers), abs=1e-9)


def test_means_of_vital_signs_at_baseline_and_week_4(out, sdtm, treated):
    """Week 4 is days 22 to 42: the value closest to day 29, the later of two as close."""
    changes: dict[str, list[float]] = {arm: [] for arm in ARMS}
    of_subject = defaultdict(list)
    for row in records(sdtm, "vs"):
        if row["VSTESTCD"] == "SYSBP" and row["USUBJID"] in treated and row["VSSTRESN"]:
            of_subject[row["USUBJID"]].append((day(row["VSDTC"]), row["VISITNUM"], row["VSSTRESN"]))
    for name, rows in of_subject.items():
        subject = treated[name]
        base = max(row for row in rows if row[0] <= subject["start"])[2]
        timed = [((date - subject["start"]).days + 1, visit, value) for date, visit, value in rows if visit != 91]
        window = [(abs(at - 29), -at, value) for at, _, value in timed if 22 <= at <= 42]
        if window:
            changes[subject["arm"]].append(min(window)[2] - base)
    for arm, values in changes.items():
        results = shown(out, "t-14-3-5-1", group1_level=arm, group2_level="SYSBP", group3_level="Week 4")
        results = results[(results["variable"] == "CHG")]
        assert only(results[results["stat_name"] == "n"]) == len(values)
        assert only(results[results["stat_name"] == "mean"]) == pytest.approx(mean(values))


def test_exposure_and_baseline(out, sdtm, treated):
    for arm in ARMS:
        days = [(row["end"] - row["start"]).days + 1 for row in treated.values() if row["arm"] == arm]
        results = shown(out, "t-14-1-4", variable="TRTDURD", group1_level=arm)
        assert only(results[results["stat_name"] == "mean"]) == pytest.approx(mean(days))
        results = shown(
            out, "t-14-1-4", variable="DURGR1", variable_level="4-<12 weeks", group1_level=arm, stat_name="n"
        )
        assert only(results) == sum(29 <= each < 85 for each in days)
    weights: dict[str, float] = {}
    for row in records(sdtm, "vs"):  # by subject, test and visit: the last before the first dose stays
        subject = treated.get(row["USUBJID"])
        known = row["VSTESTCD"] == "WEIGHT" and subject and row["VSSTRESN"]
        if known and day(row["VSDTC"]) <= subject["start"]:
            weights[row["USUBJID"]] = row["VSSTRESN"]
    adsl = read_xpt(out / "adam" / "adsl.xpt").frame.set_index("USUBJID")
    assert adsl["WEIGHTBL"].dropna().to_dict() == pytest.approx(weights, abs=0.0501)


def test_disposition(out, sdtm):
    arm = {row["USUBJID"]: row["ARM"] for row in records(sdtm, "dm") if row["ARM"]}
    counts = Counter(
        (arm[row["USUBJID"]], row["DSDECOD"])
        for row in records(sdtm, "ds")
        if row["USUBJID"] in arm and row["DSSCAT"] == "STUDY PARTICIPATION"
    )
    results = shown(out, "t-14-1-3", variable="DCSREAS", stat_name="n")
    found = {
        (row.group1_level, row.variable_level): int(row.stat)
        for row in results.itertuples()
        if row.stat and row.group1_level in ARMS
    }
    assert found == {key: n for key, n in counts.items() if key[1] != "COMPLETED"}

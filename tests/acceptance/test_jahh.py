"""The reference study from simulated SDTM to results, against a second program that shares no code with adamline.

The second program reads the transport files with pyreadstat and goes through them subject by subject, from the words
of the study's documents: windows, baseline, requirements, SRI-4, imputation.
"""

from __future__ import annotations

import datetime as dt
import statistics
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from scipy.stats import fisher_exact, mannwhitneyu

from adamline.findings import Severity
from adamline.io.xpt_read import read_xpt
from adamline.results.csv_file import read_results
from adamline.simulate.jahh import simulate_jahh
from adamline.study.check import check_study
from adamline.study.inputs import find_inputs
from adamline.study.page_label import page_label
from adamline.study.study import open_study
from adamline.tlf.stored import read_summary

STUDY = Path(__file__).parents[2] / "specs" / "jahh"
ARMS = ("Placebo", "Baricitinib 2 mg", "Baricitinib 4 mg")
# First and last day of each window, and its target day.
WEEKS = {
    2: (12, 21, 15), 4: (22, 42, 29), 8: (43, 70, 57), 12: (71, 98, 85), 16: (99, 126, 113), 20: (127, 154, 141),
    24: (155, 183, 169),
}  # fmt: skip
REQUIREMENTS = {
    "ADSDNA": lambda x: x >= 30, "IGG": lambda x: True, "C3": lambda x: x < 90, "C4": lambda x: x < 10,
    "SMTHAB": lambda x: x >= 30, "CRDIGMAB": lambda x: x > 12, "CRDIGGAB": lambda x: x > 14,
    "CRDIGAAB": lambda x: x > 11, "RNPAB": lambda x: x >= 30, "SJSSAAB": lambda x: x > 20, "SJSSBAB": lambda x: x > 20,
}  # fmt: skip
# Scores have no visits at weeks 1 and 2: who comes early for week 4 is there all the same.
SCORED = {week: (2, 42, 29) if week == 4 else days for week, days in WEEKS.items() if week >= 4}
FOLLOW_UP = 91
ITEMS = [f"SLED01{n:02d}" for n in range(1, 25)]
SYSTEMS = [f"BILG01A{n}" for n in range(1, 10)]

Record = dict[str, Any]


def test_the_run_warns_of_what_was_planted_alone(jahh, sdtm):
    """Items 20 and 21 that disagree with the laboratory, totals of the form that are not the sum of its items."""
    items: dict[tuple[str, float], dict[str, float]] = defaultdict(dict)
    for row in records(sdtm, "rs"):
        if row["RSCAT"] == "SLEDAI-2K" and row["RSSTRESN"] is not None:
            items[row["USUBJID"], row["VISITNUM"]][row["RSTESTCD"]] = row["RSSTRESN"]
    totals = [(found.pop("SLED0125"), found) for found in items.values() if "SLED0125" in found]
    wrong = sum(len(found) == len(ITEMS) and total != sum(found.values()) for total, found in totals)
    flagged: dict[tuple[str, float], dict[str, str]] = defaultdict(dict)
    for row in sorted(records(sdtm, "lb"), key=lambda row: (row["LBDTC"] or "", row["LBSEQ"])):
        if row["LBTESTCD"] in ("C3", "C4", "ADSDNA") and row["LBNRIND"]:
            flagged[row["USUBJID"], row["VISITNUM"]][row["LBTESTCD"]] = row["LBNRIND"]
    differ = {"SLED0120": 0, "SLED0121": 0}
    for visit, found in items.items():
        low = [flagged[visit].get(code) for code in ("C3", "C4")]
        if "SLED0120" in found and ("LOW" in low or None not in low):
            differ["SLED0120"] += found["SLED0120"] != 2 * ("LOW" in low)
        if "SLED0121" in found and "ADSDNA" in flagged[visit]:
            differ["SLED0121"] += found["SLED0121"] != 2 * (flagged[visit]["ADSDNA"] == "HIGH")
    assert wrong > 4 and min(differ.values()) > 4
    most = sorted(differ, key=lambda code: (-differ[code], code))
    assert [str(finding.message) for finding in jahh.findings if finding.severity >= Severity.WARNING] == [
        f"{sum(differ.values())} records have another AVAL than LABITEM: "
        + "; ".join(f"{code} ({differ[code]})" for code in most),
        f"{wrong} records have another AVAL than ITEMSUM: SLED0125",
    ]
    without = sum(len(found) < len(ITEMS) for _, found in totals)
    message = f"{without} records have AVAL and no SUMAGRFL: ITEMSUM is missing: SLED0125"
    assert without > 1 and message in [finding.message for finding in jahh.findings]


def records(sdtm: Path, domain: str) -> Iterator[Record]:
    """The records of a domain, blank text and missing numbers as None."""
    frame, _ = pyreadstat.read_xport(sdtm / f"{domain}.xpt")
    for row in frame.to_dict("records"):
        yield {name: None if value == "" or pd.isna(value) else value for name, value in row.items()}


@pytest.fixture(scope="module")
def subjects(sdtm: Path) -> dict[str, Record]:
    """The randomised patients: arm, first dose, date of randomisation, of discontinuation, of first rescue."""
    found = {
        row["USUBJID"]: {"arm": row["ARM"], "start": day(row["RFXSTDTC"])} for row in records(sdtm, "dm") if row["ARM"]
    }
    for row in records(sdtm, "ds"):
        subject = found.get(row["USUBJID"])
        if subject is None:
            continue
        if row["DSDECOD"] == "RANDOMIZED":
            subject["randomised"] = day(row["DSSTDTC"])
        elif row["DSSCAT"] == "STUDY TREATMENT" and row["DSDECOD"] != "COMPLETED":
            subject["stopped"] = day(row["DSSTDTC"])
        elif row["DSSCAT"] == "STUDY PARTICIPATION" and row["DSDECOD"] != "COMPLETED":
            subject["left"] = day(row["DSSTDTC"])
    for row in records(sdtm, "cm"):
        subject = found.get(row["USUBJID"])
        if subject is not None and row["CMINDC"] == "LUPUS FLARE":
            date = day(row["CMSTDTC"])
            assert date > subject["start"]  # no rescue before treatment
            subject["rescue"] = min(date, subject.get("rescue", date))
    return found


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None


def study_day(date: dt.date, start: dt.date) -> int:
    days = (date - start).days
    return days + 1 if days >= 0 else days


def closest(rows: list[Record], window: tuple[int, int, int]) -> Record | None:
    """The record of a window: the closest to its target day, the later of two."""
    first, last, target = window
    inside = [row for row in rows if row["VISITNUM"] != FOLLOW_UP and row["day"] and first <= row["day"] <= last]
    return min(inside, key=lambda row: (abs(row["day"] - target), -row["day"], -row["order"]), default=None)


def baseline(rows: list[Record], subject: Record) -> Record | None:
    """The last on or before first dose."""
    before = [row for row in rows if subject["start"] and row["date"] <= subject["start"]]
    return max(before, key=lambda row: (row["date"], row["order"]), default=None)


def timed(row: Record, subject: Record, date: str, order: float, value: Any) -> Record:
    when = day(row[date])
    assert when
    at = study_day(when, subject["start"]) if subject["start"] else None
    return {"date": when, "day": at, "order": order, "value": value, "VISITNUM": row["VISITNUM"]}


@pytest.fixture(scope="module")
def laboratory(sdtm: Path, subjects: dict[str, Record]) -> dict[tuple[str, str], list[Record]]:
    """The results of each subject and test, in the unit of the paper's Table 1; below a limit, half of it."""
    found: dict[tuple[str, str], list[Record]] = defaultdict(list)
    rows = [row for row in records(sdtm, "lb") if row["USUBJID"] in subjects and row["LBSTRESC"]]
    for place, row in enumerate(sorted(rows, key=lambda row: (row["LBDTC"], row["LBSEQ"]))):
        text = row["LBSTRESC"]
        number = Decimal(text[1:]) / 2 if text.startswith("<") else Decimal(text)
        if row["LBTESTCD"] in ("C3", "C4"):
            assert row["LBSTRESU"] == "g/L"
            number *= 100
        subject = subjects[row["USUBJID"]]
        found[row["USUBJID"], row["LBTESTCD"]].append(timed(row, subject, "LBDTC", place, number))
    return found


def of(results: pd.DataFrame, **levels: str) -> pd.Series:
    """The one result with these values."""
    chosen = results[(results[list(levels)] == pd.Series(levels)).all(axis=1)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_table_1(out, subjects, laboratory):
    results = read_results(out / "results" / "t-14-1-1.csv")
    for test, meets in REQUIREMENTS.items():
        for arm in ARMS:
            everyone = [name for name, subject in subjects.items() if subject["arm"] == arm]
            bases = [baseline(laboratory[name, test], subjects[name]) for name in everyone]
            n = sum(base is not None and meets(base["value"]) for base in bases)
            shown = of(results, group1_level=arm, group2_level=test, stat_name="n")
            assert shown["stat"] == n, (test, arm)
            share = of(results, group1_level=arm, group2_level=test, stat_name="pct")
            assert share["stat"] == pytest.approx(100 * n / len(everyone), rel=1e-12)


@pytest.mark.parametrize("week", WEEKS)
def test_medians_of_change_and_p_values(week, out, subjects, laboratory):
    results = read_results(out / "results" / "t-14-2-1.csv")
    changes: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for name, subject in subjects.items():
        rows = laboratory[name, "ADSDNA"]
        base, at = baseline(rows, subject), closest(rows, WEEKS[week])
        if base is not None and base["value"] >= 30 and at is not None:
            changes[subject["arm"]].append(float(at["value"] - base["value"]))
    for arm in ARMS:
        here = {"group1_level": arm, "group3_level": f"Week {week}"}
        assert of(results, **here, analysis="summary CHG", stat_name="n")["stat"] == len(changes[arm])
        median = of(results, **here, stat_name="median")["stat"]
        assert median == pytest.approx(statistics.median(changes[arm]), abs=1e-9)
        if arm != "Placebo":
            test = mannwhitneyu(changes[arm], changes["Placebo"], method="asymptotic", use_continuity=True)
            assert of(results, **here, analysis="p_wilcoxon", stat_name="p")["stat"] == pytest.approx(
                test.pvalue, rel=1e-9
            )


def test_the_figure_draws_the_medians_of_the_table(out):
    figure, table = (read_results(out / "results" / f"{name}-14-2-1.csv") for name in "ft")
    drawn = figure[figure["stat_name"] == "median"].merge(table, left_on="same_as", right_on="result", how="left")
    assert len(drawn) == len(ARMS) * len(WEEKS)
    assert (drawn["stat_x"] == drawn["stat_y"]).all()


@pytest.fixture(scope="module")
def responses(sdtm: Path, subjects: dict[str, Record]) -> dict[tuple[str, int], tuple[str, str]]:
    """Response and reason of each subject and week, from the definition in the paper and the study's document."""
    scores: dict[tuple[str, str], list[Record]] = defaultdict(list)
    items: dict[tuple[str, float, str], dict[str, float]] = defaultdict(dict)
    for row in records(sdtm, "rs"):
        if row["USUBJID"] not in subjects or not row["RSSTRESC"]:
            continue
        code = row["RSTESTCD"]
        if code in ITEMS:
            items[row["USUBJID"], row["VISITNUM"], row["RSDTC"]][code] = row["RSSTRESN"]
        elif code in SYSTEMS or code == "PGA0101":
            value = row["RSSTRESC"] if code in SYSTEMS else Decimal(row["RSSTRESC"])
            timed_row = timed(row, subjects[row["USUBJID"]], "RSDTC", row["VISITNUM"], value)
            scores[row["USUBJID"], code].append(timed_row)
    for (name, visit, date), found in items.items():
        if len(found) == len(ITEMS):
            row = {"VISITNUM": visit, "RSDTC": date}
            scores[name, "TOTAL"].append(timed(row, subjects[name], "RSDTC", visit, sum(found.values())))
    return {
        (name, week): response(name, week, subject, scores) for name, subject in subjects.items() for week in SCORED
    }


def response(name: str, week: int, subject: Record, scores: dict[tuple[str, str], list[Record]]) -> tuple[str, str]:
    pairs = {
        code: (baseline(scores[name, code], subject), closest(scores[name, code], SCORED[week]))
        for code in ["TOTAL", "PGA0101", *SYSTEMS]
    }
    seen = [now["date"] for _, now in pairs.values() if now]
    known = {code: (base["value"], now["value"]) for code, (base, now) in pairs.items() if base and now}
    if "TOTAL" in known and known["TOTAL"][0] - known["TOTAL"][1] < 4:
        return "N", "FAILED SLEDAI"
    grades = [known[code] for code in SYSTEMS if code in known]
    new_a = sum(now == "A" and base != "A" for base, now in grades)
    new_b = sum(now == "B" and base in "CDE" for base, now in grades)
    if new_a or new_b > 1:
        return "N", "FAILED BILAG"
    if "PGA0101" in known and known["PGA0101"][1] - known["PGA0101"][0] >= Decimal("0.3"):
        return "N", "FAILED PGA"
    target = subject["start"] + dt.timedelta(SCORED[week][2] - 1) if subject["start"] else None
    rescue, until = subject.get("rescue"), max(seen) if "TOTAL" in known or "PGA0101" in known else target
    if rescue and until and rescue <= until:
        return "N", "RESCUE"
    if len(known) == len(pairs):
        return "Y", ""
    stopped = subject.get("stopped") or subject.get("left")
    if not seen and stopped and (target is None or stopped < target):
        return "N", "DISCONTINUED"
    return "N", "MISSING"


def test_sri_4_of_every_patient_and_visit(out, responses):
    adrs = read_xpt(out / "adam" / "adrs.xpt").frame
    sri = adrs[(adrs["PARAMCD"] == "SRI4") & adrs["AVISITN"].ge(4)]
    made = {
        (row.USUBJID, int(row.AVISITN)): (row.AVALC, "" if pd.isna(row.RESPREAS) else row.RESPREAS)
        for row in sri.itertuples()
    }
    assert len(sri) == len(made) == 314 * 6
    differ = {key: (made[key], responses[key]) for key in responses if made[key] != responses[key]}
    assert not differ
    assert {reason for _, reason in responses.values()} == {
        "", "FAILED SLEDAI", "FAILED BILAG", "FAILED PGA", "RESCUE", "MISSING", "DISCONTINUED"
    }  # fmt: skip


def test_a_scheduled_visit_that_was_assessed_is_in_a_window(sdtm, out, subjects):
    """Nobody is imputed for having come early or late."""
    adrs = read_xpt(out / "adam" / "adrs.xpt").frame
    scheduled = adrs[adrs["VISITNUM"].between(5, 10) & adrs["PARAMCD"].isin([*ITEMS, *SYSTEMS, "PGA"])]
    assert len(scheduled) > 50_000
    assert scheduled["AVISIT"].notna().all()
    assert set(scheduled["AVISIT"]) == {f"Week {week}" for week in SCORED}


def test_change_is_that_of_decimals_after_the_first_dose(out):
    adlb = read_xpt(out / "adam" / "adlb.xpt").frame
    after = adlb["ADT"] > adlb["TRTSDT"]
    assert adlb.loc[~after, "CHG"].isna().all() and adlb.loc[after & adlb["BASE"].notna(), "CHG"].notna().all()
    exact = [
        float(Decimal(repr(aval)) - Decimal(repr(base)))
        for aval, base in zip(adlb.loc[after, "AVAL"], adlb.loc[after, "BASE"], strict=True)
    ]
    assert adlb.loc[after, "CHG"].fillna(-999).tolist() == pd.Series(exact).fillna(-999).tolist()
    assert (adlb["DTYPE"] == "HALFLLOQ").equals(adlb["LBSTRESN"].isna() & adlb["AVAL"].notna())


def test_adsl_against_the_domains(sdtm, out, subjects, laboratory):
    adsl = read_xpt(out / "adam" / "adsl.xpt").frame.set_index("USUBJID")
    regions = dict.fromkeys(["DEU", "ESP", "FRA", "GBR", "ITA", "POL"], "Europe")
    regions |= dict.fromkeys(["JPN", "KOR", "TWN"], "Asia") | dict.fromkeys(["ARG", "MEX"], "Rest of the world")
    last: dict[str, str] = {row["USUBJID"]: row["EXENDTC"] for row in records(sdtm, "ex")}
    totals = {
        row["USUBJID"]: row["RSSTRESN"]
        for row in records(sdtm, "rs")
        if row["RSTESTCD"] == "SLED0125" and row["VISITNUM"] == 2
    }
    onsets = {
        row["USUBJID"]: row["MHSTDTC"]
        for row in records(sdtm, "mh")
        if row["MHDECOD"] == "Systemic lupus erythematosus"
    }
    assert set(adsl.index) == set(subjects)
    for name, subject in subjects.items():
        row = adsl.loc[name]
        assert row["TRT01P"] == row["ARM"] == subject["arm"] and row["ITTFL"] == "Y"
        assert row["REGION1"] == row["STRAT3V"] == regions.get(row["COUNTRY"], "USA")
        assert (row["RANDDT"].date(), row["SAFFL"]) == (subject["randomised"], "Y" if subject["start"] else "N")
        # The middle of what is not known, but no later than randomisation where that is in the same month or year.
        onset, until = onsets[name], subject["randomised"]
        middle = dt.date.fromisoformat((onset + ("-06-30" if len(onset) == 4 else "-15"))[:10])
        since = min(middle, until) if until.isoformat().startswith(onset) else middle
        assert row["SLEONDT"].date() == since and row["SLEDUR"] == pytest.approx((until - since).days / 365.25)
        assert row["SLEDUR"] > 0 or onset == str(until.year)
        assert {4: "M", 7: "D"}.get(len(onset)) == (None if pd.isna(row["SLEONDTF"]) else row["SLEONDTF"])
        rescue = subject.get("rescue")
        assert row["RESCDT"].date() == rescue if rescue else pd.isna(row["RESCDT"])
        left = subject.get("stopped") or subject.get("left")
        assert row["DISCDT"].date() == left if left else pd.isna(row["DISCDT"])
        if not subject["start"]:
            assert row[["TRTSDT", "TRTEDT", "TRT01A", "EOTSTT", "SLEDBL", "STRAT1V", "STRAT2V"]].isna().all()
            continue
        assert row["TRTSDT"].date() == subject["start"] and row["TRT01A"] == subject["arm"]
        ended = last[name]
        end = day(ended) if ended and len(ended) == 10 else row["EOTDT"].date()
        assert row["TRTEDT"].date() == end
        assert row["EOTSTT"] == ("DISCONTINUED" if "stopped" in subject else "COMPLETED")
        assert row["SLEDBL"] == totals[name]
        assert row["STRAT1V"] == (">=10" if totals[name] >= 10 else "<10")
        dna = baseline(laboratory[name, "ADSDNA"], subject)["value"]
        assert row["STRAT2V"] == ("POSITIVE" if dna >= 30 else "NEGATIVE")


def test_pages_show_what_they_should(out):
    labels = read_results(out / "results" / "t-14-1-1.csv")["stat_text"].tolist()
    assert {"≥ 30", "< 90", "> 12", "None", "Anti-dsDNA (IU/mL)"} <= set(labels)
    assert len(read_results(out / "results" / "l-16-2-6.csv")) == 314 * 6


def test_only_what_was_not_observed_is_imputed(out):
    adrs = read_xpt(out / "adam" / "adrs.xpt").frame
    sri = adrs[adrs["PARAMCD"] == "SRI4"]
    imputed = sri["DTYPE"].notna()
    assert set(sri.loc[imputed, "DTYPE"]) == {"NRI"} and set(sri.loc[imputed, "AVALC"]) == {"N"}
    assert sri.loc[imputed, "ADT"].isna().all() and sri.loc[~imputed, "ADT"].notna().all()
    assert set(sri.loc[~imputed, "RESPREAS"].dropna()) == {"FAILED SLEDAI", "FAILED BILAG", "FAILED PGA", "RESCUE"}


@pytest.mark.parametrize("week", SCORED)
def test_response_rates_and_p_values(week, out, subjects, responses):
    results = read_results(out / "results" / "t-14-2-2.csv")
    counts = {arm: [0, 0] for arm in ARMS}
    for name, subject in subjects.items():
        counts[subject["arm"]][responses[name, week][0] == "N"] += 1
    for arm in ARMS:
        here = {"group1_level": arm, "group3_level": f"Week {week}"}
        assert of(results, **here, analysis="response AVALC", stat_name="n")["stat"] == counts[arm][0]
        if arm != "Placebo":
            p = fisher_exact([counts[arm], counts["Placebo"]]).pvalue
            assert of(results, **here, analysis="p_fisher", stat_name="p")["stat"] == pytest.approx(p, rel=1e-9)


def test_every_page_says_that_the_data_are_simulated(out):
    files = sorted((out / "tlf").glob("*.docx"))
    assert len(files) == len(list((STUDY / "tlf").glob("*.yaml")))
    for path in files:
        # Word's footer stands on every page.
        with zipfile.ZipFile(path) as archive:
            assert archive.read("word/document.xml").count(b"<w:sectPr>") == 1
            text = archive.read("word/footer_of_output1.xml").decode()
        said = "Simulated data, calibrated to what is published of NCT02708095. Source: "
        assert text.count(said) == 1, path.name


def test_pages_from_another_size_say_that_their_data_are_not_calibrated(tmp_path):
    simulate_jahh(tmp_path, subjects=12)
    study = open_study(STUDY)
    assert page_label(study, find_inputs(study, tmp_path)) == "Simulated data, not calibrated to NCT02708095"


def test_rows_of_a_visit_stand_together(out):
    """Responders, imputed and p-value of six visits have one page: no space between rows with labels of their own."""
    assert read_summary(out / "layouts" / "t-14-2-2.jsonl.gz").pages == 1


def test_the_specs_have_no_findings():
    assert check_study(open_study(STUDY)) == []

